"""Train the base model: attributes, pose guide and draft → a picture of 64².

python -m models.train.base --minutes 90
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import CHANNELS
from data.scenes.palette import PARTS
from models import checkpoint, draft, flow
from models.condition import drop, unsaid
from models.train import loop
from models.train.pictures import Pool, add_options, batch, save_sheet, whole_pictures
from models.unet import Config, UNet, denoiser

SIZE = 64
CONFIG = Config(
    unshuffle=2,
    guide_unshuffle=2,
    low_resolution=False,
    channels=(64, 160, 320),
    blocks=(1, 2, 3),
    attention=(False, True, True),
    guide_channels=GUIDE_CHANNELS + draft.DRAFT_CHANNELS,
    drafted=True,
)
GUIDE_DROPOUT = 0.15
TIMES = -0.8, 1.4
"""Mean and spread of the logit of t. What is decided early is in the draft already; a quarter is
above 0.5, where grain must be told from texture."""

LEAST_NOISE = 0.25
"""Nearer to the clean end, errors weigh no more; a sampler of 8 steps goes there once."""

_COVERING = [CHANNELS.index(name) for name in (*PARTS, "gear")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("base", minutes=90, learning_rate=1e-3)
    add_options(parser, batch=16, reuse=8, capacity=16384)
    parser.add_argument(
        "--draft", type=Path, default=checkpoint.WEIGHTS / "draft", help="weights of the draft"
    )
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    device = options.device
    model = UNet(CONFIG).to(device)
    drafter = draft.load(options.draft).eval().requires_grad_(False).to(device)
    render = whole_pictures(SIZE, SIZE, device)
    pool = Pool(options.run / "pictures", render, options.capacity, options.reuse)
    shown = batch(pool.draw(8, np.random.default_rng(0)), None, device)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        pictures, guides, attributes, decor, *_ = batch(pool.draw(options.batch, rng), rng, device)
        keep = torch.rand(len(guides), 1, 1, 1, generator=generator) >= GUIDE_DROPOUT
        t = flow.sample_times(len(pictures), generator, *TIMES).to(device)
        noise = torch.randn(pictures.shape, generator=generator).to(device)
        said = drop(attributes, generator)
        guided = draft.drafted(drafter, guides * keep.to(device), said, decor)
        predicted = model(flow.mix(pictures, noise, t), t, guided, said)
        losses = flow.velocity_loss(predicted, pictures, t, LEAST_NOISE, importance(guides))
        return losses.mean(), len(pictures), loop.by_time(losses, t)

    def sheet(average: nn.Module, step: int) -> None:
        assert isinstance(average, UNet)
        pictures, guides, attributes, decor, *_ = shown
        nothing, nobody = torch.zeros_like(guides), unsaid(len(guides), device)
        with torch.inference_mode():
            rows = [pictures, drafter(guides, attributes, decor)[1]]
            for guide, said in ((guides, attributes), (guides, nobody), (nothing, attributes)):
                noise = flow.noise(range(len(pictures)), pictures.shape[1:], device)
                guided, wordless = (draft.drafted(drafter, guide, s, decor) for s in (said, nobody))
                denoise = denoiser(average, guided, said, 2.0, wordless=wordless)
                *_, (_, drawn) = flow.sample(denoise, noise, steps=8, power=2)
                rows.append(drawn)
        save_sheet(rows, options.run / "samples" / f"{step:07d}.png")

    loop.train(options, model, asdict(CONFIG), step_loss, sheet)


def importance(guides: Tensor) -> Tensor:
    """How much each place counts, (B, 1, S, S): athletes and equipment five times the rest.

    A shirt is a few hundredths of the picture; without this its colour is learnt last.
    """
    limbs = guides[:, : CHANNELS.index("lines")].amax(1, keepdim=True)
    surface = guides[:, _COVERING].sum(1, keepdim=True)
    shown = torch.maximum(limbs, surface)
    near = F.max_pool2d(shown, 5, stride=1, padding=2) > 0.3
    return 1 + 4 * near.float()


if __name__ == "__main__":
    main()
