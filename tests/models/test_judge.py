from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from data.scenes.posed import JOINTS, MIRRORED
from data.scenes.scene import VOCABULARY
from models import checkpoint
from models.judge import (
    GRID,
    POSTURAL,
    REGIONS,
    SCORES,
    SIZE,
    Config,
    Judge,
    Posture,
    by_name,
    ceilings,
    load,
    located,
    places,
    read,
)

TINY = Config(channels=(8, 8), blocks=(1, 1), width=8, summary=12, hidden=4, posture=8)


@pytest.fixture
def model() -> Judge:
    torch.manual_seed(0)
    return Judge(TINY).eval()


def test_a_picture_of_any_size_is_read(model: Judge) -> None:
    for size in (SIZE // 2, SIZE, 4 * SIZE):
        (reading,) = read(model, torch.rand(1, 3, size, size) * 2 - 1)
        assert reading.attributes.keys() == VOCABULARY.keys()
        assert all(value in VOCABULARY[name] for name, value in reading.attributes.items())
        assert reading.joints.shape == (len(JOINTS), 2)
        assert sum(reading.shares.values()) == pytest.approx(1, abs=1e-4)


def test_a_larger_picture_is_read_as_its_mean(model: Judge) -> None:
    small = torch.rand(1, 3, SIZE, SIZE) * 2 - 1
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    one, other = (read(model, picture)[0] for picture in (small, large))
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)


def test_the_phase_is_one_of_the_action_that_is_read(model: Judge) -> None:
    for reading in read(model, torch.rand(16, 3, SIZE, SIZE) * 2 - 1):
        assert reading.attributes["phase"].startswith(f"{reading.attributes['action']}/")


def test_a_joint_lies_between_the_places_around_the_hottest() -> None:
    heat = torch.full((1, 1, GRID, GRID), -20.0)
    heat[0, 0, 4, 10] = heat[0, 0, 4, 11] = 5.0
    assert places(heat)[0, 0].tolist() == pytest.approx([11 / GRID, 4.5 / GRID], abs=1e-4)


def test_a_second_candidate_does_not_pull_a_joint_away() -> None:
    heat = torch.full((1, 1, GRID, GRID), -20.0)
    heat[0, 0, 4, 4], heat[0, 0, 28, 28] = 5.0, 4.9
    assert places(heat)[0, 0].tolist() == pytest.approx([4.5 / GRID] * 2, abs=1e-4)


def test_a_flat_map_locates_nothing() -> None:
    heat = torch.zeros(1, 2, GRID, GRID)
    heat[0, 0, 4, 4] = 40.0
    sharp, flat = located(heat)[0, :, 2].tolist()
    assert sharp < 0.01
    assert flat > 0.3


def test_where_in_the_picture_a_figure_is_tells_little() -> None:
    """Joints that are lost count nothing, and places and sizes are told apart from the posture."""
    torch.manual_seed(0)
    posture = Posture(8).eval()
    joints = torch.rand(1, len(JOINTS), 3) * torch.tensor([0.5, 0.5, 0.0])
    lost = joints.clone()
    joints[0, 0, 2] = lost[0, 0, 2] = 1e4
    lost[0, 0, :2] += 0.3
    one, other = posture(joints), posture(lost)
    assert tuple(one) == POSTURAL
    for name in POSTURAL:
        torch.testing.assert_close(one[name], other[name], atol=1e-4, rtol=1e-4)


def test_the_posture_speaks_for_what_it_tells(model: Judge) -> None:
    picture = torch.rand(1, 3, SIZE, SIZE) * 2 - 1
    before = by_name(model(picture).attributes)
    torch.nn.init.constant_(model.posture.answer.bias, 1.0)
    after = by_name(model(picture).attributes)
    changed = {n for n in VOCABULARY if not torch.allclose(before[n], after[n], atol=1e-3)}
    assert changed == set(POSTURAL)


def test_the_maps_have_a_region_and_a_joint_a_channel(model: Judge) -> None:
    seen = model(torch.rand(2, 3, SIZE, SIZE))
    assert seen.regions.shape == (2, len(REGIONS), SIZE, SIZE)
    assert seen.heat.shape == (2, len(JOINTS), GRID, GRID)
    assert seen.features.shape == (2, TINY.summary)


def test_weights_come_back(model: Judge, tmp_path: Path) -> None:
    model.to(torch.bfloat16)
    checkpoint.write(tmp_path, model.state_dict(), asdict(TINY), {})
    loaded = load(tmp_path).eval()
    assert all(
        torch.equal(a, b.float())
        for a, b in zip(loaded.parameters(), model.parameters(), strict=True)
    )


def test_how_often_it_is_right_is_read_beside_the_weights(tmp_path: Path) -> None:
    assert ceilings(tmp_path) == {}
    (tmp_path / SCORES).write_text('{"action": 0.98}')
    assert ceilings(tmp_path) == {"action": 0.98}


def test_a_mirror_image_is_read_as_its_original(model: Judge) -> None:
    picture = torch.rand(1, 3, SIZE, SIZE) * 2 - 1
    (one,), (other,) = read(model, picture), read(model, picture.flip(-1))
    for name in VOCABULARY:
        assert (one.attributes[name] == other.attributes[name]) == (name != "handed")
    turned = other.joints[list(MIRRORED)] * (-1, 1) + (1, 0)
    np.testing.assert_allclose(turned, one.joints, atol=1e-3)
