"""Train a super-resolution model: 64² → 256², or windows of 256² → 1024².

python -m models.train.super_resolution --stage 256 --minutes 60

The last part of the 256 stage's training takes small pictures as the base draws them (``--drawn``),
so that it learns to mend what the base gets wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models import checkpoint, draft, flow, unet
from models.condition import drop
from models.train import loop
from models.train.pictures import (
    TIMES,
    Batch,
    Pool,
    as_drawn,
    batch,
    save_sheet,
    whole_pictures,
    windows,
)
from models.unet import Config, UNet, denoiser, enlarge

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
CONFIGS = {256: replace(_SMALL, guide_unshuffle=TIMES), 1024: _SMALL}
"""The 256 stage sees the guide as finely as it draws, so that limbs, faces and hands get edges that
64² has no room for. Four times wider networks learn less in a CPU's hour than these."""

LEAST_NOISE = 0.25
"""Nearer to the clean end, errors weigh no more; a sampler of 4 steps never goes there."""

MOST_NOISE = 0.5
"""Largest level of the noise-conditioning augmentation."""

REDRAWN_FROM = 0.2, 0.7
"""Earliest and latest time from which the base draws renders anew."""

MOST_BLUR = 0.8
"""Largest standard deviation, in pixels, of the blur that small pictures get."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--stage", type=int, choices=CONFIGS, required=True)
    stage = first.parse_known_args(arguments)[0].stage

    parser = loop.parser(f"sr{stage}", minutes=60, learning_rate=1e-3)
    parser.add_argument("--stage", type=int, choices=CONFIGS, required=True, help="drawn size")
    parser.add_argument("--batch", type=int, default=16, help="crops a step")
    parser.add_argument("--crop", type=int, default=128, help="pixels a side of a crop")
    parser.add_argument("--reuse", type=float, default=32, help="times each render is used")
    parser.add_argument("--capacity", type=int, default=4096, help="renders kept")
    parser.add_argument(
        "--drawn", action="store_true", help="enlarge what the committed base makes of the renders"
    )
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    device = options.device
    config = CONFIGS[stage]
    model = UNet(config).to(device)
    sizes = SIZE, SIZE // TIMES * config.guide_unshuffle
    whole = stage == SIZE
    render = whole_pictures(*sizes, device) if whole else windows(*sizes, device, stage // SIZE)
    if options.drawn:
        render = as_drawn(render, redrawing(checkpoint.WEIGHTS))
    pool = Pool(options.run / "pictures", render, *sizes, options.capacity, options.reuse)
    shown = batch(pool.draw(6, np.random.default_rng(0)), None, device)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        drawn = batch(pool.draw(options.batch, rng), rng, device)
        pictures, guides, attributes, _, small = crop(drawn, options.crop, rng)
        level = MOST_NOISE * torch.rand(len(pictures), generator=generator).to(device)
        t = flow.sample_times(len(pictures), generator, mean=-1.0, spread=1.4).to(device)
        noise = torch.randn(pictures.shape, generator=generator).to(device)
        small = blur(small, MOST_BLUR * rng.random())
        low_noise = torch.randn(small.shape, generator=generator).to(device)
        predicted = model(
            flow.mix(pictures, noise, t),
            t,
            guides,
            drop(attributes, generator),
            flow.augment(small, level, low_noise),
            level,
        )
        losses = flow.velocity_loss(predicted, pictures, t, LEAST_NOISE)
        return losses.mean(), len(pictures), loop.by_time(losses, t)

    def sheet(average: nn.Module, step: int) -> None:
        assert isinstance(average, UNet)
        pictures, guides, attributes, _, small = shown
        rows = [enlarge(small, TIMES)]
        level = torch.full((len(pictures),), 0.1, device=device)
        seeds = range(len(pictures))
        low = flow.augment(small, level, flow.noise(seeds, small.shape[1:], device))
        for steps in (1, 2, 4):
            noise = flow.noise(seeds, pictures.shape[1:], device)
            denoise = denoiser(average, guides, attributes, 1.0, low, level)
            with torch.inference_mode():
                *_, (_, drawn) = flow.sample(denoise, noise, steps)
            rows.append(drawn)
        save_sheet([*rows, pictures], options.run / "samples" / f"{step:07d}.png")

    loop.train(options, model, asdict(config), step_loss, sheet)


def crop(drawn: Batch, size: int, rng: np.random.Generator) -> Batch:
    """The same random part, ``size`` pixels a side, of every picture, its guide and its parts."""
    whole = drawn.pictures.shape[-1]
    x, y = TIMES * rng.integers(0, (whole - size) // TIMES + 1, 2)

    def cut(drawing: Tensor) -> Tensor:
        finer = whole // drawing.shape[-1]
        rows, columns = (slice(at // finer, (at + size) // finer) for at in (y, x))
        return drawing[..., rows, columns]

    pictures, guides, attributes, parts, small = drawn
    return Batch(cut(pictures), cut(guides), attributes, cut(parts), cut(small))


def redrawing(weights: Path) -> Callable[[Batch, np.random.Generator], Tensor]:
    """How to have renders drawn anew by the base in ``weights``, from half-way noise.

    What still shows through the noise (Meng et al. 2022, "SDEdit", arXiv 2108.01073, §3) keeps the
    picture that of the render, so that the render stays its truth; the rest is the base's hand.
    """
    base = unet.load(weights / "base").eval()
    drafter = draft.load(weights / "draft").eval()

    @torch.inference_mode()
    def redraw(renders: Batch, rng: np.random.Generator) -> Tensor:
        start = float(rng.uniform(*REDRAWN_FROM))
        guides = F.avg_pool2d(renders.guides, renders.guides.shape[-1] // renders.small.shape[-1])
        noise = torch.from_numpy(rng.standard_normal(renders.small.shape, np.float32))
        noisy = flow.mix(renders.small, noise, torch.full((len(noise),), start))
        with torch.autocast("cpu", torch.bfloat16):
            guided = draft.drafted(drafter, guides, renders.attributes)
            denoise = denoiser(base, guided, renders.attributes)
            *_, (_, drawn) = flow.sample(denoise, noisy, steps=4, power=2, start=start)
        return drawn

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
