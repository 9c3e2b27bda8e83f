"""Bytes to text, and text to columns of numbers."""

from __future__ import annotations

import codecs
import csv
import io

import numpy as np

from data.errors import FileError

MOST_COLUMNS = 4096
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(name: str, data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB 18030. Raises FileError."""
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileError(
        "{name} is neither text in UTF-8 nor a recording of a known kind. Export it again, as CSV, "
        "BVH, C3D, TRC or JSON.",
        name=name,
    )


def separator(line: str) -> str:
    """What separates the cells of a line of text."""
    return max("\t;,", key=line.count)


def cells(text: str) -> list[list[str]]:
    """All cells of a table as text; empty lines are left out. Raises csv.Error."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = separator(first)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=between) if any(row)]
    if between == ";":  # and so a comma may be the decimal point
        rows = rows[:1] + [[cell.replace(",", ".") for cell in row] for row in rows[1:]]
    return rows


def numbers(rows: list[list[str]], width: int) -> np.ndarray:
    """float64 (rows, width); NaN for what is missing, no number, or beyond a row's end."""
    values = np.full((len(rows), width), np.nan)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row[:width]):
            if cell:
                values[i, j] = number(cell)
    return np.where(np.isfinite(values), values, np.nan)


def number(cell: str) -> float:
    """The number in a cell; NaN where it holds none."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
