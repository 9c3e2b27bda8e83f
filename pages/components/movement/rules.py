"""The rules of what to train, as a table that the coach changes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import streamlit as st

import pipeline
from pages.components import workspaces
from pages.components.language import _
from pages.components.movement.words import heading, said, unit
from pages.components.studio import sentence


def editor() -> None:
    """All rules, folded away: on or off, from which limit on, and what is said then."""
    changes = pipeline.rule_changes(workspaces.current())
    title, some = _("The rules, and yours"), _("some are changed")
    opened = st.expander(
        f"{title} · {some}" if changes else title,
        key="rules",
        icon=":material/rule:",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        st.caption(
            _(
                "Change a limit or the words, or switch a rule off. Your rules are kept in this "
                "workspace and apply to every recording in it; sources are those of the studio's."
            )
        )
        limits, words = limits_table(changes), words_table(changes)
        heading(_("When a rule applies"))
        st.caption(
            _(
                "The first limit of a rule that is passed is told; what was measured comes before "
                "what the model thinks."
            )
        )
        set_limits = st.data_editor(
            limits,
            key=f"rule limits {len(changes)}",
            hide_index=True,
            disabled=["title", "mark", "unit"],
            column_order=["title", "mark", "limit", "unit"],
            column_config={
                "title": st.column_config.TextColumn(_("Rule"), width=150),
                "mark": st.column_config.TextColumn(_("Stands out"), width=300),
                "limit": st.column_config.NumberColumn(
                    _("Limit"), min_value=0.1, max_value=1000.0, width=80, format="%.4g"
                ),
                "unit": st.column_config.TextColumn(_("Unit"), width=100),
            },
            height="content",
            width="stretch",
        )
        heading(_("What is said then"))
        set_words = st.data_editor(
            words,
            key=f"rule words {len(changes)}",
            hide_index=True,
            disabled=["title", "source"],
            column_order=["on", "title", "training", "cue", "source"],
            column_config={
                "on": st.column_config.CheckboxColumn(_("On"), width=50),
                "title": st.column_config.TextColumn(_("Rule"), width=110),
                "training": st.column_config.TextColumn(_("Training"), max_chars=600, width=260),
                "cue": st.column_config.TextColumn(_("To the athlete"), max_chars=600, width=190),
                "source": st.column_config.TextColumn(_("Source"), width=150),
            },
            row_height=100,
            height="content",
            width="stretch",
        )
        with st.container(horizontal=True):
            if st.button(_("Use these"), type="primary", key="use rules", icon=":material/check:"):
                keep(read_back(set_limits, limits, set_words, words, changes))
            if changes and st.button(
                _("Back to the studio's"), key="drop rules", icon=":material/undo:"
            ):
                keep({})


def keep(changes: dict[str, pipeline.Change]) -> None:
    try:
        pipeline.keep_rule_changes(changes, workspaces.current())
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        return
    st.rerun()


def limits_table(changes: dict[str, pipeline.Change]) -> pd.DataFrame:
    """A row a limit, in the visitor's language."""
    rows = []
    for rule in pipeline.RULES:
        own = changes.get(rule.name, pipeline.Change()).limits
        rows += [
            {
                "rule": rule.name,
                "name": mark.name,
                "title": said(rule.title),
                "mark": said(mark.title),
                "limit": float(own.get(mark.name, mark.limit)),
                "unit": unit(mark.unit),
            }
            for mark in rule.marks
        ]
    return pd.DataFrame(rows)


def words_table(changes: dict[str, pipeline.Change]) -> pd.DataFrame:
    """A row a rule: on or off, and what is said, in the visitor's language."""
    rows = []
    for rule in pipeline.RULES:
        change = changes.get(rule.name, pipeline.Change())
        rows.append(
            {
                "name": rule.name,
                "on": change.on,
                "title": said(rule.title),
                "training": change.training or said(rule.training),
                "cue": change.cue or said(rule.cue),
                "source": rule.source,
            }
        )
    return pd.DataFrame(rows)


def read_back(
    limits: pd.DataFrame,
    limits_shown: pd.DataFrame,
    words: pd.DataFrame,
    words_shown: pd.DataFrame,
    before: dict[str, pipeline.Change],
) -> dict[str, pipeline.Change]:
    """Changes by the rules' names: what was typed, and what had been changed before.

    A cell that was left alone stays what it was, so that the studio's words stay translated; an
    emptied one is the studio's again.
    """
    own: dict[str, dict[str, float]] = {}
    for now, then in _pairs(limits, limits_shown):
        kept = before.get(then["rule"], pipeline.Change()).limits.get(then["name"])
        limit = kept if now["limit"] == then["limit"] else now["limit"]
        if limit is not None and not pd.isna(limit):
            own.setdefault(then["rule"], {})[then["name"]] = float(limit)
    found = {}
    for now, then in _pairs(words, words_shown):
        change = before.get(then["name"], pipeline.Change())
        said_now = {
            field: getattr(change, field)
            if now[field] == then[field]
            else None
            if pd.isna(now[field]) or not now[field]
            else now[field]
            for field in ("training", "cue")
        }
        found[then["name"]] = pipeline.Change(
            on=bool(now["on"]), limits=own.get(then["name"], {}), **said_now
        )
    return found


def _pairs(now: pd.DataFrame, then: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    for (_at, row), (_same, before) in zip(now.iterrows(), then.iterrows(), strict=True):
        yield row, before
