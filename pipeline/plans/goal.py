"""What a coach asks of a plan: the day to be in form on, time to train, and limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.errors import InputError

TAPERS = (7, 10, 14)
"""Days of taper that are tried: two weeks gained the most in 27 studies (Bosquet et al. 2007)."""

LONGEST_TAPER = 28


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
    taper
        Days before the goal on which sessions get shorter, 0 for none; None tries
        :data:`TAPERS` and ranks them.
    """

    day: dt.date
    start: dt.date | None = None
    available: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    longest_s: float | None = None
    spike: float = 0.10
    ramp: float = 6.0
    monotony: float = 2.0
    rest_days: int = 1
    taper: int | None = None

    def __post_init__(self) -> None:
        if not self.available:
            raise InputError("No day of the week is free for training. Choose at least one.")
        if self.taper is not None and not 0 <= self.taper <= LONGEST_TAPER:
            raise InputError(
                "A taper of {days} days is not between 0 and {most}. Choose another.",
                days=self.taper,
                most=LONGEST_TAPER,
            )
        if self.rest_days >= 7:
            raise InputError("Seven days of rest leave no training. Choose fewer.")
