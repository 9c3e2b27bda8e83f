"""The U-Net that draws: base pictures at 64², and super-resolution to 256² and 1024².

An Efficient U-Net (Saharia et al. 2022, "Imagen", arXiv 2205.11487, §2.3 and B.1): most blocks work
at low resolution. Pixels are folded into channels first (pixel-unshuffle), and skips are added,
not concatenated (as in NAFNet, Chen et al. 2022, arXiv 2204.04676), which halves the cost of the
upward blocks. Without attention it is fully convolutional and takes any picture whose sides are
multiples of :attr:`UNet.multiple`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import SHAPE
from models import checkpoint, flow
from models.condition import Condition, unsaid

Layer = TypeVar("Layer", bound=nn.Module)

GUESS_ERROR = 0.1
"""Standard error that the networks' guesses are expected to have (:func:`models.flow.blend`)."""

SHAPE_TIMES = 2
"""How many times wider the surface that the last stage sees is than the picture it enlarges."""

TRACE_WIDTH = 32
"""Channels in which the last stage reads that surface."""


@dataclass(frozen=True)
class Config:
    """What builds a :class:`UNet`; one entry a level in ``channels``, ``blocks``, ``attention``.

    ``unshuffle`` is how many pixels a side are folded into one place of the first level, and
    ``guide_unshuffle`` the same of the guide: 1 if it is drawn at the first level's resolution.
    ``low_resolution``: whether a picture of the first level's resolution is to be enlarged.
    ``guide_channels``: the pose guide's and of all that comes with it. ``drafted``: whether that
    ends with the colours of a draft (:mod:`models.draft`), to which the network then adds; one that
    enlarges a picture too decides for each pixel how far it starts from either. ``traced``: whether
    it ends with a surface, folded to the guide's resolution, that is finer than the first level.
    """

    unshuffle: int
    guide_unshuffle: int
    low_resolution: bool
    channels: tuple[int, ...]
    blocks: tuple[int, ...]
    attention: tuple[bool, ...]
    token_width: int = 128
    condition_width: int = 256
    guide_channels: int = GUIDE_CHANNELS
    drafted: bool = False
    traced: bool = False


class Block(nn.Module):
    """Residual block with one norm, modulated by the condition (FiLM, arXiv 1709.07871).

    The norm goes over the channels of each place and sits between the two convolutions: whatever
    the size of the residual stream, the block's own output is in scale, at half the price of the
    usual two norms.
    """

    def __init__(self, channels: int, condition_width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(condition_width, 2 * channels)
        self.second = zeroed(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor, pooled: Tensor) -> Tensor:
        scale, shift = self.film(pooled)[:, :, None, None].chunk(2, dim=1)
        h = channel_norm(self.first(x))
        return x + self.second(F.silu(h * (1 + scale) + shift))


def zeroed(layer: Layer) -> Layer:
    """The layer with all weights zero, so that training starts from its input passed through."""
    for weights in layer.parameters():
        nn.init.zeros_(weights)
    return layer


def channel_norm(x: Tensor) -> Tensor:
    """Layer norm over the channels of each place of (B, C, H, W), without weights."""
    return F.layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2]).permute(0, 3, 1, 2)


class Attention(nn.Module):
    """Every place looks at the attribute tokens, and at every other place.

    One softmax over both, so that a place may also decide that no word concerns it. Written out,
    since the weights are wanted, and since on a CPU in bf16 this trains 2 to 4 times as fast as
    torch's fused attention at these lengths.
    """

    def __init__(self, channels: int, token_width: int, head_width: int = 64) -> None:
        super().__init__()
        self.heads = channels // head_width
        self.query = nn.Linear(channels, 3 * channels)
        self.token = nn.Linear(token_width, 2 * channels)
        self.out = zeroed(nn.Linear(channels, channels))

    def forward(self, x: Tensor, tokens: Tensor, maps: list[Tensor] | None) -> Tensor:
        batch, channels, height, width = x.shape
        places = channel_norm(x).flatten(2).transpose(1, 2)

        def heads(y: Tensor) -> Tensor:
            return y.unflatten(2, (self.heads, -1)).transpose(1, 2)

        q, k, v = map(heads, self.query(places).chunk(3, dim=2))
        token_k, token_v = map(heads, self.token(tokens).chunk(2, dim=2))
        k, v = torch.cat([token_k, k], dim=2), torch.cat([token_v, v], dim=2)
        weights = (q @ k.transpose(2, 3) * q.shape[3] ** -0.5).softmax(dim=3)
        if maps is not None:
            to_tokens = weights[..., : tokens.shape[1]].transpose(2, 3)
            maps.append(to_tokens.unflatten(3, (height, width)))
        y = self.out((weights @ v).transpose(1, 2).flatten(2))
        return x + y.transpose(1, 2).reshape(batch, channels, height, width)


class Level(nn.Module):
    """The blocks of one resolution, one way; attention, if any, after the last."""

    def __init__(self, config: Config, level: int) -> None:
        super().__init__()
        channels = config.channels[level]
        self.blocks = nn.ModuleList(
            Block(channels, config.condition_width) for _ in range(config.blocks[level])
        )
        self.attention = (
            Attention(channels, config.token_width) if config.attention[level] else None
        )

    def forward(
        self, x: Tensor, tokens: Tensor, pooled: Tensor, maps: list[Tensor] | None
    ) -> Tensor:
        for block in self.blocks:
            x = block(x, pooled)
        return x if self.attention is None else self.attention(x, tokens, maps)


class Trunk(nn.Module):
    """What drawing networks share: blocks down, blocks up, skips added on the way.

    ``inputs`` and ``outputs`` are the channels of a folded picture that go in and come out.
    """

    def __init__(self, config: Config, inputs: int, outputs: int) -> None:
        super().__init__()
        channels = config.channels
        levels = range(len(channels))
        self.condition = Condition(config.token_width, config.condition_width)
        self.enter = nn.Conv2d(inputs, channels[0], 3, padding=1)
        self.down = nn.ModuleList(Level(config, i) for i in levels)
        self.shrink = nn.ModuleList(
            nn.Conv2d(channels[i], channels[i + 1], 2, stride=2) for i in levels[:-1]
        )
        self.grow = nn.ModuleList(
            nn.ConvTranspose2d(channels[i + 1], channels[i], 2, stride=2) for i in levels[:-1]
        )
        self.up = nn.ModuleList(Level(config, i) for i in levels[:-1])
        self.leave = zeroed(nn.Conv2d(channels[0], outputs, 3, padding=1))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def through(
        self, x: Tensor, tokens: Tensor, pooled: Tensor, maps: list[Tensor] | None = None
    ) -> Tensor:
        """(B, inputs, h, w) → (B, outputs, h, w)."""
        x = self.enter(x.contiguous(memory_format=torch.channels_last))
        skips = []
        for level, shrink in zip(self.down, [*self.shrink, None], strict=True):
            x = level(x, tokens, pooled, maps)
            if shrink is not None:
                skips.append(x)
                x = shrink(x)
        for level, grow in zip(reversed(self.up), reversed(self.grow), strict=True):
            x = level(grow(x) + skips.pop(), tokens, pooled, maps)
        return self.leave(x)


class UNet(Trunk):
    """Noisy picture, guide and attributes → clean picture."""

    def __init__(self, config: Config) -> None:
        picture = 3 * config.unshuffle**2
        guide = config.guide_channels * config.guide_unshuffle**2
        low = 3 if config.low_resolution else 0
        trust = config.unshuffle**2 if config.low_resolution and config.drafted else 0
        super().__init__(config, picture + guide + low, picture + trust)
        # A folded place decides many pixels at once; what lies in it, the surface tells.
        folded = 3 * SHAPE_TIMES**2
        self.trace = (
            nn.Sequential(
                nn.Conv2d(len(SHAPE) + folded, TRACE_WIDTH, 3, padding=1),
                nn.SiLU(),
                nn.Conv2d(TRACE_WIDTH, TRACE_WIDTH, 3, padding=1),
                nn.SiLU(),
                zeroed(nn.Conv2d(TRACE_WIDTH, folded, 3, padding=1)),
            )
            if config.traced
            else None
        )
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.config = config
        self.multiple = config.unshuffle * 2 ** (len(config.channels) - 1)

    def forward(
        self,
        noisy: Tensor,
        t: Tensor,
        guide: Tensor,
        attributes: Tensor,
        low: Tensor | None = None,
        low_noise: Tensor | None = None,
        maps: list[Tensor] | None = None,
    ) -> Tensor:
        """Predict the clean picture (B, 3, H, W), colours in [-1, 1].

        Parameters
        ----------
        noisy : (B, 3, H, W).
        t : (B,), 0 = all noise, 1 = clean.
        guide : (B, guide_channels, H·k, W·k) with k = guide_unshuffle / unshuffle; zeros for none.
        attributes : (B, WIDTH).
        low, low_noise : the picture to enlarge, (B, 3, H / unshuffle, W / unshuffle), and how much
            noise was added to it, (B,).
        maps : receives each attention layer's weights, (B, heads, attributes, h, w).
        """
        config = self.config
        low_noise = torch.zeros_like(t) if low_noise is None else low_noise
        tokens, pooled = self.condition(attributes, t, low_noise)
        inputs = [
            F.pixel_unshuffle(noisy, config.unshuffle),
            F.pixel_unshuffle(guide, config.guide_unshuffle),
        ]
        x = torch.cat(inputs if low is None else [*inputs, low], dim=1)
        x = F.pixel_shuffle(self.through(x, tokens, pooled, maps), config.unshuffle)
        if self.trace is not None:
            shape = F.pixel_shuffle(guide[:, -len(SHAPE) * SHAPE_TIMES**2 :], SHAPE_TIMES)
            known = torch.cat([shape, F.pixel_unshuffle(x, SHAPE_TIMES)], dim=1)
            x = x + F.pixel_shuffle(self.trace(known), SHAPE_TIMES)
        added, trust = x[:, :3], x[:, 3:].sigmoid()
        start = torch.zeros_like(added) if low is None else enlarge(low, config.unshuffle)
        if config.drafted:
            draft = guide[:, -3:]
            start = draft if low is None else start + trust * (draft - start)
        return flow.blend(start + added, noisy, t, GUESS_ERROR)


def load(folder: Path) -> UNet:
    """The trained network in ``folder``, float32; see :func:`models.checkpoint.read`."""
    return checkpoint.load(folder, UNet, Config)


def denoiser(
    model: UNet,
    guide: Tensor,
    attributes: Tensor,
    guidance: float = 1.0,
    low: Tensor | None = None,
    low_noise: Tensor | None = None,
    maps: list[list[Tensor]] | None = None,
    wordless: Tensor | None = None,
) -> flow.Denoise:
    """The network under fixed conditions, as :func:`models.flow.sample` calls it.

    Parameters
    ----------
    guide, attributes, low, low_noise : as in :meth:`UNet.forward`.
    guidance : classifier-free guidance scale towards the attributes; above 1 colours are held in
        range by dynamic thresholding.
    maps : receives one list of attention weights a step, of the conditional half.
    wordless : the guide of the unconditional half, where it isn't the same.
    """

    def denoise(noisy: Tensor, t: Tensor) -> Tensor:
        layers: list[Tensor] | None = None if maps is None else []
        inputs = [noisy, t, guide, attributes, low, low_noise]
        if guidance != 1:
            doubled = [None if x is None else torch.cat([x, x]) for x in inputs]
            doubled[2] = torch.cat([guide, guide if wordless is None else wordless])
            doubled[3] = torch.cat([attributes, unsaid(len(attributes), attributes.device)])
            conditional, unconditional = model(*doubled, layers).float().chunk(2)
            clean = flow.threshold(flow.guided(conditional, unconditional, guidance))
        else:
            clean = model(*inputs, layers).float().clamp(-1, 1)
        if maps is not None and layers is not None:
            maps.append([layer[: len(noisy)] for layer in layers])
        return clean

    return denoise


def enlarge(picture: Tensor, times: int) -> Tensor:
    """Bicubic enlargement of (B, 3, h, w), each side ``times``."""
    return F.interpolate(picture, scale_factor=times, mode="bicubic", align_corners=False)
