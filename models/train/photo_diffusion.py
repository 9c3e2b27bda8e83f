"""Train diffusion for photos, on what the trained ×4 network makes of shrunk ones.

python -m models.train.photo_diffusion --data photos --minutes 60

The places on the chain are drawn evenly in √η, which rises as the noise does, and the error counts
in units of what the network is asked for there (:func:`models.photo_diffusion.scaling`): no place
drowns the others. A few crops have noise, as the upscaler's have; it is to be kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models import checkpoint, upscaler
from models.photo_diffusion import FIRST, LAST, Config, PhotoDiffusion, diffuse, scaling
from models.train import loop
from models.train.muon import MuonAdamW
from models.train.upscaler import Pairs, with_noise

CONFIG = Config()


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("photo_diffusion", minutes=60, learning_rate=1e-3)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of photos, looked through in depth")
    add("--batch", type=int, default=8, help="crops a step")
    add("--crop", type=int, default=32, help="pixels a side of a small crop")
    add("--noisy", type=float, default=0.1, help="share of crops with noise that is to be kept")
    add("--upscaler", type=Path, default=checkpoint.WEIGHTS / "upscale4_best")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    model = PhotoDiffusion(CONFIG).to(options.device)
    network = upscaler.load(options.upscaler).to(options.device)
    pairs = Pairs(options.data, options.run, network.config.times)
    first, last = FIRST**0.5, LAST**0.5

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        random = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        small, large = pairs.draw(options.batch, options.crop, rng, options.device)
        small, large = with_noise(small, large, options.noisy, rng)
        with torch.no_grad():
            made = network(small).clamp(0, 1) * 2 - 1
        sharp, count = large * 2 - 1, len(large)
        at = (torch.arange(count) + torch.rand(1, generator=random)) / count
        shifted = (first + (last - first) * at).square().to(options.device)
        noise = torch.randn(sharp.shape, generator=random).to(options.device)
        drawn = model(diffuse(sharp, made, shifted, noise), shifted, made)
        errors = ((drawn - sharp) / scaling(shifted).out).square().mean((1, 2, 3))
        return errors.mean(), count, loop.by_time(errors, at.to(options.device))

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(CONFIG), step_loss, optimiser=optimiser)


if __name__ == "__main__":
    main()
