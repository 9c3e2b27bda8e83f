"""Soft shadows and ambient occlusion from a body's bones, in closed form.

Marching towards the light would cost as much as the picture. A limb is nearly a capsule, and how
much of the light or of the sky a capsule hides has an approximation without any marching
(Quilez, *Capsule soft shadow* and *Capsule ambient occlusion*, iquilezles.org).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.scene import Athlete
from data.scenes.solids import Solid

_BONES = (
    ("pelvis", "chest", 0.078),
    ("chest", "neck", 0.068),
    ("left_shoulder", "right_shoulder", 0.034),
    ("head", "head", 0.056),
    *(
        (f"{side}_{a}", f"{side}_{b}", radius)
        for side in ("left", "right")
        for a, b, radius in (
            ("shoulder", "elbow", 0.027),
            ("elbow", "hand", 0.019),
            ("hip", "knee", 0.044),
            ("knee", "ankle", 0.028),
            ("heel", "toe", 0.020),
        )
    ),
)
_ENDS = np.array([[JOINT_INDEX[a], JOINT_INDEX[b]] for a, b, _ in _BONES])
_RADII = np.array([radius for *_, radius in _BONES])


def occluders(
    athletes: Sequence[Athlete], posed: Posed, equipment: Sequence[Solid], device: str
) -> Tensor:
    """Capsules (7, n, 1) that cast a scene's shadows: one end, the way to the other, the radius.

    They are the athletes' bones and what is round of their equipment.
    """
    rows = []
    for athlete, joints in zip(athletes, posed.joints, strict=True):
        a, b = joints[_ENDS[:, 0]], joints[_ENDS[:, 1]]
        rows.append(np.concatenate([a, b - a, _RADII[:, None] * athlete.height], 1))
    rows += [
        np.array([[*p.a, *(p.b - p.a), min(max(p.ra, p.rb), p.high)]])
        for solid in equipment
        for p in solid.pieces[:2]
        if p.ring == 0 and p.slab == (0.0, 0.0)
    ]
    table = np.concatenate(rows).astype(np.float32).T[:, :, None]
    return torch.from_numpy(np.ascontiguousarray(table)).to(device)


# Points in one go: on a CPU so many that they and all capsules stay in a core's cache, elsewhere
# many more.
_POINTS = {"cpu": 1 << 12}


def sunlight(capsules: Tensor, point: Tensor, direction: Tensor, softness: Tensor) -> Tensor:
    """The share (n,) of direct light that reaches points (3, n) of one scene.

    ``direction`` (3,) points to the light, ``softness`` is the width of the penumbra in metres a
    metre behind what casts it.
    """
    some = point.split(_POINTS.get(point.device.type, 1 << 22), 1)
    return torch.cat([_sunlight(capsules, part, direction, softness) for part in some])


def openness(capsules: Tensor, point: Tensor, normal: Tensor) -> Tensor:
    """The share (n,) of ambient light that capsules leave to points (3, n) with normals (3, n)."""
    some, normals = (x.split(_POINTS.get(x.device.type, 1 << 22), 1) for x in (point, normal))
    return torch.cat([_openness(capsules, p, n) for p, n in zip(some, normals, strict=True)])


def on_ground(
    capsules: Tensor, x: Tensor, z: Tensor, seen: Tensor, direction: Tensor, softness: Tensor
) -> tuple[Tensor, Tensor]:
    """:func:`sunlight` and :func:`openness` of ground points at ``x`` and ``z`` (n,); 1 where they
    aren't ``seen`` (n,)."""
    lit, free = torch.ones_like(x), torch.ones_like(x)
    # Shadows lie within a few metres; further away there is nothing to work out.
    ends = torch.cat([capsules[:3], capsules[:3] + capsules[3:6]], 1)[:, :, 0]
    cast = ends - direction[:, None] * (ends[1] / direction[1]).clamp_min(0)
    reached = torch.cat([ends, cast], 1)
    low, high = reached.amin(1) - 0.7, reached.amax(1) + 0.7
    near = (x > low[0]) & (x < high[0]) & (z > low[2]) & (z < high[2])
    pixel = (near & seen).nonzero()[:, 0]
    point = torch.stack([x[pixel], torch.zeros_like(x[pixel]), z[pixel]])
    up = x.new_tensor([[0.0], [1.0], [0.0]]).expand_as(point)
    lit[pixel] = sunlight(capsules, point, direction, softness)
    free[pixel] = openness(capsules, point, up)
    return lit, free


def _sunlight(capsules: Tensor, point: Tensor, direction: Tensor, softness: Tensor) -> Tensor:
    a, way, radius = capsules[:3], capsules[3:6], capsules[6]
    lx, ly, lz = direction
    x, y, z = point
    along = (way * direction[:, None, None]).sum(0)  # (capsules, 1), as all that has no point in it
    free = 1 / ((way * way).sum(0) - along**2).clamp_min(1e-6)
    off_x, off_y, off_z = x - a[0], y - a[1], z - a[2]
    off_light = torch.addcmul(torch.addcmul(off_x * lx, off_y, ly), off_z, lz)
    off_way = torch.addcmul(torch.addcmul(off_x * way[0], off_y, way[1]), off_z, way[2])
    # Where the ray to the light and the capsule's axis are nearest to each other.
    share = torch.addcmul(off_way, off_light, along, value=-1).mul_(free).clamp_(0, 1)
    reach = torch.addcmul(-off_light, along, share).clamp_min_(1e-3)
    gap = torch.zeros_like(reach)
    for off, light, w in ((off_x, lx, way[0]), (off_y, ly, way[1]), (off_z, lz, way[2])):
        gap.add_(off.addcmul_(reach, light).addcmul_(share, w, value=-1).square_())
    lit = gap.sqrt_().sub_(radius).div_(reach.mul_(softness).add_(0.004)).amin(0)
    lit = lit.add_(0.5).clamp_(0, 1)
    return lit * lit * (3 - 2 * lit)


def _openness(capsules: Tensor, point: Tensor, normal: Tensor) -> Tensor:
    a, way, radius = capsules[:3], capsules[3:6], capsules[6]
    inverse = 1 / (way * way).sum(0).clamp_min(1e-6)
    to_x, to_y, to_z = (start - p for start, p in zip(a, point, strict=True))
    share = torch.addcmul(torch.addcmul(to_x * way[0], to_y, way[1]), to_z, way[2])
    share = share.mul_(-inverse).clamp_(0, 1)
    for to, w in ((to_x, way[0]), (to_y, way[1]), (to_z, way[2])):
        to.addcmul_(share, w)
    square = torch.addcmul(torch.addcmul(to_x * to_x, to_y, to_y), to_z, to_z)
    facing = to_x.mul_(normal[0]).addcmul_(to_y, normal[1]).addcmul_(to_z, normal[2])
    hidden = facing.mul_(square.rsqrt()).clamp_(0, 1).mul_((radius**2 / square).clamp_(0, 1))
    return hidden.neg_().add_(1).prod(0)
