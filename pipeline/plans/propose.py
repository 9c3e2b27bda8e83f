"""A better plan: candidates within stated limits, ranked by rules, each change with its reason.

    proposals = propose(log, athlete, Goal(day=dt.date(2027, 4, 11), available=(0, 2, 4, 5, 6)))

A candidate begins as the plan that is there, or, without one, as the athlete's usual week. It is
then brought within the limits in the order of :func:`_candidate`. No proposal is called safe: the
limits are the coach's, and keeping them says nothing about injuries.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from statistics import median

import numpy as np
import pandas as pd

from data.errors import InputError
from data.plans.log import Note, Session, TrainingLog, in_order
from data.plans.workout_text import steps_of
from pipeline.plans.fitness import CTL_DAYS, fading_mean
from pipeline.plans.spike import WINDOW_DAYS
from pipeline.plans.tables import daily_table, planned_table

USUAL_WEEKS = 6
LONGEST_WEEKS = 40
SHORTEST_S = 900.0
GROWTHS = (1.0, 1.03, 1.06)
CYCLES = (3, 4)
TAPERS = (7, 10, 14)
RECOVERY = 0.65
BEST_FORM = 10.0
MOST = 3
FAR = ("run", "bike", "swim", "walk", "row", "ski", "skate")
"""Sports in which a longest session means something."""

RACE = re.compile(r"\brace\b|比赛|测试赛|\bmarathon$", re.IGNORECASE)
REPEATS = re.compile(r"(\d+)(\s*[x×*]\s*\d)")


@dataclass(frozen=True)
class Goal:
    """What the coach states.

    Attributes
    ----------
    day
        The day to be in form on; the plan ends with it.
    start
        The plan's first day; the day after the last one done, or ``today``, by default.
    available
        Weekdays for training, 0 for Monday.
    longest_s
        The longest session that there is time for; None without a limit.
    spike
        How far a session may exceed the longest of its sport in 30 days, as a fraction.
    ramp
        The most that CTL may rise in a week, points a day.
    monotony
        The most that mean / SD of seven days' load may be.
    rest_days
        Days a week without a session, at least.
    """

    day: dt.date
    start: dt.date | None = None
    available: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    longest_s: float | None = None
    spike: float = 0.10
    ramp: float = 6.0
    monotony: float = 2.0
    rest_days: int = 1

    def __post_init__(self) -> None:
        if not self.available:
            raise InputError("No day of the week is free for training. Choose at least one.")
        if self.rest_days >= 7:
            raise InputError("Seven days of rest leave no training. Choose fewer.")


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
        was, now = _amount(self.before), _amount(self.after)
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
        Limits that could not be kept, as sentences.
    score
        Higher is better; see FORMULAS["proposal"].
    """

    name: Note
    sessions: tuple[Session, ...]
    changes: tuple[Change, ...]
    daily: pd.DataFrame
    ctl: float
    tsb: float
    limits: tuple[Note, ...]
    score: float


@dataclass
class _Item:
    """A session of a candidate on its way: what it was, what it is now, and why."""

    before: Session | None
    session: Session
    load: float
    reasons: list[Note] = field(default_factory=list)
    dropped: bool = False

    def scale(self, factor: float, reason: Note) -> None:
        """Make it shorter or longer, in steps that people plan in."""
        scaled = _scaled(self.session, factor)
        was, now = _amount(self.session), _amount(scaled)
        if was and abs(now - was) > 1e-6:
            self.load *= now / was
            self.session = scaled
            if reason not in self.reasons:
                self.reasons.append(reason)

    def drop(self, reason: Note) -> None:
        self.dropped = True
        self.reasons.append(reason)


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
    found = [
        _candidate(plan, usual, done, history, goal, start, load_of, athlete, *how)
        for how in product(GROWTHS, CYCLES, TAPERS)
    ]
    found.sort(key=lambda p: -p.score)
    # Two plans that lead to the same form are one choice.
    best: list[Proposal] = []
    for one in found:
        if all(abs(one.ctl - b.ctl) > 0.5 or abs(one.tsb - b.tsb) > 2 for b in best):
            best.append(one)
    return best[:MOST]


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
        typical = sorted(alike, key=_amount)[len(alike) // 2]
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


def _middle(values: object) -> float | None:
    known = [v for v in values if v]  # type: ignore[attr-defined]
    return float(median(known)) if known else None


def _candidate(
    plan: Sequence[Session],
    usual: Sequence[Session],
    done: Sequence[Session],
    history: pd.DataFrame,
    goal: Goal,
    start: dt.date,
    load_of: Callable[[Session], float],
    athlete: str,
    growth: float,
    cycle: int,
    taper: int,
) -> Proposal:
    items = _begun(plan, usual, goal, start, load_of)

    # 1. Days: nothing where the athlete has no time, and enough days of rest.
    _move(items, goal, start)
    _rest(items, goal)
    # 2. Shape: a build of loading and easier weeks, then the taper.
    _shape(items, goal, start, growth, cycle, taper, bool(plan))
    # 3. Limits, from the single session to the week.
    _long(items, goal)
    _spikes(items, done, goal)
    _ramp(items, history, goal, start)
    _monotony(items, goal)

    kept = [i for i in items if not i.dropped]
    pairs = [(i.session, i.load) for i in kept]
    end = Session(goal.day, "planned", "rest", athlete)
    begin = Session(start, "planned", "rest", athlete)
    daily = planned_table([(begin, 0.0), *pairs, (end, 0.0)], history)
    morning = daily.iloc[-1]
    ctl, tsb = float(morning["ctl"]), float(np.nan_to_num(morning["tsb"]))
    changes = tuple(_changes(items))
    changed = sum(c.kind != "kept" for c in changes)
    limits = tuple(_broken(kept, daily, done, goal))
    name = Note(
        "Weeks grow by {percent} %, one week in {cycle} is easier, the last {taper} days taper.",
        percent=round(100 * (growth - 1)),
        cycle=cycle,
        taper=taper,
    )
    if plan and growth == 1.0:
        name = Note(
            "Your plan within the limits, one week in {cycle} easier, the last {taper} days taper.",
            cycle=cycle,
            taper=taper,
        )
    score = ctl - abs(tsb - BEST_FORM) - changed / 4 - 20 * len(limits)
    sessions = tuple(sorted((i.session for i in kept), key=in_order))
    return Proposal(name, sessions, changes, daily, ctl, tsb, limits, score)


def _begun(
    plan: Sequence[Session],
    usual: Sequence[Session],
    goal: Goal,
    start: dt.date,
    load_of: Callable[[Session], float],
) -> list[_Item]:
    """The plan as it is; the usual week where no plan reaches."""
    items = [_Item(s, s, load_of(s)) for s in plan]
    first_free = max((s.date for s in plan), default=start - dt.timedelta(days=1))
    reason = Note("The plan ends before the goal: your usual week goes on.")
    if not plan:
        reason = Note("From your usual week.")
    loads = [load_of(s) for s in usual]
    for n in range((goal.day - first_free).days):
        day = first_free + dt.timedelta(days=n + 1)
        for session, load in zip(usual, loads, strict=True):
            if session.date.weekday() == day.weekday() and day < goal.day:
                items.append(_Item(None, replace(session, date=day), load, [reason]))
    return items


def _fixed(item: _Item, goal: Goal) -> bool:
    """Races, and whatever stands on the day of the goal, are left as they are."""
    return item.session.date == goal.day or bool(RACE.search(item.session.title))


def _weeks(items: Sequence[_Item]) -> dict[dt.date, list[_Item]]:
    weeks: dict[dt.date, list[_Item]] = defaultdict(list)
    for item in items:
        if not item.dropped:
            weeks[_monday(item.session.date)].append(item)
    return dict(sorted(weeks.items()))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _move(items: list[_Item], goal: Goal, start: dt.date) -> None:
    """Sessions on days without time go to the nearest free day of their week, or are dropped."""
    for monday, week in _weeks(items).items():
        taken = {i.session.date for i in week if i.session.date.weekday() in goal.available}
        for item in sorted(week, key=lambda i: -i.load):
            day = item.session.date
            if day.weekday() in goal.available or day == goal.day:
                continue
            reason = Note("No time on this weekday.")
            free = [
                d
                for n in goal.available
                if start <= (d := monday + dt.timedelta(days=n)) < goal.day and d not in taken
            ]
            if not free:
                item.drop(reason)
                continue
            new = min(free, key=lambda d: (abs((d - day).days), d))
            taken.add(new)
            item.session = replace(item.session, date=new, start=None)
            item.reasons.append(reason)


def _rest(items: list[_Item], goal: Goal) -> None:
    """Weeks with too few days of rest lose the easiest day's sessions."""
    for week in _weeks(items).values():
        by_day: dict[dt.date, list[_Item]] = defaultdict(list)
        for item in week:
            by_day[item.session.date].append(item)
        easiest = sorted(by_day, key=lambda d: sum(i.load for i in by_day[d]))
        for day in easiest[: max(len(by_day) - (7 - goal.rest_days), 0)]:
            if day == goal.day:
                continue
            for item in by_day[day]:
                item.drop(
                    Note("The week needs {count} days of rest or more.", count=goal.rest_days)
                )


def _shape(
    items: list[_Item],
    goal: Goal,
    start: dt.date,
    growth: float,
    cycle: int,
    taper: int,
    planned: bool,
) -> None:
    """Loading weeks that grow, easier weeks between them, and the taper before the goal."""
    begin = goal.day - dt.timedelta(days=taper)
    totals = [sum(i.load for i in week) for week in _weeks(items).values()]
    for n, (monday, week) in enumerate(_weeks(items).items()):
        factor, reason = growth**n, Note("The load grows week by week.")
        own_recovery = planned and totals[n] < 0.8 * np.mean(totals[max(n - 2, 0) : n] or [0])
        if n % cycle == cycle - 1 and monday + dt.timedelta(days=6) < begin and not own_recovery:
            easier = RECOVERY * (growth ** (n - 1) if n else 1.0)
            factor, reason = easier, Note("One week in {cycle} is easier.", cycle=cycle)
        for item in week:
            day = item.session.date
            if _fixed(item, goal):
                continue
            if day > begin:
                share = (goal.day - day).days / taper
                item.scale(
                    min(growth**n, 1.0) * (0.4 + 0.4 * share),
                    Note("Taper: the last {days} days before the goal.", days=taper),
                )
            elif abs(factor - 1) > 1e-9:
                item.scale(factor, reason)


def _long(items: list[_Item], goal: Goal) -> None:
    if goal.longest_s is None:
        return
    for item in items:
        seconds = item.session.duration_s
        if seconds is None and item.session.distance_m:
            continue
        if not item.dropped and seconds and seconds > goal.longest_s and not _fixed(item, goal):
            item.scale(
                goal.longest_s / seconds,
                Note("At most {minutes} min a session.", minutes=round(goal.longest_s / 60)),
            )


def _spikes(items: list[_Item], done: Sequence[Session], goal: Goal) -> None:
    """No session beyond the longest of its sport in the 30 days before, by more than the limit."""
    past = [s for s in done if not s.is_rest]
    for item in sorted((i for i in items if not i.dropped), key=lambda i: i.session.date):
        session = item.session
        since = session.date - dt.timedelta(days=WINDOW_DAYS)
        measure = "distance_m" if session.distance_m else "duration_s"
        known = [
            getattr(s, measure)
            for s in past
            if s.sport == session.sport and since <= s.date < session.date and getattr(s, measure)
        ]
        amount = getattr(session, measure)
        if known and amount and session.sport in FAR and not _fixed(item, goal):
            most = (1 + goal.spike) * max(known)
            if amount > most:
                item.scale(
                    most / amount,
                    Note(
                        "At most {percent} % above the longest of the 30 days before ({longest}).",
                        percent=round(100 * goal.spike),
                        longest=_said(measure, max(known)),
                    ),
                )
        past.append(item.session)


def _said(measure: str, amount: float) -> str:
    return f"{amount / 1000:.1f} km" if measure == "distance_m" else f"{amount / 60:.0f} min"


def _ramp(items: list[_Item], history: pd.DataFrame, goal: Goal, start: dt.date) -> None:
    """Weeks after which CTL would have risen by more than the limit are scaled down."""
    keep = np.exp(-1 / CTL_DAYS)
    value = float(history["ctl"].iloc[-1]) if len(history) else 0.0
    if value < 1 and not len(history):
        return  # a plan alone: there is no level to rise from
    if len(history):
        value *= float(keep ** max((start - history.index[-1].date()).days - 1, 0))
    first = _monday(start)
    weeks = _weeks(items)
    for n in range((_monday(goal.day) - first).days // 7 + 1):
        monday = first + dt.timedelta(days=7 * n)
        week = weeks.get(monday, [])
        days = [d for k in range(7) if start <= (d := monday + dt.timedelta(days=k)) <= goal.day]

        limit = value + goal.ramp * len(days) / 7
        loads = [sum(i.load for i in week if i.session.date == day) for day in days]
        end = _faded(value, loads)
        if week and end > limit:
            # CTL is linear in the factor, so two points say where the limit lies.
            none = _faded(value, [0.0] * len(days))
            factor = max((limit - none) / max(end - none, 1e-9), 0.3)
            for item in week:
                if not _fixed(item, goal):
                    item.scale(
                        factor,
                        Note(
                            "Fitness (CTL) may rise by {ramp:.0f} a week at most.", ramp=goal.ramp
                        ),
                    )
        value = _faded(value, [sum(i.load for i in week if i.session.date == day) for day in days])


def _faded(value: float, loads: Sequence[float]) -> float:
    """CTL after days with these loads."""
    if not loads:
        return value
    return float(fading_mean(np.array(loads), CTL_DAYS, value)[-1])


def _monotony(items: list[_Item], goal: Goal) -> None:
    """Weeks whose days are too alike get an easier easiest day."""
    for monday, week in _weeks(items).items():
        if monday + dt.timedelta(days=6) > goal.day:
            continue
        for _ in range(4):
            if _week_monotony(week) <= goal.monotony:
                break
            open_ = [i for i in week if not i.dropped and not _fixed(i, goal)]
            if not open_:
                break
            easiest = min(open_, key=lambda i: i.load)
            reason = Note(
                "The days of the week would be too alike (monotony over {limit:.1f}).",
                limit=goal.monotony,
            )
            if _amount(easiest.session) <= SHORTEST_S * 1.5:
                easiest.drop(reason)
            else:
                easiest.scale(0.7, reason)


def _week_monotony(week: Sequence[_Item]) -> float:
    loads: dict[int, float] = defaultdict(float)
    for item in week:
        if not item.dropped:
            loads[item.session.date.weekday()] += item.load
    days = np.array([loads[n] for n in range(7)])
    spread = days.std(ddof=1)
    return float(days.mean() / spread) if spread > 1e-9 else 0.0


def _broken(
    kept: Sequence[_Item], daily: pd.DataFrame, done: Sequence[Session], goal: Goal
) -> list[Note]:
    """Limits that the finished candidate does not keep."""
    found = []
    ramps = daily["ramp"].to_numpy()
    rises = ramps[np.isfinite(ramps)]
    if len(done) and len(rises) and rises.max() > goal.ramp + 1.0:
        found.append(
            Note("Fitness (CTL) still rises by {ramp:.1f} in a week.", ramp=float(rises.max()))
        )
    worst = max((_week_monotony(week) for week in _weeks(kept).values()), default=0.0)
    if worst > goal.monotony + 0.05:
        found.append(Note("A week still has a monotony of {value:.1f}.", value=worst))
    return found


def _changes(items: Sequence[_Item]) -> list[Change]:
    found = [
        Change(i.before, None if i.dropped else i.session, tuple(i.reasons))
        for i in items
        if not (i.dropped and i.before is None)
    ]
    return sorted(found, key=lambda c: in_order(c.after or c.before))  # type: ignore[arg-type]


def _amount(session: Session) -> float:
    """Seconds, or what a distance alone is worth beside them."""
    return session.duration_s or (session.distance_m or 0.0) / 3


def _scaled(session: Session, factor: float) -> Session:
    """The session shorter or longer: to 5 minutes, 0.5 km (100 m in water), whole repeats."""
    step_m = 100.0 if session.sport == "swim" else 500.0
    seconds, metres = session.duration_s, session.distance_m
    if seconds:
        seconds = max(_toward(seconds * factor, 300.0, factor), SHORTEST_S)
    if metres:
        metres = max(_toward(metres * factor, step_m, factor), step_m)

    def fewer(words: str) -> str:
        return REPEATS.sub(lambda m: f"{max(round(int(m[1]) * factor), 1)}{m[2]}", words)

    title, text = fewer(session.title), fewer(session.text)
    steps = session.steps
    if steps and (title, text) != (session.title, session.text):
        steps = steps_of(f"{title}\n{text}")
    elif steps and all(s.duration_s for s in steps):
        steps = tuple(replace(s, duration_s=(s.duration_s or 0) * factor) for s in steps)
    load = None if session.load is None else session.load * factor
    return replace(
        session,
        title=title,
        text=text,
        duration_s=seconds,
        distance_m=metres,
        load=load,
        steps=steps,
    )


def _toward(value: float, step: float, factor: float) -> float:
    """Rounded to a step, downwards where it was to shrink, so that a limit is kept."""
    return float(np.floor(value / step + 1e-9) if factor < 1 else np.round(value / step)) * step


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
