"""The pose guide: a :class:`~data.scenes.figure.Figure` drawn as the picture models read it.

One channel a limb group, left and right apart (the idea of ControlNet's OpenPose guide, Zhang et
al. 2023, arXiv 2302.05543, without its colour coding), one each for balls, other equipment,
ground lines and sky. Everything is a tapered capsule whose edge is smoothed over one pixel, so the
same figure can be drawn at any size and through any window.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.figure import Figure, stature
from data.scenes.guide_shapes import CHANNELS, prop_capsules
from data.scenes.posed import JOINT_INDEX

GUIDE_CHANNELS = len(CHANNELS)

Window = tuple[float, float, float, float]
"""x0, y0, x1, y1 of the part of the picture that is drawn, in image coordinates."""

# From joint, to joint, radius at either (shares of stature), channel. Sides are added below.
_MIDDLE = (
    ("head", "head", 0.062, 0.062, "head"),
    ("neck", "head", 0.030, 0.030, "head"),
    ("nose", "nose", 0.014, 0.014, "face"),
    ("head", "nose", 0.008, 0.012, "face"),
    ("neck", "chest", 0.045, 0.070, "torso"),
    ("chest", "pelvis", 0.070, 0.060, "torso"),
    ("left_shoulder", "right_shoulder", 0.032, 0.032, "torso"),
    ("left_hip", "right_hip", 0.045, 0.045, "torso"),
)
_SIDED = (
    ("{}_eye", "{}_eye", 0.011, 0.011, "face"),
    ("{}_ear", "{}_ear", 0.011, 0.011, "face"),
    ("{}_shoulder", "{}_hip", 0.032, 0.040, "torso"),
    ("{}_shoulder", "{}_elbow", 0.030, 0.023, "{}_arm"),
    ("{}_elbow", "{}_wrist", 0.023, 0.016, "{}_arm"),
    ("{}_wrist", "{}_hand", 0.020, 0.014, "{}_arm"),
    ("{}_hip", "{}_knee", 0.047, 0.032, "{}_leg"),
    ("{}_knee", "{}_ankle", 0.032, 0.021, "{}_leg"),
    ("{}_ankle", "{}_toe", 0.021, 0.016, "{}_leg"),
    ("{}_heel", "{}_toe", 0.018, 0.016, "{}_leg"),
)
_BONES = _MIDDLE + tuple(
    (a.format(side), b.format(side), ra, rb, channel.format(side))
    for side in ("left", "right")
    for a, b, ra, rb, channel in _SIDED
)
_STARTS = np.array([JOINT_INDEX[bone[0]] for bone in _BONES])
_ENDS = np.array([JOINT_INDEX[bone[1]] for bone in _BONES])
_RADII = np.array([bone[2:4] for bone in _BONES], np.float32)
_BONE_CHANNELS = np.array([CHANNELS.index(bone[4]) for bone in _BONES])


def draw_guide(
    figures: Sequence[Figure],
    size: int,
    device: torch.device | str = "cpu",
    window: Window = (0.0, 0.0, 1.0, 1.0),
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
    drawn = [_capsules(figure) for figure in figures]
    canvas = torch.cat([torch.as_tensor(c) + i * GUIDE_CHANNELS for i, (_, c) in enumerate(drawn)])
    capsules = torch.as_tensor(np.concatenate([c for c, _ in drawn]))
    x0, y0, x1, _ = window
    scale = size / (x1 - x0)  # pixels per unit of image coordinates
    pixels = (capsules * scale).to(device)
    offset = torch.tensor([x0 * scale, y0 * scale, 0.0], device=device)
    guide = _fill(pixels - offset, canvas.to(device), len(figures) * GUIDE_CHANNELS, size)
    guide = guide.view(len(figures), GUIDE_CHANNELS, size, size)

    horizon = torch.tensor([(f.horizon - y0) * scale for f in figures], device=device)
    rows = torch.arange(size, device=device) + 0.5
    sky = (0.5 + horizon.nan_to_num(-1e9)[:, None] - rows).clamp(0, 1)
    guide[:, CHANNELS.index("sky")] = sky[:, :, None]
    return guide


# Painted in this order, later over earlier; left is blue and right orange, as everywhere.
_COLOURS = {
    "sky": (206, 222, 236),
    "lines": (250, 250, 247),
    "torso": (92, 97, 106),
    "left_leg": (23, 92, 168),
    "right_leg": (196, 82, 14),
    "left_arm": (66, 147, 222),
    "right_arm": (242, 142, 43),
    "equipment": (140, 62, 132),
    "head": (231, 202, 170),
    "face": (54, 48, 46),
    "ball": (246, 205, 58),
}
_GROUND = (146, 154, 148)


def guide_picture(figure: Figure, size: int) -> np.ndarray:
    """The guide in colours for people to look at: uint8 (size, size, 3)."""
    covers = draw_guide([figure], size)[0, :, :, :, None].numpy()
    picture = np.full((size, size, 3), _GROUND, np.float32)
    for name, colour in _COLOURS.items():
        cover = covers[CHANNELS.index(name)]
        picture += cover * (np.array(colour, np.float32) - picture)
    return picture.round().astype(np.uint8)


def _capsules(figure: Figure) -> tuple[np.ndarray, np.ndarray]:
    """The figure as capsules, float32 (N, 2 ends, 3: x, y, radius), and their channels (N,)."""
    scale = stature(figure.joints)[:, None, None]
    ends = np.stack([figure.joints[:, _STARTS], figure.joints[:, _ENDS]], 2)
    radii = np.broadcast_to(_RADII * scale, ends.shape[:3])[..., None]
    bones = np.concatenate([ends, radii], -1, dtype=np.float32).reshape(-1, 2, 3)
    parts = [(bones, np.tile(_BONE_CHANNELS, len(figure.joints)))]
    parts += [prop_capsules(prop) for prop in figure.props]
    parts.append((figure.lines, np.full(len(figure.lines), CHANNELS.index("lines"))))
    capsules = np.concatenate([part for part, _ in parts])
    known = ~np.isnan(capsules).any((1, 2))
    return capsules[known], np.concatenate([channels for _, channels in parts])[known]


def _fill(capsules: Tensor, canvas: Tensor, canvases: int, size: int) -> Tensor:
    """Draw each capsule (N, 2, 3), in pixels, onto its canvas (N,): (canvases, size, size).

    The picture is cut into tiles, and a capsule is worked out only in those that it touches.
    """
    tile = max(16, size // 16)
    across = size // tile
    grid = torch.arange(tile, device=capsules.device) + 0.5
    corners = torch.arange(across, device=capsules.device) * float(tile)

    centres = corners + tile / 2
    near = _distance(capsules, centres[None], centres[None]) < 0.71 * tile + 1
    which, row, column = near.nonzero(as_tuple=True)
    tiles = torch.zeros(canvases * across * across, tile * tile, device=capsules.device)
    place = (canvas[which] * across + row) * across + column
    for part in torch.arange(len(which), device=capsules.device).split(max(1, 2**20 // tile**2)):
        x, y = corners[column[part], None] + grid, corners[row[part], None] + grid
        cover = (0.5 - _distance(capsules[which[part]], x, y)).clamp_(0, 1).flatten(1)
        tiles.scatter_reduce_(0, place[part, None].expand_as(cover), cover, "amax")
    tiles = tiles.view(canvases, across, across, tile, tile)
    return tiles.transpose(2, 3).reshape(canvases, size, size)


def _distance(capsules: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to capsules (N, 2, 3) on the grid of columns x and rows y: (N, Y, X)."""
    (ax, ay, ra), (bx, by, rb) = (capsules[:, i].T[:, :, None, None] for i in (0, 1))
    dx, dy = bx - ax, by - ay
    x, y = x[:, None, :] - ax, y[:, :, None] - ay
    length2 = (dx * dx + dy * dy).clamp_min(1e-12)
    along = (x * (dx / length2) + y * (dy / length2)).clamp_(0, 1)
    x, y = torch.addcmul(x, along, dx, value=-1), torch.addcmul(y, along, dy, value=-1)
    return torch.hypot(x, y).sub_(ra).addcmul_(along, rb - ra, value=-1)
