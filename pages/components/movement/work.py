"""The queue that studies recordings, and how the session's study stands.

It is a queue of its own, so that nobody's recording waits for somebody's pictures. Recordings live
in the server's memory alone, and the oldest are forgotten.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

import pipeline
from pages.components import films, studio

KEPT = 8
"""Finished studies that are held for whoever comes back to them."""


@st.cache_resource(show_spinner=False)
def studies() -> pipeline.JobQueue:
    """The queue that all sessions share."""
    return pipeline.JobQueue(["movement"], keep=KEPT)


def submit(recording: pipeline.Recording) -> str:
    """Queue a recording and return the job's id."""
    job = studies().submit(partial(pipeline.study, recording, studio.runtime()))
    films.hold(job, recording.data)
    return job


def status(job: str | None) -> pipeline.JobStatus | None:
    """How a study stands; None without one or for one that is forgotten."""
    return studio.status(job, studies())
