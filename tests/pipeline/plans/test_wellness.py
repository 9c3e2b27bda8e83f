"""How an athlete was, against what is usual."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.plans.log import Wellness
from pipeline.plans.wellness import LEAST, LEAST_USUAL, WEEK, course, measured, standing

START = dt.date(2026, 3, 1)


def nights(*rmssd: float | None) -> list[Wellness]:
    return [
        Wellness(START + dt.timedelta(days=n), hrv_rmssd_ms=value) for n, value in enumerate(rmssd)
    ]


def test_a_measure_counts_from_two_days_on() -> None:
    days = [Wellness(START, sleep_h=7.0), Wellness(START + dt.timedelta(days=1), mood=3, sleep_h=8)]
    assert measured(days) == ("sleep_h",)
    assert measured([]) == ()


def test_days_that_nobody_measured_are_gaps() -> None:
    days = [Wellness(START, sleep_h=7.0), Wellness(START + dt.timedelta(days=3), sleep_h=8.0)]
    found = course(days[::-1], "sleep_h")
    assert found["value"].isna().tolist() == [False, True, True, False]
    assert found["week"].isna().all()  # two days are too few


def test_the_weeks_mean_of_hrv_is_a_geometric_one() -> None:
    found = course(nights(20, 40, 80), "hrv_rmssd_ms")
    assert found["week"].isna().sum() == LEAST - 1
    assert found["week"].iloc[-1] == pytest.approx(40)


def test_a_fall_below_what_is_usual_is_named() -> None:
    usual = [50.0, 60.0] * 15
    found = course(nights(*usual), "hrv_rmssd_ms")
    assert standing(found) == "within"
    fallen = course(nights(*usual, *[40.0] * WEEK), "hrv_rmssd_ms")
    assert standing(fallen) == "below"
    assert standing(course(nights(*usual, *[80.0] * WEEK), "hrv_rmssd_ms")) == "above"
    # The week itself does not count towards what is usual.
    assert fallen["low"].iloc[-1] > 50
    half = (fallen["high"] / fallen["low"]).iloc[-1]
    assert np.log(half) == pytest.approx(np.log(usual).std(ddof=1), rel=1e-6)


def test_too_few_days_tell_nothing_usual() -> None:
    days = nights(*[50.0, 60.0] * ((LEAST_USUAL + WEEK) // 2 - 1))
    assert standing(course(days, "hrv_rmssd_ms")) is None


def test_zero_is_no_heartbeat() -> None:
    found = course(nights(*[50.0, 0.0, 60.0, 55.0]), "hrv_rmssd_ms")
    assert np.isfinite(found["week"].iloc[-1])
