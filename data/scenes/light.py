"""Light: where it comes from, its colours, and how surfaces answer it.

Colours here are linear (light adds up there), not sRGB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from data.scenes.scene import Scene


class Light(NamedTuple):
    """The light of a batch of scenes: ``direction`` (B, 3) towards the sun or the lamp; ``key``,
    ``sky``, ``bounce`` (B, 3) the colours of direct light and of light from above and below;
    ``zenith`` and ``horizon`` (B, 3) of the sky; ``softness`` (B,) of shadows, metres of penumbra a
    metre of distance."""

    direction: Tensor
    key: Tensor
    sky: Tensor
    bounce: Tensor
    zenith: Tensor
    horizon: Tensor
    softness: Tensor


# key, sky, bounce, zenith, horizon; elevation in degrees; softness
_LIGHTS: dict[str, tuple[tuple[float, ...], ...]] = {
    "day": (
        (0.92, 0.87, 0.76),
        (0.34, 0.38, 0.45),
        (0.16, 0.15, 0.13),
        (0.10, 0.27, 0.66),
        (0.62, 0.76, 0.92),
        (48.0, 0.09),
    ),
    "sunset": (
        (1.05, 0.55, 0.24),
        (0.26, 0.21, 0.33),
        (0.15, 0.09, 0.07),
        (0.10, 0.07, 0.26),
        (0.98, 0.42, 0.13),
        (13.0, 0.07),
    ),
    "night": (
        (0.74, 0.78, 0.86),
        (0.13, 0.15, 0.23),
        (0.06, 0.07, 0.09),
        (0.004, 0.006, 0.018),
        (0.018, 0.026, 0.060),
        (58.0, 0.11),
    ),
    "indoor": (
        (0.62, 0.60, 0.55),
        (0.48, 0.47, 0.45),
        (0.24, 0.22, 0.20),
        (0.50, 0.50, 0.49),
        (0.62, 0.61, 0.59),
        (66.0, 0.35),
    ),
}


def lights(scenes: Sequence[Scene], device: str) -> Light:
    """The light of each scene; the sun stands on the camera's side, so that what is seen is lit."""
    rows = []
    for scene in scenes:
        *colours, (elevation, softness) = _LIGHTS[scene.light]
        shift = np.random.default_rng([scene.variation, 11]).uniform(-1, 1, 2)
        side = np.copysign(38 + 14 * abs(shift[0]), shift[0])
        azimuth = np.radians(scene.camera.azimuth + side)
        height = np.radians(elevation + 0.08 * elevation * shift[1])
        direction = (
            np.cos(height) * np.sin(azimuth),
            np.sin(height),
            np.cos(height) * np.cos(azimuth),
        )
        rows.append(np.concatenate([direction, *colours, [softness]]))
    table = torch.from_numpy(np.stack(rows).astype(np.float32)).to(device)
    columns = [*(table[:, i : i + 3] for i in range(0, 18, 3)), table[:, 18]]
    return Light(*columns)


def to_linear(srgb: Tensor) -> Tensor:
    """sRGB in [0, 1] → linear light (the power law of exponent 2.2)."""
    return srgb.clamp_min(0) ** 2.2


def to_srgb(linear: Tensor) -> Tensor:
    """Linear light → sRGB in [0, 1]; what is brighter than 0.8 is rolled off, not cut."""
    over = (linear - 0.8).clamp_min(0)
    rolled = torch.minimum(linear, linear.new_tensor(0.8)) + 0.2 * (1 - torch.exp(-over * 5))
    return rolled.clamp_min(0) ** (1 / 2.2)
