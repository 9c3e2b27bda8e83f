"""The action library as movements: how each action goes when it is done as described.

A :class:`Technique` is one athlete's way through one action, to play at any speed, to compare a
recording with, and to put faults into.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data.movement.names import KEYPOINTS
from data.scenes.actions import LIBRARY, pose
from data.scenes.posed import JOINT_INDEX
from data.scenes.sample import sample_scene

_CALLED = {"mid_hip": "pelvis", "left_big_toe": "left_toe", "right_big_toe": "right_toe"}
ORDER = [JOINT_INDEX[_CALLED.get(name, name)] for name in KEYPOINTS]
"""For each keypoint the index of the scene's joint."""

THERE_AND_BACK = ("squat", "push_up", "deadlift", "lunge", "pull_up")
"""Actions of which the library has the way in alone; a repetition goes it and returns."""

SLOW = ("yoga_warrior", "yoga_tree", "stretching", "rest", "handstand")
CYCLES = {
    **{"sprint": (0.40, 0.56), "distance_run": (0.60, 0.85), "basketball_dribble": (0.45, 0.9)},
    **{"cycling": (0.6, 1.2), "rowing": (1.5, 3.0), "freestyle_swim": (1.0, 2.2)},
}
"""Seconds of one cycle of the periodic actions, from fast to slow."""

SPEEDS = {"sprint": (5.0, 9.5), "distance_run": (2.4, 5.5)}
"""Metres a second of those that travel."""


@dataclass(frozen=True)
class Technique:
    """One athlete's joints (grid, len(KEYPOINTS), 3) in metres, evenly over an action's progress.

    ``phases`` gives each named phase's progress in [0, 1].
    """

    action: str
    joints: np.ndarray
    periodic: bool
    phases: dict[str, float]

    def at(self, progress: np.ndarray) -> np.ndarray:
        """Joints (moments, len(KEYPOINTS), 3) at each progress, linearly between the grid's."""
        last = len(self.joints) - 1
        place = (progress % 1.0 if self.periodic else np.clip(progress, 0, 1)) * last
        below = np.minimum(place.astype(int), last - 1)
        share = (place - below)[:, None, None]
        return (1 - share) * self.joints[below] + share * self.joints[below + 1]


def technique(action: str, seed: int = 0, grid: int = 25, handed: str = "right") -> Technique:
    """An athlete drawn by ``seed`` doing an action. Raises KeyError for one that is unknown."""
    scene = sample_scene(np.random.default_rng(seed), action=action, age="adult", people="one")
    scene = replace(scene, athletes=(replace(scene.athletes[0], handed=handed),))
    moments = np.linspace(0, 1, grid)
    joints = [pose(replace(scene, progress=float(at))).joints[0] for at in moments]
    known = LIBRARY[action]
    phases = {key.phase: key.at for key in known.keys if key.phase is not None}
    return Technique(action, np.stack(joints)[:, ORDER].astype(float), known.periodic, phases)


def usual_progress(action: str, fps: float = 30.0) -> np.ndarray:
    """An action's progress (frames,) at its usual speed, once: a repetition, or two cycles."""
    if action in CYCLES:
        seconds = sum(CYCLES[action]) / 2
        return np.arange(round(2 * seconds * fps)) / fps / seconds
    if action in THERE_AND_BACK:
        return np.sin(np.linspace(0, np.pi, round(2.4 * fps))) ** 2
    return np.linspace(0, 1, round((4.0 if action in SLOW else 1.5) * fps))


def random_progress(action: str, fps: float, rng: np.random.Generator) -> np.ndarray:
    """An action's progress (frames,) at a random speed, with rests and uneven pace."""

    def rest(longest: float) -> np.ndarray:
        return np.zeros(int(rng.uniform(0, longest) * fps))

    if action in CYCLES:
        cycle = rng.uniform(*CYCLES[action])
        seconds = max(rng.uniform(1.5, 4.5), 1.2 * cycle)
        return rng.random() + np.arange(int(seconds * fps)) / fps / cycle
    if action in THERE_AND_BACK:
        parts = [rest(0.8)]
        for _ in range(rng.integers(1, 4)):
            down, up, hold = rng.uniform((0.5, 0.4, 0.0), (2.0, 1.6, 0.5))
            way = np.sin(np.linspace(0, np.pi / 2, max(int(down * fps), 3))) ** 2
            back = np.cos(np.linspace(0, np.pi / 2, max(int(up * fps), 3))) ** 2
            parts += [way, np.ones(int(hold * fps)), back, rest(0.6)]
        return np.concatenate(parts)
    seconds = rng.uniform(2.5, 6.0) if action in SLOW else rng.uniform(0.8, 2.6)
    pace = np.interp(
        np.linspace(0, 1, max(int(seconds * fps), 8)),
        np.linspace(0, 1, 5),
        rng.uniform(0.6, 1.4, 5),
    )
    way = np.concatenate([[0.0], np.cumsum(pace)[:-1]])
    way /= way[-1]
    return np.concatenate([rest(0.5), way, np.ones(int(rng.uniform(0, 0.5) * fps))])
