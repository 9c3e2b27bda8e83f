"""Text as hurried people type it, and words that mean nothing."""

from __future__ import annotations

import numpy as np

from data.scenes.caption_writer import choose


def nonsense(rng: np.random.Generator, language: str) -> str:
    """One to four words that don't exist, or as many common Chinese characters at random."""
    count = 1 + int(rng.random() * 4)
    if language == "zh":
        # GB 2312's first level: 3,755 characters in common use, in the order of their sound.
        codes = [
            (0xB0 + int(rng.random() * 39), 0xA1 + int(rng.random() * 94)) for _ in range(count)
        ]
        return "".join(bytes(code).decode("gb2312") for code in codes)
    return " ".join(
        "".join(
            choose(rng, _ONSETS) + choose(rng, "aeiou") + choose(rng, _CODAS)
            for _ in range(1 + int(rng.random() * 3))
        )
        for _ in range(count)
    )


_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "v",
    "z",
)
_CODAS = ("", "", "l", "m", "n", "nd", "r", "rt", "s", "sk", "t", "x", "b")


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
