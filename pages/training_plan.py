"""Training plan: what drives it, what it adds up to, and each session as a picture."""

from __future__ import annotations

import streamlit as st

import pipeline
from data.plans.log import TrainingLog
from pages.components.cells import to_come
from pages.components.language import _
from pages.components.plan import (
    attention,
    days,
    files,
    load,
    out,
    proposal,
    recognised,
    sheet,
    state,
    wellness,
)
from pages.components.studio import sentence


def follow() -> None:
    """Show how far the reading is; when it ends, one rerun of the page stops that."""
    job = state.job()
    if job is None or job.finished:
        st.rerun()
    files.progress(job)


def notebook(log: TrainingLog) -> None:
    """Everything below the files."""
    recognised.show(log)
    athlete = load.athlete(log)
    if athlete is None:
        st.info(
            _("There are days of wellness here but no sessions. Add a plan or activities."),
            icon=":material/info:",
        )
        names = log.athletes
        if len(names) > 1:
            name = st.selectbox(_("Athlete"), names, key="plan athlete", format_func=load.shown)
        else:
            name = names[0]
        wellness.show(log.of(name).wellness)
        return
    try:
        analysis = state.analysis(athlete)
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    # Fragments: what is picked in one cell makes that cell anew, not the page.
    st.fragment(load.show)(log, analysis)
    load.compliance(analysis)
    st.fragment(attention.show)(analysis)
    st.fragment(days.plan)(log, analysis)
    st.fragment(proposal.propose)(log, analysis)
    sheet.show(log, analysis)
    out.show(9, log, analysis)


st.title(_("What a training plan adds up to"))
job = state.settled()
files.ask()
if job is not None and not job.finished:
    with st.container(key="progress"):
        st.fragment(follow, run_every=0.3)()
elif job is not None and job.error is not None:
    st.error(sentence(job.error), icon=":material/error:")
log = state.log()
if log is not None:
    notebook(log)
elif job is None or job.finished:
    to_come([_("What was recognised"), _("Weeks and load"), _("Planned against done")])
