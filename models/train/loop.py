"""What every training shares: a clock, averaged weights, checkpoints that survive, a log.

A training script builds a network and a function that gives the loss of one step::

    options = loop.parser("pose_prior", minutes=60, learning_rate=5e-4).parse_args(
        namespace=loop.Options()
    )
    model = PosePrior(config).to(options.device)
    loop.train(options, model, asdict(config), lambda step: (loss_of_a_batch(step), 64, {}))

Run again, the same command goes on where it stopped: from ``runs/<name>/state.pt``, or, where that
is lost, from the averaged weights in ``models/weights/<name>``.
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import math
import os
import shutil
import signal
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models import checkpoint
from models.device import autocast, best_device

CHECKPOINT_SECONDS = 120.0
LOG_SECONDS = 15.0
MOST_BROKEN = 30
"""Steps with broken gradients, one after the other, at which a training ends: it learns nothing."""

StepLoss = Callable[[int], tuple[Tensor, int, Mapping[str, float]]]
"""Step → its loss, how many pictures (or captions) it took, further columns for the log.

Everything random in it should be seeded by the step, so that a resumed run repeats no batch.
"""


class Options(argparse.Namespace):
    """The command line of a training; see :func:`parser`."""

    name: str
    minutes: float
    steps: int | None
    device: torch.device
    out: Path
    run: Path
    learning_rate: float
    seed: int


def stages(sizes: Iterable[int], default: int | None = None) -> argparse.ArgumentParser:
    """A parser of ``--stage`` alone, for scripts that train several networks: a parent of
    :func:`parser`, and to be asked first."""
    result = argparse.ArgumentParser(add_help=False)
    required = default is None
    result.add_argument(
        "--stage", type=int, choices=sizes, required=required, default=default, help="drawn size"
    )
    return result


def parser(
    name: str,
    minutes: float,
    learning_rate: float,
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """The command line that all trainings share; a script may add arguments of its own."""
    result = argparse.ArgumentParser(
        description=f"Train {name}.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        parents=parents,
    )
    add = result.add_argument
    add("--minutes", type=float, default=minutes, help="train this long in all, resumed runs too")
    add("--steps", type=int, help="stop after this many steps (for trying things out)")
    add("--device", type=torch.device, default=best_device(), help="cpu, cuda, cuda:1 …")
    add(
        "--out", type=Path, default=checkpoint.WEIGHTS / name, help="folder of the averaged weights"
    )
    add("--run", type=Path, default=Path("runs") / name, help="folder of the state to resume from")
    add("--learning-rate", type=float, default=learning_rate)
    add("--seed", type=int, default=0)
    result.set_defaults(name=name)
    return result


@dataclass
class Progress:
    """How far a training is; ``since`` is the minute at which the present budget began."""

    step: int = 0
    items: int = 0
    minutes: float = 0.0
    since: float = 0.0


def train(
    options: Options,
    model: nn.Module,
    config: Mapping[str, Any],
    step_loss: StepLoss,
    on_checkpoint: Callable[[nn.Module, int], None] = lambda average, step: None,
    optimiser: torch.optim.Optimizer | None = None,
) -> nn.Module:
    """Train until the minutes are used up, a signal asks to stop, or ``--steps`` are done.

    Parameters
    ----------
    model : on ``options.device``, float32; its forward pass runs under
        :func:`models.device.autocast`.
    config : what builds the network, written beside its weights; a state of another network is
        refused.
    step_loss : gives the loss of one step; it calls ``model``.
    on_checkpoint : called with the averaged network and the step, to draw samples, say.
    optimiser : of the model's parameters; AdamW when None.

    Returns
    -------
    The network with the averaged weights, in evaluation mode.
    """
    config = json.loads(json.dumps(config))  # as it will be read back: lists for tuples
    average = copy.deepcopy(model).eval().requires_grad_(False)
    if optimiser is None:
        optimiser = torch.optim.AdamW(
            model.parameters(), lr=options.learning_rate, betas=(0.9, 0.99), weight_decay=0.01
        )
    progress = _resume(options, model, average, optimiser, config)
    log = Log(options.run / "log.csv")
    last_step = progress.step + options.steps if options.steps is not None else None
    clock = checkpointed = time.monotonic()

    def keep() -> None:
        _save(options, model, average, optimiser, config, progress, log)
        with autocast(options.device):
            on_checkpoint(average, progress.step)

    broken = 0
    model.train()
    with stop_signals() as stopped:
        while (
            (used := (progress.minutes - progress.since) / options.minutes) < 1
            and progress.step != last_step
            and not stopped()
        ):
            for group in optimiser.param_groups:
                group["lr"] = options.learning_rate * learning_rate_factor(progress.step, used)
            with autocast(options.device):
                loss, items, columns = step_loss(progress.step)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            size = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            broken = 0 if torch.isfinite(size) else broken + 1
            if not broken:  # one broken batch must not end hours of training
                optimiser.step()
            elif broken == MOST_BROKEN:
                raise SystemExit(f"error: {broken} steps one after the other had broken gradients")
            progress.step += 1
            progress.items += items
            update_average(average, model, progress.step)

            now = time.monotonic()
            progress.minutes += (now - clock) / 60
            clock = now
            log.add(progress, loss, columns)
            if now - checkpointed > CHECKPOINT_SECONDS:
                keep()
                checkpointed = time.monotonic()
    log.write(progress)
    keep()
    return average


def learning_rate_factor(step: int, used: float, warmup_steps: int = 200) -> float:
    """Linear warm-up, then constant, then linear to zero over the last 30 % of the budget.

    The constant part lets a longer budget go on from any earlier checkpoint (Hu et al. 2024,
    "MiniCPM", arXiv 2404.06395, §4: warm-up, stable, decay).

    ``used`` is the share of the budget that is used up, in [0, 1].
    """
    return min(1.0, (step + 1) / warmup_steps, (1 - used) / 0.3)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, step: int, gamma: float = 6.94) -> None:
    """Power-function average of the weights, in place; ``step`` counts from 1.

    β(t) = (1 − 1/t)^(γ+1), a profile as wide as a constant share of the training so far: γ = 6.94
    is 10 % of it (Karras et al. 2024, EDM2, arXiv 2312.02696, eq. 127). It forgets the first
    weights by itself, where an exponential average needs a half-life that fits the budget.
    """
    beta = (1 - 1 / step) ** (gamma + 1)
    for mean, now in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(now, 1 - beta)
        else:
            mean.copy_(now)


def by_time(losses: Tensor, t: Tensor, bins: int = 4) -> dict[str, float]:
    """Columns for the log: flow-matching losses (B,) averaged in equal parts of time t (B,)."""
    losses, part = losses.detach(), (t * bins).long().clamp(max=bins - 1)
    return {f"loss_t{i / bins:g}": float(losses[part == i].mean()) for i in range(bins)}


class Log:
    """A CSV with one row about every :data:`LOG_SECONDS`: means over the steps since the last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._values: dict[str, list[float]] = {}
        self._written = time.monotonic()

    def add(self, progress: Progress, loss: Tensor, columns: Mapping[str, float]) -> None:
        """Count one step's loss and columns; NaN where a step tells nothing of a column."""
        for name, value in {"loss": float(loss.detach()), **columns}.items():
            self._values.setdefault(name, []).extend([] if math.isnan(value) else [value])
        if time.monotonic() - self._written > LOG_SECONDS:
            self.write(progress)

    def write(self, progress: Progress) -> None:
        """Append a row of the means; a training's first row settles the columns."""
        if not self._values:
            return
        row = {"step": progress.step, "minutes": round(progress.minutes, 2)}
        row |= {"items": progress.items}
        row |= {
            name: float(f"{statistics.fmean(v):.5g}") if v else math.nan
            for name, v in self._values.items()
        }
        self._values, self._written = {}, time.monotonic()
        names = list(row)
        if self.path.exists():
            with self.path.open(newline="") as file:
                names = next(csv.reader(file))
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            if not file.tell():
                writer.writeheader()
            writer.writerow(row)
        print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)


@contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Inside, SIGTERM and Ctrl-C only make the yielded function say True; a second Ctrl-C ends."""
    received: list[int] = []

    def note(number: int, frame: object) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _save(
    options: Options,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    config: Mapping[str, Any],
    progress: Progress,
    log: Log,
) -> None:
    """Write all that resuming needs, in one file, and export the averaged weights."""
    state = {
        "config": config,
        "progress": asdict(progress),
        "model": model.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    path = options.run / "state.pt"
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)
    facts = {"step": progress.step, "items": progress.items, "minutes": progress.minutes}
    checkpoint.write(options.out, average.state_dict(), config, facts)
    if log.path.exists():
        shutil.copyfile(log.path, options.out / "log.csv")


def _resume(
    options: Options,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    config: Mapping[str, Any],
) -> Progress:
    """Load the run's state, else the exported averaged weights, else leave the network as it is."""
    options.run.mkdir(parents=True, exist_ok=True)
    path = options.run / "state.pt"
    if path.exists():
        state = torch.load(path, map_location=options.device, weights_only=True)
        if state["config"] != config:
            raise SystemExit(f"error: {path} is of another network: {state['config']}")
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        return Progress(**state["progress"])
    if (options.out / "config.json").exists():
        tensors, trained, facts = checkpoint.read(options.out)
        if trained == config:
            model.load_state_dict(tensors)
            average.load_state_dict(tensors)
            if (options.out / "log.csv").exists():
                shutil.copyfile(options.out / "log.csv", options.run / "log.csv")
            return Progress(**facts, since=facts["minutes"])
        print(f"{options.out} holds another network; starting from nothing", flush=True)
    return Progress()
