"""A picture of the moment at which the player rests: its pose, and the way to Generate."""

from __future__ import annotations

import streamlit as st

import pipeline
from pages.components.language import _, language, term
from pages.components.pictures import guide
from pages.components.studio import sentence


def picture(analysis: pipeline.Analysis, looked: pipeline.Attended | None, frame: int) -> None:
    """The pose of the moment as the picture models see it, and a button that draws it."""
    movement = analysis.movement
    flat = movement.joints is not None and movement.joints.shape[-1] == 2
    with st.popover(
        _("Picture of this moment"), icon=":material/draw:", key="picture of this moment"
    ):
        view = "front"
        if not flat:
            view = st.segmented_control(
                _("Seen from"),
                pipeline.VIEWS,
                default="three_quarter",
                required=True,
                format_func=lambda name: term("view", name),
                key="picture view",
            )
        try:
            figure = pipeline.figure_at(movement, frame, view)
        except pipeline.StudioError as error:
            st.error(sentence(error), icon=":material/error:")
            return
        st.image(guide(figure), width=240, alt=_("The pose at {n} s", n=_time(analysis, frame)))
        prompt = st.text_input(
            _("Who, where, how it looks"), _sentence(analysis, looked), key="picture prompt"
        )
        if st.button(
            _("Open in Generate"), type="primary", icon=":material/draw:", key="to generate"
        ):
            st.session_state["figure"] = figure
            st.session_state["figure from"] = f"{movement.source}, {_time(analysis, frame)} s"
            st.switch_page("generate.py", query_params={"prompt": prompt, "lang": language()})


def _time(analysis: pipeline.Analysis, frame: int) -> str:
    return f"{analysis.movement.times[frame]:.2f}"


def _sentence(analysis: pipeline.Analysis, looked: pipeline.Attended | None) -> str:
    """What the picture probably shows, for a start."""
    action = {"squat": "squat", "push-up": "push_up"}.get(analysis.exercise, "")
    if looked is not None and looked.action[0] in pipeline.REFERENCES and looked.action[1] > 0.5:
        action = looked.action[0]
    if not action:
        return _("An athlete in the gym")
    return _("{action}, an athlete in a red shirt", action=term("action", action))
