"""Illness and injury as days: spells that a coach notes, kept in the days' wellness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.errors import InputError
from data.plans.log import Health, Session, TrainingLog, Wellness, in_order

LONGEST_DAYS = 730


@dataclass(frozen=True)
class Spell:
    """Days from ``first`` to ``last`` on which an athlete was ``ill`` or ``injured``."""

    first: dt.date
    last: dt.date
    health: Health
    text: str = ""

    def __post_init__(self) -> None:
        if not self.first <= self.last < self.first + dt.timedelta(days=LONGEST_DAYS):
            raise InputError(
                "Days of illness or injury from {first} to {last} cannot be noted. The last day is "
                "the first one or later, and at most {days} days are noted at once.",
                first=self.first,
                last=self.last,
                days=LONGEST_DAYS,
            )

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def spells(log: TrainingLog, athlete: str) -> list[Spell]:
    """What is noted for an athlete, days in a row with the same words as one."""
    days = sorted(
        (w for w in log.wellness if w.athlete == athlete and w.health), key=lambda w: w.date
    )
    found: list[Spell] = []
    for day in days:
        before = found[-1] if found else None
        if (
            before is not None
            and (before.health, before.text) == (day.health, day.text)
            and day.date - before.last <= dt.timedelta(days=1)
        ):
            found[-1] = replace(before, last=day.date)
        else:
            found.append(Spell(day.date, day.date, day.health, day.text))
    return found


def with_spells(log: TrainingLog, athlete: str, noted: Iterable[Spell]) -> TrainingLog:
    """The log with these spells in the place of those before; of two on one day the later counts.

    The days' other values stay. A day about which nothing else is known goes with its spell.
    """
    said = {day: spell for spell in noted for day in spell.days}
    rows: list[Wellness] = []
    for row in log.wellness:
        if row.athlete != athlete:
            rows.append(row)
            continue
        spell = said.pop(row.date, None)
        if spell is not None:
            row = replace(row, health=spell.health, text=spell.text)
        elif row.health:
            row = replace(row, health="", text="")
        if row != Wellness(row.date, athlete):
            rows.append(row)
    rows += (Wellness(day, athlete, health=s.health, text=s.text) for day, s in said.items())
    return replace(log, wellness=tuple(sorted(rows, key=lambda w: (w.date, w.athlete))))


def unwell_days(log: TrainingLog, athlete: str) -> dict[dt.date, Health]:
    """Day → ``ill`` or ``injured``, of all that notes and sessions say."""
    rows: tuple[Session | Wellness, ...] = (*log.sessions, *log.wellness)
    return {row.date: row.health for row in rows if row.athlete == athlete and row.health}


def marked(log: TrainingLog, athlete: str) -> TrainingLog:
    """The log with noted days on its sessions, and a day of rest where one had no session.

    Up to the last day done, so that models read illness where sessions are.
    """
    noted = {w.date: w.health for w in log.wellness if w.athlete == athlete and w.health}
    done = {s.date for s in log.sessions if s.athlete == athlete and s.kind == "done"}
    if not noted or not done:
        return log
    sessions = [
        replace(s, health=noted[s.date])
        if s.athlete == athlete and s.kind == "done" and not s.health and s.date in noted
        else s
        for s in log.sessions
    ]
    sessions += (
        Session(day, "done", "rest", athlete, health=health)
        for day, health in noted.items()
        if day not in done and min(done) < day < max(done)
    )
    return replace(log, sessions=tuple(sorted(sessions, key=in_order)))
