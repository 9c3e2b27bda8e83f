"""Whose pictures are shown and kept: a workspace for each person or team, and one for everybody."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import pipeline
from pages.components.language import _

EVERYBODY = ""


def current() -> Path:
    """The folder of the session's workspace."""
    return pipeline.workspace(st.session_state.get("kept in", EVERYBODY))


def choose() -> None:
    """The choice in the sidebar, kept in the address; a new name makes a new workspace."""
    form = st.session_state
    if "kept in" not in form:
        form.setdefault("workspace", st.query_params.get("workspace", EVERYBODY))
        _keep()
    everybody = _("Everybody")
    names = {EVERYBODY: None, **dict.fromkeys(pipeline.workspaces()), form["kept in"]: None}
    st.selectbox(
        _("Workspace"),
        list(names),
        format_func=lambda name: name or everybody,
        key="workspace",
        accept_new_options=True,
        help=_("Where finished pictures are kept. Type a person's or a team's name for a new one."),
        on_change=_keep,
    )
    if trouble := form.get("workspace trouble"):
        from pages.components.studio import sentence  # which needs us to know where to keep

        st.error(sentence(trouble), icon=":material/error:")


def _keep() -> None:
    """Take the choice over if it is a name, else go on with the one before."""
    form = st.session_state
    form["workspace trouble"] = None
    try:
        name = (form.workspace or EVERYBODY).strip()
        pipeline.workspace(name)
        form["kept in"] = name
    except pipeline.StudioError as error:
        form["workspace trouble"] = error
    form.workspace = form.setdefault("kept in", EVERYBODY)
    if form.workspace:
        st.query_params["workspace"] = form.workspace
    elif "workspace" in st.query_params:
        del st.query_params["workspace"]
