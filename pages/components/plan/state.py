"""What a session of the view holds: the log, every step back, and what the log adds up to."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

import pipeline
from data.plans.log import TrainingLog
from data.plans.options import Options
from pages.components.language import _, language
from pages.components.studio import runtime, status
from pipeline import training_plan
from pipeline.plans.attention import Explanation

T = TypeVar("T")

PATIENCE = 0.6
"""Seconds for which a run waits for files before it shows a progress bar instead."""


@st.cache_resource(show_spinner=False)
def readers() -> pipeline.JobQueue:
    """The queue in which files are read, so that a long zip holds up neither page nor pictures."""
    return pipeline.JobQueue(["files"])


def read(files: Sequence[tuple[str, bytes]], options: Options) -> None:
    """Queue the files; the address remembers the job, so that a reload finds the log again."""
    form = st.session_state
    workers = os.cpu_count() or 1
    form["plan job"] = readers().submit(
        lambda: training_plan.reading(files, options, workers), kind="read", cost=len(files)
    )
    form["plan from"] = ", ".join(name for name, _ in files[:3])
    st.query_params["log"] = form["plan job"]
    for name in ("plan log", "plan steps", "plan proposal", "plan sheet"):
        form.pop(name, None)


def job() -> pipeline.JobStatus | None:
    """The job that reads or read; its log is taken over as soon as it is there."""
    form = st.session_state
    name = form.setdefault("plan job", st.query_params.get("log"))
    found = status(name, readers())
    if name and found is None:
        st.info(
            _("The log of this address is no longer in memory. Choose the files again."),
            icon=":material/history:",
        )
        form["plan job"] = None
        st.query_params.pop("log", None)
        return None
    if found is not None:
        st.query_params["log"] = found.id
        if found.results and "plan log" not in form:
            form["plan log"] = found.results[0]
    return found


def settled() -> pipeline.JobStatus | None:
    """As :func:`job`, after the moment that a small file takes, so that nothing flickers for it."""
    patience = time.monotonic() + PATIENCE
    found = job()
    while found is not None and not found.finished and time.monotonic() < patience:
        time.sleep(0.02)
        found = job()
    return found


def log() -> TrainingLog | None:
    """The log as it stands after every change."""
    return st.session_state.get("plan log")


def change(new: TrainingLog, what: str) -> None:
    """Put a changed log in the place of the present one, which :func:`undo` brings back."""
    form = st.session_state
    form.setdefault("plan steps", []).append((form["plan log"], what))
    form["plan log"] = new


def undo() -> None:
    """Take the last change back."""
    form = st.session_state
    if form.get("plan steps"):
        form["plan log"], _what = form["plan steps"].pop()


def steps() -> list[str]:
    """What was changed, in order."""
    return [what for _log, what in st.session_state.get("plan steps", [])]


def analysis(athlete: str) -> training_plan.Analysis:
    """What the athlete's log adds up to, computed once for each log."""
    form, present = st.session_state, log()
    assert present is not None
    today = dt.date.today()
    held = form.get("plan analysis")
    if held is None or held[0] is not present or held[1] != today:
        held = form["plan analysis"] = (present, today, {})
    if athlete not in held[2]:
        held[2][athlete] = training_plan.analyse(present, athlete, today)
    return held[2][athlete]


def kept(name: str, make: Callable[[], T]) -> T:
    """``make()``, done once for the present log, language and units."""
    held = st.session_state.get("plan kept")
    shown = (language(), st.session_state.get("plan units"))
    if held is None or held[0] is not log() or held[1] != shown:
        held = st.session_state["plan kept"] = (log(), shown, {})
    if name not in held[2]:
        held[2][name] = make()
    return held[2][name]


def explanation(athlete: str) -> Explanation | None:
    """What the estimate of the athlete's next session draws on, computed once for each log."""
    held = st.session_state["plan analysis"]
    key = ("why", athlete)
    if key not in held[2]:
        held[2][key] = training_plan.explain(held[0], athlete, runtime())
    return held[2][key]
