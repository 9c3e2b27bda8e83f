"""A made-up person who bends the knees, for tests of readers and measures."""

from __future__ import annotations

import numpy as np

from data.movement import KEYPOINT_INDEX, KEYPOINTS

FPS = 50.0
_SIDED = {
    "eye": (0.03, 1.62, 0.08),
    "ear": (0.07, 1.60, 0.0),
    "shoulder": (0.18, 1.40, 0.0),
    "elbow": (0.20, 1.10, 0.0),
    "wrist": (0.20, 0.85, 0.05),
    "hip": (0.10, 0.90, 0.0),
    "knee": (0.10, 0.48, 0.02),
    "ankle": (0.10, 0.08, 0.0),
    "heel": (0.10, 0.0, -0.05),
    "big_toe": (0.10, 0.0, 0.17),
}
_MIDDLE = {"nose": (0, 1.60, 0.10), "neck": (0, 1.40, 0), "mid_hip": (0, 0.90, 0)}
_MIDDLE |= {"head": (0, 1.62, 0)}


def standing() -> np.ndarray:
    """Someone who stands (len(KEYPOINTS), 3), metres, y up, facing +z, their left at +x."""
    places = np.zeros((len(KEYPOINTS), 3))
    for name, place in _MIDDLE.items():
        places[KEYPOINT_INDEX[name]] = place
    for part, (x, y, z) in _SIDED.items():
        places[KEYPOINT_INDEX[f"left_{part}"]] = x, y, z
        places[KEYPOINT_INDEX[f"right_{part}"]] = -x, y, z
    return places


def squatting(reps: int = 2, seconds: float = 2.0) -> np.ndarray:
    """Squats (frames, len(KEYPOINTS), 3): the hips sink 25 cm, the knees go ahead 28 cm."""
    rest = np.zeros(round(0.5 * FPS))
    wave = np.sin(np.linspace(0, np.pi, round(seconds * FPS))) ** 2
    depth = np.concatenate([np.tile(np.concatenate([rest, wave]), reps), rest])
    joints = np.tile(standing(), (len(depth), 1, 1))
    low = ("knee", "ankle", "heel", "big_toe")
    above = [i for i, name in enumerate(KEYPOINTS) if not name.endswith(low)]
    joints[:, above, 1] -= 0.25 * depth[:, None]
    joints[:, above, 2] -= 0.08 * depth[:, None]
    for side in ("left", "right"):
        joints[:, KEYPOINT_INDEX[f"{side}_knee"], 2] += 0.28 * depth
    return joints


def moving(frames: int = 20) -> np.ndarray:
    """The first frames of a squat, for readers."""
    return squatting()[20 : 20 + frames]
