"""Cells 3 to 5: poses, pictures while they form, and finished ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st
from babel.dates import format_datetime

import pipeline
from pages.components import ask, progress
from pages.components.encoded import jpeg as jpeg
from pages.components.encoded import once as once
from pages.components.encoded import png as png
from pages.components.language import _, language, named, term
from pages.components.studio import as_is, sentence


def stages(job: pipeline.JobStatus, request: pipeline.Request) -> None:
    """Every picture at each stage, side by side, as far as it is."""
    progress.tiles(job, request.count, drawing(request))


def drawing(request: pipeline.Request) -> dict[str, str]:
    """Each stage that draws, and what it is called."""
    if request.model is None:
        return {s: f"{n} × {n}" for s, n in ask.STAGES.items() if n <= request.size}
    if not request.model.enlargers:
        return {"stage1": as_is(request.model.name)}
    count = 1 + len(request.model.enlargers)
    return {f"stage{n}": _("Stage {n}", n=n) for n in range(1, count + 1)}


def ending(job: pipeline.JobStatus) -> None:
    """Why a job has ended before it was done."""
    if job.state == "cancelled":
        st.info(_("Stopped. What was finished stays."), icon=":material/stop_circle:")
    elif job.error is not None:
        st.error(sentence(job.error), icon=":material/error:")


def doing(request: pipeline.Request | None) -> dict[str, str]:
    """Stage → what is being done then; ``{gigabytes}`` of a download are filled in as they come."""
    sizes = {s: _("Drawing at {size} pixels", size=size) for s, size in ask.STAGES.items()}
    if request is not None and request.model is not None:
        count = 1 + len(request.model.enlargers)
        sizes = {f"stage{n}": _("Drawing, stage {n}", n=n) for n in range(1, count + 1)}
    choosing = _("Choosing the pose")
    return sizes | {
        "pose": choosing,
        "gate": choosing,
        "scorecard": _("Judging the picture"),
        "loading": _("Loading the model"),
        "fetching": _("Downloading the model, {gigabytes} GB so far", gigabytes="{gigabytes}"),
        "": _("Reading the words"),
    }


def poses(
    figures: Sequence[tuple[pipeline.Event, pipeline.Figure]],
    model: pipeline.HubModel | None = None,
) -> None:
    """What the pictures are drawn around: the figure of each and the event that brought it, as our
    models see it or as an open ``model``'s ControlNet does."""
    draw = guide if model is None else openpose
    with st.container(horizontal=True):
        for n, (event, figure) in enumerate(figures, 1):
            with st.container(width=160):
                st.image(
                    once(event, partial(draw, figure)),
                    width="stretch",
                    alt=_("Pose of picture {n}: limbs, equipment, ground lines, horizon", n=n),
                )
    if model is None:
        st.caption(_("Left limbs blue, right limbs orange. The picture is drawn around this."))
    else:
        st.caption(_("As the ControlNet sees it, in the colours of OpenPose."))


def guide(figure: pipeline.Figure) -> bytes:
    """The pose guide as people see it."""
    return jpeg(pipeline.guide_picture(figure, 320))


def openpose(figure: pipeline.Figure) -> bytes:
    """The pose as a ControlNet reads it."""
    return png(pipeline.openpose_picture(figure, 320))


def results(job: pipeline.JobStatus, count: int) -> None:
    """The finished pictures, large, each with what can be done next; ``count`` there will be."""
    # Two beside each other from the first on, so that it need not shrink when the second comes.
    columns = st.columns(min(count, 2), gap="medium")
    for i, result in enumerate(job.results):
        with columns[i % len(columns)]:
            show(result, busy=not job.finished)


def show(result: pipeline.Result, busy: bool) -> None:
    """One finished picture; while ``busy`` with the next nothing else can be started."""
    seed = result.request.seed
    file = once(result, partial(pipeline.to_png, result))
    # As PNG, or Streamlit turns it into a JPEG without the record, anew on every run.
    st.image(file, width="stretch", output_format="PNG", alt=result.request.prompt.text)
    with st.container(horizontal=True, key=f"next {seed}"):
        st.download_button(
            _("Download"),
            file,
            pipeline.file_name(result),
            "image/png",
            key=f"download {seed}",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        notebook(result, f"notebook {seed}")
        same = ask.settings(result.request)
        other = same | {"seed": (seed + 1) % (pipeline.MAX_SEED + 1)}
        posed = {"figure": result.figure, "figure from": pipeline.file_name(result)}
        ways = [
            (_("Same seed again"), _("Draws exactly this picture."), "replay", same),
            (_("Next seed"), _("The same words, another picture."), "skip_next", other),
        ]
        if result.figure is not None:
            ways.append((_("Vary"), _("The same pose, another look."), "shuffle", other | posed))
        for name, meaning, icon, values in ways:
            st.button(
                name,
                key=f"{icon} {seed}",
                icon=f":material/{icon}:",
                help=meaning,
                disabled=busy,
                on_click=ask.start,
                kwargs=values,
            )
    with st.expander(_("How it was made"), key=f"facts {seed}", icon=":material/info:"):
        st.html(facts(result))


def notebook(result: pipeline.Result, key: str) -> None:
    """The button that downloads the result as a notebook which makes it again."""
    st.download_button(
        _("Notebook"),
        pipeline.to_notebook(result),
        pipeline.file_name(result).removesuffix(".png") + ".ipynb",
        "application/x-ipynb+json",
        key=key,
        icon=":material/note_stack:",
        help=_("Makes exactly this picture in Jupyter, step by step."),
        on_click="ignore",
    )


def as_title(result: pipeline.Result) -> str:
    """Action, phase and seed in words."""
    shown = [term(n, result.attributes[n]) for n in ("action", "phase") if n in result.attributes]
    return " · ".join([*shown, _("seed {seed}", seed=result.request.seed)])


def facts(result: pipeline.Result) -> str:
    """What was run and measured, as an HTML list."""
    items = (
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in listed(result).items()
    )
    return f'<dl class="facts">{"".join(items)}</dl>'


def differences(results: Sequence[pipeline.Result]) -> str:
    """What several results differ in, as an HTML table with a column each; what they share below.

    What the pictures show stands first, then how they were made.
    """
    shown = [
        {term("attribute", n): term(n, v) for n, v in result.attributes.items()}
        for result in results
    ]
    rows, same = [], {}
    for table in (shown, [listed(result) for result in results]):
        for name in dict.fromkeys(name for column in table for name in column):
            values = [column.get(name, "–") for column in table]
            if len(set(values)) == 1:
                same |= {name: values[0]} if table is shown else {}
                continue
            cells = (f"<td><small>{escape(name)}</small>{escape(v)}</td>" for v in values)
            rows.append(f"<tr>{''.join(cells)}</tr>")
    shared = _(", ").join(_("{attribute}: {value}", attribute=n, value=v) for n, v in same.items())
    shared = f"<p>{escape(_('The same in all: {values}', values=shared))}</p>" if same else ""
    return f'<div class="compared"><table>{"".join(rows)}</table>{shared}</div>'


def listed(result: pipeline.Result) -> dict[str, str]:
    """What was run and measured: name → value, in words."""
    request = result.request
    return {
        _("Sentence"): request.prompt.text,
        **(of_own(result) if request.model is None else of_open(request.model)),
        _("Seed"): str(request.seed),
        _("Size"): f"{result.picture.shape[1]} × {result.picture.shape[0]} px",
        _("Took"): f"{sum(result.seconds.values()):.1f} s",
        _("Memory at most"): f"{result.peak_memory / 1e9:.1f} GB",
        _("Computed on"): result.device,
        _("Made"): format_datetime(datetime.fromisoformat(result.created), locale=language()),
        _("Weights"): ", ".join(f"{name} {digest}" for name, digest in result.weights.items()),
    }


def of_own(result: pipeline.Result) -> dict[str, str]:
    """What the own models were told."""
    request = result.request
    return {
        _("Chosen by the seed"): named({name: result.attributes[name] for name in result.chosen}),
        _("Guidance scale"): str(request.guidance),
        _("Steps"): " + ".join(str(getattr(request.steps, stage)) for stage in result.stages),
    }


def of_open(model: pipeline.HubModel) -> dict[str, str]:
    """What an open model was told; what was left to it is left out."""
    told = {
        _("Model"): " → ".join([model.name, *model.enlargers]),
        _("Pose through"): model.control,
        _("Negative prompt"): model.negative,
        _("Told"): _("what was understood, in English") if model.understood else "",
        _("Guidance scale"): "" if model.guidance is None else f"{model.guidance:g}",
        _("Steps"): "" if model.steps is None else str(model.steps),
    }
    return {name: value for name, value in told.items() if value}
