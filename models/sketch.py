"""A flat-coloured sketch: the pose guide, each limb painted in the colours that are asked for.

"A red shirt" is a product of two things, the attribute "red" and the guide's torso. A network that
sees attributes and limbs apart finds such products late (in 80,000 pictures ours had not), so it
is handed them: three paintings of the guide, linear in the attribute vector, which start from the
colours that the renderer uses and are trained on with the rest.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from data.scenes.attributes import BLOCKS, WIDTH
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import CHANNELS
from data.scenes.palette import CLOTH, HAIR, RGB, SKIN
from data.scenes.scene import VOCABULARY

_COLOURS: dict[str, dict[str, RGB]] = {
    "skin": SKIN,
    "hair_colour": HAIR,
    "top_colour": CLOTH,
    "bottom_colour": CLOTH,
    "shoe_colour": CLOTH,
}

# Limb → the attribute whose colour it gets, in each painting. Which of them holds where follows
# from the garments (long sleeves, a bare chest), which is for the network to learn.
_PAINTINGS = (
    {"head": "skin", "torso": "top_colour", "arm": "skin", "leg": "bottom_colour"},
    {"head": "hair_colour", "torso": "bottom_colour", "arm": "top_colour", "leg": "skin"},
    {"head": "top_colour", "torso": "skin", "arm": "skin", "leg": "shoe_colour"},
)
PAINTS = 3 * len(_PAINTINGS)
"""Channels of a sketch: red, green and blue of each painting, from -1 to 1."""


def sketcher() -> nn.Linear:
    """Attribute vector (B, WIDTH) → colour of each paint in each guide channel, as one row."""
    layer = nn.Linear(WIDTH, PAINTS * GUIDE_CHANNELS, bias=False)
    with torch.no_grad():
        weights = layer.weight.zero_().view(len(_PAINTINGS), 3, GUIDE_CHANNELS, WIDTH)
        for painting, limbs in zip(weights, _PAINTINGS, strict=True):
            for limb, attribute in limbs.items():
                channels = [i for i, name in enumerate(CHANNELS) if name.split("_")[-1] == limb]
                start = BLOCKS[attribute].start
                for value, colour in _COLOURS[attribute].items():
                    place = start + VOCABULARY[attribute].index(value)
                    for i, share in enumerate(colour):
                        painting[i, channels, place] = 2 * share - 1
    return layer


def sketch(layer: nn.Linear, attributes: Tensor, guide: Tensor) -> Tensor:
    """The guide (B, GUIDE_CHANNELS, h, w) painted as the attributes say, (B, PAINTS, h, w)."""
    colours = layer(attributes).unflatten(1, (PAINTS, GUIDE_CHANNELS))
    return (colours @ guide.flatten(2)).unflatten(2, guide.shape[2:])
