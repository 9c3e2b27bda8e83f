"""The movement network on published sets of skeletons, each by its official protocol.

    python -m benchmarks.movement --data DIR --sets utd penn jhmdb --seeds 0 1 2
    python -m benchmarks.movement --data DIR --sets penn --inside    # to choose a recipe by

UTD-MHAD odd people / even people (Chen et al. 2015), Penn Action's own split (Zhang et al. 2013),
JHMDB's three splits with 14 classes as DD-Net has them (Yang et al. 2019). Each is trained from
nothing on the training half, for so many steps, so that a busy machine changes nothing but how
long it takes. ``--inside`` holds every fifth clip of that half back and tests on it: a recipe is
chosen by that, never by the other half.
"""

from __future__ import annotations

import argparse
import copy
import io
import statistics
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy.io
import torch
from torch import Tensor, nn

from data.movement.assemble import with_middles
from data.movement.clip import clip_from
from data.movement.faults import FAULTS
from data.movement.names import KEYPOINT_INDEX, KEYPOINTS, MIRRORED, PENN_13, find
from models.device import autocast
from models.movement_attention import Config, MovementAttention, batch_of
from models.train import loop
from models.train.movement import loss_of, varied
from models.train.movement_examples import Example, utd

JHMDB_15 = (
    *("neck", "mid_hip", "nose", "right_shoulder", "left_shoulder", "right_hip", "left_hip"),
    *("right_elbow", "left_elbow", "right_knee", "left_knee", "right_wrist", "left_wrist"),
    *("right_ankle", "left_ankle"),
)
"""JHMDB's joints; its "belly" is taken for the pelvis, its face for the nose."""

JHMDB_CLASSES = 14
HELD_BACK = 5
"""One in so many clips of a training half is held back to choose by."""


@dataclass(frozen=True)
class Recipe:
    """How a set is trained on: steps of ``batch`` clips of ``moments`` moments."""

    steps: int
    moments: int = 16
    batch: int = 16
    width: int = 64
    dropout: float = 0.15
    rate: float = 2.5e-3


RECIPES = {"utd": Recipe(1700), "penn": Recipe(2000), "jhmdb": Recipe(800)}
PUBLISHED = {
    "utd": "93.3 Gimme Signals; kernel ridge 81.2",
    "penn": "94.7 CascadeFormer; kernel ridge 94.3",
    "jhmdb": "77.2 DD-Net; kernel ridge 69.5",
}
Split = tuple[list[Example], list[Example]]


def utd_split(folder: Path) -> list[Split]:
    """Odd people to train on, even ones to test on; classes are a1 to a27."""
    found = utd(folder / "utd_mhad.zip")
    classes = sorted({example.action for example, _ in found})
    numbered = [(replace(e, action=classes.index(e.action)), person) for e, person in found]
    return [
        (
            [e for e, person in numbered if person % 2],
            [e for e, person in numbered if not person % 2],
        )
    ]


def penn_split(folder: Path) -> list[Split]:
    """Penn Action's own split."""
    where = find(PENN_13)
    halves: Split = ([], [])
    names: list[str] = []
    with zipfile.ZipFile(folder / "penn_action.zip") as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".mat"):
                continue
            held = scipy.io.loadmat(io.BytesIO(archive.read(name)))
            places = np.stack([held["x"], -held["y"].astype(float)], -1).astype(float)
            places[held["visibility"] == 0] = np.nan
            action = str(held["action"].ravel()[0])
            if action not in names:
                names.append(action)
            joints = _mapped(places, where)
            example = Example(joints, 30.0, names.index(action))
            halves[0 if int(held["train"].ravel()[0]) == 1 else 1].append(example)
    return [halves]


def jhmdb_splits(folder: Path) -> list[Split]:
    """The three splits of JHMDB."""
    found = []
    where = {joint: at for at, joint in enumerate(JHMDB_15)}
    for n in (1, 2, 3):
        halves = []
        for half in ("train", "test"):
            held = np.load(folder / "jhmdb" / f"{half}_{n}.npz", allow_pickle=False)
            ends = np.cumsum(held["lengths"])[:-1]
            clips = np.split(held["joints"].astype(float) * np.array([1.0, -1.0]), ends)
            # The same classes in every half, so that the same numbers mean the same actions.
            classes, labels = np.unique(held["label"].ravel(), return_inverse=True)
            assert len(classes) == JHMDB_CLASSES
            halves.append(
                [
                    Example(_mapped(clip, where), 30.0, int(label))
                    for clip, label in zip(clips, labels, strict=True)
                ]
            )
        found.append((halves[0], halves[1]))
    return found


SPLITS = {"utd": utd_split, "penn": penn_split, "jhmdb": jhmdb_splits}


def _mapped(places: np.ndarray, where: dict[str, int]) -> np.ndarray:
    joints = np.full((len(places), len(KEYPOINTS), places.shape[-1]), np.nan)
    for joint, at in where.items():
        joints[:, KEYPOINT_INDEX[joint]] = places[:, at]
    with_middles(joints)
    return joints


def inside(train: list[Example]) -> Split:
    """A training half's own halves: what is left to train on, and what is held back."""
    held = [i % HELD_BACK == 0 for i in range(len(train))]
    return (
        [e for e, back in zip(train, held, strict=True) if not back],
        [e for e, back in zip(train, held, strict=True) if back],
    )


def trained(examples: Sequence[Example], recipe: Recipe, seed: int) -> nn.Module:
    """A network trained from nothing on ``examples``; its averaged weights, to evaluate."""
    torch.manual_seed(seed)
    actions = tuple(str(i) for i in range(1 + max(e.action for e in examples)))
    config = Config(actions, FAULTS, width=recipe.width, dropout=recipe.dropout)
    model = MovementAttention(config)
    average = copy.deepcopy(model).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(
        model.parameters(), recipe.rate, betas=(0.9, 0.99), weight_decay=0.01
    )
    model.train()
    for step in range(recipe.steps):
        rng = np.random.default_rng([seed, 1, step])
        torch.manual_seed(int(rng.integers(2**62)))
        drawn = [examples[rng.integers(len(examples))] for _ in range(recipe.batch)]
        made = [varied(e, recipe.moments, rng, pictures=0.0) for e in drawn]
        for group in optimiser.param_groups:
            factor = loop.learning_rate_factor(step, step / recipe.steps)
            group["lr"] = recipe.rate * factor
        with autocast(torch.device("cpu")):
            loss, _ = loss_of(model, made, drawn, rng, torch.device("cpu"))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        loop.update_average(average, model, step + 1)
    return average


@torch.inference_mode()
def told(model: nn.Module, example: Example, recipe: Recipe) -> Tensor:
    """Log-probabilities of a clip's actions, as long and as finely seen as in training: the mean
    over its parts and, where that is as good, over its mirror image."""
    views = [example.joints]
    if example.mirror:
        flip = np.array([-1.0, 1.0, 1.0])[: example.joints.shape[-1]]
        views.append(example.joints[:, MIRRORED] * flip)
    longest = round((4 + 0.1 * recipe.moments) * example.fps)
    clips = []
    for part in np.array_split(np.arange(len(example.joints)), -(-len(example.joints) // longest)):
        times = part / example.fps
        rate = (recipe.moments - 1) / float(times[-1] - times[0])
        clips += [clip_from(view[part], times - times[0], rate) for view in views]
    return torch.stack([model(batch_of([c])).action[0] for c in clips]).log_softmax(-1).mean(0)


def accuracy(model: nn.Module, examples: Sequence[Example], recipe: Recipe) -> float:
    """Percent of examples whose action is told rightly."""
    right = [int(told(model, e, recipe).argmax()) == e.action for e in examples]
    return 100 * statistics.fmean(right)


def sets(options: argparse.Namespace) -> None:
    """Train and test on each set; a row each."""
    rows = []
    for name in options.sets:
        scores: list[float] = []
        recipe = RECIPES[name]
        if options.steps:
            recipe = replace(recipe, steps=options.steps)
        started = time.process_time()
        for seed in options.seeds:
            for number, (train, test) in enumerate(SPLITS[name](options.data), 1):
                if options.inside:
                    train, test = inside(train)
                scores.append(accuracy(trained(train, recipe, seed), test, recipe))
                minutes = (time.process_time() - started) / 60 / len(scores)
                print(f"{name} split {number} seed {seed}: {scores[-1]:.2f} %", flush=True)
        spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
        rows.append(
            f"| {name} | {statistics.fmean(scores):.1f} ± {spread:.1f} | {len(scores)} "
            f"| {minutes:.1f} | {PUBLISHED[name]} |"
        )
    print("| set | accuracy % | trainings | CPU minutes each | published, floor |")
    print("|---|---|---|---|---|", *rows, sep="\n")
