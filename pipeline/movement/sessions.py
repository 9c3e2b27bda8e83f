"""Recordings that an athlete agreed to have kept, what they tell over time, and their erasure."""

from __future__ import annotations

import json
import shutil
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import theilslopes

from data.errors import FileError
from data.movement import Movement, Options
from data.notes import Note, note
from pipeline import results
from pipeline.errors import InputError, PoseError, StorageError
from pipeline.gallery import Gallery
from pipeline.movement.analyse import Analysis
from pipeline.movement.attend import Attended
from pipeline.movement.clean import Cleaning, clean
from pipeline.movement.corrections import from_json, to_json
from pipeline.movement.figure import VIEWS, figure_at
from pipeline.movement.study import Recording, open_recording
from pipeline.record import figure_from_json

ATHLETES, RECORD, FILE = "athletes", "session.json", "recording"

ENOUGH_SESSIONS = 4
"""Sessions from which a trend is told."""

SAME = 2e-3
"""Sides of a picture by which the joints of one pose may differ after being written and read."""


@dataclass(frozen=True)
class Consent:
    """Who agreed that a recording is kept, in their words or a coach's, and on which day."""

    by: str
    day: date


@dataclass(frozen=True)
class Session:
    """A kept recording. ``values``: (title, unit, value) of what could be measured in it."""

    id: str
    athlete: str
    day: date
    source: str
    consent: Consent
    values: tuple[tuple[Note, str, float], ...]


@dataclass(frozen=True)
class Trend:
    """A measure over an athlete's sessions, in order of their days.

    ``slope`` per 30 days and its 95 % interval by Theil and Sen (Sen 1968, J Am Stat Assoc 63);
    None with fewer than :data:`ENOUGH_SESSIONS` sessions on different days.
    """

    title: Note
    unit: str
    days: tuple[date, ...]
    values: tuple[float, ...]
    slope: tuple[float, float, float] | None


QUALITY = note("quality score by the model")


class Sessions:
    """The sessions of a workspace's athletes, a folder each: the recording and ``session.json``.

    Nothing is kept here unless :meth:`keep` is called with somebody's consent.
    """

    def __init__(self, workspace: Path | None = None) -> None:
        self.workspace = results.workspace() if workspace is None else workspace
        self.folder = self.workspace / ATHLETES

    def athletes(self) -> list[str]:
        """Those of whom something is kept, in order."""
        with suppress(FileNotFoundError):
            return sorted(p.name for p in self.folder.iterdir() if any(p.glob(f"*/{RECORD}")))
        return []

    def of(self, athlete: str) -> list[Session]:
        """An athlete's sessions, the earliest first; damaged ones are left out."""
        found = []
        for path in self._place(athlete).glob(f"*/{RECORD}"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                found.append(_session(path.parent.name, json.loads(path.read_bytes())))
        return sorted(found, key=lambda session: (session.day, session.id))

    def keep(
        self,
        athlete: str,
        day: date,
        consent: Consent,
        recording: Recording,
        analysis: Analysis,
        attended: Attended | None = None,
    ) -> Session:
        """Keep a recording and its measures. Raises InputError without a name or consent, and
        StorageError.
        """
        if not consent.by.strip():
            raise InputError(
                "Nothing is kept without consent. Write down who agreed to it, for instance the "
                "athlete, or a parent of a child."
            )
        id_ = f"{day:%Y%m%d}_{uuid.uuid4().hex[:8]}"
        values = [
            (found.title, found.unit, found.value)
            for found in analysis.indicators
            if found.value is not None
        ]
        if attended is not None:
            values.append((QUALITY, "%", 100 * attended.quality[0]))
        session = Session(
            id_, athlete.strip(), day, analysis.movement.source, consent, tuple(values)
        )
        folder = self._place(session.athlete) / id_
        record = {
            "athlete": session.athlete,
            "day": day.isoformat(),
            "source": session.source,
            "consent": {"by": consent.by.strip(), "day": consent.day.isoformat()},
            "values": [[asdict(title), unit, value] for title, unit, value in values],
            "reading": {
                "name": recording.name,
                "options": asdict(replace(recording.options, model=None, detector=None)),
                "cleaning": asdict(recording.cleaning),
                "which": recording.which,
                "corrections": to_json(recording.corrections),
            },
        }
        results.make_folder(folder)
        results.write_file(folder / FILE, recording.data)
        # Last, so that there is no session without its recording.
        results.write_file(folder / RECORD, json.dumps(record, ensure_ascii=False).encode())
        return session

    def recording(self, session: Session) -> Recording:
        """The recording as it was studied, corrections too. Raises StorageError."""
        folder = self._place(session.athlete) / session.id
        try:
            reading = json.loads((folder / RECORD).read_bytes())["reading"]
            return Recording(
                reading["name"],
                (folder / FILE).read_bytes(),
                Options(**reading["options"]),
                Cleaning(**reading["cleaning"]),
                reading["which"],
                corrections=from_json(reading["corrections"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                "The kept recording {name} is damaged and cannot be opened. Delete its session.",
                name=session.source,
            ) from error

    def erase(self, session: Session) -> int:
        """Delete a session and every picture of the workspace that was drawn from its poses.

        Returns how many pictures. One whose pose was changed by hand afterwards is not known again.
        Raises StorageError.
        """
        pictures = []
        with suppress(StorageError, FileError):  # of what cannot be read no picture can be found
            recording = self.recording(session)
            movement = open_recording(recording).movement
            pictures = list(self._drawn_from(clean(movement, recording.cleaning)))
            Gallery(self.workspace).delete(pictures)
        place = self._place(session.athlete)
        try:
            with suppress(FileNotFoundError):
                # The record first: a session half deleted is none.
                (place / session.id / RECORD).unlink()
                shutil.rmtree(place / session.id)
            with suppress(OSError):
                place.rmdir()
        except OSError as error:
            raise StorageError(
                "{path} could not be deleted ({reason}). Delete the folder by hand.",
                path=str(place / session.id),
                reason=error.strerror or type(error).__name__,
            ) from error
        return len(pictures)

    def forget(self, athlete: str) -> int:
        """Erase all of an athlete's sessions; returns how many pictures went with them."""
        pictures = sum(self.erase(session) for session in self.of(athlete))
        shutil.rmtree(self._place(athlete), ignore_errors=True)  # damaged sessions too
        return pictures

    def _place(self, athlete: str) -> Path:
        name = athlete.strip()
        if not results.is_name(name):
            raise InputError(
                "An athlete cannot be called “{name}” here. Use up to {limit} letters, digits, "
                "spaces and hyphens; initials or a number do as well.",
                name=name[: results.LONGEST_NAME],
                limit=results.LONGEST_NAME,
            )
        return self.folder / unicodedata.normalize("NFC", name)

    def _drawn_from(self, movement: Movement) -> Iterator[str]:
        """Ids of results that were drawn with a pose of the movement."""
        poses = None
        kept = Gallery(self.workspace).results
        for id_ in kept.ids():
            try:
                record = json.loads((kept.folder / id_ / results.RECORD).read_bytes())
                asked = record["request"]["figure"]
                pose = None if asked is None else figure_from_json(asked).joints
            except (OSError, ValueError, KeyError, TypeError, InputError):
                continue
            if pose is None:
                continue
            if poses is None:
                poses = all_poses(movement)
            if len(pose) == 1 and is_one_of(pose[0], poses):
                yield id_


def all_poses(movement: Movement) -> np.ndarray:
    """Each frame's pose from each view, float (frames × views, joints, 2) in sides of a picture."""
    if movement.joints is None:
        return np.zeros((0, 1, 2))
    found = []
    for frame in range(movement.frames):
        for view in VIEWS if movement.joints.shape[-1] == 3 else ["front"]:
            with suppress(PoseError):  # too little of the body is known in this frame
                found.append(figure_at(movement, frame, view).joints[0])
    return np.array(found) if found else np.zeros((0, 1, 2))


def is_one_of(pose: np.ndarray, poses: np.ndarray) -> bool:
    """Whether a pose (joints, 2) is among others; NaN where a joint isn't shown."""
    if not len(poses) or poses.shape[1:] != pose.shape:
        return False
    away = np.abs(poses - pose)
    known = np.isfinite(away)
    alike = np.where(known, away, 0).max((1, 2)) < SAME
    return bool((alike & (known.all(-1).sum(1) >= 8)).any())


def trends(sessions: list[Session]) -> list[Trend]:
    """Measures that two sessions or more have, those in most sessions first."""
    found: dict[str, list[tuple[Session, Note, str, float]]] = {}
    for session in sessions:
        for title, unit, value in session.values:
            found.setdefault(str(title), []).append((session, title, unit, value))
    made = [
        Trend(
            rows[-1][1],
            rows[-1][2],
            tuple(row[0].day for row in rows),
            tuple(row[3] for row in rows),
            _slope([row[0].day.toordinal() for row in rows], [row[3] for row in rows]),
        )
        for rows in found.values()
        if len(rows) > 1
    ]
    return sorted(made, key=lambda trend: -len(trend.days))


def _slope(days: list[int], values: list[float]) -> tuple[float, float, float] | None:
    if len(set(days)) < ENOUGH_SESSIONS:
        return None
    slope, _, low, high = theilslopes(values, days)
    return 30 * float(slope), 30 * float(low), 30 * float(high)


def _session(id_: str, record: dict[str, Any]) -> Session:
    consent = Consent(record["consent"]["by"], date.fromisoformat(record["consent"]["day"]))
    values = tuple((Note(**title), unit, float(value)) for title, unit, value in record["values"])
    day = date.fromisoformat(record["day"])
    return Session(id_, record["athlete"], day, record["source"], consent, values)
