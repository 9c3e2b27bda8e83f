"""Our own rows of text, lossless: what CSV, XLSX and JSON of a log have in common.

A row a session, a column a field with its unit in the name. Wellness, thresholds and tests are
further rows, told apart by the first column.
"""

from __future__ import annotations

import datetime as dt
import json
import types
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from data.errors import FileError
from data.plans.log import (
    Performance,
    Session,
    Source,
    Step,
    Thresholds,
    TrainingLog,
    Wellness,
)

ROWS: dict[str, type] = {
    "session": Session,
    "wellness": Wellness,
    "thresholds": Thresholds,
    "performance": Performance,
}
MARK = "trainsight"
COLUMNS = list(dict.fromkeys(f.name for kind in ROWS.values() for f in fields(kind)))
HINTS = {kind: get_type_hints(kind) for kind in (*ROWS.values(), Step)}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula.

    Numbers stay as they are. https://owasp.org/www-community/attacks/CSV_Injection
    """
    if cell.startswith("'") or (cell.startswith(FORMULA) and not _is_number(cell)):
        return f"'{cell}"
    return cell


def unsafe(cell: str) -> str:
    """What was written before :func:`safe`."""
    return cell.removeprefix("'")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def records(log: TrainingLog) -> Iterable[tuple[str, Any]]:
    """(kind of row, row) of everything that is exported."""
    groups = (log.sessions, log.wellness, log.thresholds, log.performances)
    return ((name, row) for name, group in zip(ROWS, groups, strict=True) for row in group)


def to_rows(log: TrainingLog) -> list[list[str]]:
    """The header, then a row of texts for each session, day of wellness, threshold and test."""
    rows = [[MARK, *COLUMNS]]
    for name, record in records(log):
        values = {f.name: safe(_text(getattr(record, f.name))) for f in fields(record)}
        rows.append([name, *(values.get(column, "") for column in COLUMNS)])
    return rows


def to_value(value: object) -> Any:
    """A field as plain JSON values."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Step):
        return {k: v for k, v in asdict(value).items() if v != Step.__dataclass_fields__[k].default}
    if isinstance(value, tuple):
        return [to_value(v) for v in value]
    return value


def _text(value: object) -> str:
    if value is None or value == ():
        return ""
    plain = to_value(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def is_own(header: Sequence[object]) -> bool:
    """Whether a header is that of :func:`to_rows`."""
    return bool(header) and str(header[0]).lstrip("\ufeff") == MARK


def from_rows(name: str, format_: str, rows: Sequence[Sequence[object]]) -> TrainingLog:
    """The log that was written. Raises :class:`FileError` for rows that can't be read any more."""
    header = [str(c) for c in rows[0][1:]]
    found = []
    for n, row in enumerate(rows[1:], start=2):
        cells = ["" if c is None else unsafe(str(c)) for c in row]
        if not any(cells):
            continue
        found.append((n, cells[0], dict(zip(header, cells[1:], strict=False))))
    return from_records(name, format_, found)


def from_records(
    name: str, format_: str, found: Iterable[tuple[int, str, dict[str, Any]]]
) -> TrainingLog:
    """The log of (row number, kind of row, field → value or text of it)."""
    groups: dict[str, list[Any]] = {kind: [] for kind in ROWS}
    for n, kind, record in found:
        try:
            cls = ROWS[kind]
            said = {k: v for k, v in record.items() if k in HINTS[cls] and v not in ("", None, [])}
            groups[kind].append(cls(**{k: _value(HINTS[cls][k], v) for k, v in said.items()}))
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
            OverflowError,
        ) as error:
            raise FileError(
                "Row {row} of {name} cannot be read ({reason}). Undo the change that was made to "
                "it or export the log again.",
                row=n,
                name=name,
                reason=str(error)[:120] or type(error).__name__,
            ) from error
    source = Source(name, f"{format_} (TrainSight)", len(groups["session"]))
    sessions, wellness, thresholds, performances = (tuple(groups[kind]) for kind in ROWS)
    return TrainingLog(sessions, wellness, thresholds, performances, (source,))


def _value(hint: Any, value: Any) -> Any:
    """The field's value from its JSON value or from a text of that. Raises ValueError."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(next(t for t in inner if t is not type(None)), value)
    if origin is Literal:
        if value not in inner:
            raise ValueError(value)
        return value
    if origin is tuple:
        items = json.loads(value) if isinstance(value, str) else value
        if not isinstance(items, list):
            raise ValueError(value)
        of = inner if len(inner) == 2 and inner[1] is not Ellipsis else (inner[0],) * len(items)
        return tuple(_value(t, v) for t, v in zip(of, items, strict=True))
    if hint is Step:
        return Step(**{k: _value(HINTS[Step][k], v) for k, v in value.items()})
    if hint is dt.datetime or hint is dt.date:
        return hint.fromisoformat(value)
    if hint is float:
        number = float(value)
        if not abs(number) < 1e12:
            raise ValueError(value)
        return number
    if hint is bool:
        return value in (True, "true")
    if not isinstance(value, str):
        raise ValueError(value)
    return value
