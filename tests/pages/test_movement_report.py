"""The report of a movement: one file, whole, in both languages, with nothing unescaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pipeline
from data.movement import read
from tests.pipeline.weights import write

SCRIPT = """
import streamlit as st
from pages.components.movement.report import report

held = st.session_state.held
st.session_state.written = report(*held, "<i>my words</i>")
"""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_report_stands_alone_and_escapes(language: str, tmp_path: Path) -> None:
    write(tmp_path)
    data = (Path(__file__).parents[2] / "data" / "samples" / "squat_valgus.csv").read_bytes()
    movement = replace(read("squat.csv", data), source="<script>x</script>.csv")
    analysis = pipeline.analyse(movement)
    looked = pipeline.attend(analysis, pipeline.Runtime(weights=tmp_path, device="cpu"))
    compared = pipeline.compare_with_technique(analysis, "squat")
    script = AppTest.from_string(SCRIPT, default_timeout=30)
    script.session_state["held"] = (analysis, looked, None, None, compared)
    script.session_state["language"] = language
    script.run()
    assert not script.exception
    text = script.session_state["written"]
    assert "<script>" not in text
    assert "&lt;i&gt;my words" in text
    assert "src='http" not in text
    for part in ("<svg", "data:image/png;base64", "data:image/jpeg;base64", "@page"):
        assert part in text
    assert ("动作报告" if language == "zh_CN" else "Movement report") in text
    (tmp_path / "report.html").write_text(text)
