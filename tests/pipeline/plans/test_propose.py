"""Better plans: limits are kept and every change has its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.errors import InputError
from data.plans.log import Performance, Session, TrainingLog
from data.plans.simulate import season
from pipeline import training_plan
from pipeline.plans.goal import Goal
from pipeline.plans.performance import Banister
from pipeline.plans.propose import Proposal, accepted
from pipeline.plans.spike import spikes

TODAY = dt.date(2026, 9, 1)
GOAL = Goal(TODAY + dt.timedelta(days=40), available=(1, 2, 4, 5, 6), longest_s=7200.0)


@pytest.fixture(scope="module")
def log() -> TrainingLog:
    return season(TODAY)


@pytest.fixture(scope="module")
def found(log: TrainingLog) -> list[Proposal]:
    return training_plan.propose(log, "Marek", GOAL, TODAY)


def test_the_best_comes_first_and_no_two_are_alike(found: list[Proposal]) -> None:
    assert 1 <= len(found) <= 3
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_limits_are_kept(log: TrainingLog, found: list[Proposal]) -> None:
    done = [s for s in log.of("Marek").sessions if s.kind == "done"]
    for proposal in found:
        open_ = [
            s for s in proposal.sessions if s.date != GOAL.day and "race" not in s.title.lower()
        ]
        assert {s.date.weekday() for s in open_} <= set(GOAL.available)
        assert max(s.duration_s or 0 for s in open_) <= 7200
        marked = spikes([*done, *proposal.sessions])
        for spike in marked:
            if spike.session in open_ and spike.session.sport in ("run", "bike", "swim"):
                assert spike.excess <= GOAL.spike + 1e-9
        weeks: dict[int, set[dt.date]] = {}
        for session in open_:
            weeks.setdefault(session.date.toordinal() // 7, set()).add(session.date)
        ramps = proposal.daily["ramp"].dropna()
        assert len(ramps)
        if not proposal.limits:
            assert ramps.max() <= GOAL.ramp + 1.0


def test_every_change_has_a_reason(found: list[Proposal]) -> None:
    for proposal in found:
        for change in proposal.changes:
            if change.kind != "kept":
                assert change.reasons
                assert all(str(note) for note in change.reasons)


def test_the_taper_is_lighter_than_the_plan_was(log: TrainingLog) -> None:
    plan = [s for s in log.of("Marek").sessions if s.kind == "planned"]
    last = GOAL.day - dt.timedelta(days=7)
    for proposal in training_plan.propose(log, "Marek", replace(GOAL, available=tuple(range(7)))):
        for change in proposal.changes:
            if change.before in plan and change.after and last < change.after.date < GOAL.day:
                race = "race" in change.after.title.lower()
                assert race or (change.after.duration_s or 0) < (change.before.duration_s or 0)


def test_shorter_sessions_have_fewer_repeats() -> None:
    plan = tuple(
        Session(
            TODAY + dt.timedelta(days=n),
            "planned",
            "run",
            title="8x400m",
            duration_s=3600.0,
            distance_m=10_000.0,
        )
        for n in range(1, 28, 2)
    )
    best = training_plan.propose(
        TrainingLog(plan), "", Goal(TODAY + dt.timedelta(days=28), start=TODAY), TODAY
    )[0]
    shorter = [c.after for c in best.changes if c.kind == "shorter" and c.after]
    assert shorter
    assert all(int(s.title.split("x")[0]) < 8 for s in shorter if s.duration_s < 3000)
    assert all((s.duration_s or 0) % 300 == 0 for s in shorter)


def test_without_a_plan_the_usual_week_is_built_on() -> None:
    done = tuple(
        Session(TODAY - dt.timedelta(days=n), sport="run", duration_s=3000.0, title="Easy run")
        for n in range(1, 60, 2)
    )
    best = training_plan.propose(TrainingLog(done), "", Goal(TODAY + dt.timedelta(weeks=5)), TODAY)
    assert len(best[0].sessions) > 8
    assert {c.kind for c in best[0].changes} == {"added"}


def test_accepting_replaces_the_plan_of_those_days_alone(
    log: TrainingLog, found: list[Proposal]
) -> None:
    new = accepted(log, "Marek", GOAL, found[0])
    planned = [s for s in new.of("Marek").sessions if s.kind == "planned" and s.date >= TODAY]
    assert [s for s in planned if s.date <= GOAL.day] == list(found[0].sessions)
    for name in ("Lea", "Yuna"):
        assert new.of(name).sessions == log.of(name).sessions
    was = [s for s in log.of("Marek").sessions if s.kind == "done"]
    assert [s for s in new.of("Marek").sessions if s.kind == "done"] == was


def test_what_cannot_be_proposed_is_refused_in_a_sentence(log: TrainingLog) -> None:
    with pytest.raises(InputError, match="not between"):
        training_plan.propose(log, "Marek", replace(GOAL, day=TODAY - dt.timedelta(days=9)), TODAY)
    with pytest.raises(InputError, match="at least one"):
        Goal(TODAY, available=())
    with pytest.raises(InputError, match="no training"):
        Goal(TODAY, rest_days=7)
    with pytest.raises(InputError, match="neither a plan"):
        training_plan.propose(TrainingLog(), "", Goal(TODAY + dt.timedelta(days=9)), TODAY)


def test_numbers_are_finite(found: list[Proposal]) -> None:
    assert all(np.isfinite([p.ctl, p.tsb, p.score]).all() for p in found)


def test_the_order_rests_on_terms_that_add_up(found: list[Proposal]) -> None:
    for proposal in found:
        assert set(proposal.terms) == {"fitness", "form", "changes", "limits"}
        assert proposal.score == pytest.approx(sum(proposal.terms.values()))
        assert proposal.terms["changes"] == -len(proposal.changed) / 4


def test_the_plan_as_it_stands_is_judged_by_the_same_limits(log: TrainingLog) -> None:
    strict = replace(GOAL, available=(1, 3), rest_days=3, longest_s=1800.0, ramp=0.5)
    now = training_plan.as_planned(log, "Marek", strict, TODAY)
    assert now is not None
    plan = [s for s in log.of("Marek").sessions if s.kind == "planned" and not s.is_rest]
    assert list(now.sessions) == [s for s in plan if TODAY <= s.date <= GOAL.day]
    assert not now.changed
    broken = " ".join(map(str, now.limits))
    for limit in ("days without time", "days of rest", "longer than 30 min", "rises by"):
        assert limit in broken
    assert training_plan.as_planned(TrainingLog(plan_free(log)), "Marek", GOAL, TODAY) is None


def plan_free(log: TrainingLog) -> tuple[Session, ...]:
    return tuple(s for s in log.sessions if s.kind == "done")


@pytest.mark.parametrize("days", [0, 4, 21])
def test_the_coach_sets_the_taper(log: TrainingLog, days: int) -> None:
    goal = replace(GOAL, taper=days)
    for proposal in training_plan.propose(log, "Marek", goal, TODAY):
        told = {n.template for c in proposal.changes for n in c.reasons if "Taper" in n.template}
        late = [
            c
            for c in proposal.changed
            if c.after is not None and any("Taper" in n.template for n in c.reasons)
        ]
        assert bool(told) == bool(days)
        assert all((goal.day - c.after.date).days < days for c in late if c.after is not None)
        assert str(proposal.name).endswith("without a taper." if not days else "taper.")
    with pytest.raises(InputError, match="not between 0 and 28"):
        replace(GOAL, taper=60)


def test_banisters_model_of_the_tests_has_a_say_in_the_order(log: TrainingLog) -> None:
    assert "result" not in training_plan.propose(log, "Marek", GOAL, TODAY)[0].terms
    daily = training_plan.analyse(log, "Marek", TODAY).daily
    truth = Banister(250.0, 0.06, 0.08, 45, 9, 1.0, 0.0)
    results = truth.expected(daily["load"].to_numpy())
    tests = tuple(
        Performance(daily.index[n].date(), float(results[n]), "Marek")
        for n in range(20, len(daily), 14)
    )
    assert len(tests) >= 8
    found = training_plan.propose(replace(log, performances=tests), "Marek", GOAL, TODAY)
    for proposal in found:
        assert proposal.expected is not None
        loads = np.concatenate([daily["load"], proposal.daily["load"]])
        assert proposal.expected == pytest.approx(truth.expected(loads)[-1], rel=1e-3)
        now = results[-1]
        better = 100 * (proposal.expected - now) / now
        assert proposal.terms["result"] == pytest.approx(5 * better, abs=0.05)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
