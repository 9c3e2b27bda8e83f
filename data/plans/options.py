"""What a file may leave unsaid, and what is then assumed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from data.plans.samples import Samples


@dataclass(frozen=True)
class Options:
    """Assumptions for reading; every use of one is stated in the source's notes.

    Attributes
    ----------
    zone
        Where the athlete trains: turns files in universal time into local days.
    first_day
        The day that the first week of a plan without dates begins with; else the Monday after
        ``today``.
    imperial
        Whether distances without a unit are miles and speeds miles an hour.
    mapping
        Column of a file → field of a session, or empty to leave the column alone; goes before what
        is recognised.
    watch
        Called with the start and the samples of each recorded activity, of which a log keeps only
        sums.
    """

    zone: dt.tzinfo = field(default_factory=lambda: ZoneInfo("UTC"))
    first_day: dt.date | None = None
    today: dt.date = field(default_factory=dt.date.today)
    imperial: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    watch: Callable[[dt.datetime, Samples], None] | None = None

    @property
    def first_monday(self) -> dt.date:
        return self.first_day or self.today + dt.timedelta(days=7 - self.today.weekday())
