"""MATLAB's ``imresize``, by which all published super-resolution figures shrink their pictures."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import numpy as np

KERNEL_WIDTH = 4.0

BLOCK = 64
"""New pixels a matrix product; larger blocks multiply more zeros."""


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
    picture : (H, W) or (H, W, C); whole numbers are rounded again, floats become float32.
    size : (height, width) wanted.
    """
    if size[1] / picture.shape[1] < size[0] / picture.shape[0]:
        return imresize(picture.swapaxes(0, 1), size[::-1]).swapaxes(0, 1)
    whole = np.issubdtype(picture.dtype, np.integer)
    result = np.empty((*size, *picture.shape[2:]), picture.dtype if whole else np.float32)
    begin = 0
    for band in bands(picture, size):
        result[begin : begin + len(band)] = band
        begin += len(band)
    return result


def shrink(picture: np.ndarray, times: int) -> np.ndarray:
    """The picture (H, W, …), cropped to multiples of ``times``, at 1/``times`` of its sides."""
    height, width = picture.shape[0] // times, picture.shape[1] // times
    return imresize(picture[: height * times, : width * times], (height, width))


def bands(picture: np.ndarray, size: tuple[int, int], rows: int = 128) -> Iterator[np.ndarray]:
    """:func:`imresize` from top to bottom, ``rows`` at a time, for what outgrows the memory.

    The picture may lie in a file (a ``memmap``). Rows always go before columns.
    """
    height, width = picture.shape[:2]
    weights, places = contributions(height, size[0], size[0] / height)
    for begin in range(0, size[0], rows):
        first, matrix = _matrix(weights[begin : begin + rows], places[begin : begin + rows])
        source = picture[first : first + matrix.shape[1]].astype(np.float32)
        band = np.tensordot(matrix, source, axes=1)
        if size[1] != width:
            band = _columns(band, size[1])
        yield _rounded(band, picture.dtype)


@functools.lru_cache(8)
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


def _rounded(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Back to the whole numbers of ``dtype``, if it has such, halves up as MATLAB rounds."""
    if not np.issubdtype(dtype, np.integer):
        return values
    return np.floor(values + 0.5).clip(0, np.iinfo(dtype).max).astype(dtype)


def _columns(picture: np.ndarray, out: int) -> np.ndarray:
    """(H, W, …) → (H, out, …)."""
    weights, places = contributions(picture.shape[1], out, out / picture.shape[1])
    flat = np.ascontiguousarray(picture.swapaxes(0, 1)).reshape(picture.shape[1], -1)
    result = np.empty((out, flat.shape[1]), np.float32)
    for begin in range(0, out, BLOCK):
        first, matrix = _matrix(weights[begin : begin + BLOCK], places[begin : begin + BLOCK])
        result[begin : begin + BLOCK] = matrix @ flat[first : first + matrix.shape[1]]
    return result.reshape(out, len(picture), *picture.shape[2:]).swapaxes(0, 1)


def _matrix(weights: np.ndarray, places: np.ndarray) -> tuple[int, np.ndarray]:
    """The first pixel that is used, and the weights (out, in) of those from there on."""
    first = int(places.min())
    matrix = np.zeros((len(places), int(places.max()) + 1 - first), np.float32)
    np.add.at(matrix, (np.arange(len(places))[:, None], places - first), weights)
    return first, matrix
