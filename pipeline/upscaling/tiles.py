"""A picture enlarged tile by tile, so that memory stays bounded and work can stop in between.

Neighbouring tiles overlap. In the middle of the overlap one fades into the other; at least
``reach`` pixels at each tile's inner edges are thrown away, since there a network saw the tile's
border instead of the picture. For a network whose outputs depend on no more than ``reach`` pixels
around them the tiles therefore join to what the whole picture would have given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import psutil

FEATHER = 8
"""Small pixels over which one tile fades into the next."""

SIDES = (48, 384)
"""Least and most pixels a side of a small tile."""

SHARE = 0.25
"""Of the free memory, how much the work on one tile may take."""

MOST_ROW = 1 << 29
"""Bytes that a row of enlarged tiles may take, with what comes from it for a moment."""

ROWS = 256

Enlarge = Callable[[np.ndarray, tuple[int, int]], np.ndarray]
"""A tile (h, w, 3) float32 in [0, 1] and its corner (y, x) in the small picture → the tile
(h·times, w·times, 3), float32."""


def side(bytes_a_pixel: float, width: int, times: int, free: int | None = None) -> int:
    """How many pixels a side a tile may have: a multiple of 16 within :data:`SIDES`.

    Parameters
    ----------
    bytes_a_pixel : what a method needs for each small pixel of a tile.
    width : of the small picture; a whole row of enlarged tiles is held at once.
    free : bytes of memory; what is available now when None.
    """
    share = SHARE * (psutil.virtual_memory().available if free is None else free)
    by_tile = math.sqrt(share / bytes_a_pixel)
    by_row = min(share, MOST_ROW) / (2 * 3 * 4 * times**2 * width)
    least, most = SIDES
    return int(min(max(least, min(by_tile, by_row) // 16 * 16), most))


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where tiles begin along a side: evenly, each overlapping the next by ``overlap`` or more."""
    if length <= tile:
        return [0]
    count = math.ceil((length - overlap) / (tile - overlap))
    return [round(x) for x in np.linspace(0, length - tile, count)]


def shares(begins: list[int], length: int, tile: int, times: int) -> list[np.ndarray]:
    """For each tile the weight of its enlarged pixels along a side; they sum to 1 everywhere."""
    tile = min(tile, length)
    place = (np.arange(tile * times) + 0.5) / times
    result = [np.ones(tile * times, np.float32) for _ in begins]
    for i, (left, right) in enumerate(pairwise(begins)):
        middle = (left + tile + right) / 2
        feather = min(FEATHER, left + tile - right)
        rising = ((place + right - middle) / feather + 0.5).clip(0, 1)
        result[i + 1] *= rising.astype(np.float32)
        result[i] *= 1 - ((place + left - middle) / feather + 0.5).clip(0, 1).astype(np.float32)
    return result


def count(size: tuple[int, int], tile: int, reach: int, fixed: int | None = None) -> int:
    """How many tiles a picture of (height, width) takes; as :func:`enlarge`."""
    overlap = 2 * reach + FEATHER
    tile = fixed or _tile(tile, overlap)
    return math.prod(len(starts(length, tile, overlap)) for length in size)


def enlarge(
    small: np.ndarray,
    canvas: np.ndarray,
    times: int,
    tile: int,
    reach: int,
    run: Enlarge,
    fixed: int | None = None,
) -> Iterator[None]:
    """Fill ``canvas`` with the enlarged picture; yields after each tile.

    Parameters
    ----------
    small : (h, w, 1 or 3), uint8 or uint16.
    canvas : (h·times, w·times, 1 or 3) of the same type; may lie in a file.
    tile, reach : small pixels; a tile is made larger where two overlaps would not fit, unless its
        side is ``fixed``.
    """
    height, width, channels = small.shape
    full = np.float32(np.iinfo(small.dtype).max)
    overlap = 2 * reach + FEATHER
    tile = fixed or _tile(tile, overlap)
    tops, lefts = starts(height, tile, overlap), starts(width, tile, overlap)
    down, across = shares(tops, height, tile, times), shares(lefts, width, tile, times)
    carried = np.zeros((0, width * times, 3), np.float32)
    for row, top in enumerate(tops):
        band = np.zeros((len(down[row]), width * times, 3), np.float32)
        for column, left in enumerate(lefts):
            part = small[top : top + tile, left : left + tile].astype(np.float32) / full
            if channels == 1:
                part = np.repeat(part, 3, axis=2)
            large = run(part, (top, left))
            weights = down[row][:, None, None] * across[column][:, None]
            band[:, left * times : (left + part.shape[1]) * times] += large * weights
            yield
        band[: len(carried)] += carried
        done = len(band) if row == len(tops) - 1 else (tops[row + 1] - top) * times
        for begin in range(0, done, ROWS):
            rows = band[begin : min(begin + ROWS, done)]
            if channels == 1:
                rows = rows.mean(axis=2, keepdims=True)
            place = top * times + begin
            canvas[place : place + len(rows)] = np.rint(rows * full).clip(0, full)
        carried = band[done:].copy()


def _tile(tile: int, overlap: int) -> int:
    return max(tile, 2 * overlap)
