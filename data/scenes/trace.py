"""What each ray of a batch of pictures hits.

Work is done only where there is something: the pixels of each solid's bounding rectangle are
tested against its pieces' bounding cylinders, those that pass are split into subsamples and marched
through the few pieces near them from where they enter. The nearest hit of a subsample wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.march import Hits, Rays, march, surface
from data.scenes.solids import FAR, Packed
from data.scenes.viewed import (
    BLEND,
    NEAR,
    PIXEL,
    ROUNDED,
    Bucket,
    Grid,
    local_rays,
    rows_of,
    viewed,
)

# Pieces × rays in one go: on a CPU about what stays in a core's cache.
_CHUNKS = {"cpu": 1 << 16, "cuda": 1 << 22}


class _Pixels(NamedTuple):
    """Pixels that may show a solid, n of them."""

    pixel: Tensor  # (n,) in the flattened batch
    x: Tensor  # (n,) direction (x, y, 1) of its middle
    y: Tensor
    focal: Tensor  # (n,)
    blend: Tensor  # (n,)
    members: Tensor  # (n,) how many pieces are near
    pieces: Tensor  # (P, n) the near ones first


def trace(packed: Sequence[Packed], views: Sequence[View], grid: Grid, device: str) -> Hits:
    """The visible subsamples of all scenes; pieces are numbered through the batch."""
    table, buckets = viewed(packed, views, grid, device)
    focal = torch.tensor([view.focal for view in views], dtype=torch.float32, device=device)
    near: dict[bool, list[_Pixels]] = {False: [], True: []}
    for bucket in buckets:
        near[bucket.general] += _near_pixels(table, bucket, focal, grid)
    reached = [
        (general, march(table, rays, general))
        for general, pixels in near.items()
        for rays in _enter(table, pixels, grid)
    ]
    if not reached:
        return _no_hits(device)
    samples = torch.cat([rays.sample for _, rays in reached])
    depths = torch.cat([rays.depth for _, rays in reached])
    won = _nearest(samples, depths, len(views) * (grid.size * grid.split) ** 2)
    surfaces, start = [], 0
    for general, rays in reached:
        kept = won[start : start + len(rays.sample)].nonzero()[:, 0]
        start += len(rays.sample)
        surfaces.append(surface(table, rays.only(kept), general))
    return Hits(*(torch.cat(x) for x in zip(*surfaces, strict=True)))


def _no_hits(device: str) -> Hits:
    whole, vector = torch.zeros(0, dtype=torch.int64), torch.zeros(0, 3)
    return Hits(*(x.to(device) for x in (whole, vector, vector, whole, vector)))


def _nearest(sample: Tensor, depth: Tensor, count: int) -> Tensor:
    """Which rays are the nearest of their subsample; a tie goes to the first."""
    order = torch.arange(len(sample), device=sample.device)
    # Positive floats sort like their bits, so depth and number fit into one integer.
    key = (depth.view(torch.int32).long() << 32) | order
    best = torch.full((count,), torch.iinfo(torch.int64).max, device=sample.device)
    best.scatter_reduce_(0, sample, key, "amin")
    return best[sample] == key


def _near_pixels(table: Tensor, bucket: Bucket, focal: Tensor, grid: Grid) -> Iterator[_Pixels]:
    """The pixels in a bucket's rectangles whose rays come near to their solid."""
    device, count = table.device, bucket.extent[0] * bucket.extent[1]
    ends = torch.cumsum(count, 0)
    total, at_once = int(ends[-1]), _CHUNKS[device.type] // len(bucket.pieces)
    for start in range(0, total, at_once):
        pair = torch.arange(start, min(start + at_once, total), device=device)
        solid = torch.searchsorted(ends, pair, right=True)
        place = pair - (ends - count)[solid]
        column = bucket.corner[0][solid] + place % bucket.extent[0][solid]
        row = bucket.corner[1][solid] + place // bucket.extent[0][solid]
        scene = bucket.scene[solid]
        f = focal[scene]
        x = (grid.window[0] - 0.5 + (column + 0.5) * grid.step[0]) / f
        y = (grid.window[1] - 0.5 + (row + 0.5) * grid.step[1]) / f
        pieces = bucket.pieces[:, solid]
        ray = local_rays(table, pieces, x, y)
        near, far = _inside(*ray, rows_of(table[PIXEL], pieces))
        hit = (near < far).any(0).nonzero()[:, 0]
        near, far = _inside(*ray, rows_of(table[BLEND], pieces))
        member = (near < far)[:, hit]
        # Move the members to the front, everything else behind the last row.
        rank = torch.where(member, torch.cumsum(member, 0) - 1, len(pieces))
        packed = torch.zeros(len(pieces) + 1, len(hit), dtype=torch.int64, device=device)
        packed.scatter_(0, rank, pieces[:, hit])
        yield _Pixels(
            ((scene * grid.size + row) * grid.size + column)[hit],
            x[hit],
            y[hit],
            f[hit],
            bucket.blend[solid[hit]],
            member.sum(0),
            packed[:-1],
        )


def _enter(table: Tensor, near: Sequence[_Pixels], grid: Grid) -> Iterator[Rays]:
    """Subsamples' rays where they enter their pieces' bounding cylinders."""
    device, split = table.device, grid.split
    places = (torch.arange(split, device=device) + 0.5) / split - 0.5
    sub_y, sub_x = (x.flatten() for x in torch.meshgrid(places, places, indexing="ij"))
    sub = torch.arange(split**2, device=device)
    most = max((len(pixels.pieces) for pixels in near), default=0)
    for count in range(1, most + 1):
        chosen = []
        for pixels in near:
            kept = (pixels.members == count).nonzero()[:, 0]
            if len(kept):
                some = pixels._replace(pieces=pixels.pieces[:count])
                chosen.append(_Pixels(*(x.index_select(-1, kept) for x in some)))
        if not chosen:
            continue
        pixels = _Pixels(*(torch.cat(x, -1) for x in zip(*chosen, strict=True)))
        at_once = max(1, _CHUNKS[device.type] // (count * split**2))
        for start in range(0, len(pixels.pixel), at_once):
            some = _Pixels(*(x[..., start : start + at_once] for x in pixels))
            x = (some.x[:, None] + sub_x * (grid.step[0] / some.focal)[:, None]).flatten()
            y = (some.y[:, None] + sub_y * (grid.step[1] / some.focal)[:, None]).flatten()
            pieces = some.pieces.repeat_interleave(split**2, 1)
            bounds = rows_of(table[ROUNDED], pieces)
            first, last = _inside(*local_rays(table, pieces, x, y), bounds)
            # Multiplied, not masked: choosing elements one by one takes ten times as long.
            crossed = last > first
            first, last = (first + FAR * ~crossed).amin(0), (last * crossed).amax(0)
            hit = (first < last).nonzero()[:, 0]
            pixel = hit // split**2
            yield Rays(
                (some.pixel[:, None] * split**2 + sub).flatten()[hit],
                x[hit],
                y[hit],
                first[hit],
                last[hit],
                (0.4 * grid.step[0] / split) / some.focal[pixel],
                some.blend[pixel],
                pieces[:, hit],
            )


def _inside(directions: list[Tensor], start: list[Tensor], bounds: Tensor) -> tuple[Tensor, Tensor]:
    """Depths (P, n) between which rays are inside bounding cylinders (3, P, n)."""
    (dx, dy, dz), (ox, oy, oz) = directions, start
    reach, bottom, top = bounds
    a = torch.addcmul(dx * dx, dz, dz).clamp_min_(1e-12)
    b = torch.addcmul(ox * dx, oz, dz)
    c = torch.addcmul(ox * ox, oz, oz).addcmul_(reach, reach, value=-1)
    root = (b * b).addcmul_(a, c, value=-1)
    width = root.clamp_min(0).sqrt_()
    dy = dy.abs().clamp_min_(1e-9).copysign_(dy)
    one, two = (bottom - oy) / dy, (top - oy) / dy
    near = torch.maximum((-b - width) / a, torch.minimum(one, two)).clamp_min_(NEAR)
    far = torch.minimum((width - b) / a, torch.maximum(one, two))
    return near, far.mul_(root > 0)
