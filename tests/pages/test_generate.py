"""The Generate view, as a visitor uses it."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import pipeline
from tests.pages.conftest import APP, Easel

PROMPT = "A sprinter on the track"


def ask(studio: AppTest, prompt: str = PROMPT) -> AppTest:
    studio.text_area(key="prompt").set_value(prompt)
    return studio.button(key="draw").click().run()


def until(studio: AppTest, widget: str) -> AppTest:
    """Poll, as the page's timer does, until a widget of this kind or key is there."""
    for _attempt in range(200):
        if studio.get(widget) or any(button.key == widget for button in studio.button):
            return studio
        time.sleep(0.02)
        studio.run()
    raise AssertionError(f"no {widget} came")


def texts(studio: AppTest) -> str:
    kinds = ("title", "caption", "markdown", "error", "info", "success", "warning", "html")
    return "\n".join(str(getattr(e, "value", "")) for kind in kinds for e in studio.get(kind))


def test_an_empty_sentence_is_refused_in_a_sentence(studio: AppTest, easel: Easel) -> None:
    ask(studio, "  ")
    assert "The sentence is empty" in studio.error[0].value
    assert not easel.asked


@pytest.mark.parametrize("prompt", ["<b>run</b>", "🏀🏀", "x" * 10_000, "a\x07b", "привет мир"])
def test_what_cannot_be_read_is_refused_and_stays_in_the_box(studio: AppTest, prompt: str) -> None:
    ask(studio, prompt)
    assert studio.error
    assert not studio.exception
    assert studio.text_area(key="prompt").value == prompt


def test_markup_is_quoted_and_never_rendered(studio: AppTest) -> None:
    ask(studio, "run ![x](https://example.org/x.png)")
    assert r"\!\[x\]\(https" in studio.error[0].value


def test_a_starting_point_fills_the_box_and_draws(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    studio.button(key="start :material/sprint:").click().run()
    until(studio, "download_button")
    assert studio.text_area(key="prompt").value == easel.asked[0].prompt.text
    assert "sprinter" in easel.asked[0].prompt.text


def test_cells_fill_in_while_it_draws(studio: AppTest, easel: Easel) -> None:
    ask(studio)
    until(studio, "image")  # the pose
    assert "sprinter" in texts(studio)
    assert studio.button(key="draw").disabled
    easel.go.set()
    until(studio, "download_button")
    assert not studio.button(key="draw").disabled


def test_cancel_stops_the_job(studio: AppTest, easel: Easel) -> None:
    ask(studio)
    until(studio, "cancel").button(key="cancel").click().run()
    until(studio, "info")
    assert "Stopped" in studio.info[0].value
    assert not studio.button(key="draw").disabled


def test_a_reload_finds_the_job_again(studio: AppTest, easel: Easel) -> None:
    ask(studio)
    again = AppTest.from_file(APP, default_timeout=30)
    again.query_params["job"] = studio.query_params["job"]
    until(again.run(), "cancel")
    easel.go.set()
    until(again, "download_button")
    assert len(easel.asked) == 1


def test_a_link_to_finished_pictures_fills_the_form(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    until(ask(studio), "download_button")
    other = AppTest.from_file(APP, default_timeout=30)
    other.query_params["job"] = studio.query_params["job"]
    other.run()
    assert other.text_area(key="prompt").value == PROMPT
    assert other.get("download_button")


def test_a_job_that_is_gone_is_explained(easel: Easel) -> None:
    studio = AppTest.from_file(APP, default_timeout=30)
    studio.query_params["job"] = "000000000000"
    studio.run()
    assert "no longer in memory" in studio.info[0].value
    assert "job" not in studio.query_params


def test_changing_the_language_keeps_what_was_typed(studio: AppTest) -> None:
    studio.text_area(key="prompt").set_value("half a sen")
    studio.number_input(key="seed").set_value(7)
    studio.segmented_control(key="language").set_value("zh_CN").run()
    assert studio.text_area(key="prompt").value == "half a sen"
    assert studio.number_input(key="seed").value == 7
    assert studio.query_params["lang"] == "zh_CN"
    assert studio.button(key="draw").label == "开始绘制"


def test_errors_are_told_in_the_chosen_language(studio: AppTest) -> None:
    studio.segmented_control(key="language").set_value("zh_CN").run()
    ask(studio, "")
    assert "还没有写句子" in studio.error[0].value


def test_outside_the_domain_the_nearest_is_one_click_away(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    easel.error = pipeline.OutsideDomainError("No cats. The nearest: {nearest}.", ("rest",))
    until(ask(studio, "a cat"), "nearest rest")
    assert "No cats" in studio.warning[0].value
    easel.error = None
    studio.button(key="nearest rest").click().run()
    until(studio, "download_button")
    assert easel.asked[-1].prompt.text == "rest"


def test_a_failure_is_a_sentence_and_keeps_the_form(studio: AppTest, easel: Easel) -> None:
    easel.error = RuntimeError("secret detail")
    until(ask(studio), "error")
    assert "stopped unexpectedly" in studio.error[0].value
    assert "secret" not in texts(studio)
    assert studio.text_area(key="prompt").value == PROMPT


def test_a_full_disk_loses_no_finished_picture_and_the_queue_goes_on(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    easel.go.set()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        until(ask(studio), "error")
    assert "disk is full" in studio.error[0].value
    assert studio.get("download_button")
    assert not pipeline.Gallery(pipeline.workspace()).results.ids(), "nor is half of one there"
    until(ask(studio, "a rower"), "download_button")
    assert not studio.error
    assert len(pipeline.Gallery(pipeline.workspace()).results.ids()) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_killed_worker_loses_no_finished_picture_and_the_queue_goes_on(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(request: pipeline.Request, runtime: pipeline.Runtime) -> Iterator[pipeline.Event]:
        yield from easel.generate(request, runtime)
        raise SystemExit

    monkeypatch.setattr(pipeline, "generate", killed)
    easel.go.set()
    until(ask(studio), "error")
    assert "stopped unexpectedly" in studio.error[0].value
    assert studio.get("download_button")
    assert pipeline.Gallery(pipeline.workspace()).results.ids()
    monkeypatch.setattr(pipeline, "generate", easel.generate)
    first = studio.query_params["job"]
    until(ask(studio, "a rower"), "download_button")
    assert studio.query_params["job"] != first
    assert not studio.error


def test_slips_of_the_pen_are_offered_mended(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generate(request: pipeline.Request, runtime: pipeline.Runtime) -> Iterator[pipeline.Event]:
        ignored = (pipeline.Word("blue", 0, 4), pipeline.Word("trak", 5, 9))
        understood = pipeline.Understanding(
            request.prompt.text, (), {}, {}, ignored, meant="blue track"
        )
        yield pipeline.Event("understand", 1.0, 0.0, value=understood)
        yield from easel.generate(request, runtime)

    monkeypatch.setattr(pipeline, "generate", generate)
    easel.go.set()
    until(ask(studio, "blue trak"), "download_button")
    assert "Did you mean “blue track”?" in texts(studio)
    assert "What should be blue?" in texts(studio)
    studio.button(key="mended").click().run()
    until(studio, "download_button")
    assert easel.asked[-1].prompt.text == "blue track"


def test_vary_keeps_the_pose_and_takes_the_next_seed(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    until(ask(studio), "download_button")
    studio.button(key="shuffle 0").click().run()
    until(studio, "shuffle 1")
    assert easel.asked[1].seed == 1
    assert easel.asked[0].figure is None
    assert easel.asked[1].figure is not None


def test_a_picture_that_was_made_here_restores_the_form(studio: AppTest, easel: Easel) -> None:
    easel.go.set()
    studio.number_input(key="seed").set_value(41)
    studio.number_input(key="base").set_value(3)
    until(ask(studio), "download_button")
    file = pipeline.to_png(finished(studio))

    other = AppTest.from_file(APP, default_timeout=30).run()
    other.file_uploader(key="picture file").upload("mine.png", file, "image/png").run()
    assert other.text_area(key="prompt").value == PROMPT
    assert other.number_input(key="seed").value == 41
    assert other.number_input(key="base").value == 3
    assert r"mine\.png" in other.success[0].value


def finished(studio: AppTest) -> pipeline.Result:
    from pages.components.studio import jobs

    return jobs().status(studio.query_params["job"]).results[0]


def test_a_picture_from_elsewhere_is_refused_in_a_sentence(studio: AppTest) -> None:
    studio.file_uploader(key="picture file").upload("x.png", b"\x89PNG nonsense", "image/png").run()
    assert studio.error
    assert not studio.exception


def test_several_sessions_draw_at_once_and_see_their_own(studio: AppTest, easel: Easel) -> None:
    other = AppTest.from_file(APP, default_timeout=30).run()
    ask(studio, "a sprinter")
    ask(other, "a rower")
    assert studio.query_params["job"] != other.query_params["job"]
    easel.go.set()
    until(studio, "download_button")
    until(other, "download_button")
    assert [request.prompt.text for request in easel.asked] == ["a sprinter", "a rower"]


def test_why_takes_each_word_away_once(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    word = pipeline.Word("sprinter", 2, 10, "action", "sprint")
    without = pipeline.Without(picture, 0.05, np.ones((64, 64)), {"legs": 0.2}, True)
    understood = pipeline.Understanding(PROMPT, (word,), {"action": "sprint"})
    why = pipeline.Why(understood, (word,), picture, np.ones((1, 2, 32, 32)), (without,))

    def explain(*_: object) -> Iterator[pipeline.Event]:
        yield pipeline.Event("base", 0.5)
        yield pipeline.Event("why", 1.0, value=why)

    monkeypatch.setattr(pipeline, "explain", explain)
    easel.go.set()
    until(ask(studio), "download_button")
    key = f"why {studio.query_params['job']} 0"
    until(studio, key).button(key=key).click().run()
    for _attempt in range(100):
        if "**Attention**" in texts(studio.run()):
            break
    assert not studio.exception
    assert "**Attention**" in texts(studio)
    assert not any(button.key == key for button in studio.button)


def test_what_was_asked_is_set_beside_what_is_read(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = pipeline.Line("action", "sprint", "rest", 0.9, True, 0.96)
    card = pipeline.Scorecard((line,), ("shoe_colour",), None, None, ())
    monkeypatch.setattr(pipeline, "score", lambda *_: card)
    easel.go.set()
    until(ask(studio), "download_button")
    assert "0 of 1 things" in texts(studio)
    assert "96 %" in texts(studio)
    assert "Cannot be seen" in texts(studio)


def test_pictures_come_without_a_judge_too(
    studio: AppTest, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise pipeline.WeightsError("no judge")

    monkeypatch.setattr(pipeline, "score", missing)
    easel.go.set()
    until(ask(studio), "download_button")
    assert "Scorecard" not in texts(studio)
