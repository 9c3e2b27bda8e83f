"""The Gallery view, as a visitor uses it. What happens on its tiles is tested in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import pipeline
from tests.pages.conftest import APP, Easel
from tests.pages.test_generate import ask, texts, until


def made(prompt: str, seed: int, **attributes: str) -> pipeline.Result:
    """A finished result that nobody drew."""
    picture = np.full((64, 64, 3), seed, np.uint8)
    return pipeline.Result(
        request=pipeline.Request(pipeline.Prompt(prompt), seed=seed, size=64),
        picture=picture,
        stages={"base": picture},
        attributes=attributes,
        chosen=(),
        figure=None,
        weights={},
        versions={},
        device="CPU",
        seconds={"base": 0.5},
        peak_memory=10**9,
        created=f"2026-01-31T12:00:{seed:02d}+01:00",
    )


SPRINT = made("a sprinter", 1, action="sprint", phase="sprint/flight", top_colour="red")
SQUAT = made("a strong man", 2, action="squat", phase="squat/bottom", top_colour="red")


@pytest.fixture
def ids(easel: Easel, tmp_path: Path) -> list[str]:
    """The first is a sprint, the second a squat."""
    return [pipeline.Gallery(tmp_path).save(result) for result in (SPRINT, SQUAT)]


def visit(**state: object) -> AppTest:
    gallery = AppTest.from_file(APP, default_timeout=30)
    for name, value in state.items():
        gallery.session_state[name] = value
    gallery.run()
    return gallery.switch_page("gallery.py").run()


def test_an_empty_gallery_says_how_to_fill_it(easel: Easel, tmp_path: Path) -> None:
    gallery = visit()
    assert "Nothing was made here yet" in gallery.info[0].value
    assert not list(tmp_path.iterdir())


def test_what_generate_finishes_lands_here(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    until(ask(studio, "a sprinter on the track"), "download_button")
    studio.switch_page("gallery.py").run()
    assert "1 picture ·" in texts(studio)


@pytest.mark.parametrize(
    ("search", "found"),
    [("sprint", "1 picture of 2"), ("深蹲", "1 picture of 2"), ("red", "2 pictures ·")],
)
def test_a_search_reads_both_languages(ids: list[str], search: str, found: str) -> None:
    gallery = visit()
    gallery.text_input(key="search").set_value(search).run()
    assert found in texts(gallery)


def test_a_search_for_nothing_is_told(ids: list[str]) -> None:
    gallery = visit()
    gallery.text_input(key="search").set_value("<b>zebra</b> %").run()
    assert "Nothing fits" in gallery.info[0].value


def test_filters_and_favourites_narrow(ids: list[str], tmp_path: Path) -> None:
    pipeline.Gallery(tmp_path).favourite(ids[0])
    gallery = visit()
    gallery.multiselect(key="only action").set_value(["squat"]).run()
    assert "1 picture of 2" in texts(gallery)
    gallery.toggle(key="favourites").set_value(True).run()
    assert "Nothing fits" in gallery.info[0].value


def test_opened_it_tells_how_it_was_made_and_goes_back_to_generate(ids: list[str]) -> None:
    gallery = visit(open=[ids[0]])
    assert "a sprinter" in texts(gallery)
    button(gallery, "Open in Generate").click().run()
    assert gallery.text_area(key="prompt").value == "a sprinter"
    assert gallery.number_input(key="seed").value == 1
    assert gallery.select_slider(key="size").value == 64
    assert "Settings restored" in gallery.success[0].value


def test_a_picture_can_be_sent_to_super_resolution(
    ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []

    def upscale(request: pipeline.Upscaling, *_: object) -> Iterator[pipeline.Event]:
        sent.append(request)
        yield pipeline.Event("done", 1.0)

    monkeypatch.setattr(pipeline, "upscale", upscale)
    gallery = visit(open=[ids[0]])
    button(gallery, "Enlarge").click().run()
    for _attempt in range(100):
        if sent:
            break
        gallery.run()
    assert pipeline.from_png(sent[0].sources[0].data).shape == (64, 64, 3)
    assert not gallery.exception


def test_a_picture_can_be_sent_to_variations(ids: list[str]) -> None:
    gallery = visit(open=[ids[0]])
    button(gallery, "Vary on a sheet").click().run()
    assert gallery.text_area(key="vary").value == SPRINT.request.prompt.text
    assert gallery.number_input(key="first seed").value == SPRINT.request.seed
    assert not gallery.exception


def button(studio: AppTest, label: str) -> object:
    return next(b for b in studio.button if b.label == label)


def test_deleting_asks_first(ids: list[str], tmp_path: Path) -> None:
    gallery = visit(open=[ids[0]])
    assert (tmp_path / "results" / ids[0]).exists()
    gallery.button(key="erase opened").click().run()
    assert not (tmp_path / "results" / ids[0]).exists()
    assert "1 picture ·" in texts(gallery)
    assert not gallery.exception


def test_compared_pictures_tell_what_they_differ_in(ids: list[str]) -> None:
    shown = texts(visit(open=ids))
    assert "<small>action</small>sprint<" in shown
    assert "<small>action</small>squat<" in shown
    assert "The same in all: top colour: red" in shown


def test_what_was_deleted_elsewhere_opens_nothing(ids: list[str]) -> None:
    gallery = visit(open=["20260131_gone_seed1_abcdef"])
    assert not gallery.exception
    assert gallery.session_state.open == []


def test_sentences_are_escaped(easel: Easel, tmp_path: Path) -> None:
    result = replace(SPRINT, device="<script>alert(1)</script>")
    id_ = pipeline.Gallery(tmp_path).save(result)
    assert "<script>alert" not in texts(visit(open=[id_]))


def test_a_workspace_of_ones_own(ids: list[str], tmp_path: Path) -> None:
    gallery = AppTest.from_file(APP, default_timeout=30)
    gallery.query_params["workspace"] = "U16"
    gallery.run().switch_page("gallery.py").run()
    assert "Nothing was made here yet" in gallery.info[0].value
    gallery.selectbox(key="workspace").set_value("").run()
    assert "2 pictures" in texts(gallery)


def test_a_workspace_needs_a_name(ids: list[str]) -> None:
    gallery = AppTest.from_file(APP, default_timeout=30)
    gallery.query_params["workspace"] = "../../etc"
    gallery.run()
    assert "cannot be called" in gallery.error[0].value
    assert gallery.session_state["kept in"] == ""


def test_little_space_is_told(ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINSIGHT_QUOTA_GB", "0.000001")
    assert "Space is running out" in visit().warning[0].value
