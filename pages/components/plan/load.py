"""Cells 3 and 4: weeks and load with what stands out, and planned against done."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import streamlit as st

from data.plans import merge
from data.plans.log import TrainingLog
from pages.components.cells import cell
from pages.components.language import _, ngettext
from pages.components.plan import charts, rides, snippets, state, stated, wellness, words
from pipeline.plans.session_load import IMPULSES
from pipeline.training_plan import Analysis

SPANS = {"6 weeks": 42, "6 months": 182, "2 years": 730, "all": None}


def athlete(log: TrainingLog) -> str | None:
    """Whose log is shown; a group has an overview and a choice."""
    names = log.athletes_with_sessions
    if len(names) > 1:
        group(log)
        return st.selectbox(_("Athlete"), names, key="plan athlete", format_func=shown)
    return names[0] if names else None


def shown(name: str) -> str:
    """An athlete's name, or a word for the one without."""
    return name or _("Athlete")


def group(log: TrainingLog) -> None:
    """Everybody in a table: where they stand on their last day, and the week to come."""
    names = log.athletes_with_sessions[:MOST_ATHLETES]
    rows = []
    for name in names:
        found = state.analysis(name)
        last = found.daily.iloc[-1] if len(found.daily) else None
        rows.append(
            (
                shown(name),
                found.daily.index[-1].date() if last is not None else None,
                len(found.findings),
                *(None if last is None else float(last[n]) for n in GROUP),
                float(found.daily["load"].iloc[-7:].sum()),
                float(found.planned["load"].iloc[:7].sum()),
                sum(c.status == "missed" for c in found.compliance),
            )
        )
    figures = list(map(words.figure, GROUP))
    before, ahead = _("Load, last 7 days"), _("Load planned, next 7 days")
    st.dataframe(
        pd.DataFrame(
            rows,
            columns=[
                _("Athlete"),
                _("Last day"),
                _("Findings"),
                *figures,
                before,
                ahead,
                _("Missed"),
            ],
        ),
        hide_index=True,
        column_config={n: st.column_config.NumberColumn(format="%.1f") for n in figures}
        | {n: st.column_config.NumberColumn(format="%.0f") for n in (before, ahead)},
        key="plan group",
        on_select=lambda: _choose(names),
        selection_mode="single-row",
    )
    st.caption(_("Select a row to open that athlete."))
    with st.expander(_("Names of the athletes"), icon=":material/badge:", key="plan names"):
        rename(log, names)
    if len(log.athletes_with_sessions) > MOST_ATHLETES:
        st.caption(_("The first {n} athletes are shown.", n=MOST_ATHLETES))


def rename(log: TrainingLog, names: tuple[str, ...]) -> None:
    """A form for the athletes' names: files of one athlete from two programs often have two."""
    counts = Counter(session.athlete for session in log.sessions if not session.is_rest)
    with st.form("plan names form", border=False):
        edited = st.data_editor(
            pd.DataFrame({"was": names, "count": [counts[n] for n in names], "now": names}),
            hide_index=True,
            disabled=["was", "count"],
            column_config={
                "was": _("In the files"),
                "count": st.column_config.NumberColumn(_("Sessions")),
                "now": st.column_config.TextColumn(_("Name"), max_chars=100),
            },
            key=f"plan names rows {len(state.steps())}",
        )
        st.caption(
            _("Give two of them one name, and they become one athlete with each session once.")
        )
        if st.form_submit_button(_("Use these names"), icon=":material/done:"):
            new = {
                row.was: row.now.strip()
                for row in edited.itertuples()
                if isinstance(row.now, str) and row.now.strip() != row.was
            }
            if new:
                state.change(merge.renamed(log, new), _("athletes' names"))
                st.rerun()


def _choose(names: tuple[str, ...]) -> None:
    """The athlete of the row that was just selected becomes the one shown."""
    rows = st.session_state["plan group"]["selection"]["rows"]
    if rows:
        st.session_state["plan athlete"] = names[rows[0]]


GROUP = ("ctl", "atl", "tsb", "ramp", "monotony")
MOST_ATHLETES = 60


def show(log: TrainingLog, analysis: Analysis) -> None:
    """Draw cell 3."""
    with cell(3, _("Weeks and load"), snippets.ANALYSE):
        findings(analysis)
        figures(analysis)
        span = st.segmented_control(
            _("Span"),
            list(SPANS),
            default="6 months",
            required=True,
            format_func=lambda name: {
                "6 weeks": _("6 weeks"),
                "6 months": _("6 months"),
                "2 years": _("2 years"),
                "all": _("all"),
            }[name],
            key="plan span",
            label_visibility="collapsed",
        )
        days = SPANS[span]
        if len(analysis.daily) or len(analysis.planned):
            titled(_titled_fitness(analysis), ("ctl", "atl", "tsb"))
            st.altair_chart(
                charts.fitness(analysis, days),
                key="plan fitness chart",
                alt=_("Fitness and fatigue as lines and form as bars, day by day"),
            )
            titled(_("Load week by week"), sorted(_methods(analysis)))
            st.altair_chart(
                charts.weeks(analysis, days),
                key="plan weeks chart",
                alt=_("Load done and planned in each week as bars"),
            )
            titled(_("Load of each day"), sorted(_methods(analysis)))
            st.altair_chart(
                charts.calendar(analysis),
                key="plan calendar chart",
                alt=_("A calendar of the last year in which darker days carry more load"),
            )
        intensity(analysis)
        wellness.show(log.of(analysis.athlete).wellness)
        with st.expander(_("Load of each session, and how it came about"), key="plan loads"):
            loads(analysis)
        rides.show(log, analysis)
        stated.show(log, analysis)


def titled(title: str, formulas: tuple[str, ...] | list[str]) -> None:
    """A chart's title with the button that explains its figures."""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f"**{title}**")
        words.how(formulas)


def _titled_fitness(analysis: Analysis) -> str:
    """The finding of the fitness chart as its title."""
    table = analysis.daily if len(analysis.daily) else analysis.planned
    first, last = table["ctl"].iloc[max(-43, -len(table))], table["ctl"].iloc[-1]
    if len(table) < 7:
        return _("Fitness, fatigue and form")
    change = last - first
    if abs(change) < 2:
        return _("Fitness (CTL) has stayed at {now} for six weeks", now=f"{last:.0f}")
    values = {"now": f"{last:.0f}", "before": f"{first:.0f}"}
    if change > 0:
        return _("Fitness (CTL) rose from {before} to {now} in six weeks", **values)
    return _("Fitness (CTL) fell from {before} to {now} in six weeks", **values)


def _methods(analysis: Analysis) -> set[str]:
    return set(analysis.sessions["load_method"]) - {"rest"}


def findings(analysis: Analysis) -> None:
    """What stands out, the most important first."""
    if not analysis.findings:
        st.markdown(_("Nothing stands out in the last 28 days."))
    for note in analysis.findings:
        st.markdown(f":material/flag: {words.remark(note)}")


def figures(analysis: Analysis) -> None:
    """Where the athlete stands on the last day, each figure with its formula one click away."""
    if not len(analysis.daily):
        st.caption(_("Nothing was done yet: fitness and form are those of the plan."))
        return
    last = analysis.daily.iloc[-1]
    st.caption(_("On {day}, the last day done", day=words.day(analysis.daily.index[-1].date())))
    since = analysis.daily.index[-1].date() - dt.timedelta(days=6)
    recent = [s for s in analysis.spikes if s.session.date >= since]
    spike = max(recent, key=lambda s: s.excess, default=None)
    rows = [
        ("ctl", words.number(last["ctl"], 0)),
        ("atl", words.number(last["atl"], 0)),
        ("tsb", words.number(last["tsb"], 0)),
        ("ramp", words.number(last["ramp"], 1)),
        ("monotony", words.number(last["monotony"], 1)),
        ("strain", words.number(last["strain"], 0)),
        ("acwr_coupled", words.number(last["acwr_coupled"], 2)),
        ("acwr_uncoupled", words.number(last["acwr_uncoupled"], 2)),
        ("acwr_ewma", words.number(last["acwr_ewma"], 2)),
        ("spike", DASH if spike is None else words.number(100 * spike.excess, 0, "%")),
    ]
    if analysis.polarisation_index is not None:
        rows.append(("polarisation_index", words.number(analysis.polarisation_index, 2)))
    if analysis.critical_power is not None:
        rows.append(("critical_power", words.number(analysis.critical_power.critical, 0, "W")))
    if analysis.critical_speed is not None:
        rows.append(("critical_speed", words.number(analysis.critical_speed.critical, 2, "m/s")))
    with st.container(horizontal=True, key="plan-figures"):
        for name, value in rows:
            with st.container(width=150, gap=None):
                st.metric(words.figure(name), value)
                words.how([name])
    st.caption(
        _(
            "ACWR only describes: among 5,205 runners it did not go with more injuries, so it has "
            "no red band."
        )
    )


DASH = words.DASH


def intensity(analysis: Analysis) -> None:
    """How the time is spread over three zones."""
    if analysis.zones is None:
        return
    easy = round(100 * analysis.zones[0])
    titled(_("{percent} % of the time was easy", percent=easy), ("polarisation_index",))
    st.altair_chart(
        charts.zones(analysis.zones),
        key="plan zones chart",
        alt=_("Shares of time that were easy, moderate and hard"),
    )


def loads(analysis: Analysis) -> None:
    """Every session's load with the method behind it and what was assumed."""
    table = analysis.sessions[analysis.sessions["sport"] != "rest"].iloc[::-1]
    sports, methods, kinds, said = (words.names(n) for n in ("sport", "method", "kind", "assumed"))
    columns = {
        _("Day"): table["date"],
        _("Planned or done"): [kinds[k] for k in table["kind"]],
        _("Sport"): [sports[s] for s in table["sport"]],
        _("Title"): table["title"],
        _("Load (points)"): table["load"].round(0),
        _("By"): [methods[m] for m in table["load_method"]],
        _("Assumed"): [", ".join(said.get(a, a) for a in row) for row in table["assumed"]],
    }
    impulses = [name for name in IMPULSES if table[name].notna().any()]
    columns |= {words.figure(name): table[name].round(0) for name in impulses}
    st.dataframe(pd.DataFrame(columns), hide_index=True, height=320)
    words.how([*sorted(_methods(analysis)), *impulses])


def compliance(analysis: Analysis) -> None:
    """Draw cell 4 where there is a plan: what was made of it."""
    with cell(4, _("Planned against done"), snippets.COMPLIANCE):
        table = list(analysis.compliance)
        if not table:
            st.caption(_("There is no plan in this log to compare with."))
            return
        past = [c for c in table if c.status not in ("to come", "extra", "unwell")]
        kept = sum(c.status == "done" for c in past)
        line = [_("{kept} of {n} planned sessions went as planned", kept=kept, n=len(past))]
        if to_come := sum(c.status == "to come" for c in table):
            line.append(ngettext("{n} is still to come", "{n} are still to come", to_come))
        if not past:
            line = line[1:]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(" · ".join(line))
            words.how(["compliance"])
        if not past:
            return
        rows = []
        statuses, sports = words.names("status"), words.names("sport")
        for c in reversed(table):
            if c.status == "to come":
                continue
            one = c.planned or c.done
            assert one is not None
            rows.append(
                (
                    one.date,
                    sports[one.sport],
                    one.title,
                    statuses[c.status],
                    None if c.share is None else round(100 * c.share),
                    words.field(c.measure) if c.measure else "",
                )
            )
        st.dataframe(
            pd.DataFrame(
                rows,
                columns=[_("Day"), _("Sport"), _("Title"), _("Went"), _("% of plan"), _("By")],
            ),
            hide_index=True,
            height=min(320, 38 + 35 * len(rows)),
        )
