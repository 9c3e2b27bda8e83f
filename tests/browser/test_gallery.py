"""The gallery's tiles, the pose editor and the word maps in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import settle
from tests.browser.test_generate import (
    PHONE,
    QUICK,
    STREAMLITS_OWN,
    draw,
    form,
    overflow,
    wait_until_done,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]


def made(visit: Visit, count: int = 2, **settings: object) -> Page:
    """A visitor's page on which ``count`` pictures were just finished."""
    page = visit(form(**QUICK | {"count": count, "size": 64, "workspace": "Browser"}), **settings)
    draw(page)
    page.get_by_test_id("stDownloadButton").nth(2 * count - 1).wait_for()
    settle(page)
    return page


def to_gallery(page: Page) -> None:
    if page.get_by_test_id("stExpandSidebarButton").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Gallery").click()
    page.locator(".tiles img").first.wait_for()


def test_a_finished_picture_is_found_starred_compared_and_erased(visit: Visit) -> None:
    page = made(visit)
    to_gallery(page)
    tiles = page.locator(".tiles figure")
    before = tiles.count()
    tiles.first.locator(".star").click()
    page.locator(".tiles .star[aria-pressed=true]").first.wait_for()
    for i in range(2):
        tiles.nth(i).locator("input").check()
    page.get_by_role("button", name="Compare").click()
    dialog = page.get_by_test_id("stDialog")
    dialog.get_by_text("The same in all").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")

    page.get_by_role("button", name="Choose none").click()
    page.locator(".tiles .chosen").first.wait_for(state="detached")
    tiles.first.locator(".open").press("Enter")
    dialog.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Erase").click()
    dialog.wait_for(state="detached")
    page.get_by_text(f"{before - 1} picture").first.wait_for()


def test_opened_in_generate_the_form_is_filled_in(visit: Visit) -> None:
    page = made(visit, 1)
    to_gallery(page)
    page.locator(".tiles .open").first.click()
    page.get_by_role("button", name="Open in Generate").click()
    page.get_by_text("Settings restored from").wait_for()
    assert page.locator("textarea").input_value() == QUICK["prompt"]


def test_a_pose_pulled_by_hand_is_drawn(visit: Visit) -> None:
    page = visit(form(**QUICK | {"size": 64}))
    page.get_by_text("Pose by hand").click()
    canvas = page.locator(".editor canvas")
    canvas.wait_for()
    canvas.press("ArrowDown")
    for _attempt in range(4):
        canvas.press("ArrowDown")
    canvas.press("ArrowRight")
    page.get_by_role("button", name="Use this pose").click()
    page.get_by_text("The pose comes from your hands").wait_for()
    draw(page)
    wait_until_done(page)


def test_words_show_their_maps(visit: Visit) -> None:
    page = made(visit, 1)
    page.get_by_role("button", name="Find out").click()
    # The tiny networks understand a word or none; either is an answer.
    nothing = page.locator(".st-key-cell6").get_by_text("No word of this")
    page.locator(".why canvas").first.or_(nothing).wait_for()


def test_nothing_scrolls_sideways_on_a_phone(visit: Visit) -> None:
    page = made(visit, 1, **PHONE)
    to_gallery(page)
    assert overflow(page) == 0
    page.goto(page.url.split("/gallery")[0] + "/variations")
    page.locator(".st-key-vary textarea").wait_for()
    assert overflow(page) == 0


def test_axe_finds_nothing_in_our_nodes(visit: Visit) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = made(visit, 1, color_scheme="dark")
    to_gallery(page)
    page.wait_for_timeout(500)
    broken = {violation["id"] for violation in axe.run(page).response["violations"]}
    assert broken <= STREAMLITS_OWN
