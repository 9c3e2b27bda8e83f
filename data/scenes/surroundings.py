"""What stands around each venue: walls, stands, trees, the sky.

The surroundings are the four walls of a large box around the athlete, each painted, with or
without a ceiling. A wall is a function of a :class:`Wall`; where it covers less than a pixel the
sky shows behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from data.scenes.ground import band, bars, dice, flat, over, wave


class Wall(NamedTuple):
    """Points (b, n) on the walls: ``u`` along the wall and ``y`` up, metres; ``blur`` the size of a
    pixel there; ``variation`` of each scene."""

    u: Tensor
    y: Tensor
    blur: Tensor
    variation: Sequence[int]


class Box(NamedTuple):
    """Where the walls stand, metres: half the width, how far behind and ahead of the athlete."""

    half: float
    behind: float
    ahead: float
    ceiling: float | None = None


Painted = tuple[Tensor, Tensor]  # linear colour (3, b, n) and how much of the pixel is covered


def _crowd(w: Wall, colour: Tensor, size: float, strength: float) -> Tensor:
    """Spectators over ``colour``: heads and shirts in rows, one a seat, some seats empty."""
    row = torch.floor(w.y / size)
    shifted = w.u / (0.8 * size) + 0.37 * row
    seat = torch.floor(shifted)
    across = (shifted - seat - 0.5) * 0.8 * size
    up = w.y - (row + 0.5) * size
    luck, tone = dice(seat, row), dice(row + 71, seat)
    body = ((0.30 * size - torch.hypot(across, 0.7 * (up + 0.2 * size))) / w.blur + 0.5).clamp(0, 1)
    face = ((0.15 * size - torch.hypot(across, up - 0.22 * size)) / w.blur + 0.5).clamp(0, 1)
    there = strength * (luck > 0.2)
    # Far away a crowd is only its mean.
    sharp = (1.5 - w.blur / size).clamp(0, 1)
    shirts = torch.stack([0.15 + 0.75 * tone, 0.2 + 0.6 * dice(seat, row + 13), 0.9 - 0.7 * tone])
    mean = shirts.new_tensor([0.5, 0.5, 0.55])[:, None, None]
    shirts = mean + (shirts * luck.clamp_min(0.3) - mean) * sharp
    colour = over(colour, shirts, there * (0.45 * (1 - sharp) + body * sharp))
    skin = flat(w.u, "b98a6a")
    return over(colour, skin, there * face * sharp)


def _stands(w: Wall, height: float, *codes: str) -> Painted:
    rows = flat(w.u, *codes, variation=w.variation).expand(3, *w.u.shape)
    rows = _crowd(w, rows * (1 - 0.35 * bars(w.y, 0.9, 0.25, w.blur)), 0.9, 0.85)
    rows = rows * (1 - 0.5 * bars(w.u, 9.0, 0.6, w.blur))
    boards = flat(w.u, "f0f0ee", "274c9e", "b2302c", variation=w.variation)
    boards = over(boards.expand(3, *w.u.shape), flat(w.u, "2a2d36"), bars(w.u, 6.0, 2.0, w.blur))
    colour = over(rows, boards, band(w.y, -1, 1.1, w.blur))
    roof = flat(w.u, "d5d9de").expand(3, *w.u.shape)
    colour = over(colour, roof, band(w.y, height - 0.9, height, w.blur))
    return colour, band(w.y, -9, height, w.blur)


def _trees(w: Wall, height: float, code: str) -> Painted:
    """A row of round crowns, each with its own size and shade."""
    blur = w.blur
    edge, tone = torch.zeros_like(w.u), torch.zeros_like(w.u)
    for layer, wide in enumerate((0.85, 0.6)):
        # Crowns overlap their neighbours, so each column can belong to two trees of a layer.
        for side in (-0.5, 0.5):
            tree = torch.floor(w.u / (wide * height) + side + 0.31 * layer)
            middle = (tree + 0.5 - side - 0.31 * layer) * wide * height
            luck = dice(tree, torch.full_like(tree, layer + height))
            radius = wide * height * (0.52 + 0.22 * luck)
            away = ((w.u - middle) / radius).clamp(-1, 1)
            top = height * (0.55 + 0.25 * luck) + 0.8 * radius * (torch.sqrt(1 - away**2) - 0.35)
            tone = torch.where(top > edge, 0.85 + 0.3 * luck - 0.22 * away.abs(), tone)
            edge = torch.maximum(edge, top)
    turn = 9.0 / height
    leaf = torch.sin(turn * 3.1 * w.u + 2.2 * torch.sin(turn * 2.3 * w.y))
    leaf = leaf * torch.sin(turn * 3.7 * w.y + 1.9 * torch.sin(turn * 1.7 * w.u))
    leaves = 0.14 * leaf * (1 - blur / height * 6).clamp(0, 1)
    shade = tone + leaves + 0.35 * ((w.y / edge.clamp_min(1)).clamp(0, 1) - 0.6)
    colour = flat(w.u, code) * shade
    trunks = bars(w.u + 0.4 * torch.sin(w.u), 3.1, 0.28, blur) * band(w.y, 0, 0.2 * height, blur)
    colour = over(colour, flat(w.u, "33271c"), 0.7 * trunks)
    return colour, ((edge - w.y) / blur + 0.5).clamp(0, 1)


def _indoor_court(w: Wall) -> Painted:
    upper = flat(w.u, "e6dfd0", "d9dde2", variation=w.variation).expand(3, *w.u.shape)
    pads = flat(w.u, "274f92", "8e2b2b", "22624f", variation=w.variation)
    pads = pads * (1 - 0.3 * bars(w.u, 1.5, 0.05, w.blur))
    colour = over(upper, pads, band(w.y, -1, 1.9, w.blur))
    windows = band(w.y, 4.3, 6.0, w.blur) * (1 - bars(w.u, 2.4, 0.3, w.blur))
    colour = over(colour, flat(w.u, "cfe3f2"), 0.9 * windows)
    colour = over(colour, flat(w.u, "9c8f7a"), 0.6 * bars(w.u, 4.8, 0.35, w.blur))
    return colour, torch.ones_like(w.u)


def _outdoor_court(w: Wall) -> Painted:
    # City blocks: heights and shades that change from house to house.
    block = torch.floor(w.u / 5.0)
    tall = 6.5 + 2.2 * torch.sin(block * 2.4) + 1.6 * torch.sin(block * 5.3 + 1)
    tone = 0.8 + 0.22 * torch.sin(block * 3.7 + 0.5)
    houses = flat(w.u, "93867c", "7f8894", variation=w.variation) * tone
    panes = (1 - bars(w.u, 1.25, 0.6, w.blur)) * (1 - bars(w.y, 1.4, 0.75, w.blur))
    houses = over(houses, flat(w.u, "3c4856"), 0.6 * panes)
    covered = ((tall - w.y) / w.blur + 0.5).clamp(0, 1)
    fence = torch.maximum(bars(w.u, 2.5, 0.12, w.blur), band(w.y, 2.9, 3.05, w.blur))
    fence = torch.maximum(fence, torch.full_like(fence, 0.35)) * band(w.y, -1, 3.05, w.blur)
    colour = over(houses, flat(w.u, "3d4a45"), fence)
    return colour, torch.maximum(covered, fence)


def _gym(w: Wall) -> Painted:
    wall = flat(w.u, "c9c6c0", "b8bdc4", variation=w.variation).expand(3, *w.u.shape)
    accent = flat(w.u, "c43d2b", "d99a1e", "2a6fb0", variation=w.variation)
    colour = over(wall, accent, band(w.y, 2.75, 3.0, w.blur))
    mirror = band(w.y, 0.45, 2.5, w.blur) * (1 - bars(w.u, 1.8, 0.06, w.blur))
    glass = flat(w.u, "8f9ba6") * (1.15 - 0.16 * w.y.clamp(0, 3)) + 0.05 * wave(
        w.u - w.y, 2.7, w.blur
    )
    colour = over(colour, glass, mirror)
    # A dumbbell rack before the mirror: two shelves with round weights.
    shelf = torch.maximum(band(w.y, 0.42, 0.48, w.blur), band(w.y, 0.82, 0.88, w.blur))
    row = torch.remainder(w.y - 0.48, 0.40) - 0.11
    weight = torch.hypot(torch.remainder(w.u, 0.30) - 0.15, row)
    weights = band(weight, -1, 0.105, w.blur) * band(w.y, 0.45, 1.1, w.blur)
    colour = over(colour, flat(w.u, "25272b"), torch.maximum(shelf, weights))
    return colour, torch.ones_like(w.u)


def _tennis_court(w: Wall) -> Painted:
    trees, covered = _trees(w, 6.0, "3c6a35")
    screen = flat(w.u, "1f4d3c") * (1 - 0.3 * bars(w.u, 3.0, 0.12, w.blur))
    low = band(w.y, -9, 3.0, w.blur)
    return over(trees, screen, low), torch.maximum(covered, low)


def _ring(w: Wall) -> Painted:
    hall = flat(w.u, "14151c", "161220", variation=w.variation).expand(3, *w.u.shape)
    seats = _crowd(w, hall, 0.7, 1.0) * 0.22
    hall = over(hall, seats, band(w.y, 0.0, 4.2, w.blur))
    lamps = band(torch.remainder(w.u, 3.0) - 1.5, -0.28, 0.28, w.blur) * band(w.y, 6.2, 6.7, w.blur)
    hall = over(hall, 1.4 * flat(w.u, "fff6e0"), lamps)
    return hall, torch.ones_like(w.u)


def _pool(w: Wall) -> Painted:
    tiles = flat(w.u, "dfe9ee").expand(3, *w.u.shape)
    tiles = over(tiles, flat(w.u, "3f8fc0"), band(w.y, 1.0, 1.5, w.blur))
    panes = band(w.y, 2.0, 3.9, w.blur) * (1 - bars(w.u, 1.9, 0.16, w.blur))
    tiles = over(tiles, flat(w.u, "a9cfe4"), panes)
    return tiles, band(w.y, -9, 4.4, w.blur)


def _park(w: Wall) -> Painted:
    far, far_cover = _trees(w, 7.5, "6f9a62")
    near, near_cover = _trees(w._replace(u=1.3 * w.u + 11), 4.6, "2f6a2c")
    return over(far, near, near_cover), torch.maximum(far_cover, near_cover)


def _road(w: Wall) -> Painted:
    hill = 5.5 + 2.6 * wave(w.u, 61.0, w.blur) + 1.2 * wave(w.u + 9, 23.0, w.blur)
    slope = flat(w.u, "8fa878") * (1 + 0.1 * wave(w.y + 0.1 * w.u, 3.0, w.blur))
    cover = ((hill - w.y) / w.blur + 0.5).clamp(0, 1)
    near, near_cover = _trees(w._replace(u=w.u + 5), 2.6, "44703a")
    return over(slope, near, near_cover), torch.maximum(cover, near_cover)


def _studio(w: Wall) -> Painted:
    paper = flat(w.u, "b9bec6", "c9bfb2", "a9b7c4", "b7aebb", variation=w.variation)
    return paper.expand(3, *w.u.shape), torch.ones_like(w.u)


def _none(w: Wall) -> Painted:
    return flat(w.u, "000000").expand(3, *w.u.shape), torch.zeros_like(w.u)


WALLS: dict[str, tuple[Box, Callable[[Wall], Painted]]] = {
    "indoor_court": (Box(11, 19, 10, 8.0), _indoor_court),
    "outdoor_court": (Box(26, 34, 26), _outdoor_court),
    "track": (Box(42, 90, 90), lambda w: _stands(w, 9.0, "7d8794", "5c6f93")),
    "pitch": (Box(46, 110, 24), lambda w: _stands(w, 10.0, "56688c", "8c4a4a", "4f7c66")),
    "gym": (Box(6.0, 6.5, 6.0, 3.6), _gym),
    "tennis_court": (Box(17, 9, 34), _tennis_court),
    "ring": (Box(13, 13, 13, 7.5), _ring),
    "pool": (Box(17, 8, 34), _pool),
    "park": (Box(30, 34, 34), _park),
    "beach": (Box(400, 400, 400), _none),
    "road": (Box(60, 110, 110), _road),
    "studio": (Box(7, 7, 7, 6.0), _studio),
}
"""Venue → where its walls stand and what they look like."""
