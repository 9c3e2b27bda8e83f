"""The super-resolution view, as a visitor uses it; the canvas is tested in the browser."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import APP
from tests.pages.test_generate import texts
from tests.pipeline.weights import write


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    write(folder)
    return folder


@pytest.fixture
def view(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """A visitor's session on the page."""
    monkeypatch.setenv("TRAINSIGHT_WEIGHTS", str(tiny))
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    st.cache_resource.clear()
    page = AppTest.from_file(APP, default_timeout=60).run()
    yield page.switch_page("super_resolution.py").run()
    st.cache_resource.clear()


def png(side: int = 20) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def finished(view: AppTest) -> AppTest:
    """Poll until the job is done."""
    for _attempt in range(400):
        if not any(button.key == "cancel" for button in view.button):
            return view
        time.sleep(0.05)
        view.run()
    raise AssertionError("the job does not end")


def start(view: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, data in files:
        view.file_uploader(key="sr files").upload(name, data, "image/png")
    return view.run().button(key="sr start").click().run()


def test_a_file_is_enlarged_by_the_methods_that_were_chosen(view: AppTest) -> None:
    finished(start(view, ("my_photo.png", png())))
    assert not view.exception
    table = view.dataframe[0].value
    assert list(table["Method"]) == ["Bicubic", "Lanczos", "Small network", "Large network"]
    assert set(table["Size"]) == {"80 × 80"}
    page = texts(view)
    assert "01_my-photo_best_80x80.png" in page
    assert "super-resolution.zip" in page
    assert "upscaling" in view.query_params


def test_restoring_shows_how_near_the_original_is(view: AppTest) -> None:
    view.segmented_control(key="sr mode").set_value("restore")
    view.segmented_control(key="sr scale").set_value("2")
    finished(start(view, ("a.png", png(64))))
    assert {"PSNR (dB)", "SSIM", "Feature distance"} <= set(view.dataframe[0].value.columns)
    assert "nearest to the original" in texts(view)


def test_what_diffusion_invents_is_mapped_unless_switched_off(view: AppTest) -> None:
    view.pills(key="sr methods").set_value(["bicubic", "cascade"])
    finished(start(view, ("a.png", png())))
    table = view.dataframe[0].value
    assert table["Invented (of 255)"][1] > 0
    assert "cascade_80x80_invented.png" in texts(view)
    view.toggle(key="sr invented").set_value(False)
    finished(view.button(key="sr start").click().run())
    assert "Invented (of 255)" not in view.dataframe[0].value


def test_a_detour_is_told(view: AppTest) -> None:
    view.pills(key="sr methods").set_value(["cascade"])
    view.segmented_control(key="sr scale").set_value("2")
    finished(start(view, ("a.png", png())))
    assert "has no ×2: it enlarged ×4" in texts(view)


def test_a_picture_is_cleaned_at_its_own_size(view: AppTest) -> None:
    assert "× 1, clean" in view.segmented_control(key="sr scale").options
    view.pills(key="sr methods").set_value(["looks"])
    view.segmented_control(key="sr scale").set_value("1")
    finished(start(view, ("a.png", png())))
    assert list(view.dataframe[0].value["Size"]) == ["20 × 20"]
    assert "it enlarged" not in texts(view)


def test_an_exact_size(view: AppTest) -> None:
    view.segmented_control(key="sr scale").set_value("size").run()
    view.number_input(key="sr width").set_value(33)
    view.number_input(key="sr height").set_value(44)
    view.pills(key="sr methods").set_value(["bicubic"])
    finished(start(view, ("a.png", png())))
    assert list(view.dataframe[0].value["Size"]) == ["33 × 44"]


def test_a_file_that_is_no_picture_is_told_and_the_others_go_on(view: AppTest) -> None:
    view.pills(key="sr methods").set_value(["bicubic"])
    finished(start(view, ("page.png", b"<!DOCTYPE html><html></html>"), ("a.png", png())))
    assert "no picture" in view.error[0].value
    assert "page" in view.warning[0].value
    assert len(view.dataframe[0].value) == 1


def test_without_a_method_nothing_starts(view: AppTest) -> None:
    view.pills(key="sr methods").set_value([])
    start(view, ("a.png", png()))
    assert "No method" in view.error[0].value


def test_a_sample_starts_at_once_and_can_be_cancelled(view: AppTest) -> None:
    view.button(key="sr sample sprint").click().run()
    assert any(button.key == "cancel" for button in view.button) or view.dataframe
    for button in view.button:
        if button.key == "cancel":
            button.click().run()
            break
    finished(view)
    assert view.info or view.dataframe
    assert not view.exception


def test_a_reload_finds_the_job_again(view: AppTest) -> None:
    finished(start(view, ("a.png", png())))
    again = AppTest.from_file(APP, default_timeout=60).run()
    again.switch_page("super_resolution.py")
    again.query_params["upscaling"] = view.query_params["upscaling"]
    assert again.run().dataframe


def test_a_job_that_is_gone_is_explained(view: AppTest) -> None:
    other = AppTest.from_file(APP, default_timeout=60).run()
    other.switch_page("super_resolution.py")
    other.query_params["upscaling"] = "000000000000"
    assert "no longer in memory" in other.run().info[0].value


def test_it_speaks_chinese(view: AppTest) -> None:
    view.segmented_control(key="language").set_value("zh_CN").run()
    finished(start(view, ("a.png", b"")))
    assert "空文件" in view.error[0].value
    assert view.title[0].value == "一张图，多种放大方法"
