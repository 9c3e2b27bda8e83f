"""Pieces as a camera sees them: in camera coordinates, bounded, sorted for tracing.

Camera coordinates are x right, y down, z forward; a ray is (x, y, 1) · depth. What tracing needs of
n pieces are the rows of one table; several pieces a ray make arrays (P, n).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.solids import FAR, SHAPE, Packed

NEAR = 0.05
"""Nothing closer to the camera is drawn, metres."""

_AWAY = 1e5  # metres to the piece that fills up short solids
# Rows of the table: camera → local axes (3 × 3) and the camera in local coordinates; the shape;
# three cylinders: what rays can hit, what pixels can show, what can blend into these.
PLACE, SHAPE_ROWS = 12, len(SHAPE) - 1
ROUNDED, PIXEL, BLEND = (
    slice(i, i + 3) for i in range(PLACE + SHAPE_ROWS, PLACE + SHAPE_ROWS + 9, 3)
)


@dataclass(frozen=True)
class Grid:
    """The pixels of equal pictures: ``size`` a side over ``window`` (x0, y0, x1, y1) of the frame,
    each split into ``split`` × ``split`` subsamples."""

    size: int
    window: tuple[float, float, float, float]
    split: int

    @property
    def step(self) -> tuple[float, float]:
        """A pixel's width and height as shares of the frame."""
        x0, y0, x1, y1 = self.window
        return (x1 - x0) / self.size, (y1 - y0) / self.size


class Bucket(NamedTuple):
    """Solids with about equally many pieces, and the pixel rectangles that they fall into."""

    pieces: Tensor  # (P, solids) columns of the table
    blend: Tensor  # (solids,) metres
    scene: Tensor  # (solids,)
    corner: Tensor  # (2, solids) first pixel, x and y
    extent: Tensor  # (2, solids) pixels
    general: bool  # some piece is a ring or a slab


def viewed(
    packed: Sequence[Packed], views: Sequence[View], grid: Grid, device: str
) -> tuple[Tensor, list[Bucket]]:
    """The table (rows, pieces + 1) of what marching needs of each piece, whose last column is a
    piece that is never hit, and the solids sorted into buckets."""
    counts = [len(p.parts) for p in packed]
    scene = np.repeat(np.arange(len(packed)), counts)
    turn = np.stack([view.rotation for view in views])[scene]
    eye = np.stack([view.eye for view in views])[scene]
    focal = np.array([view.focal for view in views])[scene]
    frame = np.concatenate([p.frame for p in packed]).astype(np.float64)
    origin = np.concatenate([p.origin for p in packed])
    shape = np.concatenate([p.shape for p in packed]).astype(np.float64)
    solids = np.cumsum([0, *(len(p.blend) for p in packed)])
    solid = np.concatenate([p.solid + first for p, first in zip(packed, solids, strict=False)])
    blend = np.concatenate([p.blend for p in packed])
    first = np.searchsorted(solid, np.arange(len(blend)))
    pieces = np.diff(np.append(first, len(solid)))

    # A solid reaches beyond its pieces by the rounding, and pieces matter to it a little further
    # away; half a pixel more is tested, since pixels are wider than their middle.
    place = np.einsum("nij,nj->ni", turn, origin - eye)
    along = np.einsum("nij,nj->ni", turn, frame[:, 1]) * shape[:, :1]
    deepest = np.maximum(place[:, 2], (place + along)[:, 2]) + shape[:, -1]
    pixel = 0.75 * np.maximum(deepest, NEAR) * max(grid.step) / focal
    rounding = (blend * np.log(np.maximum(pieces, 1)))[solid] + 0.5 * pixel / grid.split
    blended = 3.5 * blend[solid] * (pieces[solid] > 1)
    rows = np.concatenate(
        [
            np.einsum("nij,nkj->nik", frame, turn).reshape(-1, 9),
            np.einsum("nij,nj->ni", frame, eye - origin),
            shape[:, :-1],
            *(_cylinder(shape, margin) for margin in (rounding, rounding + pixel, blended + pixel)),
        ],
        1,
    )
    nothing = np.zeros((1, rows.shape[1]))
    nothing[:, [0, 4, 8]] = 1.0
    nothing[:, 9:12] = _AWAY
    nothing[:, [21, 22]] = 1.0  # wide and deep
    table = torch.from_numpy(np.concatenate([rows, nothing]).T.astype(np.float32)).to(device)

    wide, deep, bound = shape.T[-3:]
    size = np.maximum(wide, deep).clip(1) * (bound + 1e-3) + rounding + pixel
    low_pixel, high_pixel = _rectangles(
        place, place + along, size, focal, np.array(grid.window), grid.size
    )
    corner = np.minimum.reduceat(low_pixel, first).clip(0, grid.size)
    extent = (np.maximum.reduceat(high_pixel, first).clip(0, grid.size) - corner).clip(0)
    general = np.logical_or.reduceat(shape[:, 6:9].any(1), first)
    capacity = np.array([1, 2, 4, 6, 8, 12, 16])
    width = capacity[np.searchsorted(capacity, pieces)]
    buckets = []
    for kind in (False, True):
        for p in capacity:
            chosen = np.flatnonzero((width == p) & (general == kind) & (extent.prod(1) > 0))
            if len(chosen) == 0:
                continue
            slots = np.arange(p)[:, None]
            columns = np.where(slots < pieces[chosen], first[chosen] + slots, len(solid))
            buckets.append(
                Bucket(
                    torch.from_numpy(columns).to(device),
                    torch.from_numpy(blend[chosen]).to(device),
                    torch.from_numpy(scene[first[chosen]]).to(device),
                    torch.from_numpy(corner[chosen].T).to(device),
                    torch.from_numpy(extent[chosen].T).to(device),
                    kind,
                )
            )
    return table, buckets


def _cylinder(shape: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Radius, bottom and top (n, 3) of a cylinder around each piece, in its own coordinates."""
    length, radius, taper, _, low, high, *_, wide, deep, bound = shape.T
    thick = np.maximum(radius, radius + taper) + margin
    return np.stack(
        [
            bound + margin / np.minimum(np.minimum(wide, deep), 1),
            np.maximum(low - margin, -thick),
            np.minimum(high + margin, length + thick),
        ],
        1,
    )


def _rectangles(
    a: np.ndarray,
    b: np.ndarray,
    size: np.ndarray,
    focal: np.ndarray,
    window: np.ndarray,
    count: int,
) -> tuple[np.ndarray, np.ndarray]:
    """First and one-past-last pixel (n, 2) of capsules a–b (n, 3), ``size`` thick."""
    lows, highs = [], []
    for end in (a, b):
        nearest = end[:, 2] - size
        front = np.maximum(nearest, NEAR)[:, None]
        # A point of the ball is nowhere further out than at its nearest depth.
        low, high = end[:, :2] - size[:, None], end[:, :2] + size[:, None]
        back = np.maximum(end[:, 2] + size, NEAR)[:, None]
        lows.append(np.minimum(low / front, low / back))
        highs.append(np.maximum(high / front, high / back))
        behind = nearest < NEAR
        lows[-1][behind], highs[-1][behind] = -FAR, FAR
    low = np.minimum(*lows) * focal[:, None] + 0.5
    high = np.maximum(*highs) * focal[:, None] + 0.5
    step = (window[2:] - window[:2]) / count
    low_pixel = np.floor((low - window[:2]) / step)
    high_pixel = np.ceil((high - window[:2]) / step)
    return low_pixel.astype(np.int64), high_pixel.astype(np.int64)


def rows_of(rows: Tensor, pieces: Tensor) -> Tensor:
    """Rows (r, all pieces) of the table at some pieces (P, n): (r, P, n)."""
    index = pieces.flatten().expand(len(rows), -1)
    return rows.gather(1, index).view(len(rows), *pieces.shape)


def local_rays(
    table: Tensor, pieces: Tensor, x: Tensor, y: Tensor
) -> tuple[list[Tensor], list[Tensor]]:
    """Directions and start of rays in the pieces' own coordinates, each (P, n) three times."""
    xx, xy, xz, yx, yy, yz, zx, zy, zz, ox, oy, oz = rows_of(table[:PLACE], pieces)
    directions = [
        torch.addcmul(torch.addcmul(c, a, x), b, y)
        for a, b, c in ((xx, xy, xz), (yx, yy, yz), (zx, zy, zz))
    ]
    return directions, [ox, oy, oz]
