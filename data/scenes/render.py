"""Scenes → pictures, with the truth about every pixel.

The backdrop is analytic and filtered, one value a pixel; athletes and equipment are traced with
several subsamples a pixel and laid over it. Everything is plain float32 tensor arithmetic, so that
CPU and CUDA give the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from data.scenes.actions import pose
from data.scenes.backdrop import backdrop
from data.scenes.body import bodies
from data.scenes.camera import View, look, project
from data.scenes.light import Light, lights, to_linear, to_srgb
from data.scenes.palette import BACKGROUND, GROUND
from data.scenes.posed import JOINTS, Posed
from data.scenes.scene import Scene
from data.scenes.shadow import Occluders, occluders, openness, sunlight
from data.scenes.solids import Packed, pack
from data.scenes.trace import Grid, Hits, trace

WHOLE = (0.0, 0.0, 1.0, 1.0)
_MOST_SUBSAMPLES = 1 << 23  # in one go, to bound memory


@dataclass(frozen=True)
class Rendered:
    """A batch of B pictures of A athletes at most.

    ``pixels`` float32 (B, 3, size, size), sRGB in [0, 1]; ``parts`` uint8 (B, size, size),
    numbered as in ``palette``; ``joints`` float32 (B, A, J, 2) in shares of the window, NaN where a
    scene has fewer athletes; ``posed`` and ``views`` one a scene.
    """

    pixels: Tensor
    parts: Tensor
    joints: np.ndarray
    posed: tuple[Posed, ...]
    views: tuple[View, ...]


def render(
    scenes: Sequence[Scene],
    size: int,
    device: str = "cpu",
    window: tuple[float, float, float, float] = WHOLE,
) -> Rendered:
    """Draw scenes at ``size`` × ``size`` pixels.

    ``window`` (x0, y0, x1, y1) in shares of the frame draws only that rectangle, at ``size``: a
    256-pixel quarter window is the same picture as that crop of the whole one at 1024.
    """
    posed = tuple(pose(scene) for scene in scenes)
    views = tuple(look(scene, p) for scene, p in zip(scenes, posed, strict=True))
    grid = Grid(size, window, _split(size / (window[2] - window[0])))
    each = max(1, _MOST_SUBSAMPLES // (size * grid.split) ** 2)
    parts = [
        _render(scenes[i : i + each], posed[i : i + each], views[i : i + each], grid, device)
        for i in range(0, len(scenes), each)
    ]
    pixels, masks = (torch.cat(x) for x in zip(*parts, strict=True))
    return Rendered(pixels, masks, _joints(posed, views, window), posed, views)


def _split(resolution: float) -> int:
    """Subsamples along a pixel's side: small pictures need more."""
    return 3 if resolution <= 128 else 2


def _joints(
    posed: Sequence[Posed], views: Sequence[View], window: tuple[float, float, float, float]
) -> np.ndarray:
    most = max(len(p.joints) for p in posed)
    found = np.full((len(posed), most, len(JOINTS), 2), np.nan, np.float32)
    corner, far = np.array(window[:2]), np.array(window[2:])
    for row, p, view in zip(found, posed, views, strict=True):
        row[: len(p.joints)] = (project(view, p.joints)[0] - corner) / (far - corner)
    return found


def _render(
    scenes: Sequence[Scene],
    posed: Sequence[Posed],
    views: Sequence[View],
    grid: Grid,
    device: str,
) -> tuple[Tensor, Tensor]:
    light = lights(scenes, device)
    people = [bodies(scene.athletes, p) for scene, p in zip(scenes, posed, strict=True)]
    packed = [pack(solids) for solids in people]
    capsules = occluders([s.athletes for s in scenes], posed, [[] for _ in scenes], device)
    behind = backdrop(scenes, views, grid, light, capsules)
    hits = trace(packed, views, grid, device)
    colour = to_srgb(_shaded(hits, packed, views, grid, light, capsules))

    count, subsamples = grid.size**2, grid.split**2
    pixel = hits.sample // subsamples
    total = torch.zeros(len(scenes) * count, 4, device=device)
    total.index_add_(0, pixel, torch.cat([colour, torch.ones_like(colour[:, :1])], 1))
    total = total.view(len(scenes), grid.size, grid.size, 4) / subsamples
    pixels = total[..., :3] + (1 - total[..., 3:]) * to_srgb(behind.colour)

    mask = torch.where(behind.ground > 0.5, GROUND, BACKGROUND).to(torch.uint8).flatten()
    # The subsample next to the pixel's middle decides its part.
    central = hits.sample % subsamples == (grid.split // 2) * (grid.split + 1)
    piece_parts = torch.from_numpy(np.concatenate([p.parts for p in packed])).to(device)
    mask[pixel[central]] = piece_parts[hits.piece[central]]
    return pixels.clamp(0, 1).movedim(-1, 1).contiguous(), mask.view(len(scenes), grid.size, -1)


def _shaded(
    hits: Hits,
    packed: Sequence[Packed],
    views: Sequence[View],
    grid: Grid,
    light: Light,
    capsules: Occluders,
) -> Tensor:
    """Linear colours (n, 3) of hits under the scenes' light."""
    device = hits.point.device
    scene = hits.sample // (grid.size * grid.split) ** 2
    paint = torch.from_numpy(np.concatenate([p.paint for p in packed])).to(device)[hits.piece]
    turn = torch.from_numpy(np.stack([v.rotation for v in views]).astype(np.float32)).to(device)
    eye = torch.from_numpy(np.stack([v.eye for v in views]).astype(np.float32)).to(device)
    normal = torch.einsum("ni,nij->nj", hits.normal, turn[scene])
    point = torch.einsum("ni,nij->nj", hits.point, turn[scene]) + eye[scene]
    albedo, gloss = to_linear(paint[:, :3]), paint[:, 3:4]

    towards = light.direction[scene]
    away = -torch.nn.functional.normalize(hits.point, dim=1)
    to_eye = torch.einsum("ni,nij->nj", away, turn[scene])
    lambert = (normal * towards).sum(1)
    lit = sunlight(capsules, scene, point + 0.03 * normal, light.direction, light.softness)
    # Skin and cloth scatter: light wraps a little around the edge of the shadow.
    direct = ((lambert + 0.15) / 1.15).clamp_min(0) * lit
    open_to_sky = openness(capsules, scene, point + 0.02 * normal, normal)
    near_ground = (point[:, 1] / 0.35).clamp(0.35, 1)
    up = (0.5 + 0.5 * normal[:, 1:2]).clamp(0, 1)
    ambient = light.sky[scene] * up + light.bounce[scene] * (1 - up)
    ambient = ambient * (open_to_sky * (0.6 + 0.4 * near_ground))[:, None]
    facing = (normal * to_eye).sum(1).clamp(0, 1)
    rim = ((1 - facing) ** 3 * (0.35 + 0.65 * up[:, 0]))[:, None]
    half = torch.nn.functional.normalize(towards + to_eye, dim=1)
    shine = (normal * half).sum(1).clamp_min(0)[:, None]
    highlight = gloss * (0.30 * shine**14 + 0.5 * gloss * shine**70) * (direct[:, None] > 0)
    return (
        albedo * (light.key[scene] * direct[:, None] + ambient)
        + light.key[scene] * highlight * lit[:, None]
        + light.sky[scene] * rim * (0.10 + 0.25 * gloss) * open_to_sky[:, None]
    )
