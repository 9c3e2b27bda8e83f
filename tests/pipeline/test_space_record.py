"""A pose in space as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.scenes.figure import Figure
from pipeline.errors import PoseError
from pipeline.pose_by_hand import library_pose
from pipeline.record import figure_from_json, figure_to_json


@pytest.fixture
def figure() -> Figure:
    return library_pose("tennis_serve/trophy", "three_quarter", seed=3)


def written(figure: Figure) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(figure_to_json(figure)))
    return record


def test_every_number_comes_back_as_it_was(figure: Figure) -> None:
    again = figure_from_json(written(figure))
    assert again.space is not None
    assert figure.space is not None
    assert again.space.scene == figure.space.scene
    for name in ("joints", "hand_axes"):
        before, after = (getattr(f.space.posed, name) for f in (figure, again))
        assert before.dtype == after.dtype
        np.testing.assert_array_equal(before, after)
    for before, after in zip(figure.space.posed.props, again.space.posed.props, strict=True):
        assert before.kind == after.kind
        for name in ("tail", "tip", "up"):
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    np.testing.assert_array_equal(again.space.view.eye, figure.space.view.eye)
    np.testing.assert_array_equal(again.space.view.rotation, figure.space.view.rotation)
    assert again.space.view.focal == figure.space.view.focal


def test_a_pose_without_space_has_none_after_reading(figure: Figure) -> None:
    flat = written(replace(figure, space=None))
    assert figure_from_json(flat).space is None
    del flat["space"]  # as older studios wrote it
    assert figure_from_json(flat).space is None


WRONG = {
    "no object": lambda space: "somewhere",
    "no scene": lambda space: space | {"scene": None},
    "another action": lambda space: space | {"scene": space["scene"] | {"action": "chess"}},
    "no phase": lambda space: space | {"scene": space["scene"] | {"phase": "opening"}},
    "a word for a number": lambda space: space | {"scene": space["scene"] | {"variation": "x"}},
    "nobody": lambda space: space | {"scene": space["scene"] | {"athletes": []}},
    "a stranger": lambda space: space | {"scene": space["scene"] | {"athletes": [3]}},
    "two": lambda space: space | {"scene": space["scene"] | {"athletes": 2 * _people(space)}},
    "a giant": lambda space: (
        space | {"scene": space["scene"] | {"athletes": [_people(space)[0] | {"height": 40}]}}
    ),
    "too few joints": lambda space: space | {"joints": space["joints"][0]},
    "a joint at infinity": lambda space: space | {"joints": [[[1e9, 0, 0]] * 27]},
    "unknown joints": lambda space: space | {"joints": [[[None, 0, 0]] * 27]},
    "an unknown prop": lambda space: space | {"props": [{"kind": "spear"}]},
    "a crowd of props": lambda space: space | {"props": 99 * space["props"]},
    "a flat camera": lambda space: space | {"view": space["view"] | {"focal": 0}},
    "a bent camera": lambda space: space | {"view": space["view"] | {"rotation": [[1, 1, 1]] * 3}},
}


def _people(space: dict[str, Any]) -> list[Any]:
    people: list[Any] = space["scene"]["athletes"]
    return people


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_space_is_refused(figure: Figure, wrong: str) -> None:
    record = written(figure)
    with pytest.raises(PoseError):
        figure_from_json(record | {"space": WRONG[wrong](record["space"])})
