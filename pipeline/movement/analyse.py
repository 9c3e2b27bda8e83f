"""A movement's analysis in numbered steps: clean → angles → repetitions → events → indicators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.movement import Movement
from pipeline.movement.angles import joint_angles, segment_angles
from pipeline.movement.clean import USUAL, Cleaning, clean
from pipeline.movement.contact import Gait, Jump, contacts, gait, jumps
from pipeline.movement.corrections import (
    NONE,
    Corrections,
    set_contacts,
    set_flights,
    set_gait,
    set_reps,
)
from pipeline.movement.mass import centre_of_mass
from pipeline.movement.orientation import inclinations
from pipeline.movement.reps import Exercise, Rep, find_exercise, find_reps
from pipeline.movement.screening import Indicator, indicators

BESIDE = 0.3
"""Seconds between a bend of the knees and a flight that belong together."""


@dataclass(frozen=True)
class Analysis:
    """What was measured; arrays have a row for each of ``movement``'s frames.

    Attributes
    ----------
    movement : cleaned.
    angles, segments : name → degrees (frames,); where there are no joints, the file's own joint
        angles, or how far each inertial sensor is tilted.
    centre : of mass (frames, 2 or 3) in the unit of the joints; None without joints.
    contacts : "left" and "right" → bool (frames,).
    exercise, reps : what repeats, "" where nothing does or it has no name.
    part : the joint by which repetitions are told: "knee", or "left_elbow" where one side moves.
    corrections : the events among these that were set by hand.
    """

    movement: Movement
    angles: dict[str, np.ndarray]
    segments: dict[str, np.ndarray]
    centre: np.ndarray | None
    contacts: dict[str, np.ndarray]
    exercise: str
    reps: tuple[Rep, ...]
    jumps: tuple[Jump, ...]
    gait: Gait | None
    indicators: tuple[Indicator, ...]
    part: str = ""
    corrections: Corrections = NONE


def analyse(movement: Movement, how: Cleaning = USUAL, corrections: Corrections = NONE) -> Analysis:
    """Measure a movement. One without joints gives what it has itself.

    Everything that rests on events follows ``corrections``; raises InputError for impossible ones.
    """
    # 1. Clean
    cleaned = clean(movement, how)
    joints = cleaned.joints
    if joints is None:
        own = cleaned.angles
        angles = dict(zip(own.names, own.values.T, strict=True)) if own else {}
        if cleaned.inertial is not None:
            tilts = inclinations(cleaned.inertial, cleaned.times).T
            angles |= {
                f"{name}_inclination": tilt
                for name, tilt in zip(cleaned.inertial.sensors, tilts, strict=True)
            }
        return Analysis(cleaned, angles, {}, None, {}, "", (), (), None, ())

    # 2. Angles
    angles = joint_angles(joints)
    segments = segment_angles(joints)

    # 3. Feet on the ground, and off it
    times = cleaned.times
    corrections.check(float(times[-1] - times[0]))
    on_ground = (
        contacts(joints, times)
        if corrections.contacts is None
        else set_contacts(corrections.contacts, times)
    )
    steps = gait(joints, times, on_ground)
    if corrections.strikes is not None or corrections.toe_offs is not None:
        steps = set_gait(corrections, steps, times)
    if corrections.flights is not None:
        flights = set_flights(corrections.flights, times)
    else:
        flights = () if steps else tuple(jumps(joints, times))

    # 4. Repetitions
    exercise = find_exercise(joints, angles, cleaned.fps)
    if corrections.reps is not None:
        reps = set_reps(corrections.reps, exercise.angle, times)
    else:
        reps = apart(repetitions(exercise, bool(steps or flights), cleaned.fps), flights, times)

    # 5. Indicators
    found = indicators(
        cleaned, angles, exercise.name, exercise.part, reps, flights, steps, on_ground
    )
    return Analysis(
        cleaned,
        angles,
        segments,
        centre_of_mass(joints),
        on_ground,
        exercise.name if reps else "",
        reps,
        flights,
        steps,
        tuple(found),
        exercise.part if reps else "",
        corrections,
    )


def repetitions(exercise: Exercise, elsewhere: bool, fps: float) -> tuple[Rep, ...]:
    """What repeats; nothing of an unnamed exercise when steps or flights tell it already."""
    if not exercise.known or (elsewhere and not exercise.name):
        return ()
    reps = tuple(find_reps(exercise.angle, fps))
    return reps if exercise.name or len(reps) > 1 else ()


def apart(reps: tuple[Rep, ...], flights: tuple[Jump, ...], times: np.ndarray) -> tuple[Rep, ...]:
    """Those repetitions that are neither the dip before a flight nor the landing after it."""
    return tuple(
        rep
        for rep in reps
        if all(
            times[rep.end] < times[jump.take_off] - BESIDE
            or times[rep.start] > times[jump.landing] + BESIDE
            for jump in flights
        )
    )
