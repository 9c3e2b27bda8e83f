"""The code that the cells show runs, and draws what the page drew."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

import pipeline
from pages.components import snippets
from tests.pipeline.weights import write


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pipeline.Runtime:
    """Tiny networks, which the shown code gets as well; it writes its files where nobody looks."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    tiny = partial(pipeline.Runtime, weights=tmp_path, device="cpu")
    monkeypatch.setattr(pipeline, "Runtime", tiny)
    return tiny()


def test_the_cells_in_order_are_one_program(runtime: pipeline.Runtime, tmp_path: Path) -> None:
    request = pipeline.Request(
        pipeline.Prompt("a sprinter's “start”"), seed=3, steps=pipeline.Steps(1, 2, 1), size=256
    )
    cells = (
        snippets.ask(request),
        snippets.UNDERSTAND,
        snippets.POSE,
        snippets.GENERATE,
        snippets.RESULT,
    )
    shown: dict[str, object] = {}
    exec("\n".join(cells), shown)

    assert shown["request"] == request
    drawn = [e.result for e in pipeline.generate(request, runtime) if e.result is not None]
    file = next(tmp_path.glob("*_seed3_256.png"))
    difference = np.abs(pipeline.from_png(file.read_bytes()).astype(int) - drawn[0].picture)
    assert difference.max() <= 2


def test_settings_that_nobody_changed_are_not_shown() -> None:
    code = snippets.ask(pipeline.Request(pipeline.Prompt("run"), seed=3))
    assert "seed=3" in code
    assert "guidance" not in code
