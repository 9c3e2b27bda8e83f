"""GoldenCheetah's JSON of one activity: ``{"RIDE": {"STARTTIME": …, "SAMPLES": […]}}``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.errors import FileError
from data.plans.activity import session_of
from data.plans.log import Source, TrainingLog
from data.plans.options import Options
from data.plans.samples import samples_of
from data.plans.sports import sport_of
from data.plans.values import moment, number, plain

CHANNELS = {
    "HR": ("heart_rate_bpm", 1.0),
    "WATTS": ("power_w", 1.0),
    "KPH": ("speed_m_s", 1 / 3.6),
    "KM": ("distance_m", 1000.0),
    "ALT": ("altitude_m", 1.0),
    "CAD": ("cadence_rpm", 1.0),
}
ABSENT = {"KM", "KPH", "HR", "CAD"}
"""Written as 0 all along when the sensor was missing."""


def read(name: str, ride: object, options: Options) -> TrainingLog:
    """One row from what stands under ``RIDE``. Raises :class:`FileError` without a start time."""
    ride = ride if isinstance(ride, Mapping) else {}
    start = moment(plain(ride.get("STARTTIME", "")))
    if start is None:
        raise FileError(
            "{name} is a GoldenCheetah file without a start time. Export the activity again.",
            name=name,
        )
    tags = ride.get("TAGS")
    tags = {k: plain(v) for k, v in tags.items()} if isinstance(tags, Mapping) else {}
    rows = [s for s in ride.get("SAMPLES") or () if isinstance(s, Mapping)]
    channels = {}
    for key, (channel, scale) in CHANNELS.items():
        values = np.array([_number(row.get(key)) for row in rows]) * scale
        if np.isfinite(values).any() and not (key in ABSENT and not np.nanmax(values) > 0):
            channels[channel] = values
    time = np.array([_number(row.get("SECS")) for row in rows])
    session = session_of(
        start,
        samples_of(time, channels) if len(rows) > 1 else None,
        options,
        athlete=tags.get("Athlete", ""),
        sport=sport_of(tags.get("Sport", "")) or ("bike" if "power_w" in channels else "other"),
        title=tags.get("Workout Title", "") or tags.get("Route", ""),
        text=tags.get("Calendar Text", "") or tags.get("Notes", ""),
        rpe=number(tags.get("RPE", "")) or None,
        source=name,
    )
    return TrainingLog((session,), sources=(Source(name, "GoldenCheetah JSON", 1),))


def _number(value: object) -> float:
    found = number(value)
    return float("nan") if found is None else found
