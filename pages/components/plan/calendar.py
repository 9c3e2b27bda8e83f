"""The plan as a calendar: a week with all that is known, or a month at a glance."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from html import escape

import streamlit as st

from data.plans.log import Session
from pages.components.language import _
from pages.components.plan import words
from pipeline.training_plan import Analysis


def show(sessions: Sequence[Session], analysis: Analysis, view: str) -> None:
    """A week or a month with buttons to the one before and after."""
    anchor = _anchor(sessions, analysis)
    step = 7 if view == "week" else 28
    with st.container(horizontal=True, vertical_alignment="center", key="plan-turn"):
        st.button(
            _("Earlier"),
            key="plan earlier",
            icon=":material/chevron_left:",
            on_click=_turn,
            args=[anchor - dt.timedelta(days=step)],
        )
        st.button(
            _("Later"),
            key="plan later",
            icon=":material/chevron_right:",
            on_click=_turn,
            args=[anchor + dt.timedelta(days=step)],
        )
        last = anchor + dt.timedelta(days=step - 1)
        st.markdown(f"**{_('{first} to {last}', first=words.day(anchor), last=words.day(last))}**")
    by_day: dict[dt.date, list[Session]] = defaultdict(list)
    for session in sessions:
        if 0 <= (session.date - anchor).days < step:
            by_day[session.date].append(session)
    names = "".join(f"<li class='weekday'>{escape(n)}</li>" for n in words.weekdays())
    days = "".join(
        _day(anchor + dt.timedelta(days=n), by_day[anchor + dt.timedelta(days=n)], view)
        for n in range(step)
    )
    st.html(f'<ul class="plan-days {view}">{names}{days}</ul>')


def _anchor(sessions: Sequence[Session], analysis: Analysis) -> dt.date:
    """The Monday that the view begins with: the first of what is to come, or as turned to."""
    if (turned := st.session_state.get("plan week")) is not None:
        return turned
    if len(analysis.planned):
        day = analysis.planned.index[0].date()
    else:
        day = max((s.date for s in sessions), default=dt.date.today())
    return day - dt.timedelta(days=day.weekday())


def _turn(to: dt.date) -> None:
    st.session_state["plan week"] = to


def _day(day: dt.date, sessions: Sequence[Session], view: str) -> str:
    """One day as HTML; what people wrote is escaped."""
    parts = [f"<b>{escape(words.day(day, 'MMM d'))}</b>"]
    planned = [s for s in sessions if s.kind == "planned"]
    for session in sessions:
        if session.is_rest and (planned or not session.health):
            continue
        size = [words.duration(session.duration_s), words.distance(session.distance_m)]
        about = " · ".join(t for t in size if t != words.DASH)
        kind = "planned" if session.kind == "planned" else "done"
        label = escape(session.title[:60] or words.sport(session.sport))
        text = escape(session.text[:160]) if view == "week" else ""
        said = words.names("health")[session.health]
        parts.append(
            f'<span class="{kind}"><em>{escape(words.sport(session.sport))}</em> {label}'
            f"{f'<br>{escape(about)}' if about else ''}{f'<br>{text}' if text else ''}"
            f"{f'<br>{escape(said)}' if said else ''}</span>"
        )
    if len(parts) == 1:
        parts.append(f"<i>{escape(_('Rest'))}</i>" if sessions else "<i></i>")
    return f"<li>{''.join(parts)}</li>"
