"""The Variations view, as a visitor uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import pipeline
from tests.pages.conftest import APP, Easel
from tests.pages.test_generate import texts, until


@pytest.fixture
def view(easel: Easel, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page, drawing grey squares."""

    def draw(grid: pipeline.Grid, runtime: pipeline.Runtime) -> Iterator[pipeline.Event]:
        phases = pipeline.Axis("phase", ("sprint/drive", "sprint/flight"))
        grid = pipeline.Grid(grid.request, phases, grid.down)
        yield pipeline.Event("grid", 0.0, value=grid)
        for picture in range(len(grid.cells)):
            for event in easel.generate(grid.request, runtime):
                yield pipeline.Event(**vars(event) | {"picture": picture})

    monkeypatch.setattr(pipeline, "draw", draw)
    return AppTest.from_file(APP, default_timeout=30).run().switch_page("variations.py").run()


def test_a_strip_fills_in_and_can_be_downloaded(view: AppTest, easel: Easel) -> None:
    view.button(key="example sprint").click().run()
    until(view, "image")
    assert view.button(key="draw sheet").disabled
    assert view.text_area(key="vary").value.startswith("A sprinter")
    easel.go.set()
    until(view, "download_button")
    assert "2 of 2 finished" in texts(view)
    view.switch_page("gallery.py").run()
    assert "2 pictures ·" in texts(view)


def test_cancel_stops_the_sheet(view: AppTest) -> None:
    view.button(key="example sprint").click().run()
    until(view, "cancel").button(key="cancel").click().run()
    until(view, "info")
    assert "Stopped" in view.info[0].value


def test_the_chosen_values_are_asked_for(view: AppTest) -> None:
    view.selectbox(key="across").set_value("guidance").run()
    view.selectbox(key="down").set_value("seed").run()
    assert not view.exception
    assert view.number_input(key="how many").value == 3


def test_an_empty_sentence_is_refused_in_a_sentence(view: AppTest) -> None:
    view.button(key="draw sheet").click().run()
    assert "The sentence is empty" in view.error[0].value


def test_too_many_pictures_are_refused(view: AppTest) -> None:
    view.text_area(key="vary").set_value("a sprinter")
    view.selectbox(key="across").set_value("guidance").run()
    view.selectbox(key="down").set_value("seed").run()
    view.number_input(key="how many").set_value(8).run()
    view.session_state["guidance values"] = [1.0, 1.5, 2.0, 2.5, 3.0]
    view.button(key="draw sheet").click().run()
    assert "40 pictures" in view.error[0].value
    assert not view.exception
