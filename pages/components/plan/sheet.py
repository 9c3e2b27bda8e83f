"""Cell 8: a week of the plan with a picture for each session, to print and hand over."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

import pipeline
from data.plans.log import Session, TrainingLog
from pages.components.cells import cell
from pages.components.language import _, language, ngettext
from pages.components.later import later
from pages.components.plan import snippets, words
from pages.components.studio import about, jobs, runtime, sentence, status
from pipeline.events import Event
from pipeline.plans.illustrate import Picture, illustrate, requests
from pipeline.plans.sheet import Labels, sheet, weeks_of
from pipeline.plans.sheet_pdf import sheet_pdf, writable
from pipeline.training_plan import Analysis

MOST = 40
"""Pictures that one click draws; a whole season takes several."""


def show(log: TrainingLog, analysis: Analysis) -> None:
    """Draw the cell."""
    with cell(8, _("The plan in pictures"), snippets.ILLUSTRATE):
        planned = [s for s in log.of(analysis.athlete).sessions if s.kind == "planned"]
        mondays = sorted({monday(s.date) for s in planned if not s.is_rest})
        if not mondays:
            st.caption(_("There is no planned session to draw."))
            return
        job = status(st.session_state.get("plan sheet"))
        if job is not None:
            take(job.results)
        today = monday(dt.date.today())
        near = next((m for m in mondays if m >= today), mondays[-1])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            week = st.selectbox(
                _("Week from"),
                mondays,
                index=mondays.index(near),
                format_func=words.day,
                key=f"plan sheet week {analysis.athlete}",
                width=220,
            )
            chosen = [s for s in planned if monday(s.date) == week]
            whole = [s for s in planned if monday(s.date) >= near]
            st.button(
                _("Draw this week"),
                type="primary",
                icon=":material/draw:",
                key="plan draw week",
                on_click=draw,
                args=[chosen],
                disabled=busy() or not missing(chosen),
            )
            st.button(
                _("Draw all weeks to come"),
                icon=":material/auto_stories:",
                key="plan draw all",
                on_click=draw,
                args=[whole],
                disabled=busy() or not missing(whole),
            )
        follow_job()
        count = len(missing(chosen))
        if not count:
            st.caption(_("Every session of this week has its picture."))
        else:
            st.caption(
                ngettext(
                    "{n} session of this week has no picture yet. Only what changed is drawn.",
                    "{n} sessions of this week have no picture yet. Only what changed is drawn.",
                    count,
                )
            )
        st.html(preview(chosen))
        downloads(week, chosen, whole, log, analysis)


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def pictures() -> dict[str, bytes]:
    """Key → JPEG of everything drawn in this session."""
    return st.session_state.setdefault("plan pictures", {})


def drawn(sessions: Sequence[Session]) -> dict[int, bytes]:
    """Index of a session → its picture, where there is one."""
    held = pictures()
    active = [n for n, s in enumerate(sessions) if not s.is_rest]
    found = zip(active, requests([sessions[n] for n in active]), strict=True)
    return {n: held[key] for n, (key, _request) in found if key in held}


def missing(sessions: Sequence[Session]) -> set[str]:
    """Keys of pictures that are still to be drawn."""
    active = [s for s in sessions if not s.is_rest]
    return {key for key, _request in requests(active)} - set(pictures())


def draw(sessions: Sequence[Session]) -> None:
    """Queue the pictures that are missing, week by week, as the sheet shows them."""
    if busy():
        return
    by_week: dict[dt.date, list[Session]] = {}
    for session in sessions:
        if not session.is_rest:
            by_week.setdefault(monday(session.date), []).append(session)
    held = set(pictures())
    todo: list[list[Session]] = []
    count = 0
    for members in by_week.values():
        wanted = missing(members)
        if wanted and count < MOST:
            todo.append(members)
            count += len(wanted)
    studio = runtime()

    def work() -> Iterator[Event]:
        for n, members in enumerate(todo):
            for event in illustrate(members, studio, held):
                if event.result is not None:
                    held.add(event.result.key)
                yield _within(event, n, len(todo))

    st.session_state["plan sheet"] = jobs().submit(work, kind="sheet", cost=max(count, 1))


def _within(event: Event, n: int, of: int) -> Event:
    """An event of the n-th of several weeks, without the picture while it forms."""
    return replace(event, fraction=(n + event.fraction) / of, preview=None)


def busy() -> bool:
    """Whether pictures are being drawn for this session."""
    job = status(st.session_state.get("plan sheet"))
    return job is not None and not job.finished


def follow_job() -> None:
    """Progress while pictures are drawn; what is finished is kept also when it is cancelled."""
    job = status(st.session_state.get("plan sheet"))
    if job is None:
        return
    if not job.finished:
        st.fragment(progress, run_every=0.5)()
    elif job.error is not None and job.state != "cancelled":
        st.error(sentence(job.error), icon=":material/error:")


def take(results: Sequence[Picture]) -> None:
    """Keep finished pictures."""
    for picture in results:
        pictures()[picture.key] = picture.jpeg


def progress() -> None:
    """How far the drawing is; when it ends, one rerun of the page stops this."""
    job = status(st.session_state.get("plan sheet"))
    if job is None or job.finished:
        st.rerun()
        return
    line = [_("Drawing"), ngettext("{n} picture done", "{n} pictures done", len(job.results))]
    if job.state == "queued":
        line = [_("Waiting. Jobs before this one: {n}", n=job.position)]
    if job.seconds_left is not None:
        line.append(_("about {time} left", time=about(job.seconds_left)))
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.progress(min(job.fraction, 1.0), text=" · ".join(line))
        st.button(
            _("Cancel"),
            key="plan sheet cancel",
            icon=":material/close:",
            on_click=jobs().cancel,
            args=[job.id],
        )


def numbers(session: Session) -> str:
    """A session's size and effort in a line."""
    parts = [words.duration(session.duration_s), words.distance(session.distance_m)]
    if session.rpe:
        parts.append(f"RPE {session.rpe:g}")
    return " · ".join(p for p in parts if p != words.DASH)


def labels(log: TrainingLog, analysis: Analysis) -> Labels:
    """The sheet's words in the visitor's language, and the loads of the athlete's sessions."""
    mine = log.of(analysis.athlete).sessions
    loads = dict(zip(map(id, mine), analysis.sessions["load"], strict=True))
    return Labels(
        language().replace("_", "-"),
        _("Training plan"),
        _("Rest"),
        _("Notes"),
        _("in all"),
        partial(words.day, form="d MMM" if language() == "en" else "M月d日"),
        partial(words.day, form="EEEE"),
        numbers,
        words.sport,
        lambda n: ngettext("{n} session", "{n} sessions", n),
        lambda sessions: sum(loads.get(id(s), 0.0) for s in sessions),
        lambda points: _("{n} points", n=round(points)) if points >= 0.5 else "",
    )


def preview(sessions: Sequence[Session]) -> str:
    """The week as tiles; the printed sheet holds the texts and room for notes besides."""
    found = drawn(sessions)
    tiles = []
    for n, session in enumerate(sessions):
        if session.is_rest:
            continue
        title = session.title or words.sport(session.sport)
        picture = '<div class="tile"></div>'
        if n in found:
            data = base64.b64encode(found[n]).decode()
            picture = f'<img src="data:image/jpeg;base64,{data}" alt="{escape(title)}">'
        tiles.append(
            f"<li>{picture}<b>{escape(words.day(session.date, 'EEE d'))}</b> "
            f"{escape(title[:60])}<br><small>{escape(numbers(session))}</small></li>"
        )
    return f'<ul class="plan-tiles">{"".join(tiles)}</ul>'


def downloads(
    week: dt.date,
    chosen: Sequence[Session],
    whole: Sequence[Session],
    log: TrainingLog,
    analysis: Analysis,
) -> None:
    """The sheet of the week and of all weeks to come, as HTML and as PDF."""
    athlete = analysis.athlete
    who = re.sub(r"\W+", "-", athlete).strip("-").lower() or "training"
    texts = labels(log, analysis)

    def page(sessions: Sequence[Session]) -> str:
        return sheet(athlete, sessions, by_place(sessions), texts)

    def pdf(sessions: Sequence[Session]) -> bytes:
        try:
            return sheet_pdf(athlete, sessions, by_place(sessions), texts)
        except pipeline.StudioError as error:
            return sentence(error).encode()

    possible = writable([athlete, *texts.texts(chosen)], whole)
    with st.container(horizontal=True):
        for sessions, name, label, icon, ending in (
            (chosen, "week", _("This week (PDF)"), "picture_as_pdf", "pdf"),
            (whole, "plan", _("Whole plan (PDF)"), "menu_book", "pdf"),
            (chosen, "week", _("This week (HTML)"), "print", "html"),
            (whole, "plan", _("Whole plan (HTML)"), "web", "html"),
        ):
            st.download_button(
                label,
                later(partial(pdf if ending == "pdf" else page, sessions)),
                f"{who}_{name}_{week}.{ending}",
                "application/pdf" if ending == "pdf" else "text/html",
                key=f"plan sheet {name} {ending}",
                icon=f":material/{icon}:",
                on_click="ignore",
                disabled=ending == "pdf" and not possible,
            )
    if possible:
        st.caption(
            _(
                "A page of A4 for each week from {day} on, with pictures, numbers and space for "
                "notes. What is not drawn yet stays blank.",
                day=words.day(monday(whole[0].date) if whole else week),
            )
        )
    else:
        st.caption(
            _(
                "No font with Chinese characters is installed on this computer, so there is no "
                "PDF. The HTML sheet prints with the fonts of your browser."
            )
        )


def by_place(sessions: Sequence[Session]) -> dict[int, bytes]:
    """Place in the list → the session's picture, drawn week by week as :func:`draw` asks."""
    found: dict[int, bytes] = {}
    for week in weeks_of(sessions):
        of_week = drawn(week.sessions)
        found |= {week.members[k]: picture for k, picture in of_week.items()}
    return found
