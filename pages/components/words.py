"""Cell 2: which words were understood as what, which were not, and what that leaves open."""

from __future__ import annotations

from html import escape

import streamlit as st

import pipeline
from pages.components import ask
from pages.components.language import term
from pages.components.studio import sentence


def show(understanding: pipeline.Understanding) -> None:
    """The sentence with its understood words marked, what each was understood as, and the rest."""
    st.html(marked(understanding))
    items = (
        f"<li><b>{escape(word.text)}</b> {escape(meaning(word))}</li>"
        for word in understanding.words
        if word.attribute
    )
    st.html(f'<ul class="meanings">{"".join(items)}</ul>')


def marked(understanding: pipeline.Understanding) -> str:
    """The sentence as HTML: understood words marked, the others quiet."""
    parts, end = [], 0
    for word in understanding.words:
        parts += [escape(understanding.text[end : word.start]), f"<mark>{escape(word.text)}</mark>"]
        end = word.stop
    parts.append(escape(understanding.text[end:]))
    return f'<p class="sentence">{"".join(parts)}</p>'


def outside(error: pipeline.OutsideDomainError) -> None:
    """What the models were never shown, and the nearest things that they can draw."""
    st.warning(sentence(error), icon=":material/help:")
    with st.container(horizontal=True):
        for action in error.nearest:
            st.button(
                term("action", action),
                key=f"nearest {action}",
                on_click=ask.start,
                kwargs={"prompt": term("action", action)},
            )


def meaning(word: pipeline.Word) -> str:
    """What a word was understood as: "venue: gym"."""
    return f"{term('attribute', word.attribute)}: {term(word.attribute, word.value)}"
