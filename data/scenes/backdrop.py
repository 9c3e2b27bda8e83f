"""Everything behind the athletes: sky, walls, ground and its lines, analytically, per pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.ground import GROUNDS, LINE_COLOURS, Spot, flat, lines, over
from data.scenes.light import Light
from data.scenes.scene import Scene
from data.scenes.shadow import on_ground
from data.scenes.sky import ceiling, sky
from data.scenes.surroundings import WALLS, Box, Wall
from data.scenes.venues import POOL_SWIM, place
from data.scenes.viewed import Grid

_HAZE = 150.0  # metres over which outdoor ground takes the horizon's colour
_SHORE = 5.5  # metres from the athlete to a beach's water
_SHINE = {"indoor_court": 0.30, "gym": 0.08}  # how much floors mirror


class Backdrop(NamedTuple):
    """``colour`` (B, H, W, 3) linear; ``ground`` and ``line`` (B, H, W): how much of each pixel is
    ground, and how much of it painted line."""

    colour: Tensor
    ground: Tensor
    line: Tensor


def backdrop(
    scenes: Sequence[Scene],
    views: Sequence[View],
    grid: Grid,
    light: Light,
    capsules: Sequence[Tensor],
) -> Backdrop:
    """The scenes without athletes and equipment, but with their shadows."""
    device, n = light.key.device, grid.size
    colour = torch.empty(len(scenes), n * n, 3, device=device)
    ground, line = (torch.empty(len(scenes), n * n, device=device) for _ in range(2))
    for venue in sorted({scene.venue for scene in scenes}):
        chosen = [i for i, scene in enumerate(scenes) if scene.venue == venue]
        part = _venue(
            venue,
            [scenes[i] for i in chosen],
            [views[i] for i in chosen],
            grid,
            Light(*(x[chosen] for x in light)),
            [capsules[i] for i in chosen],
        )
        colour[chosen], ground[chosen], line[chosen] = part
    shape = (len(scenes), n, n)
    return Backdrop(colour.view(*shape, 3), ground.view(shape), line.view(shape))


class _Rays(NamedTuple):
    """The pixels' rays of b scenes: ``eye``, ``right`` and ``down`` of the cameras (3, b, 1),
    directions ``way`` (3, b, n) of depth 1, and the ``pixel``'s size (b, 1) at that depth."""

    eye: Tensor
    right: Tensor
    down: Tensor
    way: Tensor
    pixel: Tensor


def _rays(views: Sequence[View], grid: Grid, device: torch.device) -> _Rays:
    def column(values: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.stack(values, 1).astype(np.float32)).to(device)[:, :, None]

    right, down, ahead = (column([view.rotation[i] for view in views]) for i in range(3))
    focal = torch.tensor([[view.focal] for view in views], device=device, dtype=torch.float32)
    middles = torch.arange(grid.size, device=device) + 0.5
    x = (grid.window[0] - 0.5 + middles * grid.step[0]).repeat(grid.size) / focal
    y = (grid.window[1] - 0.5 + middles * grid.step[1]).repeat_interleave(grid.size) / focal
    way = ahead + right * x + down * y
    return _Rays(column([view.eye for view in views]), right, down, way, grid.step[1] / focal)


def _venue(
    venue: str,
    scenes: Sequence[Scene],
    views: Sequence[View],
    grid: Grid,
    light: Light,
    capsules: Sequence[Tensor],
) -> tuple[Tensor, Tensor, Tensor]:
    """Colour (b, n, 3), ground and line (b, n) of scenes that are all in one venue."""
    rays = _rays(views, grid, light.key.device)
    way = rays.way * torch.rsqrt((rays.way**2).sum(0))
    box, paint = WALLS[venue]
    wall = _on_walls(rays, box, [scene.variation for scene in scenes])
    painted, covered = paint(wall)
    colour = over(
        sky(venue, scenes, light, way), painted * _wall_light(scenes, wall, light), covered
    )
    if box.ceiling is not None:
        reach = (box.ceiling - rays.eye[1]) / rays.way[1].clamp_min(1e-3)
        x, _, z = rays.eye + reach * rays.way
        above = ((wall.y - box.ceiling) / wall.blur + 0.5).clamp(0, 1)
        colour = over(colour, ceiling(venue, light, x, z, 2 * rays.pixel * reach), above)

    fall = rays.way[1].clamp(max=-1e-4)
    depth = -rays.eye[1] / fall
    x, _, z = rays.eye + depth * rays.way
    # How far the ground point moves when the pixel moves right and down.
    slide = rays.down - rays.way * (rays.down[1] / fall)
    blur_x, blur_z = (
        rays.pixel * depth * torch.hypot(rays.right[i], slide[i]) + 1e-5 for i in (0, 2)
    )
    off_x, off_z = _origins(venue, scenes, x)
    spot = Spot(x - off_x, z - off_z, blur_x, blur_z, wall.variation)
    line = lines(venue, spot)
    paint_colour = flat(x, LINE_COLOURS.get(venue, "f4f4f0"))
    albedo = over(GROUNDS[venue](spot), paint_colour, 0.92 * line)
    if venue == "beach":
        albedo = _with_sea(albedo, scenes, x, z, blur_x + blur_z)
    lit = albedo * _ground_light(x, z, way[1] < 0, light, capsules)
    if box.ceiling is None:
        haze = (1 - torch.exp(-depth / _HAZE)).clamp(0, 0.75)
        lit = over(lit, 0.85 * light.horizon.T[:, :, None], haze)
    else:
        shine = _SHINE.get(venue, 0.0) * (1 + way[1]).clamp(0, 1) ** 6
        lit = over(lit, light.horizon.T[:, :, None], shine)
    ground = (0.5 - wall.y / wall.blur).clamp(0, 1) * (rays.way[1] < -1e-4)
    colour = over(colour, lit, ground)
    if venue == "studio":
        # Its paper runs from the floor up the wall without an edge.
        paper = albedo * (light.sky + 0.6 * light.key).T[:, :, None]
        glow = 1.12 - 0.10 * (wall.y / 3).clamp(-1, 1) ** 2
        colour = over(colour, paper * glow, ((wall.y + 2.2) / 2.2).clamp(0, 1))
    return colour.movedim(0, -1), ground, line * ground


def _on_walls(rays: _Rays, box: Box, variation: Sequence[int]) -> Wall:
    """Where rays meet the nearest wall, were there no ground and no ceiling."""
    (ex, _, ez), (dx, _, dz) = rays.eye, rays.way
    # The room grows with a camera that stands far off.
    half = (ex.abs() + 1).clamp_min(box.half)
    ahead, behind = (ez + 1).clamp_min(box.ahead), (1 - ez).clamp_min(box.behind)
    # A ray along a wall never meets it: far away is far enough.
    reach_x = (half.expand_as(dx).copysign(dx) - ex) / dx.abs().clamp_min(1e-6).copysign(dx)
    reach_z = (torch.where(dz > 0, ahead, -behind) - ez) / dz.abs().clamp_min(1e-6).copysign(dz)
    reach = torch.minimum(reach_x, reach_z).clamp_min(0.1)
    x, y, z = rays.eye + reach * rays.way
    # Along the walls, u runs on around the corners: ahead along x, along the sides, then behind.
    sides = (half + ahead - z).copysign(dx)
    ends = torch.where(dz > 0, x, 2 * half + ahead + behind - x)
    return Wall(
        torch.where(reach_x < reach_z, sides, ends),
        y,
        rays.pixel * reach * torch.rsqrt(dx * dx + dz * dz).clamp(1, 4),
        variation,
    )


def _wall_light(scenes: Sequence[Scene], wall: Wall, light: Light) -> Tensor:
    """Light (3, b, n) on walls, a little less near the ground."""
    # At night the lamps point at the field.
    share = [0.18 if scene.light == "night" else 0.5 for scene in scenes]
    lit = light.sky + light.key * light.key.new_tensor(share)[:, None]
    return lit.T[:, :, None] * (0.72 + 0.28 * (wall.y / 1.5).clamp(0, 1))


def _origins(venue: str, scenes: Sequence[Scene], like: Tensor) -> Tensor:
    """x and z (2, b, 1) of the venues' origins."""
    origins = np.array([place(venue, scene.variation) for scene in scenes], np.float32)
    if venue == "pool":
        # Who swims is in the middle of the pool.
        origins[:, 1] -= [POOL_SWIM * (scene.action == "freestyle_swim") for scene in scenes]
    return torch.from_numpy(origins.T[:, :, None]).to(like.device)


def _ground_light(
    x: Tensor, z: Tensor, below: Tensor, light: Light, capsules: Sequence[Tensor]
) -> Tensor:
    """Light (3, b, n) on ground points (b, n), of which those ``below`` the horizon are seen."""
    key = 1.15 * light.direction[:, 1:2].expand_as(x)
    open_sky = torch.ones_like(x)
    for i, (direction, softness, solids) in enumerate(
        zip(light.direction, light.softness, capsules, strict=True)
    ):
        lit, free = on_ground(solids, x[i], z[i], below[i], direction, softness)
        key[i] *= lit
        open_sky[i] *= free
    return key * light.key.T[:, :, None] + open_sky * light.sky.T[:, :, None]


def _with_sea(
    albedo: Tensor, scenes: Sequence[Scene], x: Tensor, z: Tensor, blur: Tensor
) -> Tensor:
    """Water beyond the athlete as the camera sees it, with foam where it meets the sand."""
    turn = [np.radians(s.camera.azimuth + 18 * np.sin(s.variation)) for s in scenes]
    sine, cosine = x.new_tensor(np.sin(turn))[:, None], x.new_tensor(np.cos(turn))[:, None]
    ahead, along = -(x * sine + z * cosine), x * cosine - z * sine
    shore = _SHORE + 0.5 * torch.sin(along * 0.55) + 0.2 * torch.sin(along * 1.7)
    deep = ((ahead - shore) / 40).clamp(0, 1)
    water = over(flat(x, "4fb3c2"), flat(x, "14567f"), deep)
    swell = torch.sin((ahead + 0.6 * torch.sin(along * 0.4)) * 2.4) * (1 - blur / 3).clamp(0, 1)
    wet = ((ahead - shore + 1.3) / 0.6).clamp(0, 1)
    albedo = over(albedo, flat(x, "b79f70"), 0.7 * wet)
    sea = ((ahead - shore) / blur + 0.5).clamp(0, 1)
    albedo = over(albedo, water * (1 + 0.12 * swell), sea)
    foam = (1 - (ahead - shore - 0.25).abs() / 0.3).clamp(0, 1)
    return over(albedo, flat(x, "ffffff"), 0.85 * foam)
