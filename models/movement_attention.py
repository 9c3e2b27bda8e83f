"""What a movement is, what is amiss in it, and where a network looks to tell.

A factorised space-time transformer: in every layer each moment's joints attend to each other, then
each joint's moments do, so that a clip of T moments and J joints costs T·J·(T + J) rather than
(T·J)². Attention is the plain softmax(Q Kᵀ / √d_k) V in several heads (Vaswani et al. 2017, arXiv
1706.03762, eq. 1), and every map of it can be kept. What is not known of a body is no key; its own
token is still filled in, which is how missing joints are reconstructed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from data.movement.clip import PARENTS, Clip
from data.movement.names import KEYPOINT_INDEX, KEYPOINTS, MIRRORED, SIDES
from models import checkpoint

FEATURES = 16
"""Of a joint at a moment: position, velocity, bone, how far off the line between its neighbours and
off its partner's mirror image (3 each), and whether there is depth."""

SECONDS = tuple(0.05 * 2.0**i for i in range(8))
"""Frequencies in Hz of the waves that tell a moment's time in seconds …"""

SHARES = (0.5, 1.0, 2.0)
"""… and periods over the clip of those that tell how far on it is."""

OFFSETS = range(10, 16)
"""Which of the features tell how far off a joint is."""

PELVIS = KEYPOINT_INDEX["mid_hip"]
HIPS = tuple(KEYPOINT_INDEX[f"{side}_hip"] for side in SIDES)

NEIGHBOURS = {
    KEYPOINT_INDEX[f"{side}_{joint}"]: tuple(KEYPOINT_INDEX[f"{side}_{end}"] for end in ends)
    for side in SIDES
    for joint, ends in {
        "elbow": ("shoulder", "wrist"),
        "hip": ("shoulder", "knee"),
        "knee": ("hip", "ankle"),
    }.items()
}
"""Joints that lie on the line between two others when they are straight."""


@dataclass(frozen=True)
class Config:
    """What builds the network: names of its actions and faults, and its size."""

    actions: Sequence[str]
    faults: Sequence[str]
    width: int = 64
    layers: int = 3
    heads: int = 4
    dropout: float = 0.1


@dataclass(frozen=True)
class Batch:
    """Clips of one length as tensors.

    Attributes
    ----------
    positions : float32 (B, T, J, 3) in statures.
    known : bool (B, T, J).
    times : float32 (B, T) in seconds since the clip's start.
    flat : bool (B,).
    joints : int64 (J,), which keypoints the J are.
    """

    positions: Tensor
    known: Tensor
    times: Tensor
    flat: Tensor
    joints: Tensor


@dataclass
class Maps:
    """Attention that was kept, with gradients where they were asked for.

    ``space`` one a layer, (B, T, heads, J, J); ``time`` likewise (B, J, heads, T, T); ``pool``
    (B, tasks, heads, T·J). Rows are what attends, columns what is attended to.
    """

    space: list[Tensor] = field(default_factory=list)
    time: list[Tensor] = field(default_factory=list)
    pool: Tensor | None = None


@dataclass(frozen=True)
class Answer:
    """Logits of actions (B, A) and faults (B, F), quality (B,) in [0, 1], places (B, T, J, 3).

    ``beside`` (B, N): what faults are told by beside attention.
    """

    action: Tensor
    fault: Tensor
    quality: Tensor
    places: Tensor
    beside: Tensor


class Attention(nn.Module):
    """Multi-head self-attention over the last axis but one."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, known: Tensor, keep: list[Tensor] | None) -> Tensor:
        """x (B, G, N, width): G groups of N tokens that attend to each other."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(3, 0, 1, 4, 2, 5)
        weights = attention(q, k, known[:, :, None, None, :])
        if keep is not None:
            keep.append(weights)
        return self.out((weights @ v).transpose(2, 3).flatten(3))


def attention(q: Tensor, k: Tensor, known: Tensor) -> Tensor:
    """softmax(Q Kᵀ / √d_k) over the known keys: (…, N, N). Where none is known it is even."""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    return scores.masked_fill(~known, -1e4).softmax(-1)


class Block(nn.Module):
    """Joints of a moment attend to each other, then moments of a joint, then each token alone."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.space, self.time = Attention(width, heads), Attention(width, heads)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = dropout

    def drop(self, x: Tensor) -> Tensor:
        """Leave the whole branch out for some clips (Huang et al. 2016, arXiv 1603.09382)."""
        if not self.training:
            return x
        stays = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.dropout
        return x * stays / (1 - self.dropout)

    def forward(self, x: Tensor, known: Tensor, maps: Maps | None) -> Tensor:
        """x (B, T, J, width), known (B, T, J)."""
        space, time = (None, None) if maps is None else (maps.space, maps.time)
        x = x + self.drop(self.space(self.norms[0](x), known, space))
        turned = self.norms[1](x).transpose(1, 2)
        x = x + self.drop(self.time(turned, known.transpose(1, 2), time).transpose(1, 2))
        return x + self.drop(self.narrow(F.gelu(self.wide(self.norms[2](x)), approximate="tanh")))


class MovementAttention(nn.Module):
    """Clips → actions, faults, quality, and the places of joints that were hidden."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.enter = nn.Parameter(torch.randn(len(KEYPOINTS), FEATURES, width) / FEATURES**0.5)
        self.joint = nn.Parameter(0.3 * torch.randn(len(KEYPOINTS), width))
        self.moment = nn.Linear(2 * len(SECONDS + SHARES), width)
        self.unknown = nn.Parameter(torch.zeros(width))
        self.blocks = nn.ModuleList(
            Block(width, config.heads, config.dropout) for _ in range(config.layers)
        )
        self.last = nn.LayerNorm(width)
        # Action, each fault, and quality are read out by a query each: they look elsewhere.
        tasks = 1 + len(config.faults) + 1
        self.query = nn.Parameter(torch.randn(tasks, config.heads, width // config.heads))
        self.key, self.value = nn.Linear(width, width), nn.Linear(width, width)
        self.read = nn.LayerNorm(width)
        self.act = nn.Linear(width, len(config.actions))
        self.fault = nn.Linear(width, len(config.faults) + 1)  # the last: quality
        # What attention shares out over all tokens drowns a knee that falls in a little, so the
        # faults are told by where joints are off, too, and by what is being done.
        self.off = nn.Sequential(
            nn.Linear(len(KEYPOINTS) * len(OFFSETS) * 3 + width, 32),
            nn.GELU(),
            nn.Linear(32, len(config.faults) + 1),
        )
        self.place = nn.Linear(width, 3)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, batch: Batch, maps: Maps | None = None) -> Answer:
        """Answers of a batch; ``maps`` keeps the attention."""
        known = batch.known
        with torch.autocast(known.device.type, enabled=False):  # bf16 blurs coordinates
            told_of = features(batch)
            x = torch.einsum("btji,jio->btjo", told_of, self.enter[batch.joints])
            moments = self.moment(waves(batch.times))[:, :, None]
        x = torch.where(known[..., None], x, self.unknown) + moments + self.joint[batch.joints]
        for block in self.blocks:
            x = block(x, known, maps)
        x = self.last(x)

        tokens = x.flatten(1, 2)
        heads = (self.config.heads, -1)
        keys, values = (
            f(tokens).unflatten(2, heads).transpose(1, 2) for f in (self.key, self.value)
        )
        queries = self.query.transpose(0, 1).expand(len(tokens), -1, -1, -1)
        pool = attention(queries, keys, known.flatten(1)[:, None, None])
        if maps is not None:
            maps.pool = pool = pool.transpose(1, 2)
            pool = pool.transpose(1, 2)
        read = self.drop(self.read((pool @ values).permute(0, 2, 1, 3).flatten(2)))
        told = (read[:, 1:] * self.fault.weight).sum(-1) + self.fault.bias
        off = spans(told_of[..., OFFSETS], known, batch.joints)
        beside = torch.cat([off, read[:, 0].detach()], -1)
        told = told + self.off(beside)
        quality = told[:, -1].sigmoid()
        return Answer(self.act(read[:, 0]), told[:, :-1], quality, self.place(x), beside)


def waves(times: Tensor) -> Tensor:
    """Sines and cosines (B, T, 22) of times (B, T): Vaswani et al. 2017, §3.5, in seconds."""
    share = times / times[:, -1:].clamp(min=1e-3)
    turns = [times * hertz for hertz in SECONDS] + [share * periods for periods in SHARES]
    angles = 2 * math.pi * torch.stack(turns, -1)
    return torch.cat([angles.cos(), angles.sin()], -1)


def features(batch: Batch) -> Tensor:
    """What is told of each joint at each moment, float32 (B, T, J, FEATURES)."""
    places, known = batch.positions, batch.known
    index = batch.joints.tolist()
    relative = relative_places(batch)
    gaps = (batch.times[:, 2:] - batch.times[:, :-2]).clamp(min=1e-3)
    moving = F.pad(
        (places[:, 2:] - places[:, :-2])
        / gaps[..., None, None]
        * (known[:, 2:] & known[:, :-2])[..., None],
        (0, 0, 0, 0, 1, 1),
    )
    parents = [index.index(PARENTS[j]) if PARENTS[j] in index else i for i, j in enumerate(index)]
    bones = (places - places[:, :, parents]) * (known & known[:, :, parents])[..., None]
    depth = (~batch.flat).float()[:, None, None, None].expand(*known.shape, 1)
    # Small beside where the joints are, yet all that tells a knee that falls in: hence the scale.
    told = [4 * relative, (2 * moving).clamp(-8, 8), 6 * bones, depth]
    told += [(20 * off_line(batch)).clamp(-6, 6), (12 * off_mirror(batch)).clamp(-6, 6)]
    return torch.cat(told, -1) * known[..., None]


def spans(values: Tensor, known: Tensor, joints: Tensor) -> Tensor:
    """Mean, least and most over the moments of values (B, T, J, F), for every keypoint, (B, N).

    0 for a joint that is never known.
    """
    seen = known[..., None]
    some = seen.any(1)
    mean = (values * seen).sum(1) / seen.sum(1).clamp(min=1)
    least = values.masked_fill(~seen, torch.inf).amin(1).masked_fill(~some, 0.0)
    most = values.masked_fill(~seen, -torch.inf).amax(1).masked_fill(~some, 0.0)
    together = torch.cat([mean, least, most], -1)
    everywhere = together.new_zeros(len(together), len(KEYPOINTS), together.shape[-1])
    everywhere[:, joints] = together
    return everywhere.flatten(1)


def off_line(batch: Batch) -> Tensor:
    """How far each joint is from the line between its neighbours, (B, T, J, 3) in the hips' axes.

    Of a knee the first number is how far it falls in or out. 0 where a joint has no neighbours.
    """
    index = batch.joints.tolist()
    off = torch.zeros_like(batch.positions)
    for joint, ends in NEIGHBOURS.items():
        if not {joint, *ends} <= set(index):
            continue
        at, a, b = (index.index(j) for j in (joint, *ends))
        start, place = batch.positions[:, :, a], batch.positions[:, :, at]
        line = batch.positions[:, :, b] - start
        along = ((place - start) * line).sum(-1) / (line * line).sum(-1).clamp(min=1e-6)
        gap = place - start - along.clamp(0, 1)[..., None] * line
        known = batch.known[:, :, [at, a, b]].all(-1, keepdim=True)
        off[:, :, at] = gap * known
    return by_hips(batch, off)


def off_mirror(batch: Batch) -> Tensor:
    """How far each joint is from its partner's mirror image, (B, T, J, 3) in the hips' axes.

    The mirror stands upright through the pelvis; a joint of the middle is its own partner.
    """
    index = batch.joints.tolist()
    there = [MIRRORED[j] in index for j in index]
    partner = [
        index.index(MIRRORED[j]) if is_ else i
        for i, (j, is_) in enumerate(zip(index, there, strict=True))
    ]
    turned = by_hips(batch, relative_places(batch))
    image = turned[:, :, partner] * torch.tensor([-1.0, 1.0, 1.0], device=turned.device)
    both = batch.known & batch.known[:, :, partner] & torch.tensor(there, device=turned.device)
    return (turned - image) * both[..., None]


def by_hips(batch: Batch, arrows: Tensor) -> Tensor:
    """Arrows (B, T, J, 3) turned about the vertical so that left along the hips is +x.

    As they are where the hips aren't known or there is no depth.
    """
    index = batch.joints.tolist()
    if not set(HIPS) <= set(index):
        return arrows
    left, right = (index.index(hip) for hip in HIPS)
    across = batch.positions[:, :, left] - batch.positions[:, :, right]
    x, z = across[..., 0], across[..., 2]
    length = torch.hypot(x, z)
    usable = batch.known[:, :, [left, right]].all(-1) & (length > 1e-3) & ~batch.flat[:, None]
    cos = torch.where(usable, x / length.clamp(min=1e-3), 1.0)[..., None]
    sin = torch.where(usable, z / length.clamp(min=1e-3), 0.0)[..., None]
    ahead, aside = arrows[..., 2], arrows[..., 0]
    return torch.stack([cos * aside + sin * ahead, arrows[..., 1], cos * ahead - sin * aside], -1)


def relative_places(batch: Batch) -> Tensor:
    """Places (B, T, J, 3) with the pelvis above the origin; heights are kept, as a jump is one."""
    index = batch.joints.tolist()
    if PELVIS in index:
        at = index.index(PELVIS)
        root, seen = batch.positions[:, :, at], batch.known[:, :, at, None]
        # Where it is not seen at a moment, its mean over the clip.
        mean = (root * seen).sum(1, keepdim=True) / seen.sum(1, keepdim=True).clamp(min=1)
        root = torch.where(seen, root, mean)
    else:
        weight = batch.known[..., None].float()
        root = (batch.positions * weight).sum(2) / weight.sum(2).clamp(min=1)
    level = torch.tensor([1.0, 0.0, 1.0], device=root.device)
    return batch.positions - (root * level)[:, :, None]


def batch_of(clips: Sequence[Clip], device: torch.device | str = "cpu") -> Batch:
    """Clips of one length as a batch, without the joints that none of them knows."""
    known = np.stack([clip.known for clip in clips])
    joints = np.flatnonzero(known.any((0, 1)))
    if not len(joints):
        joints = np.array([PELVIS])
    positions = np.stack([clip.positions for clip in clips])[:, :, joints]
    return Batch(
        torch.from_numpy(positions).to(device),
        torch.from_numpy(known[:, :, joints]).to(device),
        torch.from_numpy(np.stack([clip.times for clip in clips])).to(device),
        torch.tensor([clip.flat for clip in clips], device=device),
        torch.from_numpy(joints).to(device),
    )


@torch.inference_mode()
def tell(model: MovementAttention, clip: Clip) -> tuple[np.ndarray, float]:
    """Probabilities of a clip's actions (A,), and its quality in [0, 1]; no maps are kept."""
    answer = model(batch_of([clip]))
    return answer.action[0].softmax(-1).numpy(), float(answer.quality[0])


def load(folder: Path = checkpoint.WEIGHTS / "movement", device: str = "cpu") -> MovementAttention:
    """The trained network. Raises FileNotFoundError where there is none."""
    return checkpoint.load(folder, MovementAttention, Config).to(device)
