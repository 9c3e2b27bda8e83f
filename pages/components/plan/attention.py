"""Cell 5: what the estimate of the next session draws on, and how far to believe it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from data.plans.log import Session
from pages.components.cells import cell
from pages.components.heatmap import heatmap
from pages.components.language import _
from pages.components.plan import snippets, state, words
from pages.components.studio import as_is
from pipeline.plans.attention import AGREEMENT, FEWEST_SESSIONS, Explanation
from pipeline.training_plan import Analysis

UNITS = {"load": "points", "rpe": "", "minutes": "min"}
MOST = 5


def show(analysis: Analysis) -> None:
    """Draw the cell."""
    with cell(5, _("What the next session's estimate draws on"), snippets.EXPLAIN):
        why = state.explanation(analysis.athlete)
        if why is None:
            st.caption(_("Nothing was done yet, so there is nothing to draw on."))
            return
        estimate(why)
        if why.estimates and len(why.sessions) > 1:
            maps(why)


def estimate(why: Explanation) -> None:
    """The next session's load, RPE and duration, by what has earned it on this log."""
    if why.verdict == "model":
        st.markdown(
            _(
                "**Attention model.** On {n} earlier sessions of this log it missed the load by "
                "{model} points on average, the rounded mean by {mean}.",
                n=why.tested,
                model=words.number(why.error, 1),
                mean=words.number(why.baseline_error, 1),
            )
        )
    else:
        st.markdown(f"**{_('Baseline')}** · {reason(why)}")
    names = {"load": _("Load (points)"), "rpe": "RPE", "minutes": _("Minutes")}
    with st.container(horizontal=True, key="plan-estimates"):
        for name, value in why.baseline.items():
            if why.verdict == "model" and name in why.estimates:
                found = why.estimates[name]
                text = words.number(found.middle, 1 if name == "rpe" else 0)
                span = _(
                    "8 of 10 from {low} to {high}",
                    low=words.number(found.low, 1 if name == "rpe" else 0),
                    high=words.number(found.high, 1 if name == "rpe" else 0),
                )
            else:
                text, span = words.number(value, 0), _("mean of the last sessions, rounded")
            with st.container(width=200, gap=None):
                st.metric(_("Next session: {what}", what=names[name]), text)
                st.caption(span)
    words.how(["estimate", "baseline"])


def reason(why: Explanation) -> str:
    """Why the mean is used."""
    if why.reason == "missing":
        return _("The attention model's weights are missing, so the mean of the sessions is used.")
    if why.reason == "few":
        return _(
            "Under {n} sessions there is too little to test the attention model on, so the rounded "
            "mean of the last sessions is used.",
            n=FEWEST_SESSIONS,
        )
    return _(
        "On {n} earlier sessions of this log the attention model missed the load by {model} points "
        "on average and the rounded mean by {mean}, so the mean is used.",
        n=why.tested,
        model=words.number(why.error, 1),
        mean=words.number(why.baseline_error, 1),
    )


def maps(why: Explanation) -> None:
    """The two heatmaps, the one to be believed first, and the sessions behind the picked row."""
    if why.agreement is None:
        st.caption(_("Too few sessions to compare attention with leaving sessions out."))
    elif why.leads == "attention":
        st.markdown(
            _(
                "Attention and leaving sessions out agree: rank correlation ρ = {rho}. Attention "
                "stands first.",
                rho=words.number(why.agreement, 2),
            )
        )
    else:
        st.markdown(
            _(
                "Leaving sessions out stands first: attention agrees with it only by ρ = {rho} "
                "(under {limit}), and where the model looks is then not what changes its estimate.",
                rho=words.number(why.agreement, 2),
                limit=AGREEMENT,
            )
        )
    if why.verdict == "baseline":
        st.caption(_("The maps show the model all the same, though its estimate is not used."))
    order = ("attention", "effect") if why.leads == "attention" else ("effect", "attention")
    names = {"attention": _("Attention"), "effect": _("Effect of leaving out")}
    which = st.segmented_control(
        _("What the map shows"),
        order,
        default=order[0],
        required=True,
        format_func=names.__getitem__,
        key=f"plan map {order[0]}",
        label_visibility="collapsed",
    )
    columns = [words.named(s) for s in why.sessions]
    rows = [*columns, _("Next session")]
    last = len(why.sessions)
    if which == "attention":
        picked = heatmap(
            why.attention,
            rows=rows,
            columns=columns,
            label=_("Attention of each session's estimate to the sessions before it"),
            key="plan attention map",
            row_title=_("Session estimated"),
            column_title=_("Session looked at"),
            digits=2,
            start=(last, last - 1),
        )
    else:
        picked = heatmap(
            why.effect,
            rows=rows,
            columns=columns,
            label=_("Points by which each estimate changes because of each session before it"),
            key="plan effect map",
            signed=True,
            row_title=_("Session estimated"),
            column_title=_("Session left out"),
            unit=_("points"),
            digits=1,
            start=(last, last - 1),
        )
    st.caption(
        _(
            "Each row is one estimate, made on the day before from the sessions to its left. Days "
            "of rest are read too but not drawn. The model used these sessions; it does not know "
            "causes."
        )
    )
    row, column = picked or (last, last - 1)
    drawn_on(why, row, column)
    with st.container(horizontal=True):
        words.how(["attention", "effect", "agreement"])


def drawn_on(why: Explanation, row: int, column: int) -> None:
    """The picked estimate: the sessions that it draws on most, and the picked session itself."""
    st.markdown(
        "**"
        + (
            _("The next session draws most on")
            if row == len(why.sessions)
            else _("{session} draws most on", session=as_is(words.named(why.sessions[row])))
        )
        + "**"
    )
    effect, attention = why.effect[row], why.attention[row]
    known = np.flatnonzero(np.isfinite(effect))
    if not len(known):
        st.caption(_("No session stands before it here."))
        return
    by = np.abs(effect) if why.leads == "effect" else attention
    first = known[np.argsort(-by[known])][:MOST]
    if column in known and column not in first:
        first = np.append(first, column)
    table = {
        _("Session"): [words.named(why.sessions[n]) for n in first],
        _("Effect (points)"): [round(float(effect[n]), 1) for n in first],
        _("Attention"): [round(float(attention[n]), 3) for n in first],
        _("Duration"): [words.duration(why.sessions[n].duration_s) for n in first],
        _("Distance"): [words.distance(why.sessions[n].distance_m) for n in first],
        "RPE": [words.number(why.sessions[n].rpe, 1) for n in first],
    }
    st.dataframe(table, hide_index=True)
    picked = why.sessions[column]
    if text := _text(picked):
        st.caption(f"{as_is(words.named(picked))}: {as_is(text)}")


def _text(session: Session) -> str:
    return " · ".join(filter(None, (session.title, session.text)))[:400]
