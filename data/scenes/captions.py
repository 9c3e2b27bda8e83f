"""Captions: a scene in words, English or Chinese, and exactly what those words state.

A caption tells a random part of what its scene shows, from "squat" to everything, as sentences,
as a coach would ask for it, or as keywords; with filler that says nothing, negations, and slips
of the pen. The word lists are in ``lexicon``, each language's grammar in a file of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from data.scenes import caption_chinese, caption_english
from data.scenes.caption_writer import Writer, choose
from data.scenes.english_forms import article, gerund, plural, third_person
from data.scenes.lexicon import load
from data.scenes.scene import ACTIONS, AGES, SEXES, Scene
from data.scenes.slips import nonsense, slips

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


PLAIN = ("phase", "venue", "light", "sex", "age", "view", "top_colour", "bottom_colour", "style")
"""What a short sentence adds to the action."""


def plain(scene: Scene, rng: np.random.Generator, language: str) -> Caption:
    """A short sentence, as people type it first: "a woman squats on the beach at sunset"."""
    writer = Writer.draw(scene, rng)
    few = rng.permutation([name for name in PLAIN if name in writer.truth])
    writer.told = {"action", *few[: int(rng.random() * 4)].tolist()}
    text = _GRAMMARS[language].write(writer)
    return Caption(slips(text, rng) if rng.random() < 0.3 else text, writer.stated)


def telling(
    scene: Scene, names: Collection[str], rng: np.random.Generator, language: str
) -> Caption:
    """A caption that tells these attributes of ``scene``, those that words can tell of it."""
    writer = Writer.draw(scene, rng)
    writer.told = writer.truth.keys() & set(names)
    return Caption(_GRAMMARS[language].write(writer), writer.stated)


def framed(scene: Scene, rng: np.random.Generator, language: str) -> Caption:
    """The action in one of the frames of :func:`outside`: "a squat on the beach".

    So that no frame gives away by itself whether the studio can draw what it holds. Only the action
    counts as stated, whatever else the frame says.
    """
    table = load(f"{_TABLES[language]}_actions")[scene.action]
    does, noun = _does(rng, choose(rng, table["verbs"]), language), choose(rng, table["nouns"])
    whole = language == "zh" or noun.endswith("s") or rng.random() < 0.3
    is_done = noun if whole else article(noun)
    frames = [f for f in load("outside")[_TABLES[language]]["frames"] if f.count("{}") == 1]
    text = choose(rng, frames).format(does if rng.random() < 0.5 else is_done)
    return Caption(slips(text, rng) if rng.random() < 0.3 else text, {"action": scene.action})


def _does(rng: np.random.Generator, verb: str, language: str) -> str:
    """Somebody does it: "a girl runs", "man running", "two boys running"."""
    person = choose(rng, _people(language))
    if language == "zh":
        return person + choose(rng, ("在", "正在", "")) + verb
    form = rng.random()
    if form < 0.2:
        return f"{choose(rng, ('', 'two ', 'some ', 'three '))}{plural(person)} {gerund(verb)}"
    who = person if form < 0.4 else article(person)
    return f"{who} {choose(rng, (gerund, third_person))(verb)}"


def _people(language: str) -> list[str]:
    """Nouns for one person, whoever it is."""
    nouns = load(_TABLES[language])["person"]
    ages = [f"{sex}_{age}" for sex in SEXES for age in AGES]
    return [noun for name in ("plain", *SEXES, *AGES, *ages) for noun in nouns[name]]


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
    if draw < 0.12:
        text = choose(rng, words["talk"])
    elif draw < 0.2:
        joint = " " if language == "en" else ""
        text = joint.join(choose(rng, words["words"]) for _ in range(1 + int(rng.random() * 6)))
    elif draw < 0.32:
        text = nonsense(rng, language)
    elif draw < 0.42:  # what it does is a sport, but it is no athlete
        verbs = load(f"{_TABLES[language]}_actions")[choose(rng, ACTIONS)]["verbs"]
        verb = choose(rng, verbs)
        verb = " " + choose(rng, (gerund, third_person))(verb) if language == "en" else "在" + verb
        text = choose(rng, words["things"]) + verb
    else:
        kind = "things" if draw < 0.66 else "sports" if draw < 0.8 else "people"
        text = choose(rng, words["frames"] + words["sporting"] * (kind == "things"))
        while "{}" in text:
            # Whoever does something is taught inside and outside alike: what is done decides.
            busy = kind == "people" and rng.random() < 0.75
            one = _does(rng, choose(rng, words["doing"]), language) if busy else None
            text = text.replace("{}", one or choose(rng, words[kind]), 1)
    if rng.random() < 0.15:
        text += ", " + choose(rng, load("outside")["filler"][_TABLES[language]])
    return slips(text, rng)
