"""Slips of the pen and lone colours."""

from __future__ import annotations

import pytest

from pipeline.spelling import named_colours, respelt


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a basketbal player", "a basketball player"),
        ("A sprinter on the trak.", "A sprinter on the track."),
        ("a woman with a raket", "a woman with a racket"),
    ],
)
def test_slips_are_mended(text: str, meant: str) -> None:
    assert respelt(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "a player shots",  # a form of a word that is known
        "award winning, highly detailed, masterpiece",
        "Messi",
        "a cat on a castle",
        "运动员正在投篮",
        "",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert respelt(text) is None


def test_a_word_that_was_understood_stays() -> None:
    assert respelt("a basketbal player", ["basketbal"]) is None


def test_colours_are_known_in_both_languages() -> None:
    assert named_colours(["in", "Blue", "蓝色", "shirt", "striped"]) == ["Blue", "蓝色"]
