"""Train the plan attention model on simulated athletes, made anew all the time.

python -m models.train.plan --minutes 12
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from data.plans.log import SPORTS
from data.plans.simulate import simulate
from data.plans.tokens import WORDS, Tokens, lived, tokens
from models.plan_attention import QUANTILES, Batch, Config, PlanAttention, batch
from models.train import loop

HIDDEN = 0.08
"""Share of sessions hidden in training, to be reconstructed from what came before."""

FRESH = 0.25
"""New athletes a step: making one takes longer than a step."""

REST = SPORTS.index("rest")


def athlete(rng: np.random.Generator) -> Tokens:
    """A simulated athlete's tokens; every other has a planted driver."""
    days = int(rng.integers(60, 260))
    sessions = lived(simulate(rng, days, driver=rng.random() < 1 / 2, plans=False).log)
    return varied(tokens(sessions, [s.load or 0.0 for s in sessions]), rng)


def varied(rows: Tokens, rng: np.random.Generator) -> Tokens:
    """The athlete as other programs and other people would have written the log down.

    Some logs have loads on another scale (session-RPE runs to several hundred), some follow the
    weekday more than the kind of session, some are much noisier, some know no duration, no RPE, no
    distance, no zones, or call every session "other".
    """
    features, values, sport = rows.features.copy(), rows.values.copy(), rows.sport.copy()
    if rng.random() < 0.5:
        values[:, 0] *= np.exp(rng.uniform(np.log(0.3), np.log(12)))
    if rng.random() < 0.35:  # as in team sports: matches and the days around them
        values[:, 0] *= np.exp(rng.uniform(0.2, 0.7) * rng.normal(size=7))[rows.weekday]
    if rng.random() < 0.5:
        values[:, 0] *= np.exp(rng.uniform(0.1, 0.9) * rng.normal(size=len(rows)))
    for share, known, column, value in (
        (0.25, 10, slice(0, 1), 2),
        (0.2, 8, slice(3, 4), 1),
        (0.2, 7, slice(1, 2), None),
        (0.2, 9, slice(4, 7), None),
    ):
        if rng.random() < share:
            features[:, known] = 0
            features[:, column] = 0
            if value is not None:
                values[:, value] = np.nan
    if rng.random() < 0.25:
        sport[sport != REST] = SPORTS.index("other")
    return replace(rows, features=features, values=values, sport=sport)


def augmented(rows: Batch, rng: np.random.Generator) -> Batch:
    """Some sessions hidden; some athletes without words, and some words that nobody ever wrote."""
    session = rows.real & (rows.sport != REST)
    hidden = torch.from_numpy(rng.random(rows.sport.shape) < HIDDEN) & session
    words = rows.words.clone()
    words[torch.from_numpy(rng.random(len(words)) < 0.2)] = 0
    strange = torch.from_numpy(rng.random(len(words)) < 0.15)[:, None, None] & (words > 0)
    other = torch.from_numpy(rng.integers(1, WORDS, words.shape))
    return replace(rows, hidden=hidden, words=torch.where(strange, other, words))


def losses(model: PlanAttention, rows: Batch) -> dict[str, Tensor]:
    """Pinball loss of the next session's values, and what hidden sessions are mistaken for."""
    said = model(rows)
    # Token i speaks about token i + 1, where that is a session that is not hidden.
    target, scale = rows.values[:, 1:], said.means.scale[:, :-1]
    real = rows.real[:, 1:] & ~rows.hidden[:, 1:] & (rows.day[:, 1:] >= rows.day[:, :1] + 7)
    known = torch.isfinite(target) & real[..., None]
    off = (target[..., None] - said.following[:, :-1]).nan_to_num(0.0) / scale[..., None]
    levels = torch.tensor(QUANTILES, device=off.device)
    pinball = torch.maximum(levels * off, (levels - 1) * off).mean(-1)
    mask = known.float()
    following = (pinball * mask).sum() / mask.sum().clamp(min=1)
    hidden = rows.hidden[..., None] & torch.isfinite(rows.values)
    wrong = (rows.values - said.own).nan_to_num(0.0).abs() / said.means.scale
    own = (wrong * hidden).sum() / hidden.sum().clamp(min=1)
    sport = F.cross_entropy(said.sport[rows.hidden], rows.sport[rows.hidden])
    return {"following": following, "own": own, "sport": sport.nan_to_num(0.0)}


class Pool:
    """Athletes to draw windows from, some of whom are replaced at every step."""

    def __init__(self, count: int, seed: int) -> None:
        rng = np.random.default_rng([seed, 0])
        self.rows: list[Tokens] = [athlete(rng) for _ in range(count)]

    def draw(self, size: int, length: int, rng: np.random.Generator) -> Batch:
        """Windows of athletes; half of them reach up to the athlete's last day."""
        if rng.random() < FRESH:
            self.rows[rng.integers(len(self.rows))] = athlete(rng)
        return windows([self.rows[i] for i in rng.integers(len(self.rows), size=size)], length, rng)


def windows(rows: Sequence[Tokens], length: int, rng: np.random.Generator) -> Batch:
    """A stretch of each row of tokens."""
    parts = []
    for row in rows:
        spare = max(len(row) - length, 0)
        start = spare if rng.random() < 0.5 else int(rng.integers(spare + 1))
        parts.append(row[start : start + length])
    return batch(parts)


def main() -> None:
    """The command line; see :mod:`models.train.loop`."""
    parser = loop.parser("plan", minutes=12, learning_rate=2e-3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=80)
    parser.add_argument("--pool", type=int, default=1200, help="athletes held in memory")
    parser.add_argument("--layers", type=int, default=Config.layers)
    options = parser.parse_args(namespace=loop.Options())
    config = Config(layers=options.layers)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    model = PlanAttention(config).to(options.device)
    pool = Pool(options.pool, options.seed)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, 1, step])
        rows = augmented(pool.draw(options.batch, options.length, rng), rng).to(options.device)
        parts = losses(model, rows)
        total = parts["following"] + 0.2 * parts["own"] + 0.05 * parts["sport"]
        return total, options.batch, {name: float(part.detach()) for name, part in parts.items()}

    loop.train(options, model, asdict(config), step_loss)


if __name__ == "__main__":
    main()
