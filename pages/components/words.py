"""Cell 2: which words were understood as what, which changed nothing, and what was left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

import pipeline
from pages.components import ask, model
from pages.components.language import _, named, term
from pages.components.studio import as_is, sentence

SURE = 0.8
"""From this probability on a meaning is shown without it."""


def show(
    understanding: pipeline.Understanding, seed: int, fixed: Mapping[str, str] | None = None
) -> None:
    """The sentence with its understood words marked, what each means, and what ``seed`` added.

    What is ``fixed`` needed no word and was not left to the seed.
    """
    st.html(marked(understanding))
    meanings = (
        f"<li><b>{escape(word.text)}</b> {escape(meaning(word, understanding.probabilities))}</li>"
        for word in once(understanding.words)
    )
    st.html(f'<ul class="meanings">{"".join(meanings)}</ul>')
    if not understanding.words and understanding.attributes:
        st.caption(
            _(
                "No single word decides it, but the sentence as a whole is read as: {values}.",
                values=named(understanding.attributes),
            )
        )
    elif not understanding.words:
        st.caption(_("No word of this changed the picture; all of it is left to chance."))
    elif understanding.ignored:
        st.caption(
            _("Underlined words decide what is drawn; leaving out a grey one changes nothing.")
        )
    if understanding.unread:
        st.caption(_("The sentence is longer than what is read; the struck-out end was not."))
    for colour in pipeline.named_colours(word.text for word in understanding.ignored):
        st.caption(
            _(
                "What should be {colour}? Name it, for example “a {colour} shirt”.",
                colour=as_is(colour),
            )
        )
    mended(understanding.meant)
    stated = understanding.attributes | dict(fixed or {})
    chosen = {n: v for n, v in pipeline.complete(stated, seed).items() if n not in stated}
    if chosen:
        st.caption(_("Not said, so seed {seed} chose: {values}.", seed=seed, values=named(chosen)))


def once(words: Sequence[pipeline.Word]) -> list[pipeline.Word]:
    """The words, of those that say the same again the first alone; what only holds back last."""
    first: dict[tuple[object, ...], pipeline.Word] = {}
    for word in words:
        first.setdefault((word.text.casefold(), word.attribute, word.value, word.also), word)
    return sorted(first.values(), key=lambda word: not word.attribute)


def mended(meant: str) -> None:
    """Offer the sentence without its slips of the pen, if there are any."""
    if meant:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("Did you mean “{sentence}”?", sentence=as_is(meant)))
            st.button(
                _("Draw that"),
                key="mended",
                icon=":material/spellcheck:",
                on_click=ask.start,
                kwargs={"prompt": meant},
            )


def marked(understanding: pipeline.Understanding) -> str:
    """The sentence as HTML: understood words marked, the others quiet, what was not read struck."""
    text, unread = understanding.text, understanding.unread
    parts, end = [], 0
    for word in understanding.words:
        parts += [escape(text[end : word.start]), f"<mark>{escape(word.text)}</mark>"]
        end = word.stop
    parts += [escape(text[end : len(text) - len(unread)]), f"<s>{escape(unread)}</s>"]
    return f'<p class="sentence">{"".join(parts)}</p>'


def meaning(word: pipeline.Word, probabilities: Mapping[str, float]) -> str:
    """What a word was understood as, and how surely if that is in doubt."""
    if not word.attribute:
        return _("without it more would be read into the rest")
    said = named({word.attribute: word.value} | dict(word.also))
    probability = probabilities[word.attribute]
    if probability < SURE:
        said += " " + _("({percent} % sure)", percent=round(100 * probability))
    return said


def outside(error: pipeline.OutsideDomainError) -> None:
    """What the models were never shown, and the nearest things that they can draw."""
    st.warning(sentence(error), icon=":material/help:")
    mended(error.meant)
    with st.container(horizontal=True):
        for action in error.nearest:
            st.button(
                term("action", action),
                key=f"nearest {action}",
                icon=":material/draw:",
                on_click=ask.start,
                kwargs={"prompt": term("action", action), "fixed": {}},
            )
    if not model.is_open() and pipeline.hub_installed() and model.here():
        st.caption(_("An open model may draw it: choose one under Model."))
