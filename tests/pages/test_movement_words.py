"""What angles are called, and at which moment a recording is shown first."""

from __future__ import annotations

import numpy as np
import pytest

from data.movement import Movement
from pages.components.movement.watch import first_seen
from pages.components.movement.words import quantity, sided
from tests.data.movement.people import squatting


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("left_knee", ("left", "knee")),
        ("knee_angle_r", ("right", "knee_angle")),
        ("pelvis_tilt", ("", "pelvis_tilt")),
        ("neck", ("", "neck")),
    ],
)
def test_the_side_of_an_angle_is_told_from_either_end(name: str, expected: tuple[str, str]) -> None:
    assert sided(name) == expected


def test_the_player_starts_where_somebody_is_seen() -> None:
    joints = squatting()
    times = np.arange(len(joints)) / 50
    assert first_seen(Movement("m", "TRC", times, "recorded", joints, unit="m")) == 0
    joints[:10] = np.nan
    joints[5, :3] = 0.0  # three joints are not yet somebody
    movement = Movement("m", "TRC", times, "recorded", joints, unit="m")
    assert first_seen(movement) == pytest.approx(10 / 50)


def test_an_unknown_value_has_no_unit() -> None:
    assert quantity(float("nan"), "°") == quantity(None, "m") == "–"
    assert quantity(0.314, "m") == "0.31\N{NO-BREAK SPACE}m"
