"""Train a super-resolution model: 64² → 256², or windows of 256² → 1024².

python -m models.train.super_resolution --stage 256 --minutes 60

The 256 stage enlarges renders as the committed base draws them, beside the drafts that the
committed networks make of them, so it learns whom to believe where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import SHAPE
from models import checkpoint, draft, flow, unet
from models.condition import drop
from models.device import autocast
from models.train import loop
from models.train.base import importance
from models.train.draft import HEAD_WEIGHT, heads
from models.train.muon import MuonAdamW
from models.train.pictures import (
    TIMES,
    Batch,
    Pool,
    Redraw,
    add_options,
    as_drawn,
    batch,
    crop,
    save_sheet,
    whole_pictures,
    windows,
)
from models.unet import SHAPE_TIMES, Config, UNet, denoiser, enlarge

SIZE = 256
"""Rendered pixels a side: the whole picture at stage 256, a window of it at stage 1024."""

_SMALL = Config(
    unshuffle=TIMES,
    guide_unshuffle=1,
    low_resolution=True,
    channels=(48, 96, 128),
    blocks=(1, 2, 3),
    attention=(False, False, False),
)
CONFIGS = {
    256: replace(_SMALL, guide_unshuffle=TIMES, guide_channels=GUIDE_CHANNELS + 3, drafted=True),
    1024: replace(_SMALL, guide_channels=GUIDE_CHANNELS + SHAPE_TIMES**2 * len(SHAPE), traced=True),
}
"""The 256 stage sees guide and draft as finely as it draws, the 1024 stage the surface at 512²:
smaller ones have no room for edges of limbs, faces and hands. Four times wider networks learn less
in a CPU's hour than these."""

GUIDE_DROPOUT = 0.1

FIRST_STEP = 0.5
"""Share of pictures that begin at pure noise: a picture drawn in one step is drawn from there."""

LEAST_NOISE = 0.25
"""Nearer to the clean end, errors weigh no more; a sampler of 4 steps never goes there."""

MOST_NOISE = 0.5
"""Largest level of the noise-conditioning augmentation."""

REDRAWN_FROM = 0.1, 0.9
"""Earliest and latest time from which the base draws renders anew."""

MOST_BLUR = 0.8
"""Largest standard deviation, in pixels, of the blur that small pictures get."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    first = loop.stages(CONFIGS)
    stage = first.parse_known_args(arguments)[0].stage
    parser = loop.parser(f"sr{stage}", minutes=60, learning_rate=1e-3, parents=[first])
    add_options(parser, batch=16, reuse=32, capacity=4096)
    parser.add_argument("--crop", type=int, default=128, help="pixels a side of a crop")
    parser.add_argument(
        "--weights", type=Path, default=checkpoint.WEIGHTS, help="of base and drafts to redraw with"
    )
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    device = options.device
    config = CONFIGS[stage]
    model = UNet(config).to(device)
    sizes = SIZE, SIZE // TIMES * config.guide_unshuffle
    if config.drafted:
        render = as_drawn(
            whole_pictures(*sizes, device), redrawing(options.weights, device), device
        )
    else:
        render = windows(*sizes, device, stage // SIZE)
    pool = Pool(options.run / "pictures", render, options.capacity, options.reuse)
    shown = batch(pool.draw(6, np.random.default_rng(0)), None, device)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        drawn = batch(pool.draw(options.batch, rng), rng, device)
        cut = crop(drawn, options.crop, rng)
        pictures, small = cut.pictures, cut.small
        keep = torch.rand(len(pictures), 1, 1, 1, generator=generator) >= GUIDE_DROPOUT
        guided = beside(cut.guides, cut.draft, cut.shape) * keep.to(device)
        level = MOST_NOISE * torch.rand(len(pictures), generator=generator).to(device)
        t = flow.sample_times(len(pictures), generator, mean=-1.0, spread=1.4)
        t = t.where(torch.rand(len(pictures), generator=generator) >= FIRST_STEP, 0).to(device)
        noise = torch.randn(pictures.shape, generator=generator).to(device)
        small = blur(small, MOST_BLUR * rng.random())
        low_noise = torch.randn(small.shape, generator=generator).to(device)
        predicted = model(
            flow.mix(pictures, noise, t),
            t,
            guided,
            drop(cut.attributes, generator),
            flow.augment(small, level, low_noise),
            level,
        )
        weight = importance(cut.guides) * (1 + HEAD_WEIGHT * heads(cut.guides))
        weight = F.interpolate(weight, options.crop)
        losses = flow.velocity_loss(predicted, pictures, t, LEAST_NOISE, weight, absolute=True)
        return losses.mean(), len(pictures), loop.by_time(losses, t)

    def sheet(average: nn.Module, step: int) -> None:
        assert isinstance(average, UNet)
        pictures, attributes, small = shown.pictures, shown.attributes, shown.small
        guided = beside(shown.guides, shown.draft, shown.shape)
        rows = [enlarge(small, TIMES)]
        level = torch.full((len(pictures),), 0.1, device=device)
        seeds = range(len(pictures))
        low = flow.augment(small, level, flow.noise(seeds, small.shape[1:], device))
        for steps in (1, 2, 4):
            noise = flow.noise(seeds, pictures.shape[1:], device)
            denoise = denoiser(average, guided, attributes, 1.0, low, level)
            with torch.inference_mode():
                *_, (_, drawn) = flow.sample(denoise, noise, steps)
            rows.append(drawn)
        save_sheet([*rows, pictures], options.run / "samples" / f"{step:07d}.png")

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(config), step_loss, sheet, optimiser)


def beside(guides: Tensor, draft: Tensor, shape: Tensor) -> Tensor:
    """What a network is guided by, as one (B, channels, s, s): the pose guide, then the colours of
    a draft that fine (B, 3, s, s) or the surface twice as fine (B, SHAPE, 2s, 2s), as far as they
    have channels."""
    if shape.shape[1]:
        guides = torch.cat([guides, F.pixel_unshuffle(shape, SHAPE_TIMES)], dim=1)
    return torch.cat([guides, draft], dim=1)


def redrawing(weights: Path, device: torch.device) -> Redraw:
    """How to have renders drawn anew by the base in ``weights``, from half-way noise.

    What still shows through the noise (Meng et al. 2022, "SDEdit", arXiv 2108.01073, §3) keeps the
    picture that of the render, so that the render stays its truth; the rest is the base's hand. The
    drafts are those that a picture of the same pose would get.
    """
    base = unet.load(weights / "base").eval().to(device)
    coarse, fine = (draft.load(weights / n).eval().to(device) for n in ("draft", "draft256"))

    @torch.inference_mode()
    def redraw(renders: Batch, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        start = float(rng.uniform(*REDRAWN_FROM))
        guides, said = F.avg_pool2d(renders.guides, TIMES), renders.attributes
        decor = renders.decor
        noise = torch.from_numpy(rng.standard_normal(renders.small.shape, np.float32)).to(device)
        noisy = flow.mix(renders.small, noise, torch.full((len(noise),), start, device=device))
        with autocast(device):
            guided = draft.drafted(coarse, guides, said, decor)
            denoise = denoiser(base, guided, said)
            *_, (_, drawn) = flow.sample(denoise, noisy, steps=4, power=2, start=start)
            finer = draft.draft(fine, renders.guides, said, decor, guided[:, GUIDE_CHANNELS:])
        return drawn, finer[:, -3:]

    return redraw


def blur(pictures: Tensor, deviation: float) -> Tensor:
    """Gaussian blur of (B, 3, h, w); the standard deviation is in pixels, at most 1."""
    places = torch.arange(-2, 3, device=pictures.device)
    weights = torch.exp(-0.5 * (places / max(deviation, 1e-3)).square())
    weights = weights / weights.sum()
    kernel = (weights[:, None] * weights).expand(3, 1, 5, 5)
    return F.conv2d(F.pad(pictures, (2, 2, 2, 2), mode="replicate"), kernel, groups=3)


if __name__ == "__main__":
    main()
