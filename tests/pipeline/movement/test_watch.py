"""A camera's pictures, told window by window."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.movement.watch import Watch, can_watch
from tests import films


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    return tmp_path


def test_without_a_model_it_says_where_to_put_one(home: Path) -> None:
    assert not can_watch()
    with pytest.raises(InputError, match="pose_models"):
        Watch()


def test_pictures_become_windows_with_the_knees_in_them(home: Path) -> None:
    films.write_model(home)
    assert can_watch()
    watch = Watch(seconds=2.0)
    places = films.squat_places()[::3]  # ten pictures a second
    windows = [w for n, pose in enumerate(places) if (w := watch.push(films.jpeg(pose), n / 10))]
    assert len(windows) == 4  # from 1.0 to 2.9 s, every half second
    assert watch.size == (films.WIDTH, films.HEIGHT)
    assert watch.joints is not None
    drawn = watch.joints[:17] * np.array([1, -1])
    assert np.nanmedian(np.linalg.norm(drawn - places[-1], axis=-1)) <= films.SPOT + 1
    assert all(np.isfinite(window.angles["left_knee"]) for window in windows)


def test_nobody_before_the_camera_is_no_window(home: Path) -> None:
    films.write_model(home)
    watch = Watch()
    grey = np.full((films.HEIGHT, films.WIDTH, 3), 128, np.uint8)
    picture = cv2.imencode(".jpg", grey)[1].tobytes()
    assert [watch.push(picture, n / 10) for n in range(15)] == [None] * 15


@pytest.mark.parametrize("sent", [b"", b"<html>", bytes(100)])
def test_what_is_no_picture_is_refused(home: Path, sent: bytes) -> None:
    films.write_model(home)
    with pytest.raises(InputError, match="no picture"):
        Watch().push(sent, 0.0)
