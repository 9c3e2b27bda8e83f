"""Scenes that no picture network sees in training, so that it can be asked for something new.

``held_out.csv`` lists combinations of action, venue, shirt colour and view, five an action, drawn
at random among those that the scenes have. Each of the four is seen often; the four together never.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from data.scenes.sample import sample_scene
from data.scenes.scene import Scene, attributes

COMBINED = ("action", "venue", "top_colour", "view")
"""The attributes that are held out together."""


@cache
def held_out() -> tuple[tuple[str, ...], ...]:
    """The combinations, values of :data:`COMBINED` in order."""
    with Path(__file__).with_suffix(".csv").open(newline="") as file:
        return tuple(tuple(row[name] for name in COMBINED) for row in csv.DictReader(file))


def is_held_out(scene: Scene) -> bool:
    """Whether training must not see this scene."""
    values = attributes(scene)
    return tuple(values[name] for name in COMBINED) in held_out()


def training_scene(rng: np.random.Generator) -> Scene:
    """A random scene for training: any but those that are held out."""
    scene = sample_scene(rng)
    while is_held_out(scene):
        scene = sample_scene(rng)
    return scene
