"""What the movement network learns from: recordings of people, and made-up athletes with faults."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.movement import read
from data.movement.faults import (
    FAULTS,
    knees_in,
    lean_forward,
    separation,
    shift_weight,
    trunk_early,
)
from data.movement.names import KEYPOINT_INDEX
from data.movement.technique import (
    SPEEDS,
    THERE_AND_BACK,
    Technique,
    random_progress,
    technique,
)
from data.scenes.actions import LIBRARY

FPS = 30.0
UTD_ACTIONS = (
    *("swipe_left", "swipe_right", "wave", "clap", "throw", "arm_cross", "basketball_shot"),
    *("draw_x", "draw_circle", "draw_circle_back", "draw_triangle", "bowling", "boxing_punch"),
    *("baseball_swing", "tennis_forehand", "arm_curl", "tennis_serve", "push", "knock", "catch"),
    *("pick_up_and_throw", "distance_run", "walk", "stand_up", "sit_down", "lunge", "squat"),
)
"""UTD-MHAD's a1 to a27, by the library's names where it has the action."""

DEEPMIMIC = {
    **{"backflip": "flip", "sideflip": "flip", "cartwheel": "cartwheel", "crawl": "crawl"},
    **{"dance_a": "dance", "dance_b": "dance", "dance_spin": "dance", "spin": "dance"},
    **{"getup_facedown": "get_up", "getup_faceup": "get_up", "jog": "distance_run"},
    **{"jump": "jump", "kick": "kick", "spinkick": "kick", "punch": "boxing_punch"},
    **{"roll": "roll", "run": "distance_run", "stealthy_walk": "walk", "walk": "walk"},
    **{"zombie_walk": "walk"},
}
CMU = {
    **{"02_01": "walk", "02_02": "walk", "02_03": "distance_run", "02_05": "boxing_punch"},
    **{"05": "dance", "06": "basketball_dribble", "07": "walk", "08": "walk"},
    **{"09": "distance_run"},
}
"""Take or subject → what is done in it; others are learnt from without a name."""

ACTIONS = tuple(dict.fromkeys((*LIBRARY, *UTD_ACTIONS, *DEEPMIMIC.values(), *CMU.values(), "jump")))
TELLING = (
    *("squat", "lunge", "jump", "push_up", "deadlift", "basketball_shot", "volleyball_spike"),
    *("baseball_swing", "golf_swing", "tennis_serve", "tennis_forehand", "javelin_throw"),
)
"""Actions in which faults show, drawn more often."""


@dataclass(frozen=True)
class Example:
    """Joints (frames, len(KEYPOINTS), 2 or 3) and what is known of them; −1 and None: nothing.

    ``mirror``: whether the mirror image is as good an example.
    """

    joints: np.ndarray
    fps: float
    action: int
    faults: np.ndarray | None = None
    quality: float = 0.0
    mirror: bool = True


def index(action: str) -> int:
    """An action's place in the head; −1 for none."""
    return ACTIONS.index(action) if action in ACTIONS else -1


# Sources -----------------------------------------------------------------------------------------


def utd(path: Path) -> list[tuple[Example, int]]:
    """UTD-MHAD's skeletons, each with the number of its person."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            match = re.search(r"a(\d+)_s(\d+)_t\d+_skeleton\.mat$", name)
            if match:
                joints = read(name, archive.read(name)).joints
                assert joints is not None
                action = index(UTD_ACTIONS[int(match[1]) - 1])
                found.append((Example(joints, FPS, action, mirror=False), int(match[2])))
    return found


def clips(path: Path, named: Callable[[str], str]) -> list[Example]:
    """Recordings in a zip, by the name of what is done in them; long ones several times."""
    found: list[Example] = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith((".bvh", ".txt")):
                movement = read(name, archive.read(name))
                assert movement.joints is not None
                every = max(1, round(movement.fps / FPS))
                example = Example(
                    movement.joints[::every].astype(np.float32),
                    movement.fps / every,
                    index(named(Path(name).stem)),
                )
                found += [example] * min(4, 1 + len(example.joints) // 150)
    return found


class Library:
    """Athletes doing the library's actions, some with faults, drawn at random."""

    def __init__(self, athletes: int, seed: int) -> None:
        self.techniques: dict[str, list[Technique]] = {
            action: [technique(action, seed + n) for n in range(athletes)] for action in LIBRARY
        }

    def draw(self, rng: np.random.Generator, faulty: float = 0.6) -> Example:
        """One execution, with a fault or two in a share ``faulty`` of them."""
        actions = TELLING if rng.random() < 0.6 else (*LIBRARY, "jump")
        action = actions[rng.integers(len(actions))]
        held = self.techniques["squat" if action == "jump" else action]
        chosen = held[rng.integers(len(held))]
        progress = random_progress(action, FPS, rng) if action != "jump" else np.zeros(0)
        joints = self._jump(chosen, rng) if action == "jump" else chosen.at(progress)
        levels = np.zeros(len(FAULTS))
        if rng.random() < faulty:
            can_be = possible(joints, action)
            count = min(len(can_be), rng.choice([1, 1, 2]))
            for fault in rng.choice(can_be, count, replace=False):
                levels[FAULTS.index(fault)] = rng.uniform(0.35, 1.0)
        if levels[FAULTS.index("shallow")]:
            joints = chosen.at(progress * (1 - 0.55 * levels[FAULTS.index("shallow")]))
        if action in SPEEDS and rng.random() < 0.6:
            speed = rng.uniform(*SPEEDS[action])
            joints[..., 2] += (speed * np.arange(len(joints)) / FPS)[:, None]
        joints = with_faults(joints, levels, rng)
        return Example(joints, FPS, index(action), levels > 0, 1 - float(levels.max()))

    def _jump(self, squat: Technique, rng: np.random.Generator) -> np.ndarray:
        """A jump from a half squat and into one, of 10 to 50 cm."""
        height, depth = rng.uniform(0.1, 0.5), rng.uniform(0.4, 0.8)
        fall = np.sqrt(2 * height / 9.81)
        air = np.arange(max(int(2 * fall * FPS), 3)) / FPS
        dip, land = (
            depth * np.sin(np.linspace(0, np.pi, int(rng.uniform(0.5, 1.0) * FPS))) ** 2
            for _ in range(2)
        )
        rests = [np.zeros(int(rng.uniform(0.1, 0.7) * FPS)) for _ in range(2)]
        joints = squat.at(np.concatenate([rests[0], dip, 0 * air, land, rests[1]]))
        start = len(rests[0]) + len(dip)
        rise = height - 9.81 / 2 * (air - fall) ** 2
        joints[start : start + len(air), :, 1] += rise.clip(0)[:, None]
        return joints


def possible(joints: np.ndarray, action: str) -> list[str]:
    """The faults that an execution can have: knees must bend, trunks turn, or there is none."""
    bends, turns = np.ptp(_knee_bend(joints)) >= 35, np.ptp(separation(joints)) >= 20
    found = {
        "knees_in": bends,
        "uneven": bends,
        "shallow": action in THERE_AND_BACK,
        "trunk_forward": True,
        "trunk_early": turns,
    }
    return [fault for fault in FAULTS if found[fault]]


def with_faults(joints: np.ndarray, levels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Faults of given ``levels`` in [0, 1] put in; a shallow movement is played so before.

    Each is as strong as the moment is deep: by how far the knees bend.
    """
    deep = _knee_bend(joints) / 90
    level = dict(zip(FAULTS, levels, strict=True))
    if level["knees_in"]:
        joints = knees_in(joints, 28 * level["knees_in"] * deep.clip(0, 1.2))
    if level["uneven"]:
        joints = shift_weight(joints, 0.1 * level["uneven"] * deep.clip(0, 1))
    if level["trunk_forward"]:
        share = np.ones(len(deep)) if rng.random() < 0.3 else deep.clip(0.2, 1)
        joints = lean_forward(joints, 32 * level["trunk_forward"] * share)
    if level["trunk_early"]:
        joints = trunk_early(joints, max(2, round(0.22 * FPS * level["trunk_early"])))
    return joints


def _knee_bend(joints: np.ndarray) -> np.ndarray:
    """How far the more bent knee is from straight at each frame, degrees."""
    bends = []
    for side in ("left", "right"):
        hip, knee, ankle = (
            joints[:, KEYPOINT_INDEX[f"{side}_{part}"]] for part in ("hip", "knee", "ankle")
        )
        a, b = hip - knee, ankle - knee
        cos = (a * b).sum(-1) / np.maximum(
            np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1), 1e-9
        )
        bends.append(180 - np.degrees(np.arccos(cos.clip(-1, 1))))
    return np.maximum(*bends)


def held_out(folder: Path | None) -> list[Example]:
    """UTD-MHAD's eighth person."""
    if folder is None or not (folder / "utd_mhad.zip").exists():
        return []
    return [e for e, person in utd(folder / "utd_mhad.zip") if person == 8]


def recordings(folder: Path | None) -> dict[str, list[Example]]:
    """The recordings to train on that are there; UTD-MHAD's eighth person is none of them."""
    found: dict[str, list[Example]] = {}
    if folder is None:
        return found
    if (folder / "utd_mhad.zip").exists():
        found["utd"] = [e for e, person in utd(folder / "utd_mhad.zip") if person != 8]
    if (folder / "cmu.zip").exists():
        found["cmu"] = clips(
            folder / "cmu.zip", lambda stem: CMU.get(stem) or CMU.get(stem[:2], "")
        )
    if (folder / "deepmimic.zip").exists():
        found["deepmimic"] = clips(
            folder / "deepmimic.zip", lambda stem: DEEPMIMIC.get(stem.partition("_")[2], "")
        )
    return found
