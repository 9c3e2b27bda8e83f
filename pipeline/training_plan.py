"""A plan or a log: read, added up day by day, and what stands out in it.

    log = read(paths)
    analysis = analyse(log, athlete)

The steps of :func:`analyse` are functions of ``pipeline.plans`` that can be called alone.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.errors import FileError, InputError
from data.plans.health import marked, unwell_days
from data.plans.log import (
    Health,
    Note,
    Performance,
    Session,
    Thresholds,
    TrainingLog,
    thresholds_on,
)
from data.plans.options import Options
from data.plans.read import MOST_BYTES_TOGETHER, read_files
from data.plans.read import reading as read_steps
from pipeline.errors import WeightsError
from pipeline.events import Event
from pipeline.plans.compliance import Compliance, compliance
from pipeline.plans.findings import RECENT_DAYS, findings
from pipeline.plans.goal import Goal
from pipeline.plans.intensity import distribution, polarisation_index, three_zones
from pipeline.plans.performance import Banister, Critical, best_curve, critical, fit_banister
from pipeline.plans.propose import Proposal
from pipeline.plans.propose import as_planned as plan_as_planned
from pipeline.plans.propose import propose as propose_plans
from pipeline.plans.session_load import SessionLoad, session_load, training_impulses
from pipeline.plans.spike import Spike, spikes
from pipeline.plans.tables import daily_table, planned_table, session_table, week_table

if TYPE_CHECKING:
    from pipeline.plans.attention import Explanation
    from pipeline.runtime import Runtime

EFFORT_DAYS = 90


@dataclass(frozen=True, eq=False)
class Analysis:
    """What one athlete's log adds up to.

    Attributes
    ----------
    sessions
        One row a session of the log (the same order): date, kind, sport, title, load (points),
        load_method, assumed, and TRIMP by Banister, Edwards and Lucía (arbitrary units).
    daily, planned
        One row a day of what was done and of the plan carried on from there: load, ctl, atl, tsb,
        ramp, monotony, strain, acwr_coupled, acwr_uncoupled, acwr_ewma. Empty when there is none.
    weeks
        One row a week from Monday: sessions, rest_days, duration_s, distance_m, load of what was
        done, and planned_duration_s, planned_distance_m, planned_load.
    thresholds
        What held on the last day, observed values filled in; ``observed`` names those.
    zones
        Fractions of the last 28 days' time that were easy, moderate and hard.
    performances, banister
        Results of tests, and Banister's model of them; None with under eight or where none fits.
    unwell
        Day → ``ill`` or ``injured``.
    findings
        What stands out, the most important first.
    """

    athlete: str
    sessions: pd.DataFrame
    daily: pd.DataFrame
    planned: pd.DataFrame
    weeks: pd.DataFrame
    thresholds: Thresholds
    observed: tuple[str, ...]
    spikes: tuple[Spike, ...]
    compliance: tuple[Compliance, ...]
    zones: tuple[float, float, float] | None
    polarisation_index: float | None
    critical_power: Critical | None
    critical_speed: Critical | None
    performances: tuple[Performance, ...]
    banister: Banister | None
    unwell: dict[dt.date, Health]
    findings: tuple[Note, ...]


def read(
    paths: Iterable[Path],
    options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> TrainingLog:
    """The log in files and archives. Raises :class:`FileError` when none can be read."""
    files, size = [], 0
    for path in paths:
        try:
            size += path.stat().st_size
            if size > MOST_BYTES_TOGETHER:
                raise FileError(
                    "The files are larger than {limit} MB together. Choose fewer at once.",
                    limit=MOST_BYTES_TOGETHER >> 20,
                )
            files.append((path.name, path.read_bytes()))
        except (OSError, ValueError) as error:
            raise FileError(
                "{path} cannot be read ({reason}). Give files with a training plan or log.",
                path=str(path),
                reason=getattr(error, "strerror", None) or str(error),
            ) from error
    return read_files(files, options, progress, workers)


def reading(
    files: Iterable[tuple[str, bytes]], options: Options | None = None, workers: int = 1
) -> Iterator[Event]:
    """Read (name, content) of files and archives, an event a file; the last holds the log."""
    steps = read_steps(files, options, workers)
    while True:
        try:
            done, of = next(steps)
        except StopIteration as end:
            yield Event("read", 1.0, 0.0, result=end.value)
            return
        yield Event("read", done / (of + 1), value=(done, of))


def analyse(
    log: TrainingLog,
    athlete: str | None = None,
    today: dt.date | None = None,
) -> Analysis:
    """Add up one athlete's log.

    Parameters
    ----------
    athlete
        Whose; may be left out when the log is of one.
    today
        The day that divides past and future; the real one by default.

    Raises :class:`InputError` for an athlete who has no session.
    """
    athlete = _chosen(log, athlete)
    log = log.of(athlete)
    today = today or dt.date.today()

    # 1. What the athlete's zones hang on.
    log, observed = with_observed(log, athlete)
    # 2. A load for each session.
    loads = session_loads(log, athlete)
    held = thresholds_by_day(log, athlete)
    impulses = [training_impulses(s, held[s.date]) for s in log.sessions]
    # 3. Days, and what they add up to.
    done = [(s, x.load) for s, x in zip(log.sessions, loads, strict=True) if s.kind == "done"]
    plan = [(s, x.load) for s, x in zip(log.sessions, loads, strict=True) if s.kind == "planned"]
    daily = daily_table(done)
    ahead = planned_table(plan, daily)
    # 4. One session, one plan, one effort at a time.
    last = max((s.date for s, _ in done), default=today)
    by_session = dict(zip(map(id, log.sessions), (x.load for x in loads), strict=True))
    unwell = unwell_days(log, athlete)
    compared = compliance(log.sessions, lambda s: by_session[id(s)], today, unwell)
    spiked = tuple(spikes(s for s, _ in done))
    recent = [s for s, _ in done if 0 <= (last - s.date).days < RECENT_DAYS]
    timed = [z for s in recent if (z := three_zones(s, thresholds_on(log, athlete, s.date)))]
    zones = distribution(timed) if timed else None
    efforts = [s for s, _ in done if 0 <= (last - s.date).days < EFFORT_DAYS]
    power = best_curve(s.best_power_w for s in efforts if s.sport == "bike")
    speed = best_curve(s.best_speed_m_s for s in efforts if s.sport == "run")
    fitted = fit_banister(
        [stamp.date() for stamp in daily.index],
        daily["load"].to_numpy(),
        {p.date: p.result for p in log.performances},
    )

    return Analysis(
        athlete,
        session_table(log.sessions, loads, impulses),
        daily,
        ahead,
        week_table(log.sessions, loads),
        thresholds_on(log, athlete, last),
        observed,
        spiked,
        tuple(compared),
        zones,
        polarisation_index(*zones) if zones else None,
        critical(power),
        critical(speed),
        log.performances,
        fitted,
        unwell,
        tuple(findings(spiked, daily, loads, compared, unwell)),
    )


def explain(
    log: TrainingLog, athlete: str, runtime: Runtime, last: dt.date | None = None
) -> Explanation | None:
    """What the estimate of the athlete's next session draws on; None where nothing was done yet.

    ``last`` is the day before that session, by default the last day done. Without weights the mean
    answers alone.
    """
    # Only now torch, which reading and adding up do without.
    from pipeline.plans.attention import explain as explain_log

    log, _ = with_observed(marked(log.of(athlete), athlete), athlete)
    loads = dict(zip(map(id, log.sessions), session_loads(log, athlete), strict=True))
    try:
        model = runtime.model("plan")
    except WeightsError:
        model = None
    return explain_log(log, lambda session: loads[id(session)].load, model, last)


def propose(
    log: TrainingLog, athlete: str, goal: Goal, today: dt.date | None = None
) -> list[Proposal]:
    """Plans that keep the goal's limits, the best first; see :mod:`pipeline.plans.propose`."""
    log, load_of = _weighed(log, athlete)
    return propose_plans(log, athlete, goal, load_of, today)


def as_planned(
    log: TrainingLog, athlete: str, goal: Goal, today: dt.date | None = None
) -> Proposal | None:
    """The plan that is there, judged by the rules that rank the proposals; None without one."""
    log, load_of = _weighed(log, athlete)
    return plan_as_planned(log, athlete, goal, load_of, today)


def _weighed(log: TrainingLog, athlete: str) -> tuple[TrainingLog, Callable[[Session], float]]:
    """The athlete's log with observed thresholds, and what gives any session its load."""
    log, _ = with_observed(log.of(athlete), athlete)
    return log, lambda s: session_load(s, thresholds_on(log, athlete, s.date)).load


def _chosen(log: TrainingLog, athlete: str | None) -> str:
    names = log.athletes_with_sessions
    if athlete is None and len(names) == 1:
        return names[0]
    if athlete in names:
        return athlete
    if not names:
        raise InputError(
            "There are no sessions in this log, only days of wellness. Add a plan or activities."
        )
    raise InputError(
        "This log has {count} athletes. Choose one of them: {names}.",
        count=len(names),
        names=", ".join(names[:20]) + (" …" if len(names) > 20 else ""),
    )


def with_observed(log: TrainingLog, athlete: str) -> tuple[TrainingLog, tuple[str, ...]]:
    """The log with thresholds that nobody stated taken from what was recorded, and their names.

    The highest heart rate of any session stands for the maximum (the second highest, so that one
    artefact does not decide) and the median morning heart rate for rest.
    """
    stated = [t for t in log.thresholds if t.athlete == athlete]
    found: dict[str, Any] = {}
    if not any(t.heart_rate_max_bpm for t in stated):
        peaks = sorted(s.heart_rate_max_bpm for s in log.sessions if s.heart_rate_max_bpm)
        if len(peaks) >= 5:
            found["heart_rate_max_bpm"] = peaks[-2]
    if not any(t.heart_rate_rest_bpm for t in stated):
        mornings = [w.heart_rate_rest_bpm for w in log.wellness if w.heart_rate_rest_bpm]
        if mornings:
            found["heart_rate_rest_bpm"] = statistics.median(mornings)
    if not found:
        return log, ()
    first = min(s.date for s in log.sessions)
    observed = Thresholds(first, athlete, **found)
    # In a log that files of each activity came with, the weight and the like are of those days;
    # what was observed holds from the beginning.
    return replace(log, thresholds=(observed, *log.thresholds)), tuple(found)


def session_loads(log: TrainingLog, athlete: str) -> list[SessionLoad]:
    """The load of each session, with the thresholds of its day."""
    held = thresholds_by_day(log, athlete)
    return [session_load(session, held[session.date]) for session in log.sessions]


def thresholds_by_day(log: TrainingLog, athlete: str) -> dict[dt.date, Thresholds]:
    """What held on each day that has a session."""
    return {day: thresholds_on(log, athlete, day) for day in {s.date for s in log.sessions}}
