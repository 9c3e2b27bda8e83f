"""The training of the movement network: its examples, and that it learns."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from data.movement.clip import clip_from
from data.movement.faults import FAULTS
from data.movement.technique import technique
from models.movement_attention import Config, MovementAttention, batch_of
from models.train.movement import fit_offsets, loss_of, varied
from models.train.movement_examples import (
    ACTIONS,
    Example,
    Library,
    index,
    possible,
    with_faults,
)


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


def test_faults_are_fitted_by_offsets_and_no_action_is_told_otherwise() -> None:
    torch.manual_seed(0)
    model = MovementAttention(Config(ACTIONS, FAULTS, width=16, layers=1, heads=2)).eval()
    library = Library(1, seed=0)
    rng = np.random.default_rng(9)
    held = [library.draw(rng) for _ in range(40)]
    clips = [clip_from(e.joints, np.arange(len(e.joints)) / e.fps, 6.0) for e in held]

    def told() -> tuple[np.ndarray, float]:
        answers = [model(batch_of([clip])) for clip in clips]
        faults = torch.cat([a.fault for a in answers])
        wanted = torch.tensor(np.stack([e.faults for e in held])).float()
        actions = torch.cat([a.action for a in answers]).numpy()
        return actions, float(binary_cross_entropy_with_logits(faults, wanted))

    with torch.no_grad():
        actions, before = told()
    fit_offsets(model, library, 300, seed=0, epochs=30)
    with torch.no_grad():
        same, after = told()
    np.testing.assert_allclose(actions, same, rtol=1e-5)
    assert after < 0.8 * before


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
