from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX, JOINTS
from models.judge import REGIONS, SCORES, Reading
from pipeline.request import Prompt, Request, Result
from pipeline.runtime import Runtime
from pipeline.scorecard import compare, examine, joint_error, score

ASKED = {
    "action": "squat",
    "style": "shaded",
    "people": "one",
    "framing": "full",
    "top_colour": "red",
    "shoe_colour": "white",
}


def standing() -> np.ndarray:
    """Joints (J, 2) of somebody of height 0.8, the right leg straight, the left knee at 90°."""
    joints = np.full((len(JOINTS), 2), np.nan, np.float32)
    for name, place in {
        "left_hip": (0.55, 0.5),
        "left_knee": (0.55, 0.7),
        "left_ankle": (0.75, 0.7),
        "right_hip": (0.45, 0.5),
        "right_knee": (0.45, 0.7),
        "right_ankle": (0.45, 0.9),
    }.items():
        joints[JOINT_INDEX[name]] = place
    return joints


def result(figure: Figure | None = None, chosen: tuple[str, ...] = (), **asked: str) -> Result:
    picture = np.zeros((64, 64, 3), np.uint8)
    return Result(
        request=Request(Prompt("squat")),
        picture=picture,
        stages={"base": picture},
        attributes=ASKED | asked,
        chosen=chosen,
        figure=figure,
        weights={},
        versions={},
        device="CPU",
        seconds={},
        peak_memory=0,
        created="2026-01-31T12:00:00+01:00",
    )


def reading(joints: np.ndarray | None = None, shoes: float = 0.02, **read: str) -> Reading:
    values = ASKED | read
    shares = dict.fromkeys(REGIONS, 0.1) | {"shoes": shoes}
    joints = np.full((len(JOINTS), 2), 0.5, np.float32) if joints is None else joints
    return Reading(values, dict.fromkeys(values, 0.9), joints, shares)


def test_what_is_read_as_asked_is_right() -> None:
    card = compare(result(), reading(top_colour="blue"), {"top_colour": 0.97})
    lines = {line.attribute: line for line in card.lines}
    assert lines["action"].right
    assert not lines["top_colour"].right
    assert (lines["top_colour"].read, lines["top_colour"].ceiling) == ("blue", 0.97)
    assert lines["action"].ceiling is None
    assert not card.all_right


def test_what_the_seed_chose_is_judged_but_was_not_asked() -> None:
    card = compare(result(chosen=("top_colour",)), reading(top_colour="blue"), {})
    assert [line.attribute for line in card.lines if not line.said] == ["top_colour"]
    assert card.all_right


def test_what_cannot_be_seen_is_not_judged() -> None:
    card = compare(result(style="silhouette"), reading(style="silhouette"), {})
    assert set(card.hidden) == {"top_colour", "shoe_colour"}
    assert "top_colour" not in [line.attribute for line in card.lines]
    unseen = compare(result(), reading(shoes=0.0), {})
    assert unseen.hidden == ("shoe_colour",)


def test_the_pose_is_compared_with_the_asked_one() -> None:
    asked = standing()
    read = asked + np.array([0.02, 0], np.float32)
    card = compare(result(Figure(asked[None])), reading(read), {"joints": 0.03})
    assert card.joint_error == pytest.approx(0.02 / (0.2 / 0.245), rel=0.02)
    assert card.joint_ceiling == 0.03
    angles = {angle.joint: (angle.asked, angle.read) for angle in card.angles}
    assert angles["left_knee"] == pytest.approx((90, 90), abs=0.1)
    assert angles["right_knee"] == pytest.approx((180, 180), abs=0.1)


def test_a_limb_that_points_at_the_camera_has_no_angle() -> None:
    asked = standing()
    asked[JOINT_INDEX["left_ankle"]] = asked[JOINT_INDEX["left_knee"]] + 0.01
    card = compare(result(Figure(asked[None])), reading(standing()), {})
    assert [angle.joint for angle in card.angles] == ["right_knee"]


def test_of_two_athletes_nobody_says_whose_joints_are_meant() -> None:
    asked = result(Figure(np.stack([standing()] * 2)), people="two")
    card = compare(asked, reading(people="two"), {"joints": 0.03})
    assert card.joint_error is None
    assert card.angles == ()


def test_joints_outside_the_picture_do_not_count() -> None:
    asked = standing()
    asked[JOINT_INDEX["left_ankle"]] = 3.0, 0.7
    assert joint_error(standing(), asked) == 0
    assert joint_error(standing(), np.full_like(asked, np.nan)) is None


def test_a_result_is_judged_by_the_weights(weights: Path, tmp_path: Path) -> None:
    runtime = Runtime(weights=weights, device="cpu")
    made = result(Figure(standing()[None]))
    card = score(made, runtime)
    assert "action" in [line.attribute for line in card.lines]
    assert all(line.ceiling is None for line in card.lines)
    large = replace(made, picture=np.zeros((256, 256, 3), np.uint8))
    assert examine(large.picture, runtime).attributes == examine(made.picture, runtime).attributes


def test_how_often_the_judge_is_right_stands_beside_each_line(weights: Path) -> None:
    path = weights / "judge" / SCORES
    path.write_text('{"action": 0.5}')
    try:
        card = score(result(), Runtime(weights=weights, device="cpu"))
        assert {line.attribute: line.ceiling for line in card.lines}["action"] == 0.5
    finally:
        path.unlink()
