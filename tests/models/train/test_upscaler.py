from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from data.imaging import shrink
from models import upscaler
from models.train import upscaler as training


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    y, x = np.mgrid[:67, :90]
    picture = np.stack([2 * x, 3 * y, x + y], axis=-1).astype(np.uint8)
    Image.fromarray(picture).save(folder / "one.png")
    return folder


def test_crops_and_originals_lie_over_each_other(photos: Path, tmp_path: Path) -> None:
    pairs = training.Pairs(photos, tmp_path / "run", 4)
    rng = np.random.default_rng(0)
    small, large = pairs.draw(6, 8, rng, torch.device("cpu"))
    assert small.shape == (6, 3, 8, 8)
    for crop, original in zip(small, large, strict=True):
        again = shrink((original * 255).permute(1, 2, 0).round().byte().numpy(), 4)
        inner = (crop * 255).permute(1, 2, 0).numpy()[2:-2, 2:-2]
        assert abs(again[2:-2, 2:-2].astype(float) - inner).max() <= 1.01


def test_a_run_trains_resumes_and_can_be_loaded(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "upscale4_fast"
    tiny = replace(upscaler.CONFIGS[name], channels=8, blocks=2)
    monkeypatch.setitem(upscaler.CONFIGS, name, tiny)
    arguments = ["--network", name, "--data", str(photos), "--steps", "2", "--crop", "8"]
    arguments += ["--batch", "2", "--device", "cpu", "--held-out", "0"]
    arguments += ["--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run"]
    training.main(arguments)
    training.main(arguments)
    state = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert state["progress"]["step"] == 4
    assert upscaler.load(tmp_path / "out")(torch.rand(1, 3, 5, 5)).shape == (1, 3, 20, 20)

    other = upscaler.Upscaler(replace(tiny, times=2))
    taken = training.start(other, tmp_path / "out")
    assert 0 < taken < len(other.state_dict())


def test_noise_is_added_to_a_share_of_crops_and_to_their_originals_alike() -> None:
    rng = np.random.default_rng(0)
    small, large = torch.full((8, 3, 16, 16), 0.5), torch.full((8, 3, 64, 64), 0.5)
    given, wanted = training.with_noise(small, large, 0.5, rng)
    changed = (given != small).flatten(1).any(1)
    assert 0 < changed.sum() < 8
    assert torch.equal(changed, (wanted - large).abs().flatten(1).amax(1) > 1e-4)
    for noise, added in zip((given - small)[changed], (wanted - large)[changed], strict=True):
        again = torch.nn.functional.avg_pool2d(added, 4)
        assert torch.corrcoef(torch.stack([noise.flatten(), again.flatten()]))[0, 1] > 0.9


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="no photos"):
        training.Pairs(tmp_path / "empty", tmp_path / "run", 4)


def test_photos_held_out_are_not_drawn_from_and_measured(photos: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(photos / "two.png")
    pairs = training.Pairs(photos, tmp_path / "run", 4, held_out=1)
    assert len(pairs.places) == 1
    assert pairs.photo(pairs.places[0])[1].shape == (64, 88, 3)
    assert np.array_equal(pairs.photo(pairs.tests[0])[1], noise)
    tiny = replace(upscaler.CONFIGS["upscale4_fast"], channels=8, blocks=2)
    assert 3 < training.held_out(upscaler.Upscaler(tiny), pairs) < 30
    with pytest.raises(SystemExit, match="held out"):
        training.Pairs(photos, tmp_path / "run", 4, held_out=2)


def test_large_photos_are_packed_shrunk_as_well() -> None:
    large = np.zeros((1210, 1300, 3), np.uint8)
    assert [p.shape[:2] for p in training.sharper(large)] == [(1210, 1300), (605, 650), (403, 433)]
    assert len(training.sharper(large[:700])) == 1
