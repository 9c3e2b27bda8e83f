"""Faults that are put in: limbs keep their lengths, and what should change does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from data.movement.faults import (
    knees_in,
    lean_forward,
    separation,
    shift_weight,
    trunk_early,
    turn_trunk,
)
from data.movement.names import KEYPOINT_INDEX
from pipeline.movement.angles import joint_angles
from tests.data.movement.people import squatting

BONES = (
    *(("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist")),
    *(("ankle", "heel"),),
)


def lengths(joints: np.ndarray) -> np.ndarray:
    at = {name: joints[:, i] for name, i in KEYPOINT_INDEX.items()}
    return np.stack(
        [
            np.linalg.norm(at[f"{side}_{a}"] - at[f"{side}_{b}"], axis=-1)
            for side in ("left", "right")
            for a, b in BONES
        ]
    )


@pytest.mark.parametrize(
    "fault",
    [
        lambda joints: knees_in(joints, np.full(len(joints), 20.0)),
        lambda joints: lean_forward(joints, np.full(len(joints), 25.0)),
        lambda joints: turn_trunk(joints, np.full(len(joints), 30.0)),
        lambda joints: shift_weight(joints, np.full(len(joints), 0.03)),
    ],
)
def test_limbs_keep_their_lengths(fault: Callable[[np.ndarray], np.ndarray]) -> None:
    joints = squatting()[55:90]
    np.testing.assert_allclose(lengths(fault(joints)), lengths(joints), atol=2e-3)


def test_knees_come_together() -> None:
    joints = squatting()[40:120]
    left, right = (KEYPOINT_INDEX[f"{side}_knee"] for side in ("left", "right"))
    before = joints[:, left, 0] - joints[:, right, 0]
    moved = knees_in(joints, np.full(len(joints), 20.0))
    bent = joint_angles(joints)["left_knee"] > 40
    assert ((moved[:, left, 0] - moved[:, right, 0]) < before - 0.02)[bent].all()


def test_a_lean_of_so_many_degrees_bends_the_hips_by_them() -> None:
    joints = squatting()[:20]
    leaned = lean_forward(joints, np.full(20, 15.0))
    change = joint_angles(leaned)["left_hip"] - joint_angles(joints)["left_hip"]
    np.testing.assert_allclose(change, 15, atol=0.5)


def test_the_trunk_turns_earlier() -> None:
    joints = squatting()[:60]
    twisting = turn_trunk(joints, np.linspace(0, 60, 60))
    early = trunk_early(twisting, 10)
    np.testing.assert_allclose(separation(early)[:50], separation(twisting)[10:], atol=1e-6)
