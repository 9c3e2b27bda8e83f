"""Whether a distance between pictures chooses as people do.

python -m benchmarks.perceptual --data DIR [--networks upscale4_best …]

``DIR`` holds pictures. Each is changed in ways that people hardly mind, and blurred until the mean
squared error is the same. A distance that sees what people see calls the blurred one further from
the original (Zhang et al. 2018, arXiv 1801.03924, fig. 1). Printed is the share of pictures in
which it does, and in which more blur and stronger JPEG count as further. PSNR, by construction,
cannot tell the two apart; SSIM is given to compare with.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

from benchmarks.super_resolution import pictures
from data.imaging import ssim
from models import checkpoint, features, judge, upscaler

Distance = Callable[[np.ndarray, np.ndarray], float]
Change = Callable[[np.ndarray], np.ndarray]
HALVINGS = 9
MOST_BLUR = 8.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a distance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of pictures")
    add("--networks", nargs="*", default=["upscale4_best", "upscale4_fast"])
    add("--count", type=int, default=12, help="how many pictures, spread over the folder")
    add("--crop", type=int, default=128, help="pixels a side, from the middle")
    options = parser.parse_args(arguments)
    found = pictures(options.data)
    some = found[:: max(1, len(found) // options.count)][: options.count]
    originals = [middle(picture, options.crop) for picture in some]

    distances: dict[str, Distance] = {"1 − SSIM": lambda a, b: 1 - ssim(a, b)}
    for name in options.networks:
        network = upscaler.load(checkpoint.WEIGHTS / name)
        distances[f"features of {name}"] = partial(feature_distance, network.features)
    judging = judge.load(checkpoint.WEIGHTS / "judge")
    seen = features.of_judge(judging)
    distances["features of judge"] = partial(feature_distance, seen)
    for name in options.networks:
        network = upscaler.load(checkpoint.WEIGHTS / name)
        both = features.together(network.features, seen)
        distances[f"features of judge and {name}"] = partial(feature_distance, both)
    torch.manual_seed(0)
    random = upscaler.Upscaler(upscaler.CONFIGS["upscale4_best"]).merged()
    distances["features, random weights"] = partial(feature_distance, random.features)

    print(f"{len(originals)} pictures of {options.crop}²")
    print(f"| distance | {' | '.join(CHANGES)} | more blur | stronger JPEG |")
    print("|---|" + "---|" * (len(CHANGES) + 2))
    for name, distance in distances.items():
        shares = [
            np.mean([prefers(distance, original, change) for original in originals])
            for change in CHANGES.values()
        ]
        for steps in (BLURS, JPEGS):
            shares.append(np.mean([rises(distance, original, steps) for original in originals]))
        print(f"| {name} | {' | '.join(f'{share:.0%}' for share in shares)} |", flush=True)


def feature_distance(seen: features.Features, a: np.ndarray, b: np.ndarray) -> float:
    """:func:`models.features.distance` of uint8 pictures (H, W, 3)."""
    two = [torch.from_numpy(p.copy()).permute(2, 0, 1)[None].float() / 255 for p in (a, b)]
    with torch.inference_mode():
        return float(features.distance(seen, *two))


def prefers(distance: Distance, original: np.ndarray, change: Change) -> bool:
    """Whether the changed picture is nearer to the original than one blurred by the same error."""
    changed = change(original)
    wanted, low, high = error(changed, original), 0.1, MOST_BLUR
    for _ in range(HALVINGS):
        between = (low + high) / 2
        near = error(blur(original, between), original) < wanted
        low, high = (between, high) if near else (low, between)
    return distance(original, changed) < distance(original, blur(original, low))


def rises(distance: Distance, original: np.ndarray, steps: Sequence[Change]) -> bool:
    """Whether each step is further from the original than the one before."""
    found = [distance(original, step(original)) for step in steps]
    return found == sorted(found)


def middle(picture: np.ndarray, side: int) -> np.ndarray:
    top, left = (max(0, length - side) // 2 for length in picture.shape[:2])
    return picture[top : top + side, left : left + side]


def error(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.square(a.astype(float) - b).mean())


def blur(picture: np.ndarray, deviation: float) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), deviation)


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def warp(picture: np.ndarray, most: float = 2.0) -> np.ndarray:
    """Each place moved smoothly by up to so many pixels."""
    rng = np.random.default_rng(0)
    height, width = picture.shape[:2]
    moved = []
    for places in np.mgrid[:height, :width].astype(np.float32):
        by = blur(rng.standard_normal((height, width)).astype(np.float32), 12)
        moved.append(places + by * most / np.abs(by).max())
    y, x = moved
    return cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def contrast(picture: np.ndarray, share: float = 0.85) -> np.ndarray:
    mean = picture.mean((0, 1))
    return np.rint(mean + share * (picture - mean)).clip(0, 255).astype(np.uint8)


def sharpen(picture: np.ndarray) -> np.ndarray:
    return cv2.addWeighted(picture, 1.6, blur(picture, 1.2), -0.6, 0)


def shift(picture: np.ndarray) -> np.ndarray:
    """One pixel to the right."""
    return np.concatenate([picture[:, :1], picture[:, :-1]], axis=1)


CHANGES: dict[str, Change] = {
    "warped": warp,
    "shifted": shift,
    "sharpened": sharpen,
    "less contrast": contrast,
}
BLURS: list[Change] = [partial(blur, deviation=deviation) for deviation in (0.6, 1.2, 2.4)]
JPEGS: list[Change] = [partial(jpeg, quality=quality) for quality in (80, 40, 15)]


if __name__ == "__main__":
    main()
