"""Weeks, fitness and days as charts."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from pages.components.language import _, language
from pages.components.plan import words
from pipeline.plans.performance import Banister
from pipeline.training_plan import Analysis

TEAL, ORANGE, GREY, VIOLET = "#1f9389", "#d9763a", "#8a9097", "#7b6fc4"
"""Told apart on light and dark pages, and by people who see colours differently."""

HEAT = ["#f3e3c3", "#f6d5a2", "#ee9a62", "#cf5a5f", "#8f2f6b", "#3d1a52"]
HEAT_ON_DARK = ["#22282d", "#45205c", "#8f2f6b", "#cf5a5f", "#ee9a62", "#f8e3b8"]
"""From the page's own shade upwards, so that a day without load recedes on either page."""


LONG = pd.Timedelta(days=400)


def heat() -> list[str]:
    """The colours of load for the page as it is shown."""
    return HEAT_ON_DARK if st.context.theme.type == "dark" else HEAT


def axis(days: pd.Series | pd.DatetimeIndex) -> alt.Axis:
    """Days under a chart, as the language writes them; with the year where they span several."""
    chinese, long = language() == "zh_CN", len(days) and days.max() - days.min() > LONG
    day = "%-m月%-d日" if chinese else "%-d %b"
    month = "%Y年%-m月" if chinese else "%b %Y"
    return alt.Axis(format=month if long else day, labelOverlap=True, title=None)


def fitness(analysis: Analysis, days: int | None) -> alt.LayerChart:
    """CTL and ATL as lines, TSB as bars; the plan carries them on, dashed."""
    names = {"ctl": words.figure("ctl"), "atl": words.figure("atl"), "tsb": words.figure("tsb")}
    parts = []
    for kind, table in (("done", analysis.daily), ("planned", analysis.planned)):
        part = table[list(names)].round(1).reset_index()
        parts.append(part.assign(kind=_("done") if kind == "done" else _("planned")))
    both = pd.concat(parts, ignore_index=True)
    if days is not None and len(analysis.daily):
        both = both[both["date"] >= analysis.daily.index[-1] - pd.Timedelta(days=days)]
    lines = both.melt(["date", "kind"], ["ctl", "atl"], "figure", "points")
    lines["figure"] = lines["figure"].map(names)
    time = alt.X("date:T", axis=axis(both["date"]))
    bars = (
        alt.Chart(both)
        .mark_bar(color=GREY, opacity=0.35)
        .encode(
            x=time,
            y=alt.Y("tsb:Q", title=_("Points a day")),
            tooltip=[
                alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
                *(alt.Tooltip(f"{n}:Q", title=t) for n, t in names.items()),
            ],
        )
    )
    drawn = (
        alt.Chart(lines)
        .mark_line(strokeWidth=2)
        .encode(
            x=time,
            y="points:Q",
            color=alt.Color(
                "figure:N",
                scale=alt.Scale(domain=[names["ctl"], names["atl"]], range=[TEAL, ORANGE]),
                legend=alt.Legend(orient="top", title=None),
            ),
            strokeDash=alt.StrokeDash(
                "kind:N",
                scale=alt.Scale(domain=[_("done"), _("planned")], range=[[1, 0], [5, 4]]),
                legend=alt.Legend(orient="bottom", title=None),
            ),
            tooltip=[
                alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("figure:N", title=_("Figure")),
                alt.Tooltip("points:Q", title=_("Points a day")),
            ],
        )
    )
    off = pd.DataFrame({"date": pd.to_datetime(list(analysis.unwell))})
    off = off.assign(end=off["date"] + pd.Timedelta(days=1), kind=_("ill or injured"))
    off = off[off["date"] >= both["date"].min()]
    if off.empty:  # A layer with no mark is an image without a name to a screen reader.
        return alt.layer(bars, drawn).properties(height=300)
    marks = (
        alt.Chart(off)
        .mark_rect(color=ORANGE, opacity=0.18)
        .encode(x=time, x2="end:T", tooltip=[alt.Tooltip("kind:N", title=_("Health"))])
    )
    return alt.layer(marks, bars, drawn).properties(height=300)


def banister(analysis: Analysis, fit: Banister) -> alt.LayerChart:
    """The results and the model of them, carried on by the plan."""
    days = pd.concat([analysis.daily[["load"]], analysis.planned[["load"]]])
    line = pd.DataFrame({"date": days.index, "result": fit.expected(days["load"].to_numpy())})
    dots = pd.DataFrame(
        [(p.date, p.result, p.name) for p in analysis.performances],
        columns=["date", "result", "name"],
    )
    dots["date"] = pd.to_datetime(dots["date"])
    result = alt.Y("result:Q", title=_("Result of the test"), scale=alt.Scale(zero=False))
    tips = [
        alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
        alt.Tooltip("result:Q", title=_("Result of the test"), format=".4~g"),
    ]
    time = alt.X("date:T", axis=axis(days.index))
    return alt.layer(
        alt.Chart(line).mark_line(color=TEAL, strokeWidth=2).encode(x=time, y=result, tooltip=tips),
        alt.Chart(dots)
        .mark_point(color=ORANGE, filled=True, size=60, opacity=1)
        .encode(x=time, y=result, tooltip=[*tips, alt.Tooltip("name:N", title=_("Test"))]),
    ).properties(height=240)


def w_balance(table: pd.DataFrame) -> alt.LayerChart:
    """Power of a ride as an area, and what was left of W′ as a line on an axis of its own."""
    table = table.round({"minutes": 2, "power_w": 0, "left_kj": 2})
    time = alt.X("minutes:Q", title=_("Minutes"))
    tips = [
        alt.Tooltip("minutes:Q", title=_("Minutes"), format=".1f"),
        alt.Tooltip("power_w:Q", title=_("Power (W)")),
        alt.Tooltip("left_kj:Q", title=_("W′ left (kJ)"), format=".1f"),
    ]
    power = (
        alt.Chart(table)
        .mark_area(color=GREY, opacity=0.35)
        .encode(x=time, y=alt.Y("power_w:Q", title=_("Power (W)")), tooltip=tips)
    )
    left = (
        alt.Chart(table)
        .mark_line(color=TEAL, strokeWidth=2)
        .encode(
            x=time,
            y=alt.Y("left_kj:Q", title=_("W′ left (kJ)"), axis=alt.Axis(orient="right")),
            tooltip=tips,
        )
    )
    return alt.layer(power, left).resolve_scale(y="independent").properties(height=260)


def wellness(found: pd.DataFrame, title: str) -> alt.LayerChart:
    """A measure's days as dots, their week's mean as a line, the usual range as a band."""
    table = found.reset_index()
    time = alt.X("date:T", axis=axis(table["date"]))
    value = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False))
    tips = [
        alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
        alt.Tooltip("value:Q", title=title, format=".1f"),
        alt.Tooltip("week:Q", title=_("Mean of 7 days"), format=".1f"),
        alt.Tooltip("low:Q", title=_("Usual from"), format=".1f"),
        alt.Tooltip("high:Q", title=_("Usual to"), format=".1f"),
    ]
    layers = [
        alt.Chart(table.dropna(subset="value"))
        .mark_point(color=GREY, filled=True, size=18)
        .encode(x=time, y=value, tooltip=tips)
    ]
    if table["low"].notna().any():
        band = alt.Chart(table).mark_area(color=TEAL, opacity=0.15)
        layers.insert(0, band.encode(x=time, y=alt.Y("low:Q", title=title), y2="high:Q"))
    if table["week"].notna().any():
        line = alt.Chart(table).mark_line(color=TEAL, strokeWidth=2)
        layers.append(line.encode(x=time, y="week:Q"))
    return alt.layer(*layers).properties(height=220)


def weeks(analysis: Analysis, days: int | None) -> alt.LayerChart:
    """Load a week: done as bars, planned as marks."""
    table = analysis.weeks.reset_index()
    table["week"] = pd.to_datetime(table["week"])
    if days is not None and len(analysis.daily):
        table = table[table["week"] >= analysis.daily.index[-1] - pd.Timedelta(days=days)]
    table = table.assign(
        hours=(table["duration_s"] / 3600).round(1),
        far=(table["distance_m"] / words.unit_m()).round(1),
    ).round({"load": 0, "planned_load": 0})
    tips = [
        alt.Tooltip("week:T", title=_("Week from"), format="%Y-%m-%d"),
        alt.Tooltip("load:Q", title=_("Load done")),
        alt.Tooltip("planned_load:Q", title=_("Load planned")),
        alt.Tooltip("hours:Q", title=_("Hours done")),
        alt.Tooltip("far:Q", title=words.unit()),
        alt.Tooltip("rest_days:Q", title=_("Rest days stated")),
    ]
    long = pd.concat(
        [
            table.assign(kind=_("done"), points=table["load"]),
            table.assign(kind=_("planned"), points=table["planned_load"]),
        ]
    )
    long = long[long["points"] > 0]
    return alt.layer(
        alt.Chart(long)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("yearmonthdate(week):O", axis=axis(table["week"])),
            xOffset=alt.XOffset("kind:N", sort=[_("done"), _("planned")]),
            y=alt.Y("points:Q", title=_("Points a week")),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=[_("done"), _("planned")], range=[TEAL, GREY]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=tips,
        )
    ).properties(height=240)


def calendar(analysis: Analysis) -> alt.Chart:
    """The last year's days, and those to come, as a heatmap: weeks across, weekdays down."""
    days = pd.concat(
        [
            analysis.daily[["load"]].assign(kind=_("done")),
            analysis.planned[["load"]].assign(kind=_("planned")),
        ]
    ).reset_index()
    if len(analysis.daily):
        days = days[days["date"] >= analysis.daily.index[-1] - pd.Timedelta(days=364)]
    names = words.weekdays()
    monday = days["date"] - pd.to_timedelta(days["date"].dt.day_of_week, unit="D")
    days = days.assign(
        week=monday,
        weekday=[names[n] for n in days["date"].dt.day_of_week],
        load=days["load"].round(0),
    )
    return (
        alt.Chart(days)
        .mark_rect(stroke=None, cornerRadius=2)
        .encode(
            x=alt.X(
                "yearmonthdate(week):O",
                axis=axis(days["date"]),
                scale=alt.Scale(paddingInner=0.12),
            ),
            y=alt.Y(
                "weekday:O",
                sort=names,
                title=None,
                axis=alt.Axis(ticks=False, domain=False),
                scale=alt.Scale(paddingInner=0.12),
            ),
            color=alt.Color(
                "load:Q",
                scale=alt.Scale(range=heat()),
                legend=alt.Legend(
                    title=_("Points"), orient="top", gradientLength=160, titleOrient="left"
                ),
            ),
            tooltip=[
                alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("load:Q", title=_("Points")),
                alt.Tooltip("kind:N", title=_("Planned or done")),
            ],
        )
        .properties(height=150 + 90)
    )


def compared(now: pd.DataFrame | None, proposed: pd.DataFrame) -> alt.Chart:
    """CTL and TSB until the goal, as planned now and as proposed."""
    plans = [_("as planned now"), _("as proposed")]
    parts = []
    for name, table in zip(plans, (now, proposed), strict=True):
        if table is None:
            continue
        part = table[["ctl", "tsb"]].round(1).reset_index(names="date")
        part = part.rename(columns={"ctl": words.figure("ctl"), "tsb": words.figure("tsb")})
        parts.append(part.melt("date", var_name="figure", value_name="points").assign(plan=name))
    both = pd.concat(parts, ignore_index=True)
    return (
        alt.Chart(both)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("date:T", axis=axis(both["date"])),
            y=alt.Y("points:Q", title=_("Points a day")),
            color=alt.Color(
                "figure:N",
                scale=alt.Scale(
                    domain=[words.figure("ctl"), words.figure("tsb")], range=[TEAL, VIOLET]
                ),
                legend=alt.Legend(orient="top", title=None),
            ),
            strokeDash=alt.StrokeDash(
                "plan:N",
                scale=alt.Scale(domain=plans, range=[[4, 4], [1, 0]]),
                legend=alt.Legend(orient="bottom", title=None),
            ),
            tooltip=[
                alt.Tooltip("date:T", title=_("Day"), format="%Y-%m-%d"),
                alt.Tooltip("figure:N", title=_("Figure")),
                alt.Tooltip("plan:N", title=_("Plan")),
                alt.Tooltip("points:Q", title=_("Points a day")),
            ],
        )
        .properties(height=240)
    )


def zones(shares: tuple[float, float, float]) -> alt.Chart:
    """The share of time easy, moderate and hard, as one bar."""
    names = [_("easy"), _("moderate"), _("hard")]
    table = pd.DataFrame({"zone": names, "share": shares, "order": range(3)})
    return (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", axis=alt.Axis(format="%"), title=_("Share of time, last 28 days")),
            color=alt.Color(
                "zone:N",
                scale=alt.Scale(domain=names, range=[TEAL, "#e0b354", ORANGE]),
                legend=alt.Legend(orient="top", title=None),
            ),
            order="order:Q",
            tooltip=["zone:N", alt.Tooltip("share:Q", format=".0%")],
        )
        .properties(height=150)
    )
