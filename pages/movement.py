"""Movement: a recording becomes measures, heatmaps and plain sentences, in a filling notebook."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import pipeline
from pages.components.cells import cell, to_come
from pages.components.language import _
from pages.components.movement import ask, measured, taken, watch, work
from pages.components.studio import sentence


def attach() -> pipeline.JobStatus | None:
    """The session's study, or after a reload the one that the address names; None without one."""
    form, address = st.session_state, st.query_params
    job = form.setdefault("study", address.get("study"))
    found = work.status(job)
    if found is not None:
        address["study"] = found.id
    elif job:
        st.info(
            _("The recording of this address is no longer in memory. Open it again."),
            icon=":material/history:",
        )
        form.study = None
        address.pop("study", None)
    return found


@st.fragment
def recording(analysis: pipeline.Analysis) -> None:
    """The player and what belongs to the moment at which it rests, rerun alone."""
    frame = watch.show(analysis)
    if frame is not None:
        watch.moment(analysis, frame)


def notebook(job: pipeline.JobStatus) -> None:
    """Cells 2 and on, as far as the study is."""
    contents, analysis = (work.told(job, stage) for stage in ("read", "measure"))
    if contents is not None:
        with cell(2, _("What was read")):
            st.markdown(watch.facts(contents.movement))
            watch.notes(contents.movement)
            if analysis is not None:
                recording(analysis)
                if remark := measured.joints_seen(analysis):
                    st.caption(remark)
    if analysis is not None:
        with cell(3, _("What the body did")):
            measured.curves(analysis)
            measured.repetitions(analysis)
            measured.screening(analysis)
        with cell(4, _("Take it with you")):
            taken.downloads(analysis)
    if job.error is not None:
        st.error(sentence(job.error), icon=":material/error:")


def follow() -> None:
    """Show the study anew each time this runs; when it ends, one rerun of the page stops that."""
    job = work.status(st.session_state.study)
    if job is None or job.finished:
        st.rerun()
    st.progress(job.fraction, text=doing(job))


def doing(job: pipeline.JobStatus) -> str:
    return {
        "read": _("Reading the file"),
        "measure": _("Looking where the model attends to"),
        "attend": _("Testing how far the heatmaps can be trusted"),
    }.get(job.stage, _("Waiting"))


st.html(Path(__file__).parent / "components" / "movement" / "movement.css")
st.title(_("A movement, read closely"))
job = attach()
ask.form(job)
below = st.container(key="notebook")
with below:
    if job is None:
        to_come([_("What was read"), _("What the body did"), _("Take it with you")])
    else:
        with st.container():
            notebook(job)
        if not job.finished:
            st.fragment(follow, run_every=0.3)()
