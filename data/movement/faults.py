"""Faults put into a movement on purpose, so that it is known what is amiss, where, and how much.

All take joints float (frames, len(KEYPOINTS), 3) in metres with y up and heading +z, as the action
library has them, and how strong the fault is at each frame; limbs keep their lengths.
"""

from __future__ import annotations

import numpy as np

from data.movement.names import KEYPOINT_INDEX, KEYPOINTS, SIDES

FAULTS = ("knees_in", "uneven", "shallow", "trunk_forward", "trunk_early")
"""Knees fall inwards; one side does less; not deep enough; the trunk leans too far; the trunk turns
before the hips have."""

LEGS = [
    KEYPOINT_INDEX[f"{side}_{part}"]
    for side in SIDES
    for part in ("knee", "ankle", "heel", "big_toe")
]
UPPER = [
    i
    for i, name in enumerate(KEYPOINTS)
    if i not in LEGS and name not in ("left_hip", "right_hip", "mid_hip")
]
"""Everything above the hips."""


def turn_knee(joints: np.ndarray, side: str, degrees: np.ndarray) -> np.ndarray:
    """The joints with a knee turned about the line from its ankle to its hip, degrees (frames,).

    Rodrigues' formula; thigh and shank keep their lengths.
    """
    hip, knee, ankle = (KEYPOINT_INDEX[f"{side}_{part}"] for part in ("hip", "knee", "ankle"))
    axis = joints[:, hip] - joints[:, ankle]
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-9)
    arm = joints[:, knee] - joints[:, ankle]
    cos, sin = np.cos(np.radians(degrees))[:, None], np.sin(np.radians(degrees))[:, None]
    along = axis * (axis * arm).sum(-1, keepdims=True)
    result = joints.copy()
    result[:, knee] = joints[:, ankle] + arm * cos + np.cross(axis, arm) * sin + along * (1 - cos)
    return result


def knees_in(joints: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Both knees turned inwards by ``degrees`` (frames,)."""
    return turn_knee(turn_knee(joints, "left", -degrees), "right", degrees)


def shift_weight(joints: np.ndarray, lean: np.ndarray) -> np.ndarray:
    """Everything above the knees moved ``lean`` metres (frames,) to the right, the left hip raised.

    The left knee then bends less than the right one.
    """
    result = joints.copy()
    above = np.setdiff1d(np.arange(len(KEYPOINTS)), LEGS)
    result[:, above, 0] -= lean[:, None]
    result[:, KEYPOINT_INDEX["left_hip"], 1] += lean
    for side in SIDES:
        hip, knee, ankle = (KEYPOINT_INDEX[f"{side}_{p}"] for p in ("hip", "knee", "ankle"))
        upper, lower = (
            np.linalg.norm(joints[:, a] - joints[:, b], axis=-1)
            for a, b in ((hip, knee), (knee, ankle))
        )
        pole = joints[:, knee] - (joints[:, hip] + joints[:, ankle]) / 2
        result[:, knee] = bent(result[:, hip], result[:, ankle], upper, lower, pole)
    return result


def bent(
    root: np.ndarray, end: np.ndarray, upper: np.ndarray, lower: np.ndarray, pole: np.ndarray
) -> np.ndarray:
    """Where a limb of two bones bends, (frames, 3), between ``root`` and ``end``, towards ``pole``.

    Where the ends are too far apart for the bones, the limb is straight.
    """
    line = end - root
    distance = np.maximum(np.linalg.norm(line, axis=-1), 1e-9)
    line = line / distance[:, None]
    distance = distance.clip(np.abs(upper - lower) + 1e-4, upper + lower - 1e-4)
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    out = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    pole = pole - line * (pole * line).sum(-1, keepdims=True)
    pole = pole / np.maximum(np.linalg.norm(pole, axis=-1, keepdims=True), 1e-9)
    return root + along[:, None] * line + out[:, None] * pole


def lean_forward(joints: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Everything above the hips tipped forward about the line through them, degrees (frames,)."""
    axis = joints[:, KEYPOINT_INDEX["left_hip"]] - joints[:, KEYPOINT_INDEX["right_hip"]]
    return _turned_above(joints, axis, degrees)


def turn_trunk(joints: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Everything above the hips turned to the left about the vertical, degrees (frames,)."""
    return _turned_above(joints, np.tile((0.0, 1.0, 0.0), (len(joints), 1)), degrees)


def separation(joints: np.ndarray) -> np.ndarray:
    """How far the shoulders are turned to the left of the hips, from above, degrees (frames,)."""
    headings = []
    for part in ("shoulder", "hip"):
        line = (
            joints[:, KEYPOINT_INDEX[f"left_{part}"]] - joints[:, KEYPOINT_INDEX[f"right_{part}"]]
        )
        headings.append(np.unwrap(np.arctan2(-line[:, 2], line[:, 0])))
    return np.degrees(headings[0] - headings[1])


def trunk_early(joints: np.ndarray, frames: int) -> np.ndarray:
    """The trunk's turn against the hips brought forward by ``frames``."""
    twist = separation(joints)
    ahead = np.concatenate([twist[frames:], np.full(min(frames, len(twist)), twist[-1])])
    return turn_trunk(joints, ahead[: len(twist)] - twist)


def _turned_above(joints: np.ndarray, axis: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Everything above the hips turned about ``axis`` (frames, 3) through the pelvis."""
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-9)
    axis = axis[:, None]
    arm = joints[:, UPPER] - joints[:, [KEYPOINT_INDEX["mid_hip"]]]
    angle = np.radians(degrees)[:, None, None]
    along = axis * (axis * arm).sum(-1, keepdims=True)
    turned = arm * np.cos(angle) + np.cross(axis, arm) * np.sin(angle)
    result = joints.copy()
    result[:, UPPER] = joints[:, [KEYPOINT_INDEX["mid_hip"]]] + turned + along * (1 - np.cos(angle))
    return result
