"""How much of the work above critical power was left at each moment of a ride."""

from __future__ import annotations

import streamlit as st

from data.plans.log import Session, TrainingLog
from pages.components.language import _
from pages.components.plan import charts, files, state, words
from pages.components.studio import as_is
from pipeline.plans.performance import Critical
from pipeline.plans.ride import power_of, w_balance_table
from pipeline.training_plan import Analysis

MOST = 60
"""The latest rides to choose among."""


def show(log: TrainingLog, analysis: Analysis) -> None:
    """An expander, where critical power is known and a ride of these files has a power meter."""
    held = st.session_state.get("plan files")
    rides = [s for s in log.of(analysis.athlete).sessions if s.power_s and s.start is not None]
    if analysis.critical_power is None or not held or not rides:
        return
    with st.expander(_("W′ left during a ride"), key="plan rides"):
        balance(rides[: -MOST - 1 : -1], analysis.critical_power, held)


def balance(rides: list[Session], critical: Critical, held: list[tuple[str, bytes]]) -> None:
    """A ride to choose, and its power above W′ left."""
    n = st.selectbox(
        _("Ride"),
        range(len(rides)),
        format_func=lambda n: words.named(rides[n]),
        key="plan ride",
    )
    ride = rides[n]
    power = state.kept(
        f"ride {ride.source} {ride.start}", lambda: power_of(ride, held, files.options())
    )
    if power is None:
        st.caption(_("The power of each second is no longer at hand. Choose the files again."))
        return
    table = w_balance_table(power, critical)
    low = table.loc[table["left_kj"].idxmin()]
    st.markdown(
        _(
            "**{session}**: at least {low} of {all} kJ were left, after {minutes} min.",
            session=as_is(words.named(ride)),
            low=words.number(low["left_kj"], 1),
            all=words.number(critical.reserve / 1000, 1),
            minutes=words.number(low["minutes"]),
        )
    )
    st.altair_chart(
        charts.w_balance(table),
        key="plan ride chart",
        alt=_("Power of a ride as an area and the W′ left as a line, minute by minute"),
    )
    words.how(["w_balance", "critical_power"])
