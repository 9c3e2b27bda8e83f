"""Where the movement network looks, what of that counts, and how far a map can be trusted.

Raw attention need not show what an answer rests on (Jain & Wallace 2019, arXiv 1902.10186). So each
map of it stands beside rollout, gradient relevance and occlusion, and every ranking of moments is
put to the test of taking the moments away (DeYoung et al. 2020, "ERASER", arXiv 1911.03429).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from data.movement.clip import Clip
from models.movement_attention import TASKS, Answer, Batch, Maps, MovementAttention, batch_of

CHUNK = 16
"""Clips that are evaluated at once."""

SHARES = (0.1, 0.2, 0.3, 0.5)
"""Shares of the moments that are taken away, one after the other."""

RANDOM = 8
"""Random rankings that a ranking is held against."""

MOST_STRETCHES = 16
TRIED_MOMENTS = 40
"""Longer clips are thinned out before moments are taken away, or it would take too long."""


@dataclass(frozen=True)
class Target:
    """Whose reasons are asked for: an action or a fault, by its place in the head."""

    task: str
    index: int


@dataclass(frozen=True)
class Look:
    """What was told of a clip of T moments and J joints, and where the network looked.

    Attributes
    ----------
    joints : (J,), indices into KEYPOINTS.
    actions, faults : probabilities (A,), (F,). ``quality`` in [0, 1].
    places : float32 (T, J, 3), each joint's place as the network would fill it in.
    space, time : float32 (layers, heads, J, J) and (layers, heads, T, T), rows attend to columns;
        means over moments and over known joints.
    pool : (T, J), what the answer is read from, mean over heads.
    rollout_space, rollout_time, rollout : (J, J), (T, T), (T, J).
    relevance_space, relevance_time, relevance : likewise, by gradients.
    """

    target: Target
    joints: np.ndarray
    actions: np.ndarray
    faults: np.ndarray
    quality: float
    places: np.ndarray
    space: np.ndarray
    time: np.ndarray
    pool: np.ndarray
    rollout_space: np.ndarray
    rollout_time: np.ndarray
    rollout: np.ndarray
    relevance_space: np.ndarray
    relevance_time: np.ndarray
    relevance: np.ndarray


def look(model: MovementAttention, clip: Clip, target: Target | None = None) -> Look:
    """All maps of a clip for a target, by default the action that is most probable."""
    batch = batch_of([clip])
    maps = Maps()
    with torch.enable_grad():
        # Attention gets gradients because something that it comes from does.
        answer = model(replace(batch, positions=batch.positions.requires_grad_()), maps)
        if target is None:
            target = Target("action", int(answer.action[0].argmax()))
        assert maps.pool is not None
        kept = [*maps.space, *maps.time, maps.pool]
        gradients = torch.autograd.grad(_score(answer, target)[0], kept)
    count = len(maps.space)
    known = batch.known[0]
    shape = known.shape

    space = [_mean_over(a[0], known.any(1)) for a in maps.space]  # (heads, J, J) each
    time = [_mean_over(a[0], known.any(0)) for a in maps.time]
    task = TASKS.index(target.task)
    pool = maps.pool[0, task].mean(0)
    weighted = [(g * a).clamp(min=0).mean(2)[0] for g, a in zip(gradients, kept[:-1], strict=False)]
    first = (gradients[-1] * maps.pool)[0, task].clamp(min=0).mean(0)
    by_space, by_time = weighted[:count], weighted[count:]

    with torch.no_grad():
        look_space = torch.stack(space)
        look_time = torch.stack(time)
        whole_space = [a[0].mean(1) for a in maps.space]  # (T, J, J)
        whole_time = [a[0].mean(1) for a in maps.time]  # (J, T, T)
        return Look(
            target,
            batch.joints.numpy(),
            answer.action[0].softmax(-1).detach().numpy(),
            answer.fault[0].sigmoid().detach().numpy(),
            float(answer.quality[0].detach()),
            answer.places[0].detach().numpy(),
            look_space.detach().numpy(),
            look_time.detach().numpy(),
            pool.detach().view(shape).numpy(),
            rollout([a.mean(0) for a in space]).detach().numpy(),
            rollout([a.mean(0) for a in time]).detach().numpy(),
            _read_back(pool.view(shape), whole_time, whole_space, 0.5).detach().numpy(),
            relevance([_mean_over(a, known.any(1)) for a in by_space]).numpy(),
            relevance([_mean_over(a, known.any(0)) for a in by_time]).numpy(),
            _read_back(first.view(shape), by_time, by_space, 1.0).detach().numpy(),
        )


def _score(answer: Answer, target: Target) -> Tensor:
    """The target's logit (B,)."""
    logits = answer.action if target.task == "action" else answer.fault
    return logits[:, target.index]


def _probability(answer: Answer, target: Target) -> Tensor:
    """The target's probability (B,)."""
    if target.task == "action":
        return answer.action.softmax(-1)[:, target.index]
    return answer.fault.sigmoid()[:, target.index]


def _mean_over(maps: Tensor, counted: Tensor) -> Tensor:
    """The mean over the first axis, of the entries that count."""
    return maps[counted].mean(0) if counted.any() else maps.mean(0)


def rollout(layers: Sequence[Tensor]) -> Tensor:
    """Π Ã, Ã = ½ (A + I) with rows that sum to 1: Abnar & Zuidema 2020, arXiv 2005.00928, eq. 1."""
    result = torch.eye(len(layers[0]))
    for weights in layers:
        mixed = (weights + torch.eye(len(weights))) / 2
        result = mixed / mixed.sum(-1, keepdim=True) @ result
    return result


def relevance(layers: Sequence[Tensor]) -> Tensor:
    """R ← R + Ā R from R = I, less I: Chefer et al. 2021, arXiv 2103.15679, eq. 5 and 6.

    ``layers`` are Ā = mean over heads of (∇A ⊙ A)⁺.
    """
    start = torch.eye(len(layers[0]))
    result = start
    for weights in layers:
        result = result + weights @ result
    return result - start


def _read_back(
    first: Tensor, time: Sequence[Tensor], space: Sequence[Tensor], kept: float
) -> Tensor:
    """What is read out (T, J), followed back through all layers to the tokens it came from.

    The row of the readout's query in the products of :func:`rollout` (``kept`` = ½: each layer
    keeps half) and :func:`relevance` (``kept`` = 1: all, and more comes), without forming them.
    """
    row = first
    added = 0.5 if kept == 0.5 else 1.0
    for over_time, over_space in zip(reversed(time), reversed(space), strict=True):
        row = kept * row + added * torch.einsum("tj,jts->sj", row, over_time)
        row = kept * row + added * torch.einsum("ti,tij->tj", row, over_space)
    return row


# Taking away -------------------------------------------------------------------------------------


def stretches(moments: int) -> np.ndarray:
    """To which stretch each moment belongs, int (moments,); those are what is taken away."""
    count = max(2, min(MOST_STRETCHES, moments // 2))
    return np.arange(moments) * count // moments


def without(positions: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Positions (T, J, 3) with the moments ``gone``, bool (T,), filled in from those around them.

    Linearly, which leaves no jump for the network to see; at either end the nearest stays.
    """
    there = np.flatnonzero(~gone)
    if not len(there):
        return np.broadcast_to(positions.mean(0), positions.shape)
    at = np.arange(len(positions))
    after = np.searchsorted(there, at).clip(0, len(there) - 1)
    before = np.maximum(after - (there[after] > at), 0)
    low, high = there[before], there[after]
    share = np.where(high > low, (at - low) / np.maximum(high - low, 1), 0.0).clip(0, 1)
    return (
        (1 - share)[:, None, None] * positions[low] + share[:, None, None] * positions[high]
    ).astype(np.float32)


@torch.inference_mode()
def probabilities(
    model: MovementAttention,
    clip: Clip,
    target: Target,
    positions: Sequence[np.ndarray],
    known: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """The target's probability for changed versions of a clip, float (versions,)."""
    joints = np.flatnonzero(clip.known.any(0))
    known = [clip.known] * len(positions) if known is None else known
    found = []
    for start in range(0, len(positions), CHUNK):
        part = slice(start, start + CHUNK)
        places = torch.from_numpy(np.stack(positions[part])[:, :, joints])
        seen = torch.from_numpy(np.stack(known[part])[:, :, joints])
        times = torch.from_numpy(clip.times).expand(len(places), -1)
        flat = torch.full((len(places),), clip.flat)
        batch = Batch(places, seen, times, flat, torch.from_numpy(joints))
        found.append(_probability(model(batch), target).numpy())
    return np.concatenate(found)


@torch.inference_mode()
def judge(model: MovementAttention, clips: Sequence[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Quality (clips,) and fault probabilities (clips, F) of clips of one length."""
    answer = model(batch_of(clips))
    return answer.quality.numpy(), answer.fault.sigmoid().numpy()


@dataclass(frozen=True)
class Occlusion:
    """How much less probable the target is without each moment (T,), each joint (J,); signed."""

    moments: np.ndarray
    joints: np.ndarray


def occlusion(model: MovementAttention, clip: Clip, target: Target) -> Occlusion:
    """Leave out each stretch of moments, filled in from around it, and each joint, as unseen.

    Zeiler & Fergus 2014, arXiv 1311.2901, §4.2, without a grey patch.
    """
    thin, every = thinned(clip)
    stretch = stretches(len(thin.times))
    seen = np.flatnonzero(clip.known.any(0))
    changed = [without(thin.positions, stretch == s) for s in range(stretch.max() + 1)]
    known = [thin.known] * (len(changed) + 1)
    for joint in seen:
        fewer = thin.known.copy()
        fewer[:, joint] = False
        known.append(fewer)
    places = [thin.positions, *changed, *[thin.positions] * len(seen)]
    found = probabilities(model, thin, target, places, known)
    lost = found[0] - found[1:]
    moments = np.repeat(lost[: len(changed)][stretch], every)[: len(clip.times)]
    return Occlusion(moments, lost[len(changed) :])


def thinned(clip: Clip) -> tuple[Clip, int]:
    """Every so many of a clip's moments, so that no more than :data:`TRIED_MOMENTS` are left."""
    every = -(-len(clip.times) // TRIED_MOMENTS)
    part = replace(
        clip,
        positions=clip.positions[::every],
        known=clip.known[::every],
        times=clip.times[::every],
    )
    return part, every


@dataclass(frozen=True)
class Faithfulness:
    """How a ranking of moments stands the test.

    ``comprehensiveness`` = p(all) − p(without the first k %), ``sufficiency`` = p(all) − p(the
    first k % alone), each the mean over :data:`SHARES`: AOPC, DeYoung et al. 2020, §4.
    """

    comprehensiveness: float
    sufficiency: float


@dataclass(frozen=True)
class Trust:
    """Each ranking's faithfulness, and that of random rankings: mean and standard deviation.

    ``probability`` is the target's with everything there.
    """

    probability: float
    rankings: dict[str, Faithfulness]
    random: Faithfulness
    spread: Faithfulness


def trust(
    model: MovementAttention, clip: Clip, target: Target, rankings: dict[str, np.ndarray]
) -> Trust:
    """Test rankings, name → importance (T,) of each moment, against random ones.

    Moments are taken away in stretches, as neighbours show nearly the same.
    """
    thin, every = thinned(clip)
    stretch = stretches(len(thin.times))
    count = int(stretch.max()) + 1
    rng = np.random.default_rng(0)
    orders = {
        name: np.argsort(
            -np.array([values[::every][stretch == s].mean() for s in range(count)]), kind="stable"
        )
        for name, values in rankings.items()
    }
    orders |= {f"random {n}": rng.permutation(count) for n in range(RANDOM)}
    sizes = sorted({max(1, round(share * count)) for share in SHARES})
    versions = [thin.positions]
    for order in orders.values():
        for size in sizes:
            first = np.isin(stretch, order[:size])
            versions += [without(thin.positions, first), without(thin.positions, ~first)]
    found = probabilities(model, thin, target, versions)
    drops = (found[0] - found[1:]).reshape(len(orders), len(sizes), 2).mean(1)
    scores = {name: Faithfulness(*map(float, d)) for name, d in zip(orders, drops, strict=True)}
    chance = drops[len(rankings) :]
    return Trust(
        float(found[0]),
        {name: scores[name] for name in rankings},
        Faithfulness(*map(float, chance.mean(0))),
        Faithfulness(*map(float, chance.std(0))),
    )
