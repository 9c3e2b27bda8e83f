"""How the athlete was: one measure a day with its week's mean and its usual range."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from data.plans.log import Wellness
from pages.components.language import _
from pages.components.plan import charts, words
from pipeline.plans.wellness import course, measured, standing

DIGITS = {"sleep_h": 1, "weight_kg": 1}
"""Decimals where scores and beats have none."""


def show(days: Sequence[Wellness]) -> None:
    """A measure to choose and its chart; nothing where none was measured on two days."""
    names = measured(days)
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        title = _("How the athlete was")
        st.markdown(f"**{title}**")
        words.how(["wellness"])
    # Without a choice there is nothing to choose: one measure stands as it is.
    name = names[0]
    if len(names) > 1:
        name = st.pills(
            _("Measure"),
            names,
            default=names[0],
            required=True,
            format_func=words.wellness,
            key="plan wellness",
            label_visibility="collapsed",
        )
    found = course(days, name)
    st.altair_chart(
        charts.wellness(found, words.wellness(name)),
        key="plan wellness chart",
        alt=_("Each day as a dot, the mean of seven days as a line, the usual range as a band"),
    )
    last, digits = found.iloc[-1], DIGITS.get(name, 0)
    known = {"measure": words.wellness(name)}
    known |= {n: words.number(last[n], digits) for n in ("week", "low", "high")}
    st.caption(
        {
            None: _("Too few days yet to say what is usual for this athlete."),
            "within": _(
                "{measure}: {week} over 7 days, within the usual {low} to {high}.", **known
            ),
            "below": _("{measure}: {week} over 7 days, below the usual {low} to {high}.", **known),
            "above": _("{measure}: {week} over 7 days, above the usual {low} to {high}.", **known),
        }[standing(found)]
    )
