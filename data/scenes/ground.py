"""What the ground of each venue looks like: its colour at a point, without the painted lines.

A ground is a function of a :class:`Spot`. Everything is filtered to the size of a pixel, so that a
small picture is a large one shrunk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from data.scenes.venues import MARKS, Arc, Stroke


class Spot(NamedTuple):
    """Ground points (b, n) of b scenes of one venue: ``x`` and ``z`` in metres from the venue's
    origin, ``blur_x`` and ``blur_z`` the size of a pixel there; ``variation`` of each scene."""

    x: Tensor
    z: Tensor
    blur_x: Tensor
    blur_z: Tensor
    variation: Sequence[int]


def linear(code: str) -> tuple[float, float, float]:
    """A colour in linear light from its sRGB hex code."""
    red, green, blue = ((byte / 255) ** 2.2 for byte in bytes.fromhex(code))
    return red, green, blue


def flat(like: Tensor, *codes: str, variation: Sequence[int] = (0,)) -> Tensor:
    """One of the colours for each scene, (3, b, 1), picked by its variation."""
    chosen = [linear(codes[v % len(codes)]) for v in variation]
    return torch.tensor(chosen, dtype=like.dtype, device=like.device).T[:, :, None]


def over(base: Tensor, colour: Tensor, share: Tensor) -> Tensor:
    """``colour`` laid over ``base`` (3, b, n), covering a share (b, n)."""
    return base + (colour - base) * share


def band(x: Tensor, low: float, high: float, blur: Tensor) -> Tensor:
    """How much of a pixel of width ``blur`` around ``x`` lies in [low, high] (box filter)."""
    covered = torch.clamp(x + blur / 2, max=high) - torch.clamp(x - blur / 2, min=low)
    return (covered / blur).clamp(0, 1)


def bars(x: Tensor, period: float, width: float, blur: Tensor) -> Tensor:
    """Bars of ``width`` every ``period``, around its multiples (box filter)."""
    away = torch.remainder(x + period / 2, period) - period / 2
    sharp = band(away, -width / 2, width / 2, blur)
    return torch.where(blur < period, sharp, width / period)


def wave(x: Tensor, length: float, blur: Tensor) -> Tensor:
    """A sine of the wavelength in [-1, 1], faded out where a pixel holds a whole wave."""
    return torch.sin(x * (2 * np.pi / length)) * (1 - blur / length).clamp(0, 1)


def dice(i: Tensor, j: Tensor) -> Tensor:
    """A random-looking number in [0, 1) for each pair of whole numbers."""
    # Whole-number arithmetic, so that every device throws the same.
    mixed = (i.to(torch.int64) * 73856093) ^ (j.to(torch.int64) * 19349663)
    return (((mixed * 2654435761) >> 16) & 1023).to(i.dtype) / 1024


def mottle(spot: Spot, length: float) -> Tensor:
    """Soft irregular patches of about the length, in [-1, 1]."""
    x, z, blur = spot.x, spot.z, torch.maximum(spot.blur_x, spot.blur_z)
    turn = 2 * np.pi / length
    one = torch.sin(turn * x + 1.9 * torch.sin(0.43 * turn * z))
    two = torch.sin(0.83 * turn * z + 2.3 * torch.sin(0.37 * turn * x + 1.0))
    three = torch.sin(0.61 * turn * (x - z) + 1.7 * two)
    return (0.45 * one * two + 0.55 * three) * (1 - 0.5 * blur / length).clamp(0, 1)


def _indoor_court(s: Spot) -> Tensor:
    wood = flat(s.x, "d9a566", "cf9a5a", "e0b27a", variation=s.variation)
    grain = 1 + 0.05 * wave(s.x, 0.31, s.blur_x) + 0.04 * wave(s.x + 0.02 * s.z, 0.117, s.blur_x)
    court = wood * (grain - 0.10 * bars(s.x, 0.14, 0.006, s.blur_x))
    paint = flat(s.x, "2f62a8", "b5382f", "2b7d64", variation=s.variation)
    key = band(s.x, -2.45, 2.45, s.blur_x)
    for end in (-5.8, -28.0):
        court = over(court, paint, 0.9 * key * band(s.z, end, end + 5.8, s.blur_z))
    run_off = 1 - band(s.x, -7.5, 7.5, s.blur_x) * band(s.z, -28, 0, s.blur_z)
    return over(court, paint, 0.85 * run_off)


def _outdoor_court(s: Spot) -> Tensor:
    asphalt = flat(s.x, "72777f") * (1 + 0.08 * mottle(s, 2.3) + 0.06 * mottle(s, 0.13))
    paint = flat(s.x, "a8503c", "3f7a5a", "4a5f9c", variation=s.variation)
    key = band(s.x, -2.45, 2.45, s.blur_x)
    for end in (-5.8, -28.0):
        asphalt = over(asphalt, paint, key * band(s.z, end, end + 5.8, s.blur_z))
    return asphalt


def _track(s: Spot) -> Tensor:
    rubber = flat(s.x, "b8452f", "b03f33", variation=s.variation)
    rubber = rubber * (1 + 0.06 * mottle(s, 3.1) + 0.07 * mottle(s, 0.06))
    grass = flat(s.x, "4f8a3a") * (1 + 0.14 * mottle(s, 0.9))
    lanes = band(s.x, -3.5 * 1.22 - 0.3, 4.5 * 1.22 + 0.6, s.blur_x)
    return over(grass, rubber, lanes)


def _pitch(s: Spot) -> Tensor:
    mown = (2.5 * torch.sin(s.z * (2 * np.pi / 10)) / (0.2 + s.blur_z)).clamp(-1, 1)
    mown = mown * (1 - s.blur_z / 10).clamp(0, 1)
    grass = flat(s.x, "3f9142", "4a9a3e", variation=s.variation)
    return grass * (1 + 0.10 * mown + 0.07 * mottle(s, 0.7) + 0.10 * mottle(s, 0.05))


def _gym(s: Spot) -> Tensor:
    return flat(s.x, "4a4d52") * (1 + 0.12 * mottle(s, 0.07) + 0.05 * mottle(s, 1.9))


def _tennis_court(s: Spot) -> Tensor:
    run_off = flat(s.x, "4d8a5e", "5a8f57", variation=s.variation)
    court = flat(s.x, "2f67a8", "3a5fa0", variation=s.variation)
    inner = band(s.x, -5.485, 5.485, s.blur_x) * band(s.z, 0, 23.77, s.blur_z)
    return over(run_off, court, inner) * (1 + 0.04 * mottle(s, 2.0) + 0.05 * mottle(s, 0.05))


def _ring(s: Spot) -> Tensor:
    canvas = flat(s.x, "c9cdd2", "a9bdd6", "d8d2c4", variation=s.variation)
    canvas = canvas * (1 + 0.03 * mottle(s, 1.1))
    emblem = band(torch.hypot(s.x, s.z), 0.75, 1.0, (s.blur_x + s.blur_z) / 2)
    paint = flat(s.x, "a32b30", "22418f", "7a1f2b", variation=s.variation)
    canvas = over(canvas, paint, 0.8 * emblem)
    hall = flat(s.x, "1c1d24")
    on = band(s.x, -3.6, 3.6, s.blur_x) * band(s.z, -3.6, 3.6, s.blur_z)
    return over(hall, canvas, on)


def _pool(s: Spot) -> Tensor:
    deck = flat(s.x, "d8d6cc") * (1 + 0.03 * mottle(s, 0.8))
    joint = torch.maximum(bars(s.x, 0.3, 0.012, s.blur_x), bars(s.z, 0.3, 0.012, s.blur_z))
    deck = deck * (1 - 0.25 * joint)
    ripple = mottle(s, 0.9) + 0.6 * mottle(s, 0.37)
    water = flat(s.x, "2fa3c4") * (1 + 0.22 * ripple)
    floor_line = bars(s.x + 0.06 * ripple, 2.5, 0.28, s.blur_x)
    water = over(water, flat(s.x, "155a86"), 0.55 * floor_line)
    glint = ((ripple - 0.62) / 0.12).clamp(0, 1) * (1 - s.blur_z / 0.4).clamp(0, 1)
    water = over(water, flat(s.x, "ffffff"), 0.35 * glint)
    return over(deck, water, band(s.z, 0.15, 60, s.blur_z))


def _park(s: Spot) -> Tensor:
    grass = flat(s.x, "6b9e3f", "5f9440", variation=s.variation)
    grass = grass * (1 + 0.16 * mottle(s, 1.7) + 0.16 * mottle(s, 0.09))
    bend = s.x + 2.6 + 0.8 * torch.sin(s.z * 0.21)
    path = flat(s.x, "c8b48c") * (1 + 0.06 * mottle(s, 0.11))
    return over(grass, path, band(bend, -0.9, 0.9, s.blur_x))


def _beach(s: Spot) -> Tensor:
    sand = flat(s.x, "ecd7a4", "e6cd98", variation=s.variation)
    return sand * (1 + 0.07 * mottle(s, 0.8) + 0.05 * mottle(s, 0.12) + 0.04 * mottle(s, 3.7))


def _road(s: Spot) -> Tensor:
    asphalt = flat(s.x, "55585d") * (1 + 0.07 * mottle(s, 0.05) + 0.05 * mottle(s, 2.6))
    verge = flat(s.x, "7d8f4e", "8a9656", variation=s.variation) * (1 + 0.15 * mottle(s, 0.8))
    kerb = flat(s.x, "b9b7b0")
    ground = over(verge, kerb, band(s.x.abs(), 3.9, 4.3, s.blur_x))
    return over(ground, asphalt, band(s.x, -3.9, 3.9, s.blur_x))


def _studio(s: Spot) -> Tensor:
    return flat(s.x, "b9bec6", "c9bfb2", "a9b7c4", "b7aebb", variation=s.variation).expand(
        3, *s.x.shape
    )


GROUNDS: dict[str, Callable[[Spot], Tensor]] = {
    "indoor_court": _indoor_court,
    "outdoor_court": _outdoor_court,
    "track": _track,
    "pitch": _pitch,
    "gym": _gym,
    "tennis_court": _tennis_court,
    "ring": _ring,
    "pool": _pool,
    "park": _park,
    "beach": _beach,
    "road": _road,
    "studio": _studio,
}
"""Venue → linear colour (3, b, n) of its ground."""

LINE_COLOURS = {"gym": "3a3d41", "outdoor_court": "eeeade", "road": "efe9d2", "pool": "e7e4da"}
"""Hex codes where a venue's lines aren't white."""


def lines(venue: str, s: Spot) -> Tensor:
    """How much of each pixel (b, n) is covered by the venue's painted lines."""
    covered = torch.zeros_like(s.x)
    for line in MARKS[venue]:
        if isinstance(line, Arc):
            away_x, away_z = s.x - line.centre[0], s.z - line.centre[1]
            far = torch.hypot(away_x, away_z).clamp_min(1e-6)
            blur = torch.hypot(away_x * s.blur_x, away_z * s.blur_z) / far
            share = band(far - line.radius, -line.width / 2, line.width / 2, blur)
            if line.stop - line.start < 6.28:
                middle, half = (line.start + line.stop) / 2, (line.stop - line.start) / 2
                turned = torch.atan2(away_z, away_x) - middle
                turned = torch.remainder(turned + np.pi, 2 * np.pi) - np.pi
                share = share * ((half - turned.abs()) * line.radius / blur + 0.5).clamp(0, 1)
        else:
            share = _stroke(line, s)
        covered = torch.maximum(covered, share)
    return covered


def _stroke(line: Stroke, s: Spot) -> Tensor:
    """Strokes run along x or along z: the product of two box filters."""
    half = line.width / 2
    low_x, high_x = sorted((line.a[0], line.b[0]))
    low_z, high_z = sorted((line.a[1], line.b[1]))
    if high_x - low_x < high_z - low_z:
        low_x, high_x = low_x - half, high_x + half
    else:
        low_z, high_z = low_z - half, high_z + half
    return band(s.x, low_x, high_x, s.blur_x) * band(s.z, low_z, high_z, s.blur_z)
