from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models import checkpoint, judge, upscaler
from models.train import looks, photo_diffusion
from models.upscaler import Upscaler


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (80, 96, 3), np.uint8)
    Image.fromarray(noise).save(folder / "one.png")
    return folder


@pytest.fixture
def seeing(tmp_path: Path) -> Path:
    config = judge.Config(channels=(8, 8), blocks=(1, 1), width=8, summary=8, hidden=4, posture=8)
    checkpoint.write(tmp_path / "judge", judge.Judge(config).state_dict(), asdict(config), {})
    return tmp_path / "judge"


@pytest.mark.parametrize("name", looks.NETWORKS)
def test_a_run_trains_both_networks_and_resumes(
    name: str, photos: Path, seeing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = replace(upscaler.CONFIGS[name], channels=8, blocks=2)
    monkeypatch.setitem(upscaler.CONFIGS, name, tiny)
    arguments = ["--network", name, "--data", str(photos), "--judge", str(seeing), "--steps", "2"]
    arguments += ["--batch", "2", "--crop", "32", "--device", "cpu"]
    arguments += ["--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run"]
    looks.main(arguments)
    before = torch.load(tmp_path / "run" / "critic.pt", weights_only=True)
    looks.main(arguments)
    after = torch.load(tmp_path / "run" / "critic.pt", weights_only=True)
    assert any(not torch.equal(before[key], after[key]) for key in before)
    state = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert state["progress"]["step"] == 4
    made = upscaler.load(tmp_path / "out")(torch.rand(1, 3, 5, 6))
    assert made.shape == (1, 3, 5 * tiny.times, 6 * tiny.times)


def test_the_critic_learns_to_tell_flat_from_rough() -> None:
    torch.manual_seed(0)
    critic = looks.Critic(8)
    optimiser = torch.optim.AdamW(critic.parameters(), 2e-3)
    for _ in range(40):
        real, made = torch.rand(4, 3, 32, 32), 0.5 + 0 * torch.rand(4, 3, 32, 32)
        loss = (1 - critic(real)).relu().mean() + (1 + critic(made)).relu().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert critic(real).mean() > critic(made).mean() + 0.5


def test_diffusion_for_photos_trains_and_resumes(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(upscaler.CONFIGS["upscale4_best"], channels=8, blocks=2)
    checkpoint.write(tmp_path / "first", Upscaler(first).state_dict(), asdict(first), {})
    tiny = replace(photo_diffusion.CONFIG, channels=8, blocks=1, condition_width=8)
    monkeypatch.setattr(photo_diffusion, "CONFIG", tiny)
    arguments = ["--data", str(photos), "--upscaler", f"{tmp_path}/first", "--steps", "2"]
    arguments += ["--batch", "2", "--crop", "8", "--device", "cpu"]
    arguments += ["--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run"]
    photo_diffusion.main(arguments)
    photo_diffusion.main(arguments)
    state = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert state["progress"]["step"] == 4
    assert state["config"]["channels"] == 8
