import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.scenes.posed import JOINT_INDEX
from data.scenes.render import render
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY
from models.judge import GRID, POSTURAL, REGIONS, SIZE, Config, by_name
from models.train import judge
from models.train.judge import (
    UNKNOWN,
    Marked,
    joint_loss,
    label_losses,
    marked,
    mistaken,
    poses,
    truth,
)

CPU = torch.device("cpu")
HANDED = list(VOCABULARY).index("handed")


def rendered(**fixed: str) -> Marked:
    scene = sample_scene(np.random.default_rng(3), **fixed)
    return marked([scene], render([scene], SIZE))


def test_labels_are_places_in_the_vocabulary() -> None:
    found = rendered(action="tennis_serve", people="one", style="shaded", top_colour="green")
    labels = dict(zip(VOCABULARY, found.labels[0].tolist(), strict=True))
    assert labels["action"] == VOCABULARY["action"].index("tennis_serve")
    assert labels["style"] == VOCABULARY["style"].index("shaded")
    assert set(np.unique(found.regions)) <= set(range(len(REGIONS)))


def test_what_is_not_shown_has_no_label() -> None:
    found = rendered(action="squat", people="one", style="silhouette")
    labels = dict(zip(VOCABULARY, found.labels[0].tolist(), strict=True))
    assert labels["top_colour"] == labels["handed"] == UNKNOWN
    assert labels["action"] != UNKNOWN


def test_of_two_athletes_neither_is_taught() -> None:
    found = rendered(people="two", action="squat")
    assert np.isnan(found.joints).all()
    assert (found.regions == UNKNOWN).any()
    assert math.isfinite(
        float(joint_loss(torch.zeros(1, 27, GRID, GRID), torch.from_numpy(found.joints)))
    )


def test_of_three_the_one_in_the_middle_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rendered(people="three", action="squat", view="front")
    assert not np.isnan(found.joints).any()
    assert {REGIONS.index("others"), REGIONS.index("top")} <= set(np.unique(found.regions))


def test_a_mirrored_picture_changes_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rendered(action="tennis_serve", handed="right", people="one", style="shaded")
    monkeypatch.setattr(judge, "SHIFT", 0.0)
    monkeypatch.setattr(judge, "ZOOM", 0.0)
    monkeypatch.setattr(judge, "roughened", lambda pictures, _: pictures)
    seen: dict[bool, judge.Truth] = {}
    for seed in range(20):
        known = truth(found, np.random.default_rng(seed), CPU)
        seen[bool(known.labels[0, HANDED] == VOCABULARY["handed"].index("left"))] = known
    straight, turned = seen[False], seen[True]
    assert torch.allclose(turned.pictures, straight.pictures.flip(-1), atol=1e-5)
    assert torch.equal(turned.regions, straight.regions.flip(-1))
    left, right = JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"]
    there = straight.joints[0, right] * torch.tensor([-1, 1]) + torch.tensor([1, 0])
    assert torch.allclose(turned.joints[0, left], there, atol=1e-5)


def test_a_zoomed_picture_takes_its_joints_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dot that is drawn where a joint is lies there after the shift too."""
    monkeypatch.setattr(judge, "SHIFT", 0.1)
    monkeypatch.setattr(judge, "ZOOM", 0.2)
    monkeypatch.setattr(judge, "roughened", lambda pictures, _: pictures)
    pictures = np.zeros((1, 3, SIZE, SIZE), np.uint8)
    pictures[..., 20:23, 40:43] = 255
    joints = np.full((1, 27, 2), np.nan, np.float32)
    joints[0, 0] = 41.5 / SIZE, 21.5 / SIZE  # the nose, in the middle of both sides
    labels = np.full((1, len(VOCABULARY)), UNKNOWN, np.uint8)
    regions = np.zeros((1, SIZE, SIZE), np.uint8)
    for seed in range(5):
        known = truth(Marked(pictures, regions, labels, joints), np.random.default_rng(seed), CPU)
        light = (known.pictures[0, 0] + 1) / 2
        at = (torch.arange(SIZE) + 0.5) / SIZE
        middle = torch.stack([light.sum(0) @ at, light.sum(1) @ at]) / light.sum()
        assert torch.allclose(known.joints[0, 0], middle, atol=0.01)


def test_the_joints_loss_is_least_at_the_truth() -> None:
    joints = torch.full((1, 1, 2), 0.3)
    at = (torch.arange(GRID) + 0.5) / GRID

    def loss(x: float) -> float:
        away = (at - x)[None, :] ** 2 + (at - 0.3)[:, None] ** 2
        return float(joint_loss((-away * GRID**2 / (2 * judge.SPREAD**2))[None, None], joints))

    assert loss(0.3) == pytest.approx(0, abs=1e-4)
    assert loss(0.35) > 0.1


def test_the_map_of_a_joint_outside_is_best_flat() -> None:
    joints = torch.tensor([[[0.5, 0.5], [0.5, 1.2]]])
    heat = torch.zeros(1, 2, GRID, GRID)
    flat = float(joint_loss(heat, joints))
    heat[0, 1, 3, 3] = 9.0
    assert float(joint_loss(heat, joints)) > flat


def test_smaller_pictures_show_the_same() -> None:
    found = rendered(action="squat", people="one", style="shaded")
    whole, half = (truth(found, np.random.default_rng(0), CPU, n) for n in (SIZE, SIZE // 2))
    assert half.pictures.shape == (1, 3, SIZE // 2, SIZE // 2)
    assert half.regions.shape == (1, SIZE // 2, SIZE // 2)
    assert torch.equal(half.joints, whole.joints)
    mean = torch.nn.functional.avg_pool2d(whole.pictures, 2)
    assert float((mean - half.pictures).abs().mean()) < 0.1


def test_poses_are_those_of_the_rendered_pictures() -> None:
    found = poses(np.random.default_rng(3), 1)
    scene = sample_scene(np.random.default_rng(3))
    drawn = render([scene], 16)
    np.testing.assert_allclose(found.joints, drawn.joints[:, 0], atol=1e-5)
    labels = dict(zip(VOCABULARY, found.labels[0].tolist(), strict=True))
    assert {n for n, label in labels.items() if label != UNKNOWN} <= set(POSTURAL)
    assert labels["action"] == VOCABULARY["action"].index(scene.action)


def test_mistaken_joints_are_off_by_what_they_claim() -> None:
    known = poses(np.random.default_rng(0), 64)
    known = known._replace(joints=known.joints * 0 + 0.5)
    joints, labels = mistaken(known, np.random.default_rng(1), CPU)
    assert joints.shape == (64, known.joints.shape[1], 3)
    assert torch.isfinite(joints).all()
    assert labels.shape == known.labels.shape
    spread, away = joints[..., 2], (joints[..., :2] - 0.5).norm(dim=2)
    found = spread < 0.25
    assert 0.9 < float(found.float().mean()) < 1
    near = found & (spread < spread[found].median())
    assert float(away[near].mean()) < float(away[found & ~near].mean())


def test_unknown_attributes_cost_nothing() -> None:
    logits = torch.randn(2, sum(map(len, VOCABULARY.values())))
    labels = torch.full((2, len(VOCABULARY)), UNKNOWN)
    labels[1, 0] = 3
    losses = label_losses(by_name(logits), labels)
    assert len(losses["action"][0]) == 1
    assert all(not len(losses[name][0]) for name in list(VOCABULARY)[1:])


def test_two_steps_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(
        Config(), channels=(8, 8), blocks=(1, 1), width=8, summary=16, hidden=4, posture=8
    )
    few = judge.examples(np.random.default_rng(0), 4)
    monkeypatch.setattr(judge, "Config", lambda: small)
    monkeypatch.setattr(
        judge, "examples", lambda rng, count: Marked(*(np.repeat(a, 8, 0)[:count] for a in few))
    )
    out = tmp_path / "judge"
    judge.main(
        [
            "--steps",
            "2",
            "--batch",
            "4",
            "--capacity",
            "512",
            "--out",
            str(out),
            "--run",
            str(tmp_path / "run"),
        ]
    )
    assert (out / "model.safetensors").exists()
