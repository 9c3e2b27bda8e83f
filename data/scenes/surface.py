"""The surface of a posed scene as the picture models read it: intrinsic channels, without colours.

What a body in this pose and this kit covers, how it is turned to the camera and how much light
reaches it is geometry, and needs no network. Networks are handed it (normals, parts and light, as
in Zeng et al. 2024, "RGB↔X", arXiv 2405.00666, §3; a body's normals and parts from a pose in
Zhu et al. 2024, "Champ", arXiv 2403.14781) and are left what words decide: colours, the look of
place and light, the style.

Only a pose in space has a surface; for one that is known from a photo all channels are zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.backdrop import backdrop
from data.scenes.figure import Space
from data.scenes.guide_shapes import LIT, SHAPE
from data.scenes.light import Light, lights, to_srgb
from data.scenes.march import Hits
from data.scenes.palette import BACKGROUND, FIRST_PROP, KINDS, PARTS, kind_of, part_of
from data.scenes.render import WHOLE, Stage, Window, stage
from data.scenes.shading import WRAPPED, patterned
from data.scenes.shadow import on_ground, openness, sunlight
from data.scenes.solids import FAR
from data.scenes.trace import trace
from data.scenes.veil import veil_cover
from data.scenes.viewed import Grid

SURFACE = SHAPE + LIT
_NUMBER = {name: i for i, name in enumerate(SURFACE)}
_FIRST_PART = _NUMBER[PARTS[0]]
_SUBSAMPLES = 2


def draw_surface(
    spaces: Sequence[Space],
    size: int,
    device: torch.device | str = "cpu",
    window: Window = WHOLE,
    lit: bool = True,
) -> Tensor:
    """Draw surfaces: float32 (len(spaces), SHAPE and LIT, size, size), from 0 to 1.

    Parameters
    ----------
    size : pixels along a side; where the whole picture has 512 or more, each is looked at once.
    window : the square part of the picture to draw.
    lit : whether to draw :data:`LIT` too.
    """
    device = str(device)
    if not spaces:
        return torch.zeros(0, len(SURFACE if lit else SHAPE), size, size, device=device)
    resolution = size / (window[2] - window[0])
    grid = Grid(size, window, 1 if resolution >= 512 else _SUBSAMPLES)
    scenes = [space.scene for space in spaces]
    light = lights(scenes, device)
    drawn = []
    for i, space in enumerate(spaces):
        ready = stage(space.scene, space.posed, space.view, device)
        own = Light(*(x[i] for x in light))
        hits = trace([ready.packed], [space.view], grid, device)
        channels = _shape(ready, hits, grid, own)
        drawn.append(torch.cat([channels, _lit(ready, hits, grid, own)]) if lit else channels)
    return torch.stack(drawn)


def _shape(ready: Stage, hits: Hits, grid: Grid, light: Light) -> Tensor:
    """SHAPE of one scene, (SHAPE, size, size)."""
    device = hits.point.device
    paint = torch.from_numpy(ready.packed.paint).to(device)[hits.piece]
    parts = torch.from_numpy(ready.packed.parts).to(device)[hits.piece]
    value = torch.zeros(len(SHAPE), len(parts), device=device)
    value[_NUMBER["rightward"]] = 0.5 + 0.5 * hits.normal[:, 0]
    value[_NUMBER["upward"]] = 0.5 - 0.5 * hits.normal[:, 1]
    value[_NUMBER["facing"]] = -hits.normal[:, 2]
    value.scatter_(0, _rows(device)[parts.long()][None], 1.0)
    first = (parts >= part_of(0, PARTS[0])) & (parts < part_of(1, PARTS[0]))
    value[_NUMBER["described"]] = first.float()
    # Skin, hair and cloth are as the words say; whatever else is painted has a tone of its own.
    own = _marked(ready, device)[hits.piece] | (parts >= FIRST_PROP) | (parts == BACKGROUND)
    printed = patterned(hits, paint, ready.view.focal / grid.step[0]).mean(1)
    plain = paint[:, :3].mean(1)
    value[_NUMBER["tint"]] = (0.1 + 0.9 * printed) * own
    value[_NUMBER["grain"]] = 0.5 * printed / plain.clamp_min(1e-3) * ~own
    seen = _over_pixels(value, hits, grid)
    seen[_NUMBER["mesh"]] = _mesh(ready, hits, grid)
    bare = 1 - seen[_FIRST_PART : _NUMBER["standing"] + 1].sum(0)
    seen[_NUMBER["tone"]] = bare * _tone(ready, grid, light)
    return seen.clamp_(0, 1).view(len(SHAPE), grid.size, grid.size)


def _lit(ready: Stage, hits: Hits, grid: Grid, light: Light) -> Tensor:
    """LIT of one scene, (2, size, size)."""
    turn = torch.from_numpy(ready.view.rotation.astype(np.float32)).to(hits.point.device)
    normal = (hits.normal @ turn).T
    point = (hits.point @ turn).T + turn.new_tensor(ready.view.eye)[:, None]
    facing = ((normal * light.direction[:, None]).sum(0) + WRAPPED).clamp_min(0) / (1 + WRAPPED)
    capsules, softness = ready.capsules, light.softness
    value = torch.stack(
        [
            facing * sunlight(capsules, point + 0.03 * normal, light.direction, softness),
            openness(capsules, point + 0.02 * normal, normal),
            torch.ones_like(facing),
        ]
    )
    *lit, covered = _over_pixels(value, hits, grid)
    seen = torch.stack(lit) + (1 - covered) * torch.stack(_ground(ready, grid, light))
    return seen.clamp_(0, 1).view(len(LIT), grid.size, grid.size)


def _over_pixels(values: Tensor, hits: Hits, grid: Grid) -> Tensor:
    """Numbers of the hits (n, hits) as means over pixels (n, size²), 0 where nothing is hit."""
    total = values.new_zeros(len(values), grid.size**2)
    total.index_add_(1, hits.sample // grid.split**2, values)
    return total.div_(grid.split**2)


def _rows(device: torch.device) -> Tensor:
    """Part number → its channel, int64 (256,)."""
    numbers = np.arange(256, dtype=np.uint8)
    rows = kind_of(numbers).astype(np.int64) - KINDS.index(PARTS[0]) + _FIRST_PART
    rows[BACKGROUND] = _NUMBER["standing"]
    return torch.from_numpy(rows).to(device)


def _marked(ready: Stage, device: torch.device) -> Tensor:
    """Which pieces are painted otherwise than the part that they belong to, bool (pieces,)."""
    packed = ready.packed
    colours, parts = packed.paint[:, :3], packed.parts
    usual = {part: colours[parts == part][0] for part in np.unique(parts)}
    other = [not np.allclose(c, usual[p], atol=0.02) for c, p in zip(colours, parts, strict=True)]
    return torch.tensor(other, device=device)


def _tone(ready: Stage, grid: Grid, light: Light) -> Tensor:
    """How light sky, walls and ground are, (size²,)."""
    whole = Light(*(x[None] for x in light))
    behind = backdrop([ready.scene], [ready.view], grid, whole, [ready.capsules])
    return to_srgb(behind.colour[0]).mean(-1).flatten()


def _ground(ready: Stage, grid: Grid, light: Light) -> tuple[Tensor, Tensor]:
    """How much direct light and how much of the sky reaches the ground that each pixel would show,
    (size²,) each; 0 above the horizon."""
    device, view = light.direction.device, ready.view
    middles = torch.arange(grid.size, device=device) + 0.5
    x = (grid.window[0] - 0.5 + middles * grid.step[0]).repeat(grid.size) / view.focal
    y = (grid.window[1] - 0.5 + middles * grid.step[1]).repeat_interleave(grid.size) / view.focal
    turn = torch.from_numpy(view.rotation.astype(np.float32)).to(device)
    way = turn[0][:, None] * x + turn[1][:, None] * y + turn[2][:, None]
    depth = -float(view.eye[1]) / way[1].clamp(max=-1e-4)
    below = (way[1] < -1e-4) & (depth < FAR)
    point = torch.from_numpy(view.eye.astype(np.float32)).to(device)[:, None] + way * depth
    lit, sky = on_ground(ready.capsules, point[0], point[2], below, light.direction, light.softness)
    return lit * below * light.direction[1], sky * below


def _mesh(ready: Stage, hits: Hits, grid: Grid) -> Tensor:
    """What see-through meshes cover, (size²,)."""
    cover = hits.point.new_zeros(grid.size**2)
    if not ready.veils:
        return cover
    depth = torch.full_like(cover, FAR)
    depth.scatter_reduce_(0, hits.sample // grid.split**2, hits.point[:, 2], "amin")
    for veil in ready.veils:
        found = veil_cover(veil, ready.view, grid, depth)
        if found is not None:
            index, share = found
            cover[index] = 1 - (1 - cover[index]) * (1 - share)
    return cover
