"""One cell of a table to a number in the field's own unit."""

from __future__ import annotations

import re

from data.plans.values import MILE, SPEEDS, YARD, distance, duration, number, plain, speed

SHORTEST_POOL = 25
SCALES = {
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "m": 1.0,
    "km": 1000.0,
    "mi": MILE,
    "yd": YARD,
    "ft": 0.3048,
    "%": 0.01,
    "j": 0.001,
    "lb": 0.45359237,
    **{unit: SPEEDS[unit] for unit in ("km/h", "mph", "m/s")},
}


def value_of(
    field: str,
    unit: str,
    cell: object,
    sport: str | None = None,
    comma: bool = False,
    colon: str = "hm",
) -> float | None:
    """The number in a cell, in the field's own unit; None when it can't be read.

    ``comma`` and ``colon`` as in :mod:`data.plans.values`. ``unit`` is what a bare number is in.
    """
    amount = number(cell, comma and isinstance(cell, str))
    if amount is None and comma and re.fullmatch(r"\d+\.\d+", plain(cell)):
        amount = number(cell)
    if unit == "km or pool m":
        in_pool = sport == "swim" and amount is not None and amount >= SHORTEST_POOL
        return None if amount is None else amount * (1.0 if in_pool else 1000.0)
    if field == "speed_m_s":
        metres = MILE if unit == "min/mi" else 100.0 if sport == "swim" else 1000.0
        pace = speed(cell, metres, comma)
        return amount * SPEEDS.get(unit, SPEEDS["km/h"]) if pace is None and amount else pace
    if amount is not None:
        return amount * SCALES.get(unit, 1.0)
    if field in ("duration_s", "planned_duration_s", "elapsed_s"):
        return duration(cell, colon)
    if field in ("distance_m", "planned_distance_m"):
        return distance(cell, comma)
    first = re.match(r"-?\d+(?:\.\d+)?", plain(cell))  # "152 bpm", "7/10"
    return float(first[0]) if first and len(plain(cell)) < 12 else None
