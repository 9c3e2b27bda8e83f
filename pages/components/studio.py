"""The pipeline as the pages hold it: one runtime and one queue for all sessions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

import pipeline
from pages.components import workspaces
from pages.components.language import _, ngettext, term


@st.cache_resource(show_spinner=False)
def runtime() -> pipeline.Runtime:
    """The loaded models. ``TRAINSIGHT_WEIGHTS`` names another folder of weights than the own."""
    folder = os.environ.get("TRAINSIGHT_WEIGHTS")
    return pipeline.Runtime(weights=Path(folder)) if folder else pipeline.Runtime()


def warm_up() -> None:
    """Load what pictures need. Where weights are missing the page says so when they are needed."""
    for model in (*pipeline.MODELS, "judge"):
        with suppress(pipeline.WeightsError):
            runtime().model(model)


@st.cache_resource(show_spinner=False)
def jobs() -> pipeline.JobQueue:
    """The queue that all sessions share; it frees the models when nobody draws."""
    return pipeline.JobQueue([runtime().device.type], idle=runtime().release)


def submit(request: pipeline.Request) -> str:
    """Queue the pictures that ``request`` asks for and return the job's id."""
    # Open models take far longer than ours, each in its own way: the queue guesses them apart.
    kind = "generate" if request.model is None else f"generate by {request.model.name}"
    work = partial(_work, request, workspaces.current())
    return jobs().submit(work, kind=kind, cost=request.count)


def _work(request: pipeline.Request, workspace: Path) -> Iterator[pipeline.Event]:
    # What was asked comes first, so that whoever opens the job's address can read it there.
    yield pipeline.Event("asked", 0.0, value=request)
    for event in pipeline.Gallery(workspace).keep(pipeline.generate(request, runtime())):
        if event.result is not None and request.model is None:  # the judge knows only our pictures
            with suppress(pipeline.WeightsError):  # without a judge pictures stay unjudged
                card = pipeline.score(event.result, runtime())
                yield replace(event, stage="scorecard", value=card, result=None)
        yield event


def submit_upscaling(request: pipeline.Upscaling) -> str:
    """Queue the enlargements that ``request`` asks for and return the job's id."""
    cost = len(request.sources) * len(request.methods)
    return jobs().submit(partial(_upscale, [request]), kind="upscale", cost=cost)


def _upscale(held: list[pipeline.Upscaling]) -> Iterator[pipeline.Event]:
    # Taken out and told without the files, which would else stay in memory as long as the job is
    # known.
    request = held.pop()
    named = tuple(replace(source, data=b"") for source in request.sources)
    yield pipeline.Event("asked", 0.0, value=replace(request, sources=named))
    folder = pipeline.new_folder()
    made = []
    for event in pipeline.upscale(request, runtime(), folder):
        if event.result is not None:
            made.append(event.result.file)
            made += [event.result.variation.file] if event.result.variation else []
        yield event
    if len(made) > 1:
        yield from pipeline.pack(made, folder / "super-resolution.zip")


def status(job: str | None, queue: pipeline.JobQueue | None = None) -> pipeline.JobStatus | None:
    """How a job of the queue (:func:`jobs` unless another is given) stands.

    None without a job or for one that is not known any more.
    """
    try:
        return (queue or jobs()).status(job) if job else None
    except pipeline.UnknownJobError:
        return None


def told(job: pipeline.JobStatus | None, stage: str) -> Any:
    """What the job's ``stage`` put out, None as long as it has not."""
    events = job.events if job is not None else ()
    return next((e.value for e in events if e.stage == stage and e.value is not None), None)


def sentence(error: pipeline.StudioError) -> str:
    """An error in the visitor's language, as Markdown."""
    values = {name: as_is(str(value)) for name, value in error.values.items()}
    if isinstance(error, pipeline.OutsideDomainError):
        values["nearest"] = _(", ").join(term("action", action) for action in error.nearest)
    return _(error.template, **values)


def as_is(text: str) -> str:
    """Text from outside, escaped so that Markdown shows it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def about(seconds: float) -> str:
    """A waiting time to the precision that a guess has: "1 s", "40 s", "3 min"."""
    if seconds < 90:
        return _("{n} s", n=max(1, round(seconds)))
    return _("{n} min", n=round(seconds / 60))


@st.fragment(run_every=5)
def queue_line() -> None:
    """What computes, how many jobs run or wait and for how long, kept up to date by itself."""
    unfinished, seconds = jobs().waiting()
    line = [_("Computes on {device}", device=runtime().device.type.upper())]
    if unfinished:
        line.append(ngettext("{n} job under way", "{n} jobs under way", unfinished))
        if seconds is not None:
            line.append(_("about {time}", time=about(seconds)))
    else:
        line.append(_("nobody is waiting"))
    st.caption(" · ".join(line))
