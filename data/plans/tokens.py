"""A log as a row of tokens, one a session or day of rest: what the attention model reads."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from data.plans.log import SPORTS, Session, TrainingLog, with_rest_days

VALUES = ("load", "rpe", "minutes")
"""What is predicted of a session: points, CR10, minutes."""

FEATURES = 11
MOST_WORDS = 8
WORDS = 512
"""Buckets that words are hashed into; 0 is no word."""

WORD = re.compile(r"[a-z]+|\d+|[\u4e00-\u9fff]")


@dataclass(frozen=True, eq=False)
class Tokens:
    """Arrays of one length T, in order of time.

    Attributes
    ----------
    features : float32 (T, FEATURES): log of minutes, km and load, RPE, shares of easy, moderate and
        hard time, then whether distance, RPE, zones and duration are known.
    values : float32 (T, 3), as :data:`VALUES`; NaN where unknown and on days of rest.
    sport, weekday, day, planned, ill : int64 (T,): index into SPORTS, 0 for Monday, days since the
        first, whether it is only planned, whether the athlete was ill or injured.
    words : int64 (T, MOST_WORDS), buckets of the title's words.
    """

    features: np.ndarray
    values: np.ndarray
    sport: np.ndarray
    weekday: np.ndarray
    day: np.ndarray
    planned: np.ndarray
    ill: np.ndarray
    words: np.ndarray

    def __len__(self) -> int:
        return len(self.sport)

    def __getitem__(self, part: slice) -> Tokens:
        return Tokens(*(getattr(self, f.name)[part] for f in fields(self)))


def lived(log: TrainingLog, last: dt.date | None = None) -> tuple[Session, ...]:
    """What one athlete did, with each day without a session as a day of rest, up to ``last``."""
    done = tuple(s for s in log.sessions if s.kind == "done")
    filled = with_rest_days(TrainingLog(done)).sessions
    if last is not None and filled and filled[-1].date < last:
        days = (last - filled[-1].date).days
        more = (filled[-1].date + dt.timedelta(days=n + 1) for n in range(days))
        filled += tuple(Session(day, "done", "rest", filled[-1].athlete) for day in more)
    return filled


def tokens(sessions: Sequence[Session], loads: Sequence[float]) -> Tokens:
    """The sessions, rest among them, with their loads in points."""
    first = sessions[0].date if sessions else dt.date.min
    rows, values, others, words = [], [], [], []
    for session, load in zip(sessions, loads, strict=True):
        minutes = session.duration_s / 60 if session.duration_s else None
        kilometres = session.distance_m / 1000 if session.distance_m else None
        shares = _shares(session.heart_rate_zones_s or session.power_zones_s)
        rest = session.is_rest
        rows.append(
            (
                np.log1p(minutes or 0.0) / 5,
                np.log1p(kilometres or 0.0) / 5,
                np.log1p(max(load, 0.0)) / 5,
                (session.rpe or 0.0) / 10,
                *(shares or (0.0, 0.0, 0.0)),
                kilometres is not None,
                session.rpe is not None,
                shares is not None,
                minutes is not None,
            )
        )
        nothing = np.nan
        values.append(
            (nothing,) * 3
            if rest
            else (
                load,
                nothing if session.rpe is None else session.rpe,
                nothing if minutes is None else minutes,
            )
        )
        others.append(
            (
                SPORTS.index(session.sport),
                session.date.weekday(),
                (session.date - first).days,
                session.kind == "planned",
                session.health != "",
            )
        )
        words.append(buckets(session.title))
    count = len(rows)
    sport, weekday, day, planned, ill = np.array(others, np.int64).reshape(count, 5).T
    return Tokens(
        np.array(rows, np.float32).reshape(count, FEATURES),
        np.array(values, np.float32).reshape(count, 3),
        *(sport, weekday, day, planned, ill),
        np.array(words, np.int64).reshape(count, MOST_WORDS),
    )


def as_expected(rows: Tokens, expected: np.ndarray) -> Tokens:
    """The rows with every session of the size that was ``expected``, float (T, 3), as VALUES.

    Distance and zones are those of the athlete's mean session, titles are unknown; sport, day and
    health stay, and what was not measured stays unknown. Days of rest stay as they are.
    """
    session = rows.sport != SPORTS.index("rest")
    distance, rated, zoned, timed = (rows.features[:, n] for n in range(7, 11))
    load, rpe, minutes = expected.T
    features = rows.features.copy()
    features[:, 0] = np.log1p(minutes) / 5 * timed
    features[:, 2] = np.log1p(load) / 5
    features[:, 3] = rpe / 10 * rated
    for part, known in ((slice(1, 2), distance), (slice(4, 7), zoned)):
        total = (rows.features[:, part] * known[:, None]).sum(0)
        features[:, part] = total / max(known.sum(), 1.0) * known[:, None]
    return replace(
        rows,
        features=np.where(session[:, None], features, rows.features),
        values=np.where(np.isfinite(rows.values), expected, np.nan).astype(np.float32),
        words=np.where(session[:, None], 0, rows.words),
    )


def _shares(zones: tuple[float, ...]) -> tuple[float, float, float] | None:
    """Shares of time in the first two, the next two and the further zones."""
    total = sum(zones)
    if not total:
        return None
    return sum(zones[:2]) / total, sum(zones[2:4]) / total, sum(zones[4:]) / total


def buckets(title: str) -> list[int]:
    """Where the first words of a title fall, filled up with 0. Chinese counts by characters."""
    found = WORD.findall(title.lower())[:MOST_WORDS]
    places = [1 + zlib.crc32(word.encode()) % (WORDS - 1) for word in found]
    return places + [0] * (MOST_WORDS - len(places))
