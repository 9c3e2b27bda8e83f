"""Sphere tracing of smooth solids (Hart 1996, *Sphere tracing*), and what is hit."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from data.scenes.viewed import PLACE, SHAPE_ROWS, local_rays, rows_of

_STEPS = ((3, 0.95, 1), (3, 0.95, 1), (5, 1.3, 1), (8, 1.4, 1), (12, 1.4, 8))
"""How many steps, their length in distances, and how many tolerances away a ray has arrived. After
each round those that arrived or left are taken out. The rest graze a surface, so they are
over-relaxed (Keinert et al. 2014); in the end what is nearly there counts, lest creases tear."""


class Hits(NamedTuple):
    """Visible subsamples, n of them, in no particular order.

    ``sample`` (n,) numbers the subsample within the flattened (batch, size, size, split²);
    ``point`` (n, 3) and unit ``normal`` (n, 3) in camera coordinates; ``piece`` (n,) the nearest
    piece; ``local`` (n, 3) the place on that piece, metres.
    """

    sample: Tensor
    point: Tensor
    normal: Tensor
    piece: Tensor
    local: Tensor


class Rays(NamedTuple):
    """Rays on their way through one solid each, n of them."""

    sample: Tensor  # (n,)
    x: Tensor  # (n,) direction (x, y, 1)
    y: Tensor
    depth: Tensor  # (n,) how far they got
    last: Tensor  # (n,) where they leave the solid's bounds
    tolerance: Tensor  # (n,) metres per metre of depth: half a subsample
    blend: Tensor  # (n,)
    pieces: Tensor  # (P, n) columns of the table

    def only(self, kept: Tensor) -> Rays:
        return Rays(*(x.index_select(-1, kept) for x in self))


def directed(vectors: Tensor) -> Tensor:
    """Unit vectors along the first dimension of (3, …)."""
    x, y, z = vectors
    return vectors * torch.rsqrt(x * x + y * y + z * z + 1e-20)


def march(table: Tensor, rays: Rays, general: bool) -> Rays:
    """Those rays that hit their solid, at the depth where they do."""
    done = []
    for steps, length, slack in _STEPS:
        local = _local(table, rays)
        speed = length * torch.rsqrt(rays.x**2 + rays.y**2 + 1)
        depth, last = rays.depth, rays.last
        for _ in range(steps):
            distance = _blended(_distances(local, depth, general)[0], rays.blend)
            depth = torch.addcmul(depth, distance, speed)
        arrived = distance < slack * rays.tolerance * depth
        rays = rays._replace(depth=depth)
        done.append(rays.only((arrived & (depth < last)).nonzero()[:, 0]))
        rays = rays.only((~arrived & (depth < last)).nonzero()[:, 0])
        if len(rays.sample) == 0:
            break
    return Rays(*(torch.cat(x, -1) for x in zip(*done, strict=True)))


def _blended(distances: Tensor, blend: Tensor) -> Tensor:
    """Smooth minimum over the pieces: (P, n) → (n,), −k log Σ exp(−d / k)."""
    least = distances.amin(0)
    if len(distances) == 1:
        return least
    return least - blend * (distances - least).div_(-blend).exp_().sum(0).log_()


class _Local(NamedTuple):
    """Rays in the coordinates of their pieces, each (P, n), and the pieces' shapes."""

    directions: list[Tensor]
    start: list[Tensor]
    length: Tensor
    radius: Tensor
    taper: Tensor
    slope: Tensor
    low: Tensor
    high: Tensor
    ring: Tensor
    slab_x: Tensor
    slab_z: Tensor
    wide: Tensor
    deep: Tensor


def _local(table: Tensor, rays: Rays) -> _Local:
    shape = rows_of(table[PLACE : PLACE + SHAPE_ROWS], rays.pieces)
    return _Local(*local_rays(table, rays.pieces, rays.x, rays.y), *shape)


def _distances(p: _Local, depth: Tensor, general: bool) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Distances (P, n) to the pieces, to first order, and what their gradients are made of:
    the way (x, y, z) from the nearest point of the axis, and the place (x, y, z) on the piece."""
    x, y, z = (torch.addcmul(o, d, depth) for o, d in zip(p.start, p.directions, strict=True))
    way_x, way_z = x, z
    if general:
        way_x = x - torch.clamp(x, -p.slab_x, p.slab_x)
        way_z = z - torch.clamp(z, -p.slab_z, p.slab_z)
        around = torch.sqrt(way_x * way_x + way_z * way_z).clamp_min_(1e-9)
        inwards = 1 - p.ring / around
        way_x, way_z = way_x * inwards, way_z * inwards
    across = torch.addcmul(way_x * way_x, way_z, way_z)
    # The nearest sphere of a tapered capsule lies further towards its thin end by slope · distance.
    along = torch.addcmul(y, across.sqrt(), p.slope).div_(p.length.clamp_min(1e-9))
    along = along.clamp_(0, 1)
    way_y = torch.addcmul(y, along, p.length, value=-1)
    square = torch.addcmul(across, way_y, way_y).clamp_min_(1e-12)
    # Distance over gradient, since the section's ellipse was scaled to a circle.
    gradient = (way_x / p.wide).square_()
    gradient = torch.addcmul(gradient, way_y, way_y)
    gradient = gradient.add_((way_z / p.deep).square_()).clamp_min_(1e-12)
    distance = square.sqrt().sub_(p.radius).sub_(p.taper * along)
    distance = distance.mul_(square.div_(gradient).sqrt_())
    distance = torch.maximum(distance, torch.maximum(p.low - y, y - p.high))
    return distance, (way_x, way_y, way_z, x, y, z)


def surface(table: Tensor, rays: Rays, general: bool) -> Hits:
    """Where rays stand on their solids' surfaces."""
    local = _local(table, rays)
    distances, (way_x, way_y, way_z, x, y, z) = _distances(local, rays.depth, general)
    # A flat cut's normal is the axis.
    below, above = local.low - y, y - local.high
    cut = torch.maximum(below, above) >= distances - 1e-6
    way_x, way_y, way_z = (way * ~cut for way in (way_x, way_y, way_z))
    way_y = way_y + (above - below).sign() * cut
    least, nearest = distances.min(0, keepdim=True)
    weight = (distances - least).div_(-rays.blend).exp_()
    axes = rows_of(table[:9], rays.pieces).view(3, 3, *rays.pieces.shape)
    gradient = axes[0] * way_x + axes[1] * way_y + axes[2] * way_z  # (3, P, n)
    gradient = directed(gradient)
    normal = directed((gradient * weight).sum(1))
    place = [v.gather(0, nearest)[0] for v in (x * local.wide, y, z * local.deep, rays.pieces)]
    point = torch.stack([rays.x * rays.depth, rays.y * rays.depth, rays.depth], 1)
    return Hits(rays.sample, point, normal.T, place[3], torch.stack(place[:3], 1))
