"""The last change to the log, and the button that takes it back."""

from __future__ import annotations

import streamlit as st

from pages.components.language import _
from pages.components.plan import state
from pages.components.studio import as_is


def undo(key: str) -> None:
    """Draw both where anything was changed; ``key`` tells the places on the page apart."""
    steps = state.steps()
    if not steps:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Last change: {what}", what=as_is(steps[-1])))
        st.button(
            _("Undo"),
            key=key,
            icon=":material/undo:",
            type="tertiary",
            on_click=state.undo,
        )
