"""JSON and YAML: our own export, Intervals.icu's events, lists of sessions, plans of cycles."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from data.errors import FileError
from data.plans import export, goldencheetah
from data.plans.calendar_words import weekday_of
from data.plans.encoding import decode
from data.plans.grid import cell_sessions
from data.plans.log import Note, Session, Source, TrainingLog
from data.plans.merge import combined
from data.plans.options import Options
from data.plans.sports import is_rest
from data.plans.table import read_rows
from data.plans.values import MILE, moment, number
from data.plans.workout_text import describe

DEEPEST = 40
MOST_VALUES = 5_000_000
MOST_YAML = 4 * 1024 * 1024
MOST_DAYS = 1500
VERSION = 1


def read_json(name: str, data: bytes, options: Options) -> TrainingLog:
    """The sessions in a JSON document. Raises :class:`FileError` when there are none."""
    text = decode(name, data)
    if _depth(text) > DEEPEST:
        raise FileError("{name} is nested too deeply to be a plan or a log.", name=name)
    try:
        return _read(name, "JSON", json.loads(text), options)
    except (ValueError, RecursionError) as error:
        raise FileError(
            "{name} is damaged JSON ({reason}). Export it again.",
            name=name,
            reason=str(error)[:100],
        ) from error


def _depth(text: str) -> int:
    """How deep brackets are nested, at most; those inside strings count as well."""
    deep, deepest = 0, 0
    for character in text:
        if character in "[{":
            deep += 1
            deepest = max(deepest, deep)
        elif character in "]}":
            deep -= 1
    return deepest


def read_yaml(name: str, data: bytes, options: Options) -> TrainingLog:
    """The sessions in a YAML document. Raises :class:`FileError` when there are none."""
    text = decode(name, data)
    if len(text) > MOST_YAML:
        raise FileError(
            "{name} is larger than the {limit} MB that are read of YAML. Save it as JSON or CSV.",
            name=name,
            limit=MOST_YAML >> 20,
        )
    try:
        _check_yaml(text)
        return _read(name, "YAML", yaml.load(text, yaml.CSafeLoader), options)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise FileError(
            "{name} is YAML that cannot be read ({reason}). Plain lists and fields are accepted, "
            "no tags and no aliases.",
            name=name,
            reason=" ".join(str(error).split())[:100],
        ) from error


def _check_yaml(text: str) -> None:
    """Raise YAMLError for deep nesting and for aliases, by which a short file fills the memory."""
    deep = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it repeats parts of itself by aliases")
        deep += isinstance(event, yaml.CollectionStartEvent)
        deep -= isinstance(event, yaml.CollectionEndEvent)
        if deep > DEEPEST:
            raise yaml.YAMLError("it is nested too deeply")


def _read(name: str, format_: str, document: Any, options: Options) -> TrainingLog:
    if isinstance(document, Mapping):
        if export.MARK in document:
            return _own(name, format_, document)
        if "RIDE" in document:
            return goldencheetah.read(name, document["RIDE"], options)
        if isinstance(document.get("cycle_descriptions"), Mapping):
            return _cycles(name, format_, document, options)
    if (log := _by_weekday(name, format_, document, options)) is not None:
        return log
    logs = []
    failure: FileError | None = None
    for rows in _tables(document):
        headers = list(dict.fromkeys(str(k) for row in rows for k in row))[:500]
        cells = [[_cell(row.get(h)) for h in headers] for row in rows]
        try:
            log = read_rows(name, format_, [headers, *cells], options)
        except FileError as error:
            failure = error
            continue
        if log is not None:
            logs.append(log)
    if not logs:
        raise failure or FileError(
            "{name} holds no list of sessions. Accepted is a list of objects with fields such as "
            "date, sport, title, duration_min and distance_km.",
            name=name,
        )
    return combined(logs)


def _own(name: str, format_: str, document: Mapping[str, Any]) -> TrainingLog:
    rows = document.get("rows")
    if document[export.MARK] != VERSION or not isinstance(rows, list):
        raise FileError(
            "{name} was written by another version of this studio. Bring the studio up to date.",
            name=name,
        )
    records = [
        (n, str(row.pop("row", "")), row)
        for n, row in enumerate((dict(r) for r in rows if isinstance(r, Mapping)), start=1)
    ]
    return export.from_records(name, format_, records)


def write_json(log: TrainingLog) -> bytes:
    """All of the log's rows; :func:`read_json` gives them back."""
    rows = [
        {"row": kind}
        | {k: export.to_value(v) for k, v in vars(row).items() if v not in (None, "", ())}
        for kind, row in export.records(log)
    ]
    document = {export.MARK: VERSION, "rows": rows}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _tables(document: Any, deep: int = 0) -> Iterator[list[Mapping[str, Any]]]:
    """Every list of objects in the document, the outermost ones."""
    if deep > DEEPEST:
        return
    if isinstance(document, list):
        rows = [row for row in document if isinstance(row, Mapping)]
        if rows and len(rows) * 2 >= len(document):
            yield rows
            return
    children = document.values() if isinstance(document, Mapping) else document
    for child in children if isinstance(children, list) or isinstance(document, Mapping) else ():
        if isinstance(child, (list, Mapping)):
            yield from _tables(child, deep + 1)


def _cell(value: Any) -> object:
    if isinstance(value, (str, int, float, dt.date)) and not isinstance(value, bool):
        return value
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)[:2000]


def _by_weekday(name: str, format_: str, document: Any, options: Options) -> TrainingLog | None:
    """A plan whose keys are weekdays, or weeks that have weekdays: ``Week 1: {Mon: 10 km}``."""
    if not isinstance(document, Mapping):
        return None
    weeks = [w for w in document.values() if isinstance(w, Mapping) and _is_week(w)]
    weeks = [document] if _is_week(document) else weeks
    sessions: list[Session] = []
    for n, week in enumerate(weeks[:520]):
        monday = options.first_monday + dt.timedelta(weeks=n)
        for key, cell in week.items():
            day = weekday_of(key)
            if day is not None and cell is not None:
                lines = cell if isinstance(cell, list) else [cell]
                for line in lines:
                    sessions += cell_sessions(str(line), monday + dt.timedelta(days=day), name)
    if not sessions:
        return None
    note = Note("The plan names no dates; it begins on {day}.", day=options.first_monday)
    source = Source(name, f"{format_} (weeks)", len(sessions), notes=(note,))
    return TrainingLog(tuple(sessions), sources=(source,))


def _is_week(value: Mapping[Any, Any]) -> bool:
    return sum(weekday_of(key) is not None for key in value) >= 2


def _cycles(name: str, format_: str, plan: Mapping[str, Any], options: Options) -> TrainingLog:
    """A running plan of repeated microcycles, a code a day, that ends with the race."""
    described = plan.get("run_descriptions")
    described = described if isinstance(described, Mapping) else {}
    codes: list[str] = []
    for cycle in plan.get("cycles") or []:
        kind = cycle.get("type") if isinstance(cycle, Mapping) else cycle
        days = plan["cycle_descriptions"].get(kind) if isinstance(kind, str) else None
        days = days.get("microcycle") if isinstance(days, Mapping) else None
        codes += [str(day) for day in days] if isinstance(days, list) else []
    race = moment(plan.get("race_date", ""))
    first = moment(plan.get("start_plan", ""))
    notes = []
    start = first.date() if first else options.first_monday
    if first is None:
        notes.append(Note("The plan names no dates; it begins on {day}.", day=start))
    dates = [start + dt.timedelta(days=n) for n in range(min(len(codes), MOST_DAYS))]
    rows = [(day, code) for day, code in zip(dates, codes, strict=False)]
    if race is not None:
        rows = [(day, code) for day, code in rows if day < race.date()] + [(race.date(), "RD")]
    if not rows:
        raise FileError("{name} is a plan of cycles without days in them.", name=name)
    if any("peak" in d for d in described.values() if isinstance(d, Mapping)):
        notes.append(Note("Durations grow between the plan's start and peak; they are left open."))
    sessions = [_coded(day, code, described.get(code), name) for day, code in rows]
    source = Source(name, f"{format_} (cycles)", len(sessions), notes=tuple(notes))
    return TrainingLog(tuple(sessions), sources=(source,))


def _coded(day: dt.date, code: str, described: Any, source: str) -> Session:
    said = described if isinstance(described, Mapping) else {}
    text = str(said.get("description", ""))
    minutes, miles = number(said.get("duration")), number(said.get("miles"))
    return describe(
        Session(
            day,
            "planned",
            "rest" if is_rest(text or code) else "run",
            title=code,
            text=text,
            duration_s=minutes * 60 if minutes else None,
            distance_m=miles * MILE if miles else None,
            source=source,
        )
    )
