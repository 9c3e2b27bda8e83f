"""XLSX: the sheets of a workbook as tables or week grids; reading and writing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from data.errors import FileError
from data.plans import export
from data.plans.delimited import MOST_COLUMNS, MOST_ROWS
from data.plans.grid import read_grid
from data.plans.log import TrainingLog
from data.plans.merge import combined
from data.plans.options import Options
from data.plans.table import read_rows

MOST_UNPACKED = 256 * 1024 * 1024
MOST_SHEETS = 50
LONGEST_CELL = 32_767


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """The sessions of all sheets that have some. Raises :class:`FileError` when none has."""
    logs = []
    failure: FileError | None = None
    for rows in _sheets(name, data):
        if rows and export.is_own(rows[0]):
            logs.append(export.from_rows(name, "XLSX", rows))
            continue
        try:
            log = read_grid(name, "XLSX", rows, options) or read_rows(name, "XLSX", rows, options)
        except FileError as error:
            failure = error
            continue
        if log is not None:
            logs.append(log)
    if not logs:
        raise failure or FileError(
            "{name} has no sheet with a row that names its columns, such as Date, Sport, Title, "
            "Duration (min), Distance (km).",
            name=name,
        )
    return combined(logs)


def _sheets(name: str, data: bytes) -> Iterator[list[tuple[object, ...]]]:
    """The cells of each sheet, values in place of formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(i.file_size for i in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise FileError(
                "{name} unpacks to {size} MB; up to {limit} MB are read.",
                name=name,
                size=unpacked >> 20,
                limit=MOST_UNPACKED >> 20,
            )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        room = MOST_ROWS
        for sheet in book.worksheets[:MOST_SHEETS]:
            # A cell far out makes all before it exist: rows are counted over all sheets, and what
            # is empty at their ends is not kept.
            rows = sheet.iter_rows(values_only=True, max_row=room, max_col=MOST_COLUMNS)
            filled = [_without_end(row) for row in rows]
            room = max(room - len(filled), 1)
            yield filled
    except FileError:
        raise
    except Exception as error:  # damaged workbooks fail in more ways than openpyxl has errors for
        raise FileError(
            "{name} is a damaged XLSX file. Open it in a spreadsheet and save it again.", name=name
        ) from error


def _without_end(row: tuple[object, ...]) -> tuple[object, ...]:
    """The row without the empty cells at its end."""
    end = next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)
    return row[:end]


def write(log: TrainingLog) -> bytes:
    """All sessions on one sheet as texts, none of which a spreadsheet runs as a formula.

    Raises :class:`FileError` for a text that no cell can hold.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Log")
    for row in export.to_rows(log):
        if max(map(len, row)) > LONGEST_CELL:
            raise FileError(
                "A session has a text longer than the {limit} characters that a cell of XLSX "
                "holds. Save the log as CSV or JSON.",
                limit=LONGEST_CELL,
            )
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", text) for text in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
