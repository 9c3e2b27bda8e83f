import numpy as np
import pytest

from data.scenes.attributes import BLOCKS, WIDTH, read, said
from data.scenes.scene import ACTIONS, PHASES, VOCABULARY, Athlete, Camera, Scene, attributes


def scene() -> Scene:
    return Scene("squat", "bottom", 0.9, (Athlete(),), "gym", "indoor", Camera())


def test_a_scene_states_every_attribute_with_a_known_value() -> None:
    found = attributes(scene())
    assert found.keys() == VOCABULARY.keys()
    assert all(value in VOCABULARY[name] for name, value in found.items())


def test_vector_round_trip() -> None:
    stated = {"action": "squat", "phase": "squat/bottom", "headwear": "none"}
    assert read(said(stated)) == stated


def test_every_block_sums_to_one() -> None:
    vector = said(attributes(scene()))
    assert vector.shape == (WIDTH,)
    assert all(vector[block].sum() == 1 for block in BLOCKS.values())
    assert np.count_nonzero(vector) == len(VOCABULARY)


def test_unknown_attribute_is_refused() -> None:
    with pytest.raises(KeyError, match="mood"):
        said({"mood": "happy"})


def test_each_action_has_at_least_three_phases() -> None:
    assert set(PHASES) == set(ACTIONS)
    assert all(len(phases) >= 3 for phases in PHASES.values())
