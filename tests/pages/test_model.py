"""An open model chosen on the Generate view."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from streamlit.testing.v1 import AppTest

import pipeline
from tests.pages.conftest import APP, Easel
from tests.pages.test_generate import ask, texts, until


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with one pipeline and a ControlNet, as they look from outside."""
    folder = tmp_path / "models"
    for name, file, kind in (
        ("maker/sd", "model_index.json", "StableDiffusionPipeline"),
        ("pose", "config.json", "ControlNetModel"),
    ):
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_text(json.dumps({"_class_name": kind}))
        save_file({"w": np.zeros(9, np.float32)}, folder / name / "w.safetensors")
    monkeypatch.setenv("TRAINSIGHT_MODELS", str(folder))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return folder


def choose(studio: AppTest, name: str) -> AppTest:
    studio.session_state["model name"] = name
    return studio.run()


def test_what_is_here_can_be_chosen(studio: AppTest) -> None:
    box = studio.selectbox(key="model name")
    assert box.options[:2] == ["The studio's own models", "maker/sd · 0.0 GB"]
    assert "Only models on this machine" in texts(studio)
    choose(studio, "maker/sd")
    assert "pose" in studio.selectbox(key="model control").options
    assert studio.slider(key="guidance").disabled


def test_its_settings_reach_the_pipeline(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    choose(studio, "maker/sd")
    studio.selectbox(key="model control").set_value("pose")
    studio.number_input(key="model steps").set_value(12)
    studio.text_input(key="model negative").set_value("rain")
    until(ask(studio), "download_button")
    expected = pipeline.HubModel("maker/sd", control="pose", steps=12, negative="rain")
    assert easel.asked[0].model == expected
    assert not studio.exception
    shown = texts(studio)
    assert "Scorecard" not in shown  # the judge knows only pictures of our own models
    assert "Which word did what?" not in shown
    assert "Negative prompt" in shown


def test_a_reload_keeps_the_model(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    choose(studio, "maker/sd")
    until(ask(studio), "download_button")
    again = AppTest.from_file(APP, default_timeout=30)
    again.query_params.update({"job": studio.query_params["job"], "prompt": "a sprinter"})
    assert again.run().selectbox(key="model name").value == "maker/sd"


@pytest.mark.parametrize("name", ["/etc", "../..", "maker/../../x"])
def test_no_other_folder_of_the_server_can_be_named(easel: Easel, name: str) -> None:
    studio = AppTest.from_file(APP, default_timeout=30)
    studio.session_state["model name"] = name
    ask(studio.run())
    assert "no name of a model" in studio.error[0].value
    assert not easel.asked


def test_a_pose_without_a_control_net_is_refused(studio: AppTest, easel: Easel) -> None:
    studio.session_state["figure"] = pipeline.library_pose("squat/bottom")
    studio.session_state["figure from"] = "x"
    choose(studio, "maker/sd")
    ask(studio)
    assert "only with a ControlNet" in studio.error[0].value
    assert not easel.asked


def test_without_diffusers_it_says_how_to_get_it(
    easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "hub_installed", lambda: False)
    studio = AppTest.from_file(APP, default_timeout=30).run()
    assert "pip install" in studio.info[0].value
    assert not any(box.key == "model name" for box in studio.selectbox)


def test_where_downloads_are_allowed_it_says_so(
    easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINSIGHT_DOWNLOADS", "1")
    studio = AppTest.from_file(APP, default_timeout=30).run()
    assert "is downloaded when it is first used" in texts(studio)
