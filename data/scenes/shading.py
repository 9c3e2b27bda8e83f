"""How hit surfaces look: patterns, light and shade, or ink and paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from data.scenes.camera import View
from data.scenes.light import Light, to_linear
from data.scenes.march import Hits, directed
from data.scenes.shadow import openness, sunlight
from data.scenes.solids import PATTERNS

WRAPPED = 0.15
"""How far light reaches around the edge of the shadow: skin and cloth scatter."""


def shaded(
    hits: Hits, paint: Tensor, view: View, light: Light, capsules: Tensor, sharpness: float
) -> Tensor:
    """Linear colours (n, 3) of one scene's hits.

    ``paint`` (n, 5) is the hits' colour, gloss and pattern; ``light`` has no batch dimension.
    ``sharpness`` is the number of pixels a metre at one metre's distance: finer detail is left out.
    """
    device = hits.point.device
    turn = torch.from_numpy(view.rotation.astype(np.float32)).to(device)
    eye = torch.from_numpy(view.eye.astype(np.float32)).to(device)
    normal = (hits.normal @ turn).T
    point = (hits.point @ turn).T + eye[:, None]
    to_eye = directed(eye[:, None] - point)
    albedo = to_linear(patterned(hits, paint, sharpness)).T
    gloss = paint[:, 3]

    up = (0.5 + 0.5 * normal[1]).clamp_(0, 1)
    lit = sunlight(capsules, point + 0.03 * normal, light.direction, light.softness)
    facing_light = (normal * light.direction[:, None]).sum(0)
    direct = ((facing_light + WRAPPED) / (1 + WRAPPED)).clamp_min_(0) * lit
    sky = openness(capsules, point + 0.02 * normal, normal)
    low = (point[1] / 0.35).clamp(0.35, 1)
    sky = sky * (0.6 + 0.4 * low)
    ambient = (light.bounce[:, None] + (light.sky - light.bounce)[:, None] * up) * sky
    rim = (1 - (normal * to_eye).sum(0).clamp_(0, 1)) ** 3 * (0.35 + 0.65 * up) * sky
    half = directed(light.direction[:, None] + to_eye)
    shine = (normal * half).sum(0).clamp_min_(0)
    highlight = gloss * (0.30 * shine**14 + 0.5 * gloss * shine**70) * (facing_light > 0) * lit
    colour = albedo * (light.key[:, None] * direct + ambient)
    colour = (
        colour + light.key[:, None] * highlight + light.sky[:, None] * rim * (0.1 + 0.25 * gloss)
    )
    return colour.T


def patterned(hits: Hits, paint: Tensor, sharpness: float) -> Tensor:
    """The paints' colours (n, 3) with what is printed or woven on them; see :func:`shaded`."""
    colour = paint[:, :3].clone()
    pattern = paint[:, 4].long()
    for number, draw in _DRAWERS.items():
        found = (pattern == number).nonzero()[:, 0]
        if len(found):
            blur = hits.point[found, 2] / sharpness
            colour[found] = draw(colour[found], hits.local[found], blur)
    return colour


def _lines(distance: Tensor, width: float, blur: Tensor) -> Tensor:
    """Cover of a thin line at ``distance`` from its middle."""
    return ((width / 2 - distance.abs()) / blur + 0.5).clamp(0, 1) * (width / blur).clamp(max=1)


def _basketball(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    x, y, z = place.T
    radius = place.norm(dim=1)
    # Two great circles and a pair of curves that bend away from the poles.
    curve = x.abs() - radius * 0.52 - 0.35 * (y * y + z * z) / radius * 0.6
    seams = torch.stack([_lines(d, 0.006, blur) for d in (y, z, curve)]).amax(0)
    return colour + (0.12 - colour) * 0.85 * seams[:, None]


_ICOSAHEDRON = np.array(
    [
        p
        for s in (-1, 1)
        for t in (-1, 1)
        for p in ((0, s, t * 1.618), (s, t * 1.618, 0), (t * 1.618, 0, s))
    ]
) / np.hypot(1, 1.618)


def _football(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    """Twelve black patches at an icosahedron's corners."""
    corners = torch.from_numpy(_ICOSAHEDRON.astype(np.float32)).to(place.device)
    radius = place.norm(dim=1)
    nearest = (place / radius[:, None] @ corners.T).amax(1)
    patch = ((torch.acos(nearest.clamp(-1, 1)) - 0.33) * radius / blur * -1 + 0.5).clamp(0, 1)
    return colour + (0.08 - colour) * patch[:, None]


def _volleyball(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    """Panels of blue and yellow with seams between them."""
    x, y, z = place.T
    size, axis = place.abs().max(1)
    across = torch.where(axis == 0, y, torch.where(axis == 1, z, x)) / size
    blue = (across.abs() < 0.36)[:, None] & (axis != 1)[:, None]
    panel = torch.where(blue, colour.new_tensor([0.13, 0.28, 0.66]), colour)
    seams = _lines((across.abs() - 0.36) * size, 0.004, blur)
    return panel * (1 - 0.5 * seams[:, None])


def _tennis_ball(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    x, y, z = place.T
    radius = place.norm(dim=1).clamp_min(1e-6)
    seam = (x * x - y * y) / radius + 0.55 * z
    lines = _lines(seam, 0.006, blur)
    red = torch.where((colour[:, 2:] > 0.8), colour.new_tensor([0.75, 0.12, 0.12]), 0.97)
    return colour + (red - colour) * 0.9 * lines[:, None]


def _cloth(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    """Folds: soft streaks that fade where they are finer than a pixel."""
    x, y, z = place.T
    fold = torch.sin(46 * y + 11 * torch.sin(17 * x + 9 * z)) * torch.sin(23 * (x + z) + 3)
    weave = torch.sin(900 * y) * torch.sin(900 * (x - z))
    shade = (
        1 + 0.035 * fold * (1 - 12 * blur).clamp(0, 1) + 0.03 * weave * (1 - 400 * blur).clamp(0, 1)
    )
    return colour * shade[:, None]


def _skin(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    x, y, z = place.T
    tone = torch.sin(31 * x + 3 * torch.sin(27 * y)) * torch.sin(37 * z + 19 * y)
    return colour * (1 + 0.025 * tone * (1 - 10 * blur).clamp(0, 1))[:, None]


def _hair(colour: Tensor, place: Tensor, blur: Tensor) -> Tensor:
    x, y, z = place.T
    strand = torch.sin(420 * x + 60 * z + 9 * torch.sin(40 * y)) + torch.sin(260 * z - 150 * x)
    return colour * (1 + 0.16 * strand * (1 - 160 * blur).clamp(0, 1))[:, None]


_DRAWERS: dict[int, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    PATTERNS.index(name): draw
    for name, draw in {
        "basketball": _basketball,
        "football": _football,
        "volleyball": _volleyball,
        "tennis_ball": _tennis_ball,
        "cloth": _cloth,
        "skin": _skin,
        "hair": _hair,
    }.items()
}
