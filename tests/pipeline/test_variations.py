"""Sheets of pictures, and movement strips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.scenes.scene import PHASES
from pipeline.errors import InputError
from pipeline.request import Prompt, Request, Result, Steps
from pipeline.runtime import Runtime
from pipeline.sheets import sheet
from pipeline.text_to_image import generate
from pipeline.variations import MOST, NOTHING, Axis, Grid, draw, strip

FAST = Request(Prompt("a sprinter"), seed=5, steps=Steps(1, 1, 1), size=64)
SPRINT = Request(**vars(FAST) | {"fixed": {"action": "sprint"}})


@pytest.fixture
def runtime(weights: Path) -> Runtime:
    return Runtime(weights=weights, device="cpu")


def results(grid: Grid, runtime: Runtime) -> list[Result]:
    return [event.result for event in draw(grid, runtime) if event.result is not None]


def test_every_cell_is_drawn_with_its_values(runtime: Runtime) -> None:
    grid = Grid(FAST, Axis("guidance", (1.0, 2.0)), Axis("seed", (3, 4)))
    events = list(draw(grid, runtime))
    drawn = [event.result.request for event in events if event.result is not None]
    asked = [(3, 1.0), (3, 2.0), (4, 1.0), (4, 2.0)]
    assert [(request.seed, request.guidance) for request in drawn] == asked
    assert [event.picture for event in events if event.result is not None] == [0, 1, 2, 3]
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_a_cell_is_the_picture_that_it_would_be_alone(runtime: Runtime) -> None:
    (drawn,) = results(Grid(FAST, Axis("steps", (2,))), runtime)
    request = Request(**vars(FAST) | {"steps": Steps(2, 1, 1)})
    alone = [event.result for event in generate(request, runtime) if event.result is not None]
    assert drawn.request == request
    np.testing.assert_array_equal(drawn.picture, alone[0].picture)


def test_a_strip_shows_all_phases_of_one_athlete(runtime: Runtime) -> None:
    drawn = results(Grid(SPRINT, Axis("phase")), runtime)
    assert [r.attributes["phase"] for r in drawn] == [f"sprint/{p}" for p in PHASES["sprint"]]
    kept = [{n: v for n, v in r.attributes.items() if n != "phase"} for r in drawn]
    assert kept[0] == kept[1] == kept[2]
    figures = [r.figure for r in drawn]
    for figure in figures[1:]:
        assert figure.horizon == figures[0].horizon  # one camera
        np.testing.assert_array_equal(figure.lines, figures[0].lines)
    assert not np.array_equal(figures[0].joints, figures[1].joints)


def test_a_strips_pictures_can_be_made_again_alone(runtime: Runtime) -> None:
    drawn = results(Grid(SPRINT, Axis("phase")), runtime)[1]
    again = next(e.result for e in generate(drawn.request, runtime) if e.result is not None)
    np.testing.assert_array_equal(again.picture, drawn.picture)


def test_a_strip_without_poses_has_none(runtime: Runtime) -> None:
    request = Request(**vars(SPRINT) | {"guide": False})
    posed = strip(request, ["sprint/drive", "sprint/flight"], runtime)
    assert [r.figure for r in posed.values()] == [None, None]


@pytest.mark.parametrize(
    ("across", "down"),
    [
        (Axis("seed", (1,)), Axis("seed", (2,))),
        (Axis("colour", (1,)), NOTHING),
        (Axis("seed"), NOTHING),
        (Axis("seed", tuple(range(MOST + 1))), NOTHING),
    ],
)
def test_what_is_no_sheet_is_refused(across: Axis, down: Axis) -> None:
    with pytest.raises(InputError):
        Grid(FAST, across, down)


@pytest.mark.parametrize(
    "fixed",
    [{"colour": "red"}, {"venue": "moon"}, {"phase": "sprint/flight", "action": "squat"}],
)
def test_what_cannot_be_fixed_is_refused(fixed: dict[str, str]) -> None:
    with pytest.raises(InputError):
        Request(Prompt("run"), fixed=fixed)


def test_sheets_have_room_for_labels_and_for_what_is_to_come() -> None:
    white = np.full((64, 64, 3), 255, np.uint8)
    page = sheet([white, None, None, white], ["a", "b" * 200], ["种子 1", ""], "一句话", 64)
    assert page.dtype == np.uint8
    assert page.shape[0] > 2 * 64
    assert page.shape[1] > 2 * 64
    assert (page == 255).all(2).sum() >= 2 * 64 * 64
    with pytest.raises(ValueError, match="3 pictures"):
        sheet([None] * 3, ["a", "b"], ["c", "d"])
