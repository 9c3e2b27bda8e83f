"""How well the movement network tells actions and faults, and how long a recording takes.

    python -m benchmarks.movement --data DIR --sets utd penn jhmdb --seeds 0 1 2
    python -m benchmarks.movement --faults          # the shipped weights, athletes never trained on
    python -m benchmarks.movement --speed [--files 200]
    python -m benchmarks.movement --live            # a stream in sliding windows

The sets are those of :mod:`benchmarks.movement_sets`. Prints tables.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.movement_sets import SPLITS, sets
from data.movement.clip import clip_from
from data.movement.faults import FAULTS
from data.movement.names import KEYPOINT_INDEX
from models import movement_attention
from models.movement_attention import batch_of
from models.train.movement_examples import ACTIONS, Example, Library


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
    add("--seeds", type=int, nargs="+", default=[0, 1, 2])
    add("--steps", type=int, help="of each training, instead of the recipe's")
    add("--inside", action="store_true", help="test on a fifth of the training half")
    add("--faults", type=int, nargs="?", const=600, help="how many executions to judge")
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
