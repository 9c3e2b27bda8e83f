"""A candidate brought within the coach's limits: days, shape, single sessions, weeks.

Each function changes the items in place and leaves a reason with every one that it touched.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.plans.log import Note, Session
from pipeline.plans.fitness import CTL_DAYS, fading_mean
from pipeline.plans.goal import Goal
from pipeline.plans.resize import SHORTEST_S, amount, scaled
from pipeline.plans.spike import WINDOW_DAYS

RECOVERY = 0.65
FAR = ("run", "bike", "swim", "walk", "row", "ski", "skate")
"""Sports in which a longest session means something."""

RACE = re.compile(r"\brace\b|比赛|测试赛|\bmarathon$", re.IGNORECASE)


@dataclass
class Item:
    """A session of a candidate on its way: what it was, what it is now, and why."""

    before: Session | None
    session: Session
    load: float
    reasons: list[Note] = field(default_factory=list)
    dropped: bool = False

    def scale(self, factor: float, reason: Note) -> None:
        """Make it shorter or longer, in steps that people plan in."""
        changed = scaled(self.session, factor)
        was, now = amount(self.session), amount(changed)
        if was and abs(now - was) > 1e-6:
            self.load *= now / was
            self.session = changed
            if reason not in self.reasons:
                self.reasons.append(reason)

    def drop(self, reason: Note) -> None:
        self.dropped = True
        self.reasons.append(reason)


def begun(
    plan: Sequence[Session],
    usual: Sequence[Session],
    goal: Goal,
    start: dt.date,
    load_of: Callable[[Session], float],
) -> list[Item]:
    """The plan as it is; the usual week where no plan reaches."""
    items = [Item(s, s, load_of(s)) for s in plan]
    first_free = max((s.date for s in plan), default=start - dt.timedelta(days=1))
    reason = Note("The plan ends before the goal: your usual week goes on.")
    if not plan:
        reason = Note("From your usual week.")
    loads = [load_of(s) for s in usual]
    for n in range((goal.day - first_free).days):
        day = first_free + dt.timedelta(days=n + 1)
        for session, load in zip(usual, loads, strict=True):
            if session.date.weekday() == day.weekday() and day < goal.day:
                items.append(Item(None, replace(session, date=day), load, [reason]))
    return items


def is_fixed(item: Item, goal: Goal) -> bool:
    """Races, and whatever stands on the day of the goal, are left as they are."""
    return item.session.date == goal.day or bool(RACE.search(item.session.title))


def by_week(items: Sequence[Item]) -> dict[dt.date, list[Item]]:
    """Monday → what stands in its week, in order."""
    found: dict[dt.date, list[Item]] = defaultdict(list)
    for item in items:
        if not item.dropped:
            found[monday_of(item.session.date)].append(item)
    return dict(sorted(found.items()))


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def move(items: list[Item], goal: Goal, start: dt.date) -> None:
    """Sessions on days without time go to the nearest free day of their week, or are dropped."""
    for monday, week in by_week(items).items():
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


def add_rest(items: list[Item], goal: Goal) -> None:
    """Weeks with too few days of rest lose the easiest day's sessions."""
    for week in by_week(items).values():
        by_day: dict[dt.date, list[Item]] = defaultdict(list)
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


def shape(
    items: list[Item],
    goal: Goal,
    growth: float,
    cycle: int,
    taper: int,
    planned: bool,
) -> None:
    """Loading weeks that grow, easier weeks between them, and the taper before the goal."""
    begin = goal.day - dt.timedelta(days=taper)
    totals = [sum(i.load for i in week) for week in by_week(items).values()]
    for n, (monday, week) in enumerate(by_week(items).items()):
        factor, reason = growth**n, Note("The load grows week by week.")
        own_recovery = planned and totals[n] < 0.8 * np.mean(totals[max(n - 2, 0) : n] or [0])
        if n % cycle == cycle - 1 and monday + dt.timedelta(days=6) < begin and not own_recovery:
            easier = RECOVERY * (growth ** (n - 1) if n else 1.0)
            factor, reason = easier, Note("One week in {cycle} is easier.", cycle=cycle)
        for item in week:
            day = item.session.date
            if is_fixed(item, goal):
                continue
            if day > begin:
                share = (goal.day - day).days / taper
                item.scale(
                    min(growth**n, 1.0) * (0.4 + 0.4 * share),
                    Note("Taper: the last {days} days before the goal.", days=taper),
                )
            elif abs(factor - 1) > 1e-9:
                item.scale(factor, reason)


def shorten(items: list[Item], goal: Goal) -> None:
    """Nothing longer than there is time for."""
    if goal.longest_s is None:
        return
    for item in items:
        seconds = item.session.duration_s
        if seconds is None and item.session.distance_m:
            continue
        if not item.dropped and seconds and seconds > goal.longest_s and not is_fixed(item, goal):
            item.scale(
                goal.longest_s / seconds,
                Note("At most {minutes} min a session.", minutes=round(goal.longest_s / 60)),
            )


def cap_spikes(items: list[Item], done: Sequence[Session], goal: Goal) -> None:
    """No session beyond the longest of its sport in the 30 days before, by more than the limit."""
    past = [s for s in done if not s.is_rest]
    for item in sorted((i for i in items if not i.dropped), key=lambda i: i.session.date):
        measure, longest = longest_before(item.session, past)
        size = getattr(item.session, measure)
        if longest and size and not is_fixed(item, goal):
            most = (1 + goal.spike) * longest
            if size > most:
                item.scale(
                    most / size,
                    Note(
                        "At most {percent} % above the longest of the 30 days before ({longest}).",
                        percent=round(100 * goal.spike),
                        longest=_said(measure, longest),
                    ),
                )
        past.append(item.session)


def longest_before(session: Session, past: Sequence[Session]) -> tuple[str, float | None]:
    """How the session is measured, and the longest of its sport in the 30 days before.

    None where there was none, or for a sport in which a longest session means nothing.
    """
    measure = "distance_m" if session.distance_m else "duration_s"
    if session.sport not in FAR:
        return measure, None
    since = session.date - dt.timedelta(days=WINDOW_DAYS)
    known = (
        getattr(s, measure) or 0.0
        for s in past
        if s.sport == session.sport and since <= s.date < session.date
    )
    return measure, max(known, default=0.0) or None


def _said(measure: str, size: float) -> str:
    return f"{size / 1000:.1f} km" if measure == "distance_m" else f"{size / 60:.0f} min"


def cap_ramp(items: list[Item], history: pd.DataFrame, goal: Goal, start: dt.date) -> None:
    """Weeks after which CTL would have risen by more than the limit are scaled down."""
    keep = np.exp(-1 / CTL_DAYS)
    value = float(history["ctl"].iloc[-1]) if len(history) else 0.0
    if value < 1 and not len(history):
        return  # a plan alone: there is no level to rise from
    if len(history):
        value *= float(keep ** max((start - history.index[-1].date()).days - 1, 0))
    first = monday_of(start)
    weeks = by_week(items)
    for n in range((monday_of(goal.day) - first).days // 7 + 1):
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
                if not is_fixed(item, goal):
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


def vary_days(items: list[Item], goal: Goal) -> None:
    """Weeks whose days are too alike get an easier easiest day."""
    for monday, week in by_week(items).items():
        if monday + dt.timedelta(days=6) > goal.day:
            continue
        for _ in range(4):
            if week_monotony(week) <= goal.monotony:
                break
            open_ = [i for i in week if not i.dropped and not is_fixed(i, goal)]
            if not open_:
                break
            easiest = min(open_, key=lambda i: i.load)
            reason = Note(
                "The days of the week would be too alike (monotony over {limit:.1f}).",
                limit=goal.monotony,
            )
            if amount(easiest.session) <= SHORTEST_S * 1.5:
                easiest.drop(reason)
            else:
                easiest.scale(0.7, reason)


def week_monotony(week: Sequence[Item]) -> float:
    loads: dict[int, float] = defaultdict(float)
    for item in week:
        if not item.dropped:
            loads[item.session.date.weekday()] += item.load
    days = np.array([loads[n] for n in range(7)])
    spread = days.std(ddof=1)
    return float(days.mean() / spread) if spread > 1e-9 else 0.0
