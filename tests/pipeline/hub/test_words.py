"""What was understood, in English."""

from __future__ import annotations

import pytest

from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, attributes
from pipeline.hub.words import FORMS, in_english


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({}, ""),
        ({"action": "basketball_shot"}, "basketball shot"),
        (
            {"phase": "squat/bottom", "action": "squat", "sex": "female", "view": "side"},
            "woman, squat, bottom phase, side view",
        ),
        ({"top": "tank_top", "top_colour": "red"}, "red tank top"),
        ({"top": "bare", "style": "shaded", "headwear": "none"}, "bare chest"),
        ({"people": "two", "sex": "male", "age": "senior"}, "two older men"),
        ({"age": "child", "build": "slim"}, "slim child"),
    ],
)
def test_attributes_become_keywords(stated: dict[str, str], said: str) -> None:
    assert in_english(stated) == said


def test_every_attribute_can_be_said() -> None:
    assert FORMS.keys() | {"sex", "age", "build", "people"} == VOCABULARY.keys()
    import numpy as np

    for seed in range(20):
        said = in_english(attributes(sample_scene(np.random.default_rng(seed))))
        assert said.isascii()
        assert "_" not in said
