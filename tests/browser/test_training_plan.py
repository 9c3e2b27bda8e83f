"""The Training plan view in a real browser: a sample, the canvas heatmap, a phone's width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PATIENCE
from tests.browser.test_generate import PHONE, STREAMLITS_OWN, overflow

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def visit(chromium: Browser, address: str, sample: str, **settings: object) -> Page:
    """Open the view and click a sample; wait until its log is there."""
    context = chromium.new_context(**{"locale": "en-GB"} | settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address + "/plan")
    page.get_by_role("button", name=sample).click()
    page.get_by_role("heading", name="Take it along").wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    return page


def test_the_heatmap_answers_to_arrow_keys(chromium: Browser, address: str) -> None:
    page = visit(chromium, address, "Three athletes, a season")
    canvas = page.locator(".heatmap canvas").first
    canvas.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_text("draws most on").wait_for()
    assert "Next session ·" not in page.locator(".heatmap output").first.inner_text()
    page.context.close()


def test_a_phone_scrolls_only_downwards_and_axe_finds_nothing(
    chromium: Browser, address: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(chromium, address, "A watch's log", **PHONE)
    assert overflow(page) == 0
    broken = {violation["id"] for violation in axe.run(page).response["violations"]}
    assert broken <= STREAMLITS_OWN
    page.context.close()
