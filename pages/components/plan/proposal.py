"""Cells 6 and 7: the weeks to come as a calendar and a grid, and a better plan for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import streamlit as st

import pipeline
from data.plans.log import SPORTS, Session, TrainingLog, in_order
from data.plans.workout_text import steps_of
from pages.components.cells import cell
from pages.components.language import _, ngettext
from pages.components.plan import calendar, charts, snippets, state, words
from pages.components.studio import sentence
from pipeline import training_plan
from pipeline.plans.propose import Change, Goal, Proposal, accepted
from pipeline.training_plan import Analysis

KINDS = ("added", "dropped", "moved", "shorter", "longer")


def plan(log: TrainingLog, analysis: Analysis) -> None:
    """Draw cell 6: the plan as a calendar and as a grid to edit."""
    with cell(6, _("The plan, day by day"), snippets.PLANNED):
        mine = log.of(analysis.athlete).sessions
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
            calendar.show(mine, analysis, view)


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
                None if s.distance_m is None else s.distance_m / 1000,
                s.text,
            )
            for n, s in enumerate(planned)
        ],
        columns=["n", "date", "sport", "title", "minutes", "km", "text"],
    ).astype({"minutes": "float64", "km": "float64", "n": "float64"})
    table["date"] = pd.to_datetime(table["date"])
    with st.form("plan grid form", border=False):
        edited = st.data_editor(
            table,
            num_rows="dynamic",
            hide_index=True,
            column_order=["date", "sport", "title", "minutes", "km", "text"],
            column_config={
                "date": st.column_config.DateColumn(_("Day"), required=True),
                "sport": st.column_config.SelectboxColumn(
                    _("Sport"), options=list(names), required=True
                ),
                "title": _("Title"),
                "minutes": st.column_config.NumberColumn(
                    _("Minutes"), min_value=0, max_value=1440, format="%.0f"
                ),
                "km": st.column_config.NumberColumn(
                    _("Kilometres"), min_value=0, max_value=1000, format="%.1f"
                ),
                "text": _("Description"),
            },
            key=f"plan grid {analysis.athlete} {len(state.steps())}",
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
    seconds = None if pd.isna(values["minutes"]) else 60 * float(values["minutes"])
    metres = None if pd.isna(values["km"]) else 1000 * float(values["km"])
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


def propose(log: TrainingLog, analysis: Analysis) -> None:
    """Draw cell 7: goal and limits, the proposals, their differences and reasons."""
    with cell(7, _("A better plan"), snippets.PROPOSE):
        goal = ask(analysis)
        form = st.session_state
        if goal is not None:
            try:
                found = training_plan.propose(log, analysis.athlete, goal)
                form["plan proposal"] = (log, analysis.athlete, goal, found)
            except pipeline.StudioError as error:
                form.pop("plan proposal", None)
                st.error(sentence(error), icon=":material/error:")
        held = form.get("plan proposal")
        if held is not None and held[0] is log and held[1] == analysis.athlete and held[3]:
            compare(log, analysis, held[2], held[3])


def ask(analysis: Analysis) -> Goal | None:
    """The form; a goal when it was just sent."""
    begin = analysis.daily.index[-1].date() if len(analysis.daily) else dt.date.today()
    end = begin + dt.timedelta(weeks=8)
    if len(analysis.planned):
        end = max(analysis.planned.index[-1].date(), begin + dt.timedelta(days=7))
        begin = min(begin, analysis.planned.index[0].date() - dt.timedelta(days=1))
    with st.form("plan goal", border=False):
        left, right = st.columns(2, gap="medium")
        day = left.date_input(
            _("In form on"),
            end,
            min_value=begin + dt.timedelta(days=1),
            max_value=begin + dt.timedelta(weeks=40),
            key=f"plan goal day {analysis.athlete}",
        )
        names = words.weekdays()
        days = right.pills(
            _("Days with time to train"),
            range(7),
            selection_mode="multi",
            default=list(range(7)),
            format_func=names.__getitem__,
            key="plan goal days",
        )
        with st.expander(_("Limits"), icon=":material/tune:"):
            left, middle, right = st.columns(3, gap="medium")
            spike = left.number_input(
                _("Above the longest of 30 days, % at most"), 0, 50, 10, key="plan limit spike"
            )
            left.caption(_("The headline for runners. Usually 10."))
            ramp = middle.number_input(
                _("Rise of CTL a week, points at most"),
                0.5,
                15.0,
                6.0,
                step=0.5,
                key="plan limit ramp",
            )
            middle.caption(_("Usually 3 to 7."))
            monotony = right.number_input(
                _("Monotony at most"), 1.0, 5.0, 2.0, step=0.1, key="plan limit monotony"
            )
            right.caption(_("How alike the days of a week may be. Usually 1.5 to 2."))
            rest = left.number_input(
                _("Days of rest a week at least"), 0, 6, 1, key="plan limit rest"
            )
            longest = middle.number_input(
                _("Longest session, minutes (0: no limit)"),
                0,
                720,
                0,
                step=15,
                key="plan limit long",
            )
        if not st.form_submit_button(_("Propose"), type="primary", icon=":material/auto_fix_high:"):
            return None
        try:
            return Goal(
                day,
                begin + dt.timedelta(days=1),
                tuple(sorted(days or ())),
                60.0 * longest or None,
                spike / 100,
                ramp,
                monotony,
                rest,
            )
        except pipeline.StudioError as error:
            st.error(sentence(error), icon=":material/error:")
            return None


def compare(log: TrainingLog, analysis: Analysis, goal: Goal, found: list[Proposal]) -> None:
    """The proposals beside each other, and the chosen one beside the present plan."""
    present = analysis.planned
    now = present[present.index <= pd.Timestamp(goal.day)]
    n = st.radio(
        _("Proposals, the best first"),
        range(len(found)),
        format_func=lambda n: _(
            "{name} Fitness {ctl}, form {tsb} on the day.",
            name=words.remark(found[n].name),
            ctl=words.number(found[n].ctl),
            tsb=words.number(found[n].tsb),
        ),
        key="plan proposal chosen",
    )
    chosen = found[n]
    if len(now):
        st.caption(
            _(
                "As planned now: fitness {ctl}, form {tsb} on the day.",
                ctl=words.number(float(now["ctl"].iloc[-1])),
                tsb=words.number(float(now["tsb"].iloc[-1])),
            )
        )
    for note in chosen.limits:
        st.warning(words.remark(note), icon=":material/warning:")
    st.altair_chart(
        charts.compared(now, chosen.daily),
        key="plan compared chart",
        alt=_("Fitness and form until the goal, as planned now and as proposed"),
    )
    with st.container(horizontal=True):
        words.how(["proposal", "ctl", "tsb"])
    changes(chosen.changes)
    with st.container(horizontal=True):
        if st.button(
            _("Accept this plan"), type="primary", icon=":material/done:", key="plan accept"
        ):
            what = _("proposal accepted until {day}", day=words.day(goal.day))
            state.change(accepted(log, analysis.athlete, goal, chosen), what)
            st.rerun()
        st.caption(_("It takes the place of the plan for these days. “Undo” brings that back."))


def changes(found: tuple[Change, ...]) -> None:
    """Every change with its reasons; what stays is counted."""
    labels = {
        "added": _("added"),
        "dropped": _("dropped"),
        "moved": _("moved"),
        "shorter": _("shorter"),
        "longer": _("longer"),
    }
    rows = [
        (
            (c.before or c.after).date,  # type: ignore[union-attr]
            (c.before or c.after).title or words.sport((c.before or c.after).sport),  # type: ignore[union-attr]
            labels[c.kind],
            _change(c),
            " ".join(words.plain(note) for note in c.reasons),
        )
        for c in found
        if c.kind != "kept"
    ]
    kept = sum(c.kind == "kept" for c in found)
    st.markdown(
        ngettext("**{n} change**", "**{n} changes**", len(rows))
        + " · "
        + ngettext("{n} session stays", "{n} sessions stay", kept)
    )
    if rows:
        st.dataframe(
            pd.DataFrame(
                rows, columns=[_("Day"), _("Session"), _("Change"), _("Now → proposed"), _("Why")]
            ),
            hide_index=True,
            height=min(420, 38 + 35 * len(rows)),
            column_config={_("Why"): st.column_config.TextColumn(width="large")},
        )


def _change(change: Change) -> str:
    """What it was and what it becomes: "1:20 h → 40 min", "Thu 1:00 h → Fri 1:00 h"."""
    moved = change.kind == "moved"
    return f"{_sized(change.before, moved)} → {_sized(change.after, moved)}"


def _sized(session: Session | None, day: bool) -> str:
    if session is None:
        return words.DASH
    size = words.distance(session.distance_m)
    if size == words.DASH:
        size = words.duration(session.duration_s)
    return f"{words.day(session.date, 'EEE d')}, {size}" if day else size
