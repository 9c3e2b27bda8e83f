"""MATLAB's ``imresize``, by which all published super-resolution figures shrink their pictures."""

from __future__ import annotations

import math

import numpy as np

KERNEL_WIDTH = 4.0


def cubic(x: np.ndarray) -> np.ndarray:
    """Cubic convolution kernel with a = -0.5 (Keys 1981, IEEE TASSP 29:1153, eq. 15)."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))


def imresize(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Bicubic with anti-aliasing, as MATLAB's ``imresize`` does it.

    When a side shrinks by s < 1 the kernel is widened by 1/s; borders are mirrored, the last row
    included; the side with the smaller scale goes first.

    Parameters
    ----------
    picture : (H, W) or (H, W, C); uint8 is rounded to uint8 again, floats stay float32.
    size : (height, width) wanted.
    """
    result = picture.astype(np.float32)
    scales = [size[axis] / picture.shape[axis] for axis in (0, 1)]
    for axis in sorted((0, 1), key=lambda axis: scales[axis]):
        if size[axis] != picture.shape[axis]:
            result = _along(result, size[axis], scales[axis], axis)
    if picture.dtype != np.uint8:
        return result
    return np.floor(result + 0.5).clip(0, 255).astype(np.uint8)  # half up, as MATLAB rounds


def shrink(picture: np.ndarray, times: int) -> np.ndarray:
    """The picture (H, W, …), cropped to multiples of ``times``, at 1/``times`` of its sides."""
    height, width = picture.shape[0] // times, picture.shape[1] // times
    return imresize(picture[: height * times, : width * times], (height, width))


def contributions(length: int, out: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (out, taps) and places (out, taps) of the pixels that make each new pixel."""
    widening = min(scale, 1.0)
    width = KERNEL_WIDTH / widening
    taps = math.ceil(width) + 2
    centres = (np.arange(1, out + 1)) / scale + 0.5 * (1 - 1 / scale)  # 1-based
    places = np.floor(centres - width / 2)[:, None] + np.arange(taps)
    weights = widening * cubic(widening * (centres[:, None] - places))
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.concatenate([np.arange(length), np.arange(length)[::-1]])
    places = mirrored[(places.astype(np.int64) - 1) % (2 * length)]
    used = (weights != 0).any(axis=0)
    return weights[:, used].astype(np.float32), places[:, used]


def _along(picture: np.ndarray, out: int, scale: float, axis: int) -> np.ndarray:
    weights, places = contributions(picture.shape[axis], out, scale)
    moved = np.moveaxis(picture, axis, 0)
    result = np.zeros((out, *moved.shape[1:]), np.float32)
    for weight, place in zip(weights.T, places.T, strict=True):
        result += weight.reshape(-1, *[1] * (moved.ndim - 1)) * moved[place]
    return np.moveaxis(result, 0, axis)
