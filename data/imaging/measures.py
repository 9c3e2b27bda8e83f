"""How near one picture is to another: PSNR and SSIM on luma, as super-resolution papers do."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from data.imaging.resize import imresize

WINDOW = 11
ROWS = 512


def luma(picture: np.ndarray) -> np.ndarray:
    """Y of BT.601 in whole steps from 16 to 235, float64 (H, W), of colours from 0 to 255.

    MATLAB's ``rgb2ycbcr`` of an 8-bit picture (H, W, 3); a grey one (H, W) counts as three equal
    colours.
    """
    if picture.ndim == 2:
        return np.round(16 + picture * (219 / 255))
    weights = np.array([65.481, 128.553, 24.966]) / 255
    return np.round(16 + picture[..., :3].astype(np.float64) @ weights)


def psnr(picture: np.ndarray, truth: np.ndarray, border: int = 0) -> float:
    """Peak signal-to-noise ratio in dB between lumas, ``border`` pixels left out on each side."""
    picture, truth = _inside(picture, border), _inside(truth, border)
    total = 0.0
    for rows in _blocks(len(picture), ROWS):
        total += float(np.square(luma(picture[rows]) - luma(truth[rows])).sum())
    error = total / (picture.shape[0] * picture.shape[1])
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def ssim(picture: np.ndarray, truth: np.ndarray, border: int = 0) -> float:
    """Structural similarity of lumas, 11×11 Gaussian of σ 1.5 (Wang et al. 2004, eq. 13).

    Mean over the places where the window lies inside; NaN for pictures smaller than the window.
    """
    picture, truth = _inside(picture, border), _inside(truth, border)
    places = len(picture) - WINDOW + 1
    if min(picture.shape[:2]) < WINDOW:
        return float("nan")
    total = 0.0
    for rows in _blocks(places, ROWS):
        seen = slice(rows.start, rows.stop + WINDOW - 1)
        total += float(_similarity(luma(picture[seen]), luma(truth[seen])).sum())
    return total / (places * (picture.shape[1] - WINDOW + 1))


def consistency(picture: np.ndarray, original: np.ndarray) -> float:
    """PSNR in dB of the enlarged picture, shrunk back, against what was enlarged.

    An upscaler may only add what vanishes when its result is shrunk again; below about 40 dB it
    changed what was there.
    """
    return psnr(imresize(picture, original.shape[:2]), original)


def _blocks(length: int, size: int) -> Iterator[slice]:
    """Rows in parts, so that large pictures need little memory."""
    return (slice(begin, min(begin + size, length)) for begin in range(0, length, size))


def _similarity(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    mean_x, mean_y = _window(x), _window(y)
    var_x, var_y = _window(x * x) - mean_x**2, _window(y * y) - mean_y**2
    covariance = _window(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    numerator = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    return numerator / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))


def _inside(picture: np.ndarray, border: int) -> np.ndarray:
    return picture[border:-border, border:-border] if border else picture


def _window(x: np.ndarray) -> np.ndarray:
    kernel = cv2.getGaussianKernel(WINDOW, 1.5, cv2.CV_64F)
    edge = WINDOW // 2
    return cv2.sepFilter2D(x, -1, kernel, kernel)[edge:-edge, edge:-edge]
