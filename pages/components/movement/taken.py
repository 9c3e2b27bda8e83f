"""The last cell: files to take along."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st

import pipeline
from data.movement.opensim import write_trc
from pages.components.language import _
from pages.components.later import later
from pages.components.movement import ask
from pages.components.movement.report import report


def stem(analysis: pipeline.Analysis) -> str:
    """A file name that sorts and explains, of the recording's own."""
    name = Path(analysis.movement.source.replace("\\", "/")).stem
    return re.sub(r"[^\w-]+", "_", name)[:60] or "movement"


def downloads(
    analysis: pipeline.Analysis,
    looked: pipeline.Attended | None = None,
    trusted: pipeline.Trust | None = None,
    lost: np.ndarray | None = None,
    comparison: pipeline.Comparison | None = None,
    words: str = "",
) -> None:
    """Curves as CSV, measures as JSON, joints as TRC; each is written when it is asked for."""
    name = stem(analysis)
    files: list[tuple[str, str, str, Callable[[], str | bytes]]] = [
        (
            _("Report (HTML, A4)"),
            f"{name}_report.html",
            "text/html",
            lambda: report(analysis, looked, trusted, lost, comparison, words),
        ),
        (
            _("Curves (CSV)"),
            f"{name}_curves.csv",
            "text/csv",
            lambda: pipeline.movement_csv(analysis),
        ),
        (
            _("Measures (JSON)"),
            f"{name}_measures.json",
            "application/json",
            lambda: json.dumps(
                pipeline.movement_json(analysis, looked, trusted), ensure_ascii=False, indent=1
            ),
        ),
    ]
    if analysis.movement.joints is not None:
        files.append(
            (
                _("Joints (TRC)"),
                f"{name}_joints.trc",
                "text/plain",
                lambda: write_trc(analysis.movement),
            )
        )
    if recording := st.session_state.get("recording"):
        files.append(
            (
                _("Notebook"),
                f"{name}.ipynb",
                "application/x-ipynb+json",
                lambda: pipeline.movement_notebook(ask.recording(*recording)),
            )
        )
    with st.container(horizontal=True, key="downloads"):
        for title, file, kind, write in files:
            st.download_button(
                title,
                later(write),
                file,
                kind,
                key=file,
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(_("Units stand in the titles: degrees, seconds, and the recording's own length."))
