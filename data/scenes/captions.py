"""Captions: a scene in words, English or Chinese, and exactly what those words state.

A caption tells a random part of what its scene shows, from "squat" to everything, as sentences,
as a coach would ask for it, or as keywords; with filler that says nothing, negations, and slips
of the pen. The word lists are in ``lexicon``, each language's grammar in a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.scenes import caption_chinese, caption_english
from data.scenes.caption_writer import Writer, choose
from data.scenes.lexicon import load
from data.scenes.scene import Scene

LANGUAGES = ("en", "zh")
_GRAMMARS = {"en": caption_english, "zh": caption_chinese}
_TABLES = {"en": "english", "zh": "chinese"}


@dataclass(frozen=True)
class Caption:
    """``text``, and what it says: attribute → value, a part of the scene's own attributes."""

    text: str
    stated: dict[str, str]


def caption(scene: Scene, rng: np.random.Generator, language: str) -> Caption:
    """Put a random part of ``scene`` into words; ``language`` is one of :data:`LANGUAGES`."""
    writer = Writer.draw(scene, rng)
    if rng.random() < 0.06:  # keywords of both languages in one list
        words = [w for g in _GRAMMARS.values() for w in g.keywords(writer.share(rng.random()))]
        rng.shuffle(words)
        text = ", ".join(words)
    else:
        text = _GRAMMARS[language].write(writer)
    return Caption(slips(text, rng), writer.stated)


def fragment(scene: Scene, rng: np.random.Generator, language: str) -> Caption:
    """One or two things of all that a caption could say: "at dusk", "蓝色短裤, 侧面"."""
    writer = Writer.draw(scene, rng)
    few = rng.permutation(sorted(writer.truth))[: 1 + int(rng.random() * 1.5)]
    writer.told = set(few) | ({"action"} if "phase" in few else set())
    text = ", ".join(_GRAMMARS[language].keywords(writer, named=False))
    return Caption(slips(text, rng), writer.stated)


def outside(rng: np.random.Generator, language: str) -> str:
    """A text that asks for nothing that the studio can draw."""
    words = load("outside")[_TABLES[language]]
    draw = rng.random()
    if draw < 0.15:
        text = choose(rng, words["talk"])
    elif draw < 0.25:
        joint = " " if language == "en" else ""
        text = joint.join(choose(rng, words["words"]) for _ in range(1 + int(rng.random() * 6)))
    elif draw < 0.29:
        letters = (
            "abcdefghijklmnopqrstuvwxyz  " if language == "en" else "的一是了我不在有这他来个上"
        )
        text = "".join(choose(rng, letters) for _ in range(2 + int(rng.random() * 30)))
    else:
        kind = "things" if draw < 0.6 else "sports" if draw < 0.82 else "people"
        text = choose(rng, words["frames"])
        while "{}" in text:
            text = text.replace("{}", choose(rng, words[kind]), 1)
    if rng.random() < 0.15:
        text += ", " + choose(rng, load("outside")["filler"][_TABLES[language]])
    return slips(text.strip() or "?", rng)


def slips(text: str, rng: np.random.Generator) -> str:
    """The text as hurried people type it: now and then in lower case, unpunctuated, misspelt."""
    if rng.random() < 0.2:
        text = text.lower()
    elif rng.random() < 0.03:
        text = text.upper()
    if rng.random() < 0.12:
        text = text.translate(_UNPUNCTUATED)
    if rng.random() < 0.1:
        text = text.translate(_ASCII_PUNCTUATION)
    if rng.random() < 0.2:
        text = _misspell(text, rng)
        if rng.random() < 0.3:
            text = _misspell(text, rng)
    return text


_UNPUNCTUATED = str.maketrans(dict.fromkeys(",.;:!,。;:!、", " "))
_ASCII_PUNCTUATION = str.maketrans(",。;:!、", ",.;:!,")


def _misspell(text: str, rng: np.random.Generator) -> str:
    """One letter inside an English word of five or more dropped, doubled, replaced or swapped."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 5 and w.isascii() and w.isalpha()]
    if not long:
        return text
    at = choose(rng, long)
    word, i = words[at], 1 + int(rng.random() * (len(words[at]) - 2))
    words[at] = choose(
        rng,
        (
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + choose(rng, "abcdefghijklmnopqrstuvwxyz") + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        ),
    )
    return " ".join(words)
