"""Overhead: sky with clouds, night lamps, ceilings. Linear colours (3, b, n)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from data.scenes.ground import flat, over
from data.scenes.light import Light
from data.scenes.scene import Scene

_MOONLIT = ("park", "beach", "road")
"""Venues without floodlights: the moon stands above them at night."""

_CEILINGS = {"ring": "0d0e13", "gym": "8e8f91", "studio": "b9bec6"}


def sky(venue: str, scenes: Sequence[Scene], light: Light, way: Tensor) -> Tensor:
    """The open sky in the unit directions ``way`` (3, b, n)."""
    x, rise, z = way
    horizon, zenith = light.horizon.T[:, :, None], light.zenith.T[:, :, None]
    high = rise.clamp(0, 1)
    gradient = zenith + (horizon - zenith) * (1 - 2.2 * high).clamp(0, 1) ** 1.5
    # Clouds lie on a plane overhead, seen smaller towards the horizon.
    plane_x, plane_z = x / (high + 0.25), z / (high + 0.25)
    puff = torch.sin(1.7 * plane_x + torch.sin(1.3 * plane_z))
    puff = puff + torch.sin(2.3 * plane_z + 1.4 * torch.sin(0.9 * plane_x))
    puff = puff + 0.45 * torch.sin(5.1 * plane_x + 3.3 * plane_z + 2 * puff)
    cover = ((puff - 0.75) / 1.6).clamp(0, 1) * (6 * high).clamp(0, 1)
    # They hold the daylight; at night there is none to hold.
    held = light.key.T[:, :, None] / horizon.amax(0).clamp_min(0.6)
    colour = over(gradient, horizon * (0.55 + 0.42 * held), 0.55 * cover)
    if any(scene.light == "night" for scene in scenes):
        colour = colour + _lamps(venue, scenes, way)
    return colour


def _lamps(venue: str, scenes: Sequence[Scene], way: Tensor) -> Tensor:
    """A night's lights with their halos: floodlights on four masts, or the moon."""
    moon = venue in _MOONLIT
    height = 0.42 if moon else 0.30  # radians above the horizon
    glow = torch.zeros_like(way[0])
    for turn in (2.6,) if moon else (0.7, 2.2, 3.9, 5.4):
        level = np.cos(height)
        towards = (level * np.sin(turn), np.sin(height), level * np.cos(turn))
        near = sum(float(t) * w for t, w in zip(towards, way, strict=True))
        angle = torch.sqrt((2 - 2 * near).clamp_min(0))
        glow = glow + 1.6 * torch.exp(-((angle / 0.022) ** 2)) + 0.22 * torch.exp(-angle / 0.10)
    night = [float(scene.light == "night") for scene in scenes]
    return glow * glow.new_tensor(night)[:, None] * flat(glow, "fff8e6")


def ceiling(venue: str, light: Light, x: Tensor, z: Tensor, blur: Tensor) -> Tensor:
    """A ceiling with rows of lamps at points (b, n), metres; ``blur`` is a pixel's size there."""
    tone = flat(x, _CEILINGS.get(venue, "b5b0a6"))
    plain = tone.expand(3, *x.shape) * light.sky.T[:, :, None] * 1.4
    if venue == "studio":
        return plain
    lamp = ((0.16 - (torch.remainder(x, 2.4) - 1.2).abs()) / blur + 0.5).clamp(0, 1)
    lamp = lamp * ((0.7 - (torch.remainder(z, 2.4) - 1.2).abs()) / blur + 0.5).clamp(0, 1)
    return over(plain, flat(x, "fffdf5"), lamp)
