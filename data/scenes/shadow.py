"""Soft shadows and ambient occlusion from a body's bones, in closed form.

Marching towards the light would cost as much as the picture. A limb is nearly a capsule, and how
much of the light or of the sky a capsule hides has an approximation without any marching
(Quilez, *Capsule soft shadow* and *Capsule ambient occlusion*, iquilezles.org).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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


class Occluders(NamedTuple):
    """Capsules that cast shadows: ``a`` and ``way`` to the other end (3, B, O), ``radius`` (B, O)
    in metres, negative where a scene has fewer."""

    a: Tensor
    way: Tensor
    radius: Tensor


def occluders(
    athletes: Sequence[tuple[Athlete, ...]],
    posed: Sequence[Posed],
    equipment: Sequence[Sequence[Solid]],
    device: str,
) -> Occluders:
    """The bones of all athletes and the larger pieces of their equipment."""
    scenes = []
    for people, geometry, solids in zip(athletes, posed, equipment, strict=True):
        rows = [np.zeros((0, 7))]
        for athlete, joints in zip(people, geometry.joints, strict=True):
            ends = joints[_ENDS].reshape(-1, 6)
            rows.append(np.concatenate([ends, _RADII[:, None] * athlete.height], 1))
        pieces = [
            (*piece.a, *piece.b, max(piece.ra, piece.rb) + min(piece.slab))
            for solid in solids
            for piece in solid.pieces[:2]
            if piece.ring == 0
        ]
        if pieces:
            rows.append(np.array(pieces))
        scenes.append(np.concatenate(rows).astype(np.float32))
    count = max(len(rows) for rows in scenes)
    table = np.zeros((len(scenes), count, 7), np.float32)
    table[..., 6] = -1e3
    for row, capsules in zip(table, scenes, strict=True):
        row[: len(capsules)] = capsules
    values = torch.from_numpy(table).to(device)
    a, b = values[..., :3].movedim(-1, 0), values[..., 3:6].movedim(-1, 0)
    return Occluders(a.contiguous(), (b - a).contiguous(), values[..., 6].contiguous())


def sunlight(
    capsules: Occluders, scene: Tensor, point: Tensor, direction: Tensor, softness: Tensor
) -> Tensor:
    """The share (n,) of direct light that reaches points (n, 3) of scenes (n,).

    ``direction`` (B, 3) and ``softness`` (B,) are a :class:`~data.scenes.light.Light`'s.
    """
    # Everything that depends on capsule and light alone is worked out once a scene: (O, B).
    a, way, light = capsules.a, capsules.way, direction.T[:, :, None]
    along = (way * light).sum(0)
    square = (way * way).sum(0)
    free = (square - along**2).clamp_min(1e-6)
    a_light = (a * light).sum(0)
    table = torch.stack([*a, *way, along, 1 / free, capsules.radius, a_light])
    ax, ay, az, wx, wy, wz, dba, inverse, radius, al = table.transpose(1, 2)[:, :, scene]
    lx, ly, lz = direction[scene].T
    x, y, z = point.T
    oad = (x * lx + y * ly + z * lz) - al
    ox, oy, oz = x - ax, y - ay, z - az
    oaba = ox * wx + oy * wy + oz * wz
    share = ((oaba - oad * dba) * inverse).clamp_(0, 1)
    # The ray's own nearest point to where the capsule's axis was clamped.
    reach = torch.addcmul(-oad, dba, share).clamp_min_(1e-3)
    gx = ox + lx * reach - wx * share
    gy = oy + ly * reach - wy * share
    gz = oz + lz * reach - wz * share
    gap = torch.sqrt(gx * gx + gy * gy + gz * gz) - radius
    lit = (gap / (softness[scene] * reach + 0.004) + 0.5).clamp_(0, 1)
    lit = lit * lit * (3 - 2 * lit)
    return lit.amin(0)


def openness(capsules: Occluders, scene: Tensor, point: Tensor, normal: Tensor) -> Tensor:
    """The share (n,) of ambient light that capsules leave to points (n, 3) with normals (n, 3)."""
    square = (capsules.way**2).sum(0).clamp_min(1e-6)
    table = torch.stack([*capsules.a, *capsules.way, 1 / square, capsules.radius])
    ax, ay, az, wx, wy, wz, inverse, radius = table.transpose(1, 2)[:, :, scene]
    x, y, z = point.T
    nx, ny, nz = normal.T
    ox, oy, oz = ax - x, ay - y, az - z
    share = -(ox * wx + oy * wy + oz * wz) * inverse
    share = share.clamp_(0, 1)
    ox, oy, oz = ox + wx * share, oy + wy * share, oz + wz * share
    square = ox * ox + oy * oy + oz * oz
    facing = (ox * nx + oy * ny + oz * nz) * torch.rsqrt(square)
    size = (radius.clamp_min(0) ** 2 / square).clamp_(0, 1)
    return (1 - facing.clamp_(0, 1) * size).prod(0)
