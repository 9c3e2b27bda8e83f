"""Cell 3: what the body did: angles over time, repetitions, screening."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

import pipeline
from data.movement import KEYPOINTS
from pages.components.language import _
from pages.components.movement.words import (
    events,
    exercise,
    heading,
    joint,
    number,
    part,
    quantity,
    said,
    side,
    table,
)
from pages.components.player import LEFT, MIDDLE, RIGHT

MOST_POINTS = 1500
"""Of a curve on the screen."""

USUAL_JOINTS = ("knee", "hip")


def curves(analysis: pipeline.Analysis) -> None:
    """Angles over time, left and right together, with the player's moment as a cursor."""
    groups = grouped(analysis)
    if not groups:
        st.info(_("Not enough joints are known for an angle."), icon=":material/help:")
        return
    usual = [name for name in USUAL_JOINTS if name in groups] or list(groups)[:2]
    chosen = st.pills(
        _("Angles"),
        list(groups),
        selection_mode="multi",
        default=usual,
        format_func=part,
        key="angles shown",
    )
    if not chosen:
        return
    shown = [name for name in groups if name in chosen]
    with st.container(key="curves"):
        st.plotly_chart(
            figure(analysis, {name: groups[name] for name in shown}),
            key="curves chart",
            config={"displayModeBar": False},
            alt=_(
                "Angles over time. {findings}.",
                findings="; ".join(finding(analysis, name, groups[name]) for name in shown),
            ),
        )
    st.caption(
        _(
            "0° is standing upright; bending is positive. The line is the player's moment: click "
            "into a curve to go there. Shaded: repetitions."
        )
    )


def grouped(analysis: pipeline.Analysis) -> dict[str, list[str]]:
    """Joint → the names of its angles that are known, left before right."""
    groups: dict[str, list[str]] = {}
    for name, values in analysis.angles.items():
        if np.isfinite(values).sum() > 1:
            groups.setdefault(name.removeprefix("left_").removeprefix("right_"), []).append(name)
    trunk = analysis.segments.get("trunk")
    if trunk is not None and np.isfinite(trunk).sum() > 1:
        groups["trunk"] = ["trunk"]
    return groups


def figure(analysis: pipeline.Analysis, groups: dict[str, list[str]]) -> go.Figure:
    """One chart a joint over a shared axis of seconds."""
    times = analysis.movement.times
    every = max(1, len(times) // MOST_POINTS)
    titles = [finding(analysis, name, members) for name, members in groups.items()]
    chart = make_subplots(
        len(groups),
        1,
        shared_xaxes=True,
        vertical_spacing=0.16 / len(groups),
        subplot_titles=titles,
    )
    for row, members in enumerate(groups.values(), 1):
        for name in members:
            which = name.partition("_")[0]
            values = analysis.segments[name] if name == "trunk" else analysis.angles[name]
            chart.add_scatter(
                x=times[::every],
                y=np.round(values[::every], 2),
                name=side(which) if which in ("left", "right") else joint(name),
                legendgroup=which,
                showlegend=row == 1 and which in ("left", "right"),
                mode="lines",
                line={
                    "color": _hue(which),
                    "width": 2,
                    "dash": "dot" if which == "right" else None,
                },
                hovertemplate="%{x:.2f} s: %{y:.0f}°",
                row=row,
                col=1,
            )
        for rep in analysis.reps:
            chart.add_vrect(
                times[rep.start],
                times[rep.end],
                fillcolor="#888",
                opacity=0.12,
                line_width=0,
                row=row,
                col=1,
            )
        chart.update_yaxes(title_text=_("degrees"), row=row, col=1)
    chart.update_xaxes(title_text=_("seconds"), row=len(groups), col=1)
    chart.update_annotations(x=0, xanchor="left", font={"size": 14, "weight": 600})
    chart.update_layout(
        height=90 + 190 * len(groups),
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        # Above the first title, which reaches across a phone.
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yref": "container"},
        hovermode="x unified",
        dragmode=False,
    )
    return chart


def finding(analysis: pipeline.Analysis, name: str, members: list[str]) -> str:
    """A chart's title, which says what its curves show."""
    if name == "trunk":
        lean = 90 - np.abs(analysis.segments["trunk"])
        return _("Trunk leans up to {n}°", n=number(float(np.nanmax(np.abs(lean)))))
    most = {m.partition("_")[0]: float(np.nanmax(analysis.angles[m])) for m in members}
    if most.keys() >= {"left", "right"}:
        return _(
            "{part}: left up to {left}°, right up to {right}°",
            part=part(name).capitalize(),
            left=number(most["left"]),
            right=number(most["right"]),
        )
    value = next(iter(most.values()))
    return _("{part}: up to {n}°", part=joint(members[0]).capitalize(), n=number(value))


def _hue(which: str) -> str:
    # One hue for light and dark: between the player's two, readable on both.
    return {"left": LEFT[0], "right": RIGHT[0]}.get(which, MIDDLE[0])


def _dash(which: str) -> str:
    """Sides differ in more than their hue."""
    return "dot" if which == "right" else "solid"


def repetitions(analysis: pipeline.Analysis) -> None:
    """What repeats, one row each."""
    times = analysis.movement.times
    if analysis.reps:
        name = exercise(analysis.exercise)
        heading(_("Repetitions: {n} × {name}", n=len(analysis.reps), name=name))
        st.html(rep_table(analysis))
    if analysis.jumps:
        heading(_("Flights: {n}", n=len(analysis.jumps)))
        clock = analysis.movement.clock != "assumed"
        st.html(
            table(
                ["#", _("Take-off"), _("Landing"), _("In the air"), _("Height")],
                [
                    [
                        str(n),
                        f"{times[jump.take_off]:.2f} s",
                        f"{times[jump.landing]:.2f} s",
                        f"{jump.seconds:.2f} s",
                        f"{jump.height:.2f} m" if clock else "–",
                    ]
                    for n, jump in enumerate(analysis.jumps, 1)
                ],
            )
        )
    if analysis.gait is not None:
        gait = analysis.gait
        counts = {s: len(gait.strikes[s]) for s in ("left", "right")}
        st.markdown(
            _(
                "**Steps**: {cadence} a minute; foot strikes left {left}, right {right}.",
                cadence=number(gait.cadence),
                **counts,
            )
        )
    if by_hand := set_by_hand(analysis):
        st.caption(by_hand)
    if not (analysis.reps or analysis.jumps or analysis.gait):
        st.caption(_("Nothing repeats here, and nobody jumps or walks, as far as can be told."))


def set_by_hand(analysis: pipeline.Analysis) -> str:
    """Which events are a person's, in a sentence; "" where all were found."""
    kinds = analysis.corrections.kinds
    return _("Set by hand: {events}.", events=events(kinds)) if kinds else ""


def rep_table(analysis: pipeline.Analysis) -> str:
    """A row a repetition, as HTML."""
    times = analysis.movement.times
    joints = shown_joints(analysis)
    rows = []
    for n, rep in enumerate(analysis.reps, 1):
        start, turn, end = (times[frame] for frame in (rep.start, rep.turn, rep.end))
        cells = [
            str(n),
            f"{start:.2f} – {end:.2f} s",
            f"{turn - start:.2f} + {end - turn:.2f} s",
            f"{number(rep.range)}°",
        ]
        for at in joints:
            pair = (analysis.angles[f"{s}_{at}"][rep.turn] for s in ("left", "right"))
            cells.append(" / ".join(f"{number(v)}°" for v in pair))
        rows.append(cells)
    titles = [
        "#",
        _("From – to"),
        _("Bending + stretching"),
        _("Range of {joint}", joint=joint(analysis.part)),
        *(_("{part} at the turn, left / right", part=part(at)) for at in joints),
    ]
    return table(titles, rows)


def shown_joints(analysis: pipeline.Analysis) -> tuple[str, str]:
    """The joint that repeats and the one above it."""
    repeats = analysis.part.removeprefix("left_").removeprefix("right_")
    return repeats, {"knee": "hip", "hip": "knee", "shoulder": "elbow"}.get(repeats, "shoulder")


def screening_rows(analysis: pipeline.Analysis) -> list[list[str]]:
    """Indicator, value, what is usual, and source of those that can be assessed."""
    return [
        [
            said(i.title),
            quantity(i.value, i.unit),
            said(i.usual) if i.usual is not None else "–",
            i.source if isinstance(i.source, str) else said(i.source),
        ]
        for i in analysis.indicators
        if i.missing is None
    ]


def screening(analysis: pipeline.Analysis) -> None:
    """Indicators with value and source, and why others cannot be told."""
    rows = screening_rows(analysis)
    missing = [i for i in analysis.indicators if i.missing is not None]
    heading(_("Screening indicators"))
    st.caption(
        _(
            "They describe this recording beside what studies found usual. They foretell nothing, "
            "and none of them is a diagnosis."
        )
    )
    if rows:
        st.html(
            table(
                [_("Indicator"), _("Value"), _("Usual"), _("Source")],
                rows,
                "screening",
            )
        )
    if missing:
        title = _("Not assessable here: {n} indicators", n=len(missing))
        with st.expander(title, key="not assessable", icon=":material/visibility_off:"):
            st.html(
                table(
                    [_("Indicator"), _("Not assessable because …")],
                    [[said(i.title), said(i.missing)] for i in missing if i.missing is not None],
                )
            )


def joints_seen(analysis: pipeline.Analysis) -> str:
    """Which joints are missing all the time, in a sentence; "" where all are there."""
    movement = analysis.movement
    if movement.joints is None:
        return ""
    never = [KEYPOINTS[i] for i in np.flatnonzero(movement.missing.all(0))]
    if not never:
        return ""
    names = _(", ").join(joint(name) for name in never)
    return _("Never seen: {names}. Angles that need them are left out.", names=names)
