"""Drawn styles: ink and paper, and silhouettes against the sky. Colours are sRGB here."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from data.scenes.light import to_srgb
from data.scenes.march import Hits
from data.scenes.palette import hex_rgb
from data.scenes.viewed import Grid

_INK = (0.11, 0.11, 0.14)
_PAPER = (0.985, 0.98, 0.965)
_PEN = 0.0034  # width of an outline as a share of the frame

_CONTRE_JOUR = {
    "day": ("0e1420", "5d90cf", "e6eef6"),
    "sunset": ("1a0d12", "5b2f6e", "ff9a4a"),
    "night": ("05070d", "16234a", "6d86b8"),
    "indoor": ("16171b", "8f949c", "e2e3e4"),
}
"""Light → colours of the figures, of the top and of the bottom of the background."""


def pen_margin(size: float) -> int:
    """Pixels beyond a picture's edge that an outline inside it may come from, at ``size`` pixels a
    frame."""
    return int(_PEN * size) + 2


def fills(hits: Hits, colour: Tensor, turn: Tensor, towards: Tensor) -> Tensor:
    """Flat tints (n, 3): the ``colour`` (n, 3) of each hit, faint, with one step of shade.

    ``turn`` (3, 3) takes world to camera axes, ``towards`` (3,) points to the light.
    """
    lit = (hits.normal @ (turn @ towards) > -0.05).float()[:, None]
    sheet = colour.new_tensor(_PAPER)
    return (sheet + (colour - sheet) * 0.62) * (0.84 + 0.16 * lit)


def outlines(hits: Hits, solids: Tensor, parts: Tensor, grid: Grid) -> Tensor:
    """How much of each pixel (size, size) is ink: where the solid, its part or its depth changes.

    ``solids`` and ``parts`` (n,) say what each hit belongs to.
    """
    n, s = grid.size, grid.split
    kind = torch.zeros(n * n * s * s, device=hits.point.device)
    depth = torch.full_like(kind, 1e3)
    kind[hits.sample] = 1.0 + 64.0 * solids + parts
    depth[hits.sample] = hits.point[:, 2]

    def as_image(x: Tensor) -> Tensor:
        return x.view(n, n, s, s).transpose(1, 2).reshape(n * s, n * s)

    kind, depth = as_image(kind), as_image(depth)
    edge = torch.zeros_like(kind)
    for axis in (0, 1):
        one, two = (x.narrow(axis, 0, n * s - 1) for x in (kind, depth))
        other, further = (x.narrow(axis, 1, n * s - 1) for x in (kind, depth))
        change = (one != other) | ((two - further).abs() > 0.06)
        edge.narrow(axis, 0, n * s - 1).clamp_(min=change.float())
    resolution = n * s / (grid.window[2] - grid.window[0])
    wide = max(1, round(_PEN * resolution / 2))
    inked = max_pool2d(edge[None, None], 2 * wide - 1, 1, wide - 1)[0, 0]
    return inked.view(n, s, n, s).mean((1, 3))


def paper(colour: Tensor, line: Tensor) -> Tensor:
    """A drawn background (size, size, 3): the linear ``colour`` as a wash, lines in grey."""
    sheet = colour.new_tensor(_PAPER)
    wash = sheet + (to_srgb(colour) - sheet) * 0.30
    return wash * (1 - 0.45 * line[..., None])


def inked(pixels: Tensor, ink: Tensor) -> Tensor:
    """Pixels (size, size, 3) with ``ink`` (size, size) laid over them."""
    return pixels + (pixels.new_tensor(_INK) - pixels) * ink[..., None]


def contre_jour(colour: Tensor, light: str, rows: Tensor) -> Tensor:
    """The background (size, size, 3) of silhouettes: a plain gradient of the light with a trace of
    the venue's linear ``colour``; ``rows`` (size,) is each pixel row's place in the frame."""
    _, top, bottom = (colour.new_tensor(hex_rgb(code)) for code in _CONTRE_JOUR[light])
    gradient = top + (bottom - top) * rows.clamp(0, 1)[:, None, None]
    return gradient + (to_srgb(colour) - gradient) * 0.32


def silhouettes(back: Tensor, light: str, pixel: Tensor, pale: Tensor) -> Tensor:
    """Colours (n, 3) of hits in pixels (n,) before the background ``back``; those that are ``pale``
    (n,) let some of it through."""
    figure = back.new_tensor(hex_rgb(_CONTRE_JOUR[light][0]))
    through = 0.4 * pale.float()[:, None]
    return figure + (back.reshape(-1, 3)[pixel] - figure) * through
