"""Signs and conventions of the joint angles, and limbs that reach."""

from __future__ import annotations

import numpy as np
import pytest

from data.scenes.anatomy import ANGLE_INDEX, ANGLES, body_of
from data.scenes.scene import Athlete
from data.scenes.skeleton import Skeleton, two_bone


def standing(**angles: float) -> Skeleton:
    values = np.zeros(len(ANGLES))
    for name, angle in angles.items():
        values[ANGLE_INDEX[name]] = angle
    return Skeleton(body_of(Athlete()), values)


def direction(skeleton: Skeleton, near: str, far: str) -> np.ndarray:
    line = skeleton[far] - skeleton[near]
    return line / np.linalg.norm(line)


@pytest.mark.parametrize(
    ("angles", "near", "far", "expected"),
    [
        ({}, "left_shoulder", "left_wrist", (0, -1, 0)),
        ({"left_plane": 0, "left_elevation": 90}, "left_shoulder", "left_elbow", (1, 0, 0)),
        ({"right_plane": 0, "right_elevation": 90}, "right_shoulder", "right_elbow", (-1, 0, 0)),
        ({"left_plane": 90, "left_elevation": 90}, "left_shoulder", "left_elbow", (0, 0, 1)),
        ({"left_plane": 90, "left_elevation": 180}, "left_shoulder", "left_elbow", (0, 1, 0)),
        ({"right_elbow": 90}, "right_elbow", "right_wrist", (0, 0, 1)),
        (
            {"right_elevation": 90, "right_rotation": 90, "right_elbow": 90},
            *("right_elbow", "right_wrist", (0, 1, 0)),
        ),
        (
            {"left_plane": 90, "left_elevation": 90, "left_elbow": 90},
            *("left_elbow", "left_wrist", (-1, 0, 0)),
        ),
        ({"left_hip_flexion": 90}, "left_hip", "left_knee", (0, 0, 1)),
        ({"right_hip_abduction": 80}, "right_hip", "right_knee", (-0.985, -0.174, 0)),
        ({"left_knee": 90}, "left_knee", "left_ankle", (0, 0, -1)),
        ({"right_hip_rotation": 50}, "right_heel", "right_toe", (-0.766, 0, 0.643)),
        ({"left_ankle": -60}, "left_heel", "left_toe", (0, -0.866, 0.5)),
        ({"lean": 90}, "pelvis", "neck", (0, 0, 1)),
        ({"side": 90}, "pelvis", "neck", (1, 0, 0)),
        ({"turn": 90}, "left_heel", "left_toe", (1, 0, 0)),
        ({"lean": 90, "spin": 90}, "left_hip", "right_hip", (0, -1, 0)),
    ],
)
def test_each_angle_moves_its_bone_the_way_its_name_says(
    angles: dict[str, float], near: str, far: str, expected: tuple[float, float, float]
) -> None:
    found = direction(standing(**angles), near, far)
    np.testing.assert_allclose(found, expected, atol=0.09)


@pytest.mark.parametrize("side", ["left", "right"])
def test_palms_face_the_thighs_and_pronation_turns_them_down(side: str) -> None:
    inwards = -1 if side == "left" else 1
    np.testing.assert_allclose(standing().palm(side), (inwards, 0, 0), atol=1e-9)
    carried = standing(**{f"{side}_elbow": 90, f"{side}_forearm": 90})
    np.testing.assert_allclose(carried.palm(side), (0, -1, 0), atol=1e-9)
    flexed = standing(**{f"{side}_wrist": 80})
    assert flexed.fingers(side)[0] * inwards > 0.9


def test_an_adult_is_as_tall_as_stated_and_a_child_has_a_larger_head() -> None:
    skeleton = standing()
    stature = skeleton["head"][1] + 0.065 * 1.75 - skeleton["left_heel"][1]
    assert stature == pytest.approx(1.75, abs=0.03)
    adult, child = body_of(Athlete(height=1.4)), body_of(Athlete(height=1.4, age="child"))
    assert child.thigh + child.shank < adult.thigh + adult.shank
    assert np.ptp(child.landmarks[3:5, 0]) > np.ptp(adult.landmarks[3:5, 0])


def test_a_limb_reaches_what_is_in_reach_and_points_at_what_is_not() -> None:
    root, pole = np.zeros(3), np.array((0.0, 0.0, 1.0))
    target = np.array((0.3, -0.4, 0.1))
    middle, end = two_bone(root, target, 0.4, 0.35, pole)
    np.testing.assert_allclose(end, target, atol=1e-9)
    assert np.linalg.norm(middle) == pytest.approx(0.4)
    assert np.linalg.norm(end - middle) == pytest.approx(0.35)
    assert middle[2] > 0
    _, end = two_bone(root, 10 * target, 0.4, 0.35, pole)
    assert np.linalg.norm(end) == pytest.approx(0.75, abs=1e-3)
    assert end @ target > 0


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_grip_closes_around_the_shaft(side: str) -> None:
    skeleton = standing(left_elbow=90, right_elbow=90)
    shaft = np.array((1.0, 0.0, 0.0))
    point = skeleton.fist(side) + np.array((0.03, 0.05, -0.04))
    skeleton.grip(side, point, shaft)
    np.testing.assert_allclose(skeleton.fist(side), point, atol=2e-3)
    assert abs(skeleton.fingers(side) @ shaft) < 1e-6
    assert abs(skeleton.palm(side) @ shaft) < 1e-6
