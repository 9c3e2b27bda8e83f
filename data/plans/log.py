"""A training log or plan, as values: what every reader returns and every analysis takes.

Units are in the names: ``_s`` seconds, ``_m`` metres, ``_m_s`` metres a second, ``_bpm`` beats a
minute, ``_w`` watts, ``_kj`` kilojoules, ``_kg`` kilograms, ``_ms`` milliseconds, ``_h`` hours.
None says that the file doesn't tell.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import pandas as pd

Kind = Literal["planned", "done"]
Health = Literal["", "ill", "injured"]

SPORTS = (
    "run",
    "bike",
    "swim",
    "walk",
    "row",
    "ski",
    "skate",
    "strength",
    "mobility",
    "team",
    "racket",
    "combat",
    "multisport",
    "other",
    "rest",
)
"""What a session can be; ``rest`` is a day off, said or filled in."""

Bins = tuple[tuple[float, float], ...]
"""(value, seconds spent there) in rising order of the value."""

Curve = tuple[tuple[float, float], ...]
"""(seconds, best mean value over that long) in rising order of the seconds."""


class Note:
    """A remark about a file: a template with named fields, so that a page can translate it."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values)

    def __repr__(self) -> str:
        return f"Note({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True)
class Step:
    """One step of a structured session.

    Attributes
    ----------
    effort
        ``warmup``, ``work``, ``recovery`` or ``cooldown``.
    target
        What ``low`` and ``high`` are: ``power_w``, ``power_ftp`` (fraction of FTP),
        ``heart_rate_bpm``, ``heart_rate_max`` (fraction of the maximum), ``speed_m_s``,
        ``power_zone``, ``heart_rate_zone`` or empty. ``low`` is where a ramp begins and ``high``
        where it ends, so the first may be the larger one in ``ramp``.
    """

    duration_s: float | None = None
    distance_m: float | None = None
    effort: str = "work"
    target: str = ""
    low: float | None = None
    high: float | None = None
    ramp: bool = False
    text: str = ""


@dataclass(frozen=True)
class Session:
    """One session, planned or done, or one day of rest.

    Attributes
    ----------
    date
        The athlete's local day.
    start
        With a zone where the file tells it, else the local time of day.
    sport
        One of :data:`SPORTS`.
    duration_s
        Time in motion where the file tells it, else the time that passed.
    intensity_factor, load, load_name
        As the file states them, with its own name for the load (``TSS``, ``Relative Effort``).
    energy_kj
        Mechanical work, not the energy that the body turned over ("calories").
    rpe
        Rating of perceived exertion on Borg's CR10, 0 to 10.
    heart_rate_s, power_s, speed_s
        Seconds at each beat a minute, each 10 W and each 0.1 m/s.
    best_power_w, best_speed_m_s
        The mean-maximal curve: the best mean over each length of time.
    heart_rate_zones_s, power_zones_s
        Seconds in each zone as the file states them, the easiest first.
    workout
        The same for the planned and the done session of one row of a file.
    source
        The file that it was read from.
    extra
        What the file says besides, as (column, text).
    flags
        Names of fields whose value was impossible and therefore moved to ``extra``.
    """

    date: dt.date
    kind: Kind = "done"
    sport: str = "other"
    athlete: str = ""
    start: dt.datetime | None = None
    title: str = ""
    text: str = ""
    health: Health = ""
    duration_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    energy_kj: float | None = None
    heart_rate_bpm: float | None = None
    heart_rate_max_bpm: float | None = None
    power_w: float | None = None
    power_max_w: float | None = None
    normalized_power_w: float | None = None
    intensity_factor: float | None = None
    speed_m_s: float | None = None
    cadence_rpm: float | None = None
    rpe: float | None = None
    load: float | None = None
    load_name: str = ""
    heart_rate_s: Bins = ()
    power_s: Bins = ()
    speed_s: Bins = ()
    best_power_w: Curve = ()
    best_speed_m_s: Curve = ()
    heart_rate_zones_s: tuple[float, ...] = ()
    power_zones_s: tuple[float, ...] = ()
    steps: tuple[Step, ...] = ()
    workout: str = ""
    source: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        return self.sport == "rest"


RANGES: dict[str, tuple[float, float]] = {
    "duration_s": (0, 7 * 86400),
    "distance_m": (0, 3_000_000),
    "ascent_m": (0, 50_000),
    "energy_kj": (0, 150_000),
    "heart_rate_bpm": (25, 250),
    "heart_rate_max_bpm": (25, 250),
    "power_w": (0, 2_500),
    "power_max_w": (0, 4_000),
    "normalized_power_w": (0, 2_500),
    "intensity_factor": (0, 3),
    "speed_m_s": (0, 60),
    "cadence_rpm": (0, 300),
    "rpe": (0, 10),
    "load": (0, 3_000),
}
"""What a person can do in one session; anything outside is flagged and kept out of the measures."""

NUMBERS = tuple(RANGES)
"""The fields of a session that hold one number."""


LONGEST_TEXT = 20_000


def checked(session: Session) -> Session:
    """The session with impossible numbers moved to ``extra`` and their fields named in ``flags``.

    Control characters, which neither XML nor XLSX can hold, are taken out of its texts.

    A zero where the field cannot be zero (heart rate) is how many devices write "not measured";
    it becomes None without a flag.
    """
    texts = {n: _clean(getattr(session, n)) for n in ("title", "text", "athlete", "source")}
    changes: dict[str, Any] = {n: t for n, t in texts.items() if t != getattr(session, n)}
    cleaned = [(_clean(column), _clean(text)) for column, text in session.extra]
    flags, extra = list(session.flags), cleaned
    for name, (low, high) in RANGES.items():
        value = getattr(session, name)
        if value is None or low <= value <= high:
            continue
        changes[name] = None
        if value != 0:
            flags.append(name)
            extra.append((f"{name} (impossible)", f"{value:g}"))
    return replace(session, **changes, flags=tuple(flags), extra=tuple(extra))


def _clean(text: str) -> str:
    """Without control characters and half surrogates; each line's end is one line feed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    return "".join(kept)[:LONGEST_TEXT].strip()


@dataclass(frozen=True)
class Wellness:
    """How an athlete was on one day; scores as the file gives them.

    ``hrv_rmssd_ms`` is the root mean square of successive differences between heartbeats.
    """

    date: dt.date
    athlete: str = ""
    hrv_rmssd_ms: float | None = None
    heart_rate_rest_bpm: float | None = None
    sleep_h: float | None = None
    sleep_quality: float | None = None
    fatigue: float | None = None
    soreness: float | None = None
    stress: float | None = None
    mood: float | None = None
    readiness: float | None = None
    weight_kg: float | None = None
    health: Health = ""
    text: str = ""


@dataclass(frozen=True)
class Thresholds:
    """What an athlete's zones hang on, from the day ``since`` on; None leaves the earlier value.

    Attributes
    ----------
    ftp_w
        Functional threshold power.
    lthr_bpm
        Heart rate at the lactate threshold.
    threshold_speed_m_s
        Running speed at the threshold; ``swim_speed_m_s`` the same (critical swim speed).
    sex
        ``female``, ``male`` or empty; only Banister's TRIMP uses it.
    """

    since: dt.date
    athlete: str = ""
    ftp_w: float | None = None
    lthr_bpm: float | None = None
    heart_rate_max_bpm: float | None = None
    heart_rate_rest_bpm: float | None = None
    threshold_speed_m_s: float | None = None
    swim_speed_m_s: float | None = None
    weight_kg: float | None = None
    sex: str = ""


@dataclass(frozen=True)
class Performance:
    """A test's or a race's ``result`` on one day, for Banister's model.

    In any unit in which more is better (W, m/s, points), the same for all of an athlete's; ``name``
    says which test it was.
    """

    date: dt.date
    result: float
    athlete: str = ""
    name: str = ""


@dataclass(frozen=True)
class Source:
    """What was recognised in one file, to be confirmed.

    Attributes
    ----------
    columns
        (column of the file, field of the session, unit it was read in).
    unknown
        Columns that were not recognised; their texts are in each session's ``extra``, and
        :func:`data.plans.mapping.map_columns` turns them into fields.
    """

    name: str
    format: str
    sessions: int = 0
    columns: tuple[tuple[str, str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Duplicate:
    """Two records of one session: the one in the log and the one that was left out."""

    kept: Session
    dropped: Session


@dataclass(frozen=True)
class TrainingLog:
    """One row a session in order of time, and what else the files tell.

    Attributes
    ----------
    sessions
        In order of date, start and kind; several athletes may be mixed.
    duplicates
        What was left out because it is there already; :func:`data.plans.merge.restore` undoes it.
    """

    sessions: tuple[Session, ...] = ()
    wellness: tuple[Wellness, ...] = ()
    thresholds: tuple[Thresholds, ...] = ()
    performances: tuple[Performance, ...] = ()
    sources: tuple[Source, ...] = ()
    duplicates: tuple[Duplicate, ...] = field(default=())

    @property
    def athletes(self) -> tuple[str, ...]:
        """Everybody who has a row, in alphabetical order."""
        rows: tuple[Session | Wellness | Thresholds | Performance, ...] = (
            *self.sessions,
            *self.wellness,
            *self.thresholds,
            *self.performances,
        )
        return tuple(sorted({row.athlete for row in rows}))

    @property
    def athletes_with_sessions(self) -> tuple[str, ...]:
        """Those for whom there is something to add up."""
        return tuple(sorted({session.athlete for session in self.sessions}))

    def of(self, athlete: str) -> TrainingLog:
        """What belongs to one athlete."""
        return replace(
            self,
            sessions=tuple(s for s in self.sessions if s.athlete == athlete),
            wellness=tuple(w for w in self.wellness if w.athlete == athlete),
            thresholds=tuple(t for t in self.thresholds if t.athlete == athlete),
            performances=tuple(p for p in self.performances if p.athlete == athlete),
            duplicates=tuple(d for d in self.duplicates if d.kept.athlete == athlete),
        )

    def frame(self) -> pd.DataFrame:
        """One row a session, one column a field; missing numbers are NaN."""
        names = [f.name for f in fields(Session)]
        table = pd.DataFrame([[getattr(s, n) for n in names] for s in self.sessions], columns=names)
        return table.astype(dict.fromkeys(NUMBERS, "float64"))


def in_order(session: Session) -> tuple[Any, ...]:
    """Sorting key: day, then time of day (unknown first), then planned before done."""
    clock = session.start.replace(tzinfo=None) if session.start else dt.datetime.min
    return (session.date, clock, session.kind != "planned", session.athlete, session.title)


def with_rest_days(log: TrainingLog) -> TrainingLog:
    """The log with a row of rest for each day between first and last that has none.

    Each athlete's planned and done sessions are filled on their own.
    """
    days: dict[tuple[str, Kind], set[dt.date]] = {}
    for session in log.sessions:
        days.setdefault((session.athlete, session.kind), set()).add(session.date)
    rest = [
        Session(day, kind, "rest", athlete)
        for (athlete, kind), present in days.items()
        for day in _between(min(present), max(present))
        if day not in present
    ]
    return replace(log, sessions=tuple(sorted((*log.sessions, *rest), key=in_order)))


def _between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def thresholds_on(log: TrainingLog, athlete: str, day: dt.date) -> Thresholds:
    """What held for the athlete on that day: of each value the latest that was set before.

    Before the first date the first value holds, because a threshold that nobody wrote down then is
    nearer to the truth than none.
    """
    values: dict[str, Any] = {}
    stated = sorted((t for t in log.thresholds if t.athlete == athlete), key=lambda t: t.since)
    for threshold in stated:
        for name, value in _stated(threshold).items():
            if threshold.since <= day or name not in values:
                values[name] = value
    return Thresholds(day, athlete, **values)


def _stated(threshold: Thresholds) -> Mapping[str, Any]:
    values = {f.name: getattr(threshold, f.name) for f in fields(Thresholds)}
    return {n: v for n, v in values.items() if v and n not in ("since", "athlete")}
