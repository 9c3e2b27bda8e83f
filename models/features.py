"""How different two pictures look, measured in the features of our own upscaler.

PSNR rewards a blurred picture that is nowhere far off. Features of a network that had to understand
edges and textures punish blur as people do (Zhang et al. 2018, "The Unreasonable Effectiveness of
Deep Features as a Perceptual Metric", arXiv 1801.03924). This is their distance (eq. 1) with all
weights 1, in the features of an :class:`~models.upscaler.Upscaler`: not LPIPS, which takes networks
trained on ImageNet and weights fitted to people's answers.

``python -m benchmarks.perceptual`` measures what it is worth: between an original slightly warped,
shifted, sharpened or of less contrast, and one blurred to the same mean squared error, it should
choose as people do.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from models.upscaler import Upscaler

SCALES = 3
"""The pictures are compared as they are, halved, and halved again: the network sees 20 pixels."""

LEAST_SIDE = 8
"""Pixels; below that a picture isn't halved further."""


def distance(network: Upscaler, a: Tensor, b: Tensor) -> Tensor:
    """Mean over scales, layers and places of ‖f(a) − f(b)‖², f of unit length over the channels.

    ``a`` and ``b`` are (B, 3, H, W) with colours in [0, 1]; gives (B,), 0 for equal pictures.
    Differentiable.
    """
    found = []
    for _ in range(SCALES):
        for f, g in zip(network.features(a), network.features(b), strict=True):
            unit = F.normalize(f.float(), dim=1), F.normalize(g.float(), dim=1)
            found.append((unit[0] - unit[1]).square().sum(1).mean((1, 2)))
        if min(a.shape[2:]) < 2 * LEAST_SIDE:
            break
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return torch.stack(found).mean(0)
