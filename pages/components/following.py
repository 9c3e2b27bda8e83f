"""What every view does while a job runs: show how far it is and let it be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

import pipeline
from pages.components.cells import to_come
from pages.components.language import _
from pages.components.studio import about, jobs


def progress(job: pipeline.JobStatus, doing: str, queue: pipeline.JobQueue | None = None) -> None:
    """A bar that says what is being done and for how long still, and the button that stops it.

    For a fragment that polls. ``queue`` is the job's where it is not that of all views.
    """
    if job.state == "queued":
        doing = _("Waiting. Jobs before this one: {n}", n=job.position)
    line = [doing]
    if job.seconds_left is not None:
        line.append(_("about {time} left", time=about(job.seconds_left)))
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.progress(job.fraction, text=" · ".join(line))
        cancel(job, queue)


def cancel(job: pipeline.JobStatus, queue: pipeline.JobQueue | None = None) -> None:
    """The button that stops the job."""
    st.button(
        _("Cancel"),
        key="cancel",
        icon=":material/close:",
        on_click=(queue or jobs()).cancel,
        args=[job.id],
    )


def below(
    job: pipeline.JobStatus | None,
    notebook: Callable[[pipeline.JobStatus], None],
    bar: Callable[[pipeline.JobStatus], None],
    titles: Sequence[str],
    *,
    key: str = "notebook",
) -> None:
    """Everything under a view's first cell: the notebook as far as the job is.

    While the job runs ``bar`` (:func:`pages.components.progress.bar`) and the button that stops it
    lie beneath; the bar has the page run again whenever there is more for the notebook. All of it
    is always drawn by whole runs of the page: a fragment that polled would have everything in it
    made anew several times a second, and what a fragment draws goes and comes with its place in
    the page when both run in turn. Without a job there are the ``titles`` of what is to come.
    """
    with st.container(key=key):
        if job is None:
            to_come(titles)
        else:
            notebook(job)
    if job is not None and not job.finished:
        # Beside the notebook, not in it, so that it can stick to the window's lower edge while the
        # notebook is still out of sight.
        with (
            st.container(key="progress"),
            st.container(horizontal=True, vertical_alignment="center", wrap=False),
        ):
            bar(job)
            cancel(job)
