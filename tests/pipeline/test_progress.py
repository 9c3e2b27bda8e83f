"""Progress from measured steps."""

from __future__ import annotations

import time

import pytest

from pipeline.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day in seconds, to be set."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_seconds_left_follow_what_is_measured(clock: list[float]) -> None:
    pace = {"small": 1.0, "large": 10.0}
    progress = Progress({"small": 2, "large": 1}, pace)
    assert progress.now("small").seconds_left == 12
    clock[0] += 3  # three times as slow as thought
    event = progress.step("small")
    assert pace["small"] == 2
    assert event.seconds_left == 12
    assert event.fraction == pytest.approx(3 / 15)
    clock[0] += 2
    progress.step("small")
    clock[0] += 10
    event = progress.step("large")
    assert (event.fraction, event.seconds_left) == (1.0, 0.0)


def test_the_fraction_never_falls(clock: list[float]) -> None:
    progress = Progress({"small": 2}, {"small": 1.0})
    clock[0] += 1
    before = progress.step("small").fraction
    clock[0] += 1000
    assert progress.now("small").fraction >= before


def test_seconds_are_counted_for_each_picture(clock: list[float]) -> None:
    progress = Progress({"words": 1, "base": 3}, {"words": 1.0, "base": 1.0})
    for stage, picture, took in (("words", 0, 5), ("base", 0, 1), ("base", 0, 2), ("base", 1, 4)):
        clock[0] += took
        progress.step(stage, picture)
    assert progress.seconds(0) == {"words": 5, "base": 3}
    assert progress.seconds(1) == {"base": 4}
