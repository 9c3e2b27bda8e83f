"""The studio in one process: the real pages and queue, and a drawing that waits to be let on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import pipeline
from data.scenes.figure import Figure
from data.scenes.posed import JOINTS

APP = Path(__file__).parents[2] / "pages" / "_app.py"


class Easel:
    """Stands in for ``pipeline.generate``: draws grey squares, each after ``go`` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[pipeline.Request] = []
        self.error: Exception | None = None

    def generate(
        self, request: pipeline.Request, runtime: pipeline.Runtime
    ) -> Iterator[pipeline.Event]:
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        words = (pipeline.Word("sprinter", 2, 10, "action", "sprint"),)
        understood = pipeline.Understanding(
            request.prompt.text, words, {"action": "sprint"}, {"action": 0.7}
        )
        yield pipeline.Event("understand", 0.1, 3.0, value=understood)
        figure = request.figure or Figure(np.full((1, len(JOINTS), 2), 0.5, np.float32))
        for picture in range(request.count):
            yield pipeline.Event("pose", 0.2, 2.0, picture, value=figure)
            stages = {}
            for stage, size in (("base", 64), ("sr256", 256)):
                while not self.go.wait(0.01):
                    yield pipeline.Event(stage, 0.3, 2.0, picture)
                stages[stage] = np.full((size, size, 3), 128, np.uint8)
                yield pipeline.Event(stage, 0.5, 1.0, picture, preview=stages[stage])
            result = pipeline.Result(
                request=replace(request, seed=request.seed + picture, count=1),
                picture=stages["sr256"],
                stages=stages,
                attributes={"action": "sprint", "phase": "sprint/flight"},
                chosen=("phase",),
                figure=figure,
                weights={"base": "0123456789abcdef"},
                versions={},
                device="CPU",
                seconds={"base": 0.5},
                peak_memory=10**9,
                created="2026-01-31T12:00:00+01:00",
            )
            yield pipeline.Event("sr256", 1.0, 0.0, picture, result=result)


@pytest.fixture
def easel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Easel]:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    easel = Easel()
    monkeypatch.setattr(pipeline, "generate", easel.generate)
    nothing = pipeline.Scorecard((), (), None, None, ())
    monkeypatch.setattr(pipeline, "score", lambda *_: nothing)
    st.cache_resource.clear()
    yield easel
    easel.go.set()
    st.cache_resource.clear()


@pytest.fixture
def studio(easel: Easel) -> AppTest:
    """A visitor's session that has just opened the page."""
    return AppTest.from_file(APP, default_timeout=30).run()
