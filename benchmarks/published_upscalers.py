"""Upscalers ×4 of the literature with random weights, to be timed beside our own.

Those that work on luma are given luma alone; their colours would be enlarged by bicubic.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TIMES = 4


def chain(channels: int, layers: int, activation: Callable[[], nn.Module]) -> list[nn.Module]:
    """Plain convolutions of 3×3."""
    result: list[nn.Module] = []
    for _ in range(layers):
        result += [nn.Conv2d(channels, channels, 3, padding=1), activation()]
    return result


class Luma(nn.Sequential):
    """Layers that are given the first channel alone."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, :1])


class Residual(nn.Sequential):
    """Layers whose output is added to their input."""

    def forward(self, x: Tensor) -> Tensor:
        return x + super().forward(x)


def enlarged() -> nn.Module:
    """What SRCNN and VDSR begin with: they work at the final size."""
    return nn.Upsample(scale_factor=TIMES, mode="bicubic")


def srcnn() -> nn.Module:
    """Dong et al. 2014, arXiv 1501.00092: 9-5-5."""
    return Luma(
        enlarged(),
        nn.Conv2d(1, 64, 9, padding=4),
        nn.ReLU(),
        nn.Conv2d(64, 32, 5, padding=2),
        nn.ReLU(),
        nn.Conv2d(32, 1, 5, padding=2),
    )


def fsrcnn() -> nn.Module:
    """Dong et al. 2016, arXiv 1608.00367: d = 56, s = 12, m = 4."""
    return Luma(
        nn.Conv2d(1, 56, 5, padding=2),
        nn.PReLU(56),
        nn.Conv2d(56, 12, 1),
        nn.PReLU(12),
        *chain(12, 4, lambda: nn.PReLU(12)),
        nn.Conv2d(12, 56, 1),
        nn.PReLU(56),
        nn.ConvTranspose2d(56, 1, 9, stride=TIMES, padding=4, output_padding=3),
    )


def vdsr() -> nn.Module:
    """Kim et al. 2016, arXiv 1511.04587: 20 layers of 64 at the final size."""
    ends = nn.Conv2d(1, 64, 3, padding=1), nn.Conv2d(64, 1, 3, padding=1)
    return Luma(enlarged(), Residual(ends[0], nn.ReLU(), *chain(64, 18, nn.ReLU), ends[1]))


def edsr_base() -> nn.Module:
    """Lim et al. 2017, arXiv 1707.02921: 16 blocks of 64, upsampled in two steps."""
    blocks = [Residual(*chain(64, 2, nn.ReLU)[:-1]) for _ in range(16)]
    body = Residual(*blocks, nn.Conv2d(64, 64, 3, padding=1))
    up = [
        layer for _ in range(2) for layer in (nn.Conv2d(64, 256, 3, padding=1), nn.PixelShuffle(2))
    ]
    return nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), body, *up, nn.Conv2d(64, 3, 3, padding=1))


class Cascading(nn.Module):
    """CARN's cascade: what came before joins the input of each 1×1 convolution."""

    def __init__(self, steps: list[nn.Module], channels: int) -> None:
        super().__init__()
        self.steps = nn.ModuleList(steps)
        self.joins = nn.ModuleList(
            nn.Sequential(nn.Conv2d((i + 2) * channels, channels, 1), nn.ReLU())
            for i in range(len(steps))
        )

    def forward(self, x: Tensor) -> Tensor:
        kept = [x]
        for step, join in zip(self.steps, self.joins, strict=True):
            kept.append(step(x))
            x = join(torch.cat(kept, 1))
        return x


class Rectified(Residual):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).relu()


def carn_m() -> nn.Module:
    """Ahn et al. 2018, arXiv 1803.08664: convolutions in 4 groups, one block for three.

    Without the heads for ×2 and ×3, with which it has 412 thousand weights.
    """

    def grouped(out: int) -> nn.Module:
        return nn.Conv2d(64, out, 3, padding=1, groups=4)

    def block() -> nn.Module:
        layers = grouped(64), nn.ReLU(), grouped(64), nn.ReLU(), nn.Conv2d(64, 64, 1)
        return Cascading([Rectified(*layers)] * 3, 64)

    body = Cascading([block() for _ in range(3)], 64)
    up = [layer for _ in range(2) for layer in (grouped(256), nn.ReLU(), nn.PixelShuffle(2))]
    return nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), body, *up, nn.Conv2d(64, 3, 3, padding=1))


class Distilling(nn.Module):
    """IMDN's block: a quarter of the channels is put aside three times."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(64, 64, 3, padding=1)
        self.next = nn.ModuleList(nn.Conv2d(48, out, 3, padding=1) for out in (64, 64, 16))
        self.attend = nn.Sequential(
            nn.Conv2d(64, 4, 1), nn.ReLU(), nn.Conv2d(4, 64, 1), nn.Sigmoid()
        )
        self.join = nn.Conv2d(64, 64, 1)

    def forward(self, x: Tensor) -> Tensor:
        h, aside = F.leaky_relu(self.first(x), 0.05), []
        for layer in self.next:
            put, rest = h.split((16, 48), dim=1)
            aside.append(put)
            h = layer(rest)
            if h.shape[1] == 64:
                h = F.leaky_relu(h, 0.05)
        joined = torch.cat([*aside, h], 1)
        contrast = joined.mean((2, 3), keepdim=True) + joined.var((2, 3), keepdim=True).sqrt()
        return x + self.join(joined * self.attend(contrast))


class Imdn(nn.Module):
    """Hui et al. 2019, arXiv 1909.11856: 6 blocks of 64."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3, 64, 3, padding=1)
        self.blocks = nn.ModuleList(Distilling() for _ in range(6))
        self.join = nn.Sequential(nn.Conv2d(6 * 64, 64, 1), nn.LeakyReLU(0.05))
        self.last = nn.Conv2d(64, 64, 3, padding=1)
        self.leave = nn.Conv2d(64, 3 * TIMES**2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        kept = [self.enter(x)]
        for block in self.blocks:
            kept.append(block(kept[-1]))
        h = self.last(self.join(torch.cat(kept[1:], 1))) + kept[0]
        return F.pixel_shuffle(self.leave(h), TIMES)


class Gated(nn.Module):
    """SPAN's block, its convolutions merged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*chain(channels, 3, nn.SiLU)[:-1])

    def forward(self, x: Tensor) -> Tensor:
        h = self.layers(x)
        return (h + x) * (h.sigmoid() - 0.5)


class Span(nn.Module):
    """Wan et al. 2024, arXiv 2311.12770: 6 blocks of 48."""

    def __init__(self, channels: int = 48) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.ModuleList(Gated(channels) for _ in range(6))
        self.last = nn.Conv2d(channels, channels, 3, padding=1)
        self.join = nn.Conv2d(4 * channels, channels, 1)
        self.leave = nn.Conv2d(channels, 3 * TIMES**2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        kept = [self.enter(x)]
        for block in self.blocks:
            kept.append(block(kept[-1]))
        joined = self.join(torch.cat([kept[0], self.last(kept[-1]), kept[1], kept[-2]], 1))
        return F.pixel_shuffle(self.leave(joined), TIMES)


def srvgg() -> nn.Module:
    """Real-ESRGAN's compact network (arXiv 2107.10833, released code): 16 layers of 64."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1),
        nn.PReLU(64),
        *chain(64, 16, lambda: nn.PReLU(64)),
        nn.Conv2d(64, 48, 3, padding=1),
        nn.PixelShuffle(4),
    )


PUBLISHED: dict[str, tuple[Callable[[], nn.Module], float | None]] = {
    "EDSR-base": (edsr_base, 32.09),
    "SRCNN": (srcnn, 30.48),
    "FSRCNN": (fsrcnn, 30.72),
    "VDSR": (vdsr, 31.35),
    "CARN-M": (carn_m, 31.92),
    "IMDN": (Imdn, 32.21),
    "SPAN": (Span, 32.20),
    "SRVGG 64×16": (srvgg, None),
}
"""Name → how it is built, published PSNR (Y) on Set5 ×4 in dB. Trained for looks, SRVGG has no such
PSNR. Not here: EDSR, SwinIR-light and HAT, which do more than twice the multiply-adds of any of
ours."""
