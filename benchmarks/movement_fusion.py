"""Skeleton, inertial sensor, and both together on UTD-MHAD (Chen et al. 2015).

    python -m benchmarks.movement_fusion --data DIR --seeds 0 1 2

Odd people to train on, even ones to test on, 27 actions. The skeleton's network is that of
:mod:`benchmarks.movement_sets`; the sensor's is a small convolutional one; both together are the
mean of their log-probabilities, with no weight to tune. Prints one table.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.movement_sets import PUBLISHED, RECIPES, told, trained
from data.movement import read
from models.train.movement_examples import Example, utd

ACTIONS = 27
MOMENTS = 96
"""Samples that each signal is brought to."""

ROWS = {
    "skeleton": PUBLISHED["utd"],
    "inertial": "67.2; kernel ridge 72.1",
    "fused": "depth + inertial 79.1",
}
"""What is reported → what was published, and the floor."""


def pairs(folder: Path) -> list[tuple[Example, np.ndarray, int]]:
    """Skeleton, signals (MOMENTS, 6) in g and rad/s, and person of each clip that has both."""
    path = folder / "utd_mhad.zip"
    names, signals = [], {}
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith("_skeleton.mat"):
                names.append(_clip(name))
            if name.endswith("_inertial.mat"):
                held = read(name, archive.read(name)).inertial
                assert held is not None
                signal = np.concatenate([held.acceleration[:, 0] / 9.81, held.rotation[:, 0]], -1)
                signals[_clip(name)] = _resampled(signal)
    # utd() goes through the skeletons in the same order.
    skeletons = utd(path)
    first = {name: int(re.findall(r"\d+", name)[0]) - 1 for name in names}
    return [
        (
            Example(example.joints, example.fps, first[name], mirror=False),
            signals[name],
            person,
        )
        for name, (example, person) in zip(names, skeletons, strict=True)
        if name in signals
    ]


def _clip(name: str) -> str:
    """ "…/a1_s2_t3_skeleton.mat" → "a1_s2_t3"."""
    return Path(name).stem.rpartition("_")[0]


def _resampled(signal: np.ndarray) -> np.ndarray:
    at = np.linspace(0, len(signal) - 1, MOMENTS)
    columns = [np.interp(at, np.arange(len(signal)), column) for column in signal.T]
    return np.stack(columns, 1).astype(np.float32)


class Signals(nn.Sequential):
    """Signals (B, 6, MOMENTS) → logits (B, ACTIONS)."""

    def __init__(self) -> None:
        def layer(wide: int, narrow: int) -> list[nn.Module]:
            return [
                nn.Conv1d(wide, narrow, 7, stride=2, padding=3),
                nn.BatchNorm1d(narrow),
                nn.ReLU(),
            ]

        super().__init__(
            *layer(6, 64),
            *layer(64, 96),
            *layer(96, 128),
            nn.AdaptiveAvgPool1d(3),
            nn.Flatten(),
            nn.Dropout(0.4),
            nn.Linear(3 * 128, ACTIONS),
        )


def train_signals(signals: Tensor, labels: Tensor, epochs: int, seed: int) -> Signals:
    """A network trained from nothing on signals (N, MOMENTS, 6) that are standardised."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Signals()
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.05)
    batches = -(-len(signals) // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * batches)
    for _ in range(epochs):
        for chosen in torch.randperm(len(signals)).split(32):
            part = torch.stack([varied(signals[i], rng) for i in chosen])
            loss = F.cross_entropy(model(part.transpose(1, 2)), labels[chosen], label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def varied(signal: Tensor, rng: np.random.Generator) -> Tensor:
    """A signal cut, stretched, scaled and blurred a little: a sensor sits never twice the same."""
    start, end = rng.uniform(0, 0.1) * MOMENTS, (1 - rng.uniform(0, 0.1)) * (MOMENTS - 1)
    at = torch.linspace(start, end, MOMENTS)
    below = at.long().clamp(max=MOMENTS - 2)
    share = (at - below)[:, None]
    moved = (1 - share) * signal[below] + share * signal[below + 1]
    scale = torch.tensor(rng.uniform(0.85, 1.15, 6), dtype=torch.float32)
    return moved * scale + 0.05 * torch.randn(MOMENTS, 6)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with utd_mhad.zip")
    add("--steps", type=int, help="of the skeleton's training, instead of the recipe's")
    add("--epochs", type=int, default=60, help="of the sensor's training")
    add("--seeds", type=int, nargs="+", default=[0, 1, 2])
    add("--inertial-only", action="store_true", help="leave the skeleton out")
    options = parser.parse_args()

    held = pairs(options.data)
    halves = [[pair for pair in held if pair[2] % 2 == odd] for odd in (1, 0)]
    signals = [torch.from_numpy(np.stack([pair[1] for pair in half])) for half in halves]
    mean, spread = signals[0].mean((0, 1)), signals[0].std((0, 1))
    signals = [(half - mean) / spread for half in signals]
    labels = [torch.tensor([pair[0].action for pair in half]) for half in halves]
    scores: dict[str, list[float]] = {name: [] for name in ROWS}
    recipe = RECIPES["utd"]
    started = time.process_time()
    for seed in options.seeds:
        sensor = train_signals(signals[0], labels[0], options.epochs, seed)
        with torch.inference_mode():
            by = {"inertial": sensor(signals[1].transpose(1, 2)).log_softmax(-1)}
        if not options.inertial_only:
            recipe = replace(recipe, steps=options.steps or recipe.steps)
            skeleton = trained([pair[0] for pair in halves[0]], recipe, seed)
            by["skeleton"] = torch.stack([told(skeleton, pair[0], recipe) for pair in halves[1]])
            by["fused"] = (by["skeleton"] + by["inertial"]) / 2
        for name, values in by.items():
            scores[name].append(100 * float((values.argmax(-1) == labels[1]).float().mean()))
            print(f"seed {seed} {name}: {scores[name][-1]:.2f} %", flush=True)
    print(f"{len(labels[0])} clips to train on, {len(labels[1])} to test on, ", end="")
    print(f"{(time.process_time() - started) / 60 / len(options.seeds):.1f} CPU minutes a seed\n")
    print("| by | accuracy % | trainings | published, floor |\n|---|---|---|---|")
    for name, found in scores.items():
        if found:
            spread_ = statistics.stdev(found) if len(found) > 1 else 0.0
            mean_ = statistics.fmean(found)
            print(f"| {name} | {mean_:.1f} ± {spread_:.1f} | {len(found)} | {ROWS[name]} |")


if __name__ == "__main__":
    main()
