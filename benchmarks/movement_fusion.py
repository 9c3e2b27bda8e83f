"""Skeleton, inertial sensor, and both together on UTD-MHAD (Chen et al. 2015).

    python -m benchmarks.movement_fusion --data DIR --minutes 35 --seeds 3

Odd people to train on, even ones to test on, 27 actions. The skeleton's network is that of
:mod:`benchmarks.movement`; the sensor's is a small convolutional one; both together are the mean of
their log-probabilities, with no weight to tune. Prints one table.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.movement import trained
from data.movement import read
from data.movement.clip import clip_from
from models.movement_attention import batch_of
from models.train.movement import Example, utd

ACTIONS = 27
MOMENTS = 96
"""Samples that each signal is brought to."""

ROWS = {
    "skeleton": "93.3 Gimme Signals; kernel ridge 81.2",
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


@torch.inference_mode()
def by_skeleton(model: nn.Module, examples: Sequence[Example]) -> Tensor:
    """Log-probabilities (N, ACTIONS)."""
    found = []
    for example in examples:
        clip = clip_from(example.joints, np.arange(len(example.joints)) / example.fps)
        found.append(model(batch_of([clip])).action[0, :ACTIONS].log_softmax(-1))
    return torch.stack(found)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with utd_mhad.zip")
    add(
        "--minutes", type=float, default=35, help="by the clock, of the skeleton's; 0 leaves it out"
    )
    add("--epochs", type=int, default=60, help="of the sensor's training")
    add("--seeds", type=int, default=3)
    add("--width", type=int, default=64)
    add("--batch", type=int, default=16)
    options = parser.parse_args()

    held = pairs(options.data)
    halves = [[pair for pair in held if pair[2] % 2 == odd] for odd in (1, 0)]
    signals = [torch.from_numpy(np.stack([pair[1] for pair in half])) for half in halves]
    mean, spread = signals[0].mean((0, 1)), signals[0].std((0, 1))
    signals = [(half - mean) / spread for half in signals]
    labels = [torch.tensor([pair[0].action for pair in half]) for half in halves]
    scores: dict[str, list[float]] = {name: [] for name in ROWS}
    started = time.process_time()
    for seed in range(options.seeds):
        sensor = train_signals(signals[0], labels[0], options.epochs, seed)
        with torch.inference_mode():
            told = {"inertial": sensor(signals[1].transpose(1, 2)).log_softmax(-1)}
        if options.minutes:
            examples = [pair[0] for pair in halves[0]]
            skeleton = trained(examples, options.minutes, seed, options.width, options.batch)
            told["skeleton"] = by_skeleton(skeleton, [pair[0] for pair in halves[1]])
            told["fused"] = (told["skeleton"] + told["inertial"]) / 2
        for name, values in told.items():
            scores[name].append(100 * float((values.argmax(-1) == labels[1]).float().mean()))
    print(f"{len(labels[0])} clips to train on, {len(labels[1])} to test on, ", end="")
    print(f"{(time.process_time() - started) / 60 / options.seeds:.1f} CPU minutes a seed\n")
    print("| by | accuracy % | trainings | published, floor |\n|---|---|---|---|")
    for name, found in scores.items():
        if found:
            spread_ = statistics.stdev(found) if len(found) > 1 else 0.0
            mean_ = statistics.fmean(found)
            print(f"| {name} | {mean_:.1f} ± {spread_:.1f} | {len(found)} | {ROWS[name]} |")


if __name__ == "__main__":
    main()
