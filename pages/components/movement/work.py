"""The queue that studies recordings, and what the session's study has told so far.

It is a queue of its own, so that nobody's recording waits for somebody's pictures. Recordings live
in the server's memory alone, and the oldest are forgotten.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

import pipeline
from pages.components.studio import runtime

KEPT = 8
"""Finished studies that are held for whoever comes back to them."""


@st.cache_resource(show_spinner=False)
def studies() -> pipeline.JobQueue:
    """The queue that all sessions share."""
    return pipeline.JobQueue(["movement"], keep=KEPT)


def submit(recording: pipeline.Recording) -> str:
    """Queue a recording and return the job's id."""
    return studies().submit(partial(pipeline.study, recording, runtime()))


def status(job: str | None) -> pipeline.JobStatus | None:
    """How a study stands; None without one or for one that is forgotten."""
    try:
        return studies().status(job) if job else None
    except pipeline.UnknownJobError:
        return None


def told(job: pipeline.JobStatus | None, stage: str) -> Any:
    """What a study's ``stage`` put out, None as long as it has not."""
    events = job.events if job is not None else ()
    return next((e.value for e in events if e.stage == stage and e.value is not None), None)
