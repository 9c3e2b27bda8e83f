"""What efforts say about the athlete: critical power and speed, W′ balance, Banister's model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.signal import lfilter

from data.plans.log import Curve

EFFORT_S = (120, 1800)
"""Shortest and longest effort between which the hyperbola holds (Jones et al. 2010)."""

FEWEST_EFFORTS = 3
FEWEST_TESTS = 8
FIT_R2 = 0.98


@dataclass(frozen=True)
class Critical:
    """``critical`` in W or m/s, ``reserve`` in J (W′) or m (D′), R² of the line, efforts used."""

    critical: float
    reserve: float
    r2: float
    efforts: Curve


def best_curve(curves: Iterable[Curve]) -> Curve:
    """The best of several mean-maximal curves at each length of time."""
    best: dict[float, float] = {}
    for seconds, value in (point for curve in curves for point in curve):
        best[seconds] = max(value, best.get(seconds, 0.0))
    return tuple(sorted(best.items()))


def critical(curve: Curve) -> Critical | None:
    """Critical power (W) and W′ (J), or critical speed (m/s) and D′ (m), of the best efforts.

    The line work = W′ + CP·t through efforts of 2 to 30 minutes, the linear form of
    t = W′/(P − CP): Monod & Scherrer 1965; Hughson et al. 1984 for speed. None with fewer than
    three efforts, a negative reserve, or R² under 0.98: then they were no all-out efforts.
    """
    efforts = tuple((s, v) for s, v in curve if EFFORT_S[0] <= s <= EFFORT_S[1] and v > 0)
    if len(efforts) < FEWEST_EFFORTS:
        return None
    seconds, mean = np.array(efforts).T
    work = seconds * mean
    slope, reserve = np.polyfit(seconds, work, 1)
    # Of work over time any curve looks straight; of the mean itself the hyperbola has to hold.
    missed, spread = (
        np.sum((mean - slope - reserve / seconds) ** 2),
        np.sum((mean - mean.mean()) ** 2),
    )
    r2 = 1 - missed / spread if spread > 0 else 0.0
    if not (slope > 0 and reserve > 0 and r2 >= FIT_R2):
        return None
    return Critical(float(slope), float(reserve), float(r2), efforts)


def w_balance(power_w: np.ndarray, cp_w: float, w_prime_j: float) -> np.ndarray:
    """W′ left, J, after each second of power (seconds,).

    Above CP it falls by P − CP; below it recovers by (CP − P)·(W′ − W′bal)/W′. Froncioni–Clarke
    differential form: Skiba et al. 2015, Med Sci Sports Exerc 47(11).
    """
    result = np.empty(len(power_w))
    left = w_prime_j
    for n, power in enumerate(power_w):
        above = power - cp_w
        left -= above if above > 0 else above * (w_prime_j - left) / w_prime_j
        result[n] = left
    return result


@dataclass(frozen=True)
class Banister:
    """p(t) = ``start`` + ``fitness_gain``·fitness − ``fatigue_gain``·fatigue, and how well it fits.

    ``start`` and ``rmse`` in the unit of the tests, the two time constants in days.
    """

    start: float
    fitness_gain: float
    fatigue_gain: float
    fitness_days: float
    fatigue_days: float
    r2: float
    rmse: float

    def expected(self, load: np.ndarray) -> np.ndarray:
        """p(t) on each morning of days with these loads, in the unit of the tests."""
        fitness, fatigue = (_trace(load, days) for days in (self.fitness_days, self.fatigue_days))
        return self.start + self.fitness_gain * fitness - self.fatigue_gain * fatigue


def fit_banister(
    days: Sequence[dt.date], load: np.ndarray, tests: Mapping[dt.date, float]
) -> Banister | None:
    """Banister's impulse–response model of the tests; None with fewer than eight of them.

    p(t) = p₀ + k₁·Σ w(s)·e^(−(t−s)/τ₁) − k₂·Σ w(s)·e^(−(t−s)/τ₂) over days s < t. Banister et al.
    1975; Hellard et al. 2006 on how badly few tests pin it down. For each pair of time constants
    on a grid the gains are a linear least-squares fit; gains below 0 are not allowed.
    """
    position = {day: n for n, day in enumerate(days)}
    known = [(position[day], value) for day, value in sorted(tests.items()) if day in position]
    if len(known) < FEWEST_TESTS:
        return None
    at = np.array([n for n, _ in known])
    measured = np.array([value for _, value in known], float)
    best: Banister | None = None
    spread = np.sum((measured - measured.mean()) ** 2)
    for slow, fast in product(range(20, 71, 5), range(3, 19, 3)):
        traces = np.column_stack(
            [np.ones(len(at)), _trace(load, slow)[at], -_trace(load, fast)[at]]
        )
        (start, fitness, fatigue), *_ = np.linalg.lstsq(traces, measured, rcond=None)
        if fitness < 0 or fatigue < 0:
            continue
        error = float(np.sum((traces @ (start, fitness, fatigue) - measured) ** 2))
        rmse = float(np.sqrt(error / len(at)))
        if best is None or rmse < best.rmse:
            r2 = 1 - error / spread if spread > 0 else 0.0
            best = Banister(
                float(start), float(fitness), float(fatigue), slow, fast, float(r2), rmse
            )
    return best


def _trace(load: np.ndarray, days: float) -> np.ndarray:
    """What is left each morning of all loads before, each fading with the time constant."""
    keep = float(np.exp(-1 / days))
    return lfilter([0.0, keep], [1.0, -keep], load)
