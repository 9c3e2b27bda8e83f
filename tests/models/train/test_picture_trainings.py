from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from data.scenes.attributes import WIDTH
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import CHANNELS, SHAPE
from data.scenes.scene import DECORS
from models import checkpoint, unet
from models import draft as drafts
from models.train import base, draft, pictures, super_resolution
from models.train.pictures import Examples

TINY = {"channels": (16, 64), "blocks": (1, 1), "token_width": 16, "condition_width": 32}


def fake_renders(size, guide_size, *_):
    def render(rng, count):
        guide = GUIDE_CHANNELS, guide_size, guide_size
        small, nothing = (3, size // 4, size // 4), (0, guide_size, guide_size)
        shape = (len(SHAPE) if guide_size < size else 0, size // 2, size // 2)
        shapes = (3, size, size), guide, (WIDTH,), (DECORS,), (size, size), small, nothing, shape
        return Examples(*(rng.integers(0, 2, (count, *s)).astype(np.uint8) for s in shapes))

    return render


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Command line of a short training of tiny networks on pictures that cost nothing."""
    monkeypatch.setattr(pictures, "CHUNK", 8)
    monkeypatch.setattr(pictures, "FIRST", 8)
    monkeypatch.setattr(base, "CONFIG", replace(base.CONFIG, **TINY, attention=(False, True)))
    for script in (draft, super_resolution):
        for stage, config in script.CONFIGS.items():
            tiny = replace(config, **TINY, attention=(False, False))
            monkeypatch.setitem(script.CONFIGS, stage, tiny)
    for script in (base, draft, super_resolution):
        monkeypatch.setattr(script, "whole_pictures", fake_renders)
    monkeypatch.setattr(super_resolution, "windows", fake_renders)
    monkeypatch.setattr(super_resolution, "SIZE", 64)
    monkeypatch.setattr(base, "SIZE", 16)
    monkeypatch.setattr(checkpoint, "WEIGHTS", tmp_path)
    for name, model in {
        "base": unet.UNet(base.CONFIG),
        "draft": drafts.Draft(draft.CONFIGS[64]),
        "draft256": drafts.Draft(draft.CONFIGS[256]),
    }.items():
        checkpoint.write(tmp_path / name, model.state_dict(), asdict(model.config), {})
    folders = ["--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run", "--device", "cpu"]
    return [*folders, "--steps", "2", "--batch", "4", "--capacity", "16"]


@pytest.mark.parametrize("size", [256, 1024])
def test_super_resolution_trains_and_can_be_loaded(command, tmp_path, size):
    super_resolution.main([*command, "--stage", str(size), "--crop", "32"])
    assert checkpoint.read(tmp_path / "out")[2]["items"] == 8
    assert unet.load(tmp_path / "out").config == super_resolution.CONFIGS[size]
    assert list((tmp_path / "run" / "samples").glob("*.png"))


@pytest.mark.parametrize("size", [64, 256])
def test_the_draft_trains_and_can_be_loaded(command, tmp_path, size):
    draft.main([*command, "--stage", str(size), "--crop", "32"])
    assert drafts.load(tmp_path / "out").config == draft.CONFIGS[size]
    assert list((tmp_path / "run" / "samples").glob("*.png"))


def test_the_base_trains_resumes_and_can_be_loaded(command, tmp_path):
    base.main(command)
    first, _, _ = checkpoint.read(tmp_path / "out")
    base.main(command)
    second, _, facts = checkpoint.read(tmp_path / "out")
    assert facts["step"] == 4
    assert not torch.equal(first["leave.weight"], second["leave.weight"])
    assert unet.load(tmp_path / "out").config == base.CONFIG
    assert list((tmp_path / "run" / "samples").glob("*.png"))


def test_athletes_and_equipment_count_more_than_what_is_around():
    guides = torch.zeros(1, GUIDE_CHANNELS, 32, 32)
    guides[0, CHANNELS.index("torso"), 8, 8] = 1
    guides[0, CHANNELS.index("sky"), :4] = 1
    weight = base.importance(guides)
    assert weight.shape == (1, 1, 32, 32)
    assert weight[0, 0, 8, 9] == 5
    assert weight[0, 0, 0, 0] == weight[0, 0, 20, 20] == 1
    guides[0, CHANNELS.index("gear"), 20, 20] = 1
    guides[0, CHANNELS.index("standing"), 30, 8] = 1
    weight = base.importance(guides)
    assert weight[0, 0, 20, 20] == 5
    assert weight[0, 0, 30, 8] == 1
