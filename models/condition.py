"""How the attribute vector enters a picture network: one token each, and a pooled vector."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from data.scenes.attributes import BLOCKS, WIDTH

ATTRIBUTES = tuple(BLOCKS)
"""The attribute that each token stands for, in order."""

KEPT_MORE = ("action", "phase")


def _membership() -> Tensor:
    """1 where an entry of the vector belongs to an attribute, (attributes, WIDTH)."""
    result = torch.zeros(len(BLOCKS), WIDTH)
    for row, block in zip(result, BLOCKS.values(), strict=True):
        row[block] = 1
    return result


def unsaid(count: int, device: torch.device | str = "cpu") -> Tensor:
    """The attribute vector that says nothing, float32 (count, WIDTH)."""
    vector = torch.zeros(count, WIDTH, device=device)
    vector[:, [block.stop - 1 for block in BLOCKS.values()]] = 1
    return vector


def drop(
    vector: Tensor, generator: torch.Generator, everything: float = 0.1, nothing: float = 0.7
) -> Tensor:
    """Make attributes "not said" at random, as if each picture's caption were partial.

    With probability ``everything`` nothing stays said, which trains the unconditional half of
    classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598); with probability ``nothing``
    all stays. Otherwise each attribute stays with a probability drawn for that picture, and those
    of :data:`KEPT_MORE`, which captions hardly ever leave out, with its cube root.

    Parameters
    ----------
    vector : (B, WIDTH), any device.
    generator : of the CPU, so that what is dropped doesn't depend on the device.
    """
    count, device = len(vector), vector.device
    share = torch.rand(count, 1, generator=generator).repeat(1, len(ATTRIBUTES))
    more = [ATTRIBUTES.index(name) for name in KEPT_MORE]
    share[:, more] = share[:, more] ** (1 / 3)
    fate = torch.rand(count, 1, generator=generator)
    keep = torch.rand(count, len(ATTRIBUTES), generator=generator) < share
    keep = (keep | (fate > 1 - nothing)) & (fate > everything)
    kept = keep.float() @ _membership()
    return torch.where(kept.to(device) > 0, vector, unsaid(count, device))


def fourier(value: Tensor, width: int) -> Tensor:
    """Sines and cosines (B, width) of numbers (B,) in [0, 1], of 1/4 to 64 periods.

    The positional encoding of Vaswani et al. 2017, arXiv 1706.03762, §3.5, for a real number.
    """
    periods = 2.0 ** torch.linspace(-2, 6, width // 2, device=value.device)
    angle = 2 * math.pi * value.float()[:, None] * periods
    return torch.cat([angle.cos(), angle.sin()], dim=1)


class Condition(nn.Module):
    """Attribute vector, time and the low-resolution picture's noise level, embedded.

    The tokens are expectations: block probabilities times one embedding a value, so that an
    uncertain text encoder gives a blend. A value's embedding also tells which attribute it is of.
    """

    membership: Tensor

    def __init__(self, token_width: int, width: int) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.randn(WIDTH, token_width))
        self.register_buffer("membership", _membership(), persistent=False)
        self.said = nn.Linear(WIDTH, width)
        nn.init.normal_(self.said.weight, std=len(ATTRIBUTES) ** -0.5)  # one entry each is not 0
        self.numbers = nn.Linear(2 * 64, width)
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())

    def forward(
        self, vector: Tensor, t: Tensor, low_noise: Tensor, more: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Tokens (B, attributes, token_width) and pooled vector (B, width).

        Parameters
        ----------
        vector : (B, WIDTH).
        t : (B,), 0 = noise, 1 = clean picture.
        low_noise : (B,), how much noise was added to the low-resolution picture; 0 without one.
        more : (B, width), whatever else one network knows, embedded.
        """
        tokens = (vector[:, None] * self.membership) @ self.values
        numbers = torch.cat([fourier(t, 64), fourier(low_noise, 64)], dim=1)
        known = self.said(vector) + self.numbers(numbers)
        return tokens, self.mix(known if more is None else known + more)
