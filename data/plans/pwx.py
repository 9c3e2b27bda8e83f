"""PWX: Peaksware's XML of one or several workouts.

http://www.peaksware.com/PWX/1/0/pwx.xsd
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from lxml import etree

from data.errors import FileError
from data.plans.activity import session_of
from data.plans.log import Session, Source, Thresholds, TrainingLog
from data.plans.markup import children, find, parse, tag, text
from data.plans.options import Options
from data.plans.samples import samples_of
from data.plans.sports import sport_of
from data.plans.values import moment, number

CHANNELS = {
    "hr": "heart_rate_bpm",
    "pwr": "power_w",
    "spd": "speed_m_s",
    "dist": "distance_m",
    "alt": "altitude_m",
    "cad": "cadence_rpm",
}


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """A row a workout. Raises :class:`FileError` when none has a time."""
    root = parse(name, data)
    workouts = [e for e in root.iter() if tag(e) == "workout"]
    sessions = [s for w in workouts if (s := _session(w, options)) is not None]
    if not sessions:
        raise FileError("{name} has no workout with a time in it. Export it again.", name=name)
    weights = [
        Thresholds(s.date, s.athlete, weight_kg=weight)
        for s, w in zip(sessions, workouts, strict=False)
        if (weight := number(text(w, "athlete", "weight")))
    ]
    return TrainingLog(
        tuple(replace(s, source=name) for s in sessions),
        thresholds=tuple(weights),
        sources=(Source(name, "PWX", len(sessions)),),
    )


def _session(workout: etree._Element, options: Options) -> Session | None:
    start = moment(text(workout, "time"))
    if start is None:
        return None
    rows = list(children(workout, "sample"))
    time = np.array([_number(text(row, "timeoffset")) for row in rows])
    channels = {
        channel: np.array([_number(text(row, key)) for row in rows])
        for key, channel in CHANNELS.items()
    }
    heart, power = (find(workout, "summarydata", key) for key in ("hr", "pwr"))
    return session_of(
        start,
        samples_of(time, channels) if len(rows) > 1 else None,
        options,
        athlete=text(workout, "athlete", "name"),
        sport=sport_of(text(workout, "sportType")) or "other",
        title=text(workout, "title"),
        text=text(workout, "cmt"),
        duration_s=number(text(workout, "summarydata", "duration")),
        distance_m=number(text(workout, "summarydata", "dist")),
        heart_rate_bpm=_attribute(heart, "avg"),
        heart_rate_max_bpm=_attribute(heart, "max"),
        power_w=_attribute(power, "avg"),
        load=number(text(workout, "summarydata", "tss")) or None,
        load_name="TSS" if number(text(workout, "summarydata", "tss")) else "",
    )


def _attribute(element: etree._Element | None, name: str) -> float | None:
    """None for 0 as well: the schema demands the attribute where the sensor was missing."""
    return None if element is None else number(element.get(name)) or None


def _number(value: str) -> float:
    found = number(value)
    return float("nan") if found is None else found
