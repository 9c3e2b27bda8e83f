"""Someone before the visitor's camera, analysed while they move."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

import pipeline
from pages.components.camera import camera
from pages.components.language import _
from pages.components.movement import live
from pages.components.studio import runtime, sentence


@dataclass(eq=False)
class Session:
    """What has been seen since the camera was opened."""

    watch: pipeline.Watch
    windows: list[pipeline.Window] = field(default_factory=list)


def show() -> None:
    """The folded part of the first cell that opens the camera."""
    opened = st.expander(
        _("Use the camera"), key="camera", icon=":material/videocam:", on_change="rerun"
    )
    form = st.session_state
    if not opened.open:
        form.pop("seen", None)
        return
    with opened:
        if not pipeline.can_watch():
            st.info(
                _(
                    "Finding a body in pictures takes a pose model, which the studio does not "
                    "bring along. Put RTMPose as ONNX, or MediaPipe's pose landmarker (.task), "
                    "into {folder} and open this again.",
                    folder=f"`{pipeline.pose_models()}`",
                ),
                icon=":material/videocam_off:",
            )
            return
        st.caption(
            _(
                "Pictures go to this server alone, are looked at, and are not kept. Stand so that "
                "all of you is seen; every half second the last four seconds are analysed."
            )
        )
        if "seen" not in form:
            try:
                form["seen"] = Session(pipeline.Watch(runtime()))
            except pipeline.StudioError as error:
                st.error(sentence(error), icon=":material/error:")
                return
        st.fragment(watching)(form["seen"])


def watching(seen: Session) -> None:
    """Look at what has come, and tell the newest window."""
    # Drawn are the joints of the pictures before; the component asks for the next ones with them.
    came = camera(
        label=_("The camera"),
        key="camera pictures",
        joints=seen.watch.joints,
        size=seen.watch.size,
    )
    try:
        for seconds, picture in came:
            if (window := seen.watch.push(picture, seconds)) is not None:
                seen.windows.append(window)
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    if came:
        st.rerun(scope="fragment")
    if seen.windows:
        live.told(seen.windows)
