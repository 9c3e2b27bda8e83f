"""The Training plan view in a real browser: a sample, the canvas heatmap, a phone's width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import settle
from tests.browser.test_generate import PHONE, STREAMLITS_OWN, overflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


@pytest.fixture
def log(visitor: Open) -> Open:
    """The view with the log of a sample, to a new visitor."""

    def open_page(sample: str, **settings: Any) -> Page:
        page = visitor("/plan", **settings)
        page.get_by_role("button", name=sample).click()
        page.get_by_role("heading", name="Take it along").wait_for()
        settle(page)
        return page

    return open_page


def test_the_heatmap_answers_to_arrow_keys(log: Open) -> None:
    page = log("Three athletes, a season")
    canvas = page.locator(".heatmap canvas").first
    canvas.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text("draws most on").wait_for()
    assert "Next session ·" not in page.locator(".heatmap output").first.inner_text()


def test_a_phone_scrolls_only_downwards_and_axe_finds_nothing(log: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = log("A watch's log", **PHONE)
    page.locator(".mark-line").first.wait_for(state="attached")
    assert overflow(page) == 0
    broken = {violation["id"] for violation in axe.run(page).response["violations"]}
    assert broken <= STREAMLITS_OWN
