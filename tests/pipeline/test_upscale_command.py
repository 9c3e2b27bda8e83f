"""``python -m pipeline upscale``, in this process, with tiny networks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.__main__ import main


@pytest.fixture(autouse=True)
def studio(monkeypatch: pytest.MonkeyPatch, weights: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAINSIGHT_WEIGHTS", str(weights))
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path / "home"))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_the_best_method_is_taken_unless_another_is_named(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["upscale", str(photo), "--scale", "2", "--out", str(tmp_path / "out")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("01_photo_best_60x40.png")
    assert Image.open(line).size == (60, 40)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tif"])
def test_the_files_ending_decides_the_format(photo: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"large{ending}"
    arguments = ["upscale", str(photo), "--size", "33x44", "--method", "bicubic"]
    assert main([*arguments, "--out", str(out)]) == 0
    with Image.open(out) as image:
        assert image.size == (33, 44)
        assert image.format == {"jpg": "JPEG", "tif": "TIFF"}.get(ending[1:], ending[1:].upper())


def test_json_says_what_was_asked_run_and_measured(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["upscale", str(photo), "--scale", "2", "--method", "bicubic", "--method", "fast"]
    assert main([*arguments, "--restore", "--out", str(tmp_path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["request"]["methods"] == ["bicubic", "fast"]
    bicubic, fast = record["results"]
    assert (bicubic["width_px"], bicubic["height_px"]) == (30, 20)
    assert bicubic["psnr_db"] > 5
    assert len(fast["weights"]["upscale2_fast"]) == 16
    assert fast["seconds"] > 0
    assert fast["peak_memory_bytes"] > 0


def test_several_seeds_chart_what_was_invented(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["upscale", str(photo), "--method", "cascade", "--seeds", "2", "--out", str(out)]
    assert main([*arguments, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert result["invented"]["seeds"] == 2
    assert result["invented"]["deviation_of_255"] > 0
    assert {p.name for p in out.iterdir()} == {
        Path(result["file"]).name,
        Path(result["invented"]["file"]).name,
    }


def test_methods_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upscale", "--list-methods"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "kind", "scales", "licence", "card"]
    assert any(line.startswith("best") and "×2 ×4" in line for line in lines)
    assert main(["upscale", "--list-methods", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["methods"][0]["scales"] == "any"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Give one or several images"),
        (["{photo}"], "Give one or several images"),
        (["{photo}", "--scale", "3", "--out", "{out}"], "2 or 4"),
        (["{photo}", "--size", "100", "--out", "{out}"], "1920x1080"),
        (["{photo}", "--size", "9x9", "--scale", "2", "--out", "{out}"], "either"),
        (["{photo}", "--size", "90000x9", "--out", "{out}"], "cannot be made"),
        (["{photo}", "--method", "magic", "--out", "{out}"], "nearest, bicubic"),
        (["{photo}", "{photo}", "--out", "{out}/one.png"], "Give a folder"),
        (["{out}/none.png", "--out", "{out}"], "No such file"),
        (["{page}", "--out", "{out}"], "no picture"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    arguments: list[str],
    says: str,
    photo: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.png"
    page.write_bytes(b"<!DOCTYPE html>")
    given = {"photo": photo, "page": page, "out": tmp_path}
    assert main(["upscale", *(a.format(**given) for a in arguments)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert says in error
    assert error.count("\n") == 1


def test_a_batch_goes_on_after_a_bad_file(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.png"
    page.write_bytes(b"<!DOCTYPE html>")
    arguments = ["upscale", str(page), str(photo), "--method", "nearest", "--out", str(tmp_path)]
    assert main([*arguments, "--json"]) == 0
    told = capsys.readouterr()
    record = json.loads(told.out)
    assert [entry["image"] for entry in record["errors"]] == [str(page)]
    assert len(record["results"]) == 1
    assert told.err.startswith("error: ")
    assert not list(tmp_path.glob(".upscale-*"))
