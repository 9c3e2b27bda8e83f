"""Which words are understood as what: tested on a reader that is known to the last detail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from data.scenes.attributes import BLOCKS, WIDTH, read, said
from models import text_encoder
from models.text_encoder import MAX_BYTES, Encoding, TextEncoder
from pipeline.errors import OutsideDomainError
from pipeline.understand import Understanding, Word, examine, understand

KNOWN = {
    "sprint(er|s|ing)?": {"action": "sprint"},
    "night|夜晚": {"light": "night"},
    "投篮": {"action": "basketball_shot"},
    "in black": {"top_colour": "black", "bottom_colour": "black"},
    "hat": {"headwear": "cap"},
    "no hat": {"headwear": "none"},
}
"""What the toy reader knows; a later line overrides an earlier one."""


class Toy:
    """Reads by regular expression; "not" takes the light back; a cat can't be drawn."""

    def encode(self, texts: Sequence[str]) -> Encoding:
        longest = max(len(text.encode()) for text in texts) + 1
        vectors = []
        for text in texts:
            found: dict[str, str] = {}
            for pattern, values in KNOWN.items():
                if re.search(pattern, text):
                    found |= values
            if "not" in text:
                found.pop("light", None)
            vectors.append(said(found))
        return Encoding(
            tokens=torch.empty(0),
            mask=torch.empty(0),
            attributes=torch.from_numpy(np.stack(vectors)),
            domain=torch.tensor([float("cat" not in text) for text in texts]),
            attention=torch.full((len(texts), len(BLOCKS), longest), 1 / longest),
        )


class ToyRuntime:
    """Remembers like the runtime, and holds the toy reader."""

    def __init__(self) -> None:
        self.computed: list[object] = []

    def model(self, name: str) -> Toy:
        assert name == "text_encoder"
        return Toy()

    def remember(self, key, compute):  # type: ignore[no-untyped-def]
        self.computed.append(key)
        return compute()


def words(text: str) -> dict[str, tuple[str, str]]:
    return {w.text: (w.attribute, w.value) for w in examine(text, Toy()).words}  # type: ignore[arg-type]


def test_a_word_that_changes_the_reading_is_understood_and_others_are_ignored() -> None:
    found = examine("a sprinter at night", Toy())  # type: ignore[arg-type]
    assert found.attributes == {"action": "sprint", "light": "night"}
    assert found.words == (
        Word("sprinter", 2, 10, "action", "sprint"),
        Word("night", 14, 19, "light", "night"),
    )
    assert [word.text for word in found.ignored] == ["a", "at"]


def test_chinese_characters_that_belong_together_become_one_word() -> None:
    assert words("夜晚他在投篮") == {
        "夜晚": ("light", "night"),
        "投篮": ("action", "basketball_shot"),
    }
    assert [word.text for word in examine("他们很专注", Toy()).ignored] == ["他们很专注"]  # type: ignore[arg-type]


def test_a_phrase_that_says_two_things_lists_both() -> None:
    (word,) = examine("dressed in black", Toy()).words  # type: ignore[arg-type]
    assert (word.text, word.attribute, word.value) == ("in black", "top_colour", "black")
    assert word.also == (("bottom_colour", "black"),)


def test_a_negation_is_a_word_with_a_meaning() -> None:
    assert words("no hat")["no hat"] == ("headwear", "none")


def test_a_word_that_takes_something_back_is_understood_without_a_value() -> None:
    found = examine("not at night", Toy())  # type: ignore[arg-type]
    assert found.attributes == {}
    assert found.words == (Word("not", 0, 3),)


def test_what_is_said_twice_is_understood_both_times() -> None:
    found = examine("a sprinter sprints today", Toy())  # type: ignore[arg-type]
    assert [w.text for w in found.words] == ["sprinter sprints"]
    assert [w.text for w in found.ignored] == ["a", "today"]


def test_what_is_said_many_times_is_understood_every_time() -> None:
    found = examine("a sprinter, a sprinter, " * 10, Toy())  # type: ignore[arg-type]
    assert [w.text for w in found.words] == ["sprinter"] * 20
    assert {w.value for w in found.words} == {"sprint"}


def test_offsets_point_into_the_sentence() -> None:
    text = "Look: a sprinter, 夜晚!"
    for word in examine(text, Toy()).words:  # type: ignore[arg-type]
        assert text[word.start : word.stop] == word.text


def test_the_end_of_a_long_text_is_told_to_be_unread() -> None:
    text = "夜晚" + "嗯" * 400
    found = examine(text, Toy())  # type: ignore[arg-type]
    assert found.text == text
    assert len((text.removesuffix(found.unread)).encode()) <= MAX_BYTES - 1
    assert found.unread


def test_a_text_without_words_is_understood_as_nothing() -> None:
    assert examine("!?", Toy()).words == ()  # type: ignore[arg-type]


def test_the_vector_says_what_the_attributes_say() -> None:
    found = examine("a sprinter at night", Toy())  # type: ignore[arg-type]
    assert found.vector.shape == (WIDTH,)
    assert read(found.vector) == found.attributes


def test_what_cannot_be_drawn_gets_a_sentence_and_the_nearest_actions() -> None:
    with pytest.raises(OutsideDomainError) as caught:
        understand("a cat sprinting", ToyRuntime())  # type: ignore[arg-type]
    assert caught.value.nearest[0] == "sprint"
    assert "sprint" in str(caught.value)


def test_where_nothing_is_near_known_actions_are_named() -> None:
    with pytest.raises(OutsideDomainError, match="they can draw: basketball shot") as caught:
        understand("a cat", ToyRuntime())  # type: ignore[arg-type]
    assert caught.value.nearest == ("basketball_shot", "sprint", "squat")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a sprinter at nigth", "a sprinter at night"),
        ("a sprinter on the trak", ""),  # the toy knows no track: nothing more is read
        ("a sprinter", ""),
    ],
)
def test_a_slip_of_the_pen_is_mended_where_that_reads_more(text: str, meant: str) -> None:
    assert understand(text, ToyRuntime()).meant == meant  # type: ignore[arg-type]


def test_a_sentence_is_examined_through_the_runtimes_memory() -> None:
    runtime = ToyRuntime()
    understand("a sprinter", runtime)  # type: ignore[arg-type]
    assert runtime.computed == [("understand", "a sprinter")]


@pytest.fixture(scope="module")
def trained() -> TextEncoder:
    if not (text_encoder.WEIGHTS / "model.safetensors").exists():
        pytest.skip("no trained text encoder in models/weights")
    return text_encoder.load()


@pytest.mark.parametrize(
    ("text", "meanings", "filler"),
    [
        (
            "运动员正在篮球场上进行投篮训练,他们专注而坚定的眼神,动作优雅流畅。",
            {("people", "two"), ("venue", "indoor_court"), ("action", "basketball_shot")},
            "优雅",
        ),
        (
            "a woman in a red shirt squats in the gym, cinematic",
            {("sex", "female"), ("top_colour", "red"), ("action", "squat"), ("venue", "gym")},
            "cinematic",
        ),
    ],
)
def test_the_trained_encoder_marks_what_it_understood(
    trained: TextEncoder, text: str, meanings: set[tuple[str, str]], filler: str
) -> None:
    found = examine(text, trained)
    pairs = {(w.attribute, w.value) for w in found.words} | {p for w in found.words for p in w.also}
    assert meanings <= pairs
    assert not any(filler in word.text for word in found.words)


@pytest.mark.parametrize(
    "text",
    [
        "in blue",
        "a basketbal player on the trak",
        "一个 woman in a red shirt 打网球 🎾",
        "a sprinter in a red shirt, " * 18,
        "投篮" * 250,
        "!?",
        "Ⅷ ½ ﬁ ＡＢＣ",
        "a" * 500,
    ],
)
def test_whatever_is_typed_is_read_to_its_end(trained: TextEncoder, text: str) -> None:
    found = examine(text, trained)
    for word in (*found.words, *found.ignored):
        assert text[word.start : word.stop] == word.text
    assert text.endswith(found.unread)
    read = {n for w in found.words for n in (w.attribute, *(name for name, _ in w.also))}
    if text.startswith("a sprinter"):
        assert {"action"} <= read


def test_the_trained_encoder_sends_a_cat_away(trained: TextEncoder) -> None:
    runtime = SimpleNamespace(model=lambda name: trained, remember=lambda key, compute: compute())
    with pytest.raises(OutsideDomainError):
        understand("a cat on a castle", runtime)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("domain", "sure", "drawable"),
    [(0.6, 0.3, True), (0.4, 0.3, False), (0.1, 0.97, True), (0.01, 0.99, False)],
)
def test_a_sure_action_outweighs_doubts_whether_it_can_be_drawn(
    domain: float, sure: float, drawable: bool
) -> None:
    found = Understanding("", (), {"action": "squat"}, {"action": sure}, domain=domain)
    assert found.drawable == drawable


@pytest.mark.parametrize(
    ("text", "known", "ignored", "drawable"),
    [
        ("at night", ["night"], ["at"], True),
        ("夜晚", ["夜晚"], [], True),
        ("a castle at night", ["night"], ["a", "castle", "at"], False),
        ("red cars at night", ["red", "night"], ["at"], False),
    ],
)
def test_a_single_thing_that_is_said_can_be_drawn(
    text: str, known: list[str], ignored: list[str], drawable: bool
) -> None:
    words = tuple(Word(word, 0, len(word), "light", "night") for word in known)
    others = tuple(Word(word, 0, len(word)) for word in ignored)
    found = Understanding(text, words, {}, {"light": 0.99}, others, domain=0.2)
    assert found.drawable == drawable
