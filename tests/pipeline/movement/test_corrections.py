"""Events set by hand, and everything downstream that follows them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from data.movement import KEYPOINT_INDEX, Movement
from pipeline.errors import InputError
from pipeline.movement import analyse
from pipeline.movement.corrections import Corrections, from_json, to_json
from pipeline.movement.out import movement_csv, movement_json
from pipeline.movement.reps import periodicity
from tests.data.movement.people import FPS, squatting, standing


def movement(joints: np.ndarray) -> Movement:
    return Movement("m", "TRC", np.arange(len(joints)) / FPS, "recorded", joints, unit="m")


SQUATS = movement(squatting(2))


def value(analysis: object, name: str) -> float | None:
    (found,) = [i.value for i in analysis.indicators if i.name == name]  # type: ignore[attr-defined]
    return found


def test_measures_and_indicators_follow_a_moved_turn() -> None:
    found = analyse(SQUATS)
    times = found.movement.times
    first = found.reps[0]
    early = float(times[(first.start + first.turn) // 2])
    moved = analyse(
        SQUATS, corrections=Corrections(reps=[(float(times[first.start]), early, times[first.end])])
    )
    assert len(moved.reps) == 1
    assert times[moved.reps[0].turn] == pytest.approx(early, abs=0.5 / FPS)
    assert moved.reps[0].peak < first.peak - 10
    depth = "squat depth: hip below knee"
    assert value(moved, depth) < value(found, depth) - 10  # type: ignore[operator]
    told = movement_json(moved)
    assert told["set_by_hand"] == ["reps"]
    assert told["reps"][0]["turn_s"] == pytest.approx(early, abs=0.5 / FPS)


def test_without_repetitions_nothing_of_them_is_assessed() -> None:
    none = analyse(SQUATS, corrections=Corrections(reps=[]))
    assert not none.reps
    assert value(none, "squat depth: hip below knee") is None
    assert value(none, "limb symmetry index") is None


def test_a_flight_by_hand_gives_the_jump_height() -> None:
    jumped = analyse(SQUATS, corrections=Corrections(flights=[(0.5, 1.0)]))
    assert value(jumped, "jump height") == pytest.approx(9.80665 * 0.25 / 8)
    assert value(jumped, "left knee flexion at landing") == pytest.approx(
        jumped.angles["left_knee"][round(1.0 * FPS)]
    )


def test_steps_by_hand_give_the_cadence() -> None:
    walked = analyse(
        SQUATS, corrections=Corrections(strikes={"left": [0.2, 1.2], "right": [0.7, 1.7]})
    )
    assert walked.gait is not None
    assert walked.gait.toe_offs == {"left": (), "right": ()}
    assert value(walked, "cadence") == pytest.approx(120, rel=0.03)
    one = analyse(SQUATS, corrections=Corrections(strikes={"left": [0.2], "right": []}))
    assert value(one, "cadence") is None


def test_ground_contact_by_hand_is_what_the_curves_say() -> None:
    stood = analyse(SQUATS, corrections=Corrections(contacts={"left": [(0.0, 0.5)], "right": []}))
    assert stood.contacts["left"].sum() == round(0.5 * FPS) + 1
    assert not stood.contacts["right"].any()
    header, row, *_ = movement_csv(stood).splitlines()
    assert row.split(",")[header.split(",").index("left_contact")] in ("1", "1.0")


@pytest.mark.parametrize(
    "impossible",
    [
        Corrections(reps=[(1.0, 0.5, 2.0)]),
        Corrections(reps=[(0.0, 0.5, 1.0), (0.8, 1.2, 1.5)]),
        Corrections(flights=[(0.5, 400.0)]),
        Corrections(strikes={"left": [-1.0], "right": []}),
        Corrections(contacts={"left": [(0.0, float("nan"))], "right": []}),
    ],
)
def test_impossible_events_are_refused_in_a_sentence(impossible: Corrections) -> None:
    with pytest.raises(InputError, match=r"Correct its row|overlap|within it"):
        analyse(SQUATS, corrections=impossible)


def test_corrections_survive_json() -> None:
    given = Corrections(
        reps=((0.1, 0.2, 0.3),),
        strikes={"left": (0.5,), "right": ()},
        contacts={"left": ((0.0, 1.0),), "right": ()},
    )
    assert from_json(json.loads(json.dumps(to_json(given)))) == given


def test_any_periodic_movement_is_counted() -> None:
    seconds = np.arange(round(6 * FPS)) / FPS
    joints = np.repeat(standing()[None], len(seconds), 0)
    elbow, wrist = (KEYPOINT_INDEX[f"right_{part}"] for part in ("elbow", "wrist"))
    curl = np.radians(60 - 60 * np.cos(2 * np.pi * seconds / 1.5))
    length = np.linalg.norm(joints[0, wrist] - joints[0, elbow])
    joints[:, wrist] = joints[:, elbow] + length * np.stack(
        [0 * curl, -np.cos(curl), np.sin(curl)], -1
    )
    found = analyse(movement(joints))
    assert (found.exercise, found.part, len(found.reps)) == ("", "right_elbow", 4)
    (symmetry,) = [i for i in found.indicators if i.name == "limb symmetry index"]
    assert "one side" in str(symmetry.missing)


def test_noise_is_not_periodic() -> None:
    noise = np.cumsum(np.random.default_rng(0).normal(size=300))
    assert periodicity(noise, FPS) < 0.6
    assert periodicity(np.sin(np.arange(300) / 8), FPS) > 0.95
