"""Plan attention: the sessions so far → load, RPE and duration of the next one.

A small causal transformer over sessions and days of rest (:mod:`data.plans.tokens`). It does not
predict the values themselves but what an exponentially weighted mean of the sessions before misses
of them, so that with nothing learned it is that mean. Attention is plain softmax(QKᵀ/√d + bias)·V
(Vaswani et al. 2017, arXiv 1706.03762, eq. 1) with a learned bias for each number of days between
two tokens (T5's relative bias, Raffel et al. 2020, arXiv 1910.10683, §2.1, begun as ALiBi's slope,
Press et al. 2022, arXiv 2108.12409).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from data.plans.log import SPORTS
from data.plans.tokens import FEATURES, MOST_WORDS, VALUES, WORDS, Tokens, as_expected
from models import checkpoint

QUANTILES = (0.1, 0.5, 0.9)
ALPHA = 0.1
"""Weight of the newest session in the mean: 2 / (N + 1) for N = 19 sessions, about four weeks."""

SLOW = 0.05
REST = SPORTS.index("rest")
LOAD, LOAD_FEATURE = VALUES.index("load"), 2
"""Where the load stands among a token's values and among its features."""

LONGEST_LAG = 63
CONTEXT = 128
"""Tokens that are looked at, a third of a year."""


@dataclass(frozen=True)
class Config:
    """What builds the network."""

    width: int = 32
    layers: int = 1
    heads: int = 2


@dataclass(frozen=True, eq=False)
class Batch:
    """Tokens of several athletes, (B, T, …) as in :class:`~data.plans.tokens.Tokens`.

    ``hidden`` (B, T) says which sessions are kept from the model; ``real`` which tokens exist.
    """

    features: Tensor
    values: Tensor
    sport: Tensor
    weekday: Tensor
    day: Tensor
    planned: Tensor
    ill: Tensor
    words: Tensor
    hidden: Tensor
    real: Tensor

    def to(self, device: torch.device | str) -> Batch:
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def batch(rows: Sequence[Tokens]) -> Batch:
    """Rows of tokens side by side, shorter ones filled up at their end; nothing is hidden."""
    longest = max(len(row) for row in rows)
    parts: dict[str, Tensor] = {}
    for f in fields(Tokens):
        filled = []
        for row in rows:
            array = getattr(row, f.name)
            room = [(0, longest - len(row))] + [(0, 0)] * (array.ndim - 1)
            filled.append(np.pad(array, room))
        parts[f.name] = torch.from_numpy(np.stack(filled))
    real = torch.tensor([[n < len(row) for n in range(longest)] for row in rows])
    return Batch(**parts, hidden=torch.zeros_like(real), real=real)


@dataclass(frozen=True, eq=False)
class Means:
    """``mean`` and ``scale``, (B, T, 3): what is expected after each token, and how large it is."""

    mean: Tensor
    scale: Tensor


@torch.no_grad()
def means(values: Tensor, shown: Tensor, alpha: float = ALPHA) -> Means:
    """Exponentially weighted means of the sessions up to each token that are shown.

    Parameters
    ----------
    values : (B, T, 3), NaN where unknown.
    shown : bool (B, T).
    """
    known = torch.isfinite(values) & shown[..., None]
    filled = values.nan_to_num(0.0)
    quick, slow = torch.zeros_like(filled[:, 0]), torch.zeros_like(filled[:, 0])
    begun = torch.zeros_like(known[:, 0])
    every, scales = [], []
    for t in range(values.shape[1]):
        now, here = filled[:, t], known[:, t]
        first = here & ~begun
        quick = torch.where(first, now, torch.where(here, quick + alpha * (now - quick), quick))
        slow = torch.where(first, now, torch.where(here, slow + SLOW * (now - slow), slow))
        begun = begun | here
        every.append(quick)
        scales.append(slow)
    floor = torch.tensor([5.0, 1.0, 5.0], device=values.device)
    return Means(torch.stack(every, 1), 0.5 * (torch.stack(scales, 1) + floor))


class Block(nn.Module):
    """Attention and an MLP; gives its weights of attention besides."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.attended = nn.Linear(width, width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        slopes = torch.tensor([2.0 ** -(3 + 2 * h) for h in range(heads)])
        self.lag = nn.Parameter(-slopes[:, None] * torch.arange(LONGEST_LAG + 1.0))

    def forward(self, x: Tensor, day: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T, width), days (B, T) and who may look at whom (B, T, T) → the same, weights."""
        h = F.rms_norm(x, x.shape[-1:])
        q, k, v = self.qkv(h).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        lags = (day[:, :, None] - day[:, None, :]).clamp(0, LONGEST_LAG)
        bias = self.lag[:, lags].transpose(0, 1)
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5 + bias
        weights = scores.masked_fill(~allowed[:, None], -1e9).softmax(-1)
        x = x + self.attended((weights @ v).transpose(1, 2).flatten(2))
        h = F.rms_norm(x, x.shape[-1:])
        return x + self.narrow(F.gelu(self.wide(h))), weights


@dataclass(frozen=True, eq=False)
class Forecast:
    """What the network says at each token.

    Attributes
    ----------
    following : (B, T, 3, quantiles), load, RPE and minutes of the next session, in their units.
    own : (B, T, 3), the same of the token itself, for hidden ones.
    sport : (B, T, sports), logits of the token's own sport.
    means : of the sessions before, which ``following`` departs from.
    weights : (B, T, T), attention of each token to itself and those before it, mean of the heads.
    """

    following: Tensor
    own: Tensor
    sport: Tensor
    means: Means
    weights: Tensor


class PlanAttention(nn.Module):
    """Tokens → :class:`Forecast`."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.enter = nn.Linear(FEATURES + 4, width)
        self.sport = nn.Embedding(len(SPORTS), width)
        self.weekday = nn.Embedding(7, width)
        self.word = nn.Embedding(WORDS, width, padding_idx=0)
        self.hidden = nn.Parameter(torch.zeros(width))
        self.ill = nn.Parameter(torch.zeros(width))
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.layers))
        self.asked = nn.Embedding(2, width)  # is the next session on the same day or another
        self.following = nn.Sequential(
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Linear(2 * width, len(VALUES) * len(QUANTILES)),
        )
        self.own = nn.Linear(width, len(VALUES))
        self.own_sport = nn.Linear(width, len(SPORTS))
        nn.init.normal_(self.word.weight, std=0.05)
        last = self.following[2]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)  # begins as the exponentially weighted mean
        nn.init.zeros_(last.bias)

    def forward(self, rows: Batch) -> Forecast:
        """In float32 throughout: bf16 would round minutes."""
        with torch.autocast(rows.features.device.type, enabled=False):
            return self._forward(rows)

    def _forward(self, rows: Batch) -> Forecast:
        shown = rows.real & ~rows.hidden
        mean = means(rows.values, shown)
        # How the session compares with the mean before it, which says more than its size alone.
        before = torch.cat([mean.mean[:, :1], mean.mean[:, :-1]], 1)
        scale = torch.cat([mean.scale[:, :1], mean.scale[:, :-1]], 1)
        surprise = ((rows.values - before) / scale).nan_to_num(0.0).clamp(-4, 4) / 2
        # Loads are on whatever scale a log has, so they count against the mean before them alone.
        share = (rows.values[..., LOAD] / scale[..., LOAD]).nan_to_num(0.0).clamp(0, 10)
        features = torch.cat(
            [
                rows.features[..., :LOAD_FEATURE],
                share.log1p()[..., None],
                rows.features[..., LOAD_FEATURE + 1 :],
            ],
            2,
        )
        content = self.enter(
            torch.cat([features, surprise, rows.planned[..., None].float()], 2)
        ) + self.sport(rows.sport)
        words = self.word(rows.words).sum(2) / MOST_WORDS**0.5
        content = content + words + rows.ill[..., None] * self.ill
        x = torch.where(rows.hidden[..., None], self.hidden, content) + self.weekday(rows.weekday)

        count = x.shape[1]
        causal = torch.ones(count, count, dtype=torch.bool, device=x.device).tril()
        allowed = causal & rows.real[:, None, :]
        allowed = allowed | torch.eye(count, dtype=torch.bool, device=x.device)
        seen = None
        for block in self.blocks:
            x, weights = block(x, rows.day, allowed)
            seen = weights.mean(1) if seen is None else _rolled(weights.mean(1), seen)
        assert seen is not None

        ahead = torch.cat([rows.day[:, 1:], rows.day[:, -1:] + 1], 1)
        asked = x + self.asked((ahead > rows.day).long())
        out = self.following(F.rms_norm(asked, x.shape[-1:])).unflatten(2, (len(VALUES), -1))
        middle = out[..., 1]
        spread = F.softplus(out[..., (0, 2)] - 1)
        quantiles = torch.stack([middle - spread[..., 0], middle, middle + spread[..., 1]], -1)
        following = (mean.mean[..., None] + mean.scale[..., None] * quantiles).clamp(min=0)
        h = F.rms_norm(x, x.shape[-1:])
        own = before + scale * self.own(h)
        return Forecast(following, own, self.own_sport(h), mean, seen)


def _rolled(weights: Tensor, before: Tensor) -> Tensor:
    """Attention through two layers, the way around each counted in (Abnar & Zuidema 2020)."""
    eye = torch.eye(weights.shape[-1], device=weights.device)
    return (0.5 * weights + 0.5 * eye) @ (0.5 * before + 0.5 * eye)


@torch.inference_mode()
def occlude(model: PlanAttention, rows: Tokens) -> np.ndarray:
    """Signed effect of each session on each forecast of load, float (T, T), points.

    Row i, column j: the load forecast after token i minus the same with an ordinary session in the
    place of session j: of the size that the mean before it expects and of no known title, for the
    network and for the mean. What takes a session's place decides what its effect means (Covert et
    al. 2021, arXiv 2011.14878, §4). Rest, or a hidden session, makes every recent session count for
    having been there at all; an expected one counts it for what was unlike others about it. NaN
    where j is not before the forecast or a day of rest.
    """
    count = len(rows)
    whole = batch([rows])
    mean = means(whole.values, whole.real).mean
    ordinary = batch([as_expected(rows, torch.cat([mean[:, :1], mean[:, :-1]], 1)[0].numpy())])
    every, replaced = batch([rows] * count), torch.eye(count, dtype=torch.bool)[..., None]
    without = replace(
        every,
        features=torch.where(replaced, ordinary.features, every.features),
        values=torch.where(replaced, ordinary.values, every.values),
        words=torch.where(replaced, ordinary.words, every.words),
    )
    with_all = model(whole).following[0, :, 0, 1]
    effect = (with_all[None] - model(without).following[..., 0, 1]).T.numpy().astype(float)
    effect[np.triu_indices(count, 1)] = np.nan
    effect[:, rows.sport == REST] = np.nan
    return effect


def load(folder: Path = checkpoint.WEIGHTS / "plan", device: str = "cpu") -> PlanAttention:
    """The trained network. Raises FileNotFoundError where there is none."""
    return checkpoint.load(folder, PlanAttention, Config).to(device)
