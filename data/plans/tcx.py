"""TCX: Garmin's Training Center XML, activities and courses done.

http://www.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from lxml import etree

from data.errors import FileError
from data.plans.activity import session_of
from data.plans.log import Note, Session, Source, TrainingLog
from data.plans.markup import children, find, parse, tag, text
from data.plans.options import Options
from data.plans.samples import samples_of
from data.plans.sports import sport_of
from data.plans.values import moment, number

CHANNELS = {
    "heart_rate_bpm": ("HeartRateBpm", "Value"),
    "distance_m": ("DistanceMeters",),
    "altitude_m": ("AltitudeMeters",),
    "cadence_rpm": ("Cadence",),
}
EXTENSIONS = {"Watts": "power_w", "Speed": "speed_m_s", "RunCadence": "cadence_rpm"}


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """A row an activity, its laps added up. Raises :class:`FileError` when there is none."""
    root = parse(name, data)
    activities = [e for e in root.iter() if tag(e) == "Activity"]
    sessions = [s for a in activities if (s := _session(a, options)) is not None]
    if not sessions:
        raise FileError(
            "{name} has no activity with a start time in it. Export the activity itself, not the "
            "course or the workout.",
            name=name,
        )
    left_out = len(activities) - len(sessions)
    notes = (Note("{count} activities without a start time were left out.", count=left_out),)
    source = Source(name, "TCX", len(sessions), notes=notes if left_out else ())
    return TrainingLog(tuple(replace(s, source=name) for s in sessions), sources=(source,))


def _session(activity: etree._Element, options: Options) -> Session | None:
    laps = list(children(activity, "Lap"))
    said = [lap.get("StartTime", "") for lap in laps[:1]] + [text(activity, "Id")]
    start = next((m for s in said if (m := moment(s)) is not None), None)
    if start is None:
        return None
    times, rows = [], []
    for point in (p for lap in laps for p in lap.iter() if tag(p) == "Trackpoint"):
        when = moment(text(point, "Time"))
        if when is None or (when.tzinfo is None) != (start.tzinfo is None):
            continue
        times.append((when - start).total_seconds())
        row = {channel: number(text(point, *path)) for channel, path in CHANNELS.items()}
        extensions = find(point, "Extensions")
        for element in () if extensions is None else extensions.iter():
            if tag(element) in EXTENSIONS:
                row[EXTENSIONS[tag(element)]] = number(element.text)
        rows.append(row)
    names = {channel for row in rows for channel, value in row.items() if value is not None}
    channels = {
        c: np.array([row[c] if row.get(c) is not None else np.nan for row in rows], float)
        for c in sorted(names)
    }
    samples = samples_of(np.array(times), channels) if len(times) > 1 else None
    return session_of(
        start,
        samples,
        options,
        sport=sport_of(activity.get("Sport", "")) or "other",
        title=text(activity, "Name"),
        text=text(activity, "Notes"),
        duration_s=_total(laps, "TotalTimeSeconds") or None,
        distance_m=_total(laps, "DistanceMeters") or None,
    )


def _total(laps: list[etree._Element], name: str) -> float | None:
    values = [v for lap in laps if (v := number(text(lap, name))) is not None]
    return sum(values) if values else None
