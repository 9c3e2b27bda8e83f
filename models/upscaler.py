"""A small CNN that enlarges pictures ×2 or ×4, or cleans them at ×1.

After SPAN (Wan et al. 2024, "Swift Parameter-free Attention Network", arXiv 2311.12770): blocks of
three convolutions, each gated by its own output. The gate here is σ(x) + ½ instead of σ(x) − ½,
which leaves a block that says nothing out of the way; so a short training gets off the ground.

A convolution can be trained as a product of three (1×1, 3×3, 1×1) plus a 1×1 skip. Since these are
linear they are multiplied out before the picture is touched (as Bhardwaj et al. 2022, "SESR", arXiv
2103.09404, §3.3 train), and :meth:`Upscaler.merged` has one 3×3 kernel a layer and computes the
same. With the small batches that suit a CPU, multiplying out costs nearly as much as the rest of a
step; such networks are trained as they are run, with ``widening`` 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models import checkpoint


@dataclass(frozen=True)
class Config:
    """What builds an :class:`Upscaler`.

    Attributes
    ----------
    times : how many times wider and higher the picture becomes.
    channels, blocks : width and depth.
    widening : how many times wider a convolution is while it is trained; 0 for plain ones.
    """

    times: int
    channels: int
    blocks: int
    widening: int = 2


CONFIGS = {
    "upscale4_best": Config(times=4, channels=48, blocks=5, widening=0),
    "upscale4_fast": Config(times=4, channels=28, blocks=4, widening=0),
    "upscale2_best": Config(times=2, channels=48, blocks=6, widening=0),
    "upscale2_fast": Config(times=2, channels=28, blocks=4, widening=0),
    "upscale4_looks": Config(times=4, channels=48, blocks=6, widening=0),
    "upscale1_looks": Config(times=1, channels=28, blocks=4, widening=0),
}
"""Name → network, of those whose weights come with the studio."""


class Wide(nn.Module):
    """A 3×3 convolution as the product of 1×1, 3×3 and 1×1, plus 1×1: trained, then merged."""

    def __init__(self, into: int, out: int, widening: int) -> None:
        super().__init__()
        first, last = into * widening, out * widening
        self.expand = nn.Parameter(torch.randn(first, into) * into**-0.5)
        self.spread = nn.Parameter(torch.randn(last, first, 3, 3) * (9 * first) ** -0.5)
        self.project = nn.Parameter(torch.randn(out, last) * last**-0.5)
        self.skip = nn.Parameter(torch.randn(out, into) * 0.1 * into**-0.5)
        self.bias = nn.Parameter(torch.zeros(out))

    def kernel(self) -> Tensor:
        """The 3×3 kernel (out, in, 3, 3) that all of it amounts to."""
        spread = torch.einsum("ol,lfhw,fi->oihw", self.project, self.spread, self.expand)
        return spread + F.pad(self.skip[:, :, None, None], (1, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            kernel = self.kernel().to(memory_format=torch.channels_last)
        return F.conv2d(x, kernel, self.bias, padding=1)


def convolution(into: int, out: int, widening: int) -> nn.Module:
    """A 3×3 convolution, a :class:`Wide` one when there is a ``widening``."""
    if not widening:
        return nn.Conv2d(into, out, 3, padding=1)
    return Wide(into, out, widening)


class Block(nn.Module):
    """Three convolutions whose sum with the input is gated by what they say (SPAN, eq. 4–6)."""

    def __init__(self, channels: int, widening: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels, widening)
        self.second = convolution(channels, channels, widening)
        self.third = convolution(channels, channels, widening)

    def forward(self, x: Tensor) -> Tensor:
        h = self.third(F.silu(self.second(F.silu(self.first(x)))))
        return (h + x) * (torch.sigmoid(h) + 0.5)


class Upscaler(nn.Module):
    """Small picture → large picture, colours in [0, 1]."""

    def __init__(self, config: Config, merged: bool = False) -> None:
        super().__init__()
        self.config = config
        widening = 0 if merged else config.widening
        channels, colours = config.channels, 3 * config.times**2
        self.enter = convolution(3, channels, widening)
        self.blocks = nn.ModuleList(Block(channels, widening) for _ in range(config.blocks))
        self.join = nn.Conv2d(4 * channels, channels, 1)
        self.leave = convolution(channels, colours, widening)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def reach(self) -> int:
        """How many pixels away a pixel of the small picture still has a say."""
        return 3 * self.config.blocks + 2

    def features(self, small: Tensor) -> list[Tensor]:
        """What the first layer and each block make of (B, 3, h, w): (B, channels, h, w) each."""
        found = [self.enter(small.contiguous(memory_format=torch.channels_last) - 0.5)]
        for block in self.blocks:
            found.append(block(found[-1]))
        return found

    def forward(self, small: Tensor) -> Tensor:
        """Enlarge (B, 3, h, w) to (B, 3, h·times, w·times), float32, not clipped.

        The network gives what is to be added to each pixel repeated; that sum is taken in float32,
        so that bfloat16 inside rounds the difference alone.
        """
        first, *kept = self.features(small)
        x = self.join(torch.cat([first, kept[0], kept[-2], kept[-1]], dim=1))
        times = self.config.times
        made = F.pixel_shuffle(self.leave(x), times).float()
        squares = made.unflatten(3, (-1, times)).unflatten(2, (-1, times))  # a view, added to
        squares += small.float()[:, :, :, None, :, None]
        return made

    @torch.no_grad()
    def merged(self) -> Upscaler:
        """The same function with one plain kernel a convolution, for inference."""
        narrow = Upscaler(self.config, merged=True)
        tensors = {n: t for n, t in self.state_dict().items() if n in narrow.state_dict()}
        for name, layer in self.named_modules():
            if isinstance(layer, Wide):
                tensors[f"{name}.weight"] = layer.kernel()
        narrow.load_state_dict(tensors)
        return narrow.eval().requires_grad_(False)


def load(folder: Path) -> Upscaler:
    """The trained network in ``folder``, merged, float32; see :func:`models.checkpoint.read`."""
    return checkpoint.load(folder, Upscaler, Config).merged()
