"""From files to weeks, load and findings; and the command line."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import FileError, InputError
from data.plans.log import Session, Thresholds, TrainingLog, Wellness
from data.plans.options import Options
from data.plans.read import read_files
from pipeline import training_plan
from pipeline.__main__ import main
from pipeline.plans.formulas import FORMULAS

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "plans"
REAL = Path(os.environ.get("TRAINSIGHT_PLAN_DATA", "../shared/data/plan"))
LARGEST = 100_000
MONDAY = dt.date(2026, 3, 2)


def runs(days: int, km: float = 10.0, kind: str = "done") -> tuple[Session, ...]:
    return tuple(
        Session(MONDAY + dt.timedelta(days=n), kind, "run", distance_m=km * 1000, duration_s=3600.0)
        for n in range(0, days, 2)
    )


def test_days_without_a_session_are_days_without_load() -> None:
    analysis = training_plan.analyse(TrainingLog(runs(15)))
    assert len(analysis.daily) == 15
    assert list(analysis.daily["load"][:4]) == [50, 0, 50, 0]
    assert list(analysis.weeks["sessions"]) == [4, 3, 1]
    assert analysis.weeks.index[0] == MONDAY


def test_the_plan_carries_on_from_what_was_done() -> None:
    done = runs(30)
    plan = tuple(replace(s, kind="planned", date=s.date + dt.timedelta(days=40)) for s in runs(10))
    analysis = training_plan.analyse(TrainingLog((*done, *plan)))
    assert analysis.planned.index[0] == analysis.daily.index[-1] + pd.Timedelta(days=1)
    before, after = analysis.daily["ctl"].iloc[-1], analysis.planned["ctl"].iloc[0]
    assert after == pytest.approx(before * np.exp(-1 / 42))


def test_a_plan_alone_is_added_up_too() -> None:
    analysis = training_plan.analyse(TrainingLog(runs(30, kind="planned")))
    assert len(analysis.planned) == 29
    assert len(analysis.daily) == 0


def test_a_long_run_out_of_line_is_the_first_finding() -> None:
    far = Session(MONDAY + dt.timedelta(days=41), sport="run", distance_m=13_400, duration_s=5000.0)
    analysis = training_plan.analyse(TrainingLog((*runs(41), far)))
    first = str(analysis.findings[0])
    assert "34 % above the longest of its 30 days" in first
    assert "5,205 runners" in first
    assert "1.52" in first


def test_observed_heart_rates_stand_in_for_thresholds_that_nobody_stated() -> None:
    beats = (182.0, 185.0, 220.0, 180.0, 181.0)
    sessions = tuple(
        Session(
            MONDAY + dt.timedelta(days=n),
            sport="run",
            duration_s=3600.0,
            heart_rate_bpm=150.0,
            heart_rate_max_bpm=peak,
        )
        for n, peak in enumerate(beats)
    )
    log = TrainingLog(sessions, wellness=(Wellness(MONDAY, heart_rate_rest_bpm=52.0),))
    analysis = training_plan.analyse(log)
    assert analysis.observed == ("heart_rate_max_bpm", "heart_rate_rest_bpm")
    assert analysis.thresholds.heart_rate_max_bpm == 185  # not the artefact of 220
    assert set(analysis.sessions["load_method"]) == {"heart rate"}
    stated = replace(log, thresholds=(Thresholds(MONDAY, heart_rate_max_bpm=190.0),))
    assert training_plan.analyse(stated).thresholds.heart_rate_max_bpm == 190


def test_the_athlete_has_to_be_chosen_among_several() -> None:
    both = TrainingLog((Session(MONDAY, athlete="Ann"), Session(MONDAY, athlete="Bo")))
    assert training_plan.analyse(both, "Ann").athlete == "Ann"
    with pytest.raises(InputError, match="Ann, Bo"):
        training_plan.analyse(both)
    with pytest.raises(InputError, match="no sessions"):
        training_plan.analyse(TrainingLog())


def test_dates_centuries_apart_are_refused() -> None:
    log = TrainingLog((Session(dt.date(1960, 1, 1)), Session(dt.date(2026, 1, 1))))
    with pytest.raises(InputError, match="30 years"):
        training_plan.analyse(log)


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_is_read_and_added_up(path: Path) -> None:
    log = training_plan.read([path], Options(first_day=MONDAY))
    assert len(log.sessions) >= 14
    assert not any(session.flags for session in log.sessions)
    analysis = training_plan.analyse(log)
    assert set(analysis.sessions["load_method"]) - {"rest"} <= set(FORMULAS)


def test_the_command_writes_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(SAMPLES / "garmin_log.csv"), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    (athlete,) = record["athletes"]
    assert athlete["findings"]
    assert athlete["daily"][-1]["ctl"] > 20
    assert athlete["daily"][0]["tsb"] is None
    assert record["read"]["sources"][0]["format"] == "CSV (Garmin Connect)"
    assert record["formulas"]["ctl"]["source"]
    assert record["peak_memory_bytes"] > 0


def test_the_command_tells_in_words_and_writes_other_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, out = SAMPLES / "marathon_plan.csv", tmp_path / "plan.ics"
    assert main(["plan", str(plan), "--first-day", "2026-03-02", "--out", str(out)]) == 0
    assert "begins on 2026-03-02" in capsys.readouterr().out
    assert len(read_files([("plan.ics", out.read_bytes())]).sessions) == 84


@pytest.mark.parametrize(
    "arguments",
    [["no such file.csv"], [], ["--first-day", "soon", "x"], ["--zone", "Mars/Base", "x"]],
)
def test_the_command_refuses_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *arguments]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error:")
    assert told.err.count("\n") == 1
    assert not told.out


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        training_plan.read([tmp_path])


@pytest.mark.skipif(not REAL.is_dir(), reason="real plan files are not on this machine")
def test_real_files_are_read_but_for_those_without_sessions() -> None:
    known = {"timetorun_template.csv", "icu_daily.md", "Banister (Run).gchart"}
    for path in (p for p in sorted(REAL.rglob("*")) if p.is_file()):
        if path.stat().st_size > LARGEST:  # the long ones have no other format
            continue
        if path.name in known:
            with pytest.raises(FileError):
                training_plan.read([path])
        else:
            log = training_plan.read([path])
            assert log.sessions or log.wellness
