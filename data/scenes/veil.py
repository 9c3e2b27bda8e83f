"""See-through meshes, laid over a traced picture: racket strings, nets, spokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.ground import bars
from data.scenes.solids import Veil
from data.scenes.viewed import NEAR, Grid


def veil_cover(veil: Veil, view: View, grid: Grid, depth: Tensor) -> tuple[Tensor, Tensor] | None:
    """Which pixels of a picture a veil covers, and how much of each: two tensors (n,).

    ``depth`` (size · size,) is how far each pixel is seen; what lies behind is hidden. None where
    the veil isn't in the picture.
    """
    device = depth.device
    inverse = _plane(veil, view)
    if inverse is None:
        return None
    rows = _rows(veil, view, grid)
    if rows is None:
        return None
    x0, y0, x1, y1 = rows
    step_x, step_y = grid.step
    px = torch.arange(x0, x1, device=device)
    py = torch.arange(y0, y1, device=device)
    x = ((grid.window[0] - 0.5 + (px + 0.5) * step_x) / view.focal).repeat(y1 - y0)
    y = ((grid.window[1] - 0.5 + (py + 0.5) * step_y) / view.focal).repeat_interleave(x1 - x0)
    # Along the ray (x, y, 1): 1 / depth and the place on the veil are linear in x and y.
    u, v, w = (a * x + b * y + c for a, b, c in inverse)
    distance = 1 / torch.where(w.abs() < 1e-6, w.new_tensor(1e-6), w)
    u, v = u * distance, v * distance
    lengths = float(np.linalg.norm(veil.u)), float(np.linalg.norm(veil.v))
    pixel = distance.abs() * step_y / view.focal
    if veil.round:
        edge = (1 - torch.hypot(u, v)) * min(lengths) / pixel + 0.5
    else:
        edge = torch.minimum((1 - u.abs()) * lengths[0], (1 - v.abs()) * lengths[1]) / pixel + 0.5
    cover = torch.full_like(u, veil.alpha)
    if veil.spacing > 0:
        for place, length in ((u, lengths[0]), (v, lengths[1])):
            threads = bars(place * length, veil.spacing, veil.thread, pixel)
            cover = 1 - (1 - cover) * (1 - threads)
    cover = cover * edge.clamp(0, 1)
    index = (py[:, None] * grid.size + px[None]).flatten()
    cover = cover * ((distance > NEAR) & (distance < depth[index]))
    return index, cover


def _plane(veil: Veil, view: View) -> list[list[float]] | None:
    """Rows that take a ray (x, y, 1) to (u, v, 1) / depth; None for a veil seen from its edge."""
    axes = np.stack([veil.u, veil.v, veil.centre - view.eye], 1)
    camera = view.rotation @ axes
    if abs(np.linalg.det(camera)) < 1e-7:
        return None
    rows: list[list[float]] = np.linalg.inv(camera).tolist()
    return rows


def _rows(veil: Veil, view: View, grid: Grid) -> Sequence[int] | None:
    """The pixel rectangle (x0, y0, x1, y1) that holds the veil."""
    corners = np.stack([veil.centre + a * veil.u + b * veil.v for a in (-1, 1) for b in (-1, 1)])
    x, y, depth = ((corners - view.eye) @ view.rotation.T).T
    low, high = np.zeros(2), np.full(2, grid.size)
    if depth.min() > NEAR:
        image = np.stack([x, y], 1) / depth[:, None] * view.focal + 0.5
        pixels = (image - grid.window[:2]) / np.array(grid.step)
        low = np.floor(pixels.min(0)).clip(0, grid.size)
        high = np.ceil(pixels.max(0)).clip(0, grid.size)
    if depth.max() < NEAR or (high <= low).any():
        return None
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
