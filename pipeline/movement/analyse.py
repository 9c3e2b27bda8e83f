"""A movement's analysis in numbered steps: clean → angles → repetitions → events → indicators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.movement import Movement
from pipeline.movement.angles import joint_angles, segment_angles
from pipeline.movement.clean import USUAL, Cleaning, clean
from pipeline.movement.contact import Gait, Jump, contacts, gait, jumps
from pipeline.movement.mass import centre_of_mass
from pipeline.movement.orientation import inclinations
from pipeline.movement.reps import Rep, find_reps, main_angle
from pipeline.movement.screening import Indicator, indicators


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
    exercise, reps : what repeats, "" where nothing does.
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


def analyse(movement: Movement, how: Cleaning = USUAL) -> Analysis:
    """Measure a movement. One without joints gives what it has itself."""
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
    on_ground = contacts(joints, cleaned.times)
    steps = gait(joints, cleaned.times)
    flights = () if steps else tuple(jumps(joints, cleaned.times))

    # 4. Repetitions
    exercise, main = ("", np.zeros(0)) if steps else main_angle(joints, angles)
    reps = tuple(find_reps(main, cleaned.fps))

    # 5. Indicators
    found = indicators(cleaned, angles, exercise, reps, flights, steps)
    return Analysis(
        cleaned,
        angles,
        segments,
        centre_of_mass(joints),
        on_ground,
        exercise if reps else "",
        reps,
        flights,
        steps,
        tuple(found),
    )
