"""Sessions and their loads as tables of days and weeks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd

from data.errors import InputError
from data.plans.log import Session
from pipeline.plans.fitness import (
    ATL_DAYS,
    CTL_DAYS,
    acwr_coupled,
    acwr_ewma,
    acwr_uncoupled,
    fading_mean,
    form,
    monotony,
    ramp,
    strain,
)
from pipeline.plans.session_load import IMPULSES, SessionLoad

LONGEST_YEARS = 30


def daily_table(
    rows: Iterable[tuple[Session, float]], ctl: float = 0.0, atl: float = 0.0
) -> pd.DataFrame:
    """One row a day from the first session to the last; ``ctl`` and ``atl`` are those before."""
    totals: dict[dt.date, float] = defaultdict(float)
    for session, load in rows:
        totals[session.date] += load
    if not totals:
        return _days(pd.DatetimeIndex([], name="date"), np.zeros(0), ctl, atl)
    first, last = min(totals), max(totals)
    if (last - first).days > LONGEST_YEARS * 366:
        raise InputError(
            "The log reaches from {first} to {last}. Up to {years} years are added up: correct the "
            "dates that cannot be.",
            first=first,
            last=last,
            years=LONGEST_YEARS,
        )
    index = pd.date_range(first, last, name="date")
    return _days(index, np.array([totals[day.date()] for day in index]), ctl, atl)


def _days(index: pd.DatetimeIndex, load: np.ndarray, ctl: float, atl: float) -> pd.DataFrame:
    fitness = fading_mean(load, CTL_DAYS, ctl)
    fatigue = fading_mean(load, ATL_DAYS, atl)
    columns = {
        "load": load,
        "ctl": fitness,
        "atl": fatigue,
        "tsb": form(fitness, fatigue),
        "ramp": ramp(fitness),
        "monotony": monotony(load),
        "strain": strain(load),
        "acwr_coupled": acwr_coupled(load),
        "acwr_uncoupled": acwr_uncoupled(load),
        "acwr_ewma": acwr_ewma(load),
    }
    return pd.DataFrame(columns, index=index)


def planned_table(plan: list[tuple[Session, float]], done: pd.DataFrame) -> pd.DataFrame:
    """The days of the plan after the last one done, carried on from what was done until then.

    A plan that begins before is taken from the day after; without anything done it is all there is.
    """
    if not len(done):
        return daily_table(plan)
    last = done.index[-1].date()
    ahead = [(s, load) for s, load in plan if s.date > last]
    if not ahead:
        return daily_table([])
    # Days between now and the plan's first are days without load, not days that don't exist.
    tomorrow = Session(last + dt.timedelta(days=1), "planned", "rest")
    return daily_table([(tomorrow, 0.0), *ahead], done["ctl"].iloc[-1], done["atl"].iloc[-1])


def week_table(sessions: Iterable[Session], loads: Iterable[SessionLoad]) -> pd.DataFrame:
    """Sums a week from Monday, of what was done and of what was planned."""
    rows = []
    for session, load in zip(sessions, loads, strict=True):
        before = "planned_" if session.kind == "planned" else ""
        monday = session.date - dt.timedelta(days=session.date.weekday())
        rows.append(
            {
                "week": monday,
                f"{before}sessions": int(not session.is_rest),
                f"{before}rest_days": int(session.is_rest),
                f"{before}duration_s": session.duration_s or 0.0,
                f"{before}distance_m": session.distance_m or 0.0,
                f"{before}load": load.load,
            }
        )
    names = ("sessions", "rest_days", "duration_s", "distance_m", "load")
    columns = ["week", *names, *(f"planned_{n}" for n in names)]
    table = pd.DataFrame(rows, columns=columns).fillna(0.0)
    return table.groupby("week", sort=True).sum()


Impulses = tuple[float, float, float] | None


def session_table(
    sessions: Iterable[Session], loads: Iterable[SessionLoad], impulses: Iterable[Impulses]
) -> pd.DataFrame:
    """One row a session in the order given; impulses as IMPULSES, NaN where there are none."""
    nothing = (np.nan,) * len(IMPULSES)
    rows = [
        (s.date, s.kind, s.sport, s.title, s.duration_s, s.distance_m, x.load, x.method, x.assumed)
        + (i or nothing)
        for s, x, i in zip(sessions, loads, impulses, strict=True)
    ]
    names = [
        "date",
        "kind",
        "sport",
        "title",
        "duration_s",
        "distance_m",
        "load",
        "load_method",
        "assumed",
        *IMPULSES,
    ]
    return pd.DataFrame(rows, columns=names)
