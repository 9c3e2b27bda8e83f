"""A pose that somebody pulls into shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX, JOINTS
from data.scenes.scene import PHASES
from pipeline.errors import PoseError
from pipeline.pose_by_hand import PARENTS, held, library_pose, moved


def turned(figure: Figure, joint: str, degrees: float) -> np.ndarray:
    """The joints with everything beyond ``joint`` turned about the joint that it hangs on."""
    joints = figure.joints[0].copy()
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    beyond = {joint}
    for _depth in range(6):
        beyond |= {j for j, parent in PARENTS.items() if parent in beyond}
    about = joints[JOINT_INDEX[PARENTS[joint]]].copy()
    for j in beyond:
        joints[JOINT_INDEX[j]] = about + rotation @ (joints[JOINT_INDEX[j]] - about)
    return joints


@pytest.mark.parametrize("action", ["sprint", "tennis_serve", "handstand", "rowing"])
def test_every_phase_of_the_library_can_be_started_from(action: str) -> None:
    for phase in PHASES[action]:
        figure = library_pose(f"{action}/{phase}", "three_quarter")
        assert figure.joints.shape == (1, len(JOINTS), 2)
        assert not np.isnan(figure.joints[0, JOINT_INDEX["left_knee"]]).any()


def test_the_same_phase_gives_the_same_figure() -> None:
    np.testing.assert_array_equal(
        library_pose("squat/bottom").joints, library_pose("squat/bottom").joints
    )


def test_an_unknown_phase_is_refused() -> None:
    with pytest.raises(PoseError):
        library_pose("squat/moonwalk")


def test_a_bent_limb_is_taken_over() -> None:
    figure = library_pose("squat/standing")
    joints = turned(figure, "left_wrist", 40)
    after = moved(figure, joints)
    np.testing.assert_allclose(after.joints[0], joints, atol=1e-5)
    assert after.space is not None
    before = figure.space.posed.joints[0]
    shift = np.linalg.norm(after.space.posed.joints[0] - before, axis=1)
    assert shift[JOINT_INDEX["left_hand"]] > 0.05
    assert shift[JOINT_INDEX["right_hand"]] < 1e-4
    flat = moved(replace(figure, space=None), joints)
    np.testing.assert_array_equal(flat.joints[0], joints)


def test_a_hidden_face_turns_with_the_head() -> None:
    figure = library_pose("rest/standing", "back")
    nose, head = JOINT_INDEX["nose"], JOINT_INDEX["head"]
    assert np.isnan(figure.joints[0, nose]).all()
    after = moved(figure, turned(figure, "head", 20)).space.posed.joints[0]
    before = figure.space.posed.joints[0]
    lengths = [np.linalg.norm(j[nose] - j[head]) for j in (before, after)]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.03)
    assert np.linalg.norm(after[nose] - before[nose]) > 0.01


def test_what_a_hand_holds_goes_with_it() -> None:
    figure = library_pose("tennis_serve/trophy")
    racket = next(i for i, holds in enumerate(held(figure)) if holds is not None)
    side = JOINTS[held(figure)[racket].hand].partition("_")[0]
    joints = turned(figure, f"{side}_wrist", 30)
    after = moved(figure, joints)
    hand = JOINT_INDEX[f"{side}_hand"]
    before, now = figure.props[racket], after.props[racket]
    assert np.linalg.norm(now.tail - joints[hand]) == pytest.approx(
        np.linalg.norm(before.tail - figure.joints[0, hand]), abs=2e-3
    )
    assert np.linalg.norm(now.tip - before.tip) > 0.02
    free = [i for i, holds in enumerate(held(figure)) if holds is None]
    for i in free:
        np.testing.assert_array_equal(after.props[i].tip, figure.props[i].tip)


def test_a_stretched_bone_is_refused() -> None:
    figure = library_pose("squat/standing")
    joints = figure.joints[0].copy()
    joints[JOINT_INDEX["left_hand"]] += 0.2
    with pytest.raises(PoseError, match="left hand has changed its length"):
        moved(figure, joints)


@pytest.mark.parametrize("joints", [np.zeros((5, 2)), np.full((27, 2), np.nan)])
def test_other_joints_are_refused(joints: np.ndarray) -> None:
    with pytest.raises(PoseError, match="other joints"):
        moved(library_pose("squat/standing"), joints)
