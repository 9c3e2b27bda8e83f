"""A sentence becomes pictures: understand → complete → pose → 64² → 256² → 1024².

The cascade of Imagen (Saharia et al. 2022, arXiv 2205.11487) with a pose in between, and drafts
(:mod:`models.draft`) on which 64² and 256² are drawn. Each numbered step of :func:`generate` is a
function that can be called alone.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib import metadata

import numpy as np
import torch
from torch import Tensor

from data.scenes.attributes import said
from data.scenes.figure import Figure
from data.scenes.sample import sample_scene
from data.scenes.scene import DECORS
from data.scenes.scene import attributes as all_attributes
from models import flow
from models.condition import unsaid
from models.draft import edges
from models.unet import denoiser
from pipeline.events import Event
from pipeline.gate import sound_pose
from pipeline.progress import Progress
from pipeline.request import Request, Result
from pipeline.runtime import Runtime
from pipeline.sketch import Sketch
from pipeline.understand import understand

MODELS = ("text_encoder", "pose_prior", "draft", "base", "draft256", "sr256", "sr1024")
"""What a picture of 1024² needs, in the order in which it is used."""

STAGES = ("understand", "pose", "base", "sr256", "sr1024")

STREAMS = (*STAGES, "sr256 input", "sr1024 input", "complete")
"""What draws random numbers of its own from a picture's seed: append, never reorder."""

DEFAULTS = {"style": "shaded", "framing": "full", "people": "one"}
"""What is not left to chance when the words leave it open."""

LOW_NOISE = 0.1
"""Level of the noise on the picture that is enlarged, which covers what the stage before got wrong
(0.1-0.3 in Imagen, §2.5)."""


def generate(request: Request, runtime: Runtime) -> Iterator[Event]:
    """Draw the pictures that ``request`` asks for, one after the other.

    Yields an :class:`~pipeline.events.Event` after each evaluation of a network, and one with the
    :class:`~pipeline.request.Result` after each picture. Close the iterator to cancel. Raises
    :class:`~pipeline.errors.OutsideDomainError` for what the models were never shown.
    """
    if request.model is not None:
        from pipeline.hub import draw  # which takes from here what a pose needs

        yield from draw.generate(request, runtime)
        return
    progress = Progress(_evaluations(request), runtime.pace)
    yield progress.now("understand")

    # 1. Understand: which attributes the words state.
    understanding = understand(request.prompt.text, runtime)
    yield progress.step("understand", value=understanding)

    for i in range(request.count):
        seed, steps, stages = request.seed + i, request.steps, {}

        # 2. Complete: what the words leave open is chosen, another way for each seed.
        stated = understanding.attributes | dict(request.fixed)
        shown = complete(stated, seed)
        vector = torch.from_numpy(said(shown))[None].to(runtime.device)

        # 3. Pose: joints, equipment and camera, unless they are given or not wanted.
        figure = request.figure if request.guide else None
        if request.guide and figure is None:
            posed = sound_pose(vector, stream(seed, "pose"), runtime)
            figure = posed.figure
            yield progress.step("pose", i, value=figure)
            if posed.rejected:
                yield progress.now("gate", i, value=posed)

        if figure is not None and figure.decor is None:
            figure = replace(figure, decor=seed % DECORS)
        sketch = Sketch(vector, figure, runtime)

        # 4. Base: the picture at 64², over a draft in flat colours.
        for small in base(sketch, seed, steps.base, request.guidance):
            stages["base"] = pixels(small)
            yield progress.step("base", i, preview=stages["base"])

        # 5. Super-resolution to 256².
        if request.size >= 256:
            for middle in sr256(small, sketch, seed, steps.sr256):
                stages["sr256"] = pixels(middle)
                yield progress.step("sr256", i, preview=stages["sr256"])

        # 6. Super-resolution to 1024².
        if request.size >= 1024:
            for large in sr1024(middle, sketch, seed, steps.sr1024):
                stages["sr1024"] = pixels(large)
                yield progress.step("sr1024", i, preview=stages["sr1024"])

        alone = replace(request, seed=seed, count=1)
        chosen = tuple(name for name in shown if name not in stated)
        result = _result(alone, stages, figure, shown, chosen, progress.seconds(i), runtime)
        yield progress.now(list(stages)[-1], i, result=result)


def complete(attributes: Mapping[str, str], seed: int) -> dict[str, str]:
    """Step 2: every attribute of the picture, those of ``attributes`` as they are.

    The rest is drawn from the scenes that the networks were trained on (``sample_scene``), since
    half a description lets a network blend what it was never told to decide.
    """
    stated = DEFAULTS | dict(attributes)
    action, phase = stated.get("action"), stated.get("phase")
    if action and phase and not phase.startswith(f"{action}/"):
        del stated["phase"]
    scene = sample_scene(np.random.default_rng(stream(seed, "complete")), **stated)
    return all_attributes(scene)


def base(
    sketch: Sketch,
    seed: int,
    steps: int = 4,
    guidance: float = 1.0,
    maps: list[list[Tensor]] | None = None,
) -> Iterator[Tensor]:
    """Step 4: yields the picture (1, 3, 64, 64), colours in [-1, 1], as it forms; the last is done.

    ``maps`` receives the attention to each attribute (:func:`models.unet.denoiser`).
    """
    vector, guide, runtime = sketch.vector, sketch.guide, sketch.runtime
    guided, wordless = torch.cat([guide, sketch.draft], dim=1), None
    if guidance != 1:
        nothing = sketch.drafted(unsaid(1, guide.device))
        wordless = torch.cat([guide, nothing], dim=1)
    network = runtime.model("base")
    conditioned = denoiser(network, guided, vector, guidance, maps=maps, wordless=wordless)
    noise = flow.noise([stream(seed, "base")], (3, 64, 64), runtime.device)
    for _, x in flow.sample(partial(runtime.evaluate, conditioned), noise, steps, power=2):
        yield x


def sr256(low: Tensor, sketch: Sketch, seed: int, steps: int = 1) -> Iterator[Tensor]:
    """Step 5: from (1, 3, 64, 64) to (1, 3, 256, 256); as :func:`base`."""
    guide = torch.cat([sketch.large_guide, sketch.large_draft[:, -3:]], dim=1)
    for x in _enlarge("sr256", low, guide, sketch, seed, steps):
        yield edges(x, sketch.shares) if sketch.flat else x


def sr1024(low: Tensor, sketch: Sketch, seed: int, steps: int = 1) -> Iterator[Tensor]:
    """Step 6: from (1, 3, 256, 256) to (1, 3, 1024, 1024); as :func:`base`."""
    guide = torch.cat([sketch.large_guide, sketch.folded_shape], dim=1)
    for x in _enlarge("sr1024", low, guide, sketch, seed, steps):
        yield edges(x, sketch.shares, low) if sketch.flat else x


def _enlarge(
    stage: str, low: Tensor, guide: Tensor, sketch: Sketch, seed: int, steps: int
) -> Iterator[Tensor]:
    runtime = sketch.runtime
    network = runtime.model(stage)
    size = low.shape[-1] * network.config.unshuffle
    level = torch.full((1,), LOW_NOISE, device=runtime.device)
    speckle = flow.noise([stream(seed, f"{stage} input")], low.shape[1:], runtime.device)
    rough = flow.augment(low, level, speckle)
    conditioned = denoiser(network, guide, sketch.vector, low=rough, low_noise=level)
    noise = flow.noise([stream(seed, stage)], (3, size, size), runtime.device)
    for _, x in flow.sample(partial(runtime.evaluate, conditioned), noise, steps):
        yield x


def stream(seed: int, name: str) -> int:
    """The seed of one of :data:`STREAMS`: each stage draws the same noise whatever came before."""
    return seed * len(STREAMS) + STREAMS.index(name)


def pixels(x: Tensor) -> np.ndarray:
    """(1, 3, height, width) in [-1, 1] → uint8 (height, width, 3)."""
    return ((x[0].clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy()


def _evaluations(request: Request) -> dict[str, int]:
    """Stage → how often it reports."""
    posed = request.guide and request.figure is None
    of_one = {
        "pose": int(posed),
        "base": request.steps.base,
        "sr256": request.steps.sr256 * (request.size >= 256),
        "sr1024": request.steps.sr1024 * (request.size >= 1024),
    }
    return {"understand": 1} | {stage: n * request.count for stage, n in of_one.items()}


def _result(
    request: Request,
    stages: dict[str, np.ndarray],
    figure: Figure | None,
    shown: Mapping[str, str],
    chosen: tuple[str, ...],
    seconds: dict[str, float],
    runtime: Runtime,
) -> Result:
    used = ["text_encoder", "draft", *stages] + ["draft256"] * ("sr256" in stages)
    if request.guide and request.figure is None:
        used.append("pose_prior")
    return Result(
        request=request,
        picture=list(stages.values())[-1],
        stages=stages,
        attributes=shown,
        chosen=chosen,
        figure=figure,
        weights={name: runtime.hash(name) for name in used},
        versions={"python": platform.python_version()}
        | {name: metadata.version(name) for name in ("torch", "numpy")},
        device=runtime.describe(),
        seconds=seconds,
        peak_memory=runtime.peak_memory(),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
