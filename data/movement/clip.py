"""A movement as the attention model sees it: evenly spaced moments, one size, one direction.

Lengths are in statures, so that tall and short are alike; in space the athlete's left is +x, by the
hips over the whole clip, so that it doesn't matter where the camera or the room's axes were.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.movement.assemble import stature
from data.movement.movement import Movement
from data.movement.names import KEYPOINT_INDEX, KEYPOINTS

LONGEST = 10.0
"""Seconds of one clip; longer recordings are several."""

MOST_MOMENTS = 75
FEWEST_MOMENTS = 16
USUAL_RATE = 8.0
"""Moments a second; more where a clip is short, fewer where it is long."""

FASTEST_RATE = 30.0


@dataclass(frozen=True)
class Clip:
    """A stretch of a movement.

    Attributes
    ----------
    positions : float32 (moments, len(KEYPOINTS), 3) in statures, y up from the pelvis's median
        height; z is 0 where the recording is a picture. 0 where a joint is not known.
    known : bool (moments, len(KEYPOINTS)).
    times : float32 (moments,) in seconds since the clip's start.
    flat : whether there are two dimensions only.
    start : seconds since the recording's start.
    """

    positions: np.ndarray
    known: np.ndarray
    times: np.ndarray
    flat: bool
    start: float = 0.0


def clips_of(movement: Movement) -> list[Clip]:
    """A movement's clips one after the other, each up to :data:`LONGEST` seconds, evenly long."""
    joints = movement.joints
    if joints is None:
        return []
    whole = canonical(joints)
    times = movement.times
    seconds = float(times[-1] - times[0])
    count = max(1, int(np.ceil(seconds / LONGEST - 1e-9)))
    edges = np.linspace(times[0], times[-1], count + 1)
    found = []
    for start, end in pairwise(edges):
        inside = (times >= start - 1e-9) & (times <= end + 1e-9)
        part = resampled(whole[inside], times[inside] - start, rate_for(end - start))
        found.append(_clip(*part, joints.shape[-1] == 2, float(start)))
    return found


def rate_for(seconds: float) -> float:
    """Moments a second for a clip of so many seconds."""
    rate = np.clip(FEWEST_MOMENTS / max(seconds, 1e-6), USUAL_RATE, FASTEST_RATE)
    return float(min(rate, (MOST_MOMENTS - 1) / max(seconds, 1e-6)))


def canonical(joints: np.ndarray) -> np.ndarray:
    """Joints (frames, keypoints, 2 or 3) → (frames, keypoints, 3) in statures, turned, centred.

    NaN stays where a joint is not known.
    """
    tall = stature(joints)
    if not np.isfinite(tall) or tall <= 0:
        heights = joints[..., 1]
        known = np.isfinite(heights)
        tall = float(np.ptp(heights[known])) if known.any() else 1.0
    scaled = joints / max(tall, 1e-9)
    if joints.shape[-1] == 2:
        scaled = np.concatenate([scaled, 0 * scaled[..., :1]], -1)
    else:
        scaled = scaled @ turn_to_front(scaled).T
    return scaled - _middle(scaled)


def turn_to_front(joints: np.ndarray) -> np.ndarray:
    """The rotation (3, 3) about the vertical after which the athlete's left is +x."""
    for part in ("hip", "shoulder"):
        left, right = (joints[:, KEYPOINT_INDEX[f"{side}_{part}"]] for side in ("left", "right"))
        across = (left - right)[np.isfinite(left - right).all(-1)]
        if len(across):
            x, _, z = np.median(across, axis=0)
            length = float(np.hypot(x, z))
            if length > 1e-6:
                c, s = x / length, z / length
                return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.eye(3)


def _middle(joints: np.ndarray) -> np.ndarray:
    """The median place (3,) of the pelvis, or of all joints where it is never seen."""
    pelvis = joints[:, KEYPOINT_INDEX["mid_hip"]]
    places = pelvis if np.isfinite(pelvis).all(-1).any() else joints.reshape(-1, 3)
    places = places[np.isfinite(places).all(-1)]
    return np.median(places, axis=0) if len(places) else np.zeros(3)


def resampled(
    joints: np.ndarray, times: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joints at even moments, by linear interpolation: (joints, known, times).

    A joint is known at a moment where it is in the frames on both sides of it.
    """
    count = max(2, round(float(times[-1] - times[0]) * rate) + 1)
    at = np.linspace(times[0], times[-1], count)
    after = np.searchsorted(times, at).clip(1, len(times) - 1)
    span = np.maximum(times[after] - times[after - 1], 1e-9)
    share = ((at - times[after - 1]) / span).clip(0, 1)[:, None, None]
    placed = (1 - share) * joints[after - 1] + share * joints[after]
    known = np.isfinite(placed).all(-1)
    return np.where(known[..., None], placed, 0.0), known, at


def _clip(
    positions: np.ndarray, known: np.ndarray, times: np.ndarray, flat: bool, start: float
) -> Clip:
    return Clip(
        positions.astype(np.float32), known, (times - times[0]).astype(np.float32), flat, start
    )


def clip_from(joints: np.ndarray, times: np.ndarray, rate: float | None = None) -> Clip:
    """One clip of all frames, at ``rate`` moments a second, for training."""
    seconds = float(times[-1] - times[0])
    part = resampled(canonical(joints), times - times[0], rate or rate_for(seconds))
    return _clip(*part, joints.shape[-1] == 2, 0.0)


PARENTS = tuple(
    KEYPOINT_INDEX[parent]
    for parent in (
        *("neck", "nose", "nose", "nose", "nose"),  # nose, eyes, ears
        *("neck", "neck", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
        *("mid_hip", "mid_hip", "left_hip", "right_hip", "left_knee", "right_knee"),
        *("mid_hip", "mid_hip", "neck"),  # neck, mid_hip, head
        *("left_ankle", "right_ankle", "left_heel", "right_heel"),
    )
)
"""For each keypoint the one that it hangs on; the pelvis hangs on itself."""

assert len(PARENTS) == len(KEYPOINTS)
