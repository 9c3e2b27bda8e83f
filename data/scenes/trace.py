"""What each ray hits: sphere tracing of smooth solids, batched over scenes.

Work is done only where there is something: the pixels of each solid's bounding rectangle are
tested against its pieces' bounding cylinders, those that pass are split into subsamples and marched
through the few pieces near them from where they enter (Hart 1996, *Sphere tracing*). The nearest
hit of a subsample wins.

Geometry is in camera coordinates (x right, y down, z forward) and a ray is (x, y, 1) · depth.
Fields of n pieces are rows of one table; several pieces a ray make arrays (P, n).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.solids import FAR, SHAPE, Packed

NEAR = 0.05
"""Nothing closer to the camera is drawn, metres."""

_CHUNK = 65536  # pieces × rays in one go: about what stays in a core's cache
_AWAY = 1e5  # metres to the piece that fills up short solids
# Rows of the table: camera → local axes (3 × 3) and the camera in local coordinates; the shape;
# three cylinders: what rays can hit, what pixels can show, what can blend into these.
_PLACE, _SHAPE = 12, len(SHAPE) - 1
_ROUNDED, _PIXEL, _BLEND = (slice(i, i + 3) for i in range(_PLACE + _SHAPE, _PLACE + _SHAPE + 9, 3))


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


class _Bucket(NamedTuple):
    """Solids with about equally many pieces, and the pixel rectangles that they fall into."""

    pieces: Tensor  # (P, solids) columns of the table
    blend: Tensor  # (solids,) metres
    scene: Tensor  # (solids,)
    corner: Tensor  # (2, solids) first pixel, x and y
    extent: Tensor  # (2, solids) pixels
    general: bool  # some piece is a ring or a slab


class _Pixels(NamedTuple):
    """Pixels that may show a solid, n of them."""

    pixel: Tensor  # (n,) in the flattened batch
    x: Tensor  # (n,) direction (x, y, 1) of its middle
    y: Tensor
    focal: Tensor  # (n,)
    blend: Tensor  # (n,)
    members: Tensor  # (n,) how many pieces are near
    pieces: Tensor  # (P, n) the near ones first


class _Rays(NamedTuple):
    """Rays on their way through one solid each, n of them."""

    sample: Tensor  # (n,)
    x: Tensor  # (n,) direction (x, y, 1)
    y: Tensor
    depth: Tensor  # (n,) how far they got
    last: Tensor  # (n,) where they leave the solid's bounds
    tolerance: Tensor  # (n,) metres per metre of depth: half a subsample
    blend: Tensor  # (n,)
    pieces: Tensor  # (P, n) columns of the table

    def only(self, kept: Tensor) -> _Rays:
        return _Rays(*(x.index_select(-1, kept) for x in self))


def trace(packed: Sequence[Packed], views: Sequence[View], grid: Grid, device: str) -> Hits:
    """The visible subsamples of all scenes; pieces are numbered through the batch."""
    table, buckets = _prepare(packed, views, grid)
    table = table.to(device)
    focal = torch.tensor([view.focal for view in views], dtype=torch.float32, device=device)
    near: dict[bool, list[_Pixels]] = {False: [], True: []}
    for bucket in buckets:
        near[bucket.general] += _near_pixels(table, bucket, focal, grid)
    reached = [
        (general, _march(table, rays, general))
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
        surfaces.append(_surface(table, rays.only(kept), general))
    return Hits(*(torch.cat(x) for x in zip(*surfaces, strict=True)))


def directed(vectors: Tensor) -> Tensor:
    """Unit vectors along the first dimension of (3, …)."""
    x, y, z = vectors
    return vectors * torch.rsqrt(x * x + y * y + z * z + 1e-20)


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


def _prepare(
    packed: Sequence[Packed], views: Sequence[View], grid: Grid
) -> tuple[Tensor, list[_Bucket]]:
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
    table = torch.from_numpy(np.concatenate([rows, nothing]).T.astype(np.float32))

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
                _Bucket(
                    torch.from_numpy(columns),
                    torch.from_numpy(blend[chosen]),
                    torch.from_numpy(scene[first[chosen]]),
                    torch.from_numpy(corner[chosen].T),
                    torch.from_numpy(extent[chosen].T),
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


def _near_pixels(table: Tensor, bucket: _Bucket, focal: Tensor, grid: Grid) -> Iterator[_Pixels]:
    """The pixels in a bucket's rectangles whose rays come near to their solid."""
    device, count = table.device, bucket.extent[0] * bucket.extent[1]
    ends = torch.cumsum(count, 0)
    total, at_once = int(ends[-1]), _CHUNK // len(bucket.pieces)
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
        ray = _local_rays(table, pieces, x, y)
        near, far = _inside(*ray, _of(table[_PIXEL], pieces))
        hit = (near < far).any(0).nonzero()[:, 0]
        near, far = _inside(*ray, _of(table[_BLEND], pieces))
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


def _enter(table: Tensor, near: Sequence[_Pixels], grid: Grid) -> Iterator[_Rays]:
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
        at_once = max(1, _CHUNK // (count * split**2))
        for start in range(0, len(pixels.pixel), at_once):
            some = _Pixels(*(x[..., start : start + at_once] for x in pixels))
            x = (some.x[:, None] + sub_x * (grid.step[0] / some.focal)[:, None]).flatten()
            y = (some.y[:, None] + sub_y * (grid.step[1] / some.focal)[:, None]).flatten()
            pieces = some.pieces.repeat_interleave(split**2, 1)
            bounds = _of(table[_ROUNDED], pieces)
            first, last = _inside(*_local_rays(table, pieces, x, y), bounds)
            # Multiplied, not masked: choosing elements one by one takes ten times as long.
            crossed = last > first
            first, last = (first + FAR * ~crossed).amin(0), (last * crossed).amax(0)
            hit = (first < last).nonzero()[:, 0]
            pixel = hit // split**2
            yield _Rays(
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


def _of(rows: Tensor, pieces: Tensor) -> Tensor:
    """Rows (r, all pieces) of the table at some pieces (P, n): (r, P, n)."""
    index = pieces.flatten().expand(len(rows), -1)
    return rows.gather(1, index).view(len(rows), *pieces.shape)


def _local_rays(
    table: Tensor, pieces: Tensor, x: Tensor, y: Tensor
) -> tuple[list[Tensor], list[Tensor]]:
    """Directions and start of rays in the pieces' own coordinates, each (P, n) three times."""
    xx, xy, xz, yx, yy, yz, zx, zy, zz, ox, oy, oz = _of(table[:_PLACE], pieces)
    directions = [
        torch.addcmul(torch.addcmul(c, a, x), b, y)
        for a, b, c in ((xx, xy, xz), (yx, yy, yz), (zx, zy, zz))
    ]
    return directions, [ox, oy, oz]


def _march(table: Tensor, rays: _Rays, general: bool) -> _Rays:
    """Those rays that hit their solid, at the depth where they do."""
    # Steps before rays that arrived or left are taken out; boxes need more than limbs.
    done = []
    for steps in (3, 3, 6, 12, 24):
        local = _local(table, rays)
        speed = 0.95 * torch.rsqrt(rays.x**2 + rays.y**2 + 1)
        depth, last = rays.depth, rays.last
        for _ in range(steps):
            distance = _blended(_distances(local, depth, general)[0], rays.blend)
            depth = torch.addcmul(depth, distance, speed)
        arrived = distance < rays.tolerance * depth
        rays = rays._replace(depth=depth)
        done.append(rays.only((arrived & (depth < last)).nonzero()[:, 0]))
        rays = rays.only((~arrived & (depth < last)).nonzero()[:, 0])
        if len(rays.sample) == 0:
            break
    return _Rays(*(torch.cat(x, -1) for x in zip(*done, strict=True)))


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


def _local(table: Tensor, rays: _Rays) -> _Local:
    shape = _of(table[_PLACE : _PLACE + _SHAPE], rays.pieces)
    return _Local(*_local_rays(table, rays.pieces, rays.x, rays.y), *shape)


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


def _surface(table: Tensor, rays: _Rays, general: bool) -> Hits:
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
    axes = _of(table[:9], rays.pieces).view(3, 3, *rays.pieces.shape)
    gradient = axes[0] * way_x + axes[1] * way_y + axes[2] * way_z  # (3, P, n)
    gradient = directed(gradient)
    normal = directed((gradient * weight).sum(1))
    place = [v.gather(0, nearest)[0] for v in (x * local.wide, y, z * local.deep, rays.pieces)]
    point = torch.stack([rays.x * rays.depth, rays.y * rays.depth, rays.depth], 1)
    return Hits(rays.sample, point, normal.T, place[3], torch.stack(place[:3], 1))
