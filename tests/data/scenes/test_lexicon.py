"""The word lists: complete, wide, and without a word that means two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from data.scenes.lexicon import load
from data.scenes.scene import ACTIONS, PHASES, VOCABULARY

LANGUAGES = ("english", "chinese")


def flat(forms: Any) -> list[str]:
    """All words of a value, whether they are grouped by their prepositions or not."""
    return [f for group in forms.values() for f in group] if isinstance(forms, dict) else forms


def values(language: str) -> Iterator[tuple[str, str, list[str]]]:
    """Attribute, value and its words, for the attributes whose words stand for themselves."""
    words = load(language)
    for name in ("venue", "light", "style", "view", "camera_height", "framing"):
        for value in VOCABULARY[name]:
            yield name, value, flat(words[name][value])
    for value in VOCABULARY["top_colour"]:
        yield "colour", value, words["colour"][value]
    for name in ("top", "bottom"):
        for value in set(VOCABULARY[name]) - {"bare"}:
            yield name, value, words["garment"][name][value]
    for name in ("age", "build", "skin"):
        for value in VOCABULARY[name]:
            yield name, value, words["adjective"][name][value]
    for name in ("hair", "hair_colour"):
        for value in VOCABULARY[name]:
            yield name, value, words["with"][name][value]
    for value in VOCABULARY["headwear"]:
        yield "headwear", value, words["wear"]["headwear"][value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_twenty_names_and_every_phase_five(language: str) -> None:
    actions = load(f"{language}_actions")
    assert set(actions) == set(ACTIONS)
    for action, words in actions.items():
        assert len({*words["verbs"], *words["nouns"], *words["agents"]}) >= 20, action
        assert set(words["phases"]) == set(PHASES[action])
        assert min(map(len, words["phases"].values())) >= 5, action


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_value_has_five_names(language: str) -> None:
    for name, value, forms in values(language):
        assert len(set(forms)) >= 5, (name, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_names_two_values_of_an_attribute(language: str) -> None:
    named: dict[tuple[str, str], set[str]] = {}
    for name, value, forms in values(language):
        for form in forms:
            if name != "age" or "{}" not in form:  # years tell by their number
                named.setdefault((name, form.lower()), set()).add(value)
    for action, words in load(f"{language}_actions").items():
        for form in (*words["verbs"], *words["nouns"], *words["agents"]):
            named.setdefault(("action", form.lower()), set()).add(action)
        for phase, forms in words["phases"].items():
            for form in forms:
                named.setdefault((f"phase of {action}", form.lower()), set()).add(phase)
    assert {key: meant for key, meant in named.items() if len(meant) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_listed_twice(language: str) -> None:
    for name, value, forms in values(language):
        twice = [form for form, count in Counter(forms).items() if count > 1]
        assert name in ("venue", "light") or not twice, (name, value, twice)


def test_filler_names_no_action() -> None:
    fillers = load("outside")["filler"]
    for language in LANGUAGES:
        nouns = {
            n
            for words in load(f"{language}_actions").values()
            for n in words["nouns"]
            if len(n) > 1
        }
        assert not nouns & {f.lower() for f in fillers[language]}
