"""Cell 3: what the body did: angles over time, repetitions, screening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

import pipeline
from data.movement import KEYPOINTS
from pages.components.language import _
from pages.components.movement.words import (
    capital,
    events,
    exercise,
    heading,
    joint,
    number,
    part,
    quantity,
    said,
    side,
    sided,
    table,
)
from pages.components.player import LEFT, MIDDLE, RIGHT

MOST_POINTS = 1500
"""Of a curve on the screen."""

USUAL_JOINTS = ("knee", "hip", "knee_angle", "hip_flexion")
"""The last two are OpenSim's."""

MARGIN = 52
"""Pixels left of the curves, for the axis."""


@dataclass(frozen=True, eq=False)
class Curves:
    """A chart: its title, which says what it shows, the unit, and values (frames,) by name."""

    title: str
    unit: str
    values: dict[str, np.ndarray]


def curves(analysis: pipeline.Analysis) -> None:
    """Curves over time, left and right together, with the player's moment as a cursor."""
    groups = grouped(analysis)
    if not groups:
        st.info(_("Not enough joints are known for an angle."), icon=":material/help:")
        return
    kinds = {"angles": _("Angles"), "velocities": _("Angular velocities")}
    if analysis.centre is not None and np.isfinite(analysis.centre).all(-1).sum() > 1:
        kinds["centre"] = _("Centre of mass")
    kind = st.segmented_control(
        _("Curves"),
        list(kinds),
        default="angles",
        required=True,
        format_func=kinds.__getitem__,
        key="curves of",
    )
    if kind == "centre":
        shown = centre(analysis)
    else:
        usual = [name for name in USUAL_JOINTS if name in groups] or list(groups)[:2]
        chosen = st.pills(
            _("Joints"),
            list(groups),
            selection_mode="multi",
            default=usual,
            format_func=part,
            key="angles shown",
        )
        of = angles_of if kind == "angles" else velocities_of
        shown = [of(analysis, name, groups[name]) for name in groups if name in chosen]
    if not shown:
        return
    with st.container(key="curves"):
        st.plotly_chart(
            figure(analysis, shown),
            key="curves chart",
            config={"displayModeBar": False},
            alt=_(
                "{kind} over time. {findings}.",
                kind=kinds[kind],
                findings="; ".join(chart.title for chart in shown),
            ),
        )
    line = ""
    if analysis.movement.joints is not None:
        line = _("The line is the player's moment: click into a curve to go there.")
    about = {
        "angles": _("0° is standing upright; bending is positive.")
        if analysis.movement.joints is not None
        else _("How far each sensor is tilted, from its accelerations and turning rates.")
        if analysis.movement.inertial is not None
        else _("As the file gives them."),
        "velocities": _("Positive while the joint bends; by central differences."),
        "centre": _("By Dempster's and Winter's table of segments' masses."),
    }[kind]
    shaded = _("Shaded: repetitions.") if analysis.reps else ""
    if analysis.jumps and not analysis.reps:
        shaded = _("Shaded: in the air.")
    st.caption(_("{about} {line} {shaded}", about=about, line=line, shaded=shaded))


def angles_of(analysis: pipeline.Analysis, name: str, members: list[str]) -> Curves:
    values = {m: lean(analysis) if m == "trunk" else analysis.angles[m] for m in members}
    return Curves(finding(analysis, name, members), "°", values)


def lean(analysis: pipeline.Analysis) -> np.ndarray:
    """How far the trunk is from upright, degrees (frames,)."""
    return np.abs(90 - np.abs(analysis.segments["trunk"]))


def velocities_of(analysis: pipeline.Analysis, name: str, members: list[str]) -> Curves:
    times = analysis.movement.times
    angles = angles_of(analysis, name, members).values
    values = {m: pipeline.velocity(v, times) for m, v in angles.items()}
    most = {sided(m)[0]: float(np.nanmax(np.abs(v))) for m, v in values.items()}
    if most.keys() >= {"left", "right"}:
        title = _(
            "{part}: left up to {left}°/s, right up to {right}°/s",
            part=capital(part(name)),
            left=number(most["left"]),
            right=number(most["right"]),
        )
    else:
        (value,) = most.values()
        title = _("{part}: up to {n}°/s", part=capital(joint(members[0])), n=number(value))
    return Curves(title, "°/s", values)


def centre(analysis: pipeline.Analysis) -> list[Curves]:
    """Height and speed of the centre of mass, in the recording's own length."""
    assert analysis.centre is not None
    length = {"m": "m", "px": "px"}.get(analysis.movement.unit, "")
    height = analysis.centre[:, 1]
    speed = np.linalg.norm(pipeline.velocity(analysis.centre, analysis.movement.times), axis=-1)
    digits = 2 if length != "px" else 0
    travel = number(float(np.nanmax(height) - np.nanmin(height)), digits)
    most = number(float(np.nanmax(speed)), digits)
    return [
        Curves(
            _("Height of the centre of mass: changes by {n} {unit}", n=travel, unit=length),
            f" {length}",
            {"centre": height},
        ),
        Curves(
            _("Speed of the centre of mass: up to {n} {unit}/s", n=most, unit=length),
            f" {length}/s",
            {"centre": speed},
        ),
    ]


def grouped(analysis: pipeline.Analysis) -> dict[str, list[str]]:
    """Joint → the names of its angles that are known, left before right."""
    groups: dict[str, list[str]] = {}
    for name, values in analysis.angles.items():
        if np.isfinite(values).sum() > 1:
            groups.setdefault(sided(name)[1], []).append(name)
    trunk = analysis.segments.get("trunk")
    if trunk is not None and np.isfinite(trunk).sum() > 1:
        groups["trunk"] = ["trunk"]
    return groups


def figure(analysis: pipeline.Analysis, shown: list[Curves]) -> go.Figure:
    """One chart each over a shared axis of seconds."""
    times = analysis.movement.times
    every = max(1, len(times) // MOST_POINTS)
    chart = make_subplots(
        len(shown),
        1,
        shared_xaxes=True,
        vertical_spacing=0.24 / len(shown),
        subplot_titles=[of.title for of in shown],
    )
    shaded = [(rep.start, rep.end) for rep in analysis.reps]
    shaded = shaded or [(jump.take_off, jump.landing) for jump in analysis.jumps]
    named: set[str] = set()
    for row, of in enumerate(shown, 1):
        digits = 0 if of.unit.startswith("°") else 2
        for name, values in of.values.items():
            which = sided(name)[0]
            chart.add_scatter(
                x=times[::every],
                y=np.round(values[::every], 3),
                name=side(which) if which else joint(name) if name != "centre" else "",
                legendgroup=which,
                showlegend=bool(which) and which not in named,
                mode="lines",
                line={"color": _hue(which), "width": 2, "dash": _dash(which)},
                hovertemplate=f"%{{x:.2f}} s: %{{y:.{digits}f}}{of.unit}",
                row=row,
                col=1,
            )
            named.add(which)
        for start, end in shaded:
            chart.add_vrect(
                times[start],
                times[end],
                fillcolor="#888",
                opacity=0.12,
                line_width=0,
                row=row,
                col=1,
            )
        chart.update_yaxes(ticksuffix=of.unit, row=row, col=1)
    chart.update_xaxes(title_text=_("seconds"), row=len(shown), col=1)
    # From the picture's edge, or a phone cuts them off.
    chart.update_annotations(
        x=0,
        xref="paper",
        xanchor="left",
        xshift=-MARGIN,
        yshift=6,
        font={"size": 14, "weight": 600},
    )
    chart.update_layout(
        height=100 + 190 * len(shown),
        margin={"l": MARGIN, "r": 8, "t": 64, "b": 8},
        # Above the first title, which reaches across a phone.
        legend={
            **{"orientation": "h", "x": 1, "xanchor": "right"},
            **{"y": 1, "yanchor": "top", "yref": "container"},
        },
        hovermode="x unified",
        dragmode=False,
    )
    return chart


def finding(analysis: pipeline.Analysis, name: str, members: list[str]) -> str:
    """A chart's title, which says what its curves show."""
    if name == "trunk":
        return _("Trunk leans up to {n}°", n=number(float(np.nanmax(lean(analysis)))))
    most = {sided(m)[0]: float(np.nanmax(analysis.angles[m])) for m in members}
    if most.keys() >= {"left", "right"}:
        return _(
            "{part}: left up to {left}°, right up to {right}°",
            part=capital(part(name)),
            left=number(most["left"]),
            right=number(most["right"]),
        )
    value = next(iter(most.values()))
    return _("{part}: up to {n}°", part=capital(joint(members[0])), n=number(value))


def _hue(which: str) -> str:
    # One hue for light and dark: between the player's two, readable on both.
    return {"left": LEFT[0], "right": RIGHT[0]}.get(which, MIDDLE[0])


def _dash(which: str) -> str:
    """Sides differ in more than their hue."""
    return "dot" if which == "right" else "solid"


def repetitions(analysis: pipeline.Analysis) -> None:
    """What repeats, one row each."""
    if analysis.reps:
        n, name = len(analysis.reps), exercise(analysis.exercise)
        heading(
            _("Repetitions: {n} × {name}", n=n, name=name)
            if analysis.exercise
            else _("Repetitions: {n}", n=n)
        )
        st.html(rep_table(analysis))
    if analysis.jumps:
        heading(_("Flights: {n}", n=len(analysis.jumps)))
        st.html(jump_table(analysis))
    if analysis.gait is not None:
        heading(_("Gait"))
        st.markdown(steps(analysis))
    if by_hand := set_by_hand(analysis):
        st.caption(by_hand)
    found = analysis.reps or analysis.jumps or analysis.gait
    if analysis.movement.joints is not None and not found:
        st.caption(_("Nothing repeats here, and nobody jumps or walks, as far as can be told."))


def steps(analysis: pipeline.Analysis) -> str:
    """How quickly and how often the feet strike, in a sentence."""
    assert analysis.gait is not None
    counts = {s: len(strikes) for s, strikes in analysis.gait.strikes.items()}
    return _(
        "{cadence} steps a minute; foot strikes left {left}, right {right}.",
        cadence=number(analysis.gait.cadence),
        **counts,
    )


def jump_table(analysis: pipeline.Analysis) -> str:
    """A row a flight, as HTML."""
    times = analysis.movement.times
    clock = analysis.movement.clock != "assumed"
    knees = [analysis.angles[f"{s}_knee"] for s in ("left", "right")]

    def deepest(start: float, end: float) -> str:
        """The knees' greatest bend between two moments, left and right."""
        within = (times >= start) & (times <= end)
        most = (knee[within & np.isfinite(knee)].max(initial=-np.inf) for knee in knees)
        return " / ".join(quantity(float(value), "°") for value in most)

    titles = [
        *("#", _("Take-off – landing"), _("In the air"), _("Height")),
        _("Knees bend before, left / right"),
        _("Knees bend after, left / right"),
    ]
    rows = []
    for n, jump in enumerate(analysis.jumps, 1):
        off, on = times[jump.take_off], times[jump.landing]
        rows.append(
            [
                *(str(n), f"{off:.2f} – {on:.2f} s", f"{jump.seconds:.2f} s"),
                f"{jump.height:.2f} m" if clock else "–",
                deepest(off - pipeline.DIP, off),
                deepest(on, on + pipeline.LANDING),
            ]
        )
    return table(titles, rows, "short")


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
            cells.append(" / ".join(quantity(v, "°") for v in pair))
        rows.append(cells)
    titles = [
        "#",
        _("From – to"),
        _("Bending + stretching"),
        _("Range of {joint}", joint=joint(analysis.part)),
        *(capital(_("{part} at the turn, left / right", part=part(at))) for at in joints),
    ]
    return table(titles, rows, "short")


def shown_joints(analysis: pipeline.Analysis) -> tuple[str, str]:
    """The joint that repeats and the one above it."""
    repeats = analysis.part.removeprefix("left_").removeprefix("right_")
    return repeats, {"knee": "hip", "hip": "knee", "shoulder": "elbow"}.get(repeats, "shoulder")


def screening_rows(analysis: pipeline.Analysis) -> list[list[str]]:
    """Indicator, value, what is usual, and source of those that can be assessed."""
    return [
        [
            capital(said(i.title)),
            quantity(i.value, i.unit),
            said(i.usual) if i.usual is not None else "–",
            i.source if isinstance(i.source, str) else said(i.source),
        ]
        for i in analysis.indicators
        if i.missing is None
    ]


def screening(analysis: pipeline.Analysis) -> None:
    """Indicators with value and source, and why others cannot be told."""
    if not analysis.indicators:
        return
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
                    [
                        [capital(said(i.title)), said(i.missing)]
                        for i in missing
                        if i.missing is not None
                    ],
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
