"""How well the pose prior knows the action library.

    python benchmarks/pose_prior.py [--count 400] [--weights DIR]

For each pose that it makes up, the nearest of the library's poses of the asked phase is looked up:
their mean joint distance in space, in % of body height, beside the same for further poses of the
library itself, which is what a perfect prior would reach.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from data.scenes.actions import LIBRARY, mirrored, pose
from data.scenes.attributes import said
from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, Scene, attributes
from models import checkpoint
from models.pose_prior import RELEVANT, imagine, load

LIMBS = (
    *(("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand")),
    *(("hip", "knee"), ("knee", "ankle"), ("ankle", "toe")),
)
PHASES = [p for p in VOCABULARY["phase"] if p.split("/")[0] in LIBRARY]


def shape(posed: Posed, height: float) -> np.ndarray:
    """Joints of the first athlete and ends of the props (N, 3), in statures, pelvis above 0."""
    ends = [end for prop in posed.props for end in (prop.tail, prop.tip)]
    points = np.concatenate([posed.joints[0], np.array(ends).reshape(-1, 3)])
    points[:, [0, 2]] -= posed.joints[0, JOINT_INDEX["pelvis"], [0, 2]]
    return points / height


class Bank:
    """Poses of the library to compare with, those of left-handers among them."""

    def __init__(self, per_phase: int, rng: np.random.Generator) -> None:
        self.shapes: dict[tuple[str, str], np.ndarray] = {}
        for phase in PHASES:
            right, left = [], []
            for _ in range(per_phase):
                scene = sample_scene(rng, phase=phase, people="one", handed="right")
                posed, height = pose(scene), scene.athletes[0].height
                right.append(shape(posed, height))
                left.append(shape(mirrored(posed), height))
            self.shapes[phase, "right"] = np.stack(right)
            self.shapes[phase, "left"] = np.stack(left)

    def nearest(self, points: np.ndarray, phase: str, hand: str) -> tuple[float, float]:
        """Distance of joints and of props to the nearest pose by its joints, in statures."""
        shapes, count = self.shapes[phase, hand], len(JOINT_INDEX)
        gaps = np.linalg.norm(shapes[:, :count] - points[:count], axis=-1).mean(1)
        best = gaps.argmin()
        ends, others = (p[count:].reshape(-1, 2, 3) for p in (points, shapes[best]))
        if not len(ends):
            return gaps[best], np.nan
        # A bar's two ends are alike, so they are compared in either order.
        apart = [np.linalg.norm(ends - o, axis=-1).mean(1) for o in (others, others[:, ::-1])]
        return gaps[best], np.minimum(*apart).mean()


def asymmetry(posed: Posed) -> float:
    """How much left and right limbs differ in length, mean share."""
    places = {name: posed.joints[0, i] for name, i in JOINT_INDEX.items()}
    shares = []
    for a, b in LIMBS:
        left, right = (
            np.linalg.norm(places[f"{s}_{a}"] - places[f"{s}_{b}"]) for s in ("left", "right")
        )
        shares.append(abs(left - right) / (left + right) * 2)
    return float(np.mean(shares))


def judge(bank: Bank, scene: Scene, posed: Posed, asked: dict[str, str]) -> dict[str, float]:
    """One row of measurements."""
    points = shape(posed, scene.athletes[0].height)
    hands = [asked["handed"]] if "handed" in asked else ["right", "left"]
    joints, props = min(bank.nearest(points, asked["phase"], hand) for hand in hands)
    count = len(points)
    found = {
        key: bank.nearest(points, *key)[0]
        for key, shapes in bank.shapes.items()
        if shapes.shape[1] == count
    }
    phase, hand = min(found, key=found.__getitem__)
    turn = abs((scene.camera.azimuth + 180) % 360 - 180)
    view = (
        "front" if turn < 22 else "three_quarter" if turn < 70 else "side" if turn < 130 else "back"
    )
    return {
        "joints": joints,
        "props": props,
        "phase": phase == asked["phase"],
        "action": phase.split("/")[0] == asked["phase"].split("/")[0],
        "hand": hand == asked["handed"] if "handed" in asked else np.nan,
        "view": view == asked["view"] if "view" in asked else np.nan,
        "asymmetry": asymmetry(posed),
        "lowest": posed.joints[0, :, 1].min() / scene.athletes[0].height,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--weights", type=Path, default=checkpoint.WEIGHTS / "pose_prior")
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--guidance", type=float, default=1.3)
    parser.add_argument("--by-action", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(2024)
    bank = Bank(200, rng)
    prior = load(options.weights)
    rows: dict[str, list[dict[str, float]]] = {"library": [], "complete": [], "partial": []}
    per_action: dict[str, list[dict[str, float]]] = {}
    spent = 0.0
    for i in range(options.count):
        scene = sample_scene(rng, phase=PHASES[i % len(PHASES)], people="one")
        every = {name: v for name, v in attributes(scene).items() if name in RELEVANT}
        rows["library"].append(judge(bank, scene, pose(scene), every))
        share = rng.random()
        some = {n: v for n, v in every.items() if n in ("action", "phase") or rng.random() < share}
        for name, asked in (("complete", every), ("partial", some)):
            start = time.perf_counter()
            generator = torch.Generator().manual_seed(i)
            made = imagine(prior, said(asked), generator, options.steps, options.guidance)
            spent += time.perf_counter() - start
            rows[name].append(judge(bank, made.scene, made.posed, asked))
            per_action.setdefault(scene.action, []).append(rows[name][-1])
    print("| vector | joints % | props % | phase | action | hand | view | asymmetry % | lowest % |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, measured in (rows | (per_action if options.by_action else {})).items():
        mean = {k: float(np.nanmean([row[k] for row in measured])) for k in measured[0]}
        print(
            f"| {name} | {100 * mean['joints']:.2f} | {100 * mean['props']:.2f} "
            f"| {mean['phase']:.3f} | {mean['action']:.3f} | {mean['hand']:.3f} "
            f"| {mean['view']:.3f} | {100 * mean['asymmetry']:.2f} | {100 * mean['lowest']:.2f} |"
        )
    print(f"{1000 * spent / options.count / 2:.1f} ms a sample on one core, {options.steps} steps")


if __name__ == "__main__":
    main()
