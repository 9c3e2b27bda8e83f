"""What every view has around it: the sidebar with views, language, device and queue."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import workspaces
from pages.components.language import LANGUAGES, _, language
from pages.components.studio import queue_line


def keep_language() -> None:
    """Write the choice into the address, so that a reload and a shared link keep it."""
    st.query_params["lang"] = st.session_state.language


def front() -> None:
    """``/`` leads to the first view, which thus has an address of its own."""
    st.switch_page(VIEWS[0], query_params=st.query_params.to_dict())


COMPONENTS = Path(__file__).parent / "components"
# A file: the browser would fetch a Material symbol from Google, which an offline studio must not.
st.set_page_config(page_title="TrainSight", page_icon=COMPONENTS / "icon.svg", layout="wide")
st.html(COMPONENTS / "style.css")
# Browsers pick the glyphs of Chinese characters, screen readers the voice, by this.
st.html(
    f"<script>document.documentElement.lang = '{language().replace('_', '-')}'</script>",
    unsafe_allow_javascript=True,
)

VIEWS = [
    st.Page("generate.py", title=_("Generate"), url_path="generate", icon=":material/draw:"),
    st.Page(
        "variations.py", title=_("Variations"), url_path="variations", icon=":material/grid_view:"
    ),
    st.Page(
        "super_resolution.py",
        title=_("Super-resolution"),
        url_path="super-resolution",
        icon=":material/photo_size_select_large:",
    ),
    st.Page(
        "movement.py", title=_("Movement"), url_path="movement", icon=":material/accessibility_new:"
    ),
    st.Page(
        "training_plan.py",
        title=_("Training plan"),
        url_path="plan",
        icon=":material/calendar_month:",
    ),
    st.Page("gallery.py", title=_("Gallery"), url_path="gallery", icon=":material/photo_library:"),
]
view = st.navigation([st.Page(front, default=True, visibility="hidden"), *VIEWS])

with st.sidebar:
    st.segmented_control(
        # In both languages, because who needs it may not read the other.
        "Language · 语言",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        required=True,
        on_change=keep_language,
    )
    workspaces.choose()
    queue_line()
    st.caption(_("Light or dark: in the menu at the top right."))

view.run()
