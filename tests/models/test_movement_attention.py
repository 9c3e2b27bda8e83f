"""The movement network, its maps, and the tests that rankings are put to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from data.movement import KEYPOINT_INDEX, KEYPOINTS
from data.movement.clip import Clip, clip_from
from models.movement_attention import (
    Config,
    Maps,
    MovementAttention,
    attention,
    batch_of,
    off_line,
    off_mirror,
    spans,
)
from models.movement_occlusion import (
    joint_occlusion,
    occlusion,
    probabilities,
    stretches,
    trust,
    without,
)
from models.movement_relevance import Target, _read_back, look, relevance, rollout
from tests.data.movement.people import FPS, squatting, standing

CONFIG = Config(("squat", "walk"), ("knees_in", "uneven"), width=16, layers=2, heads=2)


@pytest.fixture
def clip() -> Clip:
    joints = squatting(1)
    return clip_from(joints, np.arange(len(joints)) / FPS)


@pytest.fixture
def model() -> MovementAttention:
    torch.manual_seed(0)
    return MovementAttention(CONFIG).eval()


def test_attention_is_the_formula_by_hand() -> None:
    q = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    k = torch.tensor([[1.0, 1.0], [0.0, 1.0]])
    scores = np.array([[1.0, 0.0], [2.0, 2.0]]) / 2**0.5
    expected = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    known = torch.tensor([True, True])
    np.testing.assert_allclose(attention(q, k, known).numpy(), expected, rtol=1e-6)


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return joints @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])


def raw(joints: np.ndarray, flat: bool = False) -> Clip:
    """A clip of joints as they stand, neither turned nor scaled."""
    positions = joints.astype(np.float32)
    times = np.arange(len(joints), dtype=np.float32)
    return Clip(positions, np.ones(positions.shape[:2], bool), times, flat)


@pytest.mark.parametrize("degrees", [0, 35, -120])
def test_a_knee_that_falls_in_is_off_its_line_by_so_much(degrees: float) -> None:
    joints = np.repeat(standing()[None], 3, 0)
    knee = KEYPOINT_INDEX["left_knee"]
    hip, ankle = joints[0, KEYPOINT_INDEX["left_hip"]], joints[0, KEYPOINT_INDEX["left_ankle"]]
    joints[:, knee] = (hip + ankle) / 2
    joints[1, knee, 0] -= 0.05  # the left is at +x
    off = off_line(batch_of([raw(turned(joints, degrees))]))[0]
    assert off[:, knee, 0].tolist() == pytest.approx([0, -0.05, 0], abs=1e-5)
    unseen = raw(turned(joints, degrees))
    unseen.known[1, KEYPOINT_INDEX["left_ankle"]] = False
    assert off_line(batch_of([unseen]))[0, 1, knee].abs().max() == 0


def test_who_is_alike_on_both_sides_is_off_no_mirror() -> None:
    joints = np.repeat(standing()[None], 2, 0)
    joints[1, KEYPOINT_INDEX["left_hip"], 1] += 0.03
    off = off_mirror(batch_of([raw(turned(joints, 50))]))[0]
    np.testing.assert_allclose(off[0], 0, atol=1e-5)
    sides = [KEYPOINT_INDEX["left_hip"], KEYPOINT_INDEX["right_hip"]]
    assert off[1, sides, 1].tolist() == pytest.approx([0.03, -0.03], abs=1e-5)


def test_spans_are_over_known_moments_alone() -> None:
    values = torch.tensor([[[[1.0], [5.0]], [[3.0], [7.0]], [[9.0], [9.0]]]])
    known = torch.tensor([[[True, False], [True, False], [False, False]]])
    found = spans(values, known, torch.tensor([2, 4])).view(len(KEYPOINTS), 3)
    assert found[2].tolist() == [2, 1, 3]
    assert found.abs().sum() == 6


def test_each_fault_has_a_query_of_its_own(model: MovementAttention, clip: Clip) -> None:
    maps = Maps()
    before = model(batch_of([clip]), maps)
    assert maps.pool is not None
    assert maps.pool.shape[1] == 1 + len(CONFIG.faults) + 1
    with torch.no_grad():
        model.query[2] += 1
    after = model(batch_of([clip]))
    torch.testing.assert_close(before.fault[:, 0], after.fault[:, 0])
    assert not torch.allclose(before.fault[:, 1], after.fault[:, 1])
    torch.testing.assert_close(before.action, after.action)


def test_maps_are_distributions_over_known_joints(model: MovementAttention, clip: Clip) -> None:
    clip.known[:, KEYPOINT_INDEX["left_knee"]] = False
    clip.known[0, KEYPOINT_INDEX["left_knee"]] = True
    maps = Maps()
    batch = batch_of([clip])
    model(batch, maps)
    at = batch.joints.tolist().index(KEYPOINT_INDEX["left_knee"])
    assert len(maps.space) == len(maps.time) == CONFIG.layers
    for weights in (*maps.space, *maps.time, maps.pool):
        assert weights is not None
        torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
    assert maps.space[0][0, 1:, :, :, at].max() == 0


def test_what_is_not_known_changes_no_answer(model: MovementAttention, clip: Clip) -> None:
    clip.known[:, 3] = clip.known[5] = False
    clip.known[0, 3] = True
    other = replace(clip, positions=np.where(clip.known[..., None], clip.positions, 9.0))
    with torch.inference_mode():
        a, b = (model(batch_of([c])) for c in (clip, other))
    torch.testing.assert_close(a.action, b.action)


def test_rollout_of_even_attention_is_even() -> None:
    even = torch.full((4, 4), 0.25)
    result = rollout([even, even])
    torch.testing.assert_close(result.sum(-1), torch.ones(4))
    # Two layers of ½ (A + I): a quarter stays, the rest is spread.
    torch.testing.assert_close(result[0], torch.tensor([0.25, 0, 0, 0]) + 0.75 * 0.25)


def test_relevance_is_the_product_less_the_start() -> None:
    a, b = torch.rand(3, 3), torch.rand(3, 3)
    expected = (torch.eye(3) + b) @ (torch.eye(3) + a) - torch.eye(3)
    torch.testing.assert_close(relevance([a, b]), expected)


def test_reading_back_equals_the_whole_product() -> None:
    """Row of the readout times the product over all tokens, formed in full."""
    moments, joints = 3, 2
    torch.manual_seed(0)
    first = torch.rand(moments, joints)
    space, time = torch.rand(2, moments, joints, joints), torch.rand(2, joints, moments, moments)
    full = torch.eye(moments * joints)
    for s, t in zip(space, time, strict=True):
        by_space = torch.block_diag(*s)
        by_time = torch.zeros(moments * joints, moments * joints)
        for j in range(joints):
            by_time[j::joints, j::joints] = t[j]
        for weights in (by_space, by_time):
            full = (torch.eye(moments * joints) + weights) @ full
    expected = (first.flatten() @ full).view(moments, joints)
    torch.testing.assert_close(_read_back(first, list(time), list(space), 1.0), expected)


def test_a_look_has_all_maps_in_shape(model: MovementAttention, clip: Clip) -> None:
    seen = look(model, clip)
    moments, joints = len(clip.times), len(seen.joints)
    assert seen.actions.sum() == pytest.approx(1, abs=1e-5)
    assert seen.space.shape == (2, 2, joints, joints)
    assert seen.time.shape == (2, 2, moments, moments)
    for values in (seen.pool, seen.rollout, seen.relevance):
        assert values.shape == (moments, joints)
        assert (values >= 0).all()
    assert seen.pool.sum() == pytest.approx(1, abs=1e-5)


def test_moments_are_filled_in_from_those_around_them() -> None:
    line = np.arange(8.0)[:, None, None] * np.ones((1, 1, 3))
    gone = np.isin(np.arange(8), [0, 3, 4, 7])
    filled = without(line.astype(np.float32), gone)
    np.testing.assert_allclose(filled[:, 0, 0], [1, 1, 2, 3, 4, 5, 6, 6])


def test_stretches_cover_all_moments_evenly() -> None:
    counts = np.bincount(stretches(37))
    assert counts.sum() == 37
    assert np.ptp(counts) <= 1


def test_leaving_out_what_matters_shows(clip: Clip) -> None:
    """A network that listens to one stretch alone: occlusion and its test find that stretch."""

    class Listener(MovementAttention):
        def forward(self, batch, maps=None):
            answer = super().forward(batch, maps)
            heights = batch.positions[:, :, batch.joints.tolist().index(KEYPOINT_INDEX["nose"]), 1]
            low = torch.minimum(heights.min(1).values, torch.tensor(0.3))
            logits = torch.stack([-40 * (low - 0.3), 0 * low], 1)
            return replace(answer, action=logits)

    model = Listener(CONFIG).eval()
    target = Target("action", 0)
    lost = occlusion(model, clip, target)
    deepest = int(clip.positions[:, KEYPOINT_INDEX["nose"], 1].argmin())
    assert abs(int(lost.moments.argmax()) - deepest) <= 3
    cells = joint_occlusion(model, clip, target)
    joints = np.flatnonzero(clip.known.any(0))
    assert cells.shape == (len(clip.times), len(joints))
    moment, joint = np.unravel_index(cells.argmax(), cells.shape)
    assert joints[joint] == KEYPOINT_INDEX["nose"]
    assert abs(int(moment) - deepest) <= 6
    others = np.delete(cells, joint, 1)
    np.testing.assert_allclose(others, 0, atol=1e-6)
    good = -np.abs(np.arange(len(clip.times)) - deepest).astype(float)
    found = trust(model, clip, target, {"good": good, "bad": -good})
    assert found.rankings["good"].comprehensiveness > found.rankings["bad"].comprehensiveness
    assert found.rankings["good"].comprehensiveness > found.random.comprehensiveness
    assert found.rankings["good"].sufficiency < found.rankings["bad"].sufficiency


def test_versions_are_judged_as_if_alone(model: MovementAttention, clip: Clip) -> None:
    target = Target("fault", 1)
    alone = probabilities(model, clip, target, [clip.positions])
    many = probabilities(model, clip, target, [clip.positions] * 20)
    np.testing.assert_allclose(many, alone[0], rtol=1e-5)
