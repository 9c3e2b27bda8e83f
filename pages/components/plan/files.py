"""Cell 1: files or a sample, and what files leave unsaid."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

import pipeline
from data.plans.options import Options
from data.plans.simulate import season
from data.plans.write import write
from pages.components import following
from pages.components.cells import cell
from pages.components.language import _
from pages.components.plan import snippets, state

SAMPLES = Path(__file__).parents[3] / "data" / "samples" / "plans"
SEASON = "team_season.csv"
UPLOAD_MB = 200


def options() -> Options:
    """What the visitor says about files that leave it unsaid."""
    form = st.session_state
    return Options(
        zone=ZoneInfo(form.get("plan zone") or _zone()),
        first_day=form.get("plan first day"),
        imperial=bool(form.get("plan imperial")),
    )


@cache
def zones() -> tuple[str, ...]:
    """All time zones, in alphabetical order."""
    return tuple(sorted(available_timezones()))


def _zone() -> str:
    zone = st.context.timezone
    return zone if zone in zones() else "UTC"


def take(files: list[tuple[str, bytes]]) -> None:
    """Read these files in the place of those before."""
    form = st.session_state
    form["plan files"] = files
    state.read(files, options())


def uploaded() -> None:
    """Read what was just dropped; a file taken away again changes nothing."""
    files = st.session_state["plan upload"]
    if files:
        take([(file.name, file.getvalue()) for file in files])


def again() -> None:
    """Read the same files once more, after an assumption was changed."""
    files = st.session_state.get("plan files")
    if files:
        take(files)


def sample(name: str) -> None:
    """Read a sample of the project."""
    # The season is made anew, so that its weeks to come are still to come.
    made = name == SEASON
    data = write(season(dt.date.today()), name) if made else (SAMPLES / name).read_bytes()
    take([(name, data)])


def ask() -> None:
    """Draw cell 1."""
    with cell(1, _("Plan or log"), snippets.READ):
        st.file_uploader(
            _(
                "Plans and activities from any program: FIT, TCX, GPX, ZWO, CSV, XLSX, ICS, JSON, "
                "text or a zip of them"
            ),
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MB,
            key="plan upload",
            on_change=uploaded,
        )
        st.caption(_("Or take one of these. It is read at once."))
        with st.container(horizontal=True, key="plan-samples"):
            for name, icon, label, meaning in (
                (
                    SEASON,
                    "groups",
                    _("Three athletes, a season"),
                    _("Simulated: what three athletes planned and did, and their weeks to come."),
                ),
                (
                    "marathon_plan.csv",
                    "flag",
                    _("A marathon plan"),
                    _("Twelve weeks as a coach's table, without dates."),
                ),
                (
                    "garmin_log.csv",
                    "watch",
                    _("A watch's log"),
                    _("Ten weeks as Garmin Connect exports them."),
                ),
                (
                    "week_zh.txt",
                    "notes",
                    _("Two weeks in words"),
                    _("A plan written in Chinese, as free text."),
                ),
            ):
                st.button(
                    label,
                    key=f"plan sample {name}",
                    icon=f":material/{icon}:",
                    help=meaning,
                    on_click=sample,
                    args=[name],
                )
        with st.expander(_("What files leave unsaid"), icon=":material/tune:"):
            left, middle, right = st.columns(3, gap="medium")
            left.selectbox(
                _("Time zone: turns universal times into days"),
                zones(),
                index=zones().index(_zone()),
                key="plan zone",
                on_change=again,
            )
            middle.date_input(
                _("First day of a plan without dates"),
                None,
                key="plan first day",
                min_value=dt.date(1990, 1, 1),
                max_value=dt.date(2090, 1, 1),
                on_change=again,
            )
            right.toggle(
                _("Distances without a unit are miles"), key="plan imperial", on_change=again
            )
            st.caption(_("A change reads the files anew. Usually none of these is needed."))


def progress(job: pipeline.JobStatus) -> None:
    """How far the reading is, and the button that stops it."""
    done, of = next((e.value for e in reversed(job.events) if e.value is not None), (0, 0))
    line = [_("Reading")]
    if of:
        line.append(_("{done} of {of} files", done=done, of=of))
    following.progress(job, " · ".join(line), queue=state.readers())
