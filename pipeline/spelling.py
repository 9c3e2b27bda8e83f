"""What may have been meant: slips of the pen, and colours that nothing has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from data.scenes.lexicon import load

SHORTEST = 4
"""Letters from which on a word is looked up; shorter ones are near to too many others."""

ALIKE = 0.87
"""Ratio of Ratcliff and Obershelp (``difflib``) from which on a known word may have been meant:
one letter of five too many or too few, one of eight another."""

TWISTED = 0.75
"""The same for words of the same letters in another order: "nigth"."""


def respelt(text: str, understood: Collection[str] = ()) -> str | None:
    """``text`` with words that are nearly in the English word lists written so; None without any.

    Words of ``understood`` stay, and so do those that begin otherwise than what they are near to.
    Chinese stays as it is: its words are chosen, not spelt.
    """
    known = english()

    def meant(found: re.Match[str]) -> str:
        word = found.group().casefold()
        if word in known or word.removesuffix("s") in known or found.group() in understood:
            return found.group()
        near = get_close_matches(word, known, 1, ALIKE)
        near += [w for w in get_close_matches(word, known, 5, TWISTED) if sorted(w) == sorted(word)]
        near = [w for w in near if w[:2] == word[:2]]
        return near[0] if near else found.group()

    respelt = re.sub(rf"\b[a-zA-Z]{{{SHORTEST},}}\b", meant, text)
    return respelt if respelt != text else None


def named_colours(words: Iterable[str]) -> list[str]:
    """Those of the words that name a colour."""
    return [word for word in words if word.casefold() in _colours()]


@cache
def english() -> dict[str, None]:
    """The words of at least four letters in the English word lists, in their order."""
    texts = " ".join(t for name in ("english", "english_actions") for t in _texts(load(name)))
    return dict.fromkeys(re.findall(rf"[a-z]{{{SHORTEST},}}", texts.casefold()))


@cache
def _colours() -> frozenset[str]:
    tables = [load(name)["colour"] for name in ("english", "chinese")]
    painted = [words for table in tables for name, words in table.items() if name != "unknown"]
    return frozenset(_texts(painted))


def _texts(entry: Any) -> Iterator[str]:
    """Every string in a table of tables and lists."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, (dict, list)):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _texts(part)
