"""The notebook of a result draws that result again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import pipeline
from data.scenes.figure import Figure
from pipeline.notebook import to_notebook
from pipeline.request import Prompt, Request, Result, Steps


@pytest.fixture
def runtime(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pipeline.Runtime:
    """Tiny networks, which the notebook gets as well; it writes its files where nobody looks."""
    monkeypatch.chdir(tmp_path)
    tiny = partial(pipeline.Runtime, weights=weights, device="cpu")
    monkeypatch.setattr(pipeline, "Runtime", tiny)
    return tiny()


def code(book: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("posed", [False, True])
def test_its_cells_draw_the_same_picture(
    runtime: pipeline.Runtime,
    figure: Figure,
    posed: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = Request(
        Prompt('a sprinter\'s "start" {x} 起跑 \\'),
        seed=9,
        guidance=3.0,
        steps=Steps(2, 1, 1),
        size=256,
        figure=figure if posed else None,
        fixed={"venue": "track"},
    )
    result = next(e.result for e in pipeline.generate(request, runtime) if e.result is not None)
    shown: dict = {}
    for source in code(json.loads(to_notebook(result))):
        exec(source, shown)
    assert shown["request"].prompt == request.prompt
    digests = [hashlib.sha256(r.picture.tobytes()).hexdigest() for r in (shown["result"], result)]
    assert digests[0] == digests[1]
    assert capsys.readouterr().out.endswith("the same picture, bit for bit\n")
    assert (tmp_path / pipeline.file_name(result)).exists()


def test_other_weights_are_told(
    runtime: pipeline.Runtime, result: Result, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: dict = {}
    for source in code(json.loads(to_notebook(result)))[:2]:
        exec(source, shown)
    assert "base has other weights here" in capsys.readouterr().out


def test_it_keeps_to_the_format(result: Result) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    result = replace(result, device="<b>CPU</b>")
    book = nbformat.reads(to_notebook(result).decode(), as_version=4)
    nbformat.validate(book)
