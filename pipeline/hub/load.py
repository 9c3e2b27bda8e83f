"""An open model in memory: where it fits, and the diffusers pipelines that it is."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import torch

from pipeline.errors import HubError
from pipeline.hub.check import Contents, fingerprint
from pipeline.hub.model import HubModel
from pipeline.runtime import Runtime

WHOLE, BY_COMPONENT, BY_LAYER = "whole", "component", "layer"
"""Where weights are: all on the device; each network there while it computes; each layer."""

WORKING = 3 << 30
"""Bytes that a GPU needs beside the weights: activations of 1024² and of its decoding."""

WORKING_CPU = 1 << 30


@dataclass(eq=False)
class Loaded:
    """Pipelines in the order in which they draw, and what there is to say about them.

    ``placement`` is one of the three above; ``weights`` name → fingerprint; ``pace`` stage →
    seconds a step, as measured.
    """

    pipes: list[Any]
    placement: str
    weights: dict[str, str]
    pace: dict[str, float] = field(default_factory=dict)


def placement(sizes: Sequence[int], memory: int, gpu: int | None, name: str) -> str:
    """Where weights of these bytes go, one number a network.

    ``memory`` is the free memory of the machine, ``gpu`` that of the GPU, None without one. Raises
    :class:`HubError` where nothing fits.
    """
    need = sum(sizes)
    if gpu is None:
        room, fits = memory, need + WORKING_CPU <= memory
    else:
        room, fits = max(memory, gpu), need + WORKING <= gpu or need <= memory
    if not fits:
        raise HubError(
            "{name} needs about {need} GB of memory and {free} GB are free. Close other programs, "
            "or choose a smaller model.",
            name=name,
            need=f"{(need + WORKING_CPU) / 1e9:.1f}",
            free=f"{room / 1e9:.1f}",
        )
    if gpu is None or need + WORKING <= gpu:
        return WHOLE
    return BY_COMPONENT if max(sizes) + WORKING <= gpu else BY_LAYER


def free_memory() -> int:
    """Bytes that can still be used: of the machine, or of the container where that is less."""
    free = psutil.virtual_memory().available
    with suppress(OSError, ValueError):  # no container, or "max"
        most, used = (
            int(Path(f"/sys/fs/cgroup/memory.{n}").read_text()) for n in ("max", "current")
        )
        free = min(free, most - used)
    return free


def load(
    model: HubModel,
    first: Contents,
    enlargers: Sequence[Contents],
    control: Contents | None,
    runtime: Runtime,
) -> Loaded:
    """Load what was checked. Raises :class:`HubError` where that fails or does not fit."""
    contents = [first, *enlargers, *([control] if control else [])]
    each = torch.finfo(runtime.dtype).bits // 8
    sizes = [each * count for part in contents for count in part.weights.values()]
    cuda = runtime.device.type == "cuda"
    gpu = torch.cuda.mem_get_info(runtime.device)[0] if cuda else None
    where = placement(sizes, free_memory(), gpu, model.name)
    _quiet()
    names = [model.name, *model.enlargers, *([model.control] if control else [])]
    pipes = []
    try:
        network = _network(control, runtime) if control else None
        pipes.append(_first(first, network, runtime))
        for part in enlargers:
            pipes.append(_enlarger(part, pipes[0], runtime))
        for pipe in pipes:
            pipe.set_progress_bar_config(disable=True)
            _place(pipe, where, runtime)
    except HubError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise HubError(
            "{name} could not be loaded ({reason}). It may be damaged, or need a newer diffusers.",
            name=model.name,
            reason=" ".join(str(error).split())[:200],
        ) from error
    prints = {name: fingerprint(part) for name, part in zip(names, contents, strict=True)}
    return Loaded(pipes, where, prints)


def _settings(contents: Contents, runtime: Runtime) -> dict[str, Any]:
    return {
        "dtype": runtime.dtype,
        "use_safetensors": True,
        "local_files_only": True,
        "variant": contents.variant,
    }


def _network(control: Contents, runtime: Runtime) -> Any:
    import diffusers

    kind = getattr(diffusers, control.kind, None)
    if kind is None or "ControlNet" not in control.kind:
        raise HubError("{kind} is no ControlNet, so it cannot follow a pose.", kind=control.kind)
    return kind.from_pretrained(control.folder, **_settings(control, runtime))


def _first(contents: Contents, network: Any, runtime: Runtime) -> Any:
    from diffusers import AutoPipelineForText2Image

    guided = {} if network is None else {"controlnet": network}
    try:
        return AutoPipelineForText2Image.from_pretrained(
            contents.folder, **guided, **_settings(contents, runtime)
        )
    except ValueError as error:
        if "can't find a pipeline linked to" not in str(error):
            raise
        raise HubError(
            "{kind} draws no pictures from words, or not with a ControlNet. Choose another model.",
            kind=contents.kind,
        ) from error


def _enlarger(contents: Contents, first: Any, runtime: Runtime) -> Any:
    from diffusers import DiffusionPipeline

    settings = _settings(contents, runtime)
    if is_if(first) and contents.kind.startswith("IF"):
        # Its words are read by the first stage's encoder, ten gigabytes that one is enough of.
        settings |= {"text_encoder": None, "tokenizer": None}
    pipe = DiffusionPipeline.from_pretrained(contents.folder, **settings)
    if not {"image", "prompt"} <= parameters(pipe).keys():
        raise HubError("{kind} enlarges no pictures. Choose another model.", kind=contents.kind)
    return pipe


def _place(pipe: Any, where: str, runtime: Runtime) -> None:
    if where == WHOLE:
        pipe.to(runtime.device)
        return
    if where == BY_COMPONENT:
        pipe.enable_model_cpu_offload(device=runtime.device)
    else:
        pipe.enable_sequential_cpu_offload(device=runtime.device)
    if hasattr(getattr(pipe, "vae", None), "enable_tiling"):
        pipe.vae.enable_tiling()


def parameters(pipe: Any) -> dict[str, inspect.Parameter]:
    """What the pipeline can be called with."""
    return dict(inspect.signature(pipe.__call__).parameters)


def is_if(pipe: Any) -> bool:
    """Whether a pipeline is a stage of DeepFloyd IF."""
    return type(pipe).__name__.startswith("IF")


def _quiet() -> None:
    """Progress bars and hints that only a terminal's user could act on."""
    from diffusers.utils import logging as ours
    from transformers.utils import logging as theirs

    for loud in (ours, theirs):
        loud.disable_progress_bar()
        loud.set_verbosity_error()
