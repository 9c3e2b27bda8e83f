"""Tables with a header and a row a session: the common part of CSV, XLSX, JSON, YAML, Markdown."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from data.errors import FileError
from data.plans.calendar_words import weekday_of
from data.plans.cells import value_of
from data.plans.columns import PLANNED, WELLNESS, Column, program_of, recognise
from data.plans.log import (
    NUMBERS,
    Health,
    Kind,
    Note,
    Session,
    Source,
    TrainingLog,
    Wellness,
    in_order,
)
from data.plans.options import Options
from data.plans.sports import health_of, is_rest, sport_of
from data.plans.values import (
    SECONDS,
    date_order,
    duration,
    missing,
    moment,
    number,
    plain,
    uses_decimal_comma,
)
from data.plans.workout_text import describe

HEADER_WITHIN = 60
DONE = re.compile(r"done|complete|actual|finished|完成|已|实际", re.IGNORECASE)
PLAN = re.compile(r"plan|schedul|^workout$|计划|安排|template", re.IGNORECASE)
NOT_DONE = re.compile(r"not (done|complete)|incomplete|missed|skipped|未|没", re.IGNORECASE)
JUNK_S = 180
MEASURED = {"heart_rate_bpm", "power_w", "rpe", "speed_m_s", "elapsed_s", "cadence_rpm"}
"""Columns that only a session that was done has."""


@dataclass(frozen=True)
class _Shape:
    """What all cells of a table have in common."""

    columns: list[Column | None]
    headers: list[str]
    program: str
    order: str
    comma: bool
    colon: str
    legend: dict[str, str]


def find_header(rows: Sequence[Sequence[object]]) -> int | None:
    """Index of the row that names the columns: the one where most cells are known names."""
    best, most = None, 1
    for n, row in enumerate(rows[:HEADER_WITHIN]):
        cells = [c for c in row if not missing(c)]
        if any(isinstance(c, (int, float, dt.date)) for c in cells):
            continue
        known = sum(c is not None for c in recognise(cells))
        if known > most and known * 6 >= len(cells):
            best, most = n, known
    return best


def read_rows(
    name: str, format_: str, rows: Sequence[Sequence[object]], options: Options
) -> TrainingLog | None:
    """The log in a table; None when no row looks like a header."""
    at = find_header(rows)
    if at is None:
        return None
    options = _stated_units(rows[:at], options)
    headers = [plain(c) if c is not None else "" for c in rows[at]]
    body = [list(r[: len(headers)]) + [None] * (len(headers) - len(r)) for r in rows[at + 1 :]]
    body = [row for row in body if not _comment(row)]
    columns = recognise(headers, options.imperial, options.mapping)
    _see_weekdays(columns, body)
    shape, notes = _shape(headers, columns, body, rows[:at], options)
    fields = {c.field for c in columns if c}
    log, more = _rows(name, body, shape, fields, options)
    notes += more
    source = Source(
        name,
        f"{format_} ({shape.program})" if shape.program else format_,
        len(log.sessions),
        tuple((h, c.field, c.unit) for h, c in zip(headers, shape.columns, strict=True) if c),
        tuple(h for h, c in zip(headers, columns, strict=True) if c is None and h),
        tuple(notes),
    )
    return replace(log, sources=(source,))


def _stated_units(above: Sequence[Sequence[object]], options: Options) -> Options:
    """Miles or kilometres where a cell of its own above the header says so."""
    for row in above:
        for cell in row:
            word = plain(cell).lower().strip(" .:") if isinstance(cell, str) else ""
            if word in ("mi", "mile", "miles", "km", "kilometers", "kilometres", "公里", "英里"):
                return replace(options, imperial=word.startswith("mi") or word == "英里")
    return options


def _see_weekdays(columns: list[Column | None], body: list[list[object]]) -> None:
    """A column "Day" holds dates, names of weekdays, or the plan's days by number."""
    for n, column in enumerate(columns):
        if column is None or column.field != "date":
            continue
        cells = [plain(row[n]) for row in body if not missing(row[n])]
        if sum(weekday_of(cell) is not None for cell in cells) * 2 > len(cells):
            columns[n] = Column("weekday")
        elif cells and all(re.fullmatch(r"(day )?\d{1,3}", cell.lower()) for cell in cells):
            columns[n] = Column("day_number")


def _comment(row: list[object]) -> bool:
    cells = [c for c in row if not missing(c)]
    return not cells or str(cells[0]).startswith(("//", "#"))


def _shape(
    headers: list[str],
    columns: list[Column | None],
    body: list[list[object]],
    above: Sequence[Sequence[object]],
    options: Options,
) -> tuple[_Shape, list[Note]]:
    notes = []
    texts = [[str(r[n]) for r in body if not missing(r[n])] for n in range(len(headers))]
    numeric = [t for c, t in zip(columns, texts, strict=True) if c and c.field in NUMBERS]
    comma = uses_decimal_comma(cell for column in numeric for cell in column)
    if comma:
        notes.append(Note("Commas were read as decimal points."))
    dates = next(
        (t for c, t in zip(columns, texts, strict=True) if c and c.field in ("date", "start")), []
    )
    order = date_order(dates)
    if order in ("dmy", "mdy") and any(re.match(r"\d+/", plain(d)) for d in dates):
        day_first = order == "dmy"
        notes.append(
            Note("Dates were read as day/month/year.")
            if day_first
            else Note("Dates were read as month/day/year.")
        )
    colon = "hm"
    for n, column in enumerate(columns):
        if column is None:
            continue
        if column.field.endswith("duration_s"):
            colon = _colon(texts[n])
        if not column.unit:
            columns[n] = chosen = _unit(column, texts[n], comma, options.imperial)
            if chosen.unit:
                notes.append(
                    Note("{column} was read in {unit}.", column=headers[n], unit=chosen.unit)
                )
    legend = {}
    for row in above:
        cells = [plain(c) for c in row if not missing(c)]
        if len(cells) == 2:
            legend[cells[0].strip(":")] = cells[1]
    return _Shape(columns, headers, program_of(headers), order, comma, colon, legend), notes


def _colon(texts: list[str]) -> str:
    """Two numbers with a colon are minutes and seconds where others have hours as well."""
    pairs = [t for t in texts if re.fullmatch(r"\s*\d+:\d{2}(\.\d+)?\s*", t)]
    longer = any(re.fullmatch(r"\s*\d+:\d{2}:\d{2}(\.\d+)?\s*", t) for t in texts)
    return "ms" if longer or any(int(p.split(":")[0]) >= 10 for p in pairs) else "hm"


def _unit(column: Column, texts: list[str], comma: bool, imperial: bool) -> Column:
    """A unit for bare numbers of time and length, by their size: the median must be possible."""
    values = [abs(v) for t in texts if (v := number(t, comma)) is not None and v]
    if not values:
        return column
    middle = statistics.median(values)
    if column.field.endswith("duration_s"):
        return Column(column.field, "s" if middle > 500 else "min" if middle >= 8 else "h")
    if column.field.endswith("distance_m"):
        return Column(column.field, "m" if middle > 300 else "mi" if imperial else "km")
    if column.field == "speed_m_s":
        return Column(column.field, "mph" if imperial else "km/h")
    return column


def _rows(
    name: str, body: list[list[object]], shape: _Shape, fields: set[str], options: Options
) -> tuple[TrainingLog, list[Note]]:
    dated = bool(fields & {"date", "start"})
    told = bool(fields & {"title", "text", "sport", "weekday", "week", "day_number"})
    wellness_only = shape.program == "HRV4Training"
    if not dated and not told:
        raise FileError(
            "{name} has no column with dates or workouts. A table needs a column “Date” and "
            "columns such as “Sport”, “Title”, “Duration” and “Distance”.",
            name=name,
        )
    default = _default_kind(name, shape, fields, body, options)
    sessions: list[Session] = []
    wellness: list[Wellness] = []
    undated = 0
    for row in body:
        cells = {
            c.field: v
            for c, v in zip(shape.columns, row, strict=True)
            if c and c.field != "text" and not missing(v)
        }
        start = _when(cells, shape, options, len(sessions)) if dated or told else None
        if start is None:
            undated += 1
            continue
        wellness += _wellness(cells, start, shape)
        if not wellness_only:
            sessions += _sessions(row, cells, start, shape, default, name)
    notes = []
    if undated:
        notes.append(Note("{count} rows without a readable date were left out.", count=undated))
    if sessions and not dated:
        day = min(s.date for s in sessions)
        notes.append(Note("The plan names no dates; it begins on {day}.", day=day))
    guessed = not shape.program and "kind" not in fields and not fields & MEASURED
    if guessed and sessions and not fields & set(PLANNED):
        notes.append(
            Note(
                "The file does not say planned or done; its sessions were read as {kind}.",
                kind=default,
            )
        )
    if short := sum(s.kind == "done" and 0 < (s.duration_s or 0) < JUNK_S for s in sessions):
        notes.append(Note("{count} sessions are shorter than three minutes.", count=short))
    if not sessions and not wellness:
        raise FileError(
            "{name} has columns for sessions but no row with a date and a session in it.", name=name
        )
    rows = tuple(sorted(sessions, key=in_order))
    return TrainingLog(rows, tuple(wellness)), notes


def _default_kind(
    name: str, shape: _Shape, fields: set[str], body: list[list[object]], options: Options
) -> Kind:
    """What rows are that don't say it themselves."""
    if shape.program or fields & MEASURED or "daily load" in map(str.lower, shape.headers):
        return "done"
    if PLAN.search(" ".join([name, *shape.headers, *shape.legend])) or not fields & {
        "date",
        "start",
    }:
        return "planned"
    at = next(n for n, c in enumerate(shape.columns) if c and c.field in ("date", "start"))
    days = [m.date() for row in body if (m := moment(row[at], shape.order)) is not None]
    return "planned" if days and max(days) > options.today else "done"


def _when(
    cells: dict[str, object], shape: _Shape, options: Options, done: int
) -> dt.datetime | None:
    """The day, with the time of day where the row tells it (else midnight)."""
    said = cells.get("start", cells.get("date"))
    if said is not None:
        when = moment(said, shape.order, options.today.year)
        if when is None and "date" in cells:
            when = moment(cells["date"], shape.order, options.today.year)
        if when is not None and (clock := cells.get("clock")) is not None:
            seconds = duration(clock)
            if seconds is not None and seconds < 86400:
                when = when.replace(hour=0, minute=0) + dt.timedelta(seconds=seconds)
        if when is not None and when.tzinfo is not None:
            when = when.astimezone(options.zone)
        return when
    if any(c and c.field in ("date", "start") for c in shape.columns):
        return None
    numbered = number(re.sub(r"\D", "", plain(cells.get("day_number", ""))))
    day = weekday_of(cells.get("weekday", ""))
    if numbered is not None:
        day = int(max(numbered, 1)) - 1
    week = number(re.sub(r"\D", "", plain(cells.get("week", ""))) or None)
    if day is None and week is None:
        offset = done
    else:
        offset = int(min((week or 1) - 1, 520)) * 7 + (day or 0)
    return dt.datetime.combine(options.first_monday + dt.timedelta(days=offset), dt.time())


def _sessions(
    row: list[object],
    cells: dict[str, object],
    start: dt.datetime,
    shape: _Shape,
    default: Kind,
    name: str,
) -> list[Session]:
    units = {c.field: c.unit for c in shape.columns if c}
    values: dict[str, Any] = {}
    extra: list[tuple[str, str]] = []
    said = str(cells.get("sport", ""))
    title = plain(cells.get("title", ""))
    sport = sport_of(said) or ("rest" if is_rest(title) else None) or sport_of(title)
    for field in (*NUMBERS, *PLANNED, "elapsed_s"):
        if field in cells:
            amount = value_of(field, units[field], cells[field], sport, shape.comma, shape.colon)
            if amount is None:
                extra.append((field, plain(cells[field])))
            else:
                values[field] = amount
    elapsed = values.pop("elapsed_s", None)
    if elapsed is not None:
        values.setdefault("duration_s", elapsed)
    text = "\n".join(
        str(v).strip()
        for c, v in zip(shape.columns, row, strict=True)
        if c and c.field == "text" and not missing(v)
    )
    for header, column, value in zip(shape.headers, shape.columns, row, strict=True):
        if column is None and header and not missing(value):
            extra.append((header, plain(value)))
    if title in shape.legend:
        text = f"{shape.legend[title]}\n{text}".strip()
        sport = "rest" if is_rest(shape.legend[title]) else sport or sport_of(text)
    planned = {f.removeprefix("planned_"): values.pop(f) for f in PLANNED if f in values}
    if not (values or planned or sport or title or text):
        return []
    if sport is None and values.get("load") == 0 and len(values) == 1 and not title:
        sport = "rest"
    clock = start if start.time() != dt.time() or start.tzinfo else None
    session = Session(
        start.date(),
        _kind(cells, default),
        sport or "other",
        plain(cells.get("athlete", "")),
        clock,
        title,
        text,
        cast(Health, health_of(f"{title} {text}")),
        heart_rate_zones_s=_zones("heart_rate", cells, units),
        power_zones_s=_zones("power", cells, units),
        load_name=_load_name(shape) if "load" in values else "",
        source=name,
        extra=tuple(extra),
    )
    done = replace(session, **values)
    if not planned and shape.program != "TrainingPeaks":
        return [describe(done)] if done.kind == "planned" or not values else [done]
    plan = replace(session, kind="planned", start=None, extra=(), load_name="", **planned)
    pair = f"{name}#{start.date()}#{title}"
    plan = replace(describe(plan), workout=pair)
    if not values:
        return [plan]
    return [plan, replace(done, kind="done", workout=pair)] if planned else [done]


def _kind(cells: dict[str, object], default: Kind) -> Kind:
    said = plain(cells.get("kind", ""))
    if NOT_DONE.search(said) or PLAN.search(said):
        return "planned"
    return "done" if DONE.search(said) else default


def _load_name(shape: _Shape) -> str:
    return next(
        h for h, c in zip(shape.headers, shape.columns, strict=True) if c and c.field == "load"
    )


def _zones(which: str, cells: dict[str, object], units: dict[str, str]) -> tuple[float, ...]:
    """Seconds in zones 1 to 10, as far as the last with any."""
    names = [f"{which}_zone_{n}" for n in range(1, 11)]
    seconds = [(number(cells.get(n)) or 0.0) * SECONDS[units.get(n) or "min"] for n in names]
    last = max((n for n, s in enumerate(seconds) if s), default=-1)
    return tuple(max(s, 0.0) for s in seconds[: last + 1])


def _wellness(cells: dict[str, object], start: dt.datetime, shape: _Shape) -> list[Wellness]:
    """The day's wellness, when the row has any."""
    values: dict[str, Any] = {}
    for field in WELLNESS:
        if field in cells and field != "sickness":
            value = number(cells[field], shape.comma)
            if value is None and field == "sleep_h":
                seconds = duration(cells[field])
                value = None if seconds is None else seconds / 3600
            if value is not None and (
                value or field not in ("hrv_rmssd_ms", "heart_rate_rest_bpm")
            ):
                values[field] = value
    health = health_of(cells.get("sickness", ""))
    if not values and not health:
        return []
    athlete = plain(cells.get("athlete", ""))
    return [Wellness(start.date(), athlete, health=cast(Health, health), **values)]
