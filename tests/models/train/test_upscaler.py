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
    arguments += ["--batch", "2", "--device", "cpu"]
    arguments += ["--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run"]
    training.main(arguments)
    training.main(arguments)
    state = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert state["progress"]["step"] == 4
    assert upscaler.load(tmp_path / "out")(torch.rand(1, 3, 5, 5)).shape == (1, 3, 20, 20)

    other = upscaler.Upscaler(replace(tiny, times=2))
    taken = training.start(other, tmp_path / "out")
    assert 0 < taken < len(other.state_dict())


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="no photos"):
        training.Pairs(tmp_path / "empty", tmp_path / "run", 4)
