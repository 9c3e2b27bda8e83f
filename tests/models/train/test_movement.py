"""The training of the movement network: its examples, and that it learns."""

from __future__ import annotations

import numpy as np
import torch

from data.movement.faults import FAULTS
from data.movement.technique import technique
from models.movement_attention import Config, MovementAttention
from models.train.movement import ACTIONS, Library, index, loss_of, varied, with_faults


def small_library() -> Library:
    library = Library.__new__(Library)
    library.techniques = {"squat": [technique("squat", 0, grid=9)]}
    return library


def test_faults_that_cannot_be_are_taken_back() -> None:
    standing = technique("squat", 0, grid=9).at(np.zeros(30))
    levels = np.ones(len(FAULTS))
    with_faults(standing, levels, np.random.default_rng(0))
    possible = dict(zip(FAULTS, levels, strict=True))
    assert not any(possible[name] for name in ("knees_in", "uneven", "trunk_early"))
    assert possible["trunk_forward"]


def test_examples_of_a_clip_are_whole_numbers_of_moments() -> None:
    squat = small_library().techniques["squat"][0]
    rng = np.random.default_rng(0)
    levels = np.zeros(len(FAULTS))
    for _ in range(8):
        joints = small_library()._play(squat, levels, rng)
        from models.train.movement import Example

        clip = varied(Example(joints, 30.0, index("squat"), levels > 0, 1.0), 16, rng)
        assert clip.positions.shape == (16, 24, 3)
        assert np.isfinite(clip.positions).all()


def test_a_tiny_network_learns_two_actions() -> None:
    from models.train.movement import Example

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
