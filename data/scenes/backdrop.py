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
from data.scenes.shadow import openness, sunlight
from data.scenes.surroundings import WALLS, Wall
from data.scenes.trace import Grid
from data.scenes.venues import place

_HAZE = 150.0  # metres over which outdoor ground takes the horizon's colour
_SEA = (5.5, 60.0)  # metres beyond the athlete where a beach's water and its horizon begin


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


def _venue(
    venue: str,
    scenes: Sequence[Scene],
    views: Sequence[View],
    grid: Grid,
    light: Light,
    capsules: Sequence[Tensor],
) -> tuple[Tensor, Tensor, Tensor]:
    device = light.key.device
    variation = [scene.variation for scene in scenes]
    numbers = np.stack([np.concatenate([v.rotation.ravel(), v.eye, [v.focal]]) for v in views])
    fixed = torch.from_numpy(numbers.astype(np.float32)).to(device).T[:, :, None]
    rx, ry, rz, ux, uy, uz, fx, fy, fz, ex, ey, ez, focal = fixed
    x0, y0, *_ = grid.window
    step_x, step_y = grid.step
    across = x0 - 0.5 + (torch.arange(grid.size, device=device) + 0.5) * step_x
    down = y0 - 0.5 + (torch.arange(grid.size, device=device) + 0.5) * step_y
    cx = across.repeat(grid.size) / focal
    cy = down.repeat_interleave(grid.size) / focal
    dx, dy, dz = fx + rx * cx + ux * cy, fy + ry * cx + uy * cy, fz + rz * cx + uz * cy
    pixel = step_y / focal

    box, paint = WALLS[venue]
    # The nearest wall along x and along z, then the ground or the ceiling, if that is nearer still.
    reach_x = (torch.copysign(torch.full_like(dx, box.half), dx) - ex) / _away_from_zero(dx)
    ahead = torch.where(dz > 0, box.ahead, -box.behind)
    reach_z = (ahead - ez) / _away_from_zero(dz)
    side = reach_x < reach_z
    reach = torch.minimum(reach_x, reach_z).clamp_min(0.1)
    wall = Wall(
        torch.where(side, ez + reach * dz, ex + reach * dx),
        ey + reach * dy,
        pixel * reach * torch.rsqrt(dx * dx + dz * dz).clamp(1, 4),
        variation,
    )
    rise = dy * torch.rsqrt(dx * dx + dy * dy + dz * dz)
    sky = _sky(venue, scenes, light, dx, dz, rise)
    painted, covered = paint(wall)
    # At night the lamps point at the field.
    dark = [0.18 if scene.light == "night" else 0.5 for scene in scenes]
    lit = (light.sky + light.key * light.key.new_tensor(dark)[:, None]).T[:, :, None]
    if venue == "ring":
        lit = lit.clamp_min(0.9)
    base = 0.72 + 0.28 * (wall.y / 1.5).clamp(0, 1)
    colour = over(sky, painted * lit * base, covered)
    if box.ceiling is not None:
        colour = over(
            colour,
            _ceiling(venue, box.ceiling, wall, light, ex, ey, ez, dx, dy, dz, pixel),
            ((wall.y - box.ceiling) / wall.blur + 0.5).clamp(0, 1),
        )

    depth = -ey / torch.minimum(dy, dy.new_tensor(-1e-4))
    gx, gz = ex + depth * dx, ez + depth * dz
    # How far the ground point moves when the pixel moves right and down.
    slide = uy / torch.minimum(dy, dy.new_tensor(-1e-4))
    blur_x = pixel * depth * torch.hypot(rx.expand_as(dx), ux - dx * slide) + 1e-5
    blur_z = pixel * depth * torch.hypot(rz.expand_as(dx), uz - dz * slide) + 1e-5
    offsets = np.array([place(venue, v) for v in variation], np.float32).T[:, :, None]
    off_x, off_z = torch.from_numpy(offsets).to(device)
    if venue == "pool":
        swims = [scene.action == "freestyle_swim" for scene in scenes]
        off_z = off_z - torch.tensor(swims, device=device)[:, None] * 12.0
    spot = Spot(gx - off_x, gz - off_z, blur_x, blur_z, variation)
    albedo = GROUNDS[venue](spot)
    line = lines(venue, spot)
    albedo = over(albedo, flat(gx, LINE_COLOURS.get(venue, "f4f4f0")), 0.92 * line)
    ground = ((0.0 - wall.y) / wall.blur + 0.5).clamp(0, 1) * (dy < -1e-4)
    if venue == "beach":
        albedo = _with_sea(albedo, scenes, gx, gz, blur_x + blur_z, light)
    colour = over(colour, _lit_ground(venue, albedo, gx, gz, depth, rise, light, capsules), ground)
    if venue == "studio":
        colour = _seamless(colour, albedo, wall, light)
    return colour.movedim(0, -1), ground, line * ground


def _away_from_zero(x: Tensor) -> Tensor:
    return torch.where(x.abs() < 1e-6, x.new_tensor(1e-6), x)


def _sky(
    venue: str, scenes: Sequence[Scene], light: Light, dx: Tensor, dz: Tensor, rise: Tensor
) -> Tensor:
    """A gradient from horizon to zenith with a few soft clouds; stars' place is taken by lamps."""
    share = rise.clamp(0, 1)
    horizon, zenith = light.horizon.T[:, :, None], light.zenith.T[:, :, None]
    low = (1 - share * 2.2).clamp(0, 1)
    sky = zenith + (horizon - zenith) * low**1.5
    flat_x, flat_z = (d / (rise.clamp_min(0) + 0.25) for d in (dx, dz))
    puff = torch.sin(flat_x * 1.7 + torch.sin(flat_z * 1.3)) + torch.sin(
        flat_z * 2.3 + 1.4 * torch.sin(flat_x * 0.9)
    )
    puff = puff + 0.45 * torch.sin(flat_x * 5.1 + flat_z * 3.3 + 2 * puff)
    cover = ((puff - 0.75) / 1.6).clamp(0, 1) * (share * 6).clamp(0, 1)
    # Clouds hold the daylight; at night there is none to hold.
    cloud = horizon * (0.55 + 0.42 * light.key.T[:, :, None] / horizon.amax(0).clamp_min(0.6))
    sky = over(sky, cloud, 0.55 * cover)
    if not any(scene.light == "night" for scene in scenes):
        return sky
    return sky + _lamps(venue, scenes, dx, dz, rise)


def _lamps(venue: str, scenes: Sequence[Scene], dx: Tensor, dz: Tensor, rise: Tensor) -> Tensor:
    """A night's lights with their halos: floodlight masts, or the moon where there are none."""
    wild = venue in ("park", "beach", "road")
    turns = (2.6,) if wild else (0.7, 2.2, 3.9, 5.4)
    level = torch.hypot(dx, dz).clamp_min(1e-6)
    along = torch.sqrt((1 - rise * rise).clamp_min(0))
    glow = torch.zeros_like(rise)
    for turn in turns:
        high = 0.42 if wild else 0.30
        facing = (dx * float(np.sin(turn)) + dz * float(np.cos(turn))) / level
        near = facing * along * float(np.cos(high)) + rise * float(np.sin(high))
        angle = torch.sqrt((2 - 2 * near).clamp_min(0))
        glow = glow + 1.6 * torch.exp(-((angle / 0.022) ** 2)) + 0.22 * torch.exp(-angle / 0.10)
    night = [float(scene.light == "night") for scene in scenes]
    return glow * glow.new_tensor(night)[:, None] * flat(rise, "fff8e6")


def _ceiling(
    venue: str,
    height: float,
    wall: Wall,
    light: Light,
    ex: Tensor,
    ey: Tensor,
    ez: Tensor,
    dx: Tensor,
    dy: Tensor,
    dz: Tensor,
    pixel: Tensor,
) -> Tensor:
    """A plain ceiling with rows of lamps."""
    depth = (height - ey) / dy.clamp_min(1e-3)
    x, z = ex + depth * dx, ez + depth * dz
    blur = pixel * depth * 2
    tone = {"ring": "0d0e13", "gym": "8e8f91", "studio": "b9bec6"}.get(venue, "b5b0a6")
    plain = flat(x, tone).expand(3, *x.shape) * light.sky.T[:, :, None] * 1.4
    if venue == "studio":
        return plain
    lamp = ((0.16 - (torch.remainder(x, 2.4) - 1.2).abs()) / blur + 0.5).clamp(0, 1)
    lamp = lamp * ((0.7 - (torch.remainder(z, 2.4) - 1.2).abs()) / blur + 0.5).clamp(0, 1)
    return over(plain, flat(x, "fffdf5"), lamp)


def _lit_ground(
    venue: str,
    albedo: Tensor,
    x: Tensor,
    z: Tensor,
    depth: Tensor,
    rise: Tensor,
    light: Light,
    capsules: Sequence[Tensor],
) -> Tensor:
    """Ground under key light, sky and shadows, hazy in the distance."""
    up = x.new_tensor([[0.0], [1.0], [0.0]])
    key = light.direction[:, 1:2].expand_as(x).clone()
    sky = torch.ones_like(x)
    for i, (direction, softness, solids) in enumerate(
        zip(light.direction, light.softness, capsules, strict=True)
    ):
        # Shadows lie within a few metres; further away there is nothing to work out.
        ends = torch.cat([solids[:3], solids[:3] + solids[3:6]], 1)[:, :, 0]
        feet = ends - direction[:, None] * (ends[1] / direction[1]).clamp_min(0)
        both = torch.cat([ends, feet], 1)
        low, high = both.amin(1) - 0.7, both.amax(1) + 0.7
        near = (x[i] > low[0]) & (x[i] < high[0]) & (z[i] > low[2]) & (z[i] < high[2])
        pixel = (near & (rise[i] < 0)).nonzero()[:, 0]
        point = torch.stack([x[i, pixel], torch.zeros_like(x[i, pixel]), z[i, pixel]])
        key[i, pixel] *= sunlight(solids, point, direction, softness)
        sky[i, pixel] *= openness(solids, point, up)
    colour = albedo * (key * light.key.T[:, :, None] * 1.15 + sky * light.sky.T[:, :, None])
    box, _ = WALLS[venue]
    if box.ceiling is None:
        haze = 1 - torch.exp(-depth / _HAZE)
        return over(colour, 0.85 * light.horizon.T[:, :, None], haze.clamp(0, 0.75))
    shine = {"indoor_court": 0.30, "gym": 0.08}.get(venue, 0.0) * (1 + rise).clamp(0, 1) ** 6
    return over(colour, light.horizon.T[:, :, None], shine)


def _with_sea(
    albedo: Tensor, scenes: Sequence[Scene], x: Tensor, z: Tensor, blur: Tensor, light: Light
) -> Tensor:
    """Water beyond the athlete as the camera sees it, with foam where it meets the sand."""
    turn = [np.radians(s.camera.azimuth + 18 * np.sin(s.variation)) for s in scenes]
    ahead = -(x * x.new_tensor(np.sin(turn))[:, None] + z * x.new_tensor(np.cos(turn))[:, None])
    along = x * x.new_tensor(np.cos(turn))[:, None] - z * x.new_tensor(np.sin(turn))[:, None]
    shore = _SEA[0] + 0.5 * torch.sin(along * 0.55) + 0.2 * torch.sin(along * 1.7)
    deep = ((ahead - shore) / 40).clamp(0, 1)
    water = flat(x, "4fb3c2") * (1 - deep) + flat(x, "14567f") * deep
    swell = torch.sin((ahead + 0.6 * torch.sin(along * 0.4)) * 2.4) * (1 - blur / 3).clamp(0, 1)
    water = water * (1 + 0.12 * swell)
    wet = flat(x, "b79f70")
    albedo = over(albedo, wet, ((ahead - shore + 1.3) / 0.6).clamp(0, 1) * 0.7)
    albedo = over(albedo, water, ((ahead - shore) / blur + 0.5).clamp(0, 1))
    foam = (1 - (ahead - shore - 0.25).abs() / 0.3).clamp(0, 1)
    return over(albedo, flat(x, "ffffff"), 0.85 * foam)


def _seamless(colour: Tensor, albedo: Tensor, wall: Wall, light: Light) -> Tensor:
    """A studio's paper runs from the floor up the wall without an edge."""
    paper = albedo * (light.sky + 0.6 * light.key).T[:, :, None]
    glow = 1.12 - 0.10 * (wall.y / 3).clamp(-1, 1) ** 2
    return over(colour, paper * glow, ((wall.y + 2.2) / 2.2).clamp(0, 1))
