"""What the scorecard says, without a page around it."""

from __future__ import annotations

import numpy as np
import pytest

import pipeline
from pages.components import language, scorecard


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "language", lambda: "en")


def line(attribute: str, asked: str, read: str, ceiling: float | None = 0.97) -> pipeline.Line:
    return pipeline.Line(attribute, asked, read, 0.9, True, ceiling)


RIGHT = line("venue", "gym", "gym")
WRONG = line("top_colour", "red", "blue")


def test_the_headline_counts_what_is_there() -> None:
    assert "All 2 things" in scorecard.headline([RIGHT, RIGHT])
    assert "1 of 2 things" in scorecard.headline([RIGHT, WRONG])
    assert "Nothing was asked" in scorecard.headline([])


def test_each_line_says_how_far_to_believe_it() -> None:
    table = scorecard.table([RIGHT, WRONG, line("light", "day", "day", None)])
    assert table.count("97 %") == 2
    assert "–" in table
    assert table.count("✓") == 2
    assert table.count('class="missed"') == 1


def test_the_body_is_told_with_the_judges_own_error() -> None:
    angle = pipeline.Angle("left_knee", 95.0, 101.4)
    said = scorecard.body(pipeline.Scorecard((), (), 0.041, 0.028, (angle,)))
    assert "4.1 %" in said
    assert "2.8 %" in said
    assert "left knee 101° for 95°" in said


def test_what_the_judge_misreads_is_named_but_not_marked() -> None:
    poor = line("view", "side", "front", 0.47)
    assert not poor.reliable
    assert "view (47 % right)" in scorecard.doubtful([poor])
    assert pipeline.Scorecard((RIGHT, poor), (), None, None, ()).all_right
    blind = scorecard.body(pipeline.Scorecard((), (), 0.041, 0.12, ()))
    assert "not checked" in blind
    assert "4.1" not in blind


def test_a_pose_that_was_drawn_again_says_why() -> None:
    fault = pipeline.Fault("ground", "", 0.3)
    figure = pipeline.Figure(np.zeros((1, 27, 2), np.float32))
    once = scorecard.gate(pipeline.Chosen(figure, (), ((fault, fault),)))
    assert once.startswith("The pose was drawn again once: feet off")
    assert once.count("feet") == 1
    never = scorecard.gate(pipeline.Chosen(figure, (fault,), ((fault,), (fault,))))
    assert "2 times" in never
    assert "No pose was without a fault" in never
