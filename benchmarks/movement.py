"""How well the movement network tells actions and faults, and how long a recording takes.

    python -m benchmarks.movement --data DIR --sets utd penn jhmdb --minutes 60 --seeds 3
    python -m benchmarks.movement --faults          # the shipped weights, athletes never trained on
    python -m benchmarks.movement --speed [--files 200]
    python -m benchmarks.movement --live            # a stream in sliding windows

Each set is trained from nothing on its official training half, without a look at the other:
UTD-MHAD odd people / even people (Chen et al. 2015), Penn Action's own split (Zhang et al. 2013),
JHMDB's three splits with 14 classes as DD-Net has them (Yang et al. 2019). Prints one table.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import scipy.io
import torch
from torch import Tensor

from data.movement.assemble import with_middles
from data.movement.clip import clip_from
from data.movement.faults import FAULTS
from data.movement.names import KEYPOINT_INDEX, KEYPOINTS, PENN_13, find
from models import movement_attention
from models.movement_attention import Config, MovementAttention, batch_of
from models.train import loop
from models.train.movement import Example, Library, accuracy, loss_of, utd, varied

JHMDB_15 = (
    *("neck", "mid_hip", "nose", "right_shoulder", "left_shoulder", "right_hip", "left_hip"),
    *("right_elbow", "left_elbow", "right_knee", "left_knee", "right_wrist", "left_wrist"),
    *("right_ankle", "left_ankle"),
)
"""JHMDB's joints; its "belly" is taken for the pelvis, its face for the nose."""

JHMDB_CLASSES = 14

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


def trained(
    examples: Sequence[Example], minutes: float, seed: int, width: int, batch: int
) -> torch.nn.Module:
    """A network trained from nothing on ``examples`` for so many minutes."""
    torch.manual_seed(seed)
    actions = tuple(str(i) for i in range(1 + max(e.action for e in examples)))
    config = Config(actions, FAULTS, width=width, dropout=0.15)
    model = MovementAttention(config)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([seed, 1, step])
        torch.manual_seed(int(rng.integers(2**62)))
        drawn = [examples[rng.integers(len(examples))] for _ in range(batch)]
        made = [varied(e, 16, rng, pictures=0.0) for e in drawn]
        loss, columns = loss_of(model, made, drawn, rng, torch.device("cpu"))
        return loss, batch, columns

    with tempfile.TemporaryDirectory() as folder:
        options = loop.parser("benchmark", minutes, 2.5e-3).parse_args(
            ["--out", f"{folder}/out", "--run", f"{folder}/run", "--device", "cpu"],
            namespace=loop.Options(),
        )
        return loop.train(options, model, asdict(config), step_loss)


def sets(options: argparse.Namespace) -> None:
    """Train and test on each set; a row each."""
    rows = []
    for name in options.sets:
        scores = []
        started = time.process_time()
        for seed in range(options.seeds):
            for halves in SPLITS[name](options.data):
                # Spread out, as files are in the order of their classes.
                train, test = (
                    half[:: max(1, len(half) // options.limit)] if options.limit else half
                    for half in halves
                )
                model = trained(train, options.minutes, seed, options.width, options.batch)
                scores.append(100 * accuracy(model, test))
        spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
        minutes = (time.process_time() - started) / 60 / len(scores)
        rows.append(
            f"| {name} | {statistics.fmean(scores):.1f} ± {spread:.1f} | {len(scores)} "
            f"| {minutes:.1f} | {PUBLISHED[name]} |"
        )
    print("| set | accuracy % | trainings | CPU minutes each | published, floor |")
    print("|---|---|---|---|---|", *rows, sep="\n")


def faults(count: int) -> None:
    """The shipped network on athletes of the library that no training drew."""
    model = movement_attention.load()
    library = Library(2, seed=50_000)
    rng = np.random.default_rng(1)
    told, true, right, named = [], [], 0, 0
    for _ in range(count):
        example = library.draw(rng)
        clip = clip_from(example.joints, np.arange(len(example.joints)) / example.fps)
        with torch.inference_mode():
            answer = model(batch_of([clip]))
        told.append(answer.fault[0].sigmoid().numpy())
        true.append(example.faults)
        named += 1
        right += model.config.actions[int(answer.action[0].argmax())] == _name(example)
    scores, labels = np.stack(told), np.stack(true)
    print(f"action right: {100 * right / named:.1f} % of {named}")
    print("| fault | shown | found at 50 % | false alarms | area under ROC |")
    print("|---|---|---|---|---|")
    for i, fault in enumerate(FAULTS):
        with_it, without = scores[labels[:, i], i], scores[~labels[:, i], i]
        area = (with_it[:, None] > without[None]).mean()
        print(
            f"| {fault} | {len(with_it)} | {100 * (with_it >= 0.5).mean():.0f} % "
            f"| {100 * (without >= 0.5).mean():.0f} % | {area:.3f} |"
        )


def _name(example: Example) -> str:
    from models.train.movement import ACTIONS

    return ACTIONS[example.action]


def speed(files: int) -> None:
    """From a file's bytes to heatmaps: 10 s at 30 fps × 33 joints; 10 minutes; a batch."""
    from data.movement import read
    from data.movement.names import MEDIAPIPE
    from data.movement.samples import squats, wide_csv
    from pipeline.movement import analyse
    from pipeline.movement.attend import attend, clips_for
    from pipeline.movement.study import Recording, study
    from pipeline.runtime import Runtime

    runtime = Runtime()
    runtime.model("movement")
    data = mediapipe_csv(300, MEDIAPIPE)
    for name in ("first", "again"):
        at = {"start": _clocks()}
        for event in study(Recording("ten.csv", data), runtime):
            if event.value is not None:
                at[event.stage] = _clocks()
        spent = dict(zip(list(at)[1:], np.diff(list(at.values()), axis=0), strict=True))
        parts = ", ".join(f"{stage} {cpu:.2f}" for stage, (_wall, cpu) in spent.items())
        maps = at["attend"] - at["start"]
        _row(f"10 s × 33 joints, file to heatmaps, {name} (CPU: {parts})", maps)

    small = wide_csv(np.round(squats(1), 3)).encode()
    started = _clocks()
    for n in range(files):
        analyse(read(f"{n}.csv", small))
    _row(f"{files} files of {len(small) >> 10} KB read and measured", _clocks() - started)

    long = mediapipe_csv(18_000, MEDIAPIPE)
    started = _clocks()
    analysis = analyse(read("long.csv", long))
    clips = clips_for(analysis.movement)
    _row("10 minutes read and measured", _clocks() - started)
    started = _clocks()
    attend(analysis, runtime, len(clips) // 2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    _row(f"10 minutes: one of {len(clips)} stretches, {memory:.2f} GB", _clocks() - started)


def live() -> None:
    """Windows of a stream of 33 landmarks at 30 frames a second, as they arrive."""
    from data.movement import read
    from data.movement.names import MEDIAPIPE
    from pipeline.movement.stream import SECONDS, Stream, replay
    from pipeline.runtime import Runtime

    movement = read("live.csv", mediapipe_csv(900, MEDIAPIPE))
    for label, runtime in (("measures alone", None), ("with the model", Runtime())):
        stream = Stream(movement, runtime)
        next(replay(movement, Stream(movement, runtime)))  # what is loaded once doesn't count
        started = time.process_time()
        took = [1000 * window.took for window in replay(movement, stream)]
        spent = 1000 * (time.process_time() - started) / len(took)
        low, high = np.percentile(took, (50, 95))
        print(
            f"{len(took)} windows of {SECONDS:g} s, {label}: median {low:.0f} ms, "
            f"95 % within {high:.0f} ms, CPU {spent:.0f} ms each",
            flush=True,
        )


def _clocks() -> np.ndarray:
    """Seconds by the clock, and of CPU."""
    return np.array([time.perf_counter(), time.process_time()])


def _row(label: str, seconds: np.ndarray) -> None:
    print(f"{label:<92} {seconds[0]:7.2f} s  CPU {seconds[1]:7.2f} s", flush=True)


def mediapipe_csv(frames: int, names: Sequence[str]) -> bytes:
    """A made-up recording of squats with MediaPipe's 33 landmarks in metres."""
    from data.movement.samples import squats

    base = squats(3)
    index = np.arange(frames) * 2 % (2 * len(base) - 2)
    base = base[np.minimum(index, 2 * len(base) - 2 - index)]
    where = [KEYPOINT_INDEX.get(n.replace("foot_index", "big_toe")) for n in names]
    rows = ["time_s," + ",".join(f"{n}_{axis}_m" for n in names for axis in "xyz")]
    rng = np.random.default_rng(0)
    for frame in range(frames):
        places = [base[frame, at] if at is not None else base[frame, 0] for at in where]
        values = (np.array(places) + rng.normal(0, 0.002, (len(names), 3))).ravel()
        rows.append(f"{frame / 30:.4f}," + ",".join(f"{v:.4f}" for v in values))
    return "\n".join(rows).encode()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add = parser.add_argument
    add("--data", type=Path, help="folder with utd_mhad.zip, penn_action.zip, jhmdb/")
    add("--sets", nargs="*", choices=list(SPLITS), default=[])
    add("--minutes", type=float, default=60, help="by the clock, of each training")
    add("--seeds", type=int, default=3)
    add("--width", type=int, default=64)
    add("--batch", type=int, default=16)
    add("--faults", type=int, nargs="?", const=600, help="how many executions to judge")
    add("--limit", type=int, help="clips of each half at most, to see that it runs")
    add("--speed", action="store_true")
    add("--live", action="store_true")
    add("--files", type=int, default=200)
    options = parser.parse_args()
    if options.sets:
        if options.data is None:
            parser.error("--sets needs --data DIR")
        sets(options)
    if options.faults:
        faults(options.faults)
    if options.speed:
        speed(options.files)
    if options.live:
        live()


if __name__ == "__main__":
    main()
