"""A trained network on disk: ``model.safetensors`` (bf16) and the ``config.json`` to build it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)

WEIGHTS = Path(__file__).parent / "weights"


def write(
    folder: Path,
    tensors: Mapping[str, Tensor],
    config: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> None:
    """Write a network's weights in bf16, its configuration, and facts about its training.

    Each file replaces the old one in a single move, so a reader never sees half of one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    halved = {
        name: (t.to(torch.bfloat16) if t.is_floating_point() else t).cpu().contiguous()
        for name, t in tensors.items()
    }
    weights, settings = folder / "model.safetensors", folder / "config.json"
    save_file(halved, f"{weights}.part", {name: json.dumps(v) for name, v in facts.items()})
    Path(f"{settings}.part").write_text(json.dumps(config, indent=2) + "\n")
    os.replace(f"{weights}.part", weights)
    os.replace(f"{settings}.part", settings)


def read(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any], dict[str, Any]]:
    """The tensors, configuration and facts that :func:`write` wrote.

    Raises
    ------
    FileNotFoundError
        No trained network lies in ``folder``.
    """
    config = json.loads((folder / "config.json").read_text())
    with safe_open(folder / "model.safetensors", "pt") as file:
        facts = {name: json.loads(v) for name, v in (file.metadata() or {}).items()}
        return {name: file.get_tensor(name) for name in file.keys()}, config, facts  # noqa: SIM118


def load(folder: Path, network: Callable[[Any], Network], config: Callable[..., object]) -> Network:
    """``network(config(...))`` with the trained weights in ``folder``, float32, to evaluate.

    Raises
    ------
    FileNotFoundError
        No trained network lies in ``folder``.
    """
    tensors, fields, _ = read(folder)
    tuples = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    model = network(config(**tuples))
    model.load_state_dict(tensors)
    return model.eval()
