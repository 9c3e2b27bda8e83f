"""Train the attention model of movements.

    python -m models.train.movement --data DIR --minutes 25

Learns from the action library with faults put in, and, where DIR has them, from UTD-MHAD, CMU's and
DeepMimic's recordings. Of UTD-MHAD's eight people the last is left out, to be tested on.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from data.movement import read
from data.movement.clip import Clip, clip_from
from data.movement.faults import (
    FAULTS,
    knees_in,
    lean_forward,
    separation,
    shift_weight,
    trunk_early,
)
from data.movement.names import COCO, KEYPOINT_INDEX, KEYPOINTS, MIRRORED
from data.movement.technique import (
    SPEEDS,
    THERE_AND_BACK,
    Technique,
    random_progress,
    technique,
)
from data.scenes.actions import LIBRARY
from models.movement_attention import Batch, Config, MovementAttention, batch_of, relative_places
from models.train import loop

FPS = 30.0
MOMENTS = (16, 16, 16, 20, 24, 32, 48)
"""How many moments the clips of a step have, drawn from these."""

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

FACE = [KEYPOINT_INDEX[name] for name in ("left_eye", "right_eye", "left_ear", "right_ear")]
EXTRAS = list(range(len(COCO), len(KEYPOINTS)))
LIMBS = [
    [KEYPOINT_INDEX[f"{side}_{part}"] for part in parts]
    for side in ("left", "right")
    for parts in (("elbow", "wrist"), ("knee", "ankle", "heel", "big_toe"))
]
HIDDEN = 0.15
"""Share of tokens that are hidden, to be filled in."""


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


# Augmentation ------------------------------------------------------------------------------------


def varied(example: Example, moments: int, rng: np.random.Generator, pictures: float = 0.2) -> Clip:
    """A clip of so many moments: cropped, mirrored, turned, blurred, seen in part, in 2 or 3 D."""
    joints = example.joints.astype(float)
    longest = round(min(10.0, 4 + 0.1 * moments) * example.fps)
    if len(joints) > longest:
        start = rng.integers(len(joints) - longest + 1)
        joints = joints[start : start + longest]
    elif example.faults is None and len(joints) > 24:  # a recording cut a little differently
        trim = rng.integers(0, len(joints) // 12 + 1, 2)
        joints = joints[trim[0] : len(joints) - trim[1]]
    if example.mirror and rng.random() < 0.5:
        joints = joints[:, MIRRORED] * np.array([-1.0, 1.0, 1.0])[: joints.shape[-1]]
    size = float(np.nanmax(joints[..., 1]) - np.nanmin(joints[..., 1]))
    joints = joints + rng.normal(0, rng.choice([0.0, 0.003, 0.008]) * size, joints.shape)
    # A camera's slow error is a joint's own, not noise from frame to frame.
    joints = joints + rng.normal(0, 0.008 * size, (1, *joints.shape[1:]))
    if joints.shape[-1] == 3:
        wide = 180 if example.mirror else 35
        flat = rng.random() < pictures
        angle = np.radians(rng.uniform(-wide, wide) if flat else 0.0)
        cos, sin = np.cos(angle), np.sin(angle)
        joints = joints @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        joints = joints[..., :2] if flat else joints
    _unseen(joints, rng)
    times = np.arange(len(joints)) / example.fps * rng.uniform(0.85, 1.18)
    clip = clip_from(joints, times, (moments - 1) / times[-1])
    angle = np.radians(rng.normal(0, 10))
    if not clip.flat:
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
        clip.positions[:] = clip.positions @ turn
    clip.positions[:] *= rng.uniform(0.93, 1.07)
    return clip


def _unseen(joints: np.ndarray, rng: np.random.Generator) -> None:
    """Make joints missing, in place, as recordings lack them."""
    if rng.random() < 0.4:
        joints[:, EXTRAS[3:]] = np.nan  # heels and toes
    if rng.random() < 0.3:
        joints[:, [EXTRAS[2]] if rng.random() < 0.5 else [0]] = np.nan  # head or nose
    if rng.random() < 0.08:
        joints[:, LIMBS[rng.integers(len(LIMBS))]] = np.nan
    for joint in np.flatnonzero(rng.random(len(KEYPOINTS)) < 0.02):
        joints[:, joint] = np.nan


def hide(batch: Batch, rng: np.random.Generator) -> Tensor:
    """bool (B, T, J): known tokens to be filled in; single ones, and joints for a while."""
    shape = batch.known.shape
    hidden = rng.random(shape) < HIDDEN / 3
    for clip in range(shape[0]):
        for joint in np.flatnonzero(rng.random(shape[2]) < HIDDEN):
            length = rng.integers(2, max(3, shape[1] // 2))
            start = rng.integers(shape[1] - length + 1)
            hidden[clip, start : start + length, joint] = True
    return torch.from_numpy(hidden).to(batch.known.device) & batch.known


def loss_of(
    model: MovementAttention,
    clips: Sequence[Clip],
    examples: Sequence[Example],
    rng: np.random.Generator,
    device: torch.device,
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch and its parts: action, faults and quality, and places of the hidden."""
    batch = batch_of(clips, device)
    hidden = hide(batch, rng)
    seen = Batch(batch.positions, batch.known & ~hidden, batch.times, batch.flat, batch.joints)
    answer = model(seen)

    action = torch.tensor([example.action for example in examples], device=device)
    named = action >= 0
    by_name = F.cross_entropy(answer.action.float()[named], action[named], label_smoothing=0.1)

    judged = torch.tensor([e.faults is not None for e in examples], device=device)
    zero = answer.quality.sum() * 0
    by_fault = by_quality = zero
    if judged.any():
        told = [(e.faults, e.quality) for e in examples if e.faults is not None]
        faults = torch.tensor(np.stack([fault for fault, _ in told]), device=device).float()
        quality = torch.tensor([quality for _, quality in told], device=device)
        by_fault = F.binary_cross_entropy_with_logits(answer.fault.float()[judged], faults)
        by_quality = F.mse_loss(answer.quality.float()[judged], quality.float())

    wanted = relative_places(batch)
    off = F.smooth_l1_loss(answer.places.float(), wanted, beta=0.05, reduction="none").sum(-1)
    by_place = (off * hidden).sum() / hidden.sum().clamp(min=1)
    right = (answer.action.argmax(-1) == action)[named].float().mean()
    parts = {"action": by_name, "fault": by_fault, "quality": by_quality, "place": by_place}
    columns = {name: float(value.detach()) for name, value in parts.items()}
    total = by_name + 5 * by_fault + 4 * by_quality + 2 * by_place
    return total, columns | {"right": float(right)}


def main() -> None:
    """The command line; see :mod:`models.train.loop`."""
    parser = loop.parser("movement", minutes=25, learning_rate=2.5e-3)
    parser.add_argument(
        "--data", type=Path, help="folder with utd_mhad.zip, cmu.zip, deepmimic.zip"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--athletes", type=int, default=6, help="of the library, for each action")
    options = parser.parse_args(namespace=loop.Options())
    torch.manual_seed(options.seed)
    config = Config(ACTIONS, FAULTS)
    model = MovementAttention(config).to(options.device)
    library = Library(options.athletes, seed=0)
    recorded = recordings(options.data)
    print({name: len(examples) for name, examples in recorded.items()}, flush=True)
    shares = {"utd": 0.24, "cmu": 0.06, "deepmimic": 0.04}
    chances = [shares[name] for name in recorded]

    def draw(rng: np.random.Generator) -> Example:
        at = rng.random()
        for (_, examples), chance in zip(recorded.items(), chances, strict=True):
            if at < chance:
                return examples[rng.integers(len(examples))]
            at -= chance
        return library.draw(rng)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, 1, step])
        torch.manual_seed(int(rng.integers(2**62)))
        moments = MOMENTS[rng.integers(len(MOMENTS))]
        size = max(6, options.batch * 16 // moments)
        examples = [draw(rng) for _ in range(size)]
        made = [varied(example, moments, rng) for example in examples]
        if rng.random() < 0.7:
            for clip in made:
                clip.known[:, FACE] = False
        loss, columns = loss_of(model, made, examples, rng, options.device)
        return loss, size, columns

    tested = held_out(options.data)

    def test(average: torch.nn.Module, step: int) -> None:
        if tested:
            print(f"step {step}: of the eighth person {accuracy(average, tested):.3f}", flush=True)

    loop.train(options, model, asdict(config), step_loss, test)


@torch.inference_mode()
def accuracy(model: torch.nn.Module, examples: Sequence[Example]) -> float:
    """Share of examples whose action is told rightly, each seen as it is."""
    right = 0
    for example in examples:
        times = np.arange(len(example.joints)) / example.fps
        clip = clip_from(example.joints, times)
        right += int(model(batch_of([clip])).action[0].argmax()) == example.action
    return right / len(examples)


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


if __name__ == "__main__":
    main()
