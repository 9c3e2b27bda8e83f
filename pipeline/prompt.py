"""What is asked, checked before anything is computed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pipeline.errors import PromptError

MAX_CHARACTERS = 500

MARKUP = re.compile(r"</?[a-zA-Z!][^<>]*>|!?\[[^\]]*\]\([^)]*\)|```")
"""HTML tags, Markdown links and pictures, code fences."""


@dataclass(frozen=True)
class Prompt:
    """A sentence in English or Chinese; raises :class:`PromptError` when it is neither.

    ``text`` is kept in Unicode's composed form with single spaces.
    """

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _checked(self.text))


def _checked(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise PromptError(
            "The sentence has {length} characters; up to {limit} are read. Keep what the picture "
            "should show and leave out the rest.",
            length=len(text),
            limit=MAX_CHARACTERS,
        )
    # Format characters (zero-width spaces, direction marks) are invisible leftovers of pasting.
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = " ".join(unicodedata.normalize("NFC", visible).split())
    if not text:
        raise PromptError(
            "The sentence is empty. Write what the picture should show, for example “a basketball "
            "player takes a jump shot on an indoor court”."
        )
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            raise PromptError(
                "The sentence contains a control character ({code}) that is no letter of any "
                "language. Type the sentence again instead of pasting it.",
                code=f"U+{ord(character):04X}",
            )
    if found := MARKUP.search(text):
        raise PromptError(
            "The sentence contains markup ({markup}). Write it in plain words.",
            markup=found.group()[:40],
        )
    letters = [c for c in text if c.isalpha()]
    if not letters:
        raise PromptError(
            "There are no words in the sentence. Write in English or Chinese what the picture "
            "should show."
        )
    foreign = sum(not _readable(c) for c in letters)
    if foreign * 2 > len(letters):
        raise PromptError("The sentence is neither English nor Chinese. Write it in one of these.")
    return text


def _readable(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "CJK", "FULLWIDTH LATIN"))
