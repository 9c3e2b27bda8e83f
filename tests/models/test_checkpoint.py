"""A network on disk and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
import torch
from torch import nn

from models import checkpoint


@dataclass(frozen=True)
class Config:
    widths: tuple[int, ...]


class Tiny(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.layer = nn.Linear(*config.widths)


def test_a_network_comes_back_with_its_config_and_bf16_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Tiny(Config((3, 2)))
    checkpoint.write(tmp_path, model.state_dict(), asdict(model.config), {"steps": 5})
    again = checkpoint.load(tmp_path, Tiny, Config)
    assert again.config == model.config  # a tuple again, not JSON's list
    assert again.layer.weight.dtype == torch.float32
    torch.testing.assert_close(again.layer.weight, model.layer.weight.bfloat16().float())
    assert checkpoint.read(tmp_path)[2] == {"steps": 5}


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, Tiny(Config((3, 2))).state_dict(), {"widths": [3, 4]}, {})
    with pytest.raises(RuntimeError, match="size mismatch"):
        checkpoint.load(tmp_path, Tiny, Config)


def test_an_empty_folder_holds_no_network(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        checkpoint.load(tmp_path, Tiny, Config)


def test_large_weights_lie_in_several_files_that_belong_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SHARD", 10)
    model = Tiny(Config((3, 2)))  # 12 bytes of weights, 4 of biases
    checkpoint.write(tmp_path, model.state_dict(), asdict(model.config), {"steps": 1})
    assert [file.name for file in checkpoint.files(tmp_path)] == [
        "model.safetensors",
        "model-2.safetensors",
    ]
    again = checkpoint.load(tmp_path, Tiny, Config)
    torch.testing.assert_close(again.layer.bias, model.layer.bias.bfloat16().float())
    older = (tmp_path / "model-2.safetensors").read_bytes()
    checkpoint.write(tmp_path, model.state_dict(), asdict(model.config), {"steps": 2})
    (tmp_path / "model-2.safetensors").write_bytes(older)
    with pytest.raises(ValueError, match="different trainings"):
        checkpoint.read(tmp_path)
    monkeypatch.setattr(checkpoint, "SHARD", 100)
    checkpoint.write(tmp_path, model.state_dict(), asdict(model.config), {"steps": 3})
    assert len(checkpoint.files(tmp_path)) == 1
