"""The plan as a calendar: a week with all that is known, or a month at a glance."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from html import escape

import streamlit as st
from babel.dates import format_skeleton

from data.plans.log import Session, TrainingLog
from pages.components.language import _, language
from pages.components.plan import words
from pipeline.training_plan import Analysis


def show(log: TrainingLog, analysis: Analysis, view: str) -> None:
    """A week or a month of one athlete's log with buttons to the one before and after."""
    anchor = _anchor(log.sessions, analysis)
    first, last = _span(anchor, view)
    with st.container(horizontal=True, vertical_alignment="center", key="plan-turn"):
        for label, key, icon, to in (
            (_("Earlier"), "plan earlier", "chevron_left", first - dt.timedelta(days=1)),
            (_("Later"), "plan later", "chevron_right", last + dt.timedelta(days=1)),
        ):
            st.button(label, key=key, icon=f":material/{icon}:", on_click=_turn, args=[to])
        st.markdown(f"**{_titled(first, last, view)}**")
    by_day: dict[dt.date, list[Session]] = defaultdict(list)
    for session in log.sessions:
        by_day[session.date].append(session)
    unwell = {w.date: (w.health, w.text) for w in log.wellness if w.health}
    # A month begins in the middle of a week: what is left of that week stays empty.
    empty = "<li class='none'></li>" * first.weekday()
    names = "".join(f"<li class='weekday'>{escape(n)}</li>" for n in words.weekdays())
    days = "".join(
        _day(day, by_day[day], unwell.get(day, ("", "")), view)
        for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    )
    st.html(f'<ul class="plan-days {view}">{names}{empty}{days}</ul>')


def _anchor(sessions: Sequence[Session], analysis: Analysis) -> dt.date:
    """A day of the view: the first of what is to come, or as turned to."""
    if (turned := st.session_state.get("plan week")) is not None:
        return turned
    last = analysis.daily.index[-1].date() if len(analysis.daily) else dt.date.min
    ahead = [s.date for s in sessions if s.kind == "planned" and not s.is_rest and s.date > last]
    if ahead:
        return min(ahead)
    return max((s.date for s in sessions), default=dt.date.today())


def _span(day: dt.date, view: str) -> tuple[dt.date, dt.date]:
    """First and last day of the week or month around a day."""
    if view == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _titled(first: dt.date, last: dt.date, view: str) -> str:
    if view == "week":
        return _("{first} to {last}", first=words.day(first), last=words.day(last))
    return format_skeleton("yMMMM", first, locale=language())


def _turn(to: dt.date) -> None:
    st.session_state["plan week"] = to


def _day(day: dt.date, sessions: Sequence[Session], unwell: tuple[str, str], view: str) -> str:
    """One day as HTML; what people wrote is escaped."""
    parts = [f"<b>{escape(words.day(day, 'MMM d'))}</b>"]
    health, note = unwell
    if health:
        said = " · ".join(filter(None, (words.names("health")[health], note[:80])))
        parts.append(f'<span class="unwell">{escape(said)}</span>')
    planned = [s for s in sessions if s.kind == "planned"]
    carried_out = {s.sport for s in sessions if s.kind == "done"}
    for session in sessions:
        if session.is_rest and (planned or not session.health):
            continue
        if view == "month" and session.kind == "planned" and session.sport in carried_out:
            continue  # at a glance what was done of it is enough
        size = [words.duration(session.duration_s), words.distance(session.distance_m)]
        about = " · ".join(t for t in size if t != words.DASH)
        kind = "planned" if session.kind == "planned" else "done"
        label = escape(session.title[:60] or words.sport(session.sport))
        text = escape(session.text[:160]) if view == "week" else ""
        said = words.names("health")[session.health]
        parts.append(
            f'<span class="{kind}" title="{label}">'
            f"<em>{escape(words.sport(session.sport))}</em> {label}"
            f"{f'<br>{escape(about)}' if about else ''}{f'<br>{text}' if text else ''}"
            f"{f'<br>{escape(said)}' if said else ''}</span>"
        )
    if len(parts) == 1:
        parts.append(f"<i>{escape(_('Rest'))}</i>" if sessions else "<i></i>")
    return f"<li>{''.join(parts)}</li>"
