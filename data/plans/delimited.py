"""CSV and its relatives: any delimiter, week grids or a row a session; reading and writing."""

from __future__ import annotations

import csv
import io

from data.errors import FileError
from data.plans import export
from data.plans.encoding import decode
from data.plans.grid import read_grid
from data.plans.log import TrainingLog
from data.plans.options import Options
from data.plans.table import read_rows

DELIMITERS = ",;\t|"
MOST_ROWS = 200_000
MOST_COLUMNS = 500


def rows_of(name: str, text: str) -> list[list[str]]:
    """Cells by row; the delimiter is the one that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    delimiter = max(DELIMITERS, key=lambda d: sum(line.count(d) for line in lines))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append(row[:MOST_COLUMNS])
            if len(rows) > MOST_ROWS:
                raise FileError(
                    "{name} has more than {limit} rows. Split it into smaller files.",
                    name=name,
                    limit=MOST_ROWS,
                )
    except csv.Error as error:
        raise FileError(
            "{name} is a damaged CSV file ({reason}).", name=name, reason=error
        ) from error
    return rows


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """The log in the table. Raises :class:`FileError` when its columns tell no sessions."""
    log = read_table(name, data, options)
    if log is None:
        raise FileError(
            "{name} has no row that names its columns. Name them in the first row, for example "
            "Date, Sport, Title, Duration (min), Distance (km), RPE.",
            name=name,
        )
    return log


def read_table(name: str, data: bytes, options: Options) -> TrainingLog | None:
    """As :func:`read`, but None when no row names columns: then it is prose with commas."""
    rows = rows_of(name, decode(name, data))
    if export.is_own(rows[0] if rows else ()):
        return export.from_rows(name, "CSV", rows)
    log = read_grid(name, "CSV", rows, options)
    return log or read_rows(name, "CSV", rows, options)


def write(log: TrainingLog) -> bytes:
    """All sessions, one a row; :func:`read` gives them back."""
    text = io.StringIO()
    csv.writer(text).writerows(export.to_rows(log))
    return ("\ufeff" + text.getvalue()).encode()
