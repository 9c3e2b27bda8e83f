"""Velocities, and the centre of mass of the body."""

from __future__ import annotations

import numpy as np

from data.movement.names import KEYPOINT_INDEX, SIDES

# Segment's ends, share of the body's mass, and where its centre lies from the first end: Dempster
# (1955) as tabled by Winter (2009, table 4.1). The joints that every skeleton has are enough for
# these; the shares add up to one.
_LIMBS = (
    ("shoulder", "elbow", 0.028, 0.436),  # upper arm
    ("elbow", "wrist", 0.022, 0.682),  # forearm and hand
    ("hip", "knee", 0.100, 0.433),  # thigh
    ("knee", "ankle", 0.061, 0.606),  # shank and foot
)
_TRUNK = (0.578, 0.66)
"""Trunk, neck and head, from the hips to the shoulders."""


def centre_of_mass(joints: np.ndarray) -> np.ndarray:
    """The body's centre of mass (frames, 2 or 3) in the unit of the joints; NaN where unknown.

    The mean of the segments' centres, weighted by their mass: Winter (2009), eq. 4.6.
    """

    def at(name: str) -> np.ndarray:
        return joints[:, KEYPOINT_INDEX[name]]

    shoulders, hips = (
        (at(f"left_{part}") + at(f"right_{part}")) / 2 for part in ("shoulder", "hip")
    )
    share, place = _TRUNK
    total = share * ((1 - place) * hips + place * shoulders)
    for start, end, share, place in _LIMBS:
        for side in SIDES:
            total = total + share * (
                (1 - place) * at(f"{side}_{start}") + place * at(f"{side}_{end}")
            )
    return total


def velocity(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The rate of change (frames, …) in units a second, by central differences (Winter 2009, 3.5).

    Single frames have none.
    """
    return np.gradient(values, times, axis=0) if len(times) > 1 else np.full_like(values, np.nan)
