"""``python -m pipeline generate``: exit status, one line of error, JSON, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import pipeline
from pipeline import text_to_image
from pipeline.__main__ import main
from pipeline.errors import WeightsError
from pipeline.events import Event
from pipeline.metadata import request_of, to_png
from pipeline.request import Prompt, Request, Result, Steps

ROOT = Path(__file__).parents[2]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, result: Result) -> list[Request]:
    """What was asked of the cascade, in whose place finished results stand."""
    requests: list[Request] = []

    def generate(request: Request, _: object) -> Iterator[Event]:
        requests.append(request)
        for i in range(request.count):
            alone = replace(request, seed=request.seed + i, count=1)
            yield Event("base", i / request.count, 1.0)
            yield Event("base", 1.0, 0.0, i, result=replace(result, request=alone))

    monkeypatch.setattr(text_to_image, "generate", generate)
    return requests


def test_options_become_the_request(asked: list[Request], tmp_path: Path) -> None:
    options = ["--seed=5", "--count=2", "--guidance=1.5", "--steps=3,2", "--size=256"]
    assert main(["generate", "a sprinter", *options, "--out", str(tmp_path)]) == 0
    prompt = Prompt("a sprinter")
    assert asked == [Request(prompt, 5, 2, 1.5, Steps(3, 2), 256)]


def test_an_open_model_takes_the_settings(asked: list[Request], tmp_path: Path) -> None:
    options = ["--model=maker/sd", "--control=pose", "--enlarge-by=x4", "--steps=30", "--size=512"]
    assert main(["generate", "a sprinter", *options, "--out", str(tmp_path)]) == 0
    model = pipeline.HubModel("maker/sd", "pose", ("x4",), steps=30, size=512)
    assert asked == [Request(Prompt("a sprinter"), model=model)]


def test_pictures_go_into_the_folder_under_names_that_explain(
    asked: list[Request], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert main(["generate", "a sprinter", "--count", "2", "--out", str(out)]) == 0
    names = [f"basketball-shot_release_seed{seed}_256.png" for seed in (0, 1)]
    assert sorted(p.name for p in out.iterdir()) == names
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [str(out / name) for name in names]
    assert captured.err == "", "no progress where nobody watches"
    assert request_of((out / names[1]).read_bytes()).seed == 1


def test_stages_are_written_too_and_nothing_is_overwritten(
    asked: list[Request], tmp_path: Path
) -> None:
    for _ in range(2):
        assert main(["generate", "a sprinter", "--stages", "--out", str(tmp_path)]) == 0
    stem = "basketball-shot_release_seed0"
    expected = {f"{stem}_{size}{n}.png" for size in (64, 256) for n in ("", "_2")}
    assert {p.name for p in tmp_path.iterdir()} == expected


def test_one_picture_goes_into_the_named_file(asked: list[Request], tmp_path: Path) -> None:
    file = tmp_path / "mine.PNG"
    assert main(["generate", "a sprinter", "--out", str(file)]) == 0
    assert request_of(file.read_bytes()).prompt.text == "a sprinter"


def test_json_says_what_was_asked_run_and_measured(
    asked: list[Request], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["generate", "投篮", "--out", str(tmp_path), "--json"]
    assert main(arguments) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["request"]["prompt"] == "投篮"
    assert record["seconds"] >= 0
    (made,) = record["results"]
    assert Path(made["files"][0]).exists()
    assert {"weights", "seconds", "peak_memory_bytes", "attributes"} <= made.keys()

    assert main([*arguments, str(tmp_path / "record.json")]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "record.json").read_bytes())["request"] == record["request"]


def test_a_picture_of_ours_gives_its_pose(
    asked: list[Request], tmp_path: Path, result: Result
) -> None:
    (tmp_path / "pose.png").write_bytes(to_png(result))
    arguments = ["--pose", str(tmp_path / "pose.png"), "--out", str(tmp_path)]
    assert main(["generate", "a sprinter", *arguments]) == 0
    assert asked[0].figure is not None
    assert asked[0].figure.joints.shape == result.figure.joints.shape


BAD = {
    "nothing": ([], "generate"),
    "unknown command": (["draw"], "generate"),
    "no sentence": (["generate"], "PROMPT"),
    "empty sentence": (["generate", ""], "empty"),
    "long sentence": (["generate", "run " * 2500], "500"),
    "emoji": (["generate", "🏀"], "no words"),
    "bytes that are no text": (["generate", "a \udcff"], "control character"),
    "unknown option": (["generate", "a run", "--fast"], "--fast"),
    "half an option": (["generate", "a run", "--se", "1"], "--se"),
    "no number": (["generate", "a run", "--seed", "one"], "whole number"),
    "endless number": (["generate", "a run", "--seed", "9" * 10_000], "seed"),
    "negative seed": (["generate", "a run", "--seed", "-1"], "from 0 to"),
    "too many": (["generate", "a run", "--count", "9"], "from 1 to 8"),
    "guidance": (["generate", "a run", "--guidance", "nan"], "from 1.0 to 10.0"),
    "guidance word": (["generate", "a run", "--guidance", "much"], "no number"),
    "no steps": (["generate", "a run", "--steps", "0"], "from 1 to 50"),
    "four steps": (["generate", "a run", "--steps", "1,1,1,1"], "up to three"),
    "steps": (["generate", "a run", "--steps", "1,,1"], "whole number"),
    "size": (["generate", "a run", "--size", "512"], "64, 256, 1024"),
    "two files in one": (["generate", "a run", "--count", "2", "--out", "x.png"], "a folder"),
    "folder elsewhere": (["generate", "a run", "--model", "/etc"], "no name of a model"),
    "control of nothing": (["generate", "a run", "--control", "pose"], "give --model"),
    "no pose file": (["generate", "a run", "--pose", "/none.json:3"], "/none.json cannot be read"),
    "pose folder": (["generate", "a run", "--pose", "/"], "cannot be read"),
    "unwritable folder": (["generate", "a run", "--out", "/dev/null/x"], "could not be written"),
    "unwritable file": (["generate", "a run", "--out", "/dev/null/x.png"], "could not be written"),
    "unwritable record": (["generate", "a run", "--json", "/dev/null/x"], "could not be written"),
}


@pytest.mark.parametrize(("arguments", "says"), BAD.values(), ids=BAD)
def test_what_it_cannot_take_ends_with_2_and_one_line(
    arguments: list[str],
    says: str,
    asked: list[Request],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("error: ")
    assert says in line
    assert not asked, "refused before anything was computed"


@pytest.mark.parametrize(
    ("failure", "status", "says"),
    [
        (WeightsError("The weights are missing."), 1, "missing"),
        (ZeroDivisionError("a\nb"), 1, "ZeroDivisionError"),
        (MemoryError(), 1, "memory"),
        (KeyboardInterrupt(), 130, "cancelled"),
    ],
)
def test_no_failure_shows_a_traceback(
    failure: BaseException,
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def generate(*_: object) -> Iterator[Event]:
        yield Event("base", 0.1)
        raise failure

    monkeypatch.setattr(text_to_image, "generate", generate)
    assert main(["generate", "a run"]) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert says in line


def test_a_reader_that_leaves_early_causes_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        check=False,
    )
    os.close(write)
    assert b"Traceback" not in ended.stderr


def test_importing_the_public_names_loads_no_torch() -> None:
    script = (
        "import sys, pipeline; pipeline.Request(pipeline.Prompt('a run')); "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_every_public_name_is_there() -> None:
    assert set(pipeline.__all__) <= set(dir(pipeline))
    for name in pipeline.__all__:
        assert getattr(pipeline, name) is not None
    with pytest.raises(AttributeError):
        pipeline.no_such_name  # noqa: B018
