"""Training zones that follow from an athlete's thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from data.plans.log import Thresholds

POWER = (0.55, 0.75, 0.90, 1.05, 1.20, 1.50)
"""Where zones 1 to 6 of seven end, fractions of FTP: Coggan's levels, from active recovery to
neuromuscular power. Allen & Coggan, *Training and Racing with a Power Meter*, 3rd ed."""

HEART_RATE = (0.85, 0.90, 0.95, 1.00)
"""Where zones 1 to 4 of five end, fractions of LTHR. Friel, *The Triathlete's Training Bible*."""

PACE = (1 / 1.29, 1 / 1.14, 1 / 1.06, 1 / 0.99)
"""Where zones 1 to 4 of five end, fractions of threshold speed; Friel states them as 129, 114, 106
and 99 % of the threshold pace's time."""


@dataclass(frozen=True)
class Zone:
    """Zone ``number`` of a ``measure``; ``low`` and ``high`` in its unit, None for open ends.

    ``measure`` is ``power_w``, ``heart_rate_bpm`` or ``speed_m_s``.
    """

    measure: str
    number: int
    low: float | None
    high: float | None


def zones(held: Thresholds) -> list[Zone]:
    """The zones of each threshold that is known."""
    found = []
    for measure, threshold, ends in (
        ("power_w", held.ftp_w, POWER),
        ("heart_rate_bpm", held.lthr_bpm, HEART_RATE),
        ("speed_m_s", held.threshold_speed_m_s, PACE),
    ):
        if threshold:
            bounds = [None, *(threshold * end for end in ends), None]
            pairs = pairwise(bounds)
            found += [Zone(measure, n, *pair) for n, pair in enumerate(pairs, start=1)]
    return found
