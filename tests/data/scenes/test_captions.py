"""Captions say what they state, and state nothing but what their scene shows."""

from __future__ import annotations

import re

import numpy as np
import pytest

from data.scenes.captions import LANGUAGES, Caption, caption, fragment, framed, outside, plain
from data.scenes.english_forms import article, gerund, plural, third_person
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, attributes
from data.scenes.slips import nonsense, slips

COUNT = 400


def captions(language: str, **fixed: str) -> list[Caption]:
    rng = np.random.default_rng(0)
    return [caption(sample_scene(rng, **fixed), rng, language) for _ in range(COUNT)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("write", [caption, fragment, framed, plain])
def test_what_is_stated_is_true_of_the_scene(write, language: str) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(1)
    for _ in range(COUNT):
        scene = sample_scene(rng)
        made = write(scene, rng, language)
        assert made.text.strip()
        assert made.stated.items() <= attributes(scene).items(), made


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_sentences_tell_the_action_and_at_most_what_goes_with_three_more(
    language: str,
) -> None:
    rng = np.random.default_rng(4)
    for _ in range(COUNT):
        scene = sample_scene(rng)
        assert framed(scene, rng, language).stated == {"action": scene.action}
        stated = plain(scene, rng, language).stated
        assert stated["action"] == scene.action
        assert len(stated) <= 7, stated


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_athletes_only_what_is_true_of_all_is_stated(language: str) -> None:
    rng = np.random.default_rng(2)
    for _ in range(COUNT):
        scene = sample_scene(rng, people="three")
        made = caption(scene, rng, language)
        for name in made.stated.keys() & vars(scene.athletes[0]).keys():
            assert {getattr(a, name) for a in scene.athletes} == {made.stated[name]}, made


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_every_attribute_gets_said(language: str) -> None:
    rng = np.random.default_rng(3)
    for name, values in VOCABULARY.items():
        for value in values:
            tries = (caption(sample_scene(rng, **{name: value}), rng, language) for _ in range(400))
            assert any(made.stated.get(name) == value for made in tries), (name, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_range_from_the_bare_action_to_nearly_everything(language: str) -> None:
    said = [len(made.stated) for made in captions(language)]
    assert min(said) <= 1
    assert max(said) >= 17


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_writes_the_same_caption(language: str) -> None:
    assert captions(language) == captions(language)


def test_no_hat_states_that_there_is_none() -> None:
    for language, words in (
        ("en", ("no hat", "no cap", "no helmet")),
        ("zh", ("不戴帽子", "没有帽子")),
    ):
        made = captions(language, headwear="none")
        found = [c for c in made if any(word in c.text for word in words)]
        assert found
        assert all(c.stated["headwear"] == "none" for c in found)


def test_what_is_negated_is_not_stated() -> None:
    rng = np.random.default_rng(4)
    for _ in range(3000):
        made = caption(sample_scene(rng, light="day"), rng, "en")
        if re.search(r"(not|never) (at|by|late at) (mid)?night", made.text):
            assert made.stated.get("light") in (None, "day")
            return
    raise AssertionError("no caption negated the night")


def test_they_are_more_than_one() -> None:
    rng = np.random.default_rng(5)
    plurals = 0
    for _ in range(1500):
        made = caption(sample_scene(rng), rng, "zh")
        if re.search("他们|她们|运动员们", made.text):
            plurals += 1
            assert made.stated["people"] in ("two", "three"), made
    assert plurals > 20


def test_colours_belong_to_their_garments() -> None:
    rng = np.random.default_rng(6)
    looks = {"top": "t_shirt", "top_colour": "red", "bottom": "shorts", "bottom_colour": "blue"}
    found = 0
    for _ in range(600):
        made = caption(sample_scene(rng, people="one", **looks), rng, "en")
        for before in re.findall(r"(.*)\bblue (?:t-?shirt|tee|jersey)\b", made.text):
            assert re.search(r"\b(no|not|without)( in)?( a)? $", before), made.text
        if re.search(r"\bred (t-?shirt|tee|jersey)\b", made.text):
            found += 1
            assert (made.stated["top"], made.stated["top_colour"]) == ("t_shirt", "red")
    assert found


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_from_outside_are_varied(language: str) -> None:
    rng = np.random.default_rng(7)
    texts = [outside(rng, language) for _ in range(COUNT)]
    assert all(texts)
    assert len(set(texts)) > 0.8 * COUNT


def test_slips_leave_most_of_a_text() -> None:
    rng = np.random.default_rng(8)
    text = "A sprinter on the track, seen from behind."
    made = [slips(text, rng) for _ in range(COUNT)]
    assert text in made
    assert any("sprinter" not in m.lower() for m in made)
    assert all(abs(len(m) - len(text)) <= 2 for m in made)


@pytest.mark.parametrize(
    ("base", "ing", "third"),
    [
        ("shoot a ball", "shooting a ball", "shoots a ball"),
        ("squat", "squatting", "squats"),
        ("run the hurdles", "running the hurdles", "runs the hurdles"),
        ("dribble", "dribbling", "dribbles"),
        ("stretch", "stretching", "stretches"),
        ("do a squat", "doing a squat", "does a squat"),
        ("row", "rowing", "rows"),
        ("box", "boxing", "boxes"),
        ("pedal", "pedaling", "pedals"),
        ("flop over", "flopping over", "flops over"),
        ("relax", "relaxing", "relaxes"),
        ("carry", "carrying", "carries"),
        ("tee off", "teeing off", "tees off"),
    ],
)
def test_verbs_are_inflected(base: str, ing: str, third: str) -> None:
    assert (gerund(base), third_person(base)) == (ing, third)


def test_nouns_get_their_plural_and_article() -> None:
    words = ("old lady", "sportswoman", "child", "person", "coach", "boy")
    assert [plural(w) for w in words] == [
        "old ladies",
        "sportswomen",
        "children",
        "people",
        "coaches",
        "boys",
    ]
    assert article("athlete") == "an athlete"
    assert article("runner") == "a runner"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phase_is_stated_only_with_its_action(language: str) -> None:
    for made in captions(language):
        if "phase" in made.stated:
            assert made.stated["phase"].startswith(made.stated["action"] + "/"), made


@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_is_of_its_script(language: str) -> None:
    rng = np.random.default_rng(9)
    for _ in range(COUNT):
        assert nonsense(rng, language).isascii() == (language == "en")
