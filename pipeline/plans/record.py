"""A log and its analysis as plain values for ``--json``."""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.plans.export import to_value
from data.plans.log import Session, TrainingLog
from pipeline.plans.compliance import Compliance
from pipeline.plans.formulas import FORMULAS
from pipeline.plans.spike import Spike

if TYPE_CHECKING:
    from pipeline.training_plan import Analysis

VERSION = 1
DIGITS = 4


def plan_to_json(
    asked: dict[str, Any], log: TrainingLog, analyses: Sequence[Analysis], seconds: float
) -> dict[str, Any]:
    """What was asked, what was read, and what it adds up to, with the formulas behind it."""
    return {
        "version": VERSION,
        "request": asked,
        "read": log_to_json(log),
        "athletes": [analysis_to_json(analysis) for analysis in analyses],
        "formulas": {name: asdict(formula) for name, formula in FORMULAS.items()},
        "seconds": round(seconds, 3),
        "peak_memory_bytes": _peak_memory(),
    }


def told(log: TrainingLog, analyses: Sequence[Analysis]) -> Iterator[str]:
    """The same in a few lines for a terminal."""
    for source in log.sources:
        what = f"{source.format}, {source.sessions} sessions" if source.format else "not read"
        yield f"{source.name}: {what}"
        yield from (f"  {note}" for note in source.notes)
        if source.unknown:
            yield f"  columns not used: {', '.join(source.unknown[:12])}"
    if log.duplicates:
        yield f"{len(log.duplicates)} duplicates left out"
    for analysis in analyses:
        table = analysis.sessions[analysis.sessions.sport != "rest"]
        done, planned = (int((table.kind == kind).sum()) for kind in ("done", "planned"))
        yield f"{analysis.athlete or 'Athlete'}: {done} sessions done, {planned} planned"
        if len(analysis.daily):
            today = analysis.daily.iloc[-1]
            yield (
                f"  {analysis.daily.index[-1].date()}: fitness (CTL) {today.ctl:.0f}, "
                f"fatigue (ATL) {today.atl:.0f}, form (TSB) {today.tsb:.0f} points a day"
            )
        yield from (f"  {note}" for note in analysis.findings)


def log_to_json(log: TrainingLog) -> dict[str, Any]:
    """What was recognised in each file, and what was left out as a duplicate."""
    return {
        "sources": [
            {
                "name": source.name,
                "format": source.format,
                "sessions": source.sessions,
                "columns": [
                    {"column": column, "field": field, "unit": unit}
                    for column, field, unit in source.columns
                ],
                "unknown_columns": list(source.unknown),
                "notes": [str(note) for note in source.notes],
            }
            for source in log.sources
        ],
        "sessions": len(log.sessions),
        "wellness_days": len(log.wellness),
        "duplicates": [
            {"kept": _named(d.kept), "dropped": _named(d.dropped)} for d in log.duplicates
        ],
        "flagged": [_named(s) | {"fields": list(s.flags)} for s in log.sessions if s.flags],
    }


def analysis_to_json(analysis: Analysis) -> dict[str, Any]:
    """All of the analysis; numbers that are not defined become null."""
    return {
        "athlete": analysis.athlete,
        "findings": [str(note) for note in analysis.findings],
        "thresholds": {k: to_value(v) for k, v in vars(analysis.thresholds).items()},
        "observed_thresholds": list(analysis.observed),
        "sessions": _rows(analysis.sessions),
        "daily": _rows(analysis.daily.reset_index()),
        "planned": _rows(analysis.planned.reset_index()),
        "weeks": _rows(analysis.weeks.reset_index()),
        "spikes": [_spike(s) for s in analysis.spikes if s.excess > 0],
        "compliance": [_compliance(c) for c in analysis.compliance],
        "zones_28_days": analysis.zones,
        "polarisation_index": analysis.polarisation_index,
        "critical_power": asdict(analysis.critical_power) if analysis.critical_power else None,
        "critical_speed": asdict(analysis.critical_speed) if analysis.critical_speed else None,
        "performances": [
            {"date": p.date.isoformat(), "result": p.result, "name": p.name}
            for p in analysis.performances
        ],
        "unwell": {day.isoformat(): health for day, health in sorted(analysis.unwell.items())},
        "banister": asdict(analysis.banister) if analysis.banister else None,
    }


def _peak_memory() -> int:
    """The most bytes that this process had in use; Linux counts in kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _named(session: Session) -> dict[str, Any]:
    start = session.start or session.date
    return {"start": start.isoformat(), "sport": session.sport, "source": session.source}


def _spike(spike: Spike) -> dict[str, Any]:
    return _named(spike.session) | {
        "measure": spike.measure,
        "percent_above": round(100 * spike.excess, 1),
        "longest": spike.longest,
        "longest_on": spike.longest_on.isoformat(),
    }


def _compliance(compared: Compliance) -> dict[str, Any]:
    session = compared.planned or compared.done
    assert session is not None
    return {
        "date": session.date.isoformat(),
        "sport": session.sport,
        "title": session.title,
        "status": compared.status,
        "measure": compared.measure,
        "share": _plain(compared.share),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return to_value(value)
