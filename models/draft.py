"""A first draft of the picture: which part of it shows what, in flat colours.

A regression, one evaluation without noise: pose guide and attributes → what each pixel shows
(:data:`~data.scenes.palette.KINDS`) and the mean colour; first at 64², then, from that and a finer
guide, at 256². Where a shirt ends and which arm hides the
other follow nearly from pose and words, and a network that is told the truth about every pixel
learns it from far fewer pictures than a diffusion model that must find it under noise; the base
then has shading and everything uncertain to add (a regression first, diffusion on top: Saharia et
al. 2021, "SR3", arXiv 2104.07636, §4; Mardani et al. 2023, "CorrDiff", arXiv 2309.15214, §3).

"A red shirt" is a product of two things, the attribute "red" and the places of the shirt. The draft
is handed it: kinds are painted by a layer that is linear in the attributes and starts from the
colours that the renderer uses, times another for light and style.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.attributes import BLOCKS, WIDTH
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.palette import CLOTH, HAIR, KINDS, PARTS, RGB, SKIN
from data.scenes.scene import DECORS, VOCABULARY
from models import checkpoint
from models.unet import Config, Trunk, zeroed

DRAFT_CHANNELS = len(KINDS) + 3
"""A share of each kind, then red, green and blue from -1 to 1."""

SILHOUETTE = 0.1
"""How much of its light a place that is an athlete or equipment keeps in a silhouette."""

TRACE_WIDTH = 24
"""Channels in which edges are traced at full resolution."""

VENUES = len(VOCABULARY["venue"])

LEAST_SHARE = 1e-3
"""Where the coarse draft is sure of something else, a finer one must still be able to disagree."""

SURE = 6.0
"""How much surer of kinds a picture is than its draft, whose shares turn slowly at an edge."""

NEAR = 5
"""Pixels a side of the neighbourhood that gives a kind its colour."""

_COLOURS: dict[str, tuple[str, dict[str, RGB]]] = {
    "skin": ("skin", SKIN),
    "hair": ("hair_colour", HAIR),
    "top": ("top_colour", CLOTH),
    "bottom": ("bottom_colour", CLOTH),
    "shoes": ("shoe_colour", CLOTH),
}


class Draft(Trunk):
    """Pose guide and attributes → kinds and flat colours.

    With the config's ``low_resolution`` it refines a coarser draft. What the config says of noisy
    pictures means nothing here.
    """

    def __init__(self, config: Config) -> None:
        folded = config.unshuffle**2
        coarse = DRAFT_CHANNELS if config.low_resolution else 0
        # Kinds, then light and shade of the paint, then what is added to it.
        drawn = len(KINDS) + 4
        super().__init__(config, GUIDE_CHANNELS * folded + coarse, drawn * folded)
        self.config = config
        # A folded place decides many pixels at once; where in it an edge lies, the guide tells.
        self.trace = nn.Sequential(
            nn.Conv2d(GUIDE_CHANNELS + drawn, TRACE_WIDTH, 3, padding=1),
            nn.SiLU(),
            zeroed(nn.Conv2d(TRACE_WIDTH, drawn, 3, padding=1)),
        )
        self.retrace = nn.ModuleList(
            zeroed(nn.Conv2d(TRACE_WIDTH, TRACE_WIDTH, 3, padding=1)) for _ in range(2)
        )
        # The same number is another colour in each venue, so each pair has an embedding.
        self.decor = nn.Linear(DECORS * VENUES, config.condition_width, bias=False)
        nn.init.zeros_(self.decor.weight)
        self.palette = palette()
        self.light = light()

    def forward(
        self, guide: Tensor, attributes: Tensor, decor: Tensor, coarse: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Logits of the kinds (B, KINDS, H, W) and mean colours (B, 3, H, W) in [-1, 1] or near.

        Parameters
        ----------
        guide : (B, GUIDE_CHANNELS, H, W).
        attributes : (B, WIDTH).
        decor : (B, DECORS), one-hot, which way the venue is painted; zeros where nobody knows.
        coarse : the draft to refine, (B, DRAFT_CHANNELS, H / unshuffle, W / unshuffle).
        """
        times = self.config.unshuffle
        nothing = torch.zeros(len(guide), device=guide.device)
        tokens, pooled = self.condition(
            attributes, nothing, nothing, self._painted(attributes, decor)
        )
        x = F.pixel_unshuffle(guide, times)
        x = self.through(x if coarse is None else torch.cat([x, coarse], 1), tokens, pooled)
        x = F.pixel_shuffle(x, times)
        x = (x + self._traced(torch.cat([guide, x], 1))).float()
        kinds, shade, added = x.split([len(KINDS), 1, 3], dim=1)
        if coarse is not None:
            shares = coarse[:, : len(KINDS)].float().clamp_min(LEAST_SHARE)
            kinds = kinds + F.interpolate(shares, scale_factor=times, mode="bilinear").log()
        colours = (self.palette(attributes) + 1) * self.light(attributes) - 1
        colours = colours.unflatten(1, (3, len(KINDS)))
        paint = (colours.float() @ kinds.softmax(1).flatten(2)).unflatten(2, guide.shape[2:])
        return kinds, paint * (1 + shade) + added

    def _painted(self, attributes: Tensor, decor: Tensor) -> Tensor:
        venue = attributes[:, BLOCKS["venue"]][:, :VENUES]
        return self.decor((venue[:, :, None] * decor[:, None]).flatten(1))

    def _traced(self, x: Tensor) -> Tensor:
        enter, activate, leave = self.trace
        x = enter(x)
        for layer in self.retrace:
            x = x + layer(activate(x))
        return leave(activate(x))


def draft(
    model: Draft, guide: Tensor, attributes: Tensor, decor: Tensor, coarse: Tensor | None = None
) -> Tensor:
    """The draft as other networks read it: (B, DRAFT_CHANNELS, H, W), shares and then colours.

    Where there is no guide, all zeros, there is no draft either.
    """
    kinds, colours = model(guide, attributes, decor, coarse)
    drawn = torch.cat([kinds.softmax(1), colours.clamp(-1, 1)], dim=1)
    return drawn * guide.flatten(1).any(1).view(-1, 1, 1, 1)


def drafted(model: Draft, guide: Tensor, attributes: Tensor, decor: Tensor) -> Tensor:
    """Guide and draft as the base reads them: (B, GUIDE_CHANNELS + DRAFT_CHANNELS, H, W)."""
    return torch.cat([guide, draft(model, guide, attributes, decor)], dim=1)


def one_hot(decors: Iterable[int | None]) -> Tensor:
    """Ways of painting as the networks read them, (B, DECORS); zeros for None."""
    known = [DECORS if decor is None else decor for decor in decors]
    return F.one_hot(torch.tensor(known), DECORS + 1)[:, :DECORS].float()


def edges(picture: Tensor, shares: Tensor, small: Tensor | None = None) -> Tensor:
    """The picture with edges between kinds that are as sharp as its pixels are small.

    Between two places of the draft an edge lies where the likeliest kind changes. Each pixel's kind
    becomes surer (:data:`SURE`), and its colour moves by as much between the kinds' mean colours
    near by; shading and lines within a kind stay (joint upsampling, Kopf et al. 2007,
    doi:10.1145/1276377.1276497, with kinds in place of a guiding picture).

    Parameters
    ----------
    picture : (B, 3, H, W).
    shares : of the kinds in the draft, (B, KINDS, h, w).
    small : the picture that it was enlarged from, (B, 3, h, w), its edges sharp already; without
        one ``picture`` is as large as the draft.
    """
    shares = shares.float().clamp_min(LEAST_SHARE)
    surer = SURE * shares.log()
    before, after = shares, surer.softmax(1)
    if small is not None:
        times = picture.shape[-1] // small.shape[-1]
        before, after = _finer(after, times), _finer(surer, times).softmax(1)
    coarse = picture if small is None else small
    near = partial(F.avg_pool2d, kernel_size=NEAR, stride=1, padding=NEAR // 2)
    sharp = picture.clone()
    for kind in range(shares.shape[1]):
        pure = shares[:, [kind]] ** 3  # where kinds mix, so do their colours
        colour = _finer(near(coarse * pure) / near(pure), picture.shape[-1] // coarse.shape[-1])
        sharp.addcmul_(after[:, [kind]] - before[:, [kind]], colour)
    return sharp.clamp_(-1, 1)


def _finer(x: Tensor, times: int) -> Tensor:
    return x if times == 1 else F.interpolate(x, scale_factor=times, mode="bilinear")


def palette() -> nn.Linear:
    """Attribute vector (B, WIDTH) → red, green and blue of every kind, as one row."""
    layer = nn.Linear(WIDTH, 3 * len(KINDS), bias=False)
    with torch.no_grad():
        weights = layer.weight.zero_().view(3, len(KINDS), WIDTH)
        for kind, (attribute, colours) in _COLOURS.items():
            start = BLOCKS[attribute].start
            for value, colour in colours.items():
                place = start + VOCABULARY[attribute].index(value)
                weights[:, KINDS.index(kind), place] = 2 * torch.tensor(colour) - 1
    return layer


def light() -> nn.Linear:
    """Attribute vector (B, WIDTH) → factors of the palette's colours: 1, less in silhouettes."""
    layer = nn.Linear(WIDTH, 3 * len(KINDS))
    with torch.no_grad():
        layer.bias.fill_(1)
        weights = layer.weight.zero_().view(3, len(KINDS), WIDTH)
        place = BLOCKS["style"].start + VOCABULARY["style"].index("silhouette")
        weights[:, KINDS.index(PARTS[0]) :, place] = SILHOUETTE - 1
    return layer


def load(folder: Path) -> Draft:
    """The trained network in ``folder``, float32; see :func:`models.checkpoint.read`."""
    return checkpoint.load(folder, Draft, Config)
