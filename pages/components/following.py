"""What every view does while a job runs: poll it, show how far it is, let it be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import pipeline
from pages.components.cells import to_come
from pages.components.language import _
from pages.components.studio import about, jobs, status

WAITING = 1.0
"""Seconds between two looks at a job that waits for others."""


def progress(
    job: pipeline.JobStatus, doing: str, pictures: int = 1, queue: pipeline.JobQueue | None = None
) -> None:
    """A bar that says what is being done and for how long still, and the button that stops it.

    ``pictures`` is how many there will be, ``queue`` the job's where it is not that of all views.
    """
    if job.state == "queued":
        doing = _("Waiting. Jobs before this one: {n}", n=job.position)
    line = [doing]
    if pictures > 1 and job.events:
        n = job.events[-1].picture + 1
        line.append(_("picture {n} of {count}", n=n, count=pictures))
    if job.seconds_left is not None:
        line.append(_("about {time} left", time=about(job.seconds_left)))
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.progress(job.fraction, text=" · ".join(line))
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
    every: float = 0.3,
) -> None:
    """Everything under a view's first cell: the notebook as far as the job is.

    While the job runs ``bar`` is shown beside it, and both are made anew ``every`` so many seconds.
    Without a job there are the ``titles`` of what is to come.
    """
    cells = st.container(key=key)
    if job is None:
        with cells:
            to_come(titles)
    elif job.finished:
        # A fragment is a container; with one here too, what is on the screen already stays in
        # place.
        with cells, st.container():
            notebook(job)
    else:
        # The bar lies beside the notebook, not in it, so that it can stick to the window's lower
        # edge while the notebook is still out of sight.
        beside = st.container(key="progress")
        with cells:
            poll = every if job.state == "running" else WAITING
            st.fragment(_follow, run_every=poll)(job, notebook, bar, beside)


def _follow(
    begun: pipeline.JobStatus,
    notebook: Callable[[pipeline.JobStatus], None],
    bar: Callable[[pipeline.JobStatus], None],
    beside: DeltaGenerator,
) -> None:
    """Show the job anew each time this runs; one rerun of the page when it starts or ends."""
    job = status(begun.id)
    if job is None or job.state != begun.state:
        st.rerun()
    notebook(job)
    with beside:
        bar(job)
