"""Recordings that the project makes itself, so that a newcomer has something to open.

    python -m data.movement.samples

writes them to ``data/samples``: movements of the action library with known faults, in space, in
metres. They are no recordings of people.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from data.movement.faults import UPPER, bent, shift_weight, turn_knee
from data.movement.movement import Movement
from data.movement.names import KEYPOINT_INDEX, KEYPOINTS, SIDES
from data.movement.opensim import write_trc
from data.scenes.actions import pose
from data.scenes.posed import JOINT_INDEX
from data.scenes.sample import sample_scene

FOLDER = Path(__file__).parents[1] / "samples"
FPS = 60.0
GRAVITY = 9.80665
_CALLED = {"mid_hip": "pelvis", "left_big_toe": "left_toe", "right_big_toe": "right_toe"}
_FEET = [KEYPOINT_INDEX[f"{side}_{part}"] for side in SIDES for part in ("big_toe", "heel")]
_ORDER = [JOINT_INDEX[_CALLED.get(name, name)] for name in KEYPOINTS]


def perform(action: str, progress: np.ndarray, seed: int = 0) -> np.ndarray:
    """One athlete's joints (frames, len(KEYPOINTS), 3) at each moment of an action, in metres."""
    scene = sample_scene(np.random.default_rng(seed), action=action, sex="female", age="adult")
    athlete = replace(scene.athletes[0], handed="right")
    scene = replace(scene, athletes=(athlete,))
    moments = [pose(replace(scene, progress=float(at))).joints[0] for at in progress]
    return np.stack(moments)[:, _ORDER].astype(float)


def squats(count: int = 3, seconds: float = 3.0, valgus: float = 25.0) -> np.ndarray:
    """Squats whose knees fall inwards by ``valgus`` degrees at the bottom.

    A knee turns about the line from ankle to hip, so that thigh and shank keep their lengths.
    """
    depth = _waves(count, seconds)
    joints = turn_knee(perform("squat", depth), "left", -valgus * depth)
    return turn_knee(joints, "right", valgus * depth)


def jumps(count: int = 2, height: float = 0.28, lean: float = 0.06) -> np.ndarray:
    """Jumps from and into a half squat, with the weight ``lean`` metres to the right.

    The left hip rides higher by as much, so that the left knee bends less.
    """
    fall = np.sqrt(2 * height / GRAVITY)
    air = np.arange(round(2 * fall * FPS)) / FPS
    rest = np.zeros(round(0.5 * FPS))
    crouch = 0.6 * np.sin(np.linspace(0, np.pi, round(0.8 * FPS))) ** 2
    one = np.concatenate([rest, crouch, 0 * air, crouch, rest])
    rise = np.zeros(len(one))
    start = len(rest) + len(crouch)
    rise[start : start + len(air)] = height - GRAVITY / 2 * (air - fall) ** 2
    depth, rise = np.tile(one, count), np.tile(rise.clip(0), count)
    joints = shift_weight(perform("squat", depth), lean * (depth / 0.6) ** 2)
    # Arms go back while the legs bend and are above the shoulders at take-off.
    off = start / FPS
    at = np.array([0, off - 0.8, off - 0.4, off, off + 2 * fall, off + 2 * fall + 0.5])
    swing = np.interp(np.arange(len(one)) / FPS, at, [10.0, 10, -50, 150, 120, 10])
    joints = swing_arms(joints, np.tile(swing, count))
    joints[..., 1] += rise[:, None]
    return joints


def swing_arms(joints: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Both arms, a little bent, raised ``degrees`` (frames,) forwards from hanging."""
    result = joints.copy()
    for side in SIDES:
        shoulder, elbow, wrist = (
            KEYPOINT_INDEX[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist")
        )
        upper, lower = (
            np.linalg.norm(joints[:, a] - joints[:, b], axis=-1)
            for a, b in ((shoulder, elbow), (elbow, wrist))
        )
        angle = np.radians(degrees)
        way = np.stack([0 * angle, -np.cos(angle), np.sin(angle)], -1)
        behind = np.stack([0 * angle, -np.sin(angle), -np.cos(angle)], -1)
        result[:, wrist] = joints[:, shoulder] + 0.97 * (upper + lower)[:, None] * way
        result[:, elbow] = bent(result[:, shoulder], result[:, wrist], upper, lower, behind)
    return result


def jump_shot(height: float = 0.25, before: float = 0.8) -> np.ndarray:
    """A jump shot in basketball, off the ground at ``before`` seconds, with its landing.

    The action library's shot ends in the air. What is above the hips follows it to the end; the
    legs go back the way they came from the take-off on, and bend in landing.
    """
    fall = np.sqrt(2 * height / GRAVITY)
    library = perform("basketball_shot", np.linspace(0, 1, 101))
    ground = library[:, _FEET, 1].min(1)
    off = int(np.flatnonzero(ground < 0.005)[-1])  # of 100, where the feet leave
    arms = np.array([0.0, before, before + fall, before + 2 * fall, before + 2 * fall + 0.9])
    legs = np.array([*arms[:4], arms[3] + 0.2, arms[4]])
    times = np.arange(round(arms[-1] * FPS)) / FPS
    above = np.interp(times, arms, [0, off, 85, 100, 100])
    below = np.interp(times, legs, [0, off, (off + 100) / 2, off, 0.35 * off, off])
    upper, lower = (perform("basketball_shot", progress / 100) for progress in (above, below))
    joints = lower.copy()
    hips = KEYPOINT_INDEX["mid_hip"]
    joints[:, UPPER] = upper[:, UPPER] - upper[:, [hips]] + lower[:, [hips]]
    # On the ground the feet stay where they are; in the air the lowest point follows a throw.
    joints[..., [0, 2]] -= joints[:, [_FEET[0]]][..., [0, 2]] - joints[0, _FEET[0], [0, 2]]
    rise = (height - GRAVITY / 2 * (times - before - fall) ** 2).clip(0)
    joints[..., 1] += (rise - joints[:, _FEET, 1].min(1))[:, None]
    return joints


def sprint(strides: int = 4, seconds: float = 0.46, speed: float = 8.0) -> np.ndarray:
    """Strides of a sprint at ``speed`` metres a second."""
    frames = round(strides * seconds * FPS)
    joints = perform("sprint", np.arange(frames) / FPS / seconds % 1)
    joints[..., 2] += (speed * np.arange(frames) / FPS)[:, None]
    return joints


def write(folder: Path = FOLDER) -> list[Path]:
    """Write every sample; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "squat_valgus.csv": wide_csv(squats()),
        "jump_asymmetric.trc": write_trc(_movement("jump_asymmetric.trc", jumps())),
        "jump_shot.trc": write_trc(_movement("jump_shot.trc", jump_shot())),
        "sprint.csv": wide_csv(sprint()),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def wide_csv(joints: np.ndarray) -> str:
    """Joints (frames, len(KEYPOINTS), 3) in metres as a table with a row a frame."""
    titles = [f"{name}_{axis}_m" for name in KEYPOINTS for axis in "xyz"]
    rows = [",".join(["time_s", *titles])]
    for frame, places in enumerate(joints):
        rows.append(",".join([f"{frame / FPS:.4f}", *(f"{value:.3f}" for value in places.ravel())]))
    return "\n".join(rows) + "\n"


def _movement(name: str, joints: np.ndarray) -> Movement:
    return Movement(name, "TRC", np.arange(len(joints)) / FPS, "recorded", joints, unit="m")


def _waves(count: int, seconds: float) -> np.ndarray:
    """How far down each repetition is, 0 to 1, with a short rest before, between and after."""
    rest = np.zeros(round(0.5 * FPS))
    wave = np.sin(np.linspace(0, np.pi, round(seconds * FPS))) ** 2
    return np.concatenate([np.tile(np.concatenate([rest, wave]), count), rest])


if __name__ == "__main__":
    for path in write():
        print(path)
