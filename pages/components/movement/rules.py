"""The rules of what to train, as a table that the coach changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import pipeline
from pages.components import workspaces
from pages.components.language import _
from pages.components.movement.words import said, unit
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
        shown = table(changes)
        edited = st.data_editor(
            shown,
            key=f"rules {len(changes)}",
            hide_index=True,
            disabled=["rule", "unit", "source"],
            column_order=["on", "rule", "limit", "unit", "training", "cue", "source"],
            column_config={
                "on": st.column_config.CheckboxColumn(_("On")),
                "rule": _("Rule"),
                "limit": st.column_config.NumberColumn(_("Limit"), min_value=0.1, max_value=1000.0),
                "unit": _("Unit"),
                "training": st.column_config.TextColumn(_("Training"), max_chars=600),
                "cue": st.column_config.TextColumn(_("To the athlete"), max_chars=600),
                "source": _("Source"),
            },
            width="stretch",
        )
        with st.container(horizontal=True):
            if st.button(_("Use these"), type="primary", key="use rules", icon=":material/check:"):
                keep(read_back(edited, shown, changes))
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


def table(changes: dict[str, pipeline.Change]) -> pd.DataFrame:
    """A row a rule, in the visitor's language."""
    rows = []
    for rule in pipeline.RULES:
        change = changes.get(rule.name, pipeline.Change())
        rows.append(
            {
                "name": rule.name,
                "on": change.on,
                "rule": said(rule.title),
                "limit": rule.limit if change.limit is None else change.limit,
                "unit": unit(rule.unit),
                "training": change.training or said(rule.training),
                "cue": change.cue or said(rule.cue),
                "source": rule.source,
            }
        )
    return pd.DataFrame(rows).astype({"limit": float})


def read_back(
    edited: pd.DataFrame, shown: pd.DataFrame, before: dict[str, pipeline.Change]
) -> dict[str, pipeline.Change]:
    """Changes by the rules' names: what was typed, and what had been changed before.

    A cell that was left alone stays what it was, so that the studio's words stay translated.
    """
    found = {}
    for (_at, now), (_same, then) in zip(edited.iterrows(), shown.iterrows(), strict=True):
        change = before.get(then["name"], pipeline.Change())
        fields = {"on": bool(now["on"])}
        for name in ("limit", "training", "cue"):
            kept = getattr(change, name)
            same = now[name] == then[name] or (pd.isna(now[name]) and pd.isna(then[name]))
            empty = pd.isna(now[name]) or now[name] == ""
            fields[name] = kept if same else None if empty else now[name]
        if fields["limit"] is not None:
            fields["limit"] = float(fields["limit"])
        found[then["name"]] = pipeline.Change(**fields)
    return found
