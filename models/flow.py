"""Flow matching: from noise to a picture along a straight line, and the ways to steer it.

Time t runs from 0 (noise) to 1 (clean picture): z = t·x + (1 − t)·ε, velocity v = x − ε (Liu et al.
2022, "Flow Straight and Fast", arXiv 2209.03003; Lipman et al. 2022, arXiv 2210.02747). The
networks predict the clean picture x̂, and the loss is on the velocity that follows from it, which
weighs the late, fine steps more (Li & He 2025, "Back to Basics: Let Denoising Generative Models
Denoise", arXiv 2511.13720, §3 and table 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

Denoise = Callable[[Tensor, Tensor], Tensor]
"""Noisy pictures (B, 3, H, W) and times (B,) → clean pictures (B, 3, H, W)."""

LEAST_NOISE = 0.05
"""Smallest 1 − t that a velocity is divided by (Li & He 2025, algorithm 1)."""


def sample_times(
    count: int, generator: torch.Generator, mean: float = -0.8, spread: float = 0.8
) -> Tensor:
    """Logit-normal training times (count,) in (0, 1).

    Esser et al. 2024, arXiv 2403.03206, eq. 19; a mean below 0 trains more on noisy pictures.
    """
    return torch.sigmoid(mean + spread * torch.randn(count, generator=generator))


def mix(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """z = t·x + (1 − t)·ε for pictures (B, …) and times (B,)."""
    return noise.lerp(clean, _like(t, clean))


def velocity_loss(
    predicted: Tensor,
    clean: Tensor,
    t: Tensor,
    least_noise: float = LEAST_NOISE,
    weight: Tensor | None = None,
    absolute: bool = False,
) -> Tensor:
    """Squared error of the velocity that a predicted clean picture implies, (B,).

    With v̂ = (x̂ − z) / (1 − t) and v = (x − z) / (1 − t), the noisy picture z drops out.
    ``weight``, of a shape that expands to the pictures', says how much each place counts. With
    ``absolute`` the error is not squared: what is drawn in one step is then the median of what
    could be, which keeps edges, and not the mean, which blurs them.
    """
    error = (predicted.float() - clean) / (1 - _like(t, clean)).clamp_min(least_noise)
    weight = torch.ones_like(error) if weight is None else weight.expand_as(error)
    each = error.abs() if absolute else error.square()
    return (weight * each).flatten(1).sum(1) / weight.flatten(1).sum(1)


def blend(guess: Tensor, noisy: Tensor, t: Tensor, error: float) -> Tensor:
    """The clean picture from two sources: a network's guess and the noisy picture itself.

    ``noisy`` / t is a guess too, of standard error (1 − t) / t. Each is weighed by the inverse of
    its variance; ``error`` is the guess's. So at t = 0 only the network speaks, and it need not
    learn to copy what is clean already (the role of the skip connection in Karras et al. 2022,
    EDM, arXiv 2206.00364, eq. 7, but for a network that predicts pictures and never noise).
    """
    t = _like(t, noisy)
    keep = t * error**2 / ((t * error).square() + (1 - t).square())
    return (1 - t * keep) * guess + keep * noisy


def noise(seeds: Sequence[int], shape: Sequence[int], device: torch.device | str = "cpu") -> Tensor:
    """Normal noise (len(seeds), *shape), each picture from a generator of its own.

    Drawn on the CPU, so a seed gives the same picture in any batch and on any device.
    """
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    return torch.stack([torch.randn(*shape, generator=g) for g in generators]).to(device)


def augment(low: Tensor, level: Tensor, noise: Tensor) -> Tensor:
    """Noise-conditioning augmentation of low-resolution pictures (B, …) by levels (B,) in [0, 1].

    The super-resolution network is told the level, and learns to trust its input as far as that
    (Ho et al. 2021, "Cascaded Diffusion Models", arXiv 2106.15282, §4; Imagen, §2.5).
    """
    return low + _like(level, low) * noise


def guided(conditional: Tensor, unconditional: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance: unconditional + scale · (conditional − unconditional).

    Ho & Salimans 2022, arXiv 2207.12598, eq. 6 with scale = 1 + w: 1 is plain conditional.
    """
    return torch.lerp(unconditional, conditional, scale)


def threshold(clean: Tensor, percentile: float = 0.995) -> Tensor:
    """Dynamic thresholding of predicted pictures (B, …) with colours in [-1, 1].

    s = the picture's percentile of |x̂|; where s > 1, clip to ±s and divide by s, which keeps
    strong guidance from saturating colours (Imagen, arXiv 2205.11487, §2.3).
    """
    values = clean.float().abs().flatten(1)
    s = values.kthvalue(max(1, round(percentile * values.shape[1])), dim=1).values.clamp_min(1)
    s = _like(s, clean)
    return torch.minimum(torch.maximum(clean, -s), s) / s


def sample(
    denoise: Denoise, noise: Tensor, steps: int, power: float = 1.0, start: float = 0.0
) -> Iterator[tuple[int, Tensor]]:
    """Euler's method from noise (B, 3, H, W) to clean pictures, one step at a time.

    Step i of N ends at t = s + (1 − s)·(i / N)^power, s being ``start``: power 1 gives equal steps,
    2 short ones first, where most is decided (after 150,000 pictures the base's squared error is
    5 % lower with 2, and less grainy). With ``start`` above 0, ``noise`` is a picture noisy as at
    that time.

    Yields
    ------
    (steps done, x̂): what the picture would be if the rest of the way were straight, which serves
    as a preview; the last one is the picture. Stop iterating to cancel.
    """
    z = noise
    times = [start + (1 - start) * (i / steps) ** power for i in range(steps + 1)]
    for done, (t, later) in enumerate(pairwise(times), start=1):
        clean = denoise(z, torch.full((len(z),), t, device=z.device))
        z = z + (later - t) / (1 - t) * (clean - z)
        yield done, clean


def _like(per_picture: Tensor, pictures: Tensor) -> Tensor:
    """(B,) shaped to multiply (B, …)."""
    return per_picture.view(-1, *[1] * (pictures.ndim - 1))
