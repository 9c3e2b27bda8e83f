"""Generate: a sentence becomes pictures, in a notebook that fills itself in."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

import pipeline
from pages.components import ask, following, pictures, progress, scorecard, snippets, why, words
from pages.components.cells import cell, to_come
from pages.components.language import _
from pages.components.studio import as_is, status, told


def attach() -> pipeline.JobStatus | None:
    """The session's job, or after a reload the one that the address names; None without one."""
    form, address = st.session_state, st.query_params
    opened = "job" not in form
    job = form.setdefault("job", address.get("job"))
    found = status(job)
    if found is not None:
        address["job"] = found.id
    elif job:
        st.info(
            _("The pictures of this address are no longer in memory. Draw them again."),
            icon=":material/history:",
        )
        form.job = None
        del address["job"]
    request = told(found, "asked")
    if opened and request is not None:
        # After a reload the address still holds what was typed, in a link that was shared
        # nothing; a pose, what is fixed and an open model are in neither.
        settings = ask.settings(request)
        inside = {n for n in settings if n in ("figure", "fixed") or n.startswith("model ")}
        kept = inside if "prompt" in address else settings
        form.update({name: settings[name] for name in kept})
        form["figure from"] = _("the picture below")
    return found


def numbers(request: pipeline.Request | None) -> dict[str, int]:
    """The cells that a request leads to, and their numbers."""
    shown = ["words", "pose", "stages", "result", "scorecard", "why"]
    if request is not None and request.model is not None:
        # It reads the sentence in its own way, and our judge and our maps know nothing of it.
        shown = ["pose", "stages", "result"] if request.model.control else ["stages", "result"]
    elif request is not None and not request.guide:
        shown.remove("pose")
    return {name: number for number, name in enumerate(shown, 2)}


def notebook(job: pipeline.JobStatus) -> None:
    """All cells but the first, as far as the job is."""
    request, understanding = told(job, "asked"), told(job, "understand")
    number = numbers(request)
    if isinstance(job.error, pipeline.OutsideDomainError):
        with cell(2, _("Words understood"), snippets.UNDERSTAND):
            words.outside(job.error)
            return
    if understanding is not None and "words" in number:
        with cell(number["words"], _("Words understood"), snippets.UNDERSTAND):
            words.show(understanding, request.seed, request.fixed)
    elif understanding is None and "words" in number and not job.finished:
        to_come(TITLES)
        return

    figures = [(e, e.value) for e in job.events if e.stage == "pose" and e.value is not None]
    if request is not None and request.figure is not None:
        figures = [(job.events[0], request.figure)]
    if figures and "pose" in number:
        with cell(number["pose"], _("Pose"), snippets.POSE):
            pictures.poses(figures, request.model)
            for event in job.events:
                if event.stage == "gate" and event.value is not None:
                    st.caption(scorecard.gate(event.value))

    with cell(number["stages"], _("From small to large"), snippets.GENERATE):
        if request is not None:
            sentence = told(job, "sentence")
            if sentence and request.model.understood:
                st.markdown(_("The model was told: “{sentence}”", sentence=as_is(sentence)))
            pictures.stages(job, request)
        pictures.ending(job)
    finished(job, number)


def finished(job: pipeline.JobStatus, number: dict[str, int]) -> None:
    """The cells of the pictures that are done."""
    if job.results:
        with cell(number["result"], _("Result"), snippets.RESULT):
            pictures.results(job, told(job, "asked").count)

    cards = {e.picture: e.value for e in job.events if e.stage == "scorecard"}
    if cards and "scorecard" in number:
        with cell(number["scorecard"], _("Scorecard"), snippets.SCORECARD):
            for i, _result in titled(job):
                if i in cards:
                    scorecard.show(cards[i], f"{job.id} {i}")

    if job.results and job.finished and "why" in number:
        with cell(number["why"], _("Why"), snippets.WHY):
            for i, result in titled(job):
                why.show(result, f"{job.id} {i}")


def titled(job: pipeline.JobStatus) -> Iterator[tuple[int, pipeline.Result]]:
    """The finished pictures with their numbers, of several each after its title."""
    for i, result in enumerate(job.results):
        if len(job.results) > 1:
            st.markdown(f"**{pictures.as_title(result)}**")
        yield i, result


def bar(job: pipeline.JobStatus) -> None:
    """What is being done."""
    request = told(job, "asked")
    progress.bar(job, pictures.doing(request), request.count if request is not None else 1)


TITLES = [
    _("Words understood"),
    _("Pose"),
    _("From small to large"),
    _("Result"),
    _("Scorecard"),
    _("Why"),
]

st.title(_("A picture from a sentence"))
job = attach()
busy = job is not None and not job.finished
ask.form(busy, told(job, "asked"))
following.below(job, notebook, bar, TITLES)
