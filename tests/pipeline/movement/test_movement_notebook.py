"""The notebook of a study studies the recording beside it again."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import pipeline
from data.movement import Options
from data.movement.samples import wide_csv
from pipeline.movement.notebook import movement_notebook
from pipeline.movement.study import Recording
from tests.data.movement.people import squatting


def test_its_cells_measure_what_the_studio_measured(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "Runtime", partial(pipeline.Runtime, weights=weights))
    recording = Recording(
        "a 'squat'.csv",
        wide_csv(squatting(2)).encode(),
        Options(height=1.8),
        corrections=pipeline.Corrections(reps=((0.2, 1.0, 1.8),)),
    )
    Path(recording.name).write_bytes(recording.data)
    book = json.loads(movement_notebook(recording))
    held: dict[str, Any] = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), held)
    assert vars(held["recording"]) == vars(recording)
    assert len(held["analysis"].reps) == 1
    assert held["heatmap"].data[0].z.shape == held["looked"].look.relevance.T.shape
    assert Path("curves.csv").read_text().startswith("time_s")


def test_the_recording_itself_is_not_in_it() -> None:
    data = wide_csv(squatting(1)).encode()
    assert len(movement_notebook(Recording("squat.csv", data))) < len(data) / 4
