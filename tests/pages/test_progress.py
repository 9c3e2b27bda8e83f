"""What the server tells about jobs without running a page, and what the page makes of it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import pipeline
from pages.components import progress
from pages.components.encoded import once
from pages.components.studio import jobs
from tests.pages.conftest import Easel
from tests.pages.test_generate import ask, texts, until


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=progress.routes()))


def settled(job: str) -> pipeline.JobStatus:
    for _attempt in range(500):
        status = jobs().status(job)
        if status.finished or status.stage == "waiting":
            return status
        time.sleep(0.01)
    raise AssertionError("the job doesn't move")


def test_a_job_is_told_as_far_as_it_is(client: TestClient, easel: Easel) -> None:
    def work() -> Iterator[pipeline.Event]:
        yield pipeline.Event("base", 0.25, 3.0, 1, preview=np.zeros((8, 8, 3), np.uint8))
        while not easel.go.wait(0.01):
            yield pipeline.Event("waiting", 0.5, 2.0, 1)
        yield pipeline.Event("base", 1.0, 0.0, 1, result="picture")

    job = jobs().submit(work)
    settled(job)
    before = client.get(f"/jobs/{job}").json()
    assert (before["state"], before["finished"], before["picture"]) == ("running", False, 1)
    assert (before["fraction"], before["stage"]) == (0.5, "waiting")
    assert 0 < before["left"] <= 2.0
    assert before["previews"] == {"base 1": 0.25}
    easel.go.set()
    for _attempt in range(500):
        after = client.get(f"/jobs/{job}").json()
        if after["finished"]:
            break
        time.sleep(0.01)
    assert after["state"] == "done"
    assert after["chapter"] != before["chapter"]


def test_a_chapter_ends_when_the_page_has_something_new(easel: Easel) -> None:
    events = [
        pipeline.Event("understand", 0.1, value="words"),
        pipeline.Event("base", 0.2, preview=np.zeros((8, 8, 3), np.uint8)),
        pipeline.Event("base", 0.3, preview=np.zeros((8, 8, 3), np.uint8)),
        pipeline.Event("base", 0.4, result="picture"),
    ]
    chapters, versions = [], []
    for count in range(len(events) + 1):
        job = jobs().submit(lambda n=count: iter(events[:n]))  # type: ignore[misc]
        told = progress.told(settled(job))
        chapters.append(told["chapter"])
        versions.append(told["version"])
    assert len(dict.fromkeys(chapters)) == 3, "previews alone don't run the page"
    assert len(dict.fromkeys(versions)) == 5


def test_previews_are_pictures(client: TestClient, easel: Easel) -> None:
    picture = np.full((8, 8, 3), 128, np.uint8)
    job = jobs().submit(lambda: iter([pipeline.Event("base", 1.0, preview=picture)]))
    settled(job)
    answer = client.get(f"/jobs/{job}/base/0?v=1")
    assert answer.headers["content-type"] == "image/jpeg"
    assert pipeline.look("x.jpg", answer.content) is not None
    assert client.get(f"/jobs/{job}/base/1").status_code == 404
    assert client.get(f"/jobs/{job}/else/0").status_code == 404


def test_a_preview_is_not_what_a_page_made_of_the_same_event(
    client: TestClient, easel: Easel
) -> None:
    event = pipeline.Event("base", 1.0, preview=np.zeros((8, 8, 3), np.uint8))
    assert once(event, lambda: b"a sheet of several") == b"a sheet of several"
    job = jobs().submit(lambda: iter([event]))
    settled(job)
    assert client.get(f"/jobs/{job}/base/0").content != b"a sheet of several"


def test_of_a_job_that_nobody_knows_nothing_is_told(client: TestClient, easel: Easel) -> None:
    answer = client.get("/jobs/" + "0" * 32)
    assert answer.status_code == 404
    assert answer.json() == {"finished": True, "gone": True}
    assert client.get(f"/jobs/{'0' * 32}/base/0").status_code == 404


def test_a_jobs_address_cannot_be_guessed(easel: Easel) -> None:
    ids = {jobs().submit(lambda: iter([])) for _ in range(10)}
    assert len(ids) == 10
    assert all(len(job) == 32 for job in ids)


def test_cancel_is_there_on_every_run_until_the_job_has_ended(
    studio: AppTest, easel: Easel
) -> None:
    studio.number_input(key="count").set_value(3)
    ask(studio)
    easel.go.set()
    while not studio.get("download_button") or studio.button(key="draw").disabled:
        known = jobs().status(studio.query_params["job"]).finished
        drawn = any(button.key == "cancel" for button in studio.run().button)
        assert drawn or known or not studio.button(key="draw").disabled
        easel.go.set()


def test_a_choice_of_language_that_comes_back_empty_breaks_nothing(
    studio: AppTest, easel: Easel
) -> None:
    """As after a run that was broken off before the browser was told which one is chosen."""
    ask(studio)
    until(studio, "cancel")
    studio.session_state["language"] = None
    studio.run()
    assert not studio.exception
    assert "A picture from a sentence" in texts(studio)
    assert any(button.key == "cancel" for button in studio.button)


def test_a_download_is_told_in_gigabytes_and_ends_no_chapter(easel: Easel) -> None:
    def told(*fetched: int) -> dict[str, object]:
        events = [pipeline.Event("fetching", 0.0, value=size) for size in fetched]
        return progress.told(settled(jobs().submit(lambda: iter(events))))

    assert told(1_500_000_000, 2_340_000_000)["gigabytes"] == "2.3"
    assert told()["gigabytes"] is None
    assert told(1, 2)["chapter"] == told()["chapter"]
