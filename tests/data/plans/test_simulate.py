"""Simulated athletes and the tokens made of logs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.plans.log import SPORTS, Session, TrainingLog, checked
from data.plans.simulate import season, simulate
from data.plans.tokens import MOST_WORDS, buckets, lived, tokens

REST = SPORTS.index("rest")


def test_a_seed_always_makes_the_same_athlete() -> None:
    one, other = (simulate(np.random.default_rng(3), 60).log for _ in range(2))
    assert one == other
    assert simulate(np.random.default_rng(4), 60).log != one


def test_nothing_simulated_is_impossible() -> None:
    for seed in range(5):
        log = simulate(np.random.default_rng(seed), 120, ahead=20).log
        assert not [s for s in log.sessions if checked(s).flags]
        assert {s.kind for s in log.sessions} == {"planned", "done"}


@pytest.mark.parametrize("seed", range(8))
def test_a_planted_driver_is_unlike_its_weekday_and_returns_a_week_later(seed: int) -> None:
    made = simulate(np.random.default_rng(seed), 100, driver=True, plans=False)
    assert made.driver is not None
    done = [s for s in made.log.sessions if not s.is_rest]
    load = made.driver.load or 0
    assert done[-1].date == dt.date(2026, 1, 5) + dt.timedelta(days=99)
    assert done[-1].date - made.driver.date == dt.timedelta(days=7)
    assert done[-1].load == pytest.approx(load, rel=0.75)
    weeks = [made.driver.date - dt.timedelta(days=7 * n) for n in (1, 2, 3)]
    assert not [s for s in done if s.date in weeks and s.title == made.driver.title]


def test_the_season_ends_yesterday_and_has_weeks_to_come() -> None:
    today = dt.date(2026, 9, 1)
    log = season(today)
    assert log.athletes_with_sessions == ("Lea", "Marek", "Yuna")
    for name in log.athletes_with_sessions:
        mine = log.of(name).sessions
        assert max(s.date for s in mine if s.kind == "done") < today
        assert max(s.date for s in mine if s.kind == "planned") > today + dt.timedelta(days=30)
        assert any(s.steps for s in mine if s.kind == "planned")


def test_days_without_a_session_become_tokens_of_rest() -> None:
    monday = dt.date(2026, 3, 2)
    run = Session(monday, sport="run", duration_s=3600.0, distance_m=10_000.0, rpe=4.0, title="Run")
    log = TrainingLog((run, Session(monday + dt.timedelta(days=3), sport="bike", title="间歇骑行")))
    sessions = lived(log, monday + dt.timedelta(days=5))
    rows = tokens(sessions, [50.0, 0.0, 0.0, 40.0, 0.0, 0.0])
    assert rows.sport.tolist() == [
        SPORTS.index("run"),
        REST,
        REST,
        SPORTS.index("bike"),
        REST,
        REST,
    ]
    assert rows.values[0].tolist() == [50.0, 4.0, 60.0]
    assert np.isnan(rows.values[1]).all()
    assert np.isnan(rows.values[3, 1:]).all()
    assert rows.day.tolist() == [0, 1, 2, 3, 4, 5]
    assert rows.weekday.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(rows[2:]) == 4


def test_words_are_hashed_the_same_everywhere() -> None:
    assert buckets("Easy Run") == buckets("easy  run!")
    assert buckets("长跑")[:2] != [0, 0]
    assert len(buckets("one two three four five six seven eight nine ten")) == MOST_WORDS
    assert buckets("") == [0] * MOST_WORDS


def test_a_log_without_sessions_has_no_tokens() -> None:
    assert lived(TrainingLog()) == ()
    assert len(tokens((), ())) == 0
