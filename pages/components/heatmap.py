"""A heatmap that can be pointed at: a canvas with a cursor for mouse, finger and arrow keys.

    picked = heatmap(
        attention,                      # float (rows, columns), NaN where there is nothing
        rows=["0.0 s", "0.1 s", …],     # a label for every row and every column
        columns=[…],
        label=_("Attention between moments"),
        key="attention",
    )
    if picked is not None:
        row, column = picked

A click, a tap or the arrow keys move the cursor; ``key``'s state and the return value follow with
one rerun, after the cursor has rested a moment. Keep the values the same between reruns: they are
sent to the browser again only when they change.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from pages.components.language import _

SEQUENTIAL = ("#fbfaf8", "#f6d5a2", "#ee9a62", "#cf5a5f", "#8f2f6b", "#3d1a52")
"""Attention, from none to most, on a light page: evenly darker, told apart by everyone."""

SEQUENTIAL_DARK = ("#14171a", "#41205c", "#8a2f70", "#cc5563", "#f09a63", "#fbe8b8")
"""The same on a dark page, evenly lighter."""

DIVERGING = ("#762a83", "#b68fc0", "#f5f3f0", "#7fbf8b", "#1b7837")
"""Signed effects: against (purple), none, for (green)."""

DIVERGING_DARK = ("#c9a2d6", "#7d4a8c", "#1b1f23", "#3b8254", "#8fd6a3")

_LEVELS = 254
"""Values reach the browser as whole numbers from 0 to this; one more stands for a missing one."""

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_heatmap",
    css=(_FILES / "heatmap.css").read_text(),
    js=(_FILES / "heatmap.js").read_text(),
)


def heatmap(
    values: np.ndarray,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    label: str,
    key: str,
    signed: bool = False,
    limits: tuple[float, float] | None = None,
    row_title: str = "",
    column_title: str = "",
    unit: str = "",
    digits: int = 2,
    height: int | None = None,
    start: tuple[int, int] | None = None,
    moments: str | None = None,
    row_times: Sequence[float] | None = None,
    column_times: Sequence[float] | None = None,
    numbers: bool = False,
    on_change: Callable[[], None] = lambda: None,
) -> tuple[int, int] | None:
    """Show a matrix and return the cell (row, column) under its cursor, None before the first pick.

    Parameters
    ----------
    values : float (rows, columns); NaN cells stay empty.
    rows, columns : labels, one each; as many are written beside the map as there is room for, the
        rest shows under the cursor.
    label : what the map shows, read aloud by screen readers.
    signed : True maps −limit … limit to two hues, else 0 … limit to one.
    limits : values of the first and the last colour; by default (0, greatest), or minus and plus
        the greatest absolute value.
    row_title, column_title : what rows and columns are ("moment read", "moment looked at").
    unit, digits : of the value under the cursor.
    height : pixels of the map alone; by default 16 a row, between 160 and 420.
    start : the cell that the cursor is on before anyone moved it.
    moments, row_times, column_times : a group's name and each row's or column's time in seconds:
        maps and players of one group share a moment, which the map marks as a line.
    numbers : write each value into its cell, where it fits; for maps of a few cells.
    on_change : callback, before the rerun that follows a pick.
    """
    values = np.asarray(values, float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"{values.shape} values for {len(rows)} rows, {len(columns)} columns")
    low, high = limits or _limits(values, signed)
    share = (values - low) / max(high - low, 1e-12)
    codes = np.where(np.isfinite(share), np.round(share.clip(0, 1) * _LEVELS), _LEVELS + 1)
    light, dark = (DIVERGING, DIVERGING_DARK) if signed else (SEQUENTIAL, SEQUENTIAL_DARK)
    result = _component(
        key=key,
        data={
            "values": base64.b64encode(codes.astype(np.uint8).tobytes()).decode(),
            "shape": list(values.shape),
            "limits": [float(low), float(high)],
            "rows": list(rows),
            "columns": list(columns),
            "titles": [row_title, column_title],
            "label": label,
            "unit": unit,
            "digits": digits,
            "height": height or int(np.clip(16 * len(rows), 160, 420)),
            "colours": {"light": light, "dark": dark},
            "numbers": _rounded(values, digits) if numbers else None,
            "start": None if start is None else list(start),
            "moments": moments,
            "times": [_floats(row_times), _floats(column_times)],
            "help": _("Arrow keys move the cursor, Home and End jump within the row."),
            "missing": _("nothing here"),
        },
        on_cell_change=on_change,
    )
    cell = result.cell
    if cell is None:
        return start
    row, column = (int(i) for i in cell)
    # A cursor that was set on a larger map lies outside this one.
    return (row, column) if row < len(rows) and column < len(columns) else start


def _limits(values: np.ndarray, signed: bool) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    most = float(np.abs(known).max()) if len(known) else 1.0
    return (-most, most) if signed else (0.0, most)


def _floats(times: Sequence[float] | None) -> list[float] | None:
    return None if times is None else [float(time) for time in times]


def _rounded(values: np.ndarray, digits: int) -> list[float | None]:
    """All values, row by row; None for a missing one."""
    return [round(v, digits) + 0.0 if np.isfinite(v) else None for v in values.ravel().tolist()]
