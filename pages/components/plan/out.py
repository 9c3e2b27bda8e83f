"""The last cell: the log in every format that it can leave in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import streamlit as st

import pipeline
from data.plans.log import TrainingLog
from data.plans.write import write
from pages.components.cells import cell
from pages.components.language import _
from pages.components.later import later
from pages.components.plan import snippets
from pages.components.studio import sentence
from pipeline.plans.notebook import to_notebook
from pipeline.plans.record import analysis_to_json
from pipeline.training_plan import Analysis


def show(number: int, log: TrainingLog, analysis: Analysis) -> None:
    """Draw the cell."""
    with cell(number, _("Take it along"), snippets.WRITE):
        mine = log.of(analysis.athlete)
        first = min(s.date for s in mine.sessions)
        who = re.sub(r"\W+", "-", analysis.athlete).strip("-").lower() or "training"
        with st.container(horizontal=True, key="plan-downloads"):
            for ending, label, icon, mime in (
                (".csv", "CSV", "csv", "text/csv"),
                (
                    ".xlsx",
                    "XLSX",
                    "table",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                (".json", "JSON", "data_object", "application/json"),
                (".ics", _("Calendar (ICS)"), "calendar_month", "text/calendar"),
                (".fit.zip", _("Workouts (FIT)"), "watch", "application/zip"),
                (".zwo.zip", _("Workouts (ZWO)"), "directions_bike", "application/zip"),
            ):
                steps = any(s.steps and s.kind == "planned" for s in mine.sessions)
                st.download_button(
                    label,
                    _file(mine, f"plan{ending}"),
                    f"{who}_{first}{ending}",
                    mime,
                    key=f"plan download {ending}",
                    icon=f":material/{icon}:",
                    on_click="ignore",
                    disabled=ending.endswith(".zip") and not steps,
                    help=None
                    if steps or not ending.endswith(".zip")
                    else _("No planned session has steps. Describe one with repeats, “8x400m”."),
                )
            st.download_button(
                _("Figures (JSON)"),
                later(lambda: json.dumps(analysis_to_json(analysis), ensure_ascii=False, indent=1)),
                f"{who}_{first}_figures.json",
                "application/json",
                key="plan download figures",
                icon=":material/functions:",
                on_click="ignore",
            )
            st.download_button(
                _("Notebook"),
                later(lambda: to_notebook(log, analysis.athlete)),
                f"{who}_{first}.ipynb",
                "application/x-ipynb+json",
                key="plan download notebook",
                icon=":material/developer_board:",
                on_click="ignore",
            )
        st.caption(
            _(
                "CSV, XLSX and JSON keep everything and can be read here again. A calendar keeps "
                "days, titles and texts; workouts keep steps and targets."
            )
        )


def _file(log: TrainingLog, name: str) -> Callable[[], bytes]:
    """Written when it is asked for, not on every run."""

    def make() -> bytes:
        try:
            return write(log, name)
        except pipeline.StudioError as error:
            return sentence(error).encode()

    return later(make)
