"""What stands out in a log, as sentences."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from data.plans.log import Note
from pipeline.plans.compliance import Compliance
from pipeline.plans.fitness import CTL_DAYS
from pipeline.plans.session_load import SessionLoad
from pipeline.plans.spike import BANDS, Spike

RECENT_DAYS = 28
NOTABLE_SPIKE = 0.10
NOTABLE_MONOTONY = 2.0
NOTABLE_RAMP = 7.0


def findings(
    spiked: Iterable[Spike],
    daily: pd.DataFrame,
    loads: Iterable[SessionLoad],
    compared: Iterable[Compliance],
    unwell: Collection[dt.date] = (),
) -> list[Note]:
    """What stands out in the last 28 days, and how far to believe the numbers."""
    found = []
    last = daily.index[-1].date() if len(daily) else dt.date.min
    recent = [s for s in spiked if 0 <= (last - s.session.date).days < RECENT_DAYS]
    for spike in sorted(recent, key=lambda s: s.excess, reverse=True)[:3]:
        if spike.excess > NOTABLE_SPIKE:
            found.append(_spike_note(spike))
    if len(daily):
        today = daily.iloc[-1]
        if today["monotony"] > NOTABLE_MONOTONY:
            found.append(
                Note(
                    "The last seven days are alike: monotony {monotony:.1f}. An easy day or a rest "
                    "day lowers it.",
                    monotony=float(today["monotony"]),
                )
            )
        if today["ramp"] > NOTABLE_RAMP:
            found.append(
                Note(
                    "Fitness (CTL) rose by {ramp:.1f} points in a week.", ramp=float(today["ramp"])
                )
            )
        if len(daily) < CTL_DAYS:
            found.append(
                Note(
                    "Fitness (CTL) needs about {days} days to settle; the log has {have}.",
                    days=CTL_DAYS,
                    have=len(daily),
                )
            )
    missed = sum(
        c.status == "missed" and 0 <= (last - _day(c)).days < RECENT_DAYS for c in compared
    )
    if missed:
        found.append(
            Note("{count} planned sessions of the last 28 days were not done.", count=missed)
        )
    off = sum(0 <= (last - day).days < RECENT_DAYS for day in unwell)
    if off:
        found.append(
            Note(
                "Days of illness or injury in the last 28: {count}. What was planned for them does "
                "not count as missed.",
                count=off,
            )
        )
    methods = Counter(x.method for x in loads if x.method != "rest")
    if methods["stated"] and len(methods) > 1:
        found.append(
            Note(
                "{count} sessions carry a load of the file's own scale, which does not add up with "
                "the others.",
                count=methods["stated"],
            )
        )
    return found


def _day(compared: Compliance) -> dt.date:
    session = compared.planned or compared.done
    assert session is not None
    return session.date


def _spike_note(spike: Spike) -> Note:
    values: dict[str, Any] = {
        "sport": spike.session.sport,
        "day": spike.session.date,
        "percent": round(100 * spike.excess),
    }
    if spike.band is None:
        return Note(
            "The {sport} of {day} was {percent} % above the longest of its 30 days before.",
            **values,
        )
    return Note(
        "The {sport} of {day} was {percent} % above the longest of its 30 days before. Among 5,205 "
        "runners overuse injuries were {ratio} times as frequent after such a run.",
        **values,
        ratio=BANDS[spike.band][2],
    )
