"""What each word did in a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.condition import ATTRIBUTES
from pipeline import heatmaps
from pipeline.heatmaps import SIDE, Why, explain, word_maps
from pipeline.request import Prompt, Request, Result, Steps
from pipeline.runtime import Runtime
from pipeline.text_to_image import generate
from pipeline.understand import Understanding, Word

SENTENCE = "a sprinter in red"
WORDS = (
    Word("sprinter", 2, 10, "action", "sprint"),
    Word("red", 14, 17, "top_colour", "red"),
)


@pytest.fixture
def runtime(weights: Path) -> Runtime:
    return Runtime(weights=weights, device="cpu")


@pytest.fixture
def result(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Drawn by the tiny networks from words that are understood."""
    stated = {word.attribute: word.value for word in WORDS}
    understood = Understanding(SENTENCE, WORDS, stated)
    for module in ("text_to_image", "heatmaps"):
        monkeypatch.setattr(f"pipeline.{module}.understand", lambda *_: understood)
    request = Request(Prompt(SENTENCE), seed=4, steps=Steps(2, 1, 1), size=256)
    return next(e.result for e in generate(request, runtime) if e.result is not None)


def why(result: Result, runtime: Runtime) -> Why:
    return list(explain(result, runtime))[-1].value


def test_every_word_has_a_map_a_step_and_a_picture_without_it(
    result: Result, runtime: Runtime
) -> None:
    found = why(result, runtime)
    assert found.words == WORDS
    assert found.maps.shape == (2, 2, SIDE, SIDE)
    assert ((found.maps > 0) & (found.maps < 1)).all()  # shares of a softmax
    np.testing.assert_array_equal(found.picture, result.picture)
    for without in found.without:
        assert without.picture.shape == result.picture.shape
        difference = np.abs(without.picture.astype(float) - result.picture).mean() / 255
        assert without.changed == pytest.approx(difference, rel=1e-5)
        assert without.change.mean() == pytest.approx(difference, rel=1e-4)
        assert list(without.where.values()) == sorted(without.where.values(), reverse=True)
    assert [without.posed_anew for without in found.without] == [True, False]


def test_a_given_pose_stays_whatever_is_taken_away(result: Result, runtime: Runtime) -> None:
    posed = replace(result, request=replace(result.request, figure=result.figure))
    assert not any(without.posed_anew for without in why(posed, runtime).without)


def test_words_that_were_overruled_are_left_out(result: Result, runtime: Runtime) -> None:
    other = replace(result, attributes=dict(result.attributes) | {"top_colour": "blue"})
    assert [word.text for word in why(other, runtime).words] == ["sprinter"]


def test_progress_grows_to_the_end(result: Result, runtime: Runtime) -> None:
    fractions = [event.fraction for event in explain(result, runtime)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_a_words_map_is_the_share_that_its_attributes_get() -> None:
    layer = torch.zeros(1, 2, len(ATTRIBUTES), 4, 4)
    layer[0, :, ATTRIBUTES.index("top_colour")] = 0.25
    layer[0, 0, ATTRIBUTES.index("action")] = 0.5  # one of two heads
    maps = word_maps([[layer, layer]], [{"top_colour"}, {"top_colour", "action"}, {"venue"}])
    assert maps.shape == (3, 1, SIDE, SIDE)
    np.testing.assert_allclose(maps[:, 0, 5, 5], [0.25, 0.5, 0])


def test_where_something_changed_is_told_by_parts(result: Result) -> None:
    black = np.zeros((64, 64, 3), np.uint8)
    changed = black.copy()
    changed[-4:, :4] = 255  # a corner without anybody
    compared = heatmaps._compared(black, changed, [result.figure, result.figure], False)
    assert next(iter(compared.where)) == "surroundings"
    assert compared.changed == pytest.approx(16 / 64**2)
