"""The pose guide: a :class:`~data.scenes.figure.Figure` drawn as the picture models read it.

One channel a limb group, left and right apart (the idea of ControlNet's OpenPose guide, Zhang et
al. 2023, arXiv 2302.05543, without its colour coding), one each for balls, other equipment,
ground lines, sky and what stands in the venue. Everything is a tapered capsule whose edge is
smoothed over one pixel, so the same figure can be drawn at any size and through any window.

Joints in the plane leave open which of two limbs hides the other. Where depths are known, hidden
parts are faint, and three further channels tell of the foremost surface: how near it is, where
along its limb it lies and how it bulges. Of a figure in space the whole surface is drawn besides
(:mod:`data.scenes.surface`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.figure import Figure, stature
from data.scenes.guide_shapes import CHANNELS, SHAPE, STICKS, prop_capsules
from data.scenes.palette import PARTS
from data.scenes.posed import JOINT_INDEX
from data.scenes.render import WHOLE, Window
from data.scenes.surface import draw_surface

GUIDE_CHANNELS = len(CHANNELS)
_STICKS = len(STICKS)

HIDDEN = 0.35
"""What is left of a limb or prop where another one hides it."""

THICKEST = 0.06
"""Sides of the picture by which a limb's or prop's surface comes forward at the most: a ball close
to the camera does, a plate or a table as wide doesn't."""

NEAR = 0.6
"""Sides of the picture before the first athlete's pelvis at which nearness is 1; behind it as far
it is 0."""

# From joint, to joint, radius at either (shares of stature), channel, where along the limb group.
# Sides are added below.
_MIDDLE = (
    ("head", "head", 0.062, 0.062, "head", 0.5, 0.5),
    ("neck", "head", 0.030, 0.030, "head", 1.0, 0.5),
    ("nose", "nose", 0.014, 0.014, "face", 0.5, 0.5),
    ("head", "nose", 0.008, 0.012, "face", 0.5, 0.5),
    ("neck", "chest", 0.045, 0.070, "torso", 0.0, 0.35),
    ("chest", "pelvis", 0.070, 0.060, "torso", 0.35, 1.0),
    ("left_shoulder", "right_shoulder", 0.032, 0.032, "torso", 0.1, 0.1),
    ("left_hip", "right_hip", 0.045, 0.045, "torso", 1.0, 1.0),
)
_SIDED = (
    ("{}_eye", "{}_eye", 0.011, 0.011, "face", 0.5, 0.5),
    ("{}_ear", "{}_ear", 0.011, 0.011, "face", 0.5, 0.5),
    ("{}_shoulder", "{}_hip", 0.032, 0.040, "torso", 0.1, 1.0),
    ("{}_shoulder", "{}_elbow", 0.030, 0.023, "{}_arm", 0.0, 0.42),
    ("{}_elbow", "{}_wrist", 0.023, 0.016, "{}_arm", 0.42, 0.8),
    ("{}_wrist", "{}_hand", 0.020, 0.014, "{}_arm", 0.8, 1.0),
    ("{}_hip", "{}_knee", 0.047, 0.032, "{}_leg", 0.0, 0.45),
    ("{}_knee", "{}_ankle", 0.032, 0.021, "{}_leg", 0.45, 0.85),
    ("{}_ankle", "{}_toe", 0.021, 0.016, "{}_leg", 0.85, 1.0),
    ("{}_heel", "{}_toe", 0.018, 0.016, "{}_leg", 0.85, 1.0),
)
_BONES = _MIDDLE + tuple(
    (a.format(side), b.format(side), ra, rb, channel.format(side), start, end)
    for side in ("left", "right")
    for a, b, ra, rb, channel, start, end in _SIDED
)
_STARTS = np.array([JOINT_INDEX[bone[0]] for bone in _BONES])
_ENDS = np.array([JOINT_INDEX[bone[1]] for bone in _BONES])
_RADII = np.array([bone[2:4] for bone in _BONES], np.float32)
_ALONG = np.array([bone[5:] for bone in _BONES], np.float32)
_BONE_CHANNELS = np.array([CHANNELS.index(bone[4]) for bone in _BONES])


def draw_guide(
    figures: Sequence[Figure],
    size: int,
    device: torch.device | str = "cpu",
    window: Window = WHOLE,
) -> Tensor:
    """Draw figures: float32 (len(figures), GUIDE_CHANNELS, size, size), from 0 to 1.

    Parameters
    ----------
    size : pixels along a side, a multiple of 16.
    window : the square part of the picture to draw; the same pixels come out as in a drawing of
        the whole picture.
    """
    if size % 16:
        raise ValueError(f"a guide's size must be a multiple of 16, not {size}")
    guide = torch.zeros(len(figures), GUIDE_CHANNELS, size, size, device=device)
    guide[:, :_STICKS] = _draw_sticks(figures, size, device, window)
    known = [figure.space is not None for figure in figures]
    guide[known, _STICKS:] = _surfaces(figures, size, device, window, lit=True)
    return guide


def draw_shape(
    figures: Sequence[Figure],
    size: int,
    device: torch.device | str = "cpu",
    window: Window = WHOLE,
) -> Tensor:
    """Draw the surfaces of figures alone: float32 (len(figures), SHAPE, size, size), from 0 to 1,
    zeros of those that aren't known in space. See :func:`draw_guide`."""
    shape = torch.zeros(len(figures), len(SHAPE), size, size, device=device)
    known = [figure.space is not None for figure in figures]
    shape[known] = _surfaces(figures, size, device, window, lit=False)
    return shape


def _draw_sticks(
    figures: Sequence[Figure], size: int, device: torch.device | str, window: Window
) -> Tensor:
    """STICKS of figures, (len(figures), STICKS, size, size)."""
    drawn = [_capsules(figure) for figure in figures]
    canvas = torch.cat([torch.as_tensor(c) + i * _STICKS for i, (_, c) in enumerate(drawn)])
    capsules = torch.as_tensor(np.concatenate([c for c, _ in drawn]))
    x0, y0, x1, _ = window
    scale = size / (x1 - x0)  # pixels per unit of image coordinates
    capsules[..., :4] *= scale
    capsules[..., :2] -= torch.tensor([x0 * scale, y0 * scale])
    guide = _fill(capsules.to(device), canvas.to(device), len(figures), size, scale)

    horizon = torch.tensor([(f.horizon - y0) * scale for f in figures], device=device)
    rows = torch.arange(size, device=device) + 0.5
    sky = (0.5 + horizon.nan_to_num(-1e9)[:, None] - rows).clamp(0, 1)
    guide[:, STICKS.index("sky")] = sky[:, :, None]
    return guide


def _surfaces(
    figures: Sequence[Figure], size: int, device: torch.device | str, window: Window, lit: bool
) -> Tensor:
    spaces = [figure.space for figure in figures if figure.space is not None]
    return draw_surface(spaces, size, device, window, lit)


# Left is blue and right orange, as everywhere.
_AROUND = ("sky", "outlines", "lines")
_LIMBS = ("torso", "left_leg", "right_leg", "left_arm", "right_arm")
_COLOURS = {
    "sky": (206, 222, 236),
    "outlines": (128, 136, 140),
    "lines": (250, 250, 247),
    "torso": (92, 97, 106),
    "left_leg": (23, 92, 168),
    "right_leg": (196, 82, 14),
    "left_arm": (66, 147, 222),
    "right_arm": (242, 142, 43),
    **dict.fromkeys(("equipment", "gear"), (140, 62, 132)),
    "head": (231, 202, 170),
    **dict.fromkeys(("face", "hair"), (54, 48, 46)),
    "ball": (246, 205, 58),
}
_GROUND = (146, 154, 148)


def guide_picture(figure: Figure, size: int) -> np.ndarray:
    """The guide in colours for people to look at: uint8 (size, size, 3). A figure in space is
    shaded as its surface lies."""
    sticks = _draw_sticks([figure], size, "cpu", WHOLE)
    drawn = torch.cat([sticks, draw_shape([figure], size)], 1)[0, :, :, :, None].numpy()
    covers = dict(zip(STICKS + SHAPE, drawn, strict=True))
    picture = np.full((size, size, 3), _GROUND, np.float32)

    def paint(canvas: np.ndarray, names: Iterable[str]) -> None:
        for name in names:
            canvas += covers[name] * (np.array(_COLOURS[name], np.float32) - canvas)

    if figure.space is None:
        paint(picture, (*_AROUND, *_LIMBS, "equipment", "head", "face", "ball"))
    else:
        surface = sum(covers[name] for name in (*PARTS, "gear"))
        body = np.full_like(picture, _COLOURS["torso"])
        paint(body, (*_LIMBS, "head", "hair", "gear"))
        body += covers["ball"] * covers["gear"] * (np.array(_COLOURS["ball"]) - body)
        paint(picture, _AROUND)
        shade = 0.5 + 0.55 * covers["facing"] / np.maximum(surface, 1e-3)
        picture += surface.clip(0, 1) * (body * shade - picture)
    return picture.clip(0, 255).round().astype(np.uint8)


def _capsules(figure: Figure) -> tuple[np.ndarray, np.ndarray]:
    """The figure as capsules, float32 (N, 2 ends, 5: x, y, radius, depth, along), and their
    channels (N,). Depth is NaN where it is unknown."""
    people = len(figure.joints)
    scale = stature(figure.joints)[:, None, None]
    depth = figure.depth
    if depth is None:
        depth = np.full(figure.joints.shape[:2], np.nan, np.float32)
    ends = np.stack([figure.joints[:, _STARTS], figure.joints[:, _ENDS]], 2)
    numbers = (
        np.broadcast_to(_RADII * scale, ends.shape[:3]),
        np.stack([depth[:, _STARTS], depth[:, _ENDS]], 2),
        np.broadcast_to(_ALONG, ends.shape[:3]),
    )
    bones = np.concatenate([ends, np.stack(numbers, -1)], -1, dtype=np.float32).reshape(-1, 2, 5)
    parts = [(bones, np.tile(_BONE_CHANNELS, people))]
    parts += [prop_capsules(prop) for prop in figure.props]
    for name, lines in (("lines", figure.lines), ("outlines", figure.outlines)):
        flat = np.concatenate([lines, np.zeros((len(lines), 2, 2), np.float32)], -1)
        parts.append((flat, np.full(len(lines), CHANNELS.index(name))))
    capsules = np.concatenate([part for part, _ in parts])
    known = ~np.isnan(capsules[..., :3]).any((1, 2))
    return capsules[known], np.concatenate([channels for _, channels in parts])[known]


def _fill(capsules: Tensor, canvas: Tensor, figures: int, size: int, scale: float) -> Tensor:
    """Draw each capsule (N, 2, 5), in pixels, onto its canvas (N,): (figures, STICKS, size, size).

    ``scale`` is pixels a side of the picture. The picture is cut into tiles, and a capsule is
    worked out only in those that it touches.
    """
    device = capsules.device
    tile = max(16, size // 16)
    across = size // tile
    grid = torch.arange(tile, device=device) + 0.5
    corners = torch.arange(across, device=device) * float(tile)

    centres = corners + tile / 2
    near = _distance(capsules, centres[None], centres[None])[0] < 0.71 * tile + 1
    which, row, column = near.nonzero(as_tuple=True)
    drawn = torch.zeros(figures * _STICKS * across * across, tile * tile, device=device)
    cell = row * across + column
    place = canvas[which] * across * across + cell

    # Lines are flat on what is behind; limbs and props hide each other.
    solid = canvas[which] % _STICKS < CHANNELS.index("lines")
    for part in (~solid).nonzero()[:, 0].split(max(1, 2**20 // tile**2)):
        x, y = corners[column[part], None] + grid, corners[row[part], None] + grid
        cover = (0.5 - _distance(capsules[which[part]], x, y)[0]).clamp_(0, 1).flatten(1)
        drawn.scatter_reduce_(0, place[part, None].expand_as(cover), cover, "amax")

    which, row, column, cell, place = (x[solid] for x in (which, row, column, cell, place))
    spot = canvas[which] // _STICKS * across * across + cell
    x, y = corners[column, None] + grid, corners[row, None] + grid
    own = capsules[which]
    distance, share = (d.flatten(1) for d in _distance(own, x, y))
    cover = (0.5 - distance).clamp(0, 1)
    radius, depth, along = (
        own[:, 0, i, None] + share * (own[:, 1, i, None] - own[:, 0, i, None]) for i in (2, 3, 4)
    )
    bulge = (1 - (distance / radius.clamp_min(1e-6) + 1).clamp(0, 1).square()).sqrt()
    level = radius.clamp(max=THICKEST * scale) * bulge - depth.nan_to_num(0.0)
    level = torch.where(cover > 0, level, level.new_tensor(-1e9))
    foremost = level.new_full((figures * across * across, tile * tile), -1e9)
    foremost.scatter_reduce_(0, spot[:, None].expand_as(level), level, "amax")
    ahead = foremost[spot]
    hidden = level < ahead - 0.5 * radius - 0.5
    seen = cover * torch.where(hidden & ~depth.isnan(), HIDDEN, 1.0)
    drawn.scatter_reduce_(0, place[:, None].expand_as(seen), seen, "amax")

    first = level >= ahead
    told = {
        "nearness": torch.where(
            depth.isnan(), 0.0, (0.5 + 0.5 * level / (NEAR * scale)).clamp(0.02, 1)
        ),
        "along": 0.2 + 0.8 * along,
        "relief": bulge,
    }
    for name, value in told.items():
        own_place = (canvas[which] // _STICKS) * _STICKS + CHANNELS.index(name)
        value = torch.where(first, value * cover, 0.0)
        there = (own_place * across * across + cell)[:, None].expand_as(value)
        drawn.scatter_reduce_(0, there, value, "amax")
    drawn = drawn.view(figures, _STICKS, across, across, tile, tile)
    return drawn.transpose(3, 4).reshape(figures, _STICKS, size, size)


def _distance(capsules: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Of capsules (N, 2, 5) on the grid of columns x and rows y, each (N, Y, X): signed distance
    to the outline, and the nearest place on the axis as its share of the way."""
    (ax, ay, ra), (bx, by, rb) = (capsules[:, i, :3].T[:, :, None, None] for i in (0, 1))
    dx, dy = bx - ax, by - ay
    x, y = x[:, None, :] - ax, y[:, :, None] - ay
    length2 = (dx * dx + dy * dy).clamp_min(1e-12)
    along = (x * (dx / length2) + y * (dy / length2)).clamp_(0, 1)
    x, y = torch.addcmul(x, along, dx, value=-1), torch.addcmul(y, along, dy, value=-1)
    return torch.hypot(x, y).sub_(ra).addcmul_(along, rb - ra, value=-1), along
