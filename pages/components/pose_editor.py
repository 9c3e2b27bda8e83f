"""Pose by hand: a canvas on which joints are dragged; bones keep their lengths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import pipeline
from pages.components.language import _, term

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_pose_editor",
    css=(_FILES / "pose_editor.css").read_text(),
    js=(_FILES / "pose_editor.js").read_text(),
)

KEY = "pose editor"


def joints_in_words() -> dict[str, str]:
    """The joints that can be taken hold of."""
    sides = {
        "shoulder": (_("left shoulder"), _("right shoulder")),
        "elbow": (_("left elbow"), _("right elbow")),
        "wrist": (_("left wrist"), _("right wrist")),
        "hand": (_("left hand"), _("right hand")),
        "hip": (_("left hip"), _("right hip")),
        "knee": (_("left knee"), _("right knee")),
        "ankle": (_("left ankle"), _("right ankle")),
        "toe": (_("left foot"), _("right foot")),
    }
    named = {
        f"{s}_{n}": both[i] for n, both in sides.items() for i, s in enumerate(("left", "right"))
    }
    middle = {"pelvis": _("pelvis"), "chest": _("chest"), "neck": _("neck"), "head": _("head")}
    return middle | named


def show() -> None:
    """Where to start from, and the canvas."""
    form = st.session_state
    actions = list(pipeline.PHASES)
    first, second, third = st.columns(3, gap="medium")
    keep: dict[str, Any] = {"persist_state": "session"}
    action = first.selectbox(
        term("attribute", "action"),
        actions,
        format_func=_names("action", actions),
        key="hand action",
        **keep,
    )
    phases = [f"{action}/{phase}" for phase in pipeline.PHASES[action]]
    if form.get("hand phase") not in phases:
        form["hand phase"] = phases[0]
    phase = second.selectbox(
        term("attribute", "phase"),
        phases,
        format_func=_names("phase", phases),
        key="hand phase",
        **keep,
    )
    views = list(pipeline.VOCABULARY["view"])
    if "hand view" not in form:
        form["hand view"] = "side"
    view = third.selectbox(
        term("attribute", "view"),
        views,
        format_func=_names("view", views),
        key="hand view",
        **keep,
    )
    form["hand start"] = pipeline.library_pose(phase, view)
    _component(key=KEY, data=told(form["hand start"]), on_used_change=use)
    st.caption(
        _(
            "Drag a joint: everything beyond it turns with it, and bones keep their lengths. The "
            "pelvis moves the whole athlete. A red wedge shows where an elbow or a knee can't bend "
            "to. Then draw; the sentence still says the rest."
        )
    )


def _names(attribute: str, values: list[str]) -> Any:
    # Looked up now: widgets ask for names where the session's language is not known.
    return {value: term(attribute, value) for value in values}.__getitem__


def told(figure: pipeline.Figure) -> dict[str, Any]:
    """The figure as the canvas needs it; the same figure always gives the same data."""
    index = pipeline.JOINT_INDEX
    words = joints_in_words()
    return {
        "joints": [
            None if np.isnan(place).any() else [round(float(x), 5) for x in place]
            for place in figure.joints[0]
        ],
        "parents": {str(index[j]): index[parent] for j, parent in pipeline.PARENTS.items()},
        "names": {str(index[joint]): word for joint, word in words.items()},
        "ranges": {str(index[joint]): list(r) for joint, r in pipeline.RANGES.items()},
        "root": index["pelvis"],
        "index": index,
        "stature": float(pipeline.stature(figure.joints)[0]),
        "horizon": None if np.isnan(figure.horizon) else float(figure.horizon),
        "lines": np.nan_to_num(figure.lines).round(4).tolist(),
        "props": [
            {
                "ball": prop.kind in pipeline.BALL_RADIUS,
                "tail": prop.tail.tolist(),
                "tip": prop.tip.tolist(),
                "radius": float(np.hypot(*prop.side)),
                "hand": None if holds is None else [holds.hand, holds.wrist],
            }
            for prop, holds in zip(figure.props, pipeline.held(figure), strict=True)
        ],
        "texts": {
            "label": _("Pose editor"),
            "use": _("Use this pose"),
            "reset": _("As it was"),
            "hint": _("Up and down arrows choose a joint, left and right turn it."),
            "angle": _("{joint}: {degrees}° between the bones, as seen here"),
            "within": _("{joint}: {degrees}°, within the usual {low}° to {high}°"),
            "outside": _("{joint}: {degrees}°, beyond the usual {low}° to {high}°"),
        },
    }


def use() -> None:
    """Take the pose over into the form, or say why not."""
    form = st.session_state
    used = (form.get(KEY) or {}).get("used")
    if not used:
        return
    try:
        joints = np.array(
            [[np.nan, np.nan] if place is None else place for place in used["joints"]], np.float32
        )
        form["figure"] = pipeline.moved(form["hand start"], joints)
        form["figure from"] = _("your hands")
        form["file trouble"] = None
    except (TypeError, ValueError, KeyError):
        return  # nothing that our own canvas sends
    except pipeline.StudioError as error:
        form["file trouble"] = error
