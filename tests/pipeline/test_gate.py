from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from data.scenes.actions import pose
from data.scenes.attributes import WIDTH
from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.sample import sample_scene
from data.scenes.scene import PHASES, Scene
from pipeline import gate
from pipeline.gate import Fault, faults, sound_pose
from pipeline.runtime import Runtime


def scene(phase: str) -> Scene:
    return sample_scene(np.random.default_rng(1), phase=phase, people="one")


def moved(posed: Posed, *names: str, by: tuple[float, float, float]) -> Posed:
    joints = posed.joints.copy()
    joints[0, [JOINT_INDEX[name] for name in names]] += by
    return replace(posed, joints=joints)


@pytest.mark.parametrize("action", PHASES)
def test_the_librarys_own_poses_pass(action: str) -> None:
    for phase in PHASES[action]:
        shown = scene(f"{action}/{phase}")
        assert faults(shown, pose(shown)) == ()


def test_a_limb_of_a_wrong_length_is_a_fault() -> None:
    shown = scene("squat/standing")
    long = moved(pose(shown), "left_wrist", "left_hand", by=(0, -0.2, 0))
    assert [(f.kind, f.part) for f in faults(shown, long)] == [("limb", "left_forearm")]


def test_a_knee_bent_too_far_is_a_fault() -> None:
    shown = scene("squat/standing")
    posed = pose(shown)
    place = {name: posed.joints[0, i] for name, i in JOINT_INDEX.items()}
    folded = place["right_hip"] - place["right_ankle"]
    folded = moved(posed, "right_ankle", "right_heel", "right_toe", by=tuple(folded * 0.98))
    assert ("range", "right_knee") in [(f.kind, f.part) for f in faults(shown, folded)]


@pytest.mark.parametrize("rise", [0.3, -0.3])
def test_who_stands_neither_floats_nor_sinks(rise: float) -> None:
    shown = scene("squat/standing")
    lifted = moved(pose(shown), *JOINT_INDEX, by=(0, rise, 0))
    assert [f.kind for f in faults(shown, lifted)] == ["ground"]


def test_who_flies_or_hangs_may_be_off_the_ground() -> None:
    for phase in ("long_jump/flight", "pull_up/hang"):
        shown = scene(phase)
        lifted = moved(pose(shown), *JOINT_INDEX, by=(0, 0.3, 0))
        assert faults(shown, lifted) == ()


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many faults each pose has that the prior makes up, one after the other."""
    left: list[int] = []

    def imagine(*_: object) -> SimpleNamespace:
        return SimpleNamespace(
            scene=None, posed=left[0], figure=Figure(np.full((1, 27, 2), left.pop(0)))
        )

    monkeypatch.setattr(gate, "imagine", imagine)
    monkeypatch.setattr(gate, "faults", lambda _, count: (Fault("ground", "", 0.5),) * count)
    return left


@pytest.mark.parametrize(
    ("found", "drawn", "rejected"),
    [([0], 0, 0), ([2, 0], 0, 1), ([3, 1, 2], 1, 2), ([2, 2, 2], 2, 2)],
)
def test_a_faulty_pose_is_drawn_again_twice_at_most(
    tries: list[int], weights: Path, found: list[int], drawn: int, rejected: int
) -> None:
    tries += found
    chosen = sound_pose(torch.zeros(1, WIDTH), 0, Runtime(weights=weights, device="cpu"))
    assert chosen.figure.joints[0, 0, 0] == len(chosen.faults) == drawn
    assert len(chosen.rejected) == rejected
    assert not tries
