"""Super-resolution: one picture, several upscalers, compared."""

from __future__ import annotations

import streamlit as st

import pipeline
from pages.components import following, progress, upscale_ask, upscale_results
from pages.components.cells import cell
from pages.components.language import _
from pages.components.studio import status, told


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
    request = told(job, "asked")
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


def bar(job: pipeline.JobStatus) -> None:
    """What is being done."""
    request = told(job, "asked")
    count = len(request.sources) if request is not None else 1
    progress.bar(job, upscale_results.doing(request), count)


st.title(_("One picture, several upscalers"))
job = attach()
busy = job is not None and not job.finished
upscale_ask.form(busy)
following.below(
    job, notebook, bar, [_("Compared"), _("Measured"), _("Download")], key="sr-notebook"
)
