"""Pairs that a viewer cannot see through, and what their answers come to."""

import numpy as np
import pytest

from benchmarks.blind_pairs import GAP, beside, counted, scenes, sides
from data.scenes.scene import attributes


def test_sides_are_even_and_by_the_seed() -> None:
    assert sides(20, 3) == sides(20, 3)
    assert sides(20, 3) != sides(20, 4)
    assert sides(20, 3).count("L") == 10
    assert "LLLLLLLLLL" not in sides(20, 3)


def test_the_render_is_where_the_key_says() -> None:
    render, ours = np.full((2, 8, 8, 3), [[[[1]]], [[[2]]]], np.uint8)
    assert (beside(render, ours, "L")[:, :8] == 1).all()
    right = beside(render, ours, "R")
    assert (right[:, 8 + GAP :] == 1).all()
    assert right.shape == (8, 16 + GAP, 3)


def test_scenes_differ_in_what_they_show() -> None:
    shown = [attributes(scene) for scene in scenes(20, 5)]
    assert len({each["action"] for each in shown}) == 20
    assert {each["framing"] for each in shown} == {"full"}


def test_answers_are_counted_against_chance() -> None:
    assert "10 of 20" in counted("L" * 20, "LR" * 10)
    assert counted("lrlr", "LRLR").endswith("0.062")
    with pytest.raises(SystemExit, match="3 answers"):
        counted("LLR", "LLLL")
