"""Cell 6: the weeks to come as a calendar and as a grid to edit."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from data.plans.log import SPORTS, Session, TrainingLog, in_order
from data.plans.workout_text import steps_of
from pages.components.cells import cell
from pages.components.language import _
from pages.components.plan import calendar, snippets, state, words
from pipeline.training_plan import Analysis


def plan(log: TrainingLog, analysis: Analysis) -> None:
    """Draw cell 6: the plan as a calendar and as a grid to edit."""
    with cell(6, _("The plan, day by day"), snippets.PLANNED):
        view = st.segmented_control(
            _("View"),
            ["week", "month", "grid"],
            default="week",
            required=True,
            format_func=lambda v: {
                "week": _("Week"),
                "month": _("Month"),
                "grid": _("Edit as a grid"),
            }[v],
            key="plan view",
            label_visibility="collapsed",
        )
        if view == "grid":
            grid(log, analysis)
        else:
            calendar.show(log.of(analysis.athlete), analysis, view)


def grid(log: TrainingLog, analysis: Analysis) -> None:
    """Planned sessions to change, add and delete; rest and what was done stay as they are."""
    last = analysis.daily.index[-1].date() if len(analysis.daily) else dt.date.min
    planned = [
        s
        for s in log.sessions
        if s.athlete == analysis.athlete and s.kind == "planned" and not s.is_rest and s.date > last
    ]
    names = {words.sport(name): name for name in SPORTS if name != "rest"}
    table = pd.DataFrame(
        [
            (
                n,
                s.date,
                words.sport(s.sport),
                s.title,
                None if s.duration_s is None else s.duration_s / 60,
                None if s.distance_m is None else s.distance_m / words.unit_m(),
                s.text,
            )
            for n, s in enumerate(planned)
        ],
        columns=["n", "date", "sport", "title", "minutes", "far", "text"],
    ).astype({"minutes": "float64", "far": "float64", "n": "float64"})
    table["date"] = pd.to_datetime(table["date"])
    with st.form("plan grid form", border=False):
        edited = st.data_editor(
            table,
            num_rows="dynamic",
            hide_index=True,
            column_order=["date", "sport", "title", "minutes", "far", "text"],
            column_config={
                "date": st.column_config.DateColumn(_("Day"), required=True),
                "sport": st.column_config.SelectboxColumn(
                    _("Sport"), options=list(names), required=True
                ),
                "title": _("Title"),
                "minutes": st.column_config.NumberColumn(
                    _("Minutes"), min_value=0, max_value=1440, format="%.0f"
                ),
                "far": st.column_config.NumberColumn(
                    words.unit(), min_value=0, max_value=1000, format="%.1f"
                ),
                "text": _("Description"),
            },
            key=f"plan grid {analysis.athlete} {len(state.steps())} {words.unit()}",
        )
        st.caption(_("Repeats such as “8x400m” in the title or text become steps of a workout."))
        if st.form_submit_button(_("Use this plan"), icon=":material/done:"):
            new = [_edited(row, planned, names, analysis.athlete) for row in edited.itertuples()]
            kept = [s for s in log.sessions if not any(s is p for p in planned)]
            sessions = tuple(sorted((*kept, *filter(None, new)), key=in_order))
            state.change(replace(log, sessions=sessions), _("plan edited"))
            st.rerun()


def _edited(
    row: object, planned: list[Session], names: dict[str, str], athlete: str
) -> Session | None:
    """The session of a row of the grid; None for a row without a day."""
    values = row._asdict()  # type: ignore[attr-defined]
    if pd.isna(values["date"]):
        return None
    before = planned[int(values["n"])] if not pd.isna(values["n"]) else None
    base = before or Session(dt.date.min, "planned", athlete=athlete)
    title = values["title"] if isinstance(values["title"], str) else ""
    text = values["text"] if isinstance(values["text"], str) else ""
    seconds = _typed(values["minutes"], 60.0, base.duration_s)
    metres = _typed(values["far"], words.unit_m(), base.distance_m)
    changed = (base.title, base.text) != (title, text)
    bigger = (base.duration_s, base.distance_m) != (seconds, metres)
    return replace(
        base,
        date=pd.Timestamp(values["date"]).date(),
        sport=names.get(values["sport"], "other"),
        title=title[:200],
        text=text[:2000],
        duration_s=seconds,
        distance_m=metres,
        steps=steps_of(f"{title}\n{text}") if changed else base.steps,
        # A load that was stated is of the session as it was.
        load=None if bigger else base.load,
    )


def _typed(cell: float, unit: float, before: float | None) -> float | None:
    """A cell in seconds or metres; exactly what it was before where nobody changed it."""
    if pd.isna(cell):
        return None
    value = unit * float(cell)
    return before if before is not None and math.isclose(value, before) else value
