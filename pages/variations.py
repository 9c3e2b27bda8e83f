"""Variations: one sentence many times, on one sheet; first of all the phases of a movement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import pipeline
from pages.components import following, pictures, progress, snippets, workspaces
from pages.components.cells import cell
from pages.components.language import _, ngettext, term
from pages.components.studio import jobs, runtime, sentence, status, told

GUIDANCES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)
STEPS = (1, 2, 4, 8, 12, 16, 24, 32)
TILE = 256
"""Pixels a side of a picture on the sheet."""


def axes() -> dict[str, str]:
    """What can vary, in words; the empty name stands for nothing."""
    return {
        "phase": _("Phases of the movement"),
        "seed": _("Seeds"),
        "guidance": _("Guidance scale"),
        "steps": _("Steps at {size} pixels", size=64),
        "": _("nothing"),
    }


def examples() -> list[tuple[str, str, dict[str, Any]]]:
    """Icon, name and form of each starting point."""
    sprint = _("A sprinter in a red shirt on the track, seen from the side")
    serve = _("A woman in a white skirt serves on the tennis court, seen from the side")
    squat = _("Squats in the gym: a strong man in black shorts at the bottom, from the side")
    return [
        ("sprint", _("A sprint, phase by phase"), {"vary": sprint, "across": "phase", "down": ""}),
        (
            "sports_tennis",
            _("A serve, two athletes"),
            {"vary": serve, "across": "phase", "down": "seed", "how many": 2},
        ),
        (
            "grid_on",
            _("Guidance and seeds"),
            {"vary": squat, "across": "guidance", "down": "seed", "how many": 3},
        ),
    ]


def axis(side: str) -> pipeline.Axis:
    """What varies along a side, as the form has it."""
    form = st.session_state
    name = form[side]
    if not name:
        return pipeline.NOTHING
    if name == "phase":
        return pipeline.Axis("phase")
    if name == "seed":
        return pipeline.Axis(
            "seed", tuple(range(form["first seed"], form["first seed"] + form["how many"]))
        )
    return pipeline.Axis(name, tuple(sorted(form[f"{name} values"])))


def asked() -> pipeline.Grid:
    """The form as a grid; raises the pipeline's ``InputError`` for what it cannot take."""
    form = st.session_state
    request = pipeline.Request(
        pipeline.Prompt(form.vary or ""), seed=form["first seed"], size=form["tile size"]
    )
    return pipeline.Grid(request, axis("across"), axis("down"))


def start(**changes: Any) -> None:
    """Change the form and draw the sheet, unless one is being drawn."""
    form = st.session_state
    job = status(form.get("grid job"))
    if job is not None and not job.finished:
        return
    form.update(changes)
    form["grid refusal"] = None
    try:
        grid = asked()
        work = partial(draw, grid, workspaces.current())
        form["grid job"] = jobs().submit(work, kind="grid", cost=len(grid.cells) or 4)
    except pipeline.StudioError as error:
        form["grid refusal"] = error


def draw(grid: pipeline.Grid, workspace: Path) -> Iterator[pipeline.Event]:
    """The job: every picture is kept as soon as it is finished."""
    yield from pipeline.Gallery(workspace).keep(pipeline.draw(grid, runtime()))


def form(busy: bool) -> None:
    """Cell 1: the sentence and what varies."""
    state = st.session_state
    with cell(1, _("Ask"), snippets.GRID):
        st.text_area(
            _("What should all the pictures show?"),
            # What was typed in Generate is what most people want to vary.
            state.get("prompt") or "",
            key="vary",
            height=84,
            placeholder=_(
                "One sentence, in English or Chinese: who does what, where, how it looks"
            ),
            persist_state="session",
            on_change="ignore",
        )
        names = axes()
        left, right = st.columns(2, gap="medium")
        with left:
            st.selectbox(
                _("Varies from left to right"),
                [name for name in names if name],
                format_func=names.__getitem__,
                key="across",
                persist_state="session",
            )
        with right:
            st.selectbox(
                _("Varies from top to bottom"),
                ["", *(name for name in names if name and name != state.across)],
                format_func=names.__getitem__,
                key="down",
                persist_state="session",
            )
        values({state.across, state.down})
        st.button(
            _("Draw the sheet"),
            key="draw sheet",
            type="primary",
            icon=":material/grid_view:",
            disabled=busy,
            shortcut="Ctrl+Enter",
            on_click=start,
        )
        if refusal := state.get("grid refusal"):
            st.error(sentence(refusal), icon=":material/error:")
        st.caption(_("Or take one of these. It is drawn at once; then change its words."))
        with st.container(horizontal=True):
            for icon, name, changes in examples():
                st.button(
                    name,
                    key=f"example {icon}",
                    icon=f":material/{icon}:",
                    help=changes["vary"],
                    disabled=busy,
                    on_click=start,
                    kwargs=changes,
                )


def values(varied: set[str]) -> None:
    """The values of what varies, and what stays the same."""
    keep = {"persist_state": "session"}
    first, second, third = st.columns(3, gap="medium")
    first.number_input(
        _("First seed") if "seed" in varied else _("Seed: which of the possible pictures"),
        0,
        pipeline.MAX_SEED - 8,
        key="first seed",
        **keep,
    )
    second.select_slider(_("Size: pixels a side"), pipeline.SIZES, 256, key="tile size", **keep)
    # Hidden ones keep their values, and need them as soon as they are asked for.
    state = st.session_state
    state.setdefault("how many", 3)
    state.setdefault("guidance values", [1.0, 2.5, 4.0, 8.0])
    state.setdefault("steps values", [2, 4, 8, 16])
    if "seed" in varied:
        third.number_input(_("How many seeds"), 1, 8, key="how many", **keep)
    for name, options in (("guidance", GUIDANCES), ("steps", STEPS)):
        if name in varied:
            st.pills(axes()[name], options, selection_mode="multi", key=f"{name} values", **keep)
    if "phase" in varied:
        st.caption(
            _(
                "All phases of the sentence's action in their order. Athlete, kit, place and "
                "camera are the same in all of them."
            )
        )


def label(axis: pipeline.Axis, value: Any) -> str:
    """What a row or a column of the sheet is called."""
    if axis.name == "phase":
        return term("phase", value)
    if axis.name == "seed":
        return _("seed {seed}", seed=value)
    if axis.name == "guidance":
        return _("guidance {value}", value=f"{value:g}")
    return ngettext("{n} step", "{n} steps", value) if axis.name else ""


def composed(job: pipeline.JobStatus, grid: pipeline.Grid) -> np.ndarray:
    """The sheet as far as it is."""
    latest: dict[int, np.ndarray] = {}
    for (_stage, picture), event in job.previews.items():
        if event.preview is not None and len(event.preview) >= len(latest.get(picture, ())):
            latest[picture] = event.preview
    for picture, result in enumerate(job.results):
        latest[picture] = result.picture
    return pipeline.sheet(
        [latest.get(i) for i in range(len(grid.cells))],
        [label(grid.across, value) for value in grid.across.values],
        [label(grid.down, value) for value in grid.down.values],
        grid.request.prompt.text,
        TILE,
    )


def notebook(job: pipeline.JobStatus) -> None:
    """Cells 2 and 3, as far as the job is."""
    grid = told(job, "grid")
    with cell(2, _("The sheet"), snippets.SHEET):
        if grid is not None:
            latest = job.events[-1]
            st.image(
                pictures.once(latest, lambda: pictures.jpeg(composed(job, grid))),
                width="stretch",
                alt=_(
                    "{count} pictures of “{sentence}”; from left to right: {across}",
                    count=len(grid.cells),
                    sentence=grid.request.prompt.text,
                    across=_(", ").join(label(grid.across, v) for v in grid.across.values),
                ),
            )
            st.caption(_("{n} of {count} finished", n=len(job.results), count=len(grid.cells)))
        if isinstance(job.error, pipeline.OutsideDomainError):
            st.warning(sentence(job.error), icon=":material/help:")
        else:
            pictures.ending(job)
    if grid is not None and job.results and job.finished:
        with cell(3, _("Next")):
            take_on(job, grid)


def take_on(job: pipeline.JobStatus, grid: pipeline.Grid) -> None:
    """What can be done with a finished sheet."""
    first = job.results[0]
    action = first.attributes.get("action", "picture").replace("_", "-")
    varied = "-".join(axis.name for axis in (grid.across, grid.down) if axis.name)
    with st.container(horizontal=True):
        st.download_button(
            _("Download the sheet"),
            pictures.once(job.error or job.results[-1], lambda: pictures.png(composed(job, grid))),
            f"{action}_{varied}_seed{first.request.seed}_sheet.png",
            "image/png",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if st.button(_("See them in the gallery"), icon=":material/photo_library:"):
            st.switch_page("gallery.py")
    st.caption(_("Each picture is kept in the gallery, from where it can be drawn larger."))


def bar(job: pipeline.JobStatus) -> None:
    """What is being done."""
    progress.bar(job, pictures.doing(None), previews=True)


st.title(_("One sentence, many pictures"))
job = status(st.session_state.setdefault("grid job", st.query_params.get("sheet")))
if job is not None:
    st.query_params["sheet"] = job.id  # so that a reload finds it again
busy = job is not None and not job.finished
form(busy)
following.below(job, notebook, bar, [_("The sheet"), _("Next")])
