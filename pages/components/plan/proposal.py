"""Cell 7: a better plan for the weeks to come, within limits that the coach states."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

import pipeline
from data.plans.log import Session, TrainingLog
from pages.components.cells import cell
from pages.components.language import _, ngettext
from pages.components.plan import charts, snippets, state, steps, words
from pages.components.studio import sentence
from pipeline import training_plan
from pipeline.plans.goal import TAPERS, Goal
from pipeline.plans.propose import LONGEST_WEEKS, Change, Proposal, accepted
from pipeline.training_plan import Analysis

BEST = -1
"""As the taper: the one that ranks first."""


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
    # A plan of long ago begins so early that today is beyond what is proposed at once.
    end = min(end, begin + dt.timedelta(weeks=LONGEST_WEEKS))
    with st.form("plan goal", border=False):
        left, right = st.columns([2, 3], gap="medium")
        day = left.date_input(
            _("In form on"),
            end,
            min_value=begin + dt.timedelta(days=1),
            max_value=begin + dt.timedelta(weeks=LONGEST_WEEKS),
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
            left, middle, right = st.columns(3, gap="medium")
            rest = left.number_input(
                _("Days of rest a week at least"), 0, 6, 1, key="plan limit rest"
            )
            left.caption(_("Usually 1 or 2."))
            longest = middle.number_input(
                _("Longest session, minutes"), 0, 720, 0, step=15, key="plan limit long"
            )
            middle.caption(_("0 sets no limit."))
            tapers = {
                BEST: _("best of {days}", days=", ".join(map(str, TAPERS))),
                0: _("none"),
            } | {n: ngettext("{n} day", "{n} days", n) for n in (4, 7, 10, 14, 21)}
            taper = right.selectbox(
                _("Taper before the goal"),
                tapers,
                format_func=tapers.__getitem__,
                key="plan limit taper",
            )
            right.caption(_("Sessions get shorter then. Usually one to two weeks."))
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
                None if taper == BEST else taper,
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
    names = {n: said for n, said in words.names("term").items() if n in found[0].terms}
    tested = found[0].expected is not None
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
                *((plan.expected,) if tested else ()),
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
            *((_("Result expected"),) if tested else ()),
            *(_("Points for {what}", what=name) for name in names.values()),
        ],
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={_("Result expected"): st.column_config.NumberColumn(format="%.4g")},
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        words.how(["proposal", "banister"] if tested else ["proposal"])
        if not tested:
            st.caption(
                _(
                    "With eight tests or more on days of this log, Banister's model foretells the "
                    "result on the goal's day and has a say in the order."
                )
            )


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
