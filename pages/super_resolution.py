"""Super-resolution: one picture, several upscalers, compared."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import pipeline
from pages.components import upscale_ask, upscale_results
from pages.components.cells import cell, to_come
from pages.components.language import _
from pages.components.studio import status


def told(job: pipeline.JobStatus | None) -> Any:
    """What the job was asked."""
    events = job.events if job is not None else ()
    return next((e.value for e in events if e.stage == "asked"), None)


def attach() -> pipeline.JobStatus | None:
    """The session's job, or after a reload the one that the address names; None without one."""
    form, address = st.session_state, st.query_params
    job = form.setdefault("sr job", address.get("upscaling"))
    found = status(job)
    if found is not None:
        address["upscaling"] = found.id
    elif job:
        st.info(
            _("The pictures of this address are no longer in memory. Start again."),
            icon=":material/history:",
        )
        form["sr job"] = None
        address.pop("upscaling", None)
    return found


def notebook(job: pipeline.JobStatus) -> None:
    """Cells 2 to 4, as far as the job is."""
    request = told(job)
    opened = [e.value for e in job.events if isinstance(e.value, pipeline.Opened)]
    failures = [e.value for e in job.events if isinstance(e.value, pipeline.StudioError)]
    upscale_results.ending(job, failures)
    if request is None or not opened:
        return
    with cell(2, _("Compared"), upscale_results.code(request)):
        shown = upscale_results.chosen(opened)
        upscale_results.canvas(job, shown)
    if job.results:
        with cell(3, _("Measured")):
            upscale_results.table(job, request)
        with cell(4, _("Download")):
            upscale_results.files(job)


def follow(bar: DeltaGenerator) -> None:
    """Show the job anew each time this runs; when it ends, one rerun of the page stops that."""
    job = status(st.session_state["sr job"])
    if job is None or job.finished:
        st.rerun()
    notebook(job)
    with bar:
        upscale_results.progress(job, told(job))


st.title(_("One picture, several upscalers"))
job = attach()
busy = job is not None and not job.finished
upscale_ask.form(busy)
below = st.container(key="sr-notebook")
if busy:
    bar = st.container(key="progress")
    with below:
        st.fragment(follow, run_every=0.5)(bar)
elif job is not None:
    with below, st.container():
        notebook(job)
else:
    with below:
        to_come([_("Compared"), _("Measured"), _("Download")])
