"""How well the next session's load is foretold, and whether occlusion finds a planted driver.

    python -m benchmarks.training_plan [--data FILE] [--seeds 5] [--steps 150]

Without ``--data`` 24 simulated athletes whom training never saw; with it a log of several athletes
(CSV or any other format), of which only loads and days are used. Two splits: forward in time (the
last 30 % of each athlete's days) and leave-athlete-out (five groups). Every method sees the same
past. ``as shipped`` is the network as it lies in models/weights/plan; ``adapted`` is trained on for
some steps on the training part, with another seed each time (``--steps 0`` leaves it out).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from data.plans.log import SPORTS
from data.plans.simulate import simulate
from data.plans.tokens import Tokens, lived, tokens
from models.plan_attention import ALPHA, CONTEXT, PlanAttention, batch, load, occlude
from models.train.plan import augmented, losses, windows
from pipeline.plans.attention import spearman
from pipeline.training_plan import read, session_loads

REST = SPORTS.index("rest")
LAGS = 14
SHARE = 0.7
GROUPS = 5
MOST = 60_000
HISTORY = 28


def simulated(count: int, seed: int = 77) -> list[Tokens]:
    """Athletes from seeds that training does not use."""
    result = []
    for n in range(count):
        sessions = lived(simulate(np.random.default_rng([seed, n]), 240, plans=False).log)
        result.append(tokens(sessions, [s.load or 0.0 for s in sessions]))
    return result


def given(path: Path) -> list[Tokens]:
    """The athletes of a log that have at least 60 sessions with a load."""
    log, result = read([path]), []
    for name in log.athletes_with_sessions:
        mine = log.of(name)
        loads = dict(zip(map(id, mine.sessions), session_loads(mine, name), strict=True))
        sessions = lived(mine)
        rows = tokens(sessions, [loads[id(s)].load if id(s) in loads else 0.0 for s in sessions])
        # Loads of 0 are how a table of days says that nothing was done.
        rows.sport[~(rows.values[:, 0] > 0)] = REST
        rows.values[rows.sport == REST] = np.nan
        if (rows.sport != REST).sum() >= 60:
            result.append(rows)
    return result


@cache
def targets(rows: Tokens) -> np.ndarray:
    """Positions of sessions with at least four weeks and one session before them."""
    known = np.isfinite(rows.values[:, 0]) & np.isfinite(ewma(rows, ALPHA))
    return np.flatnonzero(known & (rows.day >= HISTORY))


@cache
def ewma(rows: Tokens, alpha: float) -> np.ndarray:
    """(T,): the exponentially weighted mean of the session loads before each token."""
    result, value = np.zeros(len(rows)), np.nan
    for t, now in enumerate(rows.values[:, 0]):
        result[t] = value
        if np.isfinite(now):
            value = now if not np.isfinite(value) else value + alpha * (now - value)
    return result


@cache
def table(rows: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Features of each target for ridge and trees, and the loads."""
    day_load = np.zeros(rows.day[-1] + 1)
    np.add.at(day_load, rows.day, np.nan_to_num(rows.values[:, 0]))
    last = np.nan_to_num(rows.values[:, 0])
    session = [last[:t][rows.sport[:t] != REST] for t in range(len(rows))]
    quick, slow = ewma(rows, ALPHA), ewma(rows, 0.05)
    found = []
    for t in targets(rows):
        day = rows.day[t]
        before = day_load[day - HISTORY : day]
        lags = np.pad(session[t][-LAGS:], (LAGS - min(len(session[t]), LAGS), 0))
        found.append(
            np.concatenate(
                [
                    lags,
                    before[-7:],
                    before[[0, 7, 14, 21]],
                    [before[-7:].mean(), before.mean(), quick[t], slow[t]],
                    np.eye(7)[rows.weekday[t]],
                ]
            )
        )
    return np.array(found), rows.values[targets(rows), 0].astype(float)


def by_network(model: PlanAttention, rows: Tokens) -> np.ndarray:
    """The network's median for each target from the CONTEXT tokens before it."""
    half, wanted = CONTEXT // 2, targets(rows)
    result = np.full(len(rows), np.nan)
    with torch.inference_mode():
        for start in range(0, max(len(rows) - half, 1), half):
            part = rows[start : start + CONTEXT]
            middle = model(batch([part])).following[0, :, 0, 1].numpy()
            first = half if start else 1
            result[start + first : start + len(part)] = middle[first - 1 : len(part) - 1]
    return result[wanted]


def adapted(train: list[Tokens], seed: int, steps: int) -> PlanAttention:
    """The shipped network, trained on for some steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = load().train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    train = [rows for rows in train if len(rows) > HISTORY]
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * min(1.0, (step + 1) / 20, 2 * (1 - step / steps))
        rows = windows([train[i] for i in rng.integers(len(train), size=16)], 112, rng)
        parts = losses(model, augmented(rows, rng))
        optimiser.zero_grad()
        (parts["following"] + 0.2 * parts["own"]).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    return model.eval()


Fold = tuple[list[Tokens], list[tuple[Tokens, np.ndarray]]]
"""Rows to train on; rows to test on with which of their targets count."""


def forward(athletes: list[Tokens]) -> Iterator[Fold]:
    """Train on each athlete's first 70 % of tokens, test on the rest."""
    train = [rows[: int(SHARE * len(rows))] for rows in athletes]
    yield train, [(rows, targets(rows) >= int(SHARE * len(rows))) for rows in athletes]


def leave_out(athletes: list[Tokens], seed: int) -> Iterator[Fold]:
    """Train on four fifths of the athletes, test on the others."""
    order = np.random.default_rng(seed).permutation(len(athletes))
    for group in range(GROUPS):
        out = set(order[group::GROUPS].tolist())
        train = [rows for n, rows in enumerate(athletes) if n not in out]
        test = [athletes[n] for n in sorted(out)]
        yield train, [(rows, np.ones(len(targets(rows)), bool)) for rows in test]


def errors(fold: Fold, seed: int, steps: int) -> dict[str, np.ndarray]:
    """Method → absolute errors of load on the fold's test sessions."""
    train, test = fold
    parts = [table(rows) for rows in train if len(targets(rows))]
    x, y = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    if len(y) > MOST:
        kept = np.random.default_rng(seed).choice(len(y), MOST, replace=False)
        x, y = x[kept], y[kept]
    centre, spread = x.mean(0), x.std(0) + 1e-9
    ridge = Ridge(10.0).fit((x - centre) / spread, y)
    trees = HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=150, learning_rate=0.06, random_state=seed
    ).fit(x, y)
    shipped = load()
    alphas = (0.05, 0.1, 0.15, 0.25, 0.4)
    best = min(alphas, key=lambda a: np.mean([_mean_error(rows, a) for rows in train]))
    methods: dict[str, Callable[[Tokens, np.ndarray], np.ndarray]] = {
        "persistence": lambda rows, x: x[:, LAGS - 1],
        "EWMA": lambda rows, x: ewma(rows, best)[targets(rows)],
        "EWMA rounded to 5": lambda rows, x: np.round(ewma(rows, best)[targets(rows)] / 5) * 5,
        "ridge": lambda rows, x: ridge.predict((x - centre) / spread),
        "gradient boosting": lambda rows, x: trees.predict(x),
        "attention as shipped": lambda rows, x: by_network(shipped, rows),
    }
    if steps:
        further = adapted(train, seed, steps)
        methods["attention adapted"] = lambda rows, x: by_network(further, rows)
    found: dict[str, list[np.ndarray]] = {name: [] for name in methods}
    for rows, counts in test:
        if not counts.any():
            continue
        features, truth = table(rows)
        for name, method in methods.items():
            found[name].append(np.abs(method(rows, features) - truth)[counts])
    return {name: np.concatenate(part) for name, part in found.items()}


def _mean_error(rows: Tokens, alpha: float) -> float:
    at = targets(rows)
    if not len(at):
        return 0.0
    return float(np.mean(np.abs(ewma(rows, alpha)[at] - rows.values[at, 0])))


def compare(athletes: list[Tokens], seeds: int, steps: int) -> None:
    """Print both splits: mean absolute error over all test sessions, mean ± SD of the seeds."""
    count = sum(len(targets(rows)) for rows in athletes)
    print(f"{len(athletes)} athletes, {count} sessions with four weeks before them\n")
    print("| next session's load, MAE in points | forward in time | leave-athlete-out |")
    print("|---|---|---|")
    splits: tuple[Callable[[int], Iterator[Fold]], ...] = (
        lambda seed: forward(athletes),
        partial(leave_out, athletes),
    )
    columns: list[dict[str, list[float]]] = []
    for split in splits:
        scores: dict[str, list[float]] = {}
        for seed in range(seeds):
            of_seed: dict[str, list[np.ndarray]] = {}
            for fold in split(seed):
                for name, off in errors(fold, seed, steps).items():
                    of_seed.setdefault(name, []).append(off)
            for name, off in of_seed.items():
                scores.setdefault(name, []).append(float(np.concatenate(off).mean()))
        columns.append(scores)
    for name in columns[0]:
        cells = [f"{np.mean(c[name]):.2f} ± {np.std(c[name]):.2f}" for c in columns]
        print(f"| {name} | {' | '.join(cells)} |")


def planted(count: int) -> None:
    """Print how often occlusion and attention put the planted session first."""
    model, first, looked, chance, recent, rho, lags = load(), 0, 0, 0.0, 0, [], []
    for n in range(count):
        made = simulate(np.random.default_rng([78, n]), 94 + n % 13, driver=True, plans=False)
        sessions = lived(made.log)
        rows = tokens(sessions, [s.load or 0.0 for s in sessions])[-CONTEXT:]
        sessions = sessions[-CONTEXT:]
        ask = len(sessions) - 2  # the last session is the one that the driver brings
        at = next(i for i, s in enumerate(sessions) if s is made.driver)
        before = np.flatnonzero((rows.sport != REST) & (np.arange(len(rows)) <= ask))
        effect = np.abs(occlude(model, rows[: ask + 1])[ask, before])
        with torch.inference_mode():
            weight = model(batch([rows[: ask + 1]])).weights[0, ask].numpy()[before]
        first += before[effect.argmax()] == at
        looked += before[weight.argmax()] == at
        recent += before[-1] == at
        chance += 1 / len(before)
        rho.append(spearman(weight, effect))
        lags.append(ask - at)
    print(f"\n{count} logs with one planted driver, {min(lags)} to {max(lags)} tokens back\n")
    print("| first place is the planted session | share |")
    print("|---|---|")
    for name, hits in (
        ("occlusion", first),
        ("attention", looked),
        ("always the latest session", recent),
        ("chance", chance),
    ):
        print(f"| {name} | {100 * hits / count:.1f} % |")
    print(f"\nSpearman's ρ of attention and the effect's size: {np.nanmean(rho):.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="a log of several athletes, to measure on")
    parser.add_argument("--athletes", type=int, default=24, help="simulated athletes")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=150, help="of adapting the network")
    parser.add_argument("--planted", type=int, default=200, help="logs with a planted driver")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.perf_counter()
    if options.planted:
        planted(options.planted)
    athletes = given(options.data) if options.data else simulated(options.athletes)
    if options.seeds:
        compare(athletes, options.seeds, options.steps)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
