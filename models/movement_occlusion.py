"""What an answer of the movement network rests on: parts of a clip are taken away, one by one.

Every ranking of moments is put to the same test (DeYoung et al. 2020, "ERASER", arXiv 1911.03429).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from data.movement.clip import Clip
from models.movement_attention import Batch, MovementAttention, batch_of
from models.movement_relevance import Target, probability

CHUNK = 16
"""Clips that are evaluated at once."""

SHARES = (0.1, 0.2, 0.3, 0.5)
"""Shares of the moments that are taken away, one after the other."""

RANDOM = 8
"""Random rankings that a ranking is held against."""

MOST_STRETCHES = 16
CELL_STRETCHES = 10
"""Stretches in which single joints are taken away: as many times as there are joints."""

TRIED_MOMENTS = 40
"""Longer clips are thinned out before moments are taken away, or it would take too long."""


def stretches(moments: int, most: int = MOST_STRETCHES) -> np.ndarray:
    """To which stretch each moment belongs, int (moments,); those are what is taken away."""
    count = max(2, min(most, moments // 2))
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
        found.append(probability(model(batch), target).numpy())
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


def joint_occlusion(model: MovementAttention, clip: Clip, target: Target) -> np.ndarray:
    """How much less probable the target is without each joint at each moment, float (T, J); signed.

    A joint's places in a stretch are filled in from those before and after, all others stay. So a
    cell is about how the joint moved there; where it stood still nothing can be lost.
    """
    thin, every = thinned(clip)
    stretch = stretches(len(thin.times), CELL_STRETCHES)
    seen = np.flatnonzero(clip.known.any(0))
    versions = [thin.positions]
    for s in range(int(stretch.max()) + 1):
        filled = without(thin.positions, stretch == s)
        for joint in seen:
            changed = thin.positions.copy()
            changed[:, joint] = filled[:, joint]
            versions.append(changed)
    found = probabilities(model, thin, target, versions)
    lost = (found[0] - found[1:]).reshape(-1, len(seen))
    return np.repeat(lost[stretch], every, 0)[: len(clip.times)]


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
