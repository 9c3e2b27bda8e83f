"""Words in the visitor's language: gettext catalogues, read as text when first needed.

A sentence in the code is its own message id, so English needs no catalogue of sentences. Chinese
has them in ``studio.po`` and in one file for each further view (``movement.po`` …), read as one.
Both languages have a catalogue that says what the values of the attribute vocabulary are called
(``vocabulary.po``). Babel compiles them in memory, so nothing compiled is committed or goes stale.
"""

from __future__ import annotations

import functools
import gettext
import io
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: dict[str, str] = {"en": "English", "zh_CN": "中文"}
"""Locale → its name in its own words."""

LOCALES = Path(__file__).parents[2] / "locales"
SENTENCES, VOCABULARY = "sentences", "vocabulary"


def files(locale: str, domain: str) -> list[Path]:
    """The files of a catalogue: ``vocabulary.po``, or, for the sentences, all others."""
    found = sorted((LOCALES / locale / "LC_MESSAGES").glob("*.po"))
    return [path for path in found if (path.stem == VOCABULARY) == (domain == VOCABULARY)]


@functools.cache
def catalogue(locale: str, domain: str) -> gettext.NullTranslations:
    """The compiled catalogue ``domain`` of ``locale``; one that changes nothing where none is."""
    paths = files(locale, domain)
    if not paths:
        return gettext.NullTranslations()
    messages = read_all(paths, locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_all(paths: list[Path], locale: str) -> Catalog:
    """The messages of several files as one catalogue."""
    messages = Catalog(locale)
    for path in paths:
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id:
                    messages[message.id] = message
    return messages


def language() -> str:
    """The session's language: as chosen, else as the address says, else as the browser asks.

    The choice in the sidebar may come back empty: Streamlit tells a browser only once which value
    a widget was given, and forgets that when another run breaks this one off before it was sent.
    """
    if st.session_state.get("language") is None:
        asked = st.query_params.get("lang") or st.context.locale or "en"
        st.session_state.language = "zh_CN" if asked.lower().startswith("zh") else "en"
    return st.session_state.language


def _(message: str, **values: object) -> str:
    """``message`` in the session's language, its ``{fields}`` filled with ``values``."""
    text = catalogue(language(), SENTENCES).gettext(message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, n: int) -> str:
    """``one`` or ``many`` in the session's language, as ``n`` needs it; ``{n}`` is filled in."""
    return catalogue(language(), SENTENCES).ngettext(one, many, n).format(n=n)


def term(attribute: str, value: str, locale: str | None = None) -> str:
    """What a value of the vocabulary is called: ("venue", "gym") → "gym" or "健身房".

    The attributes' own names are values of the attribute ``"attribute"``. The language is the
    session's unless ``locale`` names another.
    """
    return catalogue(locale or language(), VOCABULARY).pgettext(attribute, value)


def named(attributes: Mapping[str, str]) -> str:
    """Attributes and their values in words: "top colour: red, venue: gym"."""
    pairs = (
        _("{attribute}: {value}", attribute=term("attribute", name), value=term(name, value))
        for name, value in attributes.items()
    )
    return _(", ").join(pairs)
