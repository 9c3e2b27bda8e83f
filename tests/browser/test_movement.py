"""The Movement view in a real browser: player, heatmaps, and the way to Generate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import films
from tests.browser.conftest import settle
from tests.browser.test_generate import PHONE, STREAMLITS_OWN, overflow
from tests.onnx_by_hand import colours

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


@pytest.fixture
def sample(visitor: Open) -> Open:
    """The view with its first sample studied, to a new visitor."""

    def open_page(**settings: Any) -> Page:
        page = visitor("/movement", **settings)
        first = page.locator(".st-key-samples button:visible").first
        first.wait_for()
        settle(page)
        # Until the icons' font is there, the buttons are wider and move under the pointer.
        page.evaluate("document.fonts.ready")
        first.click()
        page.locator(".st-key-downloads button:visible").first.wait_for()
        settle(page)
        return page

    return open_page


def test_play_scrub_and_keys_move_the_moment(sample: Open) -> None:
    page = sample()
    shown = page.locator(".player output")
    assert shown.inner_text().startswith("0.00 s")
    assert page.get_by_text("Over the video").is_hidden()
    picture = page.locator(".player .picture")
    picture.press("End")
    shown.filter(has_text="10.98 s").wait_for()
    picture.press("Home")
    shown.filter(has_text="0.00 s").wait_for()
    for _step in range(2):
        picture.press("Shift+ArrowRight")
    shown.filter(has_text="frame 20").wait_for()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    while int(page.locator(".player input[type=range]").input_value()) <= 30:
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Pause").click()
    # The angles below follow where the player rests.
    page.get_by_text("At 0.00 s:").wait_for(state="detached")


def test_a_click_on_the_heatmap_takes_the_player_there(sample: Open) -> None:
    page = sample()
    heat = page.locator(".heatmap").first
    heat.scroll_into_view_if_needed()
    canvas = heat.locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.4})
    said = heat.locator("output").inner_text()
    assert "·" in said
    time = float(said.split("·")[1].split("s:")[0])
    at = float(page.locator(".player output").inner_text().split(" s")[0])
    assert at == pytest.approx(time, abs=0.15)
    canvas.press("ArrowLeft")
    assert heat.locator("output").inner_text() != said


def test_a_moment_goes_to_generate_as_the_pose(sample: Open) -> None:
    page = sample()
    page.get_by_role("button", name="Picture of this moment").click()
    page.get_by_role("button", name="Open in Generate").click()
    page.wait_for_url("**/generate*")
    page.get_by_text("The pose comes from").wait_for()
    assert "squat" in page.locator("textarea").first.input_value().lower()


@pytest.mark.parametrize("settings", [{"color_scheme": "dark"}, {"color_scheme": "light"} | PHONE])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    sample: Open, settings: dict[str, Any]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = sample(**settings)
    assert overflow(page) == 0
    page.mouse.move(0, 0)  # a tooltip is Streamlit's own, outside all landmarks
    page.locator("[role=tooltip]").wait_for(state="detached")
    violations = axe.run(page).response["violations"]
    assert {violation["id"] for violation in violations} <= STREAMLITS_OWN


def test_the_skeleton_is_drawn_over_the_video_in_step(
    visitor: Open, home: Path, tmp_path: Path
) -> None:
    films.write_model(home)
    file = tmp_path / "squat.webm"
    frames = 45
    films.write(file, films.squat_places(frames))
    page = visitor("/movement")
    page.locator(".st-key-samples button:visible").first.wait_for()
    settle(page)  # a file that comes before the page is there can be lost
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator(".st-key-downloads button:visible").first.wait_for()
    settle(page)
    video, shown = page.locator(".player video"), page.locator(".player output")
    page.wait_for_function("v => v.readyState >= 2", arg=video.element_handle())
    for key, frame in (("End", frames - 1), ("Home", 0), ("Shift+ArrowRight", 10)):
        page.locator(".player .picture").press(key)
        shown.filter(has_text=f"frame {frame}").wait_for()
        page.wait_for_function(
            f"v => !v.seeking && Math.floor(v.currentTime * {films.FPS} + 0.1) == {frame}",
            arg=video.element_handle(),
        )
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("v => v.currentTime > 0.6", arg=video.element_handle())
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("v => v.paused && !v.seeking", arg=video.element_handle())
    at = float(video.evaluate("v => v.currentTime"))
    assert abs(at - float(shown.inner_text().split(" s")[0])) <= 1.1 / films.FPS
    page.get_by_text("Over the video").click()  # and without it there is the skeleton alone
    assert page.locator(".player .unplayable").is_hidden()


SPOTS_AS_CAMERA = """
const places = PLACES, colours = COLOURS
const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT })
const context = canvas.getContext('2d')
let frame = 0
setInterval(() => {
  context.fillStyle = 'rgb(128,128,128)'
  context.fillRect(0, 0, canvas.width, canvas.height)
  places[frame++ % places.length].forEach(([x, y], joint) => {
    context.fillStyle = `rgb(${colours[joint].map(Math.round)})`
    context.beginPath()
    context.arc(x, y, SPOT, 0, 7)
    context.fill()
  })
}, 33)
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30)
"""
"""A camera that sees the made-up athlete."""


def test_someone_before_the_camera_is_analysed_as_they_move(visitor: Open, home: Path) -> None:
    films.write_model(home)
    page = visitor("/movement")
    script = SPOTS_AS_CAMERA
    for name, value in {
        "PLACES": films.squat_places().tolist(),
        "COLOURS": colours().tolist(),
        "WIDTH": films.WIDTH,
        "HEIGHT": films.HEIGHT,
        "SPOT": films.SPOT,
    }.items():
        script = script.replace(name, json.dumps(value))
    page.evaluate(f"() => {{{script}}}")
    page.get_by_text("Use the camera").click()
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_text("Computed in").wait_for()
    page.get_by_text("Looks like").wait_for()
    page.get_by_role("button", name="Stop the camera").click()
    assert page.locator(".camera .trouble").is_hidden()


def test_a_camera_that_is_refused_is_said(visitor: Open, home: Path) -> None:
    films.write_model(home)
    page = visitor("/movement")
    page.get_by_text("Use the camera").click()
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_text("The browser gave no camera").wait_for()


def test_a_video_that_no_browser_plays_is_said(visitor: Open, home: Path, tmp_path: Path) -> None:
    films.write_model(home)
    file = tmp_path / "squat.mp4"
    films.write(file, films.squat_places(20), "mp4v")
    page = visitor("/movement")
    page.locator(".st-key-samples button:visible").first.wait_for()
    settle(page)  # a file that comes before the page is there can be lost
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator(".player .unplayable:visible").wait_for()
