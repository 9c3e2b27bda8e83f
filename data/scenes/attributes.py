"""What a caption says, as one vector: the only thing that passes from words to pictures.

The vector holds a block for each attribute of :data:`~data.scenes.scene.VOCABULARY`, one entry a
value and a last one for "not said". A truth is one-hot in every block; the text encoder's heads
give probabilities. The picture networks read this vector and no other text feature, so what the
page lists as understood is all that the picture can know of the words.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.scenes.scene import VOCABULARY


def _layout() -> dict[str, slice]:
    blocks, start = {}, 0
    for name, values in VOCABULARY.items():
        blocks[name] = slice(start, start + len(values) + 1)
        start += len(values) + 1
    return blocks


BLOCKS: dict[str, slice] = _layout()
"""Attribute → its block in the vector; the block's last entry means "not said"."""

WIDTH: int = max(block.stop for block in BLOCKS.values())


def said(values: Mapping[str, str]) -> np.ndarray:
    """One-hot vector, float32 (WIDTH,), of what is stated; absent attributes are unsaid."""
    unknown = values.keys() - VOCABULARY.keys()
    if unknown:
        raise KeyError(f"no such attribute: {', '.join(sorted(unknown))}")
    vector = np.zeros(WIDTH, np.float32)
    for name, block in BLOCKS.items():
        place = VOCABULARY[name].index(values[name]) if name in values else -1
        vector[block][place] = 1.0
    return vector


def read(vector: np.ndarray) -> dict[str, str]:
    """The most probable value of each attribute, those left out whose block says "not said"."""
    best = {name: int(np.argmax(vector[block])) for name, block in BLOCKS.items()}
    return {name: VOCABULARY[name][i] for name, i in best.items() if i < len(VOCABULARY[name])}
