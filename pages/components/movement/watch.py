"""Cell 2: what was read, and the athlete moving."""

from __future__ import annotations

import numpy as np
import streamlit as st

import pipeline
from pages.components import films
from pages.components.language import _
from pages.components.movement.words import exercise, joint, number, said, side
from pages.components.player import Film, Span, player
from pages.components.studio import as_is

GROUP = "recording"
"""Player, maps and charts that share a moment."""

MOST_SEEN = 0.7


def facts(movement: pipeline.Movement) -> str:
    """What was read, in a line of Markdown."""
    seconds = float(movement.times[-1] - movement.times[0])
    unit = {
        "m": _("in metres"),
        "px": _("in pixels"),
        "picture": _("in picture heights"),
        "unknown": _("in an unknown unit"),
    }[movement.unit]
    line = [
        f"**{as_is(movement.source)}**",
        movement.format,
        _("{n} s", n=f"{seconds:.1f}"),
        _("{n} frames", n=movement.frames),
    ]
    if np.isfinite(movement.fps):
        line.append(_("{n} frames a second", n=f"{movement.fps:.4g}"))
    if movement.joints is not None:
        line.append(_("in space") if movement.joints.shape[-1] == 3 else _("in the picture"))
        line.append(unit)
    return " · ".join(line)


def notes(movement: pipeline.Movement) -> None:
    """What was assumed or put right in reading."""
    if movement.notes:
        remarks = "\n".join(f"- {as_is(said(remark))}" for remark in movement.notes)
        with st.container(key="notes"):
            st.markdown(remarks)


def spans(analysis: pipeline.Analysis) -> list[Span]:
    """Repetitions, flights and foot strikes as marks under the player."""
    times = analysis.movement.times
    name = exercise(analysis.exercise)
    found = [
        Span(f"{name} {n}", times[rep.start], times[rep.end])
        for n, rep in enumerate(analysis.reps, 1)
    ]
    found += [
        Span(_("flight"), times[jump.take_off], times[jump.landing]) for jump in analysis.jumps
    ]
    if analysis.gait is not None:
        for i, foot in enumerate(("left", "right")):
            found += [
                Span(_("{side} foot strikes", side=side(foot)), times[f], times[f], i)
                for f in analysis.gait.strikes[foot]
            ]
    return found


def show(
    analysis: pipeline.Analysis,
    attention: tuple[np.ndarray, np.ndarray] | None = None,
    film: Film | None = None,
) -> int | None:
    """The player; gives the frame at which it rests, None without joints.

    ``film``: the video that the joints were found in.
    """
    movement = analysis.movement
    if movement.joints is None:
        st.info(
            _("This file holds no positions, so there is nobody to show; its curves are below.")
            if analysis.angles
            else _("Nothing in this file could be told to be a part of the body."),
            icon=":material/show_chart:",
        )
        return None
    return player(
        movement,
        label=_("The athlete in {name}", name=movement.source),
        key="player",
        moments=GROUP,
        spans=spans(analysis),
        attention=attention,
        charts=".st-key-curves",
        film=film,
        start=first_seen(movement),
    )


def first_seen(movement: pipeline.Movement) -> float:
    """Seconds at which most of the joints that are ever seen are there for the first time."""
    there = (~movement.missing).sum(1)
    return float(movement.times[int((there >= MOST_SEEN * there.max()).argmax())])


def film(job: str, movement: pipeline.Movement) -> Film | None:
    """The video of a study's movement, as it was read; None where it isn't of one."""
    address, pixels = films.address(job), pipeline.pixels_a_unit(movement)
    return Film(address, pixels) if address and pixels else None


def moment(analysis: pipeline.Analysis, frame: int) -> None:
    """The angles of the frame at which the player rests."""
    known = [
        (name, values[frame])
        for name, values in analysis.angles.items()
        if np.isfinite(values[frame])
    ]
    if known:
        line = ", ".join(f"{joint(name)} {number(value)}°" for name, value in known)
        st.caption(
            _("At {time} s: {angles}.", time=f"{analysis.movement.times[frame]:.2f}", angles=line)
        )
