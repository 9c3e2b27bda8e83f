"""Scenes → pictures, with the truth about every pixel.

The backdrop is analytic and filtered, one value a pixel; athletes and equipment are traced with
several subsamples a pixel and laid over it. Everything is plain float32 tensor arithmetic, so that
CPU and CUDA give the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from data.scenes.actions import pose
from data.scenes.backdrop import Backdrop, backdrop
from data.scenes.body import bodies
from data.scenes.camera import View, look, project
from data.scenes.equipment import equipment
from data.scenes.light import Light, lights, to_srgb
from data.scenes.march import Hits
from data.scenes.palette import BACKGROUND, GROUND
from data.scenes.posed import JOINTS, Posed
from data.scenes.scene import Scene
from data.scenes.setting import setting
from data.scenes.shading import patterned, shaded
from data.scenes.shadow import occluders
from data.scenes.solids import FAR, Packed, Veil, pack
from data.scenes.style import contre_jour, fills, inked, outlines, paper, pen_margin, silhouettes
from data.scenes.trace import trace
from data.scenes.veil import veil_cover
from data.scenes.viewed import Grid

Window = tuple[float, float, float, float]
"""x0, y0, x1, y1 of the square part of the picture that is drawn, in shares of its sides."""

WHOLE: Window = (0.0, 0.0, 1.0, 1.0)
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
    scenes: Sequence[Scene], size: int, device: str = "cpu", window: Window = WHOLE
) -> Rendered:
    """Draw scenes at ``size`` × ``size`` pixels.

    ``window`` (x0, y0, x1, y1) in shares of the frame draws only that square, at ``size``: a
    256-pixel quarter window is the same picture as that crop of the whole one at 1024.
    """
    posed = tuple(pose(scene) for scene in scenes)
    views = tuple(look(scene, p) for scene, p in zip(scenes, posed, strict=True))
    pixels = torch.empty(len(scenes), 3, size, size, device=device)
    parts = torch.empty(len(scenes), size, size, dtype=torch.uint8, device=device)
    grid = Grid(size, window, _split(size / (window[2] - window[0])))
    each = max(1, _MOST_SUBSAMPLES // (size * grid.split) ** 2)
    drawn = [i for i, scene in enumerate(scenes) if scene.style == "line_art"]
    plain = [i for i, scene in enumerate(scenes) if scene.style != "line_art"]
    for numbers, margin in ((plain, 0), (drawn, pen_margin(size / (window[2] - window[0])))):
        for start in range(0, len(numbers), each):
            chosen = numbers[start : start + each]
            made = _render(
                [scenes[i] for i in chosen],
                [posed[i] for i in chosen],
                [views[i] for i in chosen],
                _widened(grid, margin),
                device,
            )
            inner = slice(margin, margin + size)
            pixels[chosen], parts[chosen] = (x[..., inner, inner] for x in made)
    return Rendered(pixels, parts, _joints(posed, views, window), posed, views)


def _split(resolution: float) -> int:
    """Subsamples along a pixel's side: where a limb is a pixel wide, two leave holes in it. At 128²
    two are enough, and draw almost twice as many pictures a second as three."""
    return 3 if resolution <= 64 else 2


def _widened(grid: Grid, margin: int) -> Grid:
    """The grid with ``margin`` more pixels on every side."""
    x, y = (margin * step for step in grid.step)
    x0, y0, x1, y1 = grid.window
    return replace(grid, size=grid.size + 2 * margin, window=(x0 - x, y0 - y, x1 + x, y1 + y))


def _joints(posed: Sequence[Posed], views: Sequence[View], window: Window) -> np.ndarray:
    most = max(len(p.joints) for p in posed)
    found = np.full((len(posed), most, len(JOINTS), 2), np.nan, np.float32)
    corner, far = np.array(window[:2]), np.array(window[2:])
    for row, p, view in zip(found, posed, views, strict=True):
        row[: len(p.joints)] = (project(view, p.joints)[0] - corner) / (far - corner)
    return found


@dataclass(frozen=True)
class Stage:
    """One scene, ready to be drawn: what can be hit, what can be seen through, and the capsules
    that cast its shadows."""

    scene: Scene
    view: View
    packed: Packed
    veils: list[Veil]
    capsules: Tensor


def stage(scene: Scene, posed: Posed, view: View, device: str) -> Stage:
    """Build the scene's solids around its pose."""
    solids = bodies(scene.athletes, posed)
    held, meshes = equipment(posed, view)
    standing, nets = setting(scene, view)
    return Stage(
        scene,
        view,
        pack(solids + held + standing),
        nets + meshes,
        occluders(scene.athletes, posed, held, device),
    )


def _render(
    scenes: Sequence[Scene],
    posed: Sequence[Posed],
    views: Sequence[View],
    grid: Grid,
    device: str,
) -> tuple[Tensor, Tensor]:
    """Pixels (B, 3, size, size) and parts (B, size, size)."""
    stages = [stage(*shown, device) for shown in zip(scenes, posed, views, strict=True)]
    light = lights(scenes, device)
    behind = backdrop(scenes, views, grid, light, [ready.capsules for ready in stages])
    hits = trace([ready.packed for ready in stages], views, grid, device)
    # One tuple a scene, its subsamples and pieces numbered within it.
    count = (grid.size * grid.split) ** 2
    scene = hits.sample // count
    order = torch.argsort(scene, stable=True)
    counts = torch.bincount(scene, minlength=len(scenes)).tolist()
    columns = zip(*(torch.split(x[order], counts) for x in hits), strict=True)
    pictures, first_piece = [], 0
    for i, (ready, column) in enumerate(zip(stages, columns, strict=True)):
        own = Hits(*column)
        own = own._replace(sample=own.sample - i * count, piece=own.piece - first_piece)
        first_piece += len(ready.packed.parts)
        pictures.append(
            _picture(
                ready, own, grid, Light(*(x[i] for x in light)), Backdrop(*(x[i] for x in behind))
            )
        )
    pixels, parts = (torch.stack(x) for x in zip(*pictures, strict=True))
    return pixels, parts


def _picture(
    ready: Stage, hits: Hits, grid: Grid, light: Light, behind: Backdrop
) -> tuple[Tensor, Tensor]:
    """One scene's pixels (3, size, size) and parts (size, size)."""
    device = hits.point.device
    view, style = ready.view, ready.scene.style
    paint = torch.from_numpy(ready.packed.paint).to(device)[hits.piece]
    parts = torch.from_numpy(ready.packed.parts).to(device)[hits.piece]
    turn = torch.from_numpy(view.rotation.astype(np.float32)).to(device)
    subsamples = grid.split**2
    pixel = hits.sample // subsamples
    sharpness = view.focal / grid.step[0]
    height = hits.point @ turn[:, 1] + float(view.eye[1])
    if style == "silhouette":
        rows = grid.window[1] + (torch.arange(grid.size, device=device) + 0.5) * grid.step[1]
        back = contre_jour(behind.colour, ready.scene.light, rows)
        # Mats and what stands behind are less dark than the figures.
        flat = (hits.normal @ turn[:, 1] > 0.9) & (height < 0.06)
        colour = silhouettes(back, ready.scene.light, pixel, flat | (parts == BACKGROUND))
    elif style == "line_art":
        back = paper(behind.colour, behind.line)
        colour = fills(hits, patterned(hits, paint, sharpness), turn, light.direction)
    else:
        back = to_srgb(behind.colour)
        colour = to_srgb(shaded(hits, paint, view, light, ready.capsules, sharpness))

    back = back.reshape(-1, 3)
    if ready.scene.action == "freestyle_swim":
        # What is under water is seen through it.
        clear = torch.where(height < 0, 0.5 * torch.exp(3.5 * height), 1.0)[:, None]
        colour = back[pixel] + (colour - back[pixel]) * clear
    total = torch.zeros(grid.size**2, 4, device=device)
    total.index_add_(0, pixel, torch.cat([colour, torch.ones_like(colour[:, :1])], 1))
    total /= subsamples
    pixels = total[:, :3] + (1 - total[:, 3:]) * back
    pixels = _veiled(pixels, ready, hits, pixel, grid).view(grid.size, grid.size, 3)
    if style == "line_art":
        solid = torch.from_numpy(ready.packed.solid).to(device)[hits.piece]
        pixels = inked(pixels, outlines(hits, solid, parts, grid))

    mask = torch.where(behind.ground > 0.5, GROUND, BACKGROUND).to(torch.uint8).flatten()
    # The subsample next to the pixel's middle decides its part.
    central = hits.sample % subsamples == (grid.split // 2) * (grid.split + 1)
    mask[pixel[central]] = parts[central]
    return pixels.clamp(0, 1).movedim(-1, 0), mask.view(grid.size, grid.size)


def _veiled(pixels: Tensor, ready: Stage, hits: Hits, pixel: Tensor, grid: Grid) -> Tensor:
    """Pixels (size², 3) with the scene's meshes over them, the furthest first."""
    if not ready.veils:
        return pixels
    depth = torch.full((grid.size**2,), FAR, device=pixels.device)
    depth.scatter_reduce_(0, pixel, hits.point[:, 2], "amin")
    far_first = sorted(ready.veils, key=lambda veil: -np.linalg.norm(veil.centre - ready.view.eye))
    for veil in far_first:
        found = veil_cover(veil, ready.view, grid, depth)
        if found is not None:
            index, cover = found
            colour = pixels.new_tensor(veil.colour)
            if ready.scene.style == "silhouette":
                colour = colour * 0.1
            pixels[index] += (colour - pixels[index]) * cover[:, None]
    return pixels
