"""Cells 6 and 7: the weeks to come as a calendar and a grid, and a better plan for them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pandas as pd
import streamlit as st

import pipeline
from data.plans.log import SPORTS, Session, TrainingLog, in_order
from data.plans.workout_text import steps_of
from pages.components.cells import cell
from pages.components.language import _, ngettext
from pages.components.plan import calendar, charts, snippets, state, steps, words
from pages.components.studio import sentence
from pipeline import training_plan
from pipeline.plans.goal import Goal
from pipeline.plans.propose import Change, Proposal, accepted
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


def propose(log: TrainingLog, analysis: Analysis) -> None:
    """Draw cell 7: goal and limits, the proposals, their differences and reasons."""
    with cell(7, _("A better plan"), snippets.PROPOSE):
        steps.undo("plan undo here")
        goal = ask(analysis)
        form = st.session_state
        if goal is not None:
            try:
                found = training_plan.propose(log, analysis.athlete, goal)
                now = training_plan.as_planned(log, analysis.athlete, goal)
                form["plan proposal"] = (log, analysis.athlete, goal, found, now)
            except pipeline.StudioError as error:
                form.pop("plan proposal", None)
                st.error(sentence(error), icon=":material/error:")
        held = form.get("plan proposal")
        if held is not None and held[0] is log and held[1] == analysis.athlete:
            compare(log, analysis.athlete, *held[2:])


def ask(analysis: Analysis) -> Goal | None:
    """The form; a goal when it was just sent."""
    begin = analysis.daily.index[-1].date() if len(analysis.daily) else dt.date.today()
    end = begin + dt.timedelta(weeks=8)
    if len(analysis.planned):
        end = max(analysis.planned.index[-1].date(), begin + dt.timedelta(days=7))
        begin = min(begin, analysis.planned.index[0].date() - dt.timedelta(days=1))
    with st.form("plan goal", border=False):
        left, right = st.columns([2, 3], gap="medium")
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


def compare(
    log: TrainingLog, athlete: str, goal: Goal, found: list[Proposal], now: Proposal | None
) -> None:
    """The proposals and their order, and the chosen one beside the present plan."""
    ranked(found, now)
    n = st.radio(
        _("Proposals, the best first"),
        range(len(found)),
        format_func=lambda n: f"{n + 1}. {words.remark(found[n].name)}",
        key="plan proposal chosen",
    )
    chosen = found[n]
    for note in chosen.limits:
        st.warning(words.remark(note), icon=":material/warning:")
    st.altair_chart(
        charts.compared(now.daily if now else None, chosen.daily),
        key="plan compared chart",
        alt=_("Fitness and form until the goal, as planned now and as proposed"),
    )
    with st.container(horizontal=True):
        words.how(["ctl", "tsb"])
    changes(chosen)
    with st.container(horizontal=True):
        if st.button(
            _("Accept this plan"), type="primary", icon=":material/done:", key="plan accept"
        ):
            what = _("proposal accepted until {day}", day=words.day(goal.day))
            state.change(accepted(log, athlete, goal, chosen), what)
            st.rerun()
        st.caption(_("It takes the place of the plan for these days. “Undo” brings that back."))


def ranked(found: list[Proposal], now: Proposal | None) -> None:
    """What the order of the proposals rests on, the plan as it stands beside them."""
    if len(found) > 1:
        first, second = found[0].terms, found[1].terms
        most = max(first, key=lambda name: first[name] - second[name])
        st.markdown(
            _(
                "The first stands before the second above all by its {what}: {points} points more.",
                what=words.names("term")[most],
                points=words.number(first[most] - second[most], 1),
            )
        )
    names = words.names("term")
    rows = [(str(n), plan) for n, plan in enumerate(found, start=1)]
    rows += [] if now is None else [(_("as planned now"), now)]
    table = pd.DataFrame(
        [
            (
                place,
                round(plan.ctl),
                round(plan.tsb),
                len(plan.changed),
                round(plan.score, 1),
                " ".join(map(words.plain, plan.limits)) or _("all kept"),
                *(round(plan.terms[name], 1) for name in names),
            )
            for place, plan in rows
        ],
        columns=[
            _("Place"),
            words.figure("ctl"),
            words.figure("tsb"),
            _("Changes"),
            _("Points in all"),
            _("Limits"),
            *(_("Points for {what}", what=name) for name in names.values()),
        ],
    )
    st.dataframe(table, hide_index=True)
    words.how(["proposal"])


def changes(proposal: Proposal) -> None:
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
        for c in proposal.changed
    ]
    kept = len(proposal.changes) - len(rows)
    st.markdown(
        ngettext("**{n} change**", "**{n} changes**", len(rows))
        + " · "
        + ngettext("{n} session stays", "{n} sessions stay", kept)
    )
    if rows:
        st.dataframe(
            pd.DataFrame(
                rows,
                columns=[_("Day"), _("Session"), _("Change"), _("Now → proposed"), _("Reason")],
            ),
            hide_index=True,
            height=min(420, 38 + 35 * len(rows)),
            column_config={_("Reason"): st.column_config.TextColumn(width="large")},
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
