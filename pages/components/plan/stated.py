"""What a coach states about an athlete: thresholds, tests, days of illness and injury."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

import pipeline
from data.plans.health import Spell, spells, with_spells
from data.plans.log import Performance, Thresholds, TrainingLog
from pages.components.language import _, ngettext
from pages.components.plan import charts, state, words
from pages.components.studio import sentence
from pipeline.plans.performance import FEWEST_TESTS
from pipeline.plans.zones import zones
from pipeline.training_plan import Analysis

POOL_M = {False: 100.0, True: 91.44}
"""Whether units are imperial → what swimmers' paces are for."""


def show(log: TrainingLog, analysis: Analysis) -> None:
    """A form each, folded away."""
    with st.expander(_("Thresholds and the days from which they hold"), key="plan thresholds"):
        thresholds(log, analysis)
    with st.expander(_("Days of illness and injury"), key="plan health"):
        health(log, analysis)
    with st.expander(_("Tests and races, for Banister's model"), key="plan tests"):
        performances(log, analysis)


def _dated(rows: Sequence[tuple[object, ...]], names: Sequence[str], days: int) -> pd.DataFrame:
    """A table for an editor whose first columns are days, also where it has no rows."""
    table = pd.DataFrame(list(rows), columns=list(names)).astype("object")
    for name in names[:days]:
        table[name] = pd.to_datetime(table[name])
    return table


def health(log: TrainingLog, analysis: Analysis) -> None:
    """A grid of spells: from, to, ill or injured, a note."""
    kinds = words.names("health")
    known = {label: kind for kind, label in kinds.items() if kind}
    rows = [(s.first, s.last, kinds[s.health], s.text) for s in spells(log, analysis.athlete)]
    with st.form("plan health form", border=False):
        edited = st.data_editor(
            _dated(rows, ("first", "last", "health", "text"), 2),
            num_rows="dynamic",
            hide_index=True,
            key=f"plan health rows {analysis.athlete} {len(state.steps())}",
            column_config={
                "first": st.column_config.DateColumn(_("From"), required=True),
                "last": st.column_config.DateColumn(_("To")),
                "health": st.column_config.SelectboxColumn(
                    _("Health"), options=list(known), required=True
                ),
                "text": st.column_config.TextColumn(_("Note"), max_chars=300),
            },
        )
        st.caption(
            _(
                "Planned sessions of these days don't count as missed, the charts mark them, and "
                "the attention model reads them."
            )
        )
        if not st.form_submit_button(_("Note these days"), icon=":material/done:"):
            return
    try:
        noted = [
            Spell(
                first := pd.Timestamp(row.first).date(),
                first if pd.isna(row.last) else pd.Timestamp(row.last).date(),
                known[row.health],
                row.text if isinstance(row.text, str) else "",
            )
            for row in edited.itertuples()
            if not pd.isna(row.first) and row.health in known
        ]
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    state.change(with_spells(log, analysis.athlete, noted), _("days of illness and injury"))
    st.rerun()


def performances(log: TrainingLog, analysis: Analysis) -> None:
    """A grid of results, and Banister's model of them where there are enough."""
    own = analysis.performances
    with st.form("plan test form", border=False):
        edited = st.data_editor(
            _dated([(p.date, p.result, p.name) for p in own], ("date", "result", "name"), 1).astype(
                {"result": "float64"}
            ),
            num_rows="dynamic",
            hide_index=True,
            key=f"plan test rows {analysis.athlete} {len(state.steps())}",
            column_config={
                "date": st.column_config.DateColumn(_("Day"), required=True),
                "result": st.column_config.NumberColumn(_("Result of the test"), required=True),
                "name": st.column_config.TextColumn(_("Test"), max_chars=100),
            },
        )
        st.caption(
            _(
                "In one unit of which more is better: watts, metres a second, points. Turn times "
                "into speeds."
            )
        )
        if st.form_submit_button(_("Use these results"), icon=":material/done:"):
            mine = [
                Performance(
                    pd.Timestamp(row.date).date(),
                    float(row.result),
                    analysis.athlete,
                    row.name if isinstance(row.name, str) else "",
                )
                for row in edited.itertuples(index=False)
                if not pd.isna(row.date) and not pd.isna(row.result)
            ]
            others = [p for p in log.performances if p.athlete != analysis.athlete]
            rows = tuple(sorted((*others, *mine), key=lambda p: (p.date, p.athlete, p.name)))
            state.change(replace(log, performances=rows), _("test results"))
            st.rerun()
    fit = analysis.banister
    if fit is None:
        st.caption(
            ngettext("{n} result is stated.", "{n} results are stated.", len(own))
            + " "
            + (
                _("Banister's model needs {n} on days of this log.", n=FEWEST_TESTS)
                if len(own) < FEWEST_TESTS
                else _(
                    "Banister's model does not fit them: no pair of time constants lets training "
                    "raise and fatigue lower the results, or too many lie outside the log."
                )
            )
        )
        return
    st.markdown(
        _(
            "Fitness fades with {slow} days and fatigue with {fast}; R² = {r2}, the results are "
            "missed by {rmse} on average (root mean square).",
            slow=words.number(fit.fitness_days),
            fast=words.number(fit.fatigue_days),
            r2=words.number(fit.r2, 2),
            rmse=words.number(fit.rmse, 2),
        )
    )
    st.altair_chart(
        charts.banister(analysis, fit),
        key="plan banister chart",
        alt=_("Results of tests as dots and Banister's model of them as a line"),
    )
    words.how(["banister"])


def thresholds(log: TrainingLog, analysis: Analysis) -> None:
    """A grid of thresholds with their dates; what was only observed is said so."""
    far, pool = words.unit_m(), POOL_M[words.imperial()]
    own = [t for t in log.thresholds if t.athlete == analysis.athlete]
    rows = [
        (
            t.since,
            t.ftp_w,
            t.lthr_bpm,
            t.heart_rate_max_bpm,
            t.heart_rate_rest_bpm,
            pace(t.threshold_speed_m_s, far),
            pace(t.swim_speed_m_s, pool),
            t.weight_kg,
            t.sex or None,
        )
        for t in own
    ]
    names = ["since", "ftp", "lthr", "max", "rest", "pace", "swim", "weight", "sex"]
    table = pd.DataFrame(rows, columns=names).astype(
        {"pace": "object", "swim": "object", "sex": "object"}
        | dict.fromkeys(("ftp", "lthr", "max", "rest", "weight"), "float64")
    )
    table["since"] = pd.to_datetime(table["since"])
    number = st.column_config.NumberColumn
    with st.form("plan threshold form", border=False):
        edited = st.data_editor(
            table,
            num_rows="dynamic",
            hide_index=True,
            key=f"plan threshold rows {analysis.athlete} {len(state.steps())} {far}",
            column_config={
                "since": st.column_config.DateColumn(_("Holds from"), required=True),
                "ftp": number(_("FTP (W)"), min_value=30, max_value=700),
                "lthr": number(_("LTHR (bpm)"), min_value=60, max_value=230),
                "max": number(_("Highest HR (bpm)"), min_value=80, max_value=250),
                "rest": number(_("Resting HR (bpm)"), min_value=25, max_value=120),
                "pace": st.column_config.TextColumn(
                    _("Threshold pace (min/mi)")
                    if words.imperial()
                    else _("Threshold pace (min/km)"),
                    validate=r"^\d{1,2}:[0-5]\d$",
                ),
                "swim": st.column_config.TextColumn(
                    _("Swim pace (min/100 yd)") if words.imperial() else _("Swim pace (min/100 m)"),
                    validate=r"^\d{1,2}:[0-5]\d$",
                ),
                "weight": number(_("Weight (kg)"), min_value=20, max_value=250),
                "sex": st.column_config.SelectboxColumn(
                    _("Sex (TRIMP)"), options=["female", "male"]
                ),
            },
        )
        if st.form_submit_button(_("Use these"), icon=":material/done:"):
            changed = [
                Thresholds(
                    pd.Timestamp(row.since).date(),
                    analysis.athlete,
                    ftp_w=value(row.ftp),
                    lthr_bpm=value(row.lthr),
                    heart_rate_max_bpm=value(row.max),
                    heart_rate_rest_bpm=value(row.rest),
                    threshold_speed_m_s=speed(row.pace, far),
                    swim_speed_m_s=speed(row.swim, pool),
                    weight_kg=value(row.weight),
                    sex=row.sex if isinstance(row.sex, str) else "",
                )
                for row in edited.itertuples()
                if not pd.isna(row.since)
            ]
            others = [t for t in log.thresholds if t.athlete != analysis.athlete]
            new = replace(
                log,
                thresholds=tuple(sorted((*others, *changed), key=lambda t: (t.since, t.athlete))),
            )
            state.change(new, _("thresholds"))
            st.rerun()
    if analysis.observed:
        st.caption(
            _(
                "Taken from what was recorded, because nobody stated it: {values}.",
                values=", ".join(
                    f"{words.threshold(name)} {getattr(analysis.thresholds, name):.0f}"
                    for name in analysis.observed
                ),
            )
        )
    st.caption(_("Before the first date the first value holds. Loads follow at once."))
    followed(analysis)


def followed(analysis: Analysis) -> None:
    """The zones of the last day's thresholds as a table, a column a measure."""
    found = zones(analysis.thresholds)
    if not found:
        return
    far = words.unit_m()
    paced = _("Pace (min/mi)") if words.imperial() else _("Pace (min/km)")
    heads = {"power_w": _("Power (W)"), "heart_rate_bpm": _("Heart rate (bpm)"), "speed_m_s": paced}
    columns: dict[str, dict[int, str]] = {}
    for zone in found:
        ends = (zone.low, zone.high)
        texts = (
            [pace(end, far) for end in ends]
            if zone.measure == "speed_m_s"
            else [None if end is None else f"{end:.0f}" for end in ends]
        )
        low, high = texts
        said = f"{low}–{high}" if low and high else f"< {high}" if high else f"> {low}"
        if zone.measure == "speed_m_s" and not (low and high):
            said = f"> {high}" if high else f"< {low}"  # slower is more minutes
        columns.setdefault(heads[zone.measure], {})[zone.number] = said
    table = pd.DataFrame(columns).fillna("").rename_axis(_("Zone")).reset_index()
    st.dataframe(table, hide_index=True)
    words.how(["zones"])


def value(cell: object) -> float | None:
    """A cell's number; None where it is empty."""
    return None if cell is None or pd.isna(cell) else float(cell)  # type: ignore[arg-type]


def pace(metres_a_second: float | None, per: float) -> str | None:
    """ "4:30" for a speed."""
    if not metres_a_second:
        return None
    seconds = round(per / metres_a_second)
    return f"{seconds // 60}:{seconds % 60:02d}"


def speed(text: object, per: float) -> float | None:
    """The speed in m/s of "4:30"."""
    if not isinstance(text, str) or ":" not in text:
        return None
    minutes, seconds = text.split(":")
    total = 60 * int(minutes) + int(seconds)
    return per / total if total else None
