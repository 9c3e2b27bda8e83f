"""The notebook of a log adds that log up again."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from pathlib import Path

import nbformat
import pytest

import pipeline
from data.plans.log import Session, TrainingLog
from pipeline import training_plan
from pipeline.plans.notebook import to_notebook

FIRST = dt.date(2026, 3, 2)


def test_its_cells_add_the_log_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = partial(pipeline.Runtime, weights=tmp_path, device="cpu")
    monkeypatch.setattr(pipeline, "Runtime", nobody)
    runs = tuple(
        Session(
            FIRST + dt.timedelta(days=n),
            "done" if n < 40 else "planned",
            "run",
            athlete,
            title="8x400m 'fast' \\ {x} 周三",
            duration_s=3000.0,
        )
        for n in range(0, 60, 2)
        for athlete in ("Ann", "Bo")
    )
    log = TrainingLog(runs)
    book = json.loads(to_notebook(log, "Ann"))
    nbformat.validate(book)
    shown: dict = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), shown)
    assert shown["log"].sessions == log.of("Ann").sessions
    expected = training_plan.analyse(log, "Ann").daily
    assert shown["analysis"].daily.equals(expected)
    assert shown["proposal"].sessions
