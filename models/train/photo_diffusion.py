"""Train diffusion for photos, on what the trained ×4 network makes of shrunk ones.

python -m models.train.photo_diffusion --data photos --minutes 60

The enlarged picture is given some noise now and then, and the network is told how much (Ho et al.
2021, "Cascaded Diffusion Models", arXiv 2106.15282, §4): so it doesn't take the CNN's faults for
granted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models import checkpoint, upscaler
from models.photo_diffusion import Config, PhotoDiffusion, diffuse, shifts
from models.train import loop
from models.train.muon import MuonAdamW
from models.train.upscaler import Pairs

CONFIG = Config()
MOST_LEVEL = 0.1
"""Largest standard deviation of the noise that is added to the enlarged picture."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("photo_diffusion", minutes=60, learning_rate=1e-3)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of photos, looked through in depth")
    add("--batch", type=int, default=6, help="crops a step")
    add("--crop", type=int, default=32, help="pixels a side of a small crop")
    add("--upscaler", type=Path, default=checkpoint.WEIGHTS / "upscale4_best")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    model = PhotoDiffusion(CONFIG).to(options.device)
    network = upscaler.load(options.upscaler).to(options.device)
    pairs = Pairs(options.data, options.run, network.config.times)
    etas = torch.tensor(shifts()[1:], device=options.device)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        random = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        small, large = pairs.draw(options.batch, options.crop, rng, options.device)
        with torch.no_grad():
            made = network(small).clamp(0, 1) * 2 - 1
        sharp, count = large * 2 - 1, len(large)
        shifted = etas[torch.randint(len(etas), (count,), generator=random).to(options.device)]
        level = (MOST_LEVEL * torch.rand(count, generator=random)).to(options.device)
        level *= (torch.rand(count, generator=random) < 0.5).to(options.device)
        noise = [torch.randn(sharp.shape, generator=random).to(options.device) for _ in range(2)]
        rough = made + level.view(-1, 1, 1, 1) * noise[0]
        noisy = diffuse(sharp, rough, shifted, noise[1])
        error = (model(noisy, shifted, rough, level) - sharp).square().mean()
        before = (made - sharp).square().mean()
        return error, count, {"share": float(error.detach() / before)}

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(CONFIG), step_loss, optimiser=optimiser)


if __name__ == "__main__":
    main()
