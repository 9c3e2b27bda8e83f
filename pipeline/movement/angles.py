"""Joint and segment angles, in degrees.

The definitions are those of Sports2D and Pose2Sim (Pagnon et al. 2022): 0 is standing upright,
flexion and dorsiflexion are positive. In space angles are between the limbs themselves; hips are
read in the body's own sagittal plane. An angle whose points are missing is NaN.
"""

from __future__ import annotations

import numpy as np

from data.movement.names import KEYPOINT_INDEX, SIDES

JOINT_ANGLES = tuple(
    f"{side}_{joint}" for joint in ("ankle", "knee", "hip", "shoulder", "elbow") for side in SIDES
)
SEGMENTS = {
    **{f"{side}_foot": (f"{side}_heel", f"{side}_big_toe") for side in SIDES},
    **{f"{side}_shank": (f"{side}_ankle", f"{side}_knee") for side in SIDES},
    **{f"{side}_thigh": (f"{side}_knee", f"{side}_hip") for side in SIDES},
    "pelvis": ("right_hip", "left_hip"),
    "trunk": ("mid_hip", "neck"),
    "shoulders": ("right_shoulder", "left_shoulder"),
    **{f"{side}_upper_arm": (f"{side}_elbow", f"{side}_shoulder") for side in SIDES},
    **{f"{side}_forearm": (f"{side}_wrist", f"{side}_elbow") for side in SIDES},
}
"""Segment → its ends, from the lower to the upper one where a body stands."""


def joint_angles(joints: np.ndarray) -> dict[str, np.ndarray]:
    """Angles (frames,) in degrees of the joints (frames, keypoints, 2 or 3), y up.

    ========  ============================================  =======================
    ankle     shank (ankle → knee) and foot (heel → toe)    90° − angle
    knee      thigh and shank                               180° − angle
    hip       thigh and trunk, in the sagittal plane        signed, flexion positive
    shoulder  upper arm and trunk                           angle; signed in a side view
    elbow     upper arm and forearm                         180° − angle
    ========  ============================================  =======================
    """

    def at(name: str) -> np.ndarray:
        return joints[:, KEYPOINT_INDEX[name]]

    up = at("neck") - at("mid_hip")
    ahead = _ahead(joints, up)
    found = {}
    for side in SIDES:
        hip, knee, ankle = (at(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
        shoulder, elbow, wrist = (at(f"{side}_{part}") for part in ("shoulder", "elbow", "wrist"))
        foot = at(f"{side}_big_toe") - at(f"{side}_heel")
        found[f"{side}_ankle"] = 90 - between(knee - ankle, foot)
        found[f"{side}_knee"] = 180 - between(hip - knee, ankle - knee)
        found[f"{side}_hip"] = _swing(knee - hip, up, ahead)
        arm = elbow - shoulder
        in_space = joints.shape[-1] == 3
        found[f"{side}_shoulder"] = between(arm, -up) if in_space else _swing(arm, up, ahead)
        found[f"{side}_elbow"] = 180 - between(shoulder - elbow, wrist - elbow)
    return {name: found[name] for name in JOINT_ANGLES}


def segment_angles(joints: np.ndarray) -> dict[str, np.ndarray]:
    """Angles (frames,) of the segments against the horizontal, in degrees.

    In a picture counter-clockwise from the right, so that an upright trunk has 90°; in space the
    inclination, −90° to 90°, positive where the upper end is above the lower.
    """
    found = {}
    for segment, (low, high) in SEGMENTS.items():
        along = joints[:, KEYPOINT_INDEX[high]] - joints[:, KEYPOINT_INDEX[low]]
        if joints.shape[-1] == 2:
            found[segment] = unwrap(np.degrees(np.arctan2(along[:, 1], along[:, 0])))
        else:
            level = np.linalg.norm(along[:, [0, 2]], axis=-1)
            found[segment] = np.degrees(np.arctan2(along[:, 1], level))
    return found


def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The angle between vectors (frames, 2 or 3), 0° to 180°; NaN where one has no length.

    By the half-angle formula, which stays exact near 0° and 180° (Kahan 2006).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        a = a / np.linalg.norm(a, axis=-1, keepdims=True)
        b = b / np.linalg.norm(b, axis=-1, keepdims=True)
    apart, together = np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1)
    return np.degrees(2 * np.arctan2(apart, together))


def unwrap(angle: np.ndarray) -> np.ndarray:
    """An angle (frames,) in degrees without jumps of 360°, its median within ±180°."""
    known = np.isfinite(angle)
    if not known.any():
        return angle
    result = angle.copy()
    result[known] = np.unwrap(angle[known], period=360)
    return result - 360 * np.round(float(np.median(result[known])) / 360)


def facing(joints: np.ndarray) -> float:
    """Where a person in a side view looks: 1 to the right, -1 to the left, 0 unknown.

    By the feet, else by the nose before the ears or the neck, over the whole recording: the sign
    of an angle must not flip within it.
    """

    def x(name: str) -> np.ndarray:
        return joints[:, KEYPOINT_INDEX[name], 0]

    ears = np.fmin(x("left_ear"), x("right_ear")), np.fmax(x("left_ear"), x("right_ear"))
    votes = (
        np.concatenate([x(f"{side}_big_toe") - x(f"{side}_heel") for side in SIDES]),
        x("nose") - (ears[0] + ears[1]) / 2,
        x("nose") - x("neck"),
    )
    for vote in votes:
        if np.isfinite(vote).sum() > len(joints) / 4:
            return float(np.sign(np.nanmedian(vote)))
    return 0.0


def _ahead(joints: np.ndarray, up: np.ndarray) -> np.ndarray:
    """The direction in which the trunk faces, (frames, 2 or 3), as long as ``up`` is."""
    if joints.shape[-1] == 2:
        sign = facing(joints) or 1.0
        return sign * np.stack([up[:, 1], -up[:, 0]], -1)
    left = joints[:, KEYPOINT_INDEX["left_hip"]] - joints[:, KEYPOINT_INDEX["right_hip"]]
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = np.cross(left, up)
        return ahead * (
            np.linalg.norm(up, axis=-1, keepdims=True)
            / np.linalg.norm(ahead, axis=-1, keepdims=True)
        )


def _swing(limb: np.ndarray, up: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """How far a limb that hangs from the trunk is swung forward in the sagittal plane."""
    forward, down = (limb * ahead).sum(-1), -(limb * up).sum(-1)
    return unwrap(np.degrees(np.arctan2(forward, down)))
