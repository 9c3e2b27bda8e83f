"""Why a picture looks as it does: where it attends to each word, and what it is without the word.

Two answers, because the first alone misleads. Attention says where the network looked (the maps of
Hertz et al. 2022, "Prompt-to-Prompt", arXiv 2208.01626, and Tang et al. 2022, "What the DAAM",
arXiv 2210.04885, here of attribute tokens), which need not be what mattered (Jain & Wallace 2019,
"Attention is not Explanation", arXiv 1902.10186). So each word is also taken away and the picture
drawn anew with the same noise: what changes is what the word did.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.attributes import said
from data.scenes.figure import Figure
from data.scenes.guide import draw_guide
from data.scenes.guide_shapes import CHANNELS
from models.condition import ATTRIBUTES
from models.pose_prior import RELEVANT
from pipeline.events import Event
from pipeline.pose import choose_pose
from pipeline.progress import Progress
from pipeline.request import Result
from pipeline.runtime import Runtime
from pipeline.sketch import Sketch
from pipeline.text_to_image import base, pixels, sr256, stream
from pipeline.understand import Understanding, Word, understand

SIDE = 32
"""Places a side of a map: the base's finest attention has 16, enlarged between them."""

CHANGE_SIDE = 64
"""Places a side of a map of what changed."""

POSED = (*RELEVANT, "people", "venue")
"""The attributes that a pose, its camera and its ground follow from: without one of these words
the pose is chosen anew, with the same noise; without any other it stays."""

PARTS = {
    "head": ("head", "face"),
    "trunk": ("torso",),
    "arms": ("left_arm", "right_arm"),
    "legs": ("left_leg", "right_leg"),
    "equipment": ("equipment", "ball"),
}
"""Part of the picture → the guide's channels; whatever is none of these is "surroundings"."""

MARGIN = 3
"""Pixels at 64² by which clothes and hair reach beyond the guide's limbs."""


@dataclass(frozen=True, eq=False)
class Without:
    """The picture with one word taken away, at the same seed.

    Attributes
    ----------
    picture : uint8 (size, size, 3).
    changed : mean |Δ| of all pixels and colours, as a share of the full range.
    change : float32 (64, 64), the same place by place.
    where : part (:data:`PARTS` and "surroundings") → mean |Δ| there, the greatest first; parts
        that are not in the picture are left out.
    posed_anew : whether the pose was chosen anew.
    """

    picture: np.ndarray
    changed: float
    change: np.ndarray
    where: dict[str, float]
    posed_anew: bool


@dataclass(frozen=True, eq=False)
class Why:
    """What the words of a sentence did.

    Attributes
    ----------
    understanding : of the sentence; ``words`` are those of its words that decided something.
    picture : uint8 (size, size, 3), as drawn here, with every word.
    maps : float32 (words, steps, SIDE, SIDE): which share of a place's attention in the base goes
        to what the word states, the mean over heads and layers. The enlarging stages have no
        attention: they see the attributes as a whole.
    without : one a word.
    """

    understanding: Understanding
    words: tuple[Word, ...]
    picture: np.ndarray
    maps: np.ndarray
    without: tuple[Without, ...]


def explain(result: Result, runtime: Runtime) -> Iterator[Event]:
    """Find out what each word did in ``result``; the last event's value is a :class:`Why`.

    Pictures are drawn up to 256². Close the iterator to cancel.
    """
    understanding = understand(result.request.prompt.text, runtime)
    words = tuple(word for word in understanding.words if _stated(word, result))
    steps = {"base": result.request.steps.base * (len(words) + 1)}
    if result.request.size >= 256:
        steps["sr256"] = result.request.steps.sr256 * (len(words) + 1)
    progress = Progress(steps, runtime.pace)

    layers: list[list[Tensor]] = []
    picture = yield from _drawn(
        result, result.attributes, result.figure, runtime, progress, 0, layers
    )
    maps = word_maps(layers, [_stated(word, result) for word in words])

    without = []
    for i, word in enumerate(words, 1):
        gone = _stated(word, result)
        left = {n: v for n, v in result.attributes.items() if n not in gone}
        if "action" in gone:
            left.pop("phase", None)
        figure, anew = result.figure, False
        if figure is not None and result.request.figure is None and gone & set(POSED):
            vector = torch.from_numpy(said(left))[None].to(runtime.device)
            figure, anew = choose_pose(vector, stream(result.request.seed, "pose"), runtime), True
        other = yield from _drawn(result, left, figure, runtime, progress, i, None)
        without.append(_compared(picture, other, [result.figure, figure], anew))
    value = Why(understanding, words, picture, maps, tuple(without))
    yield Event("why", 1.0, 0.0, value=value)


def word_maps(layers: Sequence[Sequence[Tensor]], words: Sequence[set[str]]) -> np.ndarray:
    """Attention weights as the networks give them → a map a word and step.

    Parameters
    ----------
    layers : one list a step with (1, heads, attributes, h, w) a layer.
    words : the attributes that each word states.
    """
    steps = [
        torch.stack([_at_one_size(layer[0].float().mean(0)) for layer in step]).mean(0)
        for step in layers
    ]
    maps = torch.stack(steps)  # steps, attributes, SIDE, SIDE
    rows = [[ATTRIBUTES.index(name) for name in sorted(names)] for names in words]
    found = [maps[:, row].sum(1) for row in rows]
    return torch.stack(found).cpu().numpy() if found else np.zeros((0, len(steps), SIDE, SIDE))


def _at_one_size(maps: Tensor) -> Tensor:
    return F.interpolate(maps[None], (SIDE, SIDE), mode="bilinear", align_corners=False)[0]


def _stated(word: Word, result: Result) -> set[str]:
    """The attributes that the word states and that the picture was drawn with."""
    pairs = ((word.attribute, word.value), *word.also)
    return {name for name, value in pairs if name and result.attributes.get(name) == value}


def _drawn(
    result: Result,
    attributes: Mapping[str, str],
    figure: Figure | None,
    runtime: Runtime,
    progress: Progress,
    number: int,
    maps: list[list[Tensor]] | None,
) -> Generator[Event, None, np.ndarray]:
    """Draw with these attributes and the result's noise, up to 256²; returns the picture."""
    request = result.request
    vector = torch.from_numpy(said(attributes))[None].to(runtime.device)
    low: Tensor
    sketch = Sketch(vector, figure, runtime)
    for low in base(sketch, request.seed, request.steps.base, request.guidance, maps):
        yield progress.step("base", number, preview=pixels(low))
    if request.size < 256:
        return pixels(low)
    for high in sr256(low, sketch, request.seed, request.steps.sr256):
        yield progress.step("sr256", number, preview=pixels(high))
    return pixels(high)


def _compared(
    picture: np.ndarray, other: np.ndarray, figures: Sequence[Figure | None], anew: bool
) -> Without:
    difference = np.abs(picture.astype(np.float32) - other.astype(np.float32)).mean(2) / 255
    times = len(difference) // CHANGE_SIDE
    change = difference.reshape(CHANGE_SIDE, times, CHANGE_SIDE, times).mean((1, 3))
    where, free = {}, np.ones_like(change, bool)
    drawn = [figure for figure in figures if figure is not None]
    guide = draw_guide(drawn, CHANGE_SIDE).amax(0) if drawn else None
    for part, channels in PARTS.items():
        if guide is None:
            break
        covers = guide[[CHANNELS.index(name) for name in channels]].amax(0)
        near = F.max_pool2d(covers[None, None], 2 * MARGIN + 1, 1, MARGIN)[0, 0] > 0.5
        mask = near.numpy() & free
        free &= ~mask
        if mask.any():
            where[part] = float(change[mask].mean())
    where["surroundings"] = float(change[free].mean()) if free.any() else 0.0
    ordered = dict(sorted(where.items(), key=lambda item: -item[1]))
    return Without(other, float(difference.mean()), change, ordered, anew)
