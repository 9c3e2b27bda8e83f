"""How near the picture models come to renders of the same scenes, given their true pose.

    python -m benchmarks.pictures [--count 64] [--weights DIR]

Prints one table over scenes that training never drew: the drafts' share of pixels whose kind is
right, and the mean absolute difference of colours (0 to 255) between the render and the drafts, the
base's 64² and the 256² enlarged from that, on the athletes and everywhere. What words and pose
leave open, such as clouds and crowds, is another in each picture and counts as difference too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.attributes import said
from data.scenes.figure import figure_of
from data.scenes.palette import KINDS, PARTS, kind_of
from data.scenes.render import render
from data.scenes.sample import sample_scene
from data.scenes.scene import attributes
from pipeline.runtime import Runtime
from pipeline.sketch import Sketch
from pipeline.text_to_image import base, sr256

FIRST, LAST = KINDS.index(PARTS[0]), KINDS.index(PARTS[-1])
"""The kinds that are athlete."""

SEED = 987_654_321
"""Of the scenes; trainings draw theirs from small numbers."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--weights", type=Path, help="folder of weights; our own when left out")
    options = parser.parse_args()
    runtime = Runtime(weights=options.weights)
    rng = np.random.default_rng(SEED)

    right: dict[str, list[Tensor]] = {}
    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in range(options.count):
        scene = sample_scene(rng)
        truth = render([scene], 256)
        figure = figure_of(scene, truth.posed[0], truth.views[0])
        vector = torch.from_numpy(said(attributes(scene)))[None].to(runtime.device)
        parts = {64: render([scene], 64).parts, 256: truth.parts}
        kinds = {
            size: torch.from_numpy(kind_of(part.numpy())).long() for size, part in parts.items()
        }
        athlete = {size: (k >= FIRST) & (k <= LAST) for size, k in kinds.items()}
        target = truth.pixels * 2 - 1

        sketch = Sketch(vector, figure, runtime)
        *_, small = base(sketch, seed)
        *_, middle = sr256(small, sketch, seed)
        pictures = {
            "draft": sketch.draft,
            "draft256": sketch.large_draft,
            "base": small,
            "sr256": middle,
        }
        for name, drawn in pictures.items():
            size = drawn.shape[-1]
            if name.startswith("draft"):
                seen = drawn[:, : len(KINDS)].argmax(1).cpu()
                right.setdefault(name, []).append((seen == kinds[size])[athlete[size]].float())
            goal = F.avg_pool2d(target, 256 // size)
            difference = 127.5 * (drawn[:, -3:].float().cpu().clamp(-1, 1) - goal).abs().mean(1)
            where = athlete[size].float()
            inside = float((difference * where).sum() / where.sum().clamp_min(1))
            rows.setdefault(name, []).append((inside, float(difference.mean())))

    print(f"{options.count} scenes; {runtime.describe()}\n")
    for name, seen in right.items():
        print(f"Kinds right on athletes, {name}: {float(torch.cat(seen).mean()):.1%}\n")
    print("| picture | difference on athletes | everywhere |\n|---|---:|---:|")
    for name, found in rows.items():
        inside, everywhere = np.mean(found, 0)
        print(f"| {name} | {inside:.1f} | {everywhere:.1f} |")


if __name__ == "__main__":
    main()
