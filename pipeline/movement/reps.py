"""Repetitions and their phases, from the angle that the exercise moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

LEAST_RANGE = 20.0
"""Degrees that a joint must move for a repetition."""

SHARE = 0.4
"""A peak rises at least by this share of the recording's range above what lies around it."""

EDGE = 0.15
"""A repetition begins and ends where this share of its rise is reached."""

SHORTEST = 0.3
"""Seconds of the fastest repetition that is counted."""

EXERCISES = {"squat": ("left_knee", "right_knee"), "push-up": ("left_elbow", "right_elbow")}
"""Exercise → the angles whose mean shows its repetitions."""


@dataclass(frozen=True)
class Rep:
    """A repetition: frames at which it starts, turns and ends, and the angle there in degrees.

    From start to turn the joint bends (a squat's way down), from turn to end it stretches.
    """

    start: int
    turn: int
    end: int
    peak: float
    range: float


def find_reps(angle: np.ndarray, fps: float) -> list[Rep]:
    """Repetitions in an angle (frames,) that rises and falls again; pauses belong to none.

    Peaks are those whose prominence reaches :data:`SHARE` of the range between the 2nd and 98th
    percentile, and :data:`LEAST_RANGE` degrees.
    """
    known = np.isfinite(angle)
    if known.sum() < 3:
        return []
    filled = np.interp(np.arange(len(angle)), np.flatnonzero(known), angle[known])
    low, high = np.percentile(filled, (2, 98))
    least = max(SHARE * float(high - low), LEAST_RANGE)
    # A recording that begins or ends bent still has its first and last repetition.
    ended = np.concatenate([[filled.min()], filled, [filled.min()]])
    peaks, _ = find_peaks(ended, prominence=least, distance=max(round(SHORTEST * fps), 1))
    peaks = np.unique((peaks - 1).clip(0, len(angle) - 1))
    reps = []
    for i, turn in enumerate(peaks):
        first = int(peaks[i - 1]) if i else 0
        last = int(peaks[i + 1]) if i + 1 < len(peaks) else len(filled) - 1
        before, after = filled[first : turn + 1], filled[turn : last + 1]
        rise = float(filled[turn] - before.min()), float(filled[turn] - after.min())
        if min(rise) < LEAST_RANGE:  # cut off by the recording's edge
            continue
        below = np.flatnonzero(before <= before.min() + EDGE * rise[0])
        above = np.flatnonzero(after <= after.min() + EDGE * rise[1])
        reps.append(
            Rep(
                first + int(below[-1]),
                int(turn),
                int(turn + above[0]),
                float(filled[turn]),
                min(rise),
            )
        )
    return reps


def main_angle(angles: dict[str, np.ndarray]) -> tuple[str, np.ndarray]:
    """The exercise that moves most, and the mean of its two sides; "" when nothing moves."""
    best = "", np.zeros(0), 0.0
    for exercise, names in EXERCISES.items():
        sides = np.stack([angles[name] for name in names])
        known = np.isfinite(sides)
        with np.errstate(invalid="ignore"):
            mean = np.where(known, sides, 0).sum(0) / known.sum(0)
        usable = mean[np.isfinite(mean)]
        moved = float(np.ptp(np.percentile(usable, (5, 95)))) if len(usable) > 2 else 0.0
        if moved > best[2]:
            best = exercise, mean, moved
    exercise, mean, moved = best
    return (exercise, mean) if moved >= LEAST_RANGE else ("", mean)
