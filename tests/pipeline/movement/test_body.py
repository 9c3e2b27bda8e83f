"""A recorded moment made whole."""

from __future__ import annotations

import numpy as np
import pytest

from data.scenes.actions import pose
from data.scenes.posed import JOINT_INDEX, JOINTS
from data.scenes.sample import sample_scene
from pipeline.movement.body import NEEDED, whole_body

ACTIONS = ("squat", "sprint", "basketball_shot", "yoga_tree", "rest")


def posed(action: str) -> tuple[np.ndarray, np.ndarray, float]:
    scene = sample_scene(np.random.default_rng(2), action=action, people="one", age="adult")
    made = pose(scene)
    return made.joints[0].astype(float), made.hand_axes[0].astype(float), scene.athletes[0].height


@pytest.mark.parametrize("action", ACTIONS)
def test_what_recordings_leave_out_lies_near_where_it_was(action: str) -> None:
    joints, _, tall = posed(action)
    known = joints.copy()
    for name in JOINTS:
        if name not in (*NEEDED, "head"):
            known[JOINT_INDEX[name]] = np.nan
    made = whole_body(known, tall)
    assert made is not None
    off = np.linalg.norm(made.joints[0] - joints, axis=1) / tall
    limbs = [JOINT_INDEX[name] for name in NEEDED]
    assert off[limbs].max() < 1e-6
    assert off.max() < 0.15
    assert np.isfinite(made.hand_axes).all()


def test_known_feet_and_face_keep_their_direction() -> None:
    joints, _, tall = posed("sprint")
    made = whole_body(joints, tall)
    assert made is not None
    for a, b in (("left_heel", "left_toe"), ("right_heel", "right_toe"), ("head", "nose")):
        ways = [j[JOINT_INDEX[b]] - j[JOINT_INDEX[a]] for j in (joints, made.joints[0])]
        cosine = ways[0] @ ways[1] / np.prod([np.linalg.norm(way) for way in ways])
        assert cosine > 0.8, a


def test_without_a_knee_there_is_no_body() -> None:
    joints, _, tall = posed("squat")
    joints[JOINT_INDEX["left_knee"]] = np.nan
    assert whole_body(joints, tall) is None
