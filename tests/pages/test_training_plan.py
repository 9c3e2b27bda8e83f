"""The Training plan view, as a coach uses it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.plans.health import Spell, with_spells
from data.plans.log import Performance
from tests.pages.test_generate import texts
from tests.pipeline.weights import write

PAGE = Path(__file__).parents[2] / "pages" / "training_plan.py"
PLAN = """Date,Sport,Title,Distance (km),Shoes
2026-03-02,Run,8x400m,9,red
2026-03-03,Run,Easy,8,blue
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    write(folder)
    return folder


@pytest.fixture
def page(weights: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[AppTest]:
    monkeypatch.setenv("TRAINSIGHT_WEIGHTS", str(weights))
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    st.cache_resource.clear()
    yield AppTest.from_file(PAGE, default_timeout=60).run()
    st.cache_resource.clear()


def read(page: AppTest, name: str) -> AppTest:
    """Click a sample and wait until its log is there."""
    page.button(key=f"plan sample {name}").click().run()
    return until_read(page)


def until_read(page: AppTest) -> AppTest:
    for _attempt in range(200):
        if page.get("download_button") or page.error:
            assert not page.exception
            return page
        time.sleep(0.05)
        page.run()
    raise AssertionError("nothing was read")


def test_a_sample_is_one_click_from_its_figures(page: AppTest) -> None:
    read(page, "garmin_log.csv")
    assert "CSV \\(Garmin Connect\\)" in texts(page)
    metrics = {m.label: m.value for m in page.metric}
    assert int(metrics["Fitness (CTL)"]) > 10
    assert len(page.get("arrow_vega_lite_chart") or page.get("vega_lite_chart")) >= 3
    assert "Baseline" in texts(page)
    assert "log" in page.query_params


def test_a_group_is_shown_and_an_athlete_chosen(page: AppTest) -> None:
    read(page, "team_season.csv")
    who = page.selectbox(key="plan athlete")
    assert who.options == ["Lea", "Marek", "Yuna"]
    assert not page.exception
    who.set_value("Yuna").run()
    assert not page.exception
    assert "planned sessions went as planned" in texts(page)


def test_a_plan_without_dates_says_when_it_begins(page: AppTest) -> None:
    read(page, "marathon_plan.csv")
    assert "it begins on" in texts(page)
    assert not page.exception


def test_unknown_columns_can_be_named_and_that_undone(page: AppTest) -> None:
    page.file_uploader(key="plan upload").upload("plan.csv", PLAN.encode(), "text/csv").run()
    until_read(page)
    assert "1 column was not recognised" in [e.label for e in page.expander]
    log = page.session_state["plan log"]
    assert log.sources[0].unknown == ("Shoes",)


def test_a_file_that_is_none_is_refused_in_a_sentence(page: AppTest) -> None:
    page.file_uploader(key="plan upload").upload("x.csv", b"\x00\x01\x02\xff", "text/csv").run()
    until_read(page)
    assert "x\\.csv" in page.error[0].value
    assert not page.exception


def test_duplicates_are_told_and_can_be_put_back(page: AppTest) -> None:
    twice = "Date,Sport,Title,Distance (km),Duration\n2026-03-02,Run,Easy,9,0:50:00\n"
    upload = page.file_uploader(key="plan upload")
    upload.upload("a.csv", twice.encode(), "text/csv")
    upload.upload("b.csv", twice.encode(), "text/csv").run()
    until_read(page)
    assert len(page.session_state["plan log"].sessions) == 1
    page.button(key="plan restore 0").click().run()
    assert len(page.session_state["plan log"].sessions) == 2
    page.button(key="plan undo").click().run()
    assert len(page.session_state["plan log"].sessions) == 1
    assert not page.exception


def test_a_reload_finds_the_log_again(page: AppTest) -> None:
    read(page, "garmin_log.csv")
    again = AppTest.from_file(PAGE, default_timeout=60)
    again.query_params["log"] = page.query_params["log"]
    until_read(again.run())
    assert again.metric


def test_a_log_that_is_gone_is_explained(page: AppTest) -> None:
    again = AppTest.from_file(PAGE, default_timeout=60)
    again.query_params["log"] = "000000000000"
    again.run()
    assert "no longer in memory" in again.info[0].value


def test_a_proposal_is_compared_accepted_and_undone(page: AppTest) -> None:
    read(page, "team_season.csv")
    before = page.session_state["plan log"]
    page.selectbox(key="plan limit taper").set_value(14)
    propose = next(b for b in page.button if b.label == "Propose")
    propose.click().run()
    assert not page.exception
    options = page.radio(key="plan proposal chosen").options
    assert options
    assert all("14 days taper" in option for option in options)
    assert " changes" in texts(page)
    order = next(t.value for t in page.dataframe if "Points in all" in t.value)
    assert order["Place"].iloc[-1] == "as planned now"
    page.button(key="plan accept").click().run()
    assert not page.exception
    assert page.session_state["plan log"] != before
    page.button(key="plan undo").click().run()
    assert page.session_state["plan log"] == before


def test_the_plan_can_be_seen_by_month_and_edited_as_a_grid(page: AppTest) -> None:
    read(page, "marathon_plan.csv")
    for view in ("month", "grid"):
        page.segmented_control(key="plan view").set_value(view).run()
        assert not page.exception


def test_tests_illness_and_miles_reach_the_figures(page: AppTest) -> None:
    read(page, "garmin_log.csv")
    log = page.session_state["plan log"]
    days = sorted({s.date for s in log.sessions})
    results = tuple(Performance(day, 200.0 + n) for n, day in enumerate(days[3::4][:9]))
    noted = with_spells(replace(log, performances=results), "", [Spell(days[-3], days[-2], "ill")])
    page.session_state["plan log"] = noted
    page.segmented_control(key="plan units").set_value("imperial").run()
    assert not page.exception
    assert "Fitness fades with" in texts(page)
    assert "Days of illness or injury in the last 28" in texts(page)
    tables = [table.value for table in page.dataframe]
    assert any("Miles" in table for table in tables)
    assert not any("Kilometres" in table for table in tables)


def test_pictures_are_drawn_once_and_kept(page: AppTest) -> None:
    read(page, "week_zh.txt")
    page.button(key="plan draw week").click().run()
    for _attempt in range(400):
        if "has its picture" in texts(page):
            break
        time.sleep(0.05)
        page.run()
    assert not page.exception
    assert len(page.session_state["plan pictures"]) >= 5
    assert page.button(key="plan draw week").disabled


def test_the_page_is_there_in_chinese(page: AppTest) -> None:
    page.session_state["language"] = "zh_CN"
    page.run()
    read(page, "team_season.csv")
    assert "一份训练计划加起来是什么" in page.title[0].value
    assert not page.exception
    labels = {m.label for m in page.metric}
    assert "体能（CTL）" in labels


def test_figures_leave_as_json(page: AppTest) -> None:
    from pages.components.plan import state
    from pipeline.plans.record import analysis_to_json

    read(page, "garmin_log.csv")
    log = page.session_state["plan log"]
    record = analysis_to_json(state.training_plan.analyse(log))
    assert json.loads(json.dumps(record))["daily"]


def test_what_is_left_of_w_prime_is_drawn_for_a_ride_with_a_power_meter(page: AppTest) -> None:
    # All out: 2 minutes far above 250 W, then what the hyperbola with W′ = 20 kJ still allows.
    watts = [250 + 20_000 / 120 if n < 120 else 250.0 for n in range(1900)]
    ride = {
        "STARTTIME": "2026/05/12 07:00:00 UTC",
        "TAGS": {"Sport": "Bike"},
        "SAMPLES": [{"SECS": n, "WATTS": p} for n, p in enumerate(watts)],
    }
    page.file_uploader(key="plan upload").upload(
        "ride.json", json.dumps({"RIDE": ride}).encode(), "application/json"
    ).run()
    until_read(page)
    assert {m.label: m.value for m in page.metric}["Critical power"] == "250 W"
    assert "W′ left during a ride" in [e.label for e in page.expander]
    assert "of 20.0 kJ were left, after" in texts(page)
    labels = {button.label for button in page.get("download_button")}
    assert not any("PDF" in label for label in labels)  # nothing is planned


def wellness(page: AppTest, days: int) -> AppTest:
    """A visitor's file with days of HRV and sleep and nothing else."""
    rows = [f"2026-{3 + n // 28:02d}-{1 + n % 28:02d},{50 + 10 * (n % 2)},7.5" for n in range(days)]
    text = "\n".join(["date,rMSSD,Sleep hours", *rows])
    page.file_uploader(key="plan upload").upload("hrv.csv", text.encode(), "text/csv").run()
    for _attempt in range(200):
        if page.info:
            break
        time.sleep(0.05)
        page.run()
    assert not page.exception
    return page


def test_days_of_wellness_alone_have_a_chart_and_a_range(page: AppTest) -> None:
    wellness(page, 40)
    assert any("no sessions" in info.value for info in page.info)
    assert any("over 7 days, within the usual" in caption.value for caption in page.caption)
    assert page.get("vega_lite_chart")


def test_a_few_days_of_wellness_say_that_they_are_few(page: AppTest) -> None:
    wellness(page, 5)
    assert any("Too few days yet" in caption.value for caption in page.caption)
