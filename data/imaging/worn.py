"""Pictures as the world hands them on: blurred, shrunk, noisy, saved as JPEG.

A short form of the degradations that real-world upscalers are trained on (Zhang et al. 2021,
"BSRGAN", arXiv 2103.14006; Wang et al. 2021, "Real-ESRGAN", arXiv 2107.10833): once through, not
twice, and no stronger than what phones and web sites do to a photo.
"""

from __future__ import annotations

import cv2
import numpy as np

BLURS = (0.1, 2.4)
"""Least and most standard deviation of the blur along an axis, in pixels of the small picture."""

SHRINKING = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)

NOISE = (0.0, 12.0)
"""Least and most standard deviation of the noise, in levels of 255."""

QUALITY = (35, 95)
"""Lowest and highest quality of the JPEG."""

GREY_NOISE, SAVED = 0.4, 0.8
"""How often noise is equal in all channels, and how often the picture is saved as JPEG."""


def worn(picture: np.ndarray, times: int, rng: np.random.Generator) -> np.ndarray:
    """What might be left of a picture: (H, W, 3) → (H // times, W // times, 3), uint8."""
    height, width = (side // times for side in picture.shape[:2])
    picture = blurred(picture[: height * times, : width * times], times, rng)
    how = int(rng.choice(SHRINKING))
    small = cv2.resize(picture, (width, height), interpolation=how) if times > 1 else picture
    small = noisy(small, rng)
    if rng.random() > SAVED:
        return small
    return saved(small, int(rng.integers(QUALITY[0], QUALITY[1] + 1)))


def blurred(picture: np.ndarray, times: int, rng: np.random.Generator) -> np.ndarray:
    """Blurred by a Gaussian that may be longer in one direction; enlarged by ``times`` later."""
    along, across = rng.uniform(*BLURS, 2) * (times / 4 if times > 1 else 0.6)
    radius = max(1, int(np.ceil(2.5 * max(along, across))))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    angle = rng.uniform(0, np.pi)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = np.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2))
    return cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)


def noisy(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """With Gaussian noise; half of the time it grows with the root of the brightness, as photons'
    does."""
    deviation = rng.uniform(*NOISE)
    channels = 1 if rng.random() < GREY_NOISE else 3
    noise = deviation * rng.standard_normal((*picture.shape[:2], channels))
    if rng.random() < 0.5:
        noise = noise * np.sqrt(picture / 128)
    return np.rint(picture + noise).clip(0, 255).astype(np.uint8)


def saved(picture: np.ndarray, quality: int) -> np.ndarray:
    """Saved as JPEG and read again; colours at half resolution, as cameras do."""
    _, file = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))
    return np.ascontiguousarray(again[..., ::-1])
