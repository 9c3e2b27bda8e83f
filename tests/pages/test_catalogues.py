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
from babel.messages.pofile import read_po

import pipeline.errors
from data.scenes.scene import VOCABULARY
from pages.components.language import LANGUAGES, LOCALES, domains

ROOT = Path(__file__).parents[2]
ERRORS = [name for name, _ in inspect.getmembers(pipeline.errors, inspect.isclass)]

ENGLISH_ALONE = (
    # The command line.
    "__main__.py",
    "*_command.py",
    # What no page shows yet: to be taken off this list with the page that does.
    "training_plan.py",
    "plans/*",
    "movement*",
)
"""Files whose sentences nobody meets on a page."""


def read(locale: str, domain: str) -> Catalog:
    with (LOCALES / locale / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=locale, domain=domain)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def strings(message: Message) -> tuple[str, ...]:
    """The translation, or all of its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def in_code() -> set[str | tuple[str, ...]]:
    """The sentences that the code asks translations for; errors are named by their class."""
    keywords = DEFAULT_KEYWORDS | dict.fromkeys(ERRORS, None)
    return {
        message
        for folder in ("pages", "pipeline")
        for file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, keywords=keywords
        )
        if not any(fnmatch(file, pattern) for pattern in ENGLISH_ALONE)
    }


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)", text))


@pytest.fixture(scope="module")
def catalogues() -> list[Catalog]:
    return [read("zh_CN", domain) for domain in domains("zh_CN")]


@pytest.fixture(scope="module")
def chinese(catalogues: list[Catalog]) -> list[Message]:
    return [message for catalogue in catalogues for message in messages(catalogue)]


def test_every_sentence_is_translated(chinese: list[Message]) -> None:
    translated = {message.id for message in chinese if all(strings(message))}
    assert sorted(in_code() - translated, key=str) == []


def test_no_translation_is_left_over(chinese: list[Message], catalogues: list[Catalog]) -> None:
    assert sorted({message.id for message in chinese} - in_code(), key=str) == []
    assert not any(catalogue.obsolete for catalogue in catalogues)


def test_nothing_is_translated_twice(chinese: list[Message]) -> None:
    ids = [message.id for message in chinese]
    assert [id_ for id_ in ids if ids.count(id_) > 1] == []


def test_translations_keep_the_fields(chinese: list[Message]) -> None:
    for message in chinese:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        assert {frozenset(fields(text)) for text in strings(message)} == {
            frozenset(fields(english))
        }


def test_chinese_has_its_own_punctuation(chinese: list[Message]) -> None:
    assert not [text for m in chinese for text in strings(m) if re.search("[,;?()]", text)]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_value_of_the_vocabulary_has_a_name(locale: str) -> None:
    asked = {(name, value) for name, values in VOCABULARY.items() for value in values}
    asked |= {("attribute", name) for name in VOCABULARY}
    named = {(m.context, m.id) for m in messages(read(locale, "vocabulary")) if m.string}
    assert named == asked


@pytest.mark.parametrize("locale", LANGUAGES)
def test_names_tell_the_values_of_an_attribute_apart(locale: str) -> None:
    names = [(m.context, m.string) for m in messages(read(locale, "vocabulary"))]
    twice = {name for name in names if names.count(name) > 1 and name[0] != "phase"}
    assert not twice
