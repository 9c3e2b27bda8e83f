"""What can be measured of a result, with and without an original."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from data.imaging import Picture, consistency, psnr, ssim
from models import features
from pipeline.errors import WeightsError
from pipeline.runtime import Runtime

FEATURES = ("judge", "upscale4_best")
"""The networks in whose features pictures are compared: the judge's hardly mind a shift, the
upscaler's rightly prefer what is sharpened to what is blurred (``benchmarks.perceptual``)."""

PIECE = 256
"""Pixels a side of the pieces that are compared one by one."""

MOST_PIECES = 24
"""As many pieces of a large picture are compared, spread evenly over it."""


def measure(
    canvas: np.ndarray, small: Picture, original: Picture, crop: int | None, runtime: Runtime
) -> dict[str, float | None]:
    """Name → value, None for what cannot be measured.

    Parameters
    ----------
    canvas : the result (H, W, C), uint8 or uint16.
    small : what was enlarged.
    original, crop : the truth, and how many pixels at its border don't count; a crop of None says
        that there is no truth.

    Returns
    -------
    ``psnr`` (dB), ``ssim`` and ``features`` (:func:`feature_distance`) against the original, and
    ``consistency`` (dB): the result, shrunk back, against what was given.
    """
    result: dict[str, float | None] = dict.fromkeys(("psnr", "ssim", "features", "consistency"))
    height, width = canvas.shape[:2]
    made = _eight(canvas)
    if crop is not None and min(height, width) > 2 * crop:
        truth = _eight(original.pixels[:height, :width])
        result["psnr"] = psnr(made, truth, crop)
        result["ssim"] = ssim(made, truth, crop)
        result["features"] = feature_distance(made, truth, runtime)
    if width >= small.size[0] and height >= small.size[1]:
        result["consistency"] = consistency(made, _eight(small.pixels))
    return {name: _number(value) for name, value in result.items()}


def feature_distance(made: np.ndarray, truth: np.ndarray, runtime: Runtime) -> float | None:
    """Distance of two uint8 pictures (H, W, 3) or (H, W) in our judge's and upscaler's features.

    0 for equal pictures, at most 4; :func:`models.features.distance`. It is not LPIPS and can't be
    compared with published LPIPS. None without the networks' weights.
    """
    try:
        judge, upscaler = (runtime.model(name) for name in FEATURES)
    except WeightsError:
        return None
    seen = features.together(features.of_judge(judge), upscaler.features)
    rows, columns = (range(0, length, PIECE) for length in truth.shape[:2])
    places = [(y, x) for y in rows for x in columns]
    shown = np.unique(np.linspace(0, len(places) - 1, MOST_PIECES).round().astype(int))
    total, pixels = 0.0, 0
    for y, x in (places[i] for i in shown):
        two = [_tensor(p[y : y + PIECE, x : x + PIECE], runtime) for p in (made, truth)]
        area = two[0].shape[2] * two[0].shape[3]
        total += area * float(runtime.evaluate(features.distance, seen, *two))
        pixels += area
    return total / pixels


def _tensor(picture: np.ndarray, runtime: Runtime) -> Tensor:
    planes = torch.from_numpy(np.atleast_3d(picture)[..., :3].copy())
    planes = planes.permute(2, 0, 1)[None].to(runtime.device).float() / 255
    return planes.expand(1, 3, -1, -1)


def _eight(pixels: np.ndarray) -> np.ndarray:
    """8 bits a channel; grey without its third axis."""
    pixels = pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels


def _number(value: float | None) -> float | None:
    """Infinity, of equal pictures, counts as 99 dB; what is not a number as nothing."""
    if value is None or np.isnan(value):
        return None
    return round(min(float(value), 99.0), 4)
