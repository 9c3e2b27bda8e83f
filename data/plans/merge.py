"""Several logs into one, with duplicates found and kept aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TypeVar

from data.plans.log import (
    Duplicate,
    Performance,
    Session,
    Thresholds,
    TrainingLog,
    Wellness,
    in_order,
)

Row = TypeVar("Row", Session, Wellness, Thresholds, Performance)

SAME_START_S = 120
SAME_SHARE = 0.05


def combined(logs: Iterable[TrainingLog]) -> TrainingLog:
    """All rows of all logs, in order, duplicates and all."""
    logs = list(logs)
    return TrainingLog(
        tuple(sorted((s for log in logs for s in log.sessions), key=in_order)),
        tuple(sorted({w for log in logs for w in log.wellness}, key=lambda w: (w.date, w.athlete))),
        tuple(
            sorted({t for log in logs for t in log.thresholds}, key=lambda t: (t.since, t.athlete))
        ),
        tuple(
            sorted(
                {p for log in logs for p in log.performances},
                key=lambda p: (p.date, p.athlete, p.name),
            )
        ),
        tuple(source for log in logs for source in log.sources),
        tuple(duplicate for log in logs for duplicate in log.duplicates),
    )


def merge(logs: Iterable[TrainingLog]) -> TrainingLog:
    """One log in which each session stands once.

    Two records are of one session when athlete, day and kind agree, the sports don't contradict
    and either both start within two minutes and last equally long (within 5 %), or, where one has
    no time of day, their duration and distance agree, at least one of them being known. The fuller
    record is kept.
    """
    log = combined(logs)
    days: dict[tuple[object, ...], list[Session]] = defaultdict(list)
    duplicates = list(log.duplicates)
    for session in log.sessions:
        day = days[session.athlete, session.date, session.kind]
        twin = next((s for s in day if same(s, session)), None)
        if twin is None:
            day.append(session)
            continue
        kept, dropped = sorted((twin, session), key=_known, reverse=True)
        day[day.index(twin)] = kept
        duplicates.append(Duplicate(kept, dropped))
    sessions = sorted((s for day in days.values() for s in day), key=in_order)
    return replace(log, sessions=tuple(sessions), duplicates=tuple(duplicates))


def renamed(log: TrainingLog, names: Mapping[str, str]) -> TrainingLog:
    """The log with athletes called by other names; two of one name become one athlete.

    What they both have is then found as a duplicate.
    """

    def call(row: Row) -> Row:
        name = names.get(row.athlete, row.athlete)
        return row if name == row.athlete else replace(row, athlete=name)

    return merge(
        [
            replace(
                log,
                sessions=tuple(map(call, log.sessions)),
                wellness=tuple(map(call, log.wellness)),
                thresholds=tuple(map(call, log.thresholds)),
                performances=tuple(map(call, log.performances)),
                duplicates=tuple(Duplicate(call(d.kept), call(d.dropped)) for d in log.duplicates),
            )
        ]
    )


def restore(log: TrainingLog, duplicate: Duplicate) -> TrainingLog:
    """The log with a record that was left out put back, because it is a session of its own."""
    return replace(
        log,
        sessions=tuple(sorted((*log.sessions, duplicate.dropped), key=in_order)),
        duplicates=tuple(d for d in log.duplicates if d is not duplicate),
    )


def same(a: Session, b: Session) -> bool:
    """Whether two records of one day are of one session."""
    if a.source == b.source and (a.start is None or b.start is None):
        return False  # a file lists a session once; two easy runs of one day may look alike
    if a.sport != b.sport and "other" not in (a.sport, b.sport):
        return False
    if a.is_rest:
        return a.is_rest == b.is_rest
    lasts, reaches = _close(a.duration_s, b.duration_s), _close(a.distance_m, b.distance_m)
    if False in (lasts, reaches):
        return False
    if a.start is not None and b.start is not None:
        if (a.start.tzinfo is None) != (b.start.tzinfo is None):
            apart = a.start.replace(tzinfo=None) - b.start.replace(tzinfo=None)
        else:
            apart = a.start - b.start
        return abs(apart.total_seconds()) <= SAME_START_S
    return bool(lasts or reaches)


def _close(a: float | None, b: float | None) -> bool | None:
    """Whether two values agree; None when one is unknown."""
    if a is None or b is None:
        return None
    return abs(a - b) <= SAME_SHARE * max(abs(a), abs(b))


def _known(session: Session) -> int:
    return sum(getattr(session, f.name) not in (None, "", (), "other") for f in fields(Session))
