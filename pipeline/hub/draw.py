"""Pictures by an open model: the same request, events and results as those of the own models.

The stages are called ``stage1``, ``stage2`` … in the order in which they draw: one for most models,
three for DeepFloyd IF with its enlargers.
"""

from __future__ import annotations

import platform
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib import metadata
from typing import Any

import numpy as np
import torch
from PIL import Image

from data.scenes.attributes import said
from data.scenes.figure import Figure
from pipeline.errors import HubError, InputError, OutsideDomainError, WeightsError
from pipeline.events import Event
from pipeline.gate import Chosen, sound_pose
from pipeline.hub.check import CONTROL, PIPELINE, Contents, look
from pipeline.hub.find import get, require
from pipeline.hub.load import BY_COMPONENT, BY_LAYER, Loaded, is_if, load, parameters
from pipeline.hub.model import HubModel
from pipeline.hub.openpose import openpose_picture
from pipeline.hub.steps import listened, pixels
from pipeline.hub.threads import Report, reported
from pipeline.hub.words import in_english
from pipeline.progress import Progress
from pipeline.request import Request, Result
from pipeline.runtime import Runtime
from pipeline.understand import Understanding, understand

GUESS = 1.0
"""Seconds a step, as long as nothing was measured."""

CASCADE_NOISE = 100
"""Noise level that DeepFloyd IF's authors give the picture that its last stage enlarges."""

OFFLOADED = {BY_COMPONENT: "networks one by one", BY_LAYER: "layers one by one"}


def generate(request: Request, runtime: Runtime) -> Iterator[Event]:
    """Draw what ``request`` asks of its ``model``; as :func:`pipeline.text_to_image.generate`.

    Raises :class:`HubError` when the model is not there, not safe, or does not fit.
    """
    assert request.model is not None
    require()

    # 1. Find and check the model, its enlargers and its ControlNet.
    first, enlargers, control = yield from _checked(request.model)

    # 2. Understand, for the search in the gallery and for the pose; a model of the whole world
    #    need not stay within ours.
    understanding = _understood(request, runtime)
    yield Event("understand", 0.0, value=understanding)
    sentence = _sentence(request, understanding)
    yield Event("sentence", 0.0, value=sentence)

    # 3. Pose, where a ControlNet follows one.
    figures: list[Figure | None] = [None] * request.count
    for i in range(request.count if control is not None else 0):
        figures[i] = request.figure
        if figures[i] is None:
            posed = _posed(understanding, request.seed + i, runtime)
            figures[i] = posed.figure
            yield Event("pose", 0.0, picture=i, value=posed.figure)
            if posed.rejected:
                yield Event("gate", 0.0, picture=i, value=posed)

    # 4. Load and draw.
    key = (request.model.name, request.model.control, request.model.enlargers, first.folder)
    make = partial(load, request.model, first, enlargers, control, runtime)
    work = partial(
        _draw, request, figures, understanding, sentence, partial(runtime.guest, key, make), runtime
    )
    try:
        yield from reported(work, Event("loading", 0.0))
    except Exception as error:
        if type(error).__name__ == "OutOfMemoryError":
            runtime.release()
        raise


def _checked(
    model: HubModel,
) -> Generator[Event, None, tuple[Contents, list[Contents], Contents | None]]:
    """Yields the events of downloads; returns what each folder holds."""
    found: list[Contents] = []
    named = [(model.name, PIPELINE), *((name, PIPELINE) for name in model.enlargers)]
    for name, file in [*named, *([(model.control, CONTROL)] if model.control else [])]:
        for news in get(name, file):
            if isinstance(news, Event):
                yield news
            else:
                found.append(look(name, news, file))
    control = found.pop() if model.control else None
    return found[0], found[1:], control


def _understood(request: Request, runtime: Runtime) -> Understanding | None:
    assert request.model is not None
    try:
        return understand(request.prompt.text, runtime)
    except (OutsideDomainError, WeightsError):
        if request.model.control and request.figure is None:
            raise  # no pose without an action
        return None


def _sentence(request: Request, understanding: Understanding | None) -> str:
    """What the model is told."""
    assert request.model is not None
    if not request.model.understood:
        return request.prompt.text
    said = "" if understanding is None else in_english(understanding.attributes)
    if not said:
        raise InputError(
            "Nothing of this sentence was understood that could be told in English. Write it in "
            "English and let the model read it itself."
        )
    return said


def _posed(understanding: Understanding | None, seed: int, runtime: Runtime) -> Chosen:
    from pipeline.text_to_image import complete, stream

    assert understanding is not None
    shown = complete(understanding.attributes, seed)
    vector = torch.from_numpy(said(shown))[None].to(runtime.device)
    return sound_pose(vector, stream(seed, "pose"), runtime)


def _draw(
    request: Request,
    figures: list[Figure | None],
    understanding: Understanding | None,
    sentence: str,
    loaded_by: Any,
    runtime: Runtime,
    report: Report,
) -> None:
    """Load and draw all pictures, reporting each step."""
    loaded: Loaded = loaded_by()
    model = request.model
    assert model is not None
    counts = {
        f"stage{n}": model.steps or int(parameters(pipe)["num_inference_steps"].default)
        for n, pipe in enumerate(loaded.pipes, 1)
    }
    for stage in counts:
        loaded.pace.setdefault(stage, GUESS)
    progress = Progress({s: n * request.count for s, n in counts.items()}, loaded.pace)
    held_back = False
    for i, figure in enumerate(figures):
        alone = replace(request, seed=request.seed + i, count=1)
        words = _words(sentence, model, loaded.pipes[0])
        stages, blanked = _picture(alone, i, figure, words, loaded, counts, progress, report)
        if blanked:
            held_back = True
            continue
        attributes = {} if understanding is None else dict(understanding.attributes)
        result = _result(alone, stages, figure, attributes, progress.seconds(i), loaded, runtime)
        report(progress.now(list(stages)[-1], i, result=result))
    if held_back:
        raise HubError(
            "The model's own safety filter held a picture back. Word the sentence otherwise, or "
            "take another seed."
        )


def _picture(
    request: Request,
    number: int,
    figure: Figure | None,
    words: dict[str, Any],
    loaded: Loaded,
    counts: dict[str, int],
    progress: Progress,
    report: Report,
) -> tuple[dict[str, np.ndarray], bool]:
    """Draw one picture; what each stage put out, and whether the model's filter blanked it."""
    model = request.model
    assert model is not None
    generator = torch.Generator().manual_seed(request.seed)  # on the CPU: the same on any device
    stages: dict[str, np.ndarray] = {}
    image: Any = None
    for n, (pipe, stage) in enumerate(zip(loaded.pipes, counts, strict=True)):
        told = 0

        def listen(done: int, of: int, preview: Any, stage: str = stage) -> None:
            # Some schedulers take more steps than they were asked for.
            nonlocal told
            due = counts[stage] * done // max(of, 1) - told
            told += due
            shown = preview()
            for _ in range(due - 1):
                progress.step(stage, number)
            event = progress.step if due > 0 else progress.now
            report(event(stage, number, preview=shown))

        last = n == len(loaded.pipes) - 1
        raw = is_if(pipe) and not last  # the next stage wants what was drawn, in [-1, 1]
        arguments = _arguments(pipe, model, words, figure if n == 0 else None, image)
        with listened(pipe, listen):
            out = pipe(generator=generator, output_type="pt" if raw else "pil", **arguments)
        image = out.images if raw else out.images[0]
        stages[stage] = pixels(image) if raw else np.asarray(image.convert("RGB"))
        report(progress.now(stage, number, preview=stages[stage]))
    flags = getattr(out, "nsfw_content_detected", None) or getattr(out, "nsfw_detected", None)
    return stages, any(flags or ())


def _words(sentence: str, model: HubModel, pipe: Any) -> dict[str, Any]:
    """What tells a pipeline the sentence: for DeepFloyd IF read once for all of its stages."""
    negative = model.negative or None
    if not is_if(pipe):
        return {"prompt": sentence, "negative_prompt": negative}
    embedded, unwanted = pipe.encode_prompt(sentence, negative_prompt=negative)
    return {
        "prompt_embeds": embedded,
        "negative_prompt_embeds": unwanted,
        "prompt": sentence,
        "negative_prompt": negative,
    }


def _arguments(
    pipe: Any, model: HubModel, words: dict[str, Any], figure: Figure | None, image: Any
) -> dict[str, Any]:
    """What to call a pipeline with, by what it takes."""
    takes = parameters(pipe)
    given = dict(words)
    if is_if(pipe):
        given = {k: v for k, v in given.items() if k.endswith("_embeds")}
    else:
        given = {k: v for k, v in given.items() if not k.endswith("_embeds") and v is not None}
    given["num_inference_steps"] = model.steps
    if image is None:
        given |= {"guidance_scale": model.guidance, "height": model.size, "width": model.size}
        if model.size is not None and "use_resolution_binning" in takes:
            given["use_resolution_binning"] = False
        if figure is not None:
            side = model.size or native(pipe)
            picture = Image.fromarray(openpose_picture(figure, side))
            given["control_image" if "control_image" in takes else "image"] = picture
            given |= {"height": side, "width": side}
    else:
        given["image"] = image
        if "Upscale" in type(pipe).__name__ and isinstance(image, torch.Tensor):
            given["image"] = (image / 2 + 0.5).clamp(0, 1)
            given["noise_level"] = CASCADE_NOISE
    return {k: v for k, v in given.items() if v is not None and k in takes}


def native(pipe: Any) -> int:
    """Pixels a side that a pipeline draws when it is not told."""
    network = pipe.unet if hasattr(pipe, "unet") else pipe.transformer
    places = getattr(pipe, "default_sample_size", None) or network.config.sample_size
    return int(places) * int(getattr(pipe, "vae_scale_factor", 1))


def _result(
    request: Request,
    stages: dict[str, np.ndarray],
    figure: Figure | None,
    attributes: dict[str, str],
    seconds: dict[str, float],
    loaded: Loaded,
    runtime: Runtime,
) -> Result:
    offloaded = OFFLOADED.get(loaded.placement)
    own = ("text_encoder", "pose_prior") if figure is not None and request.figure is None else ()
    return Result(
        request=request,
        picture=list(stages.values())[-1],
        stages=stages,
        attributes=attributes,
        chosen=(),
        figure=figure,
        weights=loaded.weights | {name: runtime.hash(name) for name in own},
        versions={"python": platform.python_version()}
        | {n: metadata.version(n) for n in ("torch", "numpy", "diffusers", "transformers")},
        device=", ".join([runtime.describe(), *([offloaded] if offloaded else [])]),
        seconds=seconds,
        peak_memory=runtime.peak_memory(),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
