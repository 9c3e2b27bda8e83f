"""What diffusion for photos adds to the large network's pictures, ×4.

python -m benchmarks.photo_diffusion --data DIR [--count 12]

``DIR`` holds original pictures that no training saw (BSD100). Beside PSNR and the feature distance
stands the mean step between neighbouring pixels, which grows with fine detail, real or not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.super_resolution import pictures
from data.imaging import psnr, shrink
from models import photo_diffusion
from pipeline.runtime import Runtime
from pipeline.upscaling.diffusion import PHOTO, array, tensor
from pipeline.upscaling.measures import feature_distance

TIMES = 4
STEPS = (4, 8)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for the originals, the large network, and diffusion in some steps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of pictures")
    add("--count", type=int, default=12, help="how many pictures, spread over the folder")
    add("--crop", type=int, default=256, help="pixels a side, from the upper left")
    options = parser.parse_args(arguments)
    runtime = Runtime(dtype=torch.float32)
    found = pictures(options.data)
    some = found[:: -(-len(found) // options.count)]
    originals = [picture[: options.crop, : options.crop] for picture in some]

    made: dict[str, list[np.ndarray]] = {"original": originals}
    for seed, original in enumerate(originals):
        for name, drawn in _enlarged(shrink(original, TIMES), seed, runtime):
            made.setdefault(name, []).append(drawn)
    print(f"{len(originals)} pictures")
    print("| | PSNR (Y) | feature distance | mean step between neighbours |")
    print("|---|---|---|---|")
    for name, drawn_ones in made.items():
        scores = [
            (psnr(d, o, TIMES), feature_distance(d, o, runtime), _step(d))
            for d, o in zip(drawn_ones, originals, strict=True)
        ]
        found_psnr, distant, step = np.mean(np.array(scores, float), axis=0)
        print(f"| {name} | {found_psnr:.2f} | {distant:.4f} | {step:.2f} |", flush=True)


def _enlarged(small: np.ndarray, seed: int, runtime: Runtime) -> Iterator[tuple[str, np.ndarray]]:
    """Method → uint8 picture."""
    network, first = (runtime.model(name) for name in PHOTO)
    given = tensor(small.astype(np.float32) / 255, runtime)
    large = runtime.evaluate(first, given).clamp(0, 1) * 2 - 1
    yield "large network", _bytes(large)
    for steps in STEPS:
        random = torch.Generator().manual_seed(seed)
        *_, drawn = photo_diffusion.sample(
            lambda noisy, shifted: runtime.evaluate(network, noisy, shifted, large),
            large,
            lambda _, random=random: torch.randn(large.shape, generator=random).to(large.device),
            steps,
        )
        yield f"and diffusion in {steps} steps", _bytes(drawn)


def _bytes(picture: torch.Tensor) -> np.ndarray:
    return np.rint(array((picture + 1) / 2).clip(0, 1) * 255).astype(np.uint8)


def _step(picture: np.ndarray) -> float:
    """Mean difference of pixels beside each other, in levels of 255."""
    return float(np.abs(np.diff(picture.astype(int), axis=1)).mean())


if __name__ == "__main__":
    main()
