"""Each measure against numbers worked out by hand or against its own definition."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.plans.log import Session, Step, Thresholds
from data.plans.samples import Samples, normalized_power, summary
from pipeline.plans.compliance import compliance
from pipeline.plans.fitness import (
    acwr_coupled,
    acwr_ewma,
    acwr_uncoupled,
    fading_mean,
    form,
    monotony,
    ramp,
    strain,
)
from pipeline.plans.formulas import FORMULAS
from pipeline.plans.intensity import distribution, polarisation_index, three_zones
from pipeline.plans.performance import best_curve, critical, fit_banister, w_balance
from pipeline.plans.session_load import (
    METHODS,
    banister_trimp,
    edwards_trimp,
    lucia_trimp,
    pace_points,
    session_load,
    session_rpe,
    training_impulses,
    tss,
)
from pipeline.plans.spike import spikes
from pipeline.plans.zones import zones

DAY = dt.date(2026, 5, 13)
ATHLETE = Thresholds(
    DAY,
    ftp_w=250.0,
    lthr_bpm=170.0,
    heart_rate_max_bpm=190.0,
    heart_rate_rest_bpm=50.0,
    threshold_speed_m_s=4.0,
    swim_speed_m_s=1.2,
)
HOUR = 3600.0


def session(**values: object) -> Session:
    return Session(**({"date": DAY, "sport": "bike"} | values))  # type: ignore[arg-type]


def test_an_hour_at_the_threshold_is_a_hundred_points_by_every_method() -> None:
    ways = {
        "power": session(duration_s=HOUR, normalized_power_w=250.0),
        "stated TSS": session(duration_s=HOUR, load=100.0, load_name="TSS"),
        "heart rate": session(duration_s=HOUR, heart_rate_bpm=170.0),
        "pace": session(sport="run", duration_s=HOUR, distance_m=4.0 * HOUR),
        "session RPE": session(sport="strength", duration_s=HOUR, rpe=8.0),
    }
    for method, one in ways.items():
        load = session_load(one, ATHLETE)
        assert (load.method, load.load) == (method, pytest.approx(100))
    assert session_load(session(duration_s=HOUR), ATHLETE).method == "duration"
    assert session_load(session(sport="rest"), ATHLETE).load == 0
    assert set(METHODS) - {"rest"} <= set(FORMULAS)


def test_the_best_method_that_the_numbers_allow_is_taken() -> None:
    everything = session(
        duration_s=HOUR, power_w=200.0, heart_rate_bpm=150.0, rpe=5.0, load=60.0, load_name="TSS"
    )
    assert session_load(everything, ATHLETE).method == "power"
    assert session_load(everything, Thresholds(DAY)).method == "stated TSS"
    zero = session(duration_s=HOUR, rpe=5.0, load=0.0, load_name="Training Stress Score®")
    assert session_load(zero, Thresholds(DAY)).method == "session RPE"
    assumed = session_load(
        session(duration_s=HOUR, heart_rate_bpm=150.0), Thresholds(DAY, heart_rate_max_bpm=190.0)
    )
    assert assumed.assumed == ("resting heart rate", "threshold heart rate")


def test_planned_steps_have_a_load_before_they_are_ridden() -> None:
    steps = (Step(1800.0, target="power_ftp", low=1.0, high=1.0),) * 2
    load = session_load(session(kind="planned", duration_s=HOUR, steps=steps), Thresholds(DAY))
    assert (load.method, load.load) == ("power", pytest.approx(100))


def test_training_impulses() -> None:
    beats = ((120.0, 1800.0), (180.0, 600.0))
    by_hand = 30 * 0.5 * 0.64 * np.exp(1.92 * 0.5) + 10 * (130 / 140) * 0.64 * np.exp(
        1.92 * 130 / 140
    )
    assert banister_trimp(beats, 50, 190) == pytest.approx(by_hand)
    women = 30 * 0.5 * 0.86 * np.exp(1.67 * 0.5)
    assert banister_trimp(beats[:1], 50, 190, "female") == pytest.approx(women)
    assert edwards_trimp(beats, 200) == pytest.approx(30 * 2 + 10 * 5)
    assert lucia_trimp(beats, 150, 170) == pytest.approx(30 * 1 + 10 * 3)
    assert session_rpe(7, 2700) == 315
    assert tss(HOUR / 2, 250, 250) == 50
    assert pace_points(HOUR, 3.6, 4.0) == pytest.approx(81)
    assert pace_points(HOUR, 1.08, 1.2, 3) == pytest.approx(72.9)


def test_every_session_with_heart_rates_has_its_impulses() -> None:
    athlete = Thresholds(DAY, heart_rate_max_bpm=200.0, heart_rate_rest_bpm=50.0, lthr_bpm=170.0)
    ride = Session(DAY, duration_s=3600.0, heart_rate_bpm=160.0)
    banister, edwards, lucia = training_impulses(ride, athlete) or (0.0, 0.0, 0.0)
    assert banister == pytest.approx(banister_trimp(((160.0, 3600.0),), 50, 200))
    assert (edwards, lucia) == (60 * 4, 60 * 2)
    assert training_impulses(replace(ride, heart_rate_bpm=None), athlete) is None
    assert training_impulses(replace(ride, kind="planned"), athlete) is None
    assert training_impulses(ride, Thresholds(DAY)) is None


def test_normalized_power_counts_surges_more_than_the_mean() -> None:
    steady = np.full(600, 200.0)
    surges = np.tile(np.repeat([100.0, 300.0], 60), 5)
    assert normalized_power(steady) == pytest.approx(200)
    assert (normalized_power(surges) or 0) > 230
    assert normalized_power(steady[:29]) is None


def test_a_pause_is_no_time_in_motion_and_no_effort() -> None:
    time = np.concatenate([np.arange(300.0), np.arange(1500.0, 1800.0)])
    told = summary(Samples(time, power_w=np.full(600, 200.0)))
    assert told["duration_s"] == pytest.approx(599, abs=2)
    assert told["power_w"] == 200
    assert dict(told["best_power_w"])[300] == pytest.approx(200, abs=1)
    assert dict(told["best_power_w"])[1200] < 70


def test_fitness_after_a_time_constant_of_equal_days_is_63_percent() -> None:
    ctl = fading_mean(np.full(42, 100.0), 42)
    assert ctl[-1] == pytest.approx(100 * (1 - np.exp(-1)))
    assert fading_mean(np.full(400, 100.0), 7)[-1] == pytest.approx(100)
    assert fading_mean(np.zeros(1), 42, before=50)[0] == pytest.approx(50 * np.exp(-1 / 42))


def test_form_is_that_of_the_morning() -> None:
    tsb = form(np.array([10.0, 20.0]), np.array([30.0, 5.0]))
    assert np.isnan(tsb[0])
    assert tsb[1] == -20
    assert len(form(np.zeros(0), np.zeros(0))) == 0


def test_monotony_and_strain() -> None:
    week = np.array([100.0, 0, 100, 0, 100, 0, 50])
    assert monotony(week)[-1] == pytest.approx(week.mean() / week.std(ddof=1))
    assert strain(week)[-1] == pytest.approx(week.sum() * monotony(week)[-1])
    assert np.isnan(monotony(np.full(7, 50.0))).all()  # all alike: no bound
    assert np.isnan(monotony(week)[:6]).all()
    assert np.isnan(monotony(week[:3])).all()


def test_ratios_of_acute_to_chronic_load() -> None:
    load = np.concatenate([np.full(21, 50.0), np.full(7, 100.0)])
    assert acwr_coupled(load)[-1] == pytest.approx(100 / 62.5)
    assert acwr_uncoupled(load)[-1] == pytest.approx(2)
    acute, chronic = 50.0, 50.0
    for today in load[1:]:
        acute += (today - acute) * 2 / 8
        chronic += (today - chronic) * 2 / 29
    assert acwr_ewma(load)[-1] == pytest.approx(acute / chronic)
    for ratio in (acwr_coupled, acwr_uncoupled, acwr_ewma):
        assert np.isnan(ratio(np.zeros(40))).all()
        assert np.isnan(ratio(load)[:27]).all()
        assert len(ratio(load[:5])) == 5


def test_ramp_is_the_rise_of_a_week() -> None:
    assert ramp(np.arange(10.0))[-1] == 7
    assert np.isnan(ramp(np.arange(10.0))[:7]).all()
    assert len(ramp(np.arange(3.0))) == 3


def test_a_spike_is_against_the_longest_of_thirty_days() -> None:
    def run(days: int, km: float, sport: str = "run") -> Session:
        return Session(DAY + dt.timedelta(days=days), sport=sport, distance_m=km * 1000)

    runs = [run(0, 20), run(5, 10), run(30, 12), run(31, 11.6), run(40, 26)]
    found = spikes([*runs, run(41, 90, "bike")])
    told = [(s.session.date, round(s.excess, 3), s.band) for s in found]
    assert told == [
        (DAY + dt.timedelta(days=5), -0.5, None),
        (DAY + dt.timedelta(days=30), -0.4, None),  # the 20 km are thirty days ago
        (DAY + dt.timedelta(days=31), -0.033, None),  # now they are not
        (DAY + dt.timedelta(days=40), 1.167, 2),
    ]


def test_three_zones_by_power_heart_rate_or_what_the_file_says() -> None:
    ride = session(power_s=((150.0, 600.0), (200.0, 60.0), (300.0, 30.0)))
    assert three_zones(ride, ATHLETE) == (600, 60, 30)
    run = session(sport="run", heart_rate_s=((140.0, 500.0), (160.0, 50.0), (175.0, 5.0)))
    assert three_zones(run, ATHLETE) == (500, 50, 5)
    stated = session(heart_rate_zones_s=(10.0, 20.0, 5.0, 4.0, 3.0))
    assert three_zones(stated, ATHLETE) == (30, 9, 3)
    assert three_zones(session(), ATHLETE) is None
    assert distribution([(30, 9, 3), (30, 0, 0)]) == pytest.approx((60 / 72, 9 / 72, 3 / 72))


def test_zones_follow_from_the_thresholds_without_gaps() -> None:
    found = zones(ATHLETE)
    power = [z for z in found if z.measure == "power_w"]
    assert [(z.low, z.high) for z in power][:2] == [(None, 137.5), (137.5, 187.5)]
    assert (len(power), power[-1].high) == (7, None)
    for measure in ("power_w", "heart_rate_bpm", "speed_m_s"):
        own = [z for z in found if z.measure == measure]
        assert all(a.high == b.low for a, b in pairwise(own))
        assert [z.number for z in own] == list(range(1, len(own) + 1))
    assert zones(Thresholds(DAY)) == []


def test_polarisation_index_and_its_guards() -> None:
    assert polarisation_index(0.8, 0.05, 0.15) == pytest.approx(np.log10(0.8 / 0.05 * 0.15 * 100))
    assert polarisation_index(0.8, 0.2, 0.0) == 0
    assert polarisation_index(0.8, 0.0, 0.2) == pytest.approx(np.log10(0.8 / 0.01 * 0.19 * 100))
    assert polarisation_index(0.2, 0.2, 0.6) is None


def test_critical_power_is_found_where_the_efforts_follow_it() -> None:
    efforts = tuple((t, 260 + 18_000 / t) for t in (120.0, 300.0, 720.0, 1200.0))
    found = critical(((5.0, 900.0), *efforts, (7200.0, 200.0)))
    assert found is not None
    assert (found.critical, found.reserve) == pytest.approx((260, 18_000))
    assert critical(efforts[:2]) is None
    assert critical(tuple((t, 200.0) for t, _ in efforts)) is None  # no effort was all-out
    assert best_curve([((5.0, 3.0),), ((5.0, 4.0), (9.0, 1.0))]) == ((5.0, 4.0), (9.0, 1.0))


def test_w_prime_is_spent_above_cp_and_comes_back_below() -> None:
    left = w_balance(np.repeat([360.0, 160.0], [100, 2000]), 260, 20_000)
    assert left[99] == pytest.approx(10_000)
    assert 19_000 < left[-1] < 20_000


def test_banisters_model_is_recovered_from_tests_that_follow_it() -> None:
    rng = np.random.default_rng(0)
    load = rng.gamma(2, 30, 200) * (rng.random(200) > 0.2)
    days = [DAY + dt.timedelta(days=n) for n in range(200)]
    ages = np.arange(200)[:, None] - np.arange(200)[None]
    fading = {tau: np.where(ages > 0, np.exp(-ages / tau), 0) @ load for tau in (45, 9)}
    truth = 250 + 0.08 * fading[45] - 0.12 * fading[9]
    tests = {days[n]: float(truth[n]) for n in range(15, 200, 12)}
    fitted = fit_banister(days, load, tests)
    assert fitted is not None
    assert (fitted.fitness_days, fitted.fatigue_days) == (45, 9)
    assert (fitted.start, fitted.fitness_gain, fitted.fatigue_gain) == pytest.approx(
        (250, 0.08, 0.12), rel=1e-6
    )
    assert fitted.expected(load) == pytest.approx(truth)
    assert fit_banister(days, load, dict(list(tests.items())[:7])) is None


def test_planned_and_done_are_compared_day_by_day() -> None:
    def plan(days: int, **values: object) -> Session:
        return session(kind="planned", date=DAY + dt.timedelta(days=days), **values)

    def done(days: int, **values: object) -> Session:
        return session(kind="done", date=DAY + dt.timedelta(days=days), **values)

    compared = compliance(
        [
            plan(0, sport="run", duration_s=HOUR),
            done(0, sport="run", duration_s=0.9 * HOUR),
            plan(1, sport="run", distance_m=10_000.0),
            done(1, sport="run", distance_m=6_000.0),
            plan(2, sport="rest"),
            done(2, sport="swim", duration_s=HOUR),
            plan(3, sport="bike", duration_s=HOUR),
            plan(9, sport="bike", duration_s=HOUR),
            plan(4, sport="other", workout="a", duration_s=HOUR),
            done(4, sport="run", workout="a", duration_s=3 * HOUR),
            plan(5, sport="run", duration_s=HOUR),
        ],
        lambda s: 0.0,
        today=DAY + dt.timedelta(days=6),
        unwell={DAY + dt.timedelta(days=5)},
    )
    told = [(c.status, c.measure, c.share) for c in compared]
    assert told == [
        ("done", "duration_s", pytest.approx(0.9)),
        ("partly", "distance_m", pytest.approx(0.6)),
        ("changed", "", None),
        ("extra", "", None),
        ("missed", "", None),
        ("changed", "duration_s", pytest.approx(3)),
        ("unwell", "", None),
        ("to come", "", None),
    ]
