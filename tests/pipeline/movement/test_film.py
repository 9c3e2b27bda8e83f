"""Joints found in a video lie on it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.movement import KEYPOINTS, Options, read
from data.movement.samples import FOLDER
from pipeline.movement.clean import clean
from pipeline.movement.film import pixels_a_unit
from tests import films


@pytest.mark.parametrize("height", [None, 1.7])
def test_joints_lie_on_the_spots_that_they_are(tmp_path: Path, height: float | None) -> None:
    places = films.squat_places(30)
    films.write(tmp_path / "x.webm", places)
    options = Options(model=str(films.write_model(tmp_path)), height=height)
    movement = read("x.webm", (tmp_path / "x.webm").read_bytes(), options)
    pixels = pixels_a_unit(movement)
    assert pixels is not None
    assert pixels == pytest.approx(1) if height is None else pixels > 50
    joints = clean(movement).joints
    assert joints is not None
    drawn = joints[:, : len(KEYPOINTS)][:, :17] * np.array([1, -1]) * pixels
    off = np.linalg.norm(drawn - places[: len(drawn)], axis=-1)
    assert np.nanmedian(off) <= films.SPOT + 1


def test_what_is_no_video_lies_on_none() -> None:
    data = (FOLDER / "sprint.csv").read_bytes()
    assert pixels_a_unit(read("sprint.csv", data)) is None
