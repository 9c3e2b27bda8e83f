"""Methods that draw from noise: diffusion for photos, and the generator's last stage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.attributes import WIDTH
from models import flow, photo_diffusion
from models.condition import unsaid
from models.unet import denoiser
from pipeline.runtime import Runtime
from pipeline.text_to_image import LOW_NOISE
from pipeline.upscaling.tiles import Enlarge

PHOTO = ("photo_diffusion", "upscale4_best")
"""The network that adds detail, and the one to whose picture it adds."""

# The cascade's last stage, for pictures that were generated here. The one before it leans on pose
# and draft, which a picture alone doesn't bring: of a 64² render it keeps less (28.8 dB when shrunk
# back; the last stage 33.8).

STAGE = "sr1024"
STEPS = 4

NOISE_BLOCK = 64


def open_photo(runtime: Runtime, times: int, seed: int = 0) -> Enlarge:
    """Diffusion for photos with the noise of a seed; ``times`` is 4."""
    network, first = (runtime.model(name) for name in PHOTO)

    def enlarge(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        made = runtime.evaluate(first, tensor(tile, runtime)).clamp(0, 1) * 2 - 1
        y, x = (times * side for side in corner)
        height, width = made.shape[2:]

        def noise(step: int) -> Tensor:
            window = _noise([seed, step], y, x, height, width)
            return torch.from_numpy(window)[None].to(runtime.device)

        def predict(noisy: Tensor, shifted: Tensor) -> Tensor:
            return runtime.evaluate(network, noisy, shifted, made)

        for drawn in photo_diffusion.sample(predict, made, noise):
            result = drawn
        return array((result + 1) / 2)

    return enlarge


def open_cascade(runtime: Runtime, times: int, seed: int = 0) -> Enlarge:
    """The generator's last stage with the noise of a seed; ``times`` is 4."""
    network = runtime.model(STAGE)

    def enlarge(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        height, width = tile.shape[:2]
        step = network.multiple // times
        rows, columns = -height % step, -width % step
        small = tensor(tile, runtime) * 2 - 1
        small = F.pad(small, (0, columns, 0, rows), mode="replicate")
        large = (height + rows) * times, (width + columns) * times
        y, x = corner

        def noise(kind: int, top: int, left: int, size: tuple[int, int]) -> Tensor:
            window = _noise([seed, kind], top, left, *size)
            return torch.from_numpy(window)[None].to(runtime.device)

        level = torch.full((1,), LOW_NOISE, device=runtime.device)
        rough = flow.augment(small, level, noise(0, y, x, small.shape[2:]))  # type: ignore[arg-type]
        guided = large if network.config.guide_unshuffle == times else tuple(small.shape[2:])
        guide = torch.zeros(1, network.config.guide_channels, *guided, device=runtime.device)
        nothing = unsaid(1, runtime.device).reshape(1, WIDTH)
        conditioned = denoiser(network, guide, nothing, low=rough, low_noise=level)
        start = noise(1, y * times, x * times, large)
        for _, drawn in flow.sample(partial(runtime.evaluate, conditioned), start, STEPS):
            result = drawn
        return array((result + 1) / 2)[: height * times, : width * times]

    return enlarge


def _noise(seed: Sequence[int], top: int, left: int, height: int, width: int) -> np.ndarray:
    """A window (3, height, width) of one endless field of Gaussian noise.

    Made of blocks with a seed each, so that tiles see the same noise where they overlap.
    """
    b = NOISE_BLOCK
    first_y, first_x = top // b, left // b
    rows = [
        np.concatenate(
            [
                np.random.default_rng([*seed, y, x]).standard_normal((3, b, b), np.float32)
                for x in range(first_x, (left + width - 1) // b + 1)
            ],
            axis=2,
        )
        for y in range(first_y, (top + height - 1) // b + 1)
    ]
    field = np.concatenate(rows, axis=1)
    dy, dx = top - first_y * b, left - first_x * b
    return np.ascontiguousarray(field[:, dy : dy + height, dx : dx + width])


def tensor(tile: np.ndarray, runtime: Runtime) -> Tensor:
    """(h, w, 3) as (1, 3, h, w) on the runtime's device."""
    return torch.from_numpy(tile).permute(2, 0, 1)[None].to(runtime.device)


def array(picture: Tensor) -> np.ndarray:
    """The reverse of :func:`tensor`, float32."""
    return picture[0].float().permute(1, 2, 0).cpu().numpy()
