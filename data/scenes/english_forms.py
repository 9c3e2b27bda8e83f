"""English words and their forms."""

from __future__ import annotations


def gerund(verb: str) -> str:
    """'shoot a ball' → 'shooting a ball'."""
    first, *rest = verb.split(" ")
    if first.endswith("ie"):
        first = first[:-2] + "ying"
    elif first.endswith("e") and not first.endswith("ee"):
        first = first[:-1] + "ing"
    else:
        first = first + first[-1] * _doubles(first) + "ing"
    return " ".join([first, *rest])


def third_person(verb: str) -> str:
    """'catch a ball' → 'catches a ball'."""
    first, *rest = verb.split(" ")
    if first.endswith(("s", "sh", "ch", "x", "o")):
        first += "es"
    elif first.endswith("y") and first[-2] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return " ".join([first, *rest])


def _doubles(verb: str) -> bool:
    """Whether the last letter doubles before a vowel: one syllable, one vowel, one consonant."""
    stem = verb.replace("qu", "q")
    return (
        sum(letter in "aeiou" for letter in stem) == 1
        and len(stem) > 2
        and stem[-1] not in "aeiouwxy"
        and stem[-2] in "aeiou"
    )


def plural(noun: str) -> str:
    """'old lady' → 'old ladies'."""
    for singular, many in (("man", "men"), ("child", "children"), ("person", "people")):
        if noun.endswith(singular) and not noun.endswith("human"):
            return noun[: -len(singular)] + many
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


def article(noun: str) -> str:
    """'athlete' → 'an athlete'."""
    return ("an " if noun[0].lower() in "aeio8" or noun.startswith(("u", "un")) else "a ") + noun
