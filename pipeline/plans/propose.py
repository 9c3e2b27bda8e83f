"""A better plan: candidates within stated limits, ranked by rules, each change with its reason.

    proposals = propose(log, athlete, Goal(day=dt.date(2027, 4, 11), available=(0, 2, 4, 5, 6)))

A candidate begins as the plan that is there, or, without one, as the athlete's usual week. It is
then brought within the limits in the order of :func:`_candidate`. No proposal is called safe: the
limits are the coach's, and keeping them says nothing about injuries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median

import numpy as np
import pandas as pd

from data.errors import InputError
from data.plans.log import Note, Session, TrainingLog, in_order
from pipeline.plans.adjust import (
    Item,
    add_rest,
    begun,
    by_week,
    cap_ramp,
    cap_spikes,
    is_fixed,
    longest_before,
    move,
    shape,
    shorten,
    vary_days,
    week_monotony,
)
from pipeline.plans.goal import TAPERS, Goal
from pipeline.plans.performance import Banister, fit_banister
from pipeline.plans.resize import amount
from pipeline.plans.tables import daily_table, planned_table

USUAL_WEEKS = 6
LONGEST_WEEKS = 40
GROWTHS = (1.0, 1.03, 1.06)
CYCLES = (3, 4)
BEST_FORM = 10.0
MOST = 3
TRUSTED_R2 = 0.5
"""From which share of explained variance on Banister's model has a say in the order."""

PER_PERCENT = 5.0
"""Points for each percent by which Banister's model expects a better result than on the last day
done."""


@dataclass(frozen=True)
class Change:
    """One session ``before`` and ``after``: None for one that is added or dropped."""

    before: Session | None
    after: Session | None
    reasons: tuple[Note, ...]

    @property
    def kind(self) -> str:
        """``added``, ``dropped``, ``moved``, ``shorter``, ``longer`` or ``kept``."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "dropped"
        if self.before.date != self.after.date:
            return "moved"
        was, now = amount(self.before), amount(self.after)
        return "kept" if abs(was - now) < 1e-6 else "shorter" if now < was else "longer"


@dataclass(frozen=True, eq=False)
class Proposal:
    """One plan, what it changes and what it leads to.

    Attributes
    ----------
    name
        How it is built, in a sentence.
    daily
        Load, ctl, atl, tsb … of each day until the goal, as Analysis.planned.
    ctl, tsb
        On the morning of the goal, points a day.
    limits
        Limits that it does not keep, as sentences.
    terms
        What the order rests on, points: ``fitness``, ``form``, ``changes`` and ``limits``, and
        ``result`` where Banister's model fits; see FORMULAS["proposal"].
    expected
        The result that Banister's model of the athlete's tests expects on the goal's morning, in
        their unit; None without such a model.
    """

    name: Note
    sessions: tuple[Session, ...]
    changes: tuple[Change, ...]
    daily: pd.DataFrame
    ctl: float
    tsb: float
    limits: tuple[Note, ...]
    terms: dict[str, float]
    expected: float | None = None

    @property
    def score(self) -> float:
        """Higher is better."""
        return sum(self.terms.values())

    @property
    def changed(self) -> tuple[Change, ...]:
        """What differs from the plan that was there."""
        return tuple(c for c in self.changes if c.kind != "kept")


@dataclass(frozen=True, eq=False)
class _Basis:
    """What every candidate is built on: goal, plan, usual week, and what was done until then."""

    athlete: str
    goal: Goal
    start: dt.date
    plan: list[Session]
    usual: list[Session]
    done: list[Session]
    history: pd.DataFrame
    load_of: Callable[[Session], float]
    banister: Banister | None


def propose(
    log: TrainingLog,
    athlete: str,
    goal: Goal,
    load_of: Callable[[Session], float],
    today: dt.date | None = None,
) -> list[Proposal]:
    """The best plans from ``goal.start`` to ``goal.day``, the first one first.

    Raises :class:`InputError` where there is nothing to build on or no time.
    """
    basis = _basis(log, athlete, goal, load_of, today)
    tapers = TAPERS if goal.taper is None else (goal.taper,)
    found = [_candidate(basis, *how) for how in product(GROWTHS, CYCLES, tapers)]
    found.sort(key=lambda p: -p.score)
    # Two plans that lead to the same form are one choice.
    best: list[Proposal] = []
    for one in found:
        if all(abs(one.ctl - b.ctl) > 0.5 or abs(one.tsb - b.tsb) > 2 for b in best):
            best.append(one)
    return best[:MOST]


def as_planned(
    log: TrainingLog,
    athlete: str,
    goal: Goal,
    load_of: Callable[[Session], float],
    today: dt.date | None = None,
) -> Proposal | None:
    """The plan as it stands, judged by the same rules; None where nothing is planned.

    Raises as :func:`propose`.
    """
    basis = _basis(log, athlete, goal, load_of, today)
    if not basis.plan:
        return None
    items = [Item(s, s, load_of(s)) for s in basis.plan]
    return _judged(basis, Note("The plan as it stands."), items)


def _basis(
    log: TrainingLog,
    athlete: str,
    goal: Goal,
    load_of: Callable[[Session], float],
    today: dt.date | None,
) -> _Basis:
    mine = log.of(athlete)
    done = [s for s in mine.sessions if s.kind == "done"]
    last = max((s.date for s in done), default=(today or dt.date.today()) - dt.timedelta(days=1))
    start = goal.start or last + dt.timedelta(days=1)
    if not start <= goal.day <= start + dt.timedelta(weeks=LONGEST_WEEKS):
        raise InputError(
            "The goal on {day} is not between {start} and {weeks} weeks later. Choose another day.",
            day=goal.day,
            start=start,
            weeks=LONGEST_WEEKS,
        )
    plan = [
        s
        for s in mine.sessions
        if s.kind == "planned" and not s.is_rest and start <= s.date <= goal.day
    ]
    usual = _usual_week(done, last)
    if not plan and not usual:
        raise InputError(
            "There is neither a plan for these days nor training before them to build on. Add one."
        )
    history = daily_table([(s, load_of(s)) for s in done])
    fit = fit_banister(
        [stamp.date() for stamp in history.index],
        history["load"].to_numpy(),
        {p.date: p.result for p in mine.performances},
    )
    trusted = fit if fit is not None and fit.r2 >= TRUSTED_R2 else None
    return _Basis(athlete, goal, start, plan, usual, done, history, load_of, trusted)


def _usual_week(done: Sequence[Session], last: dt.date) -> list[Session]:
    """A session for each weekday on which most of the last weeks had one, of middling size."""
    recent = [s for s in done if not s.is_rest and (last - s.date).days < 7 * USUAL_WEEKS]
    by_day: dict[int, list[Session]] = defaultdict(list)
    for session in recent:
        by_day[session.date.weekday()].append(session)
    result = []
    for sessions in by_day.values():
        if len({s.date for s in sessions}) * 2 < USUAL_WEEKS:
            continue
        sports = [s.sport for s in sessions]
        sport = max(sorted(set(sports)), key=sports.count)
        alike = [s for s in sessions if s.sport == sport]
        typical = sorted(alike, key=amount)[len(alike) // 2]
        result.append(
            Session(
                typical.date,
                "planned",
                sport,
                typical.athlete,
                title=typical.title,
                duration_s=_middle(s.duration_s for s in alike),
                distance_m=_middle(s.distance_m for s in alike),
                rpe=typical.rpe,
            )
        )
    return result


def _middle(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v]
    return float(median(known)) if known else None


def _candidate(basis: _Basis, growth: float, cycle: int, taper: int) -> Proposal:
    goal, start, planned = basis.goal, basis.start, bool(basis.plan)
    items = begun(basis.plan, basis.usual, goal, start, basis.load_of)

    # 1. Days: nothing where the athlete has no time, and enough days of rest.
    move(items, goal, start)
    add_rest(items, goal)
    # 2. Shape: a build of loading and easier weeks, then the taper.
    shape(items, goal, growth, cycle, taper, planned)
    # 3. Limits, from the single session to the week.
    shorten(items, goal)
    cap_spikes(items, basis.done, goal)
    cap_ramp(items, basis.history, goal, start)
    vary_days(items, goal)

    values = {"percent": round(100 * (growth - 1)), "cycle": cycle, "taper": taper}
    if planned and growth == 1.0 and taper:
        name = Note(
            "Your plan within the limits, one week in {cycle} easier, the last {taper} days taper.",
            **values,
        )
    elif planned and growth == 1.0:
        name = Note(
            "Your plan within the limits, one week in {cycle} easier, without a taper.", **values
        )
    elif taper:
        name = Note(
            "Weeks grow by {percent} %, one week in {cycle} is easier, the last {taper} days "
            "taper.",
            **values,
        )
    else:
        name = Note(
            "Weeks grow by {percent} %, one week in {cycle} is easier, without a taper.", **values
        )
    return _judged(basis, name, items)


def _judged(basis: _Basis, name: Note, items: Sequence[Item]) -> Proposal:
    """What the items lead to, which limits they break, and what their place rests on."""
    goal, athlete = basis.goal, basis.athlete
    kept = [i for i in items if not i.dropped]
    begin, end = (Session(day, "planned", "rest", athlete) for day in (basis.start, goal.day))
    pairs = [(i.session, i.load) for i in kept]
    daily = planned_table([(begin, 0.0), *pairs, (end, 0.0)], basis.history)
    morning = daily.iloc[-1]
    ctl, tsb = float(morning["ctl"]), float(np.nan_to_num(morning["tsb"]))
    changes = tuple(_changes(items))
    limits = tuple(_broken(kept, daily, basis.done, goal))
    terms = {
        "fitness": ctl,
        "form": -abs(tsb - BEST_FORM),
        "changes": -sum(c.kind != "kept" for c in changes) / 4,
        "limits": -20.0 * len(limits),
    }
    expected = None
    if basis.banister is not None:
        loads = np.concatenate([basis.history["load"], daily["load"]])
        results = basis.banister.expected(loads)
        expected, now = float(results[-1]), float(results[len(basis.history) - 1])
        terms["result"] = PER_PERCENT * 100 * (expected - now) / abs(now) if now else 0.0
    sessions = tuple(sorted((i.session for i in kept), key=in_order))
    return Proposal(name, sessions, changes, daily, ctl, tsb, limits, terms, expected)


def _broken(
    kept: Sequence[Item], daily: pd.DataFrame, done: Sequence[Session], goal: Goal
) -> Iterable[Note]:
    """Limits that a plan does not keep. Races and the goal's day are left out of all but the ramp
    and the monotony."""
    own = [i.session for i in kept if not is_fixed(i, goal)]
    past = sorted((s for s in (*done, *(i.session for i in kept)) if not s.is_rest), key=in_order)
    over = [0.0]
    for session in own:
        measure, longest = longest_before(session, past)
        if longest:
            over.append((getattr(session, measure) or 0.0) / longest - 1)
    if max(over) > goal.spike + 1e-6:
        yield Note(
            "A session is {percent} % above the longest of its 30 days before.",
            percent=round(100 * max(over)),
        )
    rises = daily["ramp"].dropna()
    if len(done) and len(rises) and rises.max() > goal.ramp + 1.0:
        yield Note("Fitness (CTL) rises by {ramp:.1f} in a week.", ramp=float(rises.max()))
    weeks = by_week(kept)
    worst = max(map(week_monotony, weeks.values()), default=0.0)
    if worst > goal.monotony + 0.05:
        yield Note("A week has a monotony of {value:.1f}.", value=worst)
    busy = [len({i.session.date for i in week}) for week in weeks.values()]
    if (full := sum(7 - days < goal.rest_days for days in busy)) > 0:
        yield Note("Weeks with too few days of rest: {count}.", count=full)
    if (lost := sum(s.date.weekday() not in goal.available for s in own)) > 0:
        yield Note("Sessions on days without time: {count}.", count=lost)
    if goal.longest_s and any((s.duration_s or 0.0) > goal.longest_s for s in own):
        yield Note("A session is longer than {minutes} min.", minutes=round(goal.longest_s / 60))


def _changes(items: Sequence[Item]) -> list[Change]:
    found = [
        Change(i.before, None if i.dropped else i.session, tuple(i.reasons))
        for i in items
        if not (i.dropped and i.before is None)
    ]
    return sorted(found, key=lambda c: in_order(c.after or c.before))  # type: ignore[arg-type]


def accepted(log: TrainingLog, athlete: str, goal: Goal, proposal: Proposal) -> TrainingLog:
    """The log with the proposal in the place of what was planned for its days."""
    first = min(proposal.daily.index[0].date(), goal.day)
    kept = [
        s
        for s in log.sessions
        if not (s.athlete == athlete and s.kind == "planned" and first <= s.date <= goal.day)
    ]
    new = (replace(s, athlete=athlete) for s in proposal.sessions)
    return replace(log, sessions=tuple(sorted((*kept, *new), key=in_order)))
