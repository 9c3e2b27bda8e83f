"""Sports, days, amounts and remarks in the visitor's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache

import streamlit as st
from babel.dates import format_date

from data.plans.log import Note, Session
from pages.components.language import _, language
from pages.components.studio import as_is
from pipeline.plans.formulas import FORMULAS

DASH = "–"


@cache
def _named(locale: str) -> dict[str, dict[str, str]]:
    """Kind of thing → its key → what it is called; looked up once for each language."""
    return {
        "sport": {
            "run": _("Run"),
            "bike": _("Bike"),
            "swim": _("Swim"),
            "walk": _("Walk"),
            "row": _("Row"),
            "ski": _("Ski"),
            "skate": _("Skate"),
            "strength": _("Strength"),
            "mobility": _("Mobility"),
            "team": _("Team sport"),
            "racket": _("Racket sport"),
            "combat": _("Combat sport"),
            "multisport": _("Multisport"),
            "other": _("Other"),
            "rest": _("Rest"),
        },
        "field": {
            "duration_s": _("Duration"),
            "distance_m": _("Distance"),
            "ascent_m": _("Ascent"),
            "energy_kj": _("Work (kJ)"),
            "heart_rate_bpm": _("Mean heart rate"),
            "heart_rate_max_bpm": _("Highest heart rate"),
            "power_w": _("Mean power"),
            "power_max_w": _("Highest power"),
            "normalized_power_w": _("Normalized power"),
            "intensity_factor": _("Intensity factor"),
            "speed_m_s": _("Mean speed or pace"),
            "cadence_rpm": _("Cadence"),
            "rpe": _("RPE (0 to 10)"),
            "load": _("Load"),
            "title": _("Title"),
            "text": _("Description"),
            "athlete": _("Athlete"),
        },
        "threshold": {
            "ftp_w": _("FTP (W)"),
            "lthr_bpm": _("LTHR (bpm)"),
            "heart_rate_max_bpm": _("Highest HR (bpm)"),
            "heart_rate_rest_bpm": _("Resting HR (bpm)"),
        },
        "method": {
            "power": _("power"),
            "stated TSS": _("stated TSS"),
            "heart rate": _("heart rate"),
            "pace": _("pace"),
            "session RPE": _("session RPE"),
            "stated": _("stated, own scale"),
            "duration": _("duration alone"),
            "rest": _("rest"),
        },
        "status": {
            "done": _("done"),
            "partly": _("partly"),
            "changed": _("changed"),
            "missed": _("missed"),
            "unwell": _("ill or injured"),
            "extra": _("extra"),
            "to come": _("to come"),
        },
        "kind": {"planned": _("planned"), "done": _("done")},
        "term": {
            "fitness": _("fitness on the day"),
            "form": _("form near 10"),
            "changes": _("few changes"),
            "limits": _("limits kept"),
            "result": _("result expected"),
        },
        "health": {"": "", "ill": _("ill"), "injured": _("injured")},
        "assumed": {
            "intensity": _("intensity"),
            "speed": _("speed"),
            "duration": _("duration"),
            "resting heart rate": _("resting heart rate"),
            "threshold heart rate": _("threshold heart rate"),
        },
    }


def names(what: str) -> dict[str, str]:
    """What things of a kind are called: "sport", "field", "method", "status", "kind" …"""
    return _named(language())[what]


def sport(name: str) -> str:
    """What a sport is called."""
    return names("sport").get(name, name)


def field(name: str) -> str:
    """What a field of a session is called, with its unit."""
    return names("field").get(name, name.replace("_", " "))


def threshold(name: str) -> str:
    """What a threshold is called, with its unit."""
    return names("threshold").get(name, name)


def method(name: str) -> str:
    """How a session's load came about."""
    return names("method").get(name, name)


def day(date: dt.date, form: str = "medium") -> str:
    """A date as people write it; ``form`` is Babel's."""
    return format_date(date, form, locale=language())


def weekdays() -> list[str]:
    """Monday to Sunday, short."""
    monday = dt.date(2024, 1, 1)
    return [day(monday + dt.timedelta(days=n), "ccc") for n in range(7)]


def remark(note: Note) -> str:
    """A remark about a file or a log, as Markdown."""
    return _(note.template, **_filled(note, as_is))


def plain(note: Note) -> str:
    """The same as plain text, for cells of a table."""
    return _(note.template, **_filled(note, str))


def _filled(note: Note, written: Callable[[str], str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in note.values.items():
        if isinstance(value, dt.date):
            values[name] = day(value)
        elif name == "sport":
            values[name] = sport(str(value)).lower()
        elif name == "kind":
            values[name] = names("kind").get(str(value), value)
        else:
            values[name] = written(value) if isinstance(value, str) else value
    return values


def duration(seconds: float | None) -> str:
    """ "1:30 h" or "45 min"."""
    if not seconds or seconds != seconds:
        return DASH
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h" if minutes >= 60 else f"{minutes} min"


def imperial() -> bool:
    """Whether the visitor reads miles."""
    return st.session_state.get("plan units") == "imperial"


def unit_m() -> float:
    """How many metres the visitor's unit of distance has."""
    return 1609.344 if imperial() else 1000.0


def unit() -> str:
    """What the visitor's unit of distance is called."""
    return _("Miles") if imperial() else _("Kilometres")


def distance(metres: float | None) -> str:
    """ "8.4 km" or "5.2 mi"."""
    if not metres or metres != metres:
        return DASH
    return f"{metres / unit_m():.1f} {'mi' if imperial() else 'km'}"


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number with a real minus and its unit; a dash where it is not defined."""
    if value is None or value != value:
        return DASH
    text = f"{value:.{digits}f}".replace("-", "−")
    return f"{text} {unit}" if unit else text


def named(session: Session) -> str:
    """A session in a few words, for labels: its day and title, or its sport without one."""
    return f"{day(session.date, 'MMM d')} {session.title[:40] or sport(session.sport)}"


def how(names: Iterable[str]) -> None:
    """A button that opens formula, unit, source and limits of figures."""
    with st.popover(_("How"), type="tertiary", icon=":material/function:"):
        for name in names:
            formula = FORMULAS[name]
            st.markdown(f"**{figure(name)}**")
            st.code(_(formula.formula), language=None, wrap_lines=True)
            lines = [
                _("Unit: {unit}", unit=as_is(_(formula.unit))),
                # Citations stay as they were published; the catalogue has the other sources.
                _("Source: {source}", source=as_is(_(formula.source))),
            ]
            st.caption("  \n".join([*lines, as_is(_(formula.limits)) if formula.limits else ""]))


def figure(name: str) -> str:
    """What a figure is called: the field's name first, the plain word second."""
    return {
        "ctl": _("Fitness (CTL)"),
        "atl": _("Fatigue (ATL)"),
        "tsb": _("Form (TSB)"),
        "ramp": _("Ramp"),
        "monotony": _("Monotony"),
        "strain": _("Strain"),
        "acwr_coupled": _("ACWR coupled"),
        "acwr_uncoupled": _("ACWR uncoupled"),
        "acwr_ewma": _("ACWR EWMA"),
        "spike": _("Longest session against 30 days"),
        "polarisation_index": _("Polarisation index"),
        "compliance": _("Planned against done"),
        "critical_power": _("Critical power"),
        "critical_speed": _("Critical speed"),
        "zones": _("Training zones"),
        "w_balance": _("W′ left"),
        "trimp_banister": _("TRIMP (Banister)"),
        "trimp_edwards": _("TRIMP (Edwards)"),
        "trimp_lucia": _("TRIMP (Lucía)"),
        "banister": _("Banister's model"),
        "wellness": _("Usual range of a measure"),
        "estimate": _("Estimate of the attention model"),
        "baseline": _("Baseline"),
        "attention": _("Attention"),
        "effect": _("Effect of leaving out"),
        "agreement": _("Agreement of the two"),
        "proposal": _("Order of the proposals"),
    }.get(name) or _("Load by {method}", method=method(name))


def wellness(name: str) -> str:
    """What a measure of wellness is called, with its unit; scores are as the file has them."""
    return {
        "hrv_rmssd_ms": _("HRV (rMSSD, ms)"),
        "heart_rate_rest_bpm": _("Resting heart rate (bpm)"),
        "sleep_h": _("Sleep (h)"),
        "sleep_quality": _("Sleep quality"),
        "fatigue": _("Fatigue, as felt"),
        "soreness": _("Soreness"),
        "stress": _("Stress"),
        "mood": _("Mood"),
        "readiness": _("Readiness"),
        "weight_kg": _("Weight (kg)"),
    }[name]
