"""Recorded samples of one activity, and what of them a log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from data.plans.log import Bins, Curve

LONGEST_GAP_S = 30
"""Samples further apart than this have a pause between them; devices write at least every 30 s."""

LONGEST_PAUSE_S = 3600
CURVE_S = (1, 5, 15, 30, 60, 120, 180, 300, 480, 600, 720, 900, 1200, 1800, 2400, 3600, 5400, 7200)
POSSIBLE = {"heart_rate_bpm": (25, 250), "power_w": (0, 3000), "speed_m_s": (0, 45)}
"""A sample outside is an artefact of the sensor (a power meter's spike, a jump of the GPS)."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Arrays of one length: seconds since the start, and channels with NaN where one is missing.

    ``time_s`` rises strictly; a channel that the file doesn't have is None.
    """

    time_s: np.ndarray
    heart_rate_bpm: np.ndarray | None = None
    power_w: np.ndarray | None = None
    speed_m_s: np.ndarray | None = None
    distance_m: np.ndarray | None = None
    altitude_m: np.ndarray | None = None
    cadence_rpm: np.ndarray | None = None


def samples_of(time_s: np.ndarray, channels: Mapping[str, np.ndarray]) -> Samples:
    """Samples in order of time, one a moment, impossible values taken out, empty channels left out.

    Where there is a distance but no speed, the speed is its change over time.
    """
    time_s = np.asarray(time_s, float)
    order = np.unique(np.where(np.isfinite(time_s), time_s, np.inf), return_index=True)[1]
    order = order[np.isfinite(time_s[order])]
    time = time_s[order]
    kept: dict[str, np.ndarray | None] = {}
    for name, values in channels.items():
        values = np.asarray(values, float)[order]
        low, high = POSSIBLE.get(name, (-np.inf, np.inf))
        values = np.where((values >= low) & (values <= high), values, np.nan)
        kept[name] = values if np.isfinite(values).any() else None
    travelled = kept.get("distance_m")
    if kept.get("speed_m_s") is None and travelled is not None and len(time) > 1:
        speed = np.gradient(travelled, time)
        low, high = POSSIBLE["speed_m_s"]
        speed = np.where((speed >= low) & (speed <= high), speed, np.nan)
        kept["speed_m_s"] = speed if np.isfinite(speed).any() else None
    return Samples(time, **kept)


def summary(samples: Samples) -> dict[str, Any]:
    """Fields of a :class:`~data.plans.log.Session` that the samples tell.

    What they don't tell is absent. Times count recorded seconds; those of a pause (a gap of
    over 30 s) are not among them.
    """
    if len(samples.time_s) < 2:
        return {}
    steps = np.diff(samples.time_s, append=samples.time_s[-1] + 1)
    weight = np.where(steps > LONGEST_GAP_S, 1.0, steps)
    result: dict[str, Any] = {"duration_s": float(weight.sum() - 1)}
    means = ("heart_rate_bpm", "power_w", "speed_m_s", "cadence_rpm")
    for field in fields(Samples)[1:]:
        values = getattr(samples, field.name)
        if values is None:
            continue
        known = np.isfinite(values)
        if field.name in means:
            result[field.name] = float(np.average(values[known], weights=weight[known]))
    if samples.heart_rate_bpm is not None:
        result["heart_rate_max_bpm"] = float(np.nanmax(samples.heart_rate_bpm))
        result["heart_rate_s"] = bins(samples.heart_rate_bpm, weight, 1.0)
    if samples.power_w is not None:
        result["power_max_w"] = float(np.nanmax(samples.power_w))
        result["power_s"] = bins(samples.power_w, weight, 10.0)
        result["energy_kj"] = float(np.nansum(samples.power_w * weight) / 1000)
        result["best_power_w"] = curve(each_second(samples.time_s, samples.power_w))
        result["normalized_power_w"] = normalized_power(
            each_second(samples.time_s, samples.power_w, pauses=False)
        )
    if samples.speed_m_s is not None:
        result["speed_s"] = bins(samples.speed_m_s, weight, 0.1)
        result["best_speed_m_s"] = curve(each_second(samples.time_s, samples.speed_m_s))
    if samples.distance_m is not None:
        result["distance_m"] = float(np.nanmax(samples.distance_m) - np.nanmin(samples.distance_m))
    if samples.altitude_m is not None:
        result["ascent_m"] = ascent(samples.altitude_m)
    return {n: v for n, v in result.items() if v is not None}


def bins(values: np.ndarray, seconds: np.ndarray, width: float) -> Bins:
    """Seconds spent at each multiple of ``width``."""
    known = np.isfinite(values)
    level = np.round(values[known] / width).astype(int)
    levels, where = np.unique(level, return_inverse=True)
    spent = np.bincount(where, seconds[known], len(levels))
    return tuple(
        (round(float(at * width), 3), round(float(s), 1))
        for at, s in zip(levels, spent, strict=True)
    )


def each_second(time_s: np.ndarray, values: np.ndarray, pauses: bool = True) -> np.ndarray:
    """One value a second, each sample held until the next; 0 in pauses, or pauses left out.

    Pauses count for at most an hour, so that a watch left on overnight costs no memory.
    """
    steps = np.diff(time_s, append=time_s[-1] + 1)
    paused = steps > LONGEST_GAP_S
    held = np.where(paused, 1.0, steps)
    empty = np.where(paused & pauses, np.minimum(steps, LONGEST_PAUSE_S) - 1, 0.0)
    spans = np.column_stack([held, empty]).ravel()
    levels = np.column_stack([np.nan_to_num(values), np.zeros_like(values)]).ravel()
    ends = np.cumsum(spans)
    seconds = np.arange(int(ends[-1])) + 0.5
    return levels[np.searchsorted(ends, seconds)]


def normalized_power(power_w: np.ndarray) -> float | None:
    """Normalized power in W of one value a second: (mean of (30-s rolling mean)⁴)^¼.

    Allen & Coggan, *Training and Racing with a Power Meter*, 3rd ed., ch. 7. None under 30 s.
    """
    if len(power_w) < 30:
        return None
    total = np.cumsum(np.insert(power_w, 0, 0.0))
    rolling = (total[30:] - total[:-30]) / 30
    return float(np.mean(rolling**4) ** 0.25)


def curve(values: np.ndarray) -> Curve:
    """Best mean over each length in :data:`CURVE_S` of one value a second."""
    total = np.cumsum(np.insert(values, 0, 0.0))
    lengths = [n for n in CURVE_S if n <= len(values)]
    return tuple((float(n), round(float(np.max(total[n:] - total[:-n]) / n), 3)) for n in lengths)


def ascent(altitude_m: np.ndarray, threshold_m: float = 3.0) -> float:
    """Metres climbed; a rise counts once it is over ``threshold_m``, the noise of a barometer."""
    climbed, reference = 0.0, float("nan")
    for height in altitude_m[np.isfinite(altitude_m)].tolist():
        if not abs(height - reference) < threshold_m:
            climbed += max(height - reference, 0.0) if reference == reference else 0.0
            reference = height
    return climbed
