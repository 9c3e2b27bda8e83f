"""How different two pictures look, measured in features of our own networks.

PSNR rewards a blurred picture that is nowhere far off. Features of a network that had to understand
edges and textures punish blur as people do (Zhang et al. 2018, "The Unreasonable Effectiveness of
Deep Features as a Perceptual Metric", arXiv 1801.03924). This is their distance (eq. 1) with all
weights 1: not LPIPS, which takes networks trained on ImageNet and weights fitted to people's
answers.

``python -m benchmarks.perceptual`` measures what features are worth: between an original slightly
warped, shifted, sharpened or of less contrast, and one blurred to the same mean squared error, they
should choose as people do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from models.judge import Judge

SCALES = 3
"""The pictures are compared as they are, halved, and halved again."""

LEAST_SIDE = 8
"""Pixels; below that a picture isn't halved further."""

JUDGE_MULTIPLE = 32
"""The judge takes pictures whose sides are multiples of that."""

Features = Callable[[Tensor], Sequence[Tensor]]
"""Pictures (B, 3, H, W) with colours in [0, 1] → feature maps (B, channels, h, w)."""


def distance(features: Features, a: Tensor, b: Tensor) -> Tensor:
    """Mean over scales, maps and places of ‖f(a) − f(b)‖², f of unit length over the channels.

    ``a`` and ``b`` are (B, 3, H, W) with colours in [0, 1]; gives (B,), 0 for equal pictures, at
    most 4. Differentiable.
    """
    found = []
    for _ in range(SCALES):
        for f, g in zip(features(a), features(b), strict=True):
            unit = F.normalize(f.float(), dim=1), F.normalize(g.float(), dim=1)
            found.append((unit[0] - unit[1]).square().sum(1).mean((1, 2)))
        if min(a.shape[2:]) < 2 * LEAST_SIDE:
            break
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return torch.stack(found).mean(0)


def of_judge(judge: Judge) -> Features:
    """What the judge's levels make of a picture; sides are filled up by repeating the edge."""

    def features(pictures: Tensor) -> list[Tensor]:
        down, right = (-side % JUDGE_MULTIPLE for side in pictures.shape[2:])
        return judge.levels(F.pad(pictures * 2 - 1, (0, right, 0, down), mode="replicate"))

    return features


def together(*several: Features) -> Features:
    """The maps of all of them, each of which counts the same."""
    return lambda pictures: [found for features in several for found in features(pictures)]
