"""Where the movement network looks, and what of that counts by its gradients.

Raw attention need not show what an answer rests on (Jain & Wallace 2019, arXiv 1902.10186). So each
map of it stands beside rollout and gradient relevance here, and beside what leaving out changes in
:mod:`models.movement_occlusion`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from data.movement.clip import Clip
from models.movement_attention import Answer, Maps, MovementAttention, batch_of


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
    task = 0 if target.task == "action" else 1 + target.index
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


def probability(answer: Answer, target: Target) -> Tensor:
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
