"""HRM: what Polar's software writes of one exercise, sections of text with a row an interval.

Polar HRM files (versions 1.02 to 1.07): https://www.polar.com/files/Polar_HRM_file%20format.pdf
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np

from data.errors import FileError
from data.plans.activity import session_of
from data.plans.encoding import decode
from data.plans.log import Source, Thresholds, TrainingLog
from data.plans.options import Options
from data.plans.samples import samples_of
from data.plans.values import MILE, duration, number

FOOT_M = 0.3048
BEAT_BY_BEAT = 238
"""As ``Interval``: each row is the time from one heartbeat to the next in milliseconds."""

MOST_ROWS = 200_000


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """One row. Raises :class:`FileError` without a date or a heart rate."""
    parts: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in map(str.strip, decode(name, data).splitlines()):
        if (title := re.fullmatch(r"\[(.+)\]", line)) is not None:
            inside = parts.setdefault(title[1].lower(), [])
        elif line:
            inside.append(line)
    said = dict(line.split("=", 1) for line in parts.get("params", []) if "=" in line)
    start = _start(said)
    rows = [found for line in parts.get("hrdata", [])[:MOST_ROWS] if (found := _row(line))]
    if start is None or not rows:
        raise FileError(
            "{name} is a Polar file without a date or without heart rates. Export it again.",
            name=name,
        )
    mode = said.get("SMode", "").strip().ljust(9, "0")
    american = mode[7] == "1"
    scales = (
        ("speed_m_s", 0.1 * (MILE if american else 1000.0) / 3600),
        ("cadence_rpm", 1.0),
        ("altitude_m", FOOT_M if american else 1.0),
        ("power_w", 1.0),
    )
    told = [named for named, digit in zip(scales, mode, strict=False) if digit == "1"]
    interval = int(number(said.get("Interval", "")) or 5)
    beats: np.ndarray = np.array([row[0] for row in rows], float)
    if interval == BEAT_BY_BEAT:
        time: np.ndarray = np.cumsum(beats) / 1000
        beats = 60_000 / np.maximum(beats, 1.0)
    else:
        time = np.arange(len(rows)) * float(np.clip(interval, 1, 60))
    channels = {"heart_rate_bpm": beats}
    for at, (channel, scale) in enumerate(told, start=1):
        values = np.array([row[at] if at < len(row) else np.nan for row in rows], float)
        # Sensors that were not there are written as 0 all along.
        if np.isfinite(values).any() and np.nanmax(np.abs(values)) > 0:
            channels[channel] = values * scale
    session = session_of(
        start,
        samples_of(time, channels) if len(rows) > 1 else None,
        options,
        sport="bike" if "power_w" in channels else "other",
        text="\n".join(parts.get("note", [])),
        duration_s=duration(said.get("Length", "")),
        distance_m=_distance(channels, time),
        source=name,
    )
    thresholds = Thresholds(
        session.date,
        heart_rate_max_bpm=number(said.get("MaxHR", "")) or None,
        heart_rate_rest_bpm=number(said.get("RestHR", "")) or None,
    )
    stated = () if thresholds == Thresholds(session.date) else (thresholds,)
    return TrainingLog((session,), thresholds=stated, sources=(Source(name, "Polar HRM", 1),))


def _start(said: dict[str, str]) -> dt.datetime | None:
    clock = said.get("StartTime", "00:00:00").strip().split(".")[0]
    try:
        return dt.datetime.strptime(f"{said.get('Date', '').strip()} {clock}", "%Y%m%d %H:%M:%S")
    except ValueError:
        return None


def _row(line: str) -> list[float]:
    cells = [number(cell) for cell in line.split()]
    return [] if not cells or cells[0] is None else [np.nan if c is None else c for c in cells]


def _distance(channels: dict[str, np.ndarray], time: np.ndarray) -> float | None:
    if "speed_m_s" not in channels or len(time) < 2:
        return None
    steps = np.diff(time, append=2 * time[-1] - time[-2])
    return float(np.nansum(channels["speed_m_s"] * steps))
