"""What is written can be read again: CSV, XLSX and JSON whole, the rest as far as it goes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import string
from dataclasses import replace

import icalendar
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.plans import fit_workout, ics, zwo
from data.plans.log import (
    SPORTS,
    Performance,
    Session,
    Step,
    Thresholds,
    TrainingLog,
    Wellness,
)
from data.plans.options import Options
from data.plans.read import read_files
from data.plans.write import write
from tests.data.plans import files

known = st.floats(0, 2000).map(lambda v: round(v, 3))
amounts = st.none() | known
words = st.text(string.ascii_letters + string.digits + " ,;=+-@|\"'\n周三休息 8x400米", max_size=30)
words = words.map(str.strip)
pairs = st.lists(st.tuples(known, known), max_size=3)
zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30)), None])
days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))
steps = st.builds(
    Step,
    duration_s=st.none() | st.integers(1, 36_000).map(float),
    effort=st.sampled_from(["warmup", "work", "recovery", "cooldown"]),
    target=st.sampled_from(["", "power_w", "power_ftp"]),
    low=amounts,
    high=amounts,
    ramp=st.booleans(),
    text=words,
)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    day = draw(days)
    start = draw(st.none() | st.times().map(lambda t: t.replace(microsecond=0, fold=0)))
    when = None if start is None else dt.datetime.combine(day, start, draw(zones))
    return Session(
        day,
        draw(st.sampled_from(["planned", "done"])),
        draw(st.sampled_from(SPORTS)),
        draw(words),
        when,
        draw(words),
        draw(words),
        draw(st.sampled_from(["", "ill", "injured"])),
        duration_s=draw(amounts),
        distance_m=draw(amounts),
        rpe=draw(st.none() | st.integers(0, 10).map(float)),
        load=draw(amounts),
        load_name=draw(words),
        heart_rate_s=tuple(draw(pairs)) if draw(st.booleans()) else (),
        best_power_w=tuple(draw(pairs)),
        power_zones_s=tuple(draw(st.lists(known, max_size=3))),
        steps=tuple(draw(st.lists(steps, max_size=2))),
        workout=draw(words),
        source=draw(words),
        extra=tuple(draw(st.lists(st.tuples(words, words), max_size=2))),
        flags=tuple(draw(st.lists(st.sampled_from(["load", "rpe"]), max_size=2))),
    )


def logs() -> st.SearchStrategy[TrainingLog]:
    wellness = st.builds(
        Wellness, date=days, athlete=words, hrv_rmssd_ms=amounts, sleep_h=amounts, text=words
    )
    thresholds = st.builds(Thresholds, since=days, athlete=words, ftp_w=amounts, sex=words)
    performances = st.builds(Performance, date=days, result=known, athlete=words, name=words)
    return st.builds(
        TrainingLog,
        st.lists(sessions(), min_size=1, max_size=3).map(tuple),
        st.lists(wellness, max_size=2).map(tuple),
        st.lists(thresholds, max_size=2).map(tuple),
        st.lists(performances, max_size=2).map(tuple),
    )


few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", ["log.csv", "log.xlsx", "log.json"])
@few
@given(log=logs())
def test_csv_xlsx_and_json_lose_nothing(name: str, log: TrainingLog) -> None:
    again = read_files([(name, write(log, name))])
    assert sorted(map(repr, again.sessions)) == sorted(map(repr, log.sessions))
    assert set(again.wellness) == set(log.wellness)
    assert set(again.thresholds) == set(log.thresholds)
    assert set(again.performances) == set(log.performances)


@few
@given(session=sessions())
def test_a_calendar_carries_day_start_duration_sport_texts_and_numbers(session: Session) -> None:
    written = ics.write(TrainingLog((session,)))
    assert not icalendar.Calendar.from_ical(written).errors
    (again,) = ics.read("x.ics", written, Options(zone=dt.UTC)).sessions
    assert again.start == session.start
    if session.start is None or session.start.tzinfo is None:
        assert again.date == session.date
    assert (again.kind, again.sport) == (session.kind, session.sport)
    assert (again.title, again.text) == (session.title, session.text)
    rounded = session.start is not None
    wanted = round(session.duration_s or 0) or None if rounded else session.duration_s
    assert (again.duration_s or None) == (pytest.approx(wanted, abs=0.01) if wanted else None)
    for name in ics.FIELDS:
        value = getattr(session, name)
        assert getattr(again, name) == (None if value is None else pytest.approx(value, rel=1e-5))


def test_importing_a_calendar_again_updates_its_events() -> None:
    log = read_files([("plan.csv", files.GRID)], Options(first_day=dt.date(2026, 5, 11)))
    assert ics.write(log) == ics.write(log)
    events = icalendar.Calendar.from_ical(ics.write(log)).walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(log.sessions)


@few
@given(parts=st.lists(steps, min_size=1, max_size=5))
def test_a_zwift_workout_carries_timed_steps_and_power(parts: list[Step]) -> None:
    session = Session(dt.date(2026, 5, 12), "planned", "bike", steps=tuple(parts))
    timed = [s for s in parts if s.duration_s]
    if not timed:
        return
    (again,) = zwo.read("x", zwo.write(session), Options()).sessions
    assert [s.duration_s for s in again.steps] == [s.duration_s for s in timed]
    for step, back in zip(timed, again.steps, strict=True):
        if step.target == "power_ftp" and step.low is not None and step.high is not None:
            assert (back.low, back.high) == pytest.approx((step.low, step.high), rel=1e-5)
        else:
            assert back.target == ""


TARGETS = {
    "power_w": st.integers(50, 900),
    "power_ftp": st.integers(1, 300).map(lambda v: v / 100),
    "heart_rate_bpm": st.integers(60, 220),
    "heart_rate_max": st.integers(1, 99).map(lambda v: v / 100),
    "speed_m_s": st.integers(500, 20_000).map(lambda v: v / 1000),
}
"""What a FIT step can aim at, in the steps that it is written in."""


@st.composite
def fit_steps(draw: st.DrawFn) -> Step:
    target = draw(st.sampled_from(["", *TARGETS, "power_zone", "heart_rate_zone"]))
    ends: list[float | None] = [None, None]
    if target.endswith("_zone"):
        ends = [float(draw(st.integers(1, 7)))] * 2
    elif target:
        ends = sorted(float(draw(TARGETS[target])) for _ in range(2))
    timed = draw(st.booleans())
    return Step(
        float(draw(st.integers(1, 36_000))) if timed else None,
        None if timed else float(draw(st.integers(1, 40_000))),
        draw(st.sampled_from(["warmup", "work", "recovery", "cooldown"])),
        target,
        *ends,
        text=draw(st.text(string.ascii_letters + "快慢", max_size=12)),
    )


@few
@given(parts=st.lists(fit_steps(), min_size=1, max_size=4))
def test_a_fit_workout_carries_its_steps(parts: list[Step]) -> None:
    session = Session(dt.date(2026, 5, 12), "planned", "bike", title="Über 快", steps=tuple(parts))
    (again,) = read_files([("x", fit_workout.write(session))]).sessions
    for back, step in zip(again.steps, session.steps, strict=True):
        ends = [None if e is None else pytest.approx(e, rel=1e-6) for e in (step.low, step.high)]
        assert [back.low, back.high] == ends
        assert replace(back, low=None, high=None) == replace(step, low=None, high=None)
    assert again.title == session.title
    assert (again.sport, again.date, again.kind) == ("bike", session.date, "planned")


def test_workouts_leave_as_a_zip_and_come_back() -> None:
    log = read_files([("plan.csv", files.GRID)], Options(first_day=dt.date(2026, 5, 11)))
    packed = write(log, "plan.fit.zip")
    assert len(read_files([("plan.fit.zip", packed)]).sessions) == 2
    with pytest.raises(InputError, match="no workouts"):
        write(TrainingLog(), "plan.zwo.zip")
    with pytest.raises(InputError, match=r"\.ics"):
        write(log, "plan.doc")


@pytest.mark.parametrize("evil", ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_spreadsheet_runs_what_an_athlete_typed(evil: str) -> None:
    log = TrainingLog((Session(dt.date(2026, 5, 12), title=evil, text="x"),))
    cells = [c for row in csv.reader(io.StringIO(write(log, "a.csv").decode())) for c in row]
    assert evil not in cells
    assert f"'{evil}" in cells
    book = openpyxl.load_workbook(io.BytesIO(write(log, "a.xlsx")))
    assert all(c.data_type != "f" for row in book.active.iter_rows() for c in row)
    assert read_files([("a.csv", write(log, "a.csv"))]).sessions[0].title == evil.strip()
