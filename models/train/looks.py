"""Train an upscaler for looks: on worn photos, against a network that tells made from real.

python -m models.train.looks --network upscale4_looks --data photos --start runs/upscale4_best

The loss is the mean absolute error, the distance in the judge's features (:mod:`models.features`)
and an adversarial part, the three of Ledig et al. 2017, "SRGAN", arXiv 1609.04802. PSNR falls by
it: what cannot be known is invented, not averaged.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.imaging.worn import worn
from models import checkpoint, features, judge
from models.train import loop
from models.train.muon import MuonAdamW
from models.train.upscaler import Pairs, start
from models.upscaler import CONFIGS, Upscaler

NETWORKS = [name for name in CONFIGS if name.endswith("_looks")]

FEATURES, ADVERSARIAL = 0.05, 0.01
"""Weights of the feature distance and of the adversarial part, beside the absolute error: at the
output the gradient of the features is then as long as that of the error. With 0.05 for the second
the critic doubled the error within a hundred steps."""

ALONE = 500
"""Steps in which the adversarial part comes in: a critic that knows nothing yet teaches noise."""

RIVAL_RATE = 1e-3
"""The critic's learning rate. At 4e-4 it told nothing apart after 500 steps (hinge loss 2.0)."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--network", choices=NETWORKS, required=True)
    network = first.parse_known_args(arguments)[0].network

    parser = loop.parser(network, minutes=60, learning_rate=1e-3)
    add = parser.add_argument
    add("--network", choices=NETWORKS, required=True, help="what is trained")
    add("--data", type=Path, required=True, help="folder of photos, looked through in depth")
    add("--batch", type=int, default=4, help="crops a step")
    add("--crop", type=int, default=128, help="pixels a side of a large crop")
    add("--featured", type=int, default=2, help="crops of a step that are compared in features")
    add("--start", type=Path, help="folder of a trained network to start from")
    add("--judge", type=Path, default=checkpoint.WEIGHTS / "judge", help="whose features count")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    config = CONFIGS[network]
    model = Upscaler(config)
    if options.start is not None:
        print(f"{start(model, options.start)} tensors from {options.start}", flush=True)
    model = model.to(options.device)
    critic = Critic().to(options.device)
    rival = torch.optim.AdamW(critic.parameters(), RIVAL_RATE, betas=(0.5, 0.99))
    kept = options.run / "critic.pt"
    if kept.exists():
        critic.load_state_dict(torch.load(kept, options.device, weights_only=True))
    seen = features.of_judge(judge.load(options.judge).requires_grad_(False).to(options.device))
    pairs = Pairs(options.data, options.run, 4)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        _, large = pairs.draw(options.batch, options.crop // 4, rng, options.device)
        eight = (large.permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy()
        small = np.stack([worn(picture, config.times, rng) for picture in eight])
        given = torch.from_numpy(small).to(options.device).permute(0, 3, 1, 2).float() / 255
        made = model(given)

        real, fake = critic(large), critic(made.detach())
        told = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        rival.zero_grad(set_to_none=True)
        told.backward()
        rival.step()

        critic.requires_grad_(False)
        error = (made - large).abs().mean()
        few = slice(options.featured)  # the features of all would take longer than all the rest
        looks = features.distance(seen, made[few].clamp(0, 1), large[few]).mean()
        fooled = -critic(made).mean()
        critic.requires_grad_(True)
        loss = error + FEATURES * looks + ADVERSARIAL * min(1, step / ALONE) * fooled
        parts = {"error": error, "features": looks, "fooled": fooled, "critic": told}
        return loss, len(made), {name: float(part.detach()) for name, part in parts.items()}

    def keep(average: nn.Module, step: int) -> None:
        torch.save(critic.state_dict(), f"{kept}.part")
        os.replace(f"{kept}.part", kept)

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(config), step_loss, keep, optimiser)


class Critic(nn.Module):
    """Tells real patches of about 40 pixels from made ones (Isola et al. 2017, "pix2pix", arXiv
    1611.07004, §3.2.2), by a hinge loss, its layers of spectral norm 1 (Miyato et al. 2018,
    arXiv 1802.05957)."""

    def __init__(self, channels: int = 24) -> None:
        super().__init__()
        widths = [3, channels, 2 * channels, 4 * channels]
        layers: list[nn.Module] = []
        for into, out in pairwise(widths):
            step = nn.Conv2d(into, out, 4, stride=2, padding=1)
            layers += [nn.utils.parametrizations.spectral_norm(step), nn.LeakyReLU(0.2)]
        last = nn.Conv2d(widths[-1], 1, 3, padding=1)
        self.layers = nn.Sequential(*layers, nn.utils.parametrizations.spectral_norm(last))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) in [0, 1] → how real each patch looks, float32 (B, 1, H / 8, W / 8)."""
        return self.layers(pictures * 2 - 1).float()


if __name__ == "__main__":
    main()
