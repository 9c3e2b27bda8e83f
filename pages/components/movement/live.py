"""A recording replayed as a stream: each window is analysed as it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
import streamlit as st

import pipeline
from pages.components.language import _
from pages.components.movement.words import action, joint, number, sided
from pages.components.player import LEFT, RIGHT
from pages.components.studio import runtime

LENGTHS = (2.0, 3.0, 4.0, 6.0, 8.0)
TICK = 0.5
"""Seconds between two looks at what has arrived."""


@dataclass(eq=False)
class Replay:
    """A movement that is played into a stream by the clock."""

    movement: pipeline.Movement
    stream: pipeline.Stream
    began: float
    next: int = 0
    windows: list[pipeline.Window] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.next >= self.movement.frames

    def advance(self) -> None:
        """Push what has arrived by now; of several windows that are due all are told."""
        joints = self.movement.joints
        assert joints is not None
        elapsed = monotonic() - self.began
        while not self.over and self.movement.times[self.next] <= elapsed:
            at = float(self.movement.times[self.next])
            if (window := self.stream.push(at, joints[self.next])) is not None:
                self.windows.append(window)
            self.next += 1


def show(movement: pipeline.Movement) -> None:
    """The folded part of the page that replays a recording."""
    if movement.joints is None:
        return
    opened = st.expander(
        _("Replay as a stream"), key="live", icon=":material/sensors:", on_change="rerun"
    )
    form = st.session_state
    if not opened.open:
        form.pop("replay", None)
        return
    with opened:
        st.caption(
            _(
                "As if the athlete moved now: frames come by the clock, and every half second the "
                "last seconds are analysed without knowing what follows."
            )
        )
        length = st.select_slider(
            _("Seconds looked at"),
            LENGTHS,
            4.0,
            format_func=lambda n: f"{n:g} s",
            key="live length",
        )
        if st.button(_("Start the stream"), key="start stream", icon=":material/play_arrow:"):
            form["replay"] = Replay(
                movement, pipeline.Stream(movement, runtime(), length), monotonic()
            )
        held: Replay | None = form.get("replay")
        if held is not None and held.movement is movement:
            st.fragment(tick, run_every=None if held.over else TICK)(held)


def tick(held: Replay) -> None:
    """Take what has arrived and show the newest window; the last stops the clock."""
    playing = not held.over
    held.advance()
    if held.windows:
        told(held.windows)
    else:
        st.caption(_("Waiting for the first second."))
    if playing and held.over:
        st.rerun()


def told(windows: Sequence[pipeline.Window]) -> None:
    """The newest window, and the knees so far."""
    newest = windows[-1]
    columns = st.columns(4)
    columns[0].metric(_("Time"), f"{newest.end:.1f} s")
    columns[1].metric(_("Repetitions"), newest.reps)
    columns[2].metric(_("Quality score"), number(100 * newest.quality))
    columns[3].metric(_("Computed in"), f"{1000 * newest.took:.0f} ms")
    if newest.action is not None:
        st.markdown(
            _(
                "Looks like: **{action}** ({n} %)",
                action=action(newest.action[0]),
                n=number(100 * newest.action[1]),
            )
        )
    shown = [n for n in ("left_knee", "right_knee") if np.isfinite(newest.angles.get(n, np.nan))]
    if shown:
        curves = {joint(n): [window.angles[n] for window in windows] for n in shown}
        hues = {"left": LEFT[0], "right": RIGHT[0]}
        st.line_chart(
            {_("seconds"): [window.end for window in windows], **curves},
            x=_("seconds"),
            y=list(curves),
            color=[hues[sided(n)[0]] for n in shown],
            y_label=_("degrees"),
            height=200,
            alt=_(
                "Knee angles so far: now {angles}",
                angles=", ".join(f"{joint(n)} {number(newest.angles[n])}°" for n in shown),
            ),
        )
