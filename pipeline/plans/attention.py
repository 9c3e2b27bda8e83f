"""What the estimate of the next session draws on, and how far to believe it.

Two answers stand beside each other: attention, the weights with which the network looks at each
session before, and occlusion, how much the estimate changes without a session. They need not agree
(Jain & Wallace 2019, arXiv 1902.10186); their rank correlation says how far they do. Whether the
network is used at all is decided on the athlete's own log: it has to beat the rounded exponentially
weighted mean on sessions that it did not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import rankdata

from data.plans.log import SPORTS, Session, TrainingLog
from data.plans.tokens import VALUES, Tokens, lived, tokens
from models.plan_attention import CONTEXT, PlanAttention, batch, means, occlude

FEWEST_SESSIONS = 60
"""Under so many there is too little to test the network on; the mean is used."""

AGREEMENT = 0.5
FEWEST_BEFORE = 8
ROUND = (5.0, 1.0, 5.0)
"""To what rounded means are rounded: points, CR10, minutes."""

WARM_UP = 14
MOST_WINDOWS = 8
SHOWN = 56
REST = SPORTS.index("rest")


@dataclass(frozen=True)
class Estimate:
    """One value of the next session: where 8 of 10 fall, and the middle; unit as VALUES."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """Attributes
    ----------
    sessions
        The last sessions, oldest first, S of them; rest days are not among them.
    attention
        Float (S + 1, S): row i is the estimate of session i made on the day before it, the last
        row that of the session to come. NaN where a session is not before it. Rows add up to 1
        less what fell on days of rest and earlier sessions.
    effect
        The same shape: points by which the estimate of load changes because of the session: with it
        minus with an ordinary one in its place.
    agreement
        Mean over rows of Spearman's ρ between attention and the size of the effect; None when
        there are too few sessions.
    estimates
        "load", "rpe", "minutes" → what the network says of the next session.
    baseline
        The same names → the rounded exponentially weighted mean.
    error, baseline_error
        Mean absolute error of load, points, on the ``tested`` sessions of this log.
    verdict
        ``model`` or ``baseline``: which of the two is used; ``reason`` says why it is the second.
    """

    sessions: tuple[Session, ...]
    attention: np.ndarray
    effect: np.ndarray
    agreement: float | None
    estimates: dict[str, Estimate]
    baseline: dict[str, float]
    error: float | None
    baseline_error: float | None
    tested: int
    verdict: str
    reason: str

    @property
    def leads(self) -> str:
        """What to show first: ``attention``, or ``effect`` where the two disagree."""
        agree = self.agreement is not None and self.agreement >= AGREEMENT
        return "attention" if agree else "effect"


def explain(
    log: TrainingLog,
    load_of: Callable[[Session], float],
    model: PlanAttention | None,
    last: dt.date | None = None,
) -> Explanation | None:
    """The estimate after the log's last day, or after ``last``; None without a session done.

    Parameters
    ----------
    log
        Of one athlete.
    load_of
        A session's load in points.
    model
        None where the weights are missing: then the mean alone answers.
    """
    sessions = lived(log, last)
    rows = tokens(sessions, [0.0 if s.is_rest else load_of(s) for s in sessions])
    real = int((rows.sport != REST).sum())
    if not real:
        return None
    recent, known = sessions[-CONTEXT:], rows[-CONTEXT:]
    expected = rounded(means(batch([known]).values, _shown(known)[None]).mean[0, -1].numpy())
    baseline = {
        name: float(value)
        for n, (name, value) in enumerate(zip(VALUES, expected, strict=True))
        if np.isfinite(known.values[:, n]).any()
    }
    places = np.flatnonzero(known.sport != REST)[-SHOWN:]
    kept = tuple(recent[n] for n in places)
    nothing = np.full((len(kept) + 1, len(kept)), np.nan)
    if model is None:
        return Explanation(
            kept, nothing, nothing, None, {}, baseline, None, None, 0, "baseline", "missing"
        )
    with torch.inference_mode():
        said = model(batch([known]))
    weights = said.weights[0].float().numpy().astype(float)
    effects = occlude(model, known)
    asked = np.append(places - 1, len(known) - 1)
    attention, effect = (
        np.where((places[None] <= asked[:, None]), table[asked][:, places], np.nan)
        for table in (weights, effects)
    )
    attention[asked < 0], effect[asked < 0] = np.nan, np.nan
    estimates = {
        name: Estimate(*said.following[0, -1, n].tolist())
        for n, name in enumerate(VALUES)
        if name in baseline
    }
    error, other, tested = backtest(model, rows)
    reason = ""
    if real < FEWEST_SESSIONS:
        reason = "few"
    elif error is None or other is None or error >= other:
        reason = "not better"
    return Explanation(
        kept,
        attention,
        effect,
        agreement(attention, effect),
        estimates,
        baseline,
        error,
        other,
        tested,
        "baseline" if reason else "model",
        reason,
    )


def _shown(rows: Tokens) -> torch.Tensor:
    return torch.from_numpy(rows.sport != REST)


def rounded(values: np.ndarray) -> np.ndarray:
    """Means rounded to what people write: (…, 3) as VALUES."""
    return np.round(values / ROUND) * ROUND


def backtest(model: PlanAttention, rows: Tokens) -> tuple[float | None, float | None, int]:
    """Mean absolute error of load by the network and by the rounded mean, and on how many sessions.

    Each session is estimated from the tokens before it alone; the first two weeks of the log count
    for nothing. The network was trained on simulated athletes, so all of the log is new to it.
    """
    predicted, mean, truth = forecasts(model, rows)
    if not len(truth):
        return None, None, 0
    return (
        float(np.abs(predicted - truth).mean()),
        float(np.abs(mean - truth).mean()),
        len(truth),
    )


def forecasts(model: PlanAttention, rows: Tokens) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Load of every session by the network, by the rounded mean, and in truth."""
    half = CONTEXT // 2
    starts = list(range(0, max(len(rows) - half, 1), half))[-MOST_WINDOWS:]
    predicted, mean, truth = [], [], []
    with torch.inference_mode():
        said = model(batch([rows[start : start + CONTEXT] for start in starts]))
    for n, start in enumerate(starts):
        part = rows[start : start + CONTEXT]
        first = half if n or start else WARM_UP
        for t in range(first, len(part)):
            if np.isfinite(part.values[t, 0]):
                predicted.append(float(said.following[n, t - 1, 0, 1]))
                mean.append(float(said.means.mean[n, t - 1, 0]))
                truth.append(float(part.values[t, 0]))
    rounds = np.round(np.array(mean) / ROUND[0]) * ROUND[0]
    return np.array(predicted), rounds, np.array(truth)


def agreement(attention: np.ndarray, effect: np.ndarray) -> float | None:
    """Mean of the rows' Spearman ρ between attention and the effect's size."""
    found = []
    for looked, changed in zip(attention, effect, strict=True):
        known = np.isfinite(looked) & np.isfinite(changed)
        if known.sum() >= FEWEST_BEFORE:
            rho = spearman(looked[known], np.abs(changed[known]))
            if np.isfinite(rho):
                found.append(rho)
    return float(np.mean(found)) if found else None


def spearman(a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray) -> float:
    """Spearman's rank correlation; NaN where one of the two is all alike."""
    ranks = rankdata(a), rankdata(b)
    if not ranks[0].std() or not ranks[1].std():
        return float("nan")
    return float(np.corrcoef(*ranks)[0, 1])
