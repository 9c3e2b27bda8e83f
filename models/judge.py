"""The judge: what a picture shows, read back from its pixels.

GenEval's method (Ghosh et al. 2023, arXiv 2310.11513) with a reader of our own: a convolutional
network names every attribute of :data:`~data.scenes.scene.VOCABULARY` and finds the joints, and a
picture counts as right when all that was asked is read from it. It also says which pixel belongs to
which part of the athlete: dense truth teaches a small network far faster than labels do, and the
colour of a shirt is then the mean colour of the places that it takes for shirt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.palette import PARTS
from data.scenes.posed import JOINTS, MIRRORED
from data.scenes.scene import VOCABULARY
from models import checkpoint
from models.unet import channel_norm, zeroed

SIZE = 128
"""Pixels a side of the pictures that it reads."""

GRID = SIZE // 2
"""Places a side of the maps on which joints are found."""

SCORES = "scores.json"
"""The file beside the weights that says how often the judge is right on renders."""

REGIONS = ("background", "ground", *PARTS, "others", "equipment")
"""What a place shows: parts are the described athlete's, all other athletes are ``others``."""

POSTURAL = ("action", "phase", "view", "camera_height", "framing", "handed")
"""What the places of the joints alone tell much of."""

SURE = 0.05
"""A joint whose map spreads this far, in shares of the picture, counts half."""

_SIZES = {name: len(values) for name, values in VOCABULARY.items()}


@dataclass(frozen=True)
class Config:
    """What builds a :class:`Judge`: one entry a level in ``channels`` and ``blocks``."""

    channels: tuple[int, ...] = (32, 64, 112, 160, 176)
    blocks: tuple[int, ...] = (1, 1, 2, 2, 1)
    width: int = 48
    summary: int = 256
    hidden: int = 40
    posture: int = 256


class Seen(NamedTuple):
    """What the network puts out.

    attributes : logits (B, sum of the vocabulary's sizes), one block an attribute, in order.
    regions : logits (B, REGIONS, SIZE, SIZE).
    heat : logits (B, JOINTS, GRID, GRID) of where each joint of the described athlete is.
    features : (B, summary), what pictures are compared by.
    """

    attributes: Tensor
    regions: Tensor
    heat: Tensor
    features: Tensor


class Block(nn.Module):
    """Residual block with one norm between its convolutions, as :class:`models.unet.Block`."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))
        self.second = zeroed(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(channel_norm(self.first(x)) * self.scale))


class Posture(nn.Module):
    """Places of joints → logits of :data:`POSTURAL`: a network on geometry alone, which learns from
    as many posed scenes as one likes, none of them rendered."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(3 * len(JOINTS) + 3, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), _still(width))
            for _ in range(3)
        )
        self.norm = nn.LayerNorm(width)
        self.answer = nn.Linear(width, sum(_SIZES[name] for name in POSTURAL))

    def forward(self, joints: Tensor) -> dict[str, Tensor]:
        """Joints (B, J, 3): x, y and how far they may be off, as :func:`located` gives them."""
        place, spread = joints.split((2, 1), 2)
        sure = 1 / (1 + (spread / SURE).square())
        total = sure.sum(1, keepdim=True) + 1e-6
        centre = (sure * place).sum(1, keepdim=True) / total
        away = place - centre
        size = ((sure * away.square()).sum((1, 2), keepdim=True) / total[:, :1]).sqrt() + 1e-3
        known = torch.cat([sure * away / size, sure], 2).flatten(1)
        x = self.enter(torch.cat([known, centre[:, 0], size[:, 0].log()], 1))
        for block in self.blocks:
            x = x + block(x)
        logits = self.answer(self.norm(x)).float().split([_SIZES[n] for n in POSTURAL], 1)
        return dict(zip(POSTURAL, logits, strict=True))


def _still(width: int) -> nn.Linear:
    layer = nn.Linear(width, width)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class Judge(nn.Module):
    """Picture → attributes, regions, joints."""

    def __init__(self, config: Config = Config()) -> None:
        super().__init__()
        self.config = config
        channels, width = config.channels, config.width
        levels = range(len(channels))
        self.enter = nn.Conv2d(3 * 4, channels[0], 3, padding=1)
        self.down = nn.ModuleList(
            nn.Sequential(*(Block(channels[i]) for _ in range(config.blocks[i]))) for i in levels
        )
        self.shrink = nn.ModuleList(
            nn.Conv2d(channels[i], channels[i + 1], 2, stride=2) for i in levels[:-1]
        )
        self.across = nn.ModuleList(nn.Conv2d(channels[i], width, 1) for i in levels)
        self.fused = nn.ModuleList(Block(width) for _ in levels)
        self.regions = nn.Conv2d(width, 4 * len(REGIONS), 1)
        self.heat = nn.Conv2d(width, len(JOINTS), 1)

        measured = channels[-1] + 2 * len(JOINTS) + 4 * len(REGIONS)
        self.summary = nn.Sequential(
            nn.Linear(measured, config.summary),
            nn.SiLU(),
            nn.Linear(config.summary, config.summary),
        )
        attributes = len(VOCABULARY)
        self.look = nn.Conv2d(width, attributes, 1)
        self.mix = nn.Parameter(torch.zeros(attributes, len(JOINTS)))
        inputs = config.summary + 4 * len(REGIONS) + 2 * width
        self.hidden = nn.Parameter(torch.randn(attributes, inputs, config.hidden) * inputs**-0.5)
        self.answer = nn.ModuleList(nn.Linear(config.hidden, n) for n in _SIZES.values())
        self.posture = Posture(config.posture)
        self.drop = nn.Dropout(0.1)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def levels(self, pictures: Tensor) -> list[Tensor]:
        """What each level makes of pictures (B, 3, H, W), sides multiples of 32, in [-1, 1]:
        (B, channels, H/2, W/2), then half of that, and so on."""
        x = self.enter(F.pixel_unshuffle(pictures, 2).contiguous(memory_format=torch.channels_last))
        levels = []
        for level, shrink in zip(self.down, [*self.shrink, None], strict=True):
            x = level(x)
            levels.append(x)
            x = x if shrink is None else shrink(x)
        return levels

    def forward(self, pictures: Tensor) -> Seen:
        """Read pictures (B, 3, SIZE, SIZE), colours in [-1, 1]."""
        levels = self.levels(pictures)
        whole = channel_norm(levels[-1]).mean((2, 3))
        # From coarse to fine, each level adding what it sees (Lin et al. 2017, "Feature Pyramid
        # Networks", arXiv 1612.03144).
        views = [across(level) for across, level in zip(self.across, levels, strict=True)]
        fine = self.fused[-1](views.pop())
        for fused in reversed(self.fused[:-1]):
            fine = fused(views.pop() + F.interpolate(fine, scale_factor=2.0))
        fine = channel_norm(fine)
        regions = F.pixel_shuffle(self.regions(fine), 2).float()
        heat = self.heat(fine).float()

        painted = _painted(pictures, regions)
        measured = [whole.float(), expected(heat).flatten(1), painted]
        features = self.summary(torch.cat(measured, 1))
        # Each attribute looks where it likes, and at the joints that it likes: hair is on a head.
        seen = fine.flatten(2).transpose(1, 2).float()
        where = self.look(fine).float().flatten(2).softmax(2)
        joints = heat.detach().flatten(2).softmax(2) @ seen
        evidence = torch.cat([where @ seen, self.mix.softmax(1) @ joints], 2)
        general = torch.cat([F.silu(features), 2 * painted], 1)[:, None]
        general = general.expand(-1, len(VOCABULARY), -1)
        known = self.drop(torch.cat([general, evidence], 2)).transpose(0, 1)
        hidden = F.silu(known @ self.hidden.to(known.dtype))
        answers = [layer(h).float() for layer, h in zip(self.answer, hidden, strict=True)]
        # What the picture and what the pose tell adds up. No gradient: a joint belongs where it is,
        # not where it would speak for an action.
        posture = self.posture(located(heat.detach()))
        answers = [a + posture.get(n, 0.0) for n, a in zip(VOCABULARY, answers, strict=True)]
        return Seen(torch.cat(answers, 1), regions, heat, features.float())


def by_name(attributes: Tensor) -> dict[str, Tensor]:
    """:attr:`Seen.attributes` as attribute → logits (B, values)."""
    return dict(zip(VOCABULARY, attributes.split(list(_SIZES.values()), 1), strict=True))


def expected(heat: Tensor) -> Tensor:
    """Mean place (B, J, 2: x, y in shares of the picture) under heat logits (B, J, h, w).

    Integral regression (Sun et al. 2018, arXiv 1711.08229, eq. 2).
    """
    height, width = heat.shape[2:]
    weights = heat.flatten(2).softmax(2).unflatten(2, (height, width))
    x = (torch.arange(width, device=heat.device) + 0.5) / width
    y = (torch.arange(height, device=heat.device) + 0.5) / height
    # Not as matrix products, which autocast would round to a 256th of the picture.
    return torch.stack([(weights.sum(2) * x).sum(2), (weights.sum(3) * y).sum(2)], 2)


def places(heat: Tensor, reach: int = 4) -> Tensor:
    """Where each joint is, as :func:`expected` but around the hottest place alone.

    Over the whole map the mean of two candidates, a left and a right knee, would lie between them.
    """
    height, width = heat.shape[2:]
    best = heat.flatten(2).argmax(2)
    rows, columns = best // width, best % width
    y = torch.arange(height, device=heat.device)
    x = torch.arange(width, device=heat.device)
    near = ((y - rows[..., None]).abs() <= reach)[..., :, None] & (
        (x - columns[..., None]).abs() <= reach
    )[..., None, :]
    return expected(heat.masked_fill(~near, -torch.inf))


def located(heat: Tensor) -> Tensor:
    """Where each joint is and how far it may be off, (B, J, 3): :func:`places` under heat logits
    (B, J, h, w), and the map's root mean square distance from there, in shares of the picture."""
    at = places(heat)
    shares = heat.flatten(2).softmax(2).unflatten(2, heat.shape[2:])
    away = torch.zeros_like(at[..., 0])
    for axis, weights in enumerate((shares.sum(2), shares.sum(3))):
        line = (torch.arange(weights.shape[2], device=heat.device) + 0.5) / weights.shape[2]
        away = away + (weights * (line - at[..., axis, None]).square()).sum(2)
    return torch.cat([at, away.sqrt()[..., None]], 2)


def _painted(pictures: Tensor, regions: Tensor) -> Tensor:
    """Mean colour and root of the share of each region, (B, 4 · REGIONS)."""
    shares = regions.flatten(2).softmax(1)
    places = pictures.float().flatten(2)
    total = shares.sum(2, keepdim=True)
    colours = shares @ places.transpose(1, 2) / (total + 1e-3)
    return torch.cat([colours.flatten(1), (total[..., 0] / places.shape[2]).sqrt()], 1)


@dataclass(frozen=True)
class Reading:
    """What the judge reads from one picture.

    ``attributes`` is its most probable value of each attribute and ``probabilities`` how sure it
    is; ``joints`` float32 (JOINTS, 2) in shares of the picture; ``shares`` is the part of the
    picture that each of :data:`REGIONS` takes; ``features`` float32 (summary,).
    """

    attributes: dict[str, str]
    probabilities: dict[str, float]
    joints: np.ndarray
    shares: dict[str, float] = field(default_factory=dict)
    features: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))


def both_ways(model: Judge, pictures: Tensor) -> Seen:
    """What the judge makes of pictures (B, 3, SIZE, SIZE), and of their mirror images, as one: the
    mean of the logits, in which left and right are exchanged."""
    seen = model(torch.cat([pictures, pictures.flip(-1)]))
    attributes, regions, heat, features = (x.chunk(2) for x in seen)
    turned = [
        logits.flip(1) if name == "handed" else logits
        for name, logits in by_name(attributes[1]).items()
    ]
    return Seen(
        (attributes[0] + torch.cat(turned, 1)) / 2,
        (regions[0] + regions[1].flip(-1)) / 2,
        (heat[0] + heat[1][:, list(MIRRORED)].flip(-1)) / 2,
        features[0],
    )


@torch.inference_mode()
def read(model: Judge, pictures: Tensor) -> list[Reading]:
    """Read pictures (B, 3, S, S), colours in [-1, 1], S below SIZE or a multiple of it.

    A phase is one of the action's that is read.
    """
    seen = both_ways(model, at_size(pictures))
    joints = places(seen.heat).cpu().numpy()
    shares = seen.regions.float().softmax(1).mean((2, 3)).cpu().numpy()
    readings = []
    for i, logits in enumerate(seen.attributes.float().cpu().split(1)):
        attributes: dict[str, str] = {}
        probabilities: dict[str, float] = {}
        for (name, values), block in zip(
            VOCABULARY.items(), logits[0].split(list(_SIZES.values())), strict=True
        ):
            if name == "phase":
                own = [v.startswith(f"{attributes['action']}/") for v in values]
                block = block.masked_fill(~torch.tensor(own), -torch.inf)
            sure, best = block.softmax(0).max(0)
            attributes[name], probabilities[name] = values[int(best)], float(sure)
        readings.append(
            Reading(
                attributes,
                probabilities,
                joints[i],
                dict(zip(REGIONS, shares[i].tolist(), strict=True)),
                seen.features[i].float().cpu().numpy(),
            )
        )
    return readings


def at_size(pictures: Tensor) -> Tensor:
    """Pictures (B, 3, S, S) at the judge's size: larger ones by the mean of each area, smaller ones
    by what lies between their pixels."""
    if pictures.shape[-1] < SIZE:
        return F.interpolate(pictures, (SIZE, SIZE), mode="bilinear")
    return F.avg_pool2d(pictures, pictures.shape[-1] // SIZE)


def ceilings(folder: Path) -> dict[str, float]:
    """How often the judge in ``folder`` is right on renders: attribute → share; ``joints`` is their
    mean error there in statures. Measured by ``benchmarks.judge``; empty where nothing was."""
    path = folder / SCORES
    return json.loads(path.read_text()) if path.exists() else {}


def load(folder: Path) -> Judge:
    """The trained network in ``folder``, float32; see :func:`models.checkpoint.read`."""
    tensors, config, _ = checkpoint.read(folder)
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
    model = Judge(Config(**fields))
    model.load_state_dict(tensors)
    return model
