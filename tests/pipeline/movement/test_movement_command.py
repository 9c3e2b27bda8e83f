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


def test_events_set_by_hand_are_taken_from_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = folder / "events.txt"
    events.write_text(json.dumps({"reps": [[0.5, 1.0, 1.5]]}))
    command = ["movement", str(folder / "one.csv"), "--events", str(events), "--json"]
    assert main(command) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["request"]["events_s"]["reps"] == [[0.5, 1.0, 1.5]]
    assert len(record["results"][0]["reps"]) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no events that are understood"),
        ("[1]", "no events that are understood"),
        ('{"hops": []}', "no events that are understood"),
        ('{"strikes": {"left": [1]}}', "no events that are understood"),
        ('{"reps": [[1, 2, 999]]}', "outside the recording"),
        ('{"reps": [[2, 1, 3]]}', "must come after"),
    ],
)
def test_events_that_cannot_be_are_one_line_and_status_2(
    folder: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    events = folder / "events.txt"
    events.write_text(text)
    assert main(["movement", str(folder / "one.csv"), "--events", str(events)]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error:")
    assert says in complaint
    assert complaint.count("\n") == 1


def test_many_files_are_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = wide_csv(np.round(squatting(1)[:60], 3))
    for n in range(40):
        (tmp_path / f"{n:03d}.csv").write_text(text)
    assert main(["movement", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 41
    assert {line.split()[1] for line in lines[1:]} == {"CSV"}
    assert len({line.rindex("60") for line in lines[1:]}) == 1  # columns stand under each other
