"""Training pictures, rendered on the fly into a rolling pool, where each is used a few times.

Rendering one picture takes a CPU about as long as training on it, so each is used several times,
under another noise, with other attributes and guides left out, and mirrored or not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from data.scenes.actions import pose
from data.scenes.attributes import BLOCKS, WIDTH, said
from data.scenes.camera import look, project
from data.scenes.figure import Figure, figure_of, no_lines
from data.scenes.guide import Window, draw_guide, draw_shape
from data.scenes.guide_shapes import CHANNELS, SHAPE
from data.scenes.held_out import training_scene
from data.scenes.palette import PARTS, kind_of
from data.scenes.render import WHOLE, render
from data.scenes.scene import VOCABULARY, Scene, attributes
from models.draft import one_hot

TIMES = 4
"""How many times wider a super-resolution stage makes a picture."""

CHUNK = 32
"""Pictures rendered at a time."""

FIRST = 256
"""Pictures rendered before the first is used."""

UNKNOWN = 0.1
"""Share of training pictures whose figure isn't known in space, and so has no surface, of those
that lack depths, of those that lack outlines, and of those of which nobody knows how the venue is
painted."""

SWAPPED = {"left": "right", "right": "left"}


class Examples(NamedTuple):
    """Pictures with their truth, uint8; colours and guides from 0 to 255.

    ``pictures`` (B, 3, S, S), ``guides`` (B, GUIDE_CHANNELS, s, s), ``attributes`` (B, WIDTH),
    ``decor`` (B, DECORS), one-hot or zeros where it is unknown, ``parts`` (B, S, S), numbered as
    :data:`~data.scenes.palette.KINDS`; ``small`` (B, 3, S/4, S/4), what super-resolution starts
    from; ``draft`` (B, 3, s, s), the colours of a draft that fine, or no channels where there is
    none; ``shape`` (B, SHAPE, S/2, S/2), the surface twice as coarse as the picture, or no channels
    where guides are finer.
    """

    pictures: np.ndarray
    guides: np.ndarray
    attributes: np.ndarray
    decor: np.ndarray
    parts: np.ndarray
    small: np.ndarray
    draft: np.ndarray
    shape: np.ndarray


Render = Callable[[np.random.Generator, int], Examples]
"""Random numbers, count → that many new examples."""


def whole_pictures(size: int, guide_size: int, device: torch.device) -> Render:
    """How to render random scenes with their guides, at these numbers of pixels a side."""

    def examples(rng: np.random.Generator, count: int) -> Examples:
        scenes = [training_scene(rng) for _ in range(count)]
        return _examples(scenes, size, guide_size, device, WHOLE, rng)

    return examples


def windows(size: int, guide_size: int, device: torch.device, parts: int) -> Render:
    """How to render windows of random scenes, a ``parts``-th of the picture wide.

    Three of four show a joint, since most of what is hard to draw is athlete. Windows begin at
    whole pixels of the smaller picture that is to be enlarged.
    """
    places = size * parts // 4

    def window(scene: Scene, rng: np.random.Generator) -> Window:
        posed = pose(scene)
        joints = project(look(scene, posed), posed.joints)[0].reshape(-1, 2)
        joints = joints[~np.isnan(joints).any(1)]  # some lie behind a near camera
        centre = rng.choice(joints) if rng.random() < 0.75 else rng.random(2)
        corner = centre + rng.uniform(-0.3, 0.3, 2) / parts - 0.5 / parts
        x, y = (np.round(corner.clip(0, 1 - 1 / parts) * places) / places).tolist()
        return x, y, x + 1 / parts, y + 1 / parts

    def examples(rng: np.random.Generator, count: int) -> Examples:
        scenes = [training_scene(rng) for _ in range(count)]
        each = [_examples([s], size, guide_size, device, window(s, rng), rng) for s in scenes]
        return Examples(*(np.concatenate(arrays) for arrays in zip(*each, strict=True)))

    return examples


def _examples(
    scenes: Sequence[Scene],
    size: int,
    guide_size: int,
    device: torch.device,
    window: Window,
    rng: np.random.Generator,
) -> Examples:
    drawn = render(scenes, size, str(device), window)
    figures = [
        partly_known(figure_of(*shown), rng)
        for shown in zip(scenes, drawn.posed, drawn.views, strict=True)
    ]
    guides = draw_guide(figures, guide_size, device, window)
    return Examples(
        _bytes(drawn.pixels),
        _bytes(guides),
        np.stack([said(attributes(scene)) for scene in scenes]).astype(np.uint8),
        one_hot(figure.decor for figure in figures).byte().numpy(),
        kind_of(drawn.parts.cpu().numpy()),
        _bytes(F.avg_pool2d(drawn.pixels, TIMES)),
        np.zeros((len(scenes), 0, guide_size, guide_size), np.uint8),
        _bytes(draw_shape(figures, size // 2, device, window))
        if guide_size < size
        else np.zeros((len(scenes), 0, size // 2, size // 2), np.uint8),
    )


def partly_known(figure: Figure, rng: np.random.Generator) -> Figure:
    """The figure, now and then without depths, what stands around or how that is painted: a pose
    from a photo has none of them."""
    if rng.random() < UNKNOWN:
        figure = replace(figure, space=None)
    if rng.random() < UNKNOWN:
        unknown = np.full(2, np.nan, np.float32)
        props = tuple(replace(prop, depth=unknown) for prop in figure.props)
        figure = replace(figure, depth=None, props=props)
    if rng.random() < UNKNOWN:
        figure = replace(figure, outlines=no_lines())
    return replace(figure, decor=None) if rng.random() < UNKNOWN else figure


Redraw = Callable[["Batch", np.random.Generator], tuple[Tensor, Tensor]]
"""Renders, random numbers → small pictures and drafts of them, both in [-1, 1]."""


def as_drawn(render: Render, redraw: Redraw, device: torch.device) -> Render:
    """``render`` with small pictures and drafts as networks on ``device`` draw them."""

    def examples(rng: np.random.Generator, count: int) -> Examples:
        rendered = render(rng, count)
        small, draft = (
            _bytes((x.clamp(-1, 1) + 1) / 2) for x in redraw(batch(rendered, None, device), rng)
        )
        return rendered._replace(small=small, draft=draft)

    return examples


def _bytes(shares: Tensor) -> np.ndarray:
    """From [0, 1] to uint8."""
    return shares.mul(255).round().byte().cpu().numpy()


Kept = TypeVar("Kept", bound=Any)
"""A named tuple of arrays with a row an example: :class:`Examples`, or another training's."""


class Pool(Generic[Kept]):
    """A ring of examples in files, so that a resumed training need not render them again.

    A picture is rendered whenever those so far have been used ``reuse`` times on average.
    """

    def __init__(
        self,
        folder: Path,
        render: Callable[[np.random.Generator, int], Kept],
        capacity: int,
        reuse: float,
    ) -> None:
        self._one = render(np.random.default_rng(0), 1)
        arrays = self._one._asdict().items()
        example = np.dtype([(name, a.dtype, a.shape[1:]) for name, a in arrays])
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "examples.npy"
        mode: Literal["r+", "w+"] = "w+"
        if path.exists():
            old = np.load(path, mmap_mode="r")
            mode = "r+" if (old.dtype, old.shape) == (example, (capacity,)) else "w+"
        self._ring = np.lib.format.open_memmap(path, mode, example, (capacity,))
        self._counts = np.lib.format.open_memmap(folder / "counts.npy", mode, np.int64, (2,))
        self._render = render
        self._reuse = reuse

    def draw(self, count: int, rng: np.random.Generator) -> Kept:
        """Random examples of those at hand; renders first what is due."""
        rendered, drawn = self._counts.tolist()
        while rendered < max(FIRST, drawn / self._reuse):
            rows = np.arange(rendered, rendered + CHUNK) % len(self._ring)
            for name, new in self._render(np.random.default_rng(rendered), CHUNK)._asdict().items():
                self._ring[name][rows] = new
            rendered += CHUNK
        self._counts[:] = rendered, drawn + count
        chosen = self._ring[rng.integers(0, min(rendered, len(self._ring)), count)]
        # Within a record numbers need not be aligned, which torch asks for.
        columns = {name: np.ascontiguousarray(chosen[name]) for name in self._one._fields}
        return self._one._replace(**columns)


def add_options(parser: argparse.ArgumentParser, batch: int, reuse: float, capacity: int) -> None:
    """What the command lines of all trainings on pictures share."""
    parser.add_argument("--batch", type=int, default=batch, help="pictures a step")
    parser.add_argument("--reuse", type=float, default=reuse, help="times each render is used")
    parser.add_argument("--capacity", type=int, default=capacity, help="renders kept")


class Batch(NamedTuple):
    """What a network trains on: :class:`Examples` as float32.

    Colours are in [-1, 1], guides in [0, 1]; ``parts`` are numbers of kinds.
    """

    pictures: Tensor
    guides: Tensor
    attributes: Tensor
    decor: Tensor
    parts: Tensor
    small: Tensor
    draft: Tensor
    shape: Tensor


def batch(examples: Examples, rng: np.random.Generator | None, device: torch.device) -> Batch:
    """Examples as float32 tensors on the device; with ``rng``, each is mirrored or not."""
    pictures, guides, said, decor, parts, small, draft, shape = (
        torch.from_numpy(a).to(device).float() for a in examples
    )
    pictures, small, draft = (x / 127.5 - 1 for x in (pictures, small, draft))
    original = Batch(pictures, guides / 255, said, decor, parts, small, draft, shape / 255)
    if rng is None:
        return original
    turned = torch.from_numpy(rng.random(len(pictures)) < 0.5).to(device)
    return Batch(
        *(
            torch.where(turned.view(-1, *[1] * (a.ndim - 1)), b, a)
            for a, b in zip(original, mirror(original), strict=True)
        )
    )


def mirror(batch: Batch) -> Batch:
    """The pictures in a mirror: left and right limbs change channels, the hands change sides."""
    return Batch(
        batch.pictures.flip(-1),
        _turned(batch.guides[:, _mirrored_channels()].flip(-1), CHANNELS),
        batch.attributes[:, _mirrored_attributes()],
        batch.decor,
        batch.parts.flip(-1),
        batch.small.flip(-1),
        batch.draft.flip(-1),
        _turned(batch.shape.flip(-1), SHAPE) if batch.shape.shape[1] else batch.shape,
    )


def _turned(guides: Tensor, channels: Sequence[str]) -> Tensor:
    """Mirrored guides (B, channels, s, s) with normals that point the other way across."""
    across = channels.index("rightward")
    covering = guides[:, [channels.index(name) for name in (*PARTS, "gear", "standing")]]
    turned = (covering.sum(1) - guides[:, across]).clamp(0, 1)
    return torch.cat([guides[:, :across], turned[:, None], guides[:, across + 1 :]], 1)


def crop(drawn: Batch, size: int, rng: np.random.Generator) -> Batch:
    """The same random part, ``size`` pixels a side, of every picture and all that belongs to it."""
    whole = drawn.pictures.shape[-1]
    x, y = TIMES * rng.integers(0, (whole - size) // TIMES + 1, 2)

    def cut(drawing: Tensor) -> Tensor:
        finer = whole // drawing.shape[-1]
        rows, columns = (slice(at // finer, (at + size) // finer) for at in (y, x))
        return drawing[..., rows, columns]

    return Batch(*(cut(x) if x.ndim > 2 else x for x in drawn))


def _mirrored_channels() -> list[int]:
    names = [name.partition("_") for name in CHANNELS]
    return [CHANNELS.index(SWAPPED.get(side, side) + line + limb) for side, line, limb in names]


def _mirrored_attributes() -> list[int]:
    places = list(range(WIDTH))
    start = BLOCKS["handed"].start
    for i, hand in enumerate(VOCABULARY["handed"]):
        places[start + i] = start + VOCABULARY["handed"].index(SWAPPED[hand])
    return places


def save_sheet(rows: Sequence[Tensor], path: Path) -> None:
    """Pictures (B, 3, S, S) in [-1, 1], one row each, as one PNG."""
    sheet = torch.cat([torch.cat([*row], dim=2) for row in rows], dim=1)
    colours = (sheet.clamp(-1, 1) + 1).mul(127.5).round().byte()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(colours.permute(1, 2, 0).cpu().numpy()).save(path)
