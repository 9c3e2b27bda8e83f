"""The canvas of the super-resolution view, in a real browser, over tiny networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import settle
from tests.browser.test_generate import PHONE, STREAMLITS_OWN, overflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]

CANVAS = "canvas[aria-label]"  # tables have canvases too


@pytest.fixture
def visit(visitor: Visit) -> Visit:
    """Open the view as a new visitor."""

    def open_page(**settings: Any) -> Page:
        page = visitor("/super-resolution", **settings)
        page.locator("[class*=st-key-sr-start] button").wait_for()
        settle(page)
        return page

    return open_page


def png(path: Path, width: int = 90, height: int = 60) -> Path:
    y, x = np.mgrid[:height, :width]
    colours = np.stack([255 * x / width, 255 * y / height, 128 + 0 * x], -1).astype(np.uint8)
    Image.fromarray(colours).save(path)
    return path


def enlarge(page: Page, file: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("[class*=st-key-sr-start] button:enabled").click()
    page.get_by_text("All as zip").wait_for()
    page.locator(CANVAS).wait_for()


def pixel(page: Page, x: float, y: float) -> list[int]:
    """A pixel of the canvas, at shares of its sides."""
    return page.locator(CANVAS).evaluate(
        """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
             Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data]""",
        [x, y],
    )


def until(page: Page, x: float, y: float, wanted: Callable[[list[int]], bool]) -> list[int]:
    for _attempt in range(100):
        found = pixel(page, x, y)
        if wanted(found):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"the canvas shows {found}")


def ring(page: Page) -> bool:
    """Whether the lens' white ring lies in the upper left picture of the grid, which has no white
    of its own."""
    page.wait_for_timeout(200)
    return page.locator(CANVAS).evaluate(
        """canvas => {
             const [width, height] = [canvas.width / 4 | 0, canvas.height / 4 | 0];
             const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
             for (let i = width * 30 * 4; i < data.length; i += 4)  // below the label
               if (data[i] > 250 && data[i + 1] > 250 && data[i + 2] > 250) return true;
             return false;
           }"""
    )


def says(page: Page) -> str:
    page.wait_for_timeout(100)
    return page.locator(".says").inner_text()


def test_pictures_are_compared_in_four_ways_by_keys_alone(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    enlarge(page, png(tmp_path / "slope.png"))
    canvas = page.locator(CANVAS)
    # Left is dark red, right is bright: the picture is there.
    until(page, 0.1, 0.5, lambda p: p[3] == 255 and p[0] < 80)
    until(page, 0.9, 0.5, lambda p: p[0] > 150)  # random networks add noise
    assert "50 %" in says(page)
    canvas.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert "60 %" in says(page)
    before = says(page)
    page.keyboard.press("b")
    assert says(page) != before

    page.keyboard.press("2")
    page.locator("[data-mode=grid][aria-pressed=true]").wait_for()
    page.keyboard.press("+")
    page.keyboard.press("l")
    page.locator("[data-lens][aria-pressed=true]").wait_for()
    assert ring(page)
    page.keyboard.press("3")
    page.locator("[data-mode=blink][aria-pressed=true]").wait_for()
    page.keyboard.press("4")
    page.locator("[data-mode=difference][aria-pressed=true]").wait_for()
    assert "Mean difference" in says(page)
    page.keyboard.press("0")


def test_zoom_and_place_outlive_a_change_of_mode(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    enlarge(page, png(tmp_path / "slope.png"))
    scale = page.locator(".scale")
    page.get_by_role("button", name="1:1").click()
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(200)
    zoom = scale.inner_text()
    page.get_by_role("button", name="Difference").click()
    page.wait_for_timeout(200)
    assert scale.inner_text() == zoom


def test_files_come_by_their_own_address(visit: Visit, tmp_path: Path, address: str) -> None:
    page = visit()
    enlarge(page, png(tmp_path / "slope.png"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Large network").click()
    download.value.save_as(tmp_path / "large.png")
    assert download.value.suggested_filename == "01_slope_best_360x240.png"
    assert Image.open(tmp_path / "large.png").size == (360, 240)
    for path in ("/upscaled/../var", f"/upscaled/{'0' * 32}/x.png", "/upscaled/x/%2e%2e/x.png"):
        answer = page.request.get(address + path)
        assert answer.status in (400, 404) or "text/html" in answer.headers["content-type"]


def test_a_large_picture_comes_in_pieces(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    pieces: list[str] = []
    page.on("request", lambda r: pieces.append(r.url) if "/upscaled/" in r.url else None)
    page.get_by_text("Lanczos", exact=True).first.click()
    enlarge(page, png(tmp_path / "wide.png", 640, 300))
    until(page, 0.9, 0.5, lambda p: p[3] == 255 and p[0] > 150)
    page.get_by_role("button", name="1:1").click()
    page.wait_for_timeout(500)
    assert any("/0_" in url for url in pieces)
    assert sum("_best_" in url and "/0_" in url for url in pieces) < 15  # in sight, not all


def test_nothing_scrolls_sideways_on_a_phone(visit: Visit, tmp_path: Path) -> None:
    page = visit(**PHONE)
    assert overflow(page) == 0
    enlarge(page, png(tmp_path / "slope.png"))
    assert overflow(page) == 0


def test_axe_finds_nothing_in_our_nodes(visit: Visit, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(color_scheme="dark")
    enlarge(page, png(tmp_path / "slope.png"))
    broken = {violation["id"] for violation in axe.run(page).response["violations"]}
    assert broken <= STREAMLITS_OWN
