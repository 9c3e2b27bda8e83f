"""Pairs for a viewer who doesn't know which is which: ours, and a render of the same scene.

    python -m benchmarks.blind_pairs [--count 20] [--seed N] [--out DIR] [--key FILE]
    python -m benchmarks.blind_pairs --answers LRLL… [--key FILE]

Draws scenes that training never drew, as the pipeline draws them with their true pose and as the
renderer does, 1024² each, side by side: ``pair-01.webp`` and so on, with the numbers of what the
scene shows in ``pairs.csv``. Which side is the render is drawn by the seed and stands in the key
alone, a file apart. The viewer writes for each pair which side looks like the render (or the better
picture), L or R; ``--answers`` counts how often that was the render. Half of the pairs is chance,
so up to 14 of 20 can't be told from it (p = 0.058 one-sided for 14, 0.021 for 15).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from math import comb
from pathlib import Path

import numpy as np
from PIL import Image

from data.scenes.scene import Scene

SIZE, GAP = 1024, 32
PAPER = 251

SEED = 987_654_321
"""Of the scenes; trainings draw theirs from small numbers."""

SHOWN = ("action", "phase", "venue", "light", "view", "style", "top_colour")
SIDES = "LR"


def scenes(count: int, seed: int) -> list[Scene]:
    """Scenes seen whole, of all kinds, each action once before any comes twice."""
    from data.scenes.sample import sample_scene
    from data.scenes.scene import ACTIONS

    rng = np.random.default_rng(seed)
    order = [str(a) for _ in range(-(-count // len(ACTIONS))) for a in rng.permutation(ACTIONS)]
    return [sample_scene(rng, action=action, framing="full") for action in order[:count]]


def sides(count: int, seed: int) -> str:
    """On which side each pair has the render: as often left as right, in an order by chance."""
    half = [SIDES[i % 2] for i in range(count)]
    return "".join(np.random.default_rng(seed + 1).permutation(half))


def beside(render: np.ndarray, ours: np.ndarray, side: str) -> np.ndarray:
    """One picture of both, uint8 (size, 2 · size + GAP, 3); ``side`` is the render's."""
    left, right = (render, ours) if side == "L" else (ours, render)
    gap = np.full((len(left), GAP, 3), PAPER, np.uint8)
    return np.hstack([left, gap, right])


def drawn(found: list[Scene]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The render and ours of each scene, uint8 (1024, 1024, 3)."""
    import torch

    from data.scenes.attributes import said
    from data.scenes.figure import figure_of
    from data.scenes.render import render
    from data.scenes.scene import attributes
    from pipeline.runtime import Runtime
    from pipeline.sketch import Sketch
    from pipeline.text_to_image import base, pixels, sr256, sr1024

    runtime = Runtime()
    for seed, scene in enumerate(found):
        truth = render([scene], SIZE)
        figure = figure_of(scene, truth.posed[0], truth.views[0])
        vector = torch.from_numpy(said(attributes(scene)))[None].to(runtime.device)
        sketch = Sketch(vector, figure, runtime)
        *_, small = base(sketch, seed)
        *_, middle = sr256(small, sketch, seed)
        *_, large = sr1024(middle, sketch, seed)
        yield pixels(truth.pixels * 2 - 1), pixels(large)


def counted(answers: str, key: str) -> str:
    """How often the viewer took the render, and how likely that is by chance."""
    given = [c for c in answers.upper() if c in SIDES]
    if len(given) != len(key):
        raise SystemExit(f"error: {len(given)} answers (L or R) for {len(key)} pairs")
    hits, n = sum(a == b for a, b in zip(given, key, strict=True)), len(key)
    chance = sum(comb(n, k) for k in range(hits, n + 1)) / 2**n
    return f"The render was picked in {hits} of {n} pairs; by chance so often or more: {chance:.3f}"


def main() -> None:
    """Draw the pairs, or count the answers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/blind_pairs"))
    parser.add_argument("--key", type=Path, default=Path("benchmarks/blind_pairs_key.json"))
    parser.add_argument("--quality", type=int, default=88, help="of the WebP files")
    parser.add_argument("--answers", help="L or R for each pair, in order")
    options = parser.parse_args()
    if options.answers is not None:
        print(counted(options.answers, json.loads(options.key.read_text())["render is"]))
        return

    from data.scenes.scene import attributes

    found, key = scenes(options.count, options.seed), sides(options.count, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    options.key.parent.mkdir(parents=True, exist_ok=True)
    with (options.out / "pairs.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["pair", *SHOWN])
        for number, (scene, side, both) in enumerate(zip(found, key, drawn(found), strict=True), 1):
            pair = Image.fromarray(beside(*both, side))
            pair.save(options.out / f"pair-{number:02d}.webp", quality=options.quality)
            shown = attributes(scene)
            rows.writerow([number, *(shown.get(name, "") for name in SHOWN)])
            print(f"pair {number} of {options.count}", flush=True)
    options.key.write_text(json.dumps({"seed": options.seed, "render is": key}) + "\n")


if __name__ == "__main__":
    main()
