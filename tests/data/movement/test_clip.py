"""Clips as the attention model sees them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.movement import KEYPOINT_INDEX, Movement
from data.movement.clip import (
    FEWEST_MOMENTS,
    LONGEST,
    MOST_MOMENTS,
    canonical,
    clip_from,
    clips_of,
    rate_for,
)
from tests.data.movement.people import FPS, squatting


def movement(joints: np.ndarray, fps: float = FPS) -> Movement:
    return Movement("m", "TRC", np.arange(len(joints)) / fps, "recorded", joints, unit="m")


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return joints @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])


def test_size_place_and_direction_change_nothing() -> None:
    joints = squatting()
    for other in (1000 * joints, joints + np.array([5.0, 1.0, -3.0]), turned(joints, 70)):
        np.testing.assert_allclose(canonical(other), canonical(joints), atol=1e-9)


def test_the_athletes_left_is_x_and_up_is_y() -> None:
    places = canonical(turned(squatting(), 200))[0]
    assert places[KEYPOINT_INDEX["left_hip"], 0] > places[KEYPOINT_INDEX["right_hip"], 0]
    assert places[KEYPOINT_INDEX["nose"], 1] > 0 > places[KEYPOINT_INDEX["left_ankle"], 1]


@pytest.mark.parametrize("seconds", [0.2, 1.0, 3.0, 9.9])
def test_a_clip_has_as_many_moments_as_it_may(seconds: float) -> None:
    moments = seconds * rate_for(seconds) + 1
    assert moments <= MOST_MOMENTS + 1
    assert moments >= FEWEST_MOMENTS or rate_for(seconds) == pytest.approx(30)


def test_long_recordings_are_several_clips_that_meet() -> None:
    whole = movement(np.tile(squatting(), (6, 1, 1)))
    clips = clips_of(whole)
    assert len(clips) == int(np.ceil(whole.times[-1] / LONGEST))
    for one, following in pairwise(clips):
        assert one.start + one.times[-1] == pytest.approx(following.start, abs=0.1)


def test_missing_joints_are_unknown_and_zero() -> None:
    joints = squatting()
    joints[:, KEYPOINT_INDEX["left_wrist"]] = np.nan
    clip = clips_of(movement(joints))[0]
    assert not clip.known[:, KEYPOINT_INDEX["left_wrist"]].any()
    assert not clip.positions[:, KEYPOINT_INDEX["left_wrist"]].any()
    assert clip.known[:, KEYPOINT_INDEX["right_wrist"]].all()


def test_a_picture_is_flat() -> None:
    clip = clip_from(squatting()[..., :2], np.arange(len(squatting())) / FPS)
    assert clip.flat
    assert not clip.positions[..., 2].any()


def test_without_joints_there_is_no_clip() -> None:
    assert clips_of(replace(movement(squatting()), joints=None)) == []
