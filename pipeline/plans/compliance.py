"""Planned against done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from data.plans.log import Session

FULL, PARTLY = (0.8, 1.2), (0.5, 1.5)
"""Shares of the planned amount that count as done and as partly done (TrainingPeaks' colours)."""


@dataclass(frozen=True)
class Compliance:
    """One planned session, what was done of it, or one that was done without a plan.

    ``share`` is done / planned by ``measure``, the first of duration, distance and load that both
    tell. ``status`` is ``done``, ``partly``, ``changed`` (far from the plan), ``missed``,
    ``unwell`` (not done on a day of illness or injury), ``extra`` or ``to come``.
    """

    planned: Session | None
    done: Session | None
    share: float | None
    measure: str
    status: str


def compliance(
    sessions: Iterable[Session],
    load: Callable[[Session], float],
    today: dt.date,
    unwell: Collection[dt.date] = (),
) -> list[Compliance]:
    """Every planned session with the done one of its day, in order of the days.

    Sessions of one row of a file belong together; else the same sport on the same day, the longest
    with the longest. Planned rest counts as done when nothing was done. ``unwell`` are days of
    illness or injury.
    """
    days: dict[dt.date, tuple[list[Session], list[Session]]] = defaultdict(lambda: ([], []))
    for session in sessions:
        days[session.date][session.kind == "done"].append(session)
    result = []
    for day, (planned, done) in sorted(days.items()):
        left = [s for s in done if not s.is_rest]
        for plan in sorted(planned, key=_length, reverse=True):
            if plan.is_rest:
                status = "to come" if day > today else "changed" if left else "done"
                result.append(Compliance(plan, None, None, "", status))
                continue
            twin = _twin(plan, left)
            if twin is None:
                status = "unwell" if day in unwell else "missed"
                status = "to come" if day >= today else status
                result.append(Compliance(plan, None, None, "", status))
                continue
            left.remove(twin)
            result.append(_compared(plan, twin, load))
        result += [Compliance(None, s, None, "", "extra") for s in left if planned]
    return result


def _twin(plan: Session, done: list[Session]) -> Session | None:
    """The done session that carries out the plan."""
    if plan.workout:
        same = next((s for s in done if s.workout == plan.workout), None)
        if same is not None:
            return same
    fits = [s for s in done if not s.workout and "other" in (s.sport, plan.sport)]
    fits = [s for s in done if s.sport == plan.sport] or fits
    return max(fits, key=_length, default=None)


def _length(session: Session) -> float:
    return session.duration_s or (session.distance_m or 0.0) / 3


def _compared(plan: Session, done: Session, load: Callable[[Session], float]) -> Compliance:
    pairs = {
        "duration_s": (plan.duration_s, done.duration_s),
        "distance_m": (plan.distance_m, done.distance_m),
        "load": (load(plan), load(done)),
    }
    for measure, (wanted, got) in pairs.items():
        if wanted and got is not None:
            share = got / wanted
            if FULL[0] <= share <= FULL[1]:
                return Compliance(plan, done, share, measure, "done")
            partly = PARTLY[0] <= share <= PARTLY[1]
            return Compliance(plan, done, share, measure, "partly" if partly else "changed")
    return Compliance(plan, done, None, "", "done")
