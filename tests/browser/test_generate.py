"""The Generate view in a real browser, over a real server with tiny networks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]

PROMPT = "A sprinter in a red shirt on the track"
QUICK = {"prompt": PROMPT, "base": 1, "sr256": 1, "sr1024": 1}
SLOW = {"prompt": PROMPT, "base": 50, "sr256": 50, "sr1024": 50, "count": 8, "guidance": 2.0}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

STREAMLITS_OWN = {
    # The uploader's drop zone: role=presentation on a focusable <section>.
    "presentation-role-conflict",
}
"""Rules that nodes of Streamlit's own break and that no setting of ours can cure."""


def form(**values: object) -> str:
    return "/generate?" + urlencode(values)


def draw(page: Page) -> None:
    page.get_by_role("button", name="Draw").first.click()


def job(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["job"][0]


def wait_until_done(page: Page) -> None:
    page.get_by_test_id("stDownloadButton").first.wait_for()


def overflow(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate(
        """() => Math.max(...[document.documentElement, document.querySelector('.stMain')]
                             .map(e => e.scrollWidth - e.clientWidth))"""
    )


def test_a_deep_link_is_right_on_the_first_visit(visit: Visit) -> None:
    page = visit("/generate", locale="zh-CN")
    assert page.get_by_role("heading", level=1).inner_text() == "一句话，一幅画面"
    page.get_by_test_id("stSidebar").get_by_text("中文").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_the_root_leads_to_the_first_view(visit: Visit) -> None:
    page = visit("/?prompt=hello")
    page.wait_for_url("**/generate?prompt=hello")
    page.locator("textarea").get_by_text("hello").wait_for()


def test_from_a_sentence_to_a_file_and_back(visit: Visit, tmp_path: Path) -> None:
    page = visit(form(**QUICK | {"prompt": ""}))
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.reload()
    page.locator(".st-key-draw button").wait_for()
    page.locator("textarea").fill(PROMPT)
    page.keyboard.press("Control+Enter")
    wait_until_done(page)
    for title in ("Words understood", "Pose", "From small to large", "Result"):
        page.get_by_role("heading", name=title).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    name = download.value.suggested_filename
    assert name.endswith("_seed0_1024.png")
    assert hosts <= {"localhost", None}, "nothing is fetched from elsewhere"
    download.value.save_as(tmp_path / name)

    other = visit()
    other.get_by_text("Start from a file").click()
    other.locator("input[type=file]").first.set_input_files(tmp_path / name)
    other.get_by_text(f"Settings restored from {name}").wait_for()
    assert other.locator("textarea").input_value() == PROMPT


def test_a_double_click_starts_one_job_that_cancel_stops(visit: Visit) -> None:
    page = visit(form(**SLOW))
    page.get_by_role("button", name="Draw").first.dblclick()
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_test_id("stSidebar").get_by_text("1 job under way").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped. What was finished stays.").wait_for()
    page.locator(".st-key-draw button:enabled").wait_for()


def test_a_reload_finds_the_job_and_the_form_again(visit: Visit) -> None:
    page = visit(form(**SLOW))
    draw(page)
    page.get_by_role("button", name="Cancel").wait_for()
    before = job(page)
    page.reload()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped.").wait_for()
    assert job(page) == before
    assert page.locator("textarea").input_value() == PROMPT


def test_a_closed_tab_loses_no_picture(visit: Visit, home: Path) -> None:
    page = visit(form(**QUICK | {"seed": 4711}))
    draw(page)
    page.get_by_role("button", name="Cancel").wait_for()
    page.context.close()
    patience = time.monotonic() + 60
    while not (kept := list(home.glob("results/*_seed4711_*"))):
        assert time.monotonic() < patience
        time.sleep(0.2)
    assert len(kept) == 1


def test_progress_runs_no_script_and_cancel_stays_where_it_is(visit: Visit) -> None:
    page = visit(form(**SLOW))
    draw(page)
    page.get_by_role("button", name="Cancel").wait_for()
    page.evaluate(
        """() => {
          document.querySelector('.st-key-cancel button').marked = true
          const app = document.querySelector('.stApp')
          window.runs = window.polls = 0
          new MutationObserver(() => { window.runs += app.dataset.testScriptState === 'running' })
            .observe(app, { attributeFilter: ['data-test-script-state'] })
          const ask = window.fetch
          window.fetch = (url, ...more) => {
            window.polls += String(url).includes('/jobs/')
            return ask(url, ...more)
          }
        }"""
    )
    page.locator(".st-key-notebook .stages img").first.wait_for()
    page.wait_for_function("window.polls > 15 || !document.querySelector('.st-key-cancel')")
    # What was understood, the pose, and at most each second picture or so; the sidebar's line.
    assert page.evaluate("window.runs") < 10
    assert page.evaluate("document.querySelector('.st-key-cancel button').marked")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped.").wait_for()


def test_a_change_of_language_keeps_what_was_typed(visit: Visit) -> None:
    page = visit()
    page.locator("textarea").press_sequentially("half a sen")
    page.get_by_test_id("stSidebar").get_by_text("中文").click()
    page.get_by_role("button", name="开始绘制").first.wait_for()
    assert page.locator("textarea").input_value() == "half a sen"


def test_a_finished_job_moves_and_scrolls_nothing(visit: Visit) -> None:
    page = visit(form(**SLOW | {"count": 1, "sr256": 1, "sr1024": 2}))
    draw(page)
    page.locator(".st-key-notebook img").first.wait_for()
    page.evaluate(
        """() => {
          const main = document.querySelector('.stMain')
          main.scrollTop = 300
          window.lost = 0
          new MutationObserver(changes => changes.forEach(change => change.removedNodes.forEach(
            node => { window.lost += node.querySelectorAll?.('img').length ?? 0 }
          ))).observe(main, { childList: true, subtree: true })
        }"""
    )
    wait_until_done(page)
    assert page.evaluate("[window.lost, document.querySelector('.stMain').scrollTop]") == [0, 300]


def test_nothing_scrolls_sideways_on_a_phone(visit: Visit) -> None:
    page = visit(form(**QUICK), **PHONE)
    assert overflow(page) == 0
    draw(page)
    page.get_by_role("button", name="Cancel").wait_for(state="attached")
    wait_until_done(page)
    assert overflow(page) == 0


@pytest.mark.parametrize("settings", [{"color_scheme": "dark"}, {"color_scheme": "light"} | PHONE])
def test_axe_finds_nothing_in_our_nodes(visit: Visit, settings: dict[str, Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(form(**QUICK), **settings)
    draw(page)
    wait_until_done(page)
    for folded in ("Advanced", "Start from a file", "How it was made"):
        page.get_by_text(folded, exact=True).first.click()
    page.get_by_text("Guidance scale: how").wait_for()
    broken = {violation["id"] for violation in axe.run(page).response["violations"]}
    assert broken <= STREAMLITS_OWN
