"""Cell 1: what is asked, and everything that starts a job."""

from __future__ import annotations

from typing import Any

import streamlit as st

import pipeline
from pages.components import model, pose_editor, snippets
from pages.components.cells import cell
from pages.components.language import _, named
from pages.components.studio import as_is, sentence, status, submit

MANY = 8
"""Fixed attributes that are too many to name."""

STAGES = {"base": 64, "sr256": 256, "sr1024": 1024}
"""Stage that draws → pixels a side of what it draws."""


def settings(request: pipeline.Request) -> dict[str, Any]:
    """A request as the keys of the form, most of which the address holds too."""
    return {
        "prompt": request.prompt.text,
        "seed": request.seed,
        "count": request.count,
        "guidance": float(request.guidance),
        "size": request.size,
        "guide": request.guide,
        "figure": request.figure,
        "fixed": request.fixed,
        **model.settings(request.model),
        **vars(request.steps),
    }


def asked() -> pipeline.Request:
    """The form as a request; raises the pipeline's ``InputError`` for what it cannot take."""
    form = st.session_state
    return pipeline.Request(
        pipeline.Prompt(form.prompt or ""),  # None: an empty value in the address
        seed=form.seed,
        count=form.count,
        guidance=form.guidance,
        steps=pipeline.Steps(form.base, form.sr256, form.sr1024),
        size=form.size,
        guide=form.guide,
        figure=form.get("figure"),
        fixed=form.get("fixed", {}),
        model=model.asked(),
    )


def starting_points() -> list[tuple[str, str, str]]:
    """Icon, name and sentence of each: four things that people come for."""
    return [
        (
            ":material/sprint:",
            _("Show a movement"),
            _("A sprinter in a red shirt in full flight on the track, seen from the side"),
        ),
        (
            ":material/groups:",
            _("A training scene"),
            _(
                "Athletes practise shooting on an indoor basketball court, their eyes focused and "
                "determined, their movement elegant and fluent."
            ),
        ),
        (
            ":material/rate_review:",
            _("Feedback for one athlete"),
            _(
                "A left-handed woman with a ponytail at the trophy position of her tennis serve, "
                "seen from the front"
            ),
        ),
        (
            ":material/event:",
            _("A planned session"),
            _("Squats in the gym: a strong man in black shorts at the bottom, from the side"),
        ),
    ]


def start(**changes: Any) -> None:
    """Change the form and draw it: the callback of every button that starts something.

    While the session's job runs nothing is started, so a second click is harmless.
    """
    form = st.session_state
    job = status(form.get("job"))
    if job is not None and not job.finished:
        return
    form.update(changes)
    form.refusal = None
    try:
        form.job = submit(asked())
    except pipeline.StudioError as error:
        form.refusal = error


def form(busy: bool, drawn: pipeline.Request | None) -> None:
    """Draw the cell. While ``busy`` nothing can be started, but everything can be typed.

    ``drawn`` is what the notebook below was asked.
    """
    with cell(1, _("Ask"), snippets.ask(drawn) if drawn else None):
        st.text_area(
            _("What should the picture show?"),
            key="prompt",
            height=112,
            placeholder=_(
                "One sentence, in English or Chinese: who does what, where, how it looks"
            ),
            on_change="ignore",
            bind="query-params",
        )
        st.button(
            _("Draw"),
            key="draw",
            type="primary",
            icon=":material/draw:",
            disabled=busy,
            shortcut="Ctrl+Enter",
            on_click=start,
        )
        if refusal := st.session_state.get("refusal"):
            st.error(sentence(refusal), icon=":material/error:")

        st.caption(_("Or take one of these. It is drawn at once; then change its words."))
        with st.container(horizontal=True, key="starting-points"):
            for icon, name, prompt in starting_points():
                st.button(
                    name,
                    key=f"start {icon}",
                    icon=icon,
                    help=prompt,
                    disabled=busy,
                    on_click=start,
                    kwargs={"prompt": prompt, "figure": None, "fixed": {}},
                )
        with st.container(horizontal=True, key="folds"):
            advanced()
            model.choose()
            files()
            by_hand()


def advanced() -> None:
    """The settings that have good defaults, folded away."""
    low, high = pipeline.GUIDANCE
    idle = model.is_open()  # an open model has settings of its own
    with st.expander(_("Advanced"), key="advanced", icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            st.number_input(
                _("Seed: which of the possible pictures"),
                0,
                pipeline.MAX_SEED,
                pipeline.Request.seed,
                key="seed",
                bind="query-params",
            )
            st.caption(_("The same seed and words give the same picture. Any whole number."))
            st.slider(
                _("Guidance scale: how strictly to follow the words"),
                low,
                high,
                pipeline.Request.guidance,
                step=0.5,
                key="guidance",
                bind="query-params",
                disabled=idle,
            )
            st.caption(_("Higher keeps closer to the words and varies less. Usually 1 to 3."))
        with right:
            st.number_input(
                _("Count: how many pictures"),
                1,
                pipeline.MAX_COUNT,
                pipeline.Request.count,
                key="count",
                bind="query-params",
            )
            st.caption(_("Each further picture takes the next seed. Usually 1 to 4."))
            st.select_slider(
                _("Size: pixels a side"),
                pipeline.SIZES,
                pipeline.Request.size,
                key="size",
                bind="query-params",
                disabled=idle,
            )
            st.caption(_("Small is quick: the drawing stops there. Usually 1024."))
        for column, (stage, size) in zip(st.columns(3, gap="medium"), STAGES.items(), strict=True):
            column.number_input(
                _("Steps at {size} pixels", size=size),
                1,
                pipeline.MAX_STEPS,
                getattr(pipeline.Steps, stage),
                key=stage,
                bind="query-params",
                disabled=idle,
            )
        st.caption(
            _(
                "Steps: how often a picture is refined. At 64 pixels usually 4 to 16, more is "
                "slower and finer; beyond, 1 is cleanest, more add texture and grain."
            )
        )
        st.toggle(
            _("Pose guide: choose a pose first"),
            pipeline.Request.guide,
            key="guide",
            bind="query-params",
            disabled=idle,
        )
        st.caption(_("Limbs come out right with it; without it words alone lead. Usually on."))
        if idle:
            st.caption(_("What is grey belongs to the own models; the open one's are under Model."))


def by_hand() -> None:
    """A pose that is pulled into shape; nothing is worked out while this is folded."""
    opened = st.expander(
        _("Pose by hand"), key="by hand", icon=":material/accessibility_new:", on_change="rerun"
    )
    if opened.open:
        with opened:
            pose_editor.show()
    taken()


def files() -> None:
    """A picture that was made here restores the form; a pose takes the place of a chosen one."""
    form = st.session_state
    with st.expander(_("Start from a file"), key="files", icon=":material/upload_file:"):
        left, right = st.columns(2, gap="medium")
        left.file_uploader(
            _("A picture that was made here, to restore its settings (PNG)"),
            type="png",
            key="picture file",
            on_change=restore,
        )
        right.file_uploader(
            _("A pose to draw (keypoints as JSON or CSV, or a picture made here)"),
            type=["json", "csv", "png"],
            key="pose file",
            on_change=take_pose,
        )
        if form.get("pose file") is not None:
            right.number_input(
                _("Frame: which moment of a recording"), 0, key="frame", on_change=take_pose
            )
    if trouble := form.get("file trouble"):
        st.error(sentence(trouble), icon=":material/error:")
    if restored := form.get("restored"):
        st.success(
            _("Settings restored from {name}.", name=as_is(restored)), icon=":material/restore:"
        )


def taken() -> None:
    """What the next picture takes from elsewhere than the sentence, and the way back."""
    form = st.session_state
    if form.get("fixed"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                _("Fixed, whatever the sentence says: {values}.", values=as_is(named(form.fixed)))
                if len(form.fixed) < MANY
                else _("All that it shows is fixed, whatever the sentence says.")
            )
            st.button(
                _("Follow the sentence"),
                key="drop fixed",
                type="tertiary",
                icon=":material/close:",
                on_click=form.update,
                args=({"fixed": {}},),
            )
    if form.get("figure") is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("The pose comes from {name}.", name=as_is(form["figure from"])))
            st.button(
                _("Let the pose be chosen"),
                key="drop pose",
                type="tertiary",
                icon=":material/close:",
                on_click=form.update,
                args=({"figure": None},),
            )


def restore() -> None:
    """Fill the form from the picture that was just dropped."""
    form = st.session_state
    file = form["picture file"]
    form["file trouble"] = form["restored"] = None
    if file is None:
        return
    try:
        form.update(settings(pipeline.request_of(file.getvalue())))
        form["restored"] = form["figure from"] = file.name
    except pipeline.StudioError as error:
        form["file trouble"] = error


def take_pose() -> None:
    """Read the pose file that was just dropped, or forget the one that was taken out."""
    form = st.session_state
    file = form["pose file"]
    form["file trouble"] = form["figure"] = None
    if file is None:
        return
    try:
        form["figure"] = pipeline.read_pose(file.name, file.getvalue(), form.get("frame", 0))
        form["figure from"] = file.name
    except pipeline.StudioError as error:
        form["file trouble"] = error
