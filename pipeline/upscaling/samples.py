"""Pictures to try an upscaler on, drawn by our own renderer, so that no file need come along."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from data.scenes.render import render
from data.scenes.sample import sample_scene
from pipeline.super_resolution import Source

SIDE = 320

SAMPLES: dict[str, dict[str, str]] = {
    "jump-shot": {"action": "basketball_shot", "style": "shaded", "framing": "full"},
    "sprint": {"action": "sprint", "style": "shaded", "framing": "full"},
    "line-art": {"action": "tennis_serve", "style": "line_art", "framing": "full"},
}
"""Name → what is fixed of the scene."""


def sample(name: str) -> Source:
    """The sample picture of this name as a PNG file."""
    scene = sample_scene(np.random.default_rng(4), **SAMPLES[name])
    pixels = render([scene], SIDE).pixels[0].mul(255).round().byte().permute(1, 2, 0)
    file = io.BytesIO()
    Image.fromarray(pixels.numpy()).save(file, "PNG")
    return Source(f"{name}.png", file.getvalue())
