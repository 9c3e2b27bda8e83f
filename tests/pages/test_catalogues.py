"""Every sentence of the pages, and every error that they pass on, is there in both languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

import pipeline.errors
from data.scenes.scene import VOCABULARY
from pages.components.language import LANGUAGES, SENTENCES, files, read_all
from pages.components.language import VOCABULARY as TERMS
from pipeline.plans.formulas import FORMULAS

ROOT = Path(__file__).parents[2]
ERRORS = [name for name, _ in inspect.getmembers(pipeline.errors, inspect.isclass)]

ENGLISH_ALONE = (
    # The command line.
    "__main__.py",
    "*_command.py",
)
"""Files whose sentences nobody meets on a page."""


CITATION = re.compile(r"(19|20)\d\d|\bed\.|TrainingPeaks")
"""Sources are named as they were published."""


def read(locale: str, domain: str) -> Catalog:
    return read_all(files(locale, domain), locale)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def strings(message: Message) -> tuple[str, ...]:
    """The translation, or all of its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def in_code() -> set[str | tuple[str, ...]]:
    """The sentences that the code asks translations for; errors are named by their class."""
    keywords = DEFAULT_KEYWORDS | dict.fromkeys((*ERRORS, "note", "Note"), None)
    formulas = {
        text
        for f in FORMULAS.values()
        for text in (f.formula, f.unit, f.limits, f.source)
        if text and not CITATION.search(text)
    }
    return formulas | {
        message
        for folder in ("pages", "pipeline", "data")
        for file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, keywords=keywords
        )
        if not any(fnmatch(file, pattern) for pattern in ENGLISH_ALONE)
    }


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)", text))


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read("zh_CN", SENTENCES)


def test_every_sentence_is_translated(chinese: Catalog) -> None:
    translated = {message.id for message in messages(chinese) if all(strings(message))}
    assert sorted(in_code() - translated, key=str) == []


def test_no_translation_is_left_over(chinese: Catalog) -> None:
    assert sorted({message.id for message in messages(chinese)} - in_code(), key=str) == []


def test_translations_keep_the_fields(chinese: Catalog) -> None:
    for message in messages(chinese):
        english = message.id if isinstance(message.id, str) else message.id[-1]
        assert {frozenset(fields(text)) for text in strings(message)} == {
            frozenset(fields(english))
        }


def test_chinese_has_its_own_punctuation(chinese: Catalog) -> None:
    assert not [
        text for m in messages(chinese) for text in strings(m) if re.search("[,;?()]", text)
    ]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_value_of_the_vocabulary_has_a_name(locale: str) -> None:
    asked = {(name, value) for name, values in VOCABULARY.items() for value in values}
    asked |= {("attribute", name) for name in VOCABULARY}
    named = {(m.context, m.id) for m in messages(read(locale, TERMS)) if m.string}
    assert named == asked


@pytest.mark.parametrize("locale", LANGUAGES)
def test_names_tell_the_values_of_an_attribute_apart(locale: str) -> None:
    names = [(m.context, m.string) for m in messages(read(locale, TERMS))]
    twice = {name for name in names if names.count(name) > 1 and name[0] != "phase"}
    assert not twice
