"""The map of where results of several seeds differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.upscaling.canvas import Canvas
from pipeline.upscaling.variation import STEPS_A_LEVEL, chart, deviation


def test_the_deviation_is_that_of_the_pixels_over_the_pictures() -> None:
    drawn = np.random.default_rng(0).integers(0, 256, (4, 5, 7, 3)).astype(np.uint8)
    expected = np.sqrt(drawn.astype(float).var(axis=0, ddof=1).mean(-1))
    np.testing.assert_allclose(deviation(list(drawn)), expected, rtol=1e-5)
    deep = drawn.astype(np.uint16) * 257
    np.testing.assert_allclose(deviation(list(deep)), expected, rtol=1e-5)


@pytest.mark.parametrize("pieces", [False, True])
def test_the_map_is_dark_where_all_agree(tmp_path: Path, pieces: bool) -> None:
    like = np.zeros((1, 1, 3), np.uint8)
    with (
        Canvas(tmp_path / "a.raw", (40, 600), like) as a,
        Canvas(tmp_path / "b.raw", (40, 600), like) as b,
    ):
        a[:] = b[:] = 90
        b[300:, 10:20] = 94  # two values 4 apart: a deviation of √8
        *_, found = chart(tmp_path / "map.png", [a, b], pieces)
    level = np.asarray(Image.open(found.file))
    assert level.shape == (600, 40)
    assert not level[:300].any()
    assert (level[300:, 10:20] == round(8**0.5 * STEPS_A_LEVEL)).all()
    assert found.mean == pytest.approx(8**0.5 / 8, rel=1e-3)
    assert found.seeds == 2
    assert found.shown.levels == int(pieces)
    assert (found.shown.folder / "0_0_1.png").exists() is pieces
