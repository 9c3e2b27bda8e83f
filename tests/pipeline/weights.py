"""Tiny networks with random weights, on disk as the trained ones are."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import nn

from data.movement.faults import FAULTS
from data.scenes.attributes import BLOCKS
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import SHAPE
from models import (
    checkpoint,
    draft,
    judge,
    movement_attention,
    photo_diffusion,
    plan_attention,
    pose_prior,
    text_encoder,
    unet,
    upscaler,
)

BASE = unet.Config(
    unshuffle=2,
    guide_unshuffle=2,
    low_resolution=False,
    channels=(8, 64),
    blocks=(1, 1),
    attention=(False, True),
    token_width=16,
    condition_width=32,
    guide_channels=GUIDE_CHANNELS + draft.DRAFT_CHANNELS,
    drafted=True,
)
LARGER = replace(
    BASE,
    unshuffle=4,
    guide_unshuffle=4,
    low_resolution=True,
    attention=(False, False),
    guide_channels=GUIDE_CHANNELS + 3,
)
LARGEST = replace(
    LARGER,
    guide_unshuffle=1,
    guide_channels=GUIDE_CHANNELS + unet.SHAPE_TIMES**2 * len(SHAPE),
    drafted=False,
    traced=True,
)


def write(folder: Path) -> None:
    """Write all the models that the pipeline needs to ``folder``."""
    torch.manual_seed(0)
    for name, config in {"base": BASE, "sr256": LARGER, "sr1024": LARGEST}.items():
        _write(folder / name, unet.UNet(config), config)
    words = text_encoder.Config(byte_width=8, width=16, layers=1, heads=2, feed_forward=16)
    encoder = text_encoder.TextEncoder(words)
    domain = encoder.get_parameter(f"heads.{len(BLOCKS)}.bias")
    nn.init.constant_(domain, 10)  # every text is taken for sport
    drafting = replace(BASE, guide_channels=GUIDE_CHANNELS, drafted=False, attention=(False, False))
    _write(folder / "draft", draft.Draft(drafting), drafting)
    finer = replace(drafting, unshuffle=4, guide_unshuffle=4, low_resolution=True)
    _write(folder / "draft256", draft.Draft(finer), finer)
    _write(folder / "text_encoder", encoder, words)
    prior = pose_prior.Config(width=24, layers=1, heads=2)
    _write(folder / "pose_prior", pose_prior.PosePrior(prior), prior)
    seeing = judge.Config(channels=(8, 8), blocks=(1, 1), width=8, summary=8, hidden=4, posture=8)
    _write(folder / "judge", judge.Judge(seeing), seeing)
    attention = plan_attention.Config(width=8)
    _write(folder / "plan", plan_attention.PlanAttention(attention), attention)
    for name, full in upscaler.CONFIGS.items():
        small = replace(full, channels=8, blocks=2)
        _write(folder / name, upscaler.Upscaler(small), small)
    adding = photo_diffusion.Config(channels=8, blocks=1, condition_width=8)
    _write(folder / "photo_diffusion", photo_diffusion.PhotoDiffusion(adding), adding)
    seen = movement_attention.Config(("squat", "walk", "jump"), FAULTS, width=16, layers=2, heads=2)
    _write(folder / "movement", movement_attention.MovementAttention(seen), seen)


def _write(folder: Path, model: nn.Module, config: object) -> None:
    for parameter in model.parameters():
        if not parameter.any():  # last layers, which say nothing before training
            nn.init.normal_(parameter, 0, 0.05)
    checkpoint.write(folder, model.state_dict(), asdict(config), {})
