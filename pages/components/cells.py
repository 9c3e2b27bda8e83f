"""The notebook's shape: numbered cells, each of which can show the call that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st

from pages.components.language import _


@contextmanager
def cell(number: int, title: str, code: str | None = None) -> Iterator[None]:
    """A numbered cell; ``code`` is the ``pipeline`` call behind it, ready to copy."""
    with st.container(key=f"cell{number}"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.html(f'<h2 class="cell-title"><span>{number}</span>{escape(title)}</h2>')
            if code is not None:
                with st.popover(_("Code"), icon=":material/code:", type="tertiary"):
                    st.code(code, language="python", wrap_lines=True)
        yield


def to_come(titles: Sequence[str]) -> None:
    """The cells below the first, as long as there is nothing in them."""
    items = (f"<li><span>{n}</span>{escape(title)}</li>" for n, title in enumerate(titles, 2))
    st.html(f'<ul class="to-come">{"".join(items)}</ul>')
