"""From a recorded activity to a session: what the readers of all activity files share."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

from data.plans.log import Session
from data.plans.options import Options
from data.plans.samples import Samples, summary

EMPTY = {f.name: f.default for f in fields(Session)}


def session_of(
    start: dt.datetime, samples: Samples | None, options: Options, **stated: Any
) -> Session:
    """The session that began at ``start``: what the file states goes before what samples tell."""
    if start.tzinfo is not None:
        start = start.astimezone(options.zone)
    if options.watch is not None and samples is not None:
        options.watch(start, samples)
    said = {n: v for n, v in stated.items() if v is not None and v != EMPTY[n]}
    found = summary(samples) if samples is not None else {}
    return Session(date=start.date(), start=start, **(found | said))
