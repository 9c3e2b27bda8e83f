import json

import numpy as np
import pytest
import torch

from data.scenes.attributes import said
from data.scenes.figure import Figure, stature
from data.scenes.posed import JOINT_INDEX
from pipeline.errors import PictureError, PoseError
from pipeline.metadata import to_png
from pipeline.pose import choose_pose, figure_from_joints, read_pose
from pipeline.record import figure_to_json
from pipeline.runtime import Runtime
from tests.data.standing import standing_joints


@pytest.fixture
def keypoints() -> np.ndarray:
    """Pixels (17, 2) of somebody who stands, from the front, in a large picture."""
    joints = standing_joints()[:17]
    return np.stack([700 + 300 * joints[:, 0], 900 - 300 * joints[:, 1]], 1).astype(float)


def read(values, frame=0):
    return read_pose("squat.json", json.dumps(values).encode(), frame)


def same(a: Figure, b: Figure):
    np.testing.assert_allclose(a.joints, b.joints, atol=1e-4)


def test_the_person_fills_the_picture_upright_and_undistorted(keypoints):
    joints = figure_from_joints(keypoints).joints
    low, high = joints[0, :17].min(0), joints[0, :17].max(0)
    assert (high - low).max() == pytest.approx(0.75, abs=0.01)
    assert (low + high) / 2 == pytest.approx([0.5, 0.5], abs=0.01)
    head, ankle = (joints[0, JOINT_INDEX[n], 1] for n in ("head", "left_ankle"))
    assert head < ankle
    before = np.ptp(keypoints, axis=0)
    after = np.ptp(joints[0, :17], axis=0)
    assert after[0] / after[1] == pytest.approx(before[0] / before[1], rel=1e-3)


def test_the_horizon_is_at_the_height_of_the_shoulders(keypoints):
    figure = figure_from_joints(keypoints)
    shoulder = figure.joints[0, JOINT_INDEX["left_shoulder"], 1]
    assert figure.horizon == pytest.approx(shoulder, abs=0.1 * float(stature(figure.joints)[0]))


def test_lists_flat_lists_frames_and_coco_annotations_say_the_same(keypoints):
    expected = figure_from_joints(keypoints)
    sure = np.concatenate([keypoints, np.ones((17, 1))], 1)
    for values in (
        keypoints.tolist(),
        sure.tolist(),
        [keypoints.tolist()],
        keypoints.ravel().tolist(),
        {"keypoints": sure.ravel().tolist()},
        {"annotations": [{"keypoints": sure.ravel().tolist()}]},
        {"frames": [sure.tolist()]},
    ):
        same(read(values), expected)


def test_a_table_with_a_header_says_the_same(keypoints):
    row = ",".join(map(str, keypoints.ravel()))
    header = ",".join(f"x{i}" for i in range(34))
    expected = figure_from_joints(keypoints)
    same(read_pose("a.csv", f"{header}\r\n{row}\r\n".encode("utf-8-sig")), expected)
    same(read_pose("a.csv", row.encode()), expected)


def test_the_frame_that_is_asked_for_is_read(keypoints):
    leaning = keypoints + np.linspace(0, 100, 17)[:, None] * (1, 0)
    same(read([keypoints.tolist(), leaning.tolist()], 1), figure_from_joints(leaning))


def test_keypoints_of_no_confidence_are_missing(keypoints):
    unsure = np.concatenate([keypoints, np.ones((17, 1))], 1)
    unsure[JOINT_INDEX["left_wrist"]] = 0
    joints = read(unsure.tolist()).joints[0]
    assert np.isnan(joints[JOINT_INDEX["left_wrist"]]).all()
    assert np.isnan(joints[JOINT_INDEX["left_hand"]]).all()
    assert np.isfinite(joints[JOINT_INDEX["right_wrist"]]).all()


def test_our_own_pose_and_picture_give_the_figure_back(figure, result):
    again = read(figure_to_json(figure))
    np.testing.assert_allclose(again.joints, figure.joints, atol=1e-6)
    assert again.props[0].kind == figure.props[0].kind
    same(read_pose("picture.png", to_png(result)), result.figure)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"{}",
        b"[]",
        b"[[1, 2], [3]]",
        b"[1, 2, 3]",
        b'["a", "b"]',
        b'{"keypoints": 5}',
        b'{"keypoints": {"a": 1}}',
        b'{"joints": [[0, 0]]}',
        b"[" * 100_000,
        b"[1e999, " + b"1" * 5000 + b"]",
        b"a,b,c\n1,2,3\n",
        b'"' * 200_001,
        json.dumps([[[float("nan")] * 2] * 17]).encode(),
        json.dumps([[0.0, 0.0]] * 17).encode(),
        json.dumps([[[[0.0, 1.0]] * 17]]).encode(),
    ],
)
def test_what_is_no_pose_gets_a_sentence(data):
    with pytest.raises(PoseError):
        read_pose("pose.json", data)


def test_a_frame_beyond_the_last_names_the_last(keypoints):
    with pytest.raises(PoseError, match="frames 0 to 0"):
        read([keypoints.tolist()], 3)


def test_a_foreign_picture_gets_a_sentence():
    with pytest.raises(PictureError):
        read_pose("cat.png", b"\x89PNG\r\n\x1a\nnothing")


def test_the_prior_chooses_the_same_pose_for_the_same_seed(weights):
    runtime = Runtime(device="cpu", weights=weights)
    vector = torch.from_numpy(said({"action": "squat"}))[None]
    first, again, other = (choose_pose(vector, seed, runtime) for seed in (1, 1, 2))
    assert np.array_equal(first.joints, again.joints, equal_nan=True)
    assert not np.array_equal(first.joints, other.joints, equal_nan=True)
