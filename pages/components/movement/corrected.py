"""The events of cell 3 set by hand: repetitions, flights, steps and ground contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

import pipeline
from pages.components.language import _
from pages.components.movement import ask
from pages.components.movement.words import side
from pages.components.studio import sentence

SIDES = ("left", "right")


def editor(analysis: pipeline.Analysis) -> None:
    """Tables of all events, to be changed; what is applied is measured anew at once."""
    if analysis.movement.joints is None:
        return
    by_hand = analysis.corrections.kinds
    title, some = _("Correct the events by hand"), _("some are set by hand")
    opened = st.expander(
        f"{title} · {some}" if by_hand else title,
        key="correct",
        icon=":material/edit_note:",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        st.caption(
            _(
                "Times in seconds, as the player shows them. Change a cell, add a row at the "
                "bottom, or mark a row and delete it. Measures, indicators, maps in words and the "
                "report follow."
            )
        )
        kind = st.segmented_control(
            _("Events"),
            list(KINDS),
            default="reps" if analysis.reps or not analysis.gait else "steps",
            required=True,
            format_func={
                "reps": _("Repetitions"),
                "flights": _("Flights"),
                "steps": _("Gait"),
                "contacts": _("Ground contact"),
            }.__getitem__,
            key="correct kind",
        )
        found, back = KINDS[kind]
        # A study's tables are its own: another's changes must not be laid over them.
        edited = st.data_editor(
            found(analysis),
            key=f"events {kind} {st.session_state.study}",
            num_rows="dynamic",
            hide_index=True,
            column_config=columns(analysis),
            width="stretch",
        )
        with st.container(horizontal=True):
            if st.button(
                _("Measure anew"), type="primary", key="apply events", icon=":material/check:"
            ):
                apply(replace(analysis.corrections, **back(edited)), analysis)
            if by_hand:
                st.button(
                    _("Back to what was found"),
                    key="drop corrections",
                    icon=":material/undo:",
                    on_click=use,
                    args=(pipeline.Corrections(),),
                )


def apply(corrections: pipeline.Corrections, analysis: pipeline.Analysis) -> None:
    """Study the recording with these events, or say why they cannot be."""
    times = analysis.movement.times
    try:
        corrections.check(float(times[-1] - times[0]))
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    use(corrections)
    st.rerun()


def use(corrections: pipeline.Corrections) -> None:
    st.session_state["corrections"] = corrections
    ask.again()


def columns(analysis: pipeline.Analysis) -> dict[str, object]:
    """How the editor shows the columns of all tables."""
    last = float(analysis.movement.times[-1])
    names = {
        "start": _("Start"),
        "turn": _("Turn"),
        "end": _("End"),
        "take_off": _("Take-off"),
        "landing": _("Landing"),
        "time": _("Time"),
    }
    numbers = {
        name: st.column_config.NumberColumn(
            title, min_value=0.0, max_value=last, step=0.01, format="%.2f s", required=True
        )
        for name, title in names.items()
    }
    choices = {
        "foot": (_("Foot"), {name: side(name) for name in SIDES}),
        "event": (_("Event"), {"strike": _("strikes"), "toe_off": _("leaves")}),
    }
    return numbers | {
        name: st.column_config.SelectboxColumn(
            title, options=list(called), format_func=called.__getitem__, required=True
        )
        for name, (title, called) in choices.items()
    }


# What was found, as a table, and a table as corrections ------------------------------------------


def reps(analysis: pipeline.Analysis) -> pd.DataFrame:
    rows = [(rep.start, rep.turn, rep.end) for rep in analysis.reps]
    return _seconds(rows, analysis, "start", "turn", "end")


def reps_back(edited: pd.DataFrame) -> dict[str, object]:
    return {"reps": _rows(edited, "start", "turn", "end")}


def flights(analysis: pipeline.Analysis) -> pd.DataFrame:
    rows = [(jump.take_off, jump.landing) for jump in analysis.jumps]
    return _seconds(rows, analysis, "take_off", "landing")


def flights_back(edited: pd.DataFrame) -> dict[str, object]:
    return {"flights": _rows(edited, "take_off", "landing")}


def steps(analysis: pipeline.Analysis) -> pd.DataFrame:
    """A row for each time that a foot strikes or leaves, in order."""
    gait, times = analysis.gait, analysis.movement.times
    rows: list[tuple[float, str, str]] = []
    if gait is not None:
        for event, sides in (("strike", gait.strikes), ("toe_off", gait.toe_offs)):
            rows += [
                (round(float(times[frame]), 3), foot, event)
                for foot, frames in sides.items()
                for frame in frames
            ]
    return pd.DataFrame(sorted(rows), columns=["time", "foot", "event"]).astype({"time": float})


def steps_back(edited: pd.DataFrame) -> dict[str, object]:
    whole = edited.dropna()

    def moments(event: str) -> Mapping[str, Sequence[float]]:
        of_event = whole[whole["event"] == event]
        return {
            foot: tuple(sorted(map(float, of_event[of_event["foot"] == foot]["time"])))
            for foot in SIDES
        }

    return {"strikes": moments("strike"), "toe_offs": moments("toe_off")}


def contacts(analysis: pipeline.Analysis) -> pd.DataFrame:
    """A row for each stretch that a foot is on the ground, in order."""
    times = analysis.movement.times
    rows = []
    for foot, on in analysis.contacts.items():
        edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
        rows += [
            (round(float(times[a]), 3), round(float(times[b - 1]), 3), foot)
            for a, b in edges.reshape(-1, 2)
            if b - a > 1
        ]
    return pd.DataFrame(sorted(rows), columns=["start", "end", "foot"]).astype(
        {"start": float, "end": float}
    )


def contacts_back(edited: pd.DataFrame) -> dict[str, object]:
    whole = edited.dropna()
    return {
        "contacts": {foot: _rows(whole[whole["foot"] == foot], "start", "end") for foot in SIDES}
    }


KINDS = {
    "reps": (reps, reps_back),
    "flights": (flights, flights_back),
    "steps": (steps, steps_back),
    "contacts": (contacts, contacts_back),
}
"""Kind of event → its table, and the way back."""


def _seconds(
    rows: Sequence[tuple[int, ...]], analysis: pipeline.Analysis, *names: str
) -> pd.DataFrame:
    times = analysis.movement.times
    return pd.DataFrame(
        [[round(float(times[frame]), 3) for frame in row] for row in rows],
        columns=list(names),
        dtype=float,
    )


def _rows(edited: pd.DataFrame, *names: str) -> tuple[tuple[float, ...], ...]:
    """The whole rows, in order."""
    return tuple(sorted(tuple(map(float, row)) for row in edited[list(names)].dropna().to_numpy()))
