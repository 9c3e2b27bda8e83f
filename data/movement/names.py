"""Which joint a name means, in the many ways in which files call them.

Every skeleton is mapped to COCO's 17 keypoints and a few that feet, trunk and head angles need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.scenes.posed import JOINTS

COCO = JOINTS[:17]
"""COCO's keypoints, in COCO's order."""

EXTRAS = (
    "neck",
    "mid_hip",
    "head",
    "left_heel",
    "right_heel",
    "left_big_toe",
    "right_big_toe",
)
KEYPOINTS = (*COCO, *EXTRAS)
"""The joints that every movement is mapped to."""

KEYPOINT_INDEX = {name: i for i, name in enumerate(KEYPOINTS)}
SIDES = ("left", "right")
MIRRORED = tuple(
    KEYPOINT_INDEX[
        name.replace("left_", "right_")
        if name.startswith("left_")
        else name.replace("right_", "left_")
    ]
    for name in KEYPOINTS
)
"""For each keypoint the index of its mirror image."""

_BODY_18 = (
    *("nose", "neck", "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle"),
    *("left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear"),
)
BODY_25 = (
    *_BODY_18[:8],
    "mid_hip",
    *_BODY_18[8:],
    *("left_big_toe", "left_small_toe", "left_heel"),
    *("right_big_toe", "right_small_toe", "right_heel"),
)
"""OpenPose's 25 (Cao et al. 2019)."""

HALPE_26 = (
    *COCO,
    *("head_top", "neck", "mid_hip", "left_big_toe", "right_big_toe"),
    *("left_small_toe", "right_small_toe", "left_heel", "right_heel"),
)
"""AlphaPose's 26 (Fang et al. 2022)."""

MEDIAPIPE = (
    *("nose", "left_eye_inner", "left_eye", "left_eye_outer"),
    *("right_eye_inner", "right_eye", "right_eye_outer", "left_ear", "right_ear"),
    *("mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    *("left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index"),
    *("left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee"),
    *("left_ankle", "right_ankle", "left_heel", "right_heel"),
    *("left_foot_index", "right_foot_index"),
)
"""MediaPipe's, or BlazePose's, 33 landmarks."""

KINECT_20 = (
    *("head", "shoulder_center", "spine", "hip_center"),
    *("left_shoulder", "left_elbow", "left_wrist", "left_hand"),
    *("right_shoulder", "right_elbow", "right_wrist", "right_hand"),
    *("left_hip", "left_knee", "left_ankle", "left_foot"),
    *("right_hip", "right_knee", "right_ankle", "right_foot"),
)
"""The first Kinect's 20 joints, in the order of UTD-MHAD."""

PENN_13 = (
    *("head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    *("left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee"),
    *("left_ankle", "right_ankle"),
)
"""Penn Action's 13 joints."""

BY_COUNT: dict[int, Sequence[str]] = {
    17: COCO,
    18: _BODY_18,
    25: BODY_25,
    26: HALPE_26,
    33: MEDIAPIPE,
    # Whole-body sets begin with one of the above; feet, face and hands follow.
    133: (*COCO, *BODY_25[19:], *(f"whole_body_{i}" for i in range(23, 133))),
    136: (*HALPE_26, *(f"whole_body_{i}" for i in range(26, 136))),
}
"""Keypoints without names are told by how many there are."""

# Part of the body → how files call it, the surest name first: where a skeleton has both "arm" and
# "shoulder", its shoulder is the collar bone and its arm begins at the shoulder joint.
_PAIRED = {
    "eye": ("eye",),
    "ear": ("ear",),
    "shoulder": ("up_arm", "upper_arm", "arm", "shldr", "shoulder_joint", "shoulder", "sho", "肩"),
    "elbow": ("elbow", "fore_arm", "low_arm", "lower_arm", "elb", "ejc", "elbow_joint", "肘"),
    "wrist": ("wrist", "wri", "wrist_joint", "wjc", "腕", "hand"),
    "hip": ("hjc", "up_leg", "upper_leg", "thigh", "hip", "hip_joint", "髋"),
    "knee": ("knee", "kne", "kjc", "low_leg", "lower_leg", "shin", "calf", "leg", "膝"),
    "ankle": ("ankle", "ank", "ajc", "踝", "foot"),
    "heel": ("heel", "hee", "calcaneus", "跟"),
    "big_toe": ("big_toe", "foot_index", "toe_base", "toe", "toes", "趾", "foot"),
}
_SINGLE = {
    "nose": ("nose", "鼻"),
    "neck": ("neck", "shoulder_center", "thorax", "颈"),
    "mid_hip": ("mid_hip", "hip_center", "pelvis", "hips", "hip", "root", "骨盆"),
    "head": ("head", "skull", "头"),
}
# Vicon's Plug-in Gait and its kin: a side's letter and three more.
_FOUR_LETTERS = re.compile(r"[LR](SHO|ELB|KNE|ANK|HEE|TOE|WRI|HJC|KJC|AJC|EJC|WJC)")
_NAMESPACE = re.compile(r"^(.*:|bip\d*[ _]|mixamorig_?|b_)", re.IGNORECASE)
_LEFT, _RIGHT = {"left", "l", "lt", "左"}, {"right", "r", "rt", "右"}


def plain(name: str) -> tuple[str, str]:
    """A name as (side or "", part): ``RBigToe`` → ``("right", "big_toe")``."""
    name = _NAMESPACE.sub("", name.strip())
    if _FOUR_LETTERS.fullmatch(name):
        name = f"{name[0]}_{name[1:]}"
    name = re.sub(r"([左右])", r"_\1_", name)
    name = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3_\2\4", name)
    words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
    for side, letters in (("left", _LEFT), ("right", _RIGHT)):
        for at in (0, -1):
            if len(words) > 1 and words[at] in letters:
                del words[at]
                return side, "_".join(words)
    return "", "_".join(words)


def find(names: Sequence[str]) -> dict[str, int]:
    """Keypoint → index of the name that means it; what no name means is left out."""
    index: dict[tuple[str, str], int] = {}
    for i, name in enumerate(names):
        index.setdefault(plain(name), i)
    wanted = {
        **{(side, part): called for part, called in _PAIRED.items() for side in SIDES},
        **{("", part): called for part, called in _SINGLE.items()},
    }
    found: dict[str, int] = {}
    for (side, part), called in wanted.items():
        for name in called:
            at = index.get((side, name))
            if at is not None and at not in found.values():
                found[f"{side}_{part}".lstrip("_")] = at
                break
    return found
