"""Movement: a recording becomes measures, heatmaps and plain sentences, in a filling notebook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

import pipeline
from pages.components.cells import cell, to_come
from pages.components.language import _
from pages.components.movement import (
    ask,
    attended,
    compared,
    corrected,
    faithfulness,
    heatmaps,
    live,
    measured,
    over_time,
    pictured,
    taken,
    watch,
    work,
)
from pages.components.player import Film
from pages.components.studio import sentence, told


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
def recording(
    analysis: pipeline.Analysis,
    looked: pipeline.Attended | None,
    colours: tuple[np.ndarray, np.ndarray] | None,
    film: Film | None,
) -> None:
    """The player and what belongs to the moment at which it rests, rerun alone."""
    frame = watch.show(analysis, colours, film)
    if frame is not None:
        watch.moment(analysis, frame)
        pictured.picture(analysis, looked, frame)


def notebook(job: pipeline.JobStatus) -> None:
    """Cells 2 and on, as far as the study is."""
    contents, analysis, looked, trusted, lost = (told(job, stage) for stage in pipeline.STUDY)
    if contents is not None:
        with cell(2, _("What was read")):
            st.markdown(watch.facts(contents.movement))
            watch.notes(contents.movement)
            if analysis is not None:
                colours = looked and attended.for_player(looked, trusted, lost)
                recording(analysis, looked, colours, watch.film(job.id, contents.movement))
                if remark := measured.joints_seen(analysis):
                    st.caption(remark)
                live.show(contents.movement)
    if analysis is not None:
        with cell(3, _("What the body did")):
            measured.curves(analysis)
            measured.repetitions(analysis)
            corrected.editor(analysis)
            measured.screening(analysis)
    if looked is not None:
        with cell(4, _("What the model attends to")):
            attending(looked, trusted, lost)
    if job.error is not None:
        st.error(sentence(job.error), icon=":material/error:")
    if analysis is not None and job.finished:
        comparison, words = None, ""
        if analysis.movement.joints is not None:
            with cell(5, _("Compared, and what to train next")):
                comparison = compared.comparison(analysis, looked)
                words = compared.training(analysis, looked)
        with cell(6, _("Sessions over time")):
            over_time.show(analysis, looked)
        with cell(7, _("Take it with you")):
            taken.downloads(analysis, looked, trusted, lost, comparison, words)


@st.fragment
def attending(
    looked: pipeline.Attended, trusted: pipeline.Trust | None, lost: np.ndarray | None
) -> None:
    """The heatmaps; choosing another one reruns them alone."""
    attended.answer(looked)
    attended.stretch(looked)
    attended.explained(looked)
    heatmaps.maps(looked, lost, trusted)
    attended.links(looked)
    if trusted is not None:
        faithfulness.trust(trusted, looked)


def follow() -> None:
    """Show the study anew each time this runs; when it ends, one rerun of the page stops that."""
    job = work.status(st.session_state.study)
    if job is None or job.finished:
        st.rerun()
    st.progress(job.fraction, text=doing(job))


def doing(job: pipeline.JobStatus) -> str:
    return {
        "read": _("Reading the file and measuring"),
        "measure": _("Looking where the model attends to"),
        "attend": _("Testing how far the heatmaps can be trusted"),
        "trust": _("Leaving out each joint at each moment"),
    }.get(job.stage, _("Waiting"))


st.html(Path(__file__).parent / "components" / "movement" / "movement.css")
st.title(_("A movement, read closely"))
job = attach()
ask.form(job)
below = st.container(key="notebook")
with below:
    if job is None:
        to_come(
            [
                _("What was read"),
                _("What the body did"),
                _("What the model attends to"),
                _("Compared, and what to train next"),
                _("Sessions over time"),
                _("Take it with you"),
            ]
        )
        if over_time.kept():
            with cell(2, _("Sessions over time")):
                over_time.show()
    else:
        with st.container():
            notebook(job)
        if not job.finished:
            st.fragment(follow, run_every=0.3)()
