"""One session against the longest of the last thirty days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from data.plans.log import Session

WINDOW_DAYS = 30
BANDS = ((0.10, 0.30, 1.64), (0.30, 1.00, 1.52), (1.00, float("inf"), 2.28))
"""(above, up to, hazard rate ratio of overuse injury against no spike), 5,205 runners.

Schuster Brandt Frandsen et al. 2025, Br J Sports Med: single-session distance against the longest
of the last 30 days. An association over many runners, no prediction for one.
"""


@dataclass(frozen=True)
class Spike:
    """``excess`` is the session's distance or duration over the longest before, minus 1.

    ``band`` is the index into :data:`BANDS`, for runs only; None within 10 % and for other sports.
    """

    session: Session
    excess: float
    measure: str
    longest: float
    longest_on: dt.date
    band: int | None


def spikes(sessions: Iterable[Session]) -> list[Spike]:
    """Each session with its excess over the longest of its sport in the 30 days before its day.

    By distance where both tell one, else by duration. Sessions without one before them in that
    time have nothing to be compared with and are left out.
    """
    result = []
    recent: dict[tuple[str, str], list[Session]] = {}
    for session in sorted(sessions, key=lambda s: s.date):
        if session.is_rest:
            continue
        since = session.date - dt.timedelta(days=WINDOW_DAYS)
        before = recent.setdefault((session.athlete, session.sport), [])
        before[:] = [s for s in before if s.date >= since]
        measure = "distance_m" if session.distance_m else "duration_s"
        amount = getattr(session, measure)
        known = [s for s in before if s.date < session.date and getattr(s, measure)]
        if amount and known:
            longest = max(known, key=lambda s: getattr(s, measure))
            excess = amount / getattr(longest, measure) - 1
            result.append(
                Spike(
                    session,
                    excess,
                    measure,
                    getattr(longest, measure),
                    longest.date,
                    _band(excess) if session.sport == "run" and measure == "distance_m" else None,
                )
            )
        before.append(session)
    return result


def _band(excess: float) -> int | None:
    return next((n for n, (low, high, _) in enumerate(BANDS) if low < excess <= high), None)
