"""Repetitions and their phases, from the angle that the exercise moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from data.movement import KEYPOINT_INDEX

LEAST_RANGE = 20.0
"""Degrees that a joint must move for a repetition."""

SHARE = 0.4
"""A peak rises at least by this share of the recording's range above what lies around it."""

EDGE = 0.15
"""A repetition begins and ends where this share of its rise is reached."""

SHORTEST = 0.3
"""Seconds of the fastest repetition that is counted."""

TOGETHER = 0.7
"""Correlation from which two curves count as moving together."""

PERIODIC = 0.6
"""Correlation of a curve with itself one period later from which it counts as repeating."""


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


@dataclass(frozen=True, eq=False)
class Exercise:
    """What may repeat, and the joint that shows it.

    Attributes
    ----------
    name : "squat", "push-up", or "" for any other.
    part : the joint ("knee", "left_elbow"): of both sides where they move alike, else of one.
    angle : (frames,) degrees, the mean of those sides.
    known : whether it is one of the named, or moves periodically.
    """

    name: str
    part: str
    angle: np.ndarray
    known: bool


def find_exercise(joints: np.ndarray, angles: dict[str, np.ndarray], fps: float) -> Exercise:
    """The exercise, told by which joints bend, and the angle whose peaks are its repetitions.

    A squat bends both knees while the hips come down to the feet; a push-up bends the elbows while
    the trunk is nearer to level than to upright. Of anything else it is the joint that moves most,
    if it does so again and again: its autocorrelation rises to :data:`PERIODIC` at some period.
    """

    def y(name: str) -> np.ndarray:
        return joints[:, KEYPOINT_INDEX[name], 1]

    trunk = joints[:, KEYPOINT_INDEX["neck"]] - joints[:, KEYPOINT_INDEX["mid_hip"]]
    length = np.linalg.norm(trunk, axis=-1)
    hips = y("mid_hip") - np.fmin(y("left_ankle"), y("right_ankle"))
    knees, elbows = (
        _mean(angles[f"left_{joint}"], angles[f"right_{joint}"]) for joint in ("knee", "elbow")
    )
    upright = _typical(np.abs(trunk[:, 1]) / np.where(length > 0, length, np.nan))
    together = _correlation(angles["left_knee"], angles["right_knee"])
    if _range(knees) >= LEAST_RANGE and upright > 0.5:
        # A leg that the camera doesn't see leaves the other and the hips to tell.
        if not together < TOGETHER and _correlation(knees, hips) < -TOGETHER:
            return Exercise("squat", "knee", knees, True)
    elif _range(elbows) >= LEAST_RANGE and upright < 0.7:
        return Exercise("push-up", "elbow", elbows, True)
    return _periodic(angles, fps)


def _periodic(angles: dict[str, np.ndarray], fps: float) -> Exercise:
    """The joint that moves most, those that move periodically before others."""
    found = []
    for part in ("knee", "hip", "elbow", "shoulder"):
        left, right = angles[f"left_{part}"], angles[f"right_{part}"]
        if _correlation(left, right) > TOGETHER:
            found.append((part, _mean(left, right)))
        else:
            found += [(f"left_{part}", left), (f"right_{part}", right)]
    ranked = [
        (periodicity(angle, fps) >= PERIODIC and _range(angle) >= LEAST_RANGE, _range(angle))
        for _part, angle in found
    ]
    best = max(range(len(found)), key=ranked.__getitem__)
    return Exercise("", *found[best], ranked[best][0])


def periodicity(angle: np.ndarray, fps: float) -> float:
    """The autocorrelation of an angle (frames,) at its best period, from :data:`SHORTEST` seconds
    to half the recording; 0 where there is none.
    """
    known = np.isfinite(angle)
    if known.sum() < 0.8 * len(angle) or len(angle) < 8:
        return 0.0
    filled = np.interp(np.arange(len(angle)), np.flatnonzero(known), angle[known])
    shortest, longest = max(round(SHORTEST * fps), 2), len(angle) // 2
    lags = [_correlation(filled[:-lag], filled[lag:]) for lag in range(shortest, longest + 1)]
    peaks, _ = find_peaks(np.nan_to_num(lags))
    return float(max((lags[peak] for peak in peaks), default=0.0))


def _mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The mean of two sides, or the one that is known."""
    return (np.where(np.isnan(a), b, a) + np.where(np.isnan(b), a, b)) / 2


def _range(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(np.percentile(known, (5, 95)))) if len(known) > 2 else 0.0


def _typical(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation where both are known; NaN where either stands still or is missing."""
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 3 or min(np.ptp(a[known]), np.ptp(b[known])) < 1e-9:
        return float("nan")
    return float(np.corrcoef(a[known], b[known])[0, 1])
