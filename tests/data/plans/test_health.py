"""Days of illness and injury: noted, changed, and seen by whatever reads the log."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError
from data.plans.health import Spell, marked, spells, unwell_days, with_spells
from data.plans.log import Session, TrainingLog, Wellness

DAY = dt.date(2026, 5, 4)


def on(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


FLU = Spell(on(2), on(4), "ill", "flu")


def test_days_in_a_row_are_one_spell() -> None:
    knee = Spell(on(5), on(5), "injured", "knee")
    log = with_spells(TrainingLog(), "Ann", [FLU, knee])
    assert len(log.wellness) == 4
    assert spells(log, "Ann") == [FLU, knee]
    assert spells(log, "Bo") == []


def test_other_values_of_the_days_stay_and_an_empty_day_goes() -> None:
    slept = Wellness(on(3), "Ann", sleep_h=7.5)
    other = Wellness(on(3), "Bo", health="ill")
    log = with_spells(TrainingLog(wellness=(slept, other)), "Ann", [FLU])
    assert Wellness(on(3), "Ann", sleep_h=7.5, health="ill", text="flu") in log.wellness
    again = with_spells(log, "Ann", [])
    assert set(again.wellness) == {slept, other}


@pytest.mark.parametrize("last", [on(-1), on(800)])
def test_a_spell_that_cannot_be_is_refused_in_a_sentence(last: dt.date) -> None:
    with pytest.raises(InputError, match="cannot be noted"):
        Spell(on(0), last, "ill")


def test_noted_days_reach_the_sessions() -> None:
    done = tuple(Session(on(n), sport="run", athlete="Ann") for n in (0, 3, 6))
    log = marked(with_spells(TrainingLog(done), "Ann", [FLU, Spell(on(6), on(9), "ill")]), "Ann")
    assert {s.date: (s.sport, s.health) for s in log.sessions} == {
        on(0): ("run", ""),
        on(2): ("rest", "ill"),
        on(3): ("run", "ill"),
        on(4): ("rest", "ill"),
        on(6): ("run", "ill"),
    }
    assert len(unwell_days(log, "Ann")) == 7
