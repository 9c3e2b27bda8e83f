"""``python -m pipeline movement``: files in, one table or one JSON object out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.movement import read
from data.movement.samples import wide_csv
from pipeline.__main__ import main
from tests.data.movement.people import squatting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(wide_csv(np.round(squatting(), 3)))
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


def test_a_batch_gives_one_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["movement", str(folder)]) == 0
    title, *lines = capsys.readouterr().out.splitlines()
    assert title.split()[:2] == ["file", "format"]
    assert len(lines) == 3
    assert lines[1].split()[-4:] == ["squat", "2", "0", "0"]
    assert "damaged JSON" in lines[0]


def test_json_holds_what_was_asked_and_measured(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["movement", str(folder / "one.csv"), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    (result,) = record["results"]
    assert record["request"]["cutoff_hz"] == 6
    assert len(result["reps"]) == 2
    assert result["angles"]["left_knee"]["unit"] == "deg"
    assert {"value", "unit", "source", "not_assessable_because"} <= result["indicators"][0].keys()


def test_curves_come_out_as_csv_and_trc_that_can_be_read_again(folder: Path) -> None:
    out = folder / "out"
    assert main(["movement", str(folder / "one.csv"), "--out", str(out)]) == 0
    (table,) = out.glob("*.csv")
    assert table.read_text().startswith("time_s,left_ankle_deg,")
    (trc,) = out.glob("*.trc")
    again = read(trc.name, trc.read_bytes())
    np.testing.assert_allclose(again.joint("left_hip"), squatting()[:, 11], atol=0.02)


@pytest.mark.parametrize("name", ["broken.json", "absent.csv", "\0"])
def test_what_cannot_be_read_is_one_line_and_status_2(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["movement", str(folder / name)]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error:")
    assert complaint.count("\n") == 1
