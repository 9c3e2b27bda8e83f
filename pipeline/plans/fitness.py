"""Day by day: fitness, fatigue, monotony, strain, ramp, and ratios of acute to chronic load.

Each function takes one load a day, float (days,), rest days as 0, and gives as many values, NaN
where it is not defined.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

CTL_DAYS, ATL_DAYS = 42, 7


def fading_mean(load: np.ndarray, days: float, before: float = 0.0) -> np.ndarray:
    """Points a day: today = yesterday·e^(−1/τ) + load·(1 − e^(−1/τ)), τ = ``days``.

    CTL with 42 and ATL with 7 days. Coggan's Performance Manager, after Banister 1975. ``before``
    is the value on the day before the first.
    """
    keep = np.exp(-1 / days)
    result = np.empty(len(load))
    value = before
    for n, today in enumerate(load):
        value = value * keep + today * (1 - keep)
        result[n] = value
    return result


def form(ctl: np.ndarray, atl: np.ndarray) -> np.ndarray:
    """Training stress balance, points a day: yesterday's CTL − ATL; NaN on the first day.

    Coggan's Performance Manager: how fresh one is in the morning, before today's session.
    """
    return np.concatenate([[np.nan], (ctl - atl)[:-1]])[: len(ctl)]


def rolling_mean(load: np.ndarray, days: int) -> np.ndarray:
    """Points a day: mean of the last ``days`` days; NaN until there are as many."""
    if len(load) < days:
        return np.full(len(load), np.nan)
    means = sliding_window_view(load, days).mean(-1)
    return np.concatenate([np.full(days - 1, np.nan), means])


def monotony(load: np.ndarray) -> np.ndarray:
    """Without a unit: mean / standard deviation (n − 1) of the last seven days.

    Foster 1998, Med Sci Sports Exerc 30(7). NaN where all seven days are alike: the ratio has no
    bound there.
    """
    if len(load) < 7:
        return np.full(len(load), np.nan)
    weeks = sliding_window_view(load, 7)
    spread = weeks.std(-1, ddof=1)
    # Rounding leaves a spread of about 1e-14 where all days are alike.
    ratio = np.divide(weeks.mean(-1), spread, out=np.full(len(spread), np.nan), where=spread > 1e-9)
    return np.concatenate([np.full(6, np.nan), ratio])


def strain(load: np.ndarray) -> np.ndarray:
    """Points: load of the last seven days × their monotony. Foster 1998."""
    return rolling_mean(load, 7) * 7 * monotony(load)


def ramp(ctl: np.ndarray) -> np.ndarray:
    """Points a day and week: CTL today − CTL seven days ago; NaN in the first week."""
    return np.concatenate([np.full(min(7, len(ctl)), np.nan), ctl[7:] - ctl[:-7]])


def acwr_coupled(load: np.ndarray) -> np.ndarray:
    """Without a unit: mean of 7 days / mean of the 28 days that contain them. Hulin et al. 2014."""
    return _ratio(rolling_mean(load, 7), rolling_mean(load, 28))


def acwr_uncoupled(load: np.ndarray) -> np.ndarray:
    """Without a unit: mean of 7 days / mean of the 21 days before them. Windt & Gabbett 2019."""
    before = np.concatenate([np.full(7, np.nan), rolling_mean(load, 21)])[: len(load)]
    return _ratio(rolling_mean(load, 7), before)


def acwr_ewma(load: np.ndarray) -> np.ndarray:
    """Without a unit: moving averages with λ = 2/(N + 1) of 7 and 28 days. Williams et al. 2017.

    λ is not that of CTL and ATL, so these are other averages. NaN in the first 28 days.
    """
    means = []
    for days in (7, 28):
        keep = 1 - 2 / (days + 1)
        means.append(fading_mean(load, -1 / np.log(keep), load[0] if len(load) else 0.0))
    ratio = _ratio(means[0], means[1])
    ratio[:27] = np.nan
    return ratio


def _ratio(acute: np.ndarray, chronic: np.ndarray) -> np.ndarray:
    """NaN where there was no chronic load: nothing to compare with."""
    result = np.full(len(acute), np.nan)
    return np.divide(acute, chronic, out=result, where=chronic > 1e-9)
