"""Sessions of one athlete: kept with consent, opened again, seen over time, and erased."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import streamlit as st
from babel.dates import format_date

import pipeline
from pages.components import workspaces
from pages.components.language import _, language
from pages.components.movement import ask
from pages.components.movement.words import capital, heading, number, quantity, said, unit
from pages.components.player import LEFT
from pages.components.studio import as_is, sentence


def kept() -> pipeline.Sessions | None:
    """The workspace's sessions; None where nothing is kept."""
    sessions = pipeline.Sessions(workspaces.current())
    return sessions if sessions.athletes() else None


def show(
    analysis: pipeline.Analysis | None = None, looked: pipeline.Attended | None = None
) -> None:
    """Keep this recording if that is wished, and what is kept of an athlete."""
    form = st.session_state
    if analysis is not None and analysis.movement.joints is not None:
        keep_this(analysis, looked)
    if (trouble := form.get("sessions trouble")) is not None:
        st.error(sentence(trouble), icon=":material/error:")
    if told := form.pop("sessions told", ""):
        st.success(told, icon=":material/check:")
    sessions = kept()
    if sessions is None:
        st.caption(_("Nothing is kept in this workspace."))
        return
    athletes = sessions.athletes()
    if form.get("athlete shown") not in athletes:
        form["athlete shown"] = athletes[0]
    athlete = st.selectbox(_("Athlete"), athletes, key="athlete shown")
    found = sessions.of(athlete)
    trend_charts(found)
    session_list(sessions, athlete, found)


def keep_this(analysis: pipeline.Analysis, looked: pipeline.Attended | None) -> None:
    """The form that keeps the recording; folded, as nothing is kept unless somebody asks."""
    form = st.session_state
    with st.expander(_("Keep this recording"), key="keep", icon=":material/inventory_2:"):
        if not form.get("recording"):
            st.info(_("Open the file again in this window to keep it."))
            return
        st.caption(
            _(
                "Recordings of people are private. This one is kept only if you ask for it here, "
                "in this workspace on this server, and can be erased with every picture drawn "
                "from it."
            )
        )
        left, right = st.columns(2, gap="medium")
        left.selectbox(
            _("Athlete: a name, initials or a number"),
            pipeline.Sessions(workspaces.current()).athletes(),
            index=None,
            key="keep athlete",
            accept_new_options=True,
        )
        right.date_input(_("Day of the recording"), date.today(), key="keep day")
        st.text_input(
            _("Who agreed to it (for a child: a parent), and how"), key="keep by", max_chars=200
        )
        agreed = st.checkbox(
            _("They agreed today that it is kept and compared over time."), key="keep agreed"
        )
        st.button(
            _("Keep"),
            key="keep it",
            icon=":material/save:",
            disabled=not agreed,
            on_click=keep,
            args=(analysis, looked),
        )


def keep(analysis: pipeline.Analysis, looked: pipeline.Attended | None) -> None:
    """The callback of the button."""
    form = st.session_state
    form["sessions trouble"] = None
    try:
        session = pipeline.Sessions(workspaces.current()).keep(
            form["keep athlete"] or "",
            form["keep day"],
            pipeline.Consent(form["keep by"], date.today()),
            ask.recording(*form["recording"]),
            analysis,
            looked,
        )
    except pipeline.StudioError as error:
        form["sessions trouble"] = error
        return
    form["athlete shown"] = session.athlete
    form["keep agreed"] = False
    form["sessions told"] = _("Kept among the sessions of {name}.", name=as_is(session.athlete))


def trend_charts(found: list[pipeline.Session]) -> None:
    """A measure over time, and all of them in words."""
    made = pipeline.trends(found)
    if not made:
        st.caption(_("A trend takes two sessions or more with a measure in common."))
        return
    names = [capital(said(trend.title)) for trend in made]
    chosen = st.selectbox(
        _("Measure"), range(len(made)), format_func=names.__getitem__, key="trend"
    )
    chosen = min(chosen, len(made) - 1)
    heading(trend_sentence(made[chosen]))
    st.plotly_chart(
        chart(made[chosen]),
        key="trend chart",
        config={"displayModeBar": False},
        alt=_("{name} over {n} sessions", name=names[chosen], n=len(made[chosen].days)),
    )
    st.markdown("\n".join(f"- {trend_sentence(trend)}" for trend in made))
    st.caption(
        _(
            "Two recordings of one day easily differ as well, by 5° or some per cent. Trends by "
            "Theil and Sen with 95 % intervals, from {n} days on.",
            n=pipeline.ENOUGH_SESSIONS,
        )
    )


def trend_sentence(trend: pipeline.Trend) -> str:
    """From the first to the last session, and whether that is more than scatter."""
    values = {
        "name": capital(said(trend.title)),
        "first": quantity(trend.values[0], trend.unit),
        "last": quantity(trend.values[-1], trend.unit),
        "n": len(trend.days),
    }
    line = _("{name}: from {first} to {last} in {n} sessions", **values)
    if trend.slope is None:
        return _("{line}.", line=line)
    slope, low, high = trend.slope
    if low <= 0 <= high:
        return _("{line}; no clear trend.", line=line)
    digits = 2 if trend.unit == "m" else 1
    return _(
        "{line}; {change} {unit} in 30 days ({low} to {high}).",
        line=line,
        change=f"{'+' if slope > 0 else ''}{number(slope, digits)}",
        unit=unit(trend.unit),
        low=number(low, digits),
        high=number(high, digits),
    )


def chart(trend: pipeline.Trend) -> go.Figure:
    drawn = go.Figure()
    drawn.add_scatter(
        x=list(trend.days),
        y=list(trend.values),
        mode="lines+markers",
        line={"color": LEFT[0], "width": 2},
        marker={"size": 9},
        hovertemplate="%{x|%Y-%m-%d}: %{y:.1f}<extra></extra>",
    )
    drawn.update_layout(
        height=230,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        dragmode=False,
    )
    # Plotly knows no Chinese here; dates as numbers are read by everyone.
    drawn.update_xaxes(tickformat="%Y-%m-%d", nticks=4)
    drawn.update_yaxes(title_text=unit(trend.unit))
    return drawn


def session_list(sessions: pipeline.Sessions, athlete: str, found: list[pipeline.Session]) -> None:
    """What is kept, one row each, to open and to erase."""
    title = _("{n} kept recordings of {name}", n=len(found), name=as_is(athlete))
    with st.expander(title, key="kept", icon=":material/folder_shared:"):
        for session in found:
            about, buttons = st.columns([5, 3], vertical_alignment="center")
            with about:
                st.markdown(
                    _(
                        "**{day}** · {source} · consent: {by}, {when}",
                        day=_day(session.day),
                        source=as_is(session.source),
                        by=as_is(session.consent.by),
                        when=_day(session.consent.day),
                    )
                )
            with buttons.container(horizontal=True):
                st.button(
                    _("Open"),
                    key=f"open {session.id}",
                    icon=":material/folder_open:",
                    on_click=reopen,
                    args=(sessions, session),
                )
                st.button(
                    _("Erase"),
                    key=f"erase {session.id}",
                    icon=":material/delete_forever:",
                    on_click=erase,
                    args=(sessions, athlete, session),
                )
        st.caption(
            _(
                "Erasing takes the recording, its measures, and the pictures in this workspace "
                "that were drawn from its poses; not pictures whose pose was changed by hand, nor "
                "files that were downloaded."
            )
        )
        with st.popover(_("Erase everything of {name}", name=as_is(athlete))):
            st.markdown(_("All recordings, measures and pictures. This cannot be undone."))
            st.button(
                _("Erase for good"),
                key="forget",
                type="primary",
                on_click=erase,
                args=(sessions, athlete),
            )


def reopen(sessions: pipeline.Sessions, session: pipeline.Session) -> None:
    form = st.session_state
    form["sessions trouble"] = None
    try:
        ask.take_kept(sessions.recording(session))
    except pipeline.StudioError as error:
        form["sessions trouble"] = error


def erase(
    sessions: pipeline.Sessions, athlete: str, session: pipeline.Session | None = None
) -> None:
    """Erase one session, or all of an athlete."""
    form = st.session_state
    form["sessions trouble"] = None
    try:
        pictures = sessions.erase(session) if session else sessions.forget(athlete)
    except pipeline.StudioError as error:
        form["sessions trouble"] = error
        return
    form["sessions told"] = _("Erased, with {n} pictures drawn from it.", n=pictures)


def _day(day: date) -> str:
    return format_date(day, locale=language())
