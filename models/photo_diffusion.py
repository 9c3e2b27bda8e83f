"""Detail for photos by diffusion: from what a CNN made of them, in a few steps.

ResShift (Yue et al. 2023, "ResShift: Efficient Diffusion Model for Image Super-resolution by
Residual Shifting", arXiv 2307.12348): the chain doesn't lead from noise to a picture but from the
enlarged picture, with some noise, to the sharp one, so a handful of steps are enough. Here the
enlarged picture is what an :class:`~models.upscaler.Upscaler` makes, and the network says what is
to be added to it; nothing added gives the CNN's picture back.

The network is flat and fully convolutional on pixels folded 4 × 4 into channels: it sees
:attr:`PhotoDiffusion.reach` places and runs on overlapping tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models import checkpoint
from models.condition import fourier
from models.unet import Block, zeroed

STEPS = 8
KAPPA = 0.2
"""Standard deviation of the noise at the chain's beginning, colours in [-1, 1]."""

FIRST, LAST = 0.02, 0.99
"""How far the chain has shifted after its first step and at its end (η₁ and η_T)."""

MISSING = 0.1
"""Standard deviation of what the CNN's picture lacks, in crops with detail, colours in [-1, 1]."""


@dataclass(frozen=True)
class Config:
    """What builds a :class:`PhotoDiffusion`; ``folded`` pixels a side go into one place."""

    channels: int = 64
    blocks: int = 6
    condition_width: int = 64
    folded: int = 4


class PhotoDiffusion(nn.Module):
    """Noisy picture on the way, enlarged picture → sharp picture."""

    def __init__(self, config: Config = Config()) -> None:
        super().__init__()
        self.config = config
        width, folded = config.condition_width, 3 * config.folded**2
        self.embed = nn.Sequential(nn.Linear(width, width), nn.SiLU())
        self.enter = nn.Conv2d(2 * folded, config.channels, 3, padding=1)
        self.blocks = nn.ModuleList(Block(config.channels, width) for _ in range(config.blocks))
        self.leave = zeroed(nn.Conv2d(config.channels, folded, 3, padding=1))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def reach(self) -> int:
        """How many places away a place has a say in one step."""
        return 2 * self.config.blocks + 2

    def forward(self, noisy: Tensor, shifted: Tensor, enlarged: Tensor) -> Tensor:
        """Predict the sharp picture (B, 3, H, W), colours in [-1, 1].

        Parameters
        ----------
        noisy : (B, 3, H, W), on the chain.
        shifted : η of where on the chain, (B,), in (0, 1).
        enlarged : what the CNN made, (B, 3, H, W).
        """
        config, scales = self.config, scaling(shifted)
        pooled = self.embed(fourier(shifted.sqrt(), config.condition_width))
        added = (noisy - enlarged).float()
        folded = [F.pixel_unshuffle(x, config.folded) for x in (scales.enter * added, enlarged)]
        x = self.enter(torch.cat(folded, 1).contiguous(memory_format=torch.channels_last))
        for block in self.blocks:
            x = block(x, pooled)
        said = F.pixel_shuffle(self.leave(x).float(), config.folded)
        return enlarged.float() + scales.skip * added + scales.out * said


class Scaling(NamedTuple):
    """Factors (B, 1, 1, 1) of what the network gets and says; see :func:`scaling`."""

    enter: Tensor
    skip: Tensor
    out: Tensor


def scaling(shifted: Tensor) -> Scaling:
    """Factors that keep what goes in and what comes out of unit size all along the chain.

    Of what is missing, x₀ - y, of standard deviation σ = :data:`MISSING`, the chain holds
    (1 - η)·(x₀ - y) + κ·√η·ε. The skip is the best guess that is linear in it; only the rest is
    asked of the network (Karras et al. 2022, "EDM", arXiv 2206.00364, appendix B.6, with a signal
    that shrinks as the noise grows).
    """
    eta = shifted.float().view(-1, 1, 1, 1)
    kept, noise = 1 - eta, KAPPA * eta.sqrt()
    size = (kept.square() * MISSING**2 + noise.square()).sqrt()
    return Scaling(1 / size, kept * MISSING**2 / size.square(), noise * MISSING / size)


def shifts(steps: int = STEPS) -> list[float]:
    """η₀ = 0 < η₁ < … < η_T: their roots rise geometrically (ResShift, eq. 9 with p = 1)."""
    first, last = FIRST**0.5, LAST**0.5
    if steps == 1:
        return [0.0, LAST]
    ratio = (last / first) ** (1 / (steps - 1))
    return [0.0, *((first * ratio**i) ** 2 for i in range(steps))]


def diffuse(sharp: Tensor, enlarged: Tensor, shifted: Tensor, noise: Tensor) -> Tensor:
    """A place on the chain: x₀ + η·(y − x₀) + κ·√η·ε (ResShift, eq. 2); η (B,)."""
    eta = shifted.view(-1, 1, 1, 1)
    return sharp + eta * (enlarged - sharp) + KAPPA * eta.sqrt() * noise


def sample(
    predict: Callable[[Tensor, Tensor], Tensor],
    enlarged: Tensor,
    noise: Callable[[int], Tensor],
    steps: int = STEPS,
) -> Iterator[Tensor]:
    """From the enlarged picture to a sharp one; yields the prediction after each step.

    Parameters
    ----------
    predict : noisy picture (B, 3, H, W) and η (B,) → sharp picture.
    noise : step, from ``steps`` down to 1 → Gaussian noise (B, 3, H, W).
    """
    etas = shifts(steps)
    x = enlarged + KAPPA * etas[-1] ** 0.5 * noise(steps)
    for t in range(steps, 0, -1):
        now, later = etas[t], etas[t - 1]
        sharp = predict(x, torch.full((len(x),), now, device=x.device)).clamp(-1, 1)
        yield sharp
        if t > 1:  # ResShift, eq. 7
            kept = later / now
            deviation = KAPPA * (kept * (now - later)) ** 0.5
            x = kept * x + (1 - kept) * sharp + deviation * noise(t - 1)


def load(folder: Path) -> PhotoDiffusion:
    """The trained network in ``folder``, float32; see :func:`models.checkpoint.read`."""
    return checkpoint.load(folder, PhotoDiffusion, Config)
