"""A trained network on disk: ``model.safetensors`` (bf16) and the ``config.json`` to build it.

Large networks go on in ``model-2.safetensors`` and so forth (:data:`SHARD`).
"""

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

SHARD = 15 << 20
"""Most bytes of tensors in one file, so that repositories take it; a larger tensor stays whole."""


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
    shards: list[dict[str, Tensor]] = [{}]
    for name, tensor in halved.items():
        if shards[-1] and sum(t.nbytes for t in shards[-1].values()) + tensor.nbytes > SHARD:
            shards.append({})
        shards[-1][name] = tensor
    metadata = {name: json.dumps(v) for name, v in facts.items()}
    written = [folder / _name(i) for i in range(len(shards))]
    for file, shard in zip(written, shards, strict=True):
        save_file(shard, f"{file}.part", metadata)
    settings = folder / "config.json"
    Path(f"{settings}.part").write_text(json.dumps(config, indent=2) + "\n")
    for file in (*written, settings):
        os.replace(f"{file}.part", file)
    for file in set(files(folder)) - set(written):
        file.unlink()


def files(folder: Path) -> list[Path]:
    """The files of a network's weights, the first one always."""
    return [folder / _name(0), *sorted(folder.glob("model-*.safetensors"))]


def _name(shard: int) -> str:
    return f"model-{shard + 1}.safetensors" if shard else "model.safetensors"


def read(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any], dict[str, Any]]:
    """The tensors, configuration and facts that :func:`write` wrote.

    Raises
    ------
    FileNotFoundError
        No trained network lies in ``folder``.
    ValueError
        Its files don't belong together.
    """
    config = json.loads((folder / "config.json").read_text())
    tensors: dict[str, Tensor] = {}
    told: list[dict[str, str]] = []
    for path in files(folder):
        with safe_open(path, "pt") as file:
            told.append(file.metadata() or {})
            tensors |= {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if any(other != told[0] for other in told):
        raise ValueError(f"the files in {folder} are of different trainings")
    return tensors, config, {name: json.loads(v) for name, v in told[0].items()}


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
