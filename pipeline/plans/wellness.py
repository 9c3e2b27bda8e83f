"""How an athlete was, day by day: each measure with its week's mean and its usual range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from data.plans.columns import WELLNESS
from data.plans.log import Wellness

MEASURES = tuple(name for name in WELLNESS if name != "sickness")

WEEK, LEAST = 7, 3
"""Days of the running mean, and how many of them must be measured: one day's HRV says little, three
a week say nearly as much as seven (Plews et al. 2014, doi:10.1123/ijspp.2013-0455)."""

USUAL, LEAST_USUAL = 60, 14
"""Days before that week that the usual range is taken from, and how many must be measured."""

WORTHWHILE = 0.5
"""Half the range's width, in standard deviations of single days: what changes by less is within an
athlete's usual ups and downs (smallest worthwhile change; Plews et al. 2013,
doi:10.1007/s40279-013-0071-8)."""


def measured(days: Sequence[Wellness]) -> tuple[str, ...]:
    """The measures of which there are two days or more, of :data:`MEASURES` in order."""
    counts = {name: sum(getattr(day, name) is not None for day in days) for name in MEASURES}
    return tuple(name for name, count in counts.items() if count > 1)


def course(days: Sequence[Wellness], measure: str) -> pd.DataFrame:
    """One measure from its first day to its last, a row a day, in the measure's own unit.

    Columns: ``value``, ``week`` (running mean of seven days), ``low`` and ``high`` (usual range);
    NaN where too few days are known. HRV, whose distribution is skewed, is averaged as its
    logarithm.
    """
    known = {pd.Timestamp(day.date): getattr(day, measure) for day in days}
    value = pd.Series(known, dtype=float).dropna().sort_index().asfreq("D")
    skewed = measure == "hrv_rmssd_ms"
    even = np.log(value.where(value > 0)) if skewed else value
    week = even.rolling(WEEK, min_periods=LEAST).mean()
    before = even.shift(WEEK).rolling(USUAL, min_periods=LEAST_USUAL)
    middle, half = before.mean(), WORTHWHILE * before.std()
    columns = {"week": week, "low": middle - half, "high": middle + half}
    if skewed:
        columns = {name: np.exp(column) for name, column in columns.items()}
    return pd.DataFrame({"value": value, **columns}).rename_axis("date")


def standing(found: pd.DataFrame) -> Literal["below", "within", "above"] | None:
    """Where the last day's running mean lies beside the usual range; None where one is unknown."""
    last = found.iloc[-1]
    if last[["week", "low", "high"]].isna().any():
        return None
    if last["low"] <= last["week"] <= last["high"]:
        return "within"
    return "below" if last["week"] < last["low"] else "above"
