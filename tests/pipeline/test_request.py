"""What may be asked."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import InputError, PromptError
from pipeline.request import MAX_CHARACTERS, MAX_SEED, Prompt, Request, Steps

PROMPT = Prompt("a sprinter")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t\u200b", "empty"),
        ("run " * 2500, f"10000 characters; up to {MAX_CHARACTERS}"),
        ("a run\x00ner", "U+0000"),
        ("a run\x1b[31mner", "U+001B"),
        ("half a \ud800 pair", "U+D800"),
        ("🏀🏃🔥", "no words"),
        ("12 + 30!", "no words"),
        ("لاعب كرة سلة يسدد", "English or Chinese"),
        ("баскетболист бросает мяч", "English or Chinese"),
        ("バスケットボールをする", "English or Chinese"),
        ("농구 선수", "English or Chinese"),
        ("<b>a sprinter</b>", "markup (<b>)"),
        ("<script>alert(1)</script>", "markup"),
        ("[a sprinter](http://x)", "markup"),
        ("```a sprinter```", "markup"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_that_says_why(text: str, says: str) -> None:
    with pytest.raises(PromptError) as caught:
        Prompt(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "运动员正在篮球场上进行投篮训练,他们专注而坚定的眼神,动作优雅流畅。",
        "a 篮球 player 🏀 shoots",
        "pulse < 150 and pace > 4",
        "José serves",
        "Дима sprints on the track",
    ],
)
def test_english_chinese_and_both_are_taken(text: str) -> None:
    assert Prompt(text).text == text


def test_white_space_and_invisible_characters_are_tidied() -> None:
    assert Prompt("  a\u200b tall\n\n  e\u0301lite runner ").text == "a tall élite runner"


@given(st.text() | st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF)))
@example("{length}")
@example("<{a}>")
@example("<a {length}>")
def test_any_text_is_taken_or_refused_in_words(text: str) -> None:
    with suppress(PromptError):
        taken = Prompt(text).text
        assert taken
        assert Prompt(taken).text == taken
        taken.encode()


@given(
    st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.text()),
    st.sampled_from(["seed", "count", "guidance", "size"]),
)
def test_settings_out_of_range_are_refused_in_words(value: object, name: str) -> None:
    with suppress(InputError):
        Request(PROMPT, **{name: value})


@pytest.mark.parametrize(
    "settings",
    [
        {"seed": -1},
        {"seed": MAX_SEED, "count": 2},
        {"count": 0},
        {"count": 9},
        {"count": True},
        {"guidance": 0.5},
        {"guidance": float("nan")},
        {"size": 512},
        {"steps": Steps(base=0)},
        {"steps": Steps(sr1024=51)},
    ],
)
def test_limits(settings: dict) -> None:
    with pytest.raises(InputError):
        Request(PROMPT, **settings)


def test_the_message_can_be_translated() -> None:
    with pytest.raises(PromptError) as caught:
        Prompt("x" * 501)
    error = caught.value
    assert error.values == {"length": 501, "limit": 500}
    assert error.template.format(**error.values) == str(error)
