"""The training of the movement network: its examples, and that it learns."""

from __future__ import annotations

import numpy as np
import torch

from data.movement.faults import FAULTS
from data.movement.technique import technique
from models.movement_attention import Config, MovementAttention
from models.train.movement import loss_of, varied
from models.train.movement_examples import ACTIONS, Example, index, possible, with_faults


def test_only_faults_that_can_be_are_drawn() -> None:
    squat = technique("squat", 0, grid=9)
    standing, down = squat.at(np.zeros(30)), squat.at(np.linspace(0, 1, 30))
    assert possible(standing, "rest") == ["trunk_forward"]
    assert possible(down, "squat") == ["knees_in", "uneven", "shallow", "trunk_forward"]


def test_examples_of_a_clip_are_whole_numbers_of_moments() -> None:
    rng = np.random.default_rng(0)
    squat = technique("squat", 0, grid=9)
    for depth in np.linspace(0.5, 1, 8):
        joints = with_faults(
            squat.at(depth * np.sin(np.linspace(0, np.pi, 50)) ** 2), np.full(5, 0.5), rng
        )
        clip = varied(Example(joints, 30.0, index("squat"), np.ones(5, bool), 0.5), 16, rng)
        assert clip.positions.shape == (16, 24, 3)
        assert np.isfinite(clip.positions).all()


def test_a_tiny_network_learns_two_actions() -> None:
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    examples = []
    for action in ("squat", "push_up"):
        known = technique(action, 0, grid=9)
        ways = [np.sin(np.linspace(0, np.pi, 40)) ** 2 * depth for depth in (0.7, 0.85, 1.0)]
        examples += [Example(known.at(way), 30.0, index(action)) for way in ways]
    model = MovementAttention(Config(ACTIONS, FAULTS, width=16, layers=1, heads=2, dropout=0.0))
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    right = 0.0
    for _ in range(40):
        clips = [varied(example, 12, rng, pictures=0.0) for example in examples]
        loss, columns = loss_of(model, clips, examples, rng, torch.device("cpu"))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        right = columns["right"]
    assert right == 1.0
