"""A stream in windows tells what the whole recording tells."""

from __future__ import annotations

import numpy as np
import pytest

from data.movement import Movement
from pipeline.movement import analyse
from pipeline.movement.stream import Stream, replay
from pipeline.runtime import Runtime
from tests.data.movement.people import FPS, squatting
from tests.pipeline.weights import write

JOINTS = squatting(3)
MOVEMENT = Movement("m", "TRC", np.arange(len(JOINTS)) / FPS, "recorded", JOINTS, unit="m")


def test_repetitions_are_each_counted_once() -> None:
    windows = list(replay(MOVEMENT, Stream(MOVEMENT)))
    counts = [window.reps for window in windows]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] >= len(analyse(MOVEMENT).reps) - 1  # the last may end with the recording
    assert counts[-1] <= len(analyse(MOVEMENT).reps)
    assert windows[-1].action is None


def test_windows_have_their_length_and_come_as_often_as_asked() -> None:
    windows = list(replay(MOVEMENT, Stream(MOVEMENT, seconds=2.0, every=0.25)))
    ends = [window.end for window in windows]
    np.testing.assert_allclose(np.diff(ends), 0.25, atol=1.01 / FPS)
    assert all(window.end - window.start <= 2.0 + 1e-6 for window in windows)
    assert windows[-1].end - windows[-1].start == pytest.approx(2.0, abs=1.01 / FPS)


def test_the_newest_angle_is_near_the_one_in_hindsight() -> None:
    whole = analyse(MOVEMENT).angles["left_knee"]
    for window in replay(MOVEMENT, Stream(MOVEMENT)):
        assert window.angles["left_knee"] == pytest.approx(whole[round(window.end * FPS)], abs=8)


def test_the_model_tells_each_window(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("weights")
    write(folder)
    stream = Stream(MOVEMENT, Runtime(weights=folder, device="cpu"))
    window = next(replay(MOVEMENT, stream))
    assert window.action is not None
    assert window.action[0] in ("squat", "walk", "jump")
    assert 0 <= window.quality <= 1


def test_late_frames_and_unseen_people_do_no_harm() -> None:
    stream = Stream(MOVEMENT)
    unseen = np.full_like(JOINTS[0], np.nan)
    for frame in range(round(2 * FPS)):
        window = stream.push(frame / FPS, unseen)
    assert stream.push(0.5, unseen) is None
    assert window is None or all(np.isnan(value) for value in window.angles.values())
