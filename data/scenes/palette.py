"""Colours, in sRGB, of everything that a caption can name, and of the parts of a part mask."""

from __future__ import annotations

import numpy as np

RGB = tuple[float, float, float]

PARTS = ("skin", "hair", "top", "bottom", "shoes", "headwear")
"""An athlete's parts, in the order of their numbers in a part mask."""

BACKGROUND, GROUND = 0, 1
"""Part numbers of what is behind the scene, and of the ground."""
FIRST_PROP = 20
"""The first prop's part number; the second's is one more, and so on."""

KINDS = ("background", "ground", *PARTS, "equipment")
"""What a place of a picture shows, whoever's it is."""


def kind_of(parts: np.ndarray) -> np.ndarray:
    """Part numbers, uint8 of any shape → numbers of their :data:`KINDS`, uint8."""
    table = np.arange(256)
    athletes = slice(part_of(0, PARTS[0]), FIRST_PROP)
    table[athletes] = 2 + (table[athletes] - 2) % len(PARTS)
    table[FIRST_PROP:] = KINDS.index("equipment")
    return table.astype(np.uint8)[parts]


def part_of(athlete: int, part: str) -> int:
    """The number of an athlete's part (:data:`PARTS`) in part masks."""
    return 2 + athlete * len(PARTS) + PARTS.index(part)


def hex_rgb(code: str) -> RGB:
    """An sRGB colour from its six hex digits."""
    red, green, blue = bytes.fromhex(code)
    return red / 255, green / 255, blue / 255


CLOTH: dict[str, RGB] = {
    "red": hex_rgb("d3202e"),
    "orange": hex_rgb("f5821f"),
    "yellow": hex_rgb("f7d21e"),
    "green": hex_rgb("1f9d4a"),
    "blue": hex_rgb("1f5fd0"),
    "purple": hex_rgb("7b35b0"),
    "pink": hex_rgb("f27bb0"),
    "black": hex_rgb("22242a"),
    "white": hex_rgb("f4f4f2"),
    "grey": hex_rgb("8d9299"),
}

SKIN: dict[str, RGB] = {
    "very_light": hex_rgb("f3d0bb"),
    "light": hex_rgb("e3b08c"),
    "tan": hex_rgb("c68d62"),
    "brown": hex_rgb("93603f"),
    "dark": hex_rgb("5e3a28"),
}

HAIR: dict[str, RGB] = {
    "black": hex_rgb("1d1a1c"),
    "brown": hex_rgb("55351f"),
    "blond": hex_rgb("d9b35f"),
    "red": hex_rgb("a4431d"),
    "grey": hex_rgb("a9a9ab"),
}


def shade(colour: RGB, factor: float) -> RGB:
    """A darker (factor < 1) or lighter colour."""
    red, green, blue = (min(1.0, channel * factor) for channel in colour)
    return red, green, blue


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """``share`` of the other colour in the one."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue
