"""The biomechanical gate: a pose that no body can take is drawn again.

The prior learned from poses that a skeleton made, and hardly ever leaves what a body can do. Where
it does, the picture would show it, so the pose is checked in space before anything is drawn: limbs
of the right length, joints within their range, on the ground what belongs there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from data.scenes.actions import LIBRARY, pose
from data.scenes.anatomy import RANGE_OF_MOTION, body_of
from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.scene import Scene
from models.pose_prior import imagine
from pipeline.runtime import Runtime

RETRIES = 2
"""How often a pose is drawn again at most."""

LIMB_TOLERANCE = 0.2
"""By how much of its length a limb may be longer or shorter; 1 % of the prior's poses go beyond."""

SLACK = 5.0
"""Degrees by which a joint may go beyond its range, as elbows do that reach for a bar."""

GROUND = (-0.04, 0.06)
"""How far below and above the ground the lowest joint may be, in statures, where the action's own
movement touches it; heels and toes lie on the sole."""

TOUCHING = 0.03
"""A movement touches the ground where its lowest joint is at most this high, in statures."""

_LIMBS = {
    "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
}
_JOINTS = {"elbow": ("shoulder", "wrist"), "knee": ("hip", "ankle")}


@dataclass(frozen=True)
class Fault:
    """Why a pose cannot be.

    ``kind`` is "limb", "range" or "ground"; ``part`` the limb or joint ("left_forearm"), empty for
    the ground; ``found`` its length as a share of what it should be, its flexion in degrees, or the
    height of the lowest joint in statures.
    """

    kind: str
    part: str
    found: float


@dataclass(frozen=True, eq=False)
class Chosen:
    """The pose that is drawn: ``figure`` with its ``faults``, none as a rule, and those of each
    pose that was ``rejected`` before it."""

    figure: Figure
    faults: tuple[Fault, ...]
    rejected: tuple[tuple[Fault, ...], ...] = ()


def sound_pose(vector: Tensor, seed: int, runtime: Runtime) -> Chosen:
    """A pose for what was said (1, WIDTH), by the prior: the first of three without a fault, or
    that with the fewest."""
    generator = torch.Generator().manual_seed(seed)
    prior, stated = runtime.model("pose_prior"), vector[0].cpu().numpy()
    tried: list[tuple[tuple[Fault, ...], Figure]] = []
    for _ in range(1 + RETRIES):
        made = imagine(prior, stated, generator)
        tried.append((faults(made.scene, made.posed), made.figure))
        if not tried[-1][0]:
            break
    best = min(range(len(tried)), key=lambda i: len(tried[i][0]))
    found, figure = tried[best]
    return Chosen(figure, found, tuple(f for i, (f, _) in enumerate(tried) if i != best))


def faults(scene: Scene, posed: Posed) -> tuple[Fault, ...]:
    """Everything in a posed scene that a body cannot do."""
    own = pose(scene)
    found: list[Fault] = []
    for athlete, joints, library in zip(scene.athletes, posed.joints, own.joints, strict=True):
        body = body_of(athlete)
        place = dict(zip(JOINT_INDEX, joints, strict=True))
        for side in ("left", "right"):
            for limb, (a, b) in _LIMBS.items():
                length = float(np.linalg.norm(place[f"{side}_{a}"] - place[f"{side}_{b}"]))
                share = length / getattr(body, limb)
                if abs(share - 1) > LIMB_TOLERANCE:
                    found.append(Fault("limb", f"{side}_{limb}", share))
            for joint, (a, b) in _JOINTS.items():
                flexion = _flexion(*(place[f"{side}_{name}"] for name in (a, joint, b)))
                if flexion > RANGE_OF_MOTION[joint][1] + SLACK:
                    found.append(Fault("range", f"{side}_{joint}", flexion))
        lowest, usual = (float(x[:, 1].min()) / athlete.height for x in (joints, library))
        low, high = GROUND
        floats = lowest > high and usual < TOUCHING
        if LIBRARY[scene.action].grounded and (lowest < low or floats):
            found.append(Fault("ground", "", lowest))
    return tuple(found)


def _flexion(a: np.ndarray, joint: np.ndarray, b: np.ndarray) -> float:
    """Degrees by which a joint is bent: 0 when straight."""
    one, other = joint - a, b - joint
    cosine = one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
