"""A scene's geometry: where every joint and every piece of equipment is.

World frame: metres, right-handed, y up, ground at y = 0. The first athlete's movement direction
(heading) is +z; with +z ahead and +y up the athlete's left is +x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

JOINTS = (
    # COCO's 17, in COCO's order …
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    # … and what a drawn body needs beyond them.
    "left_hand",  # tip of the middle finger
    "right_hand",
    "left_heel",  # heel and toe lie on the sole: y = 0 when standing
    "right_heel",
    "left_toe",  # big toe
    "right_toe",
    "pelvis",
    "chest",  # between the shoulder blades, where the rib cage is widest
    "neck",  # base of the neck
    "head",  # centre of the skull
)
JOINT_INDEX = {name: i for i, name in enumerate(JOINTS)}
MIRRORED = tuple(
    JOINT_INDEX[
        n.replace("left_", "right_") if n.startswith("left_") else n.replace("right_", "left_")
    ]
    for n in JOINTS
)
"""For each joint the index of its mirror image: ``joints[..., MIRRORED, :]`` swaps the sides."""

PROPS = (
    "basketball",
    "football",
    "volleyball",
    "tennis_ball",
    "shuttlecock",
    "table_tennis_ball",
    "golf_ball",
    "baseball",
    "shot",
    "tennis_racket",
    "badminton_racket",
    "table_tennis_bat",
    "baseball_bat",
    "golf_club",
    "javelin",
    "barbell",
    "hurdle",
    "high_jump_bar",
    "pull_up_bar",
    "bicycle",
    "rowing_machine",
    "starting_block",
    "starting_blocks",
    "table",
    "boxing_gloves",
    "mat",
)

BALL_RADIUS = {
    "basketball": 0.120,
    "football": 0.110,
    "volleyball": 0.105,
    "tennis_ball": 0.033,
    "shuttlecock": 0.033,
    "table_tennis_ball": 0.020,
    "golf_ball": 0.021,
    "baseball": 0.037,
    "shot": 0.060,
}
"""Radius of each ball in metres."""

BICYCLE = {
    "wheel": (0.34, 0.34),
    "crank": (0.42, -0.07),
    "saddle": (0.21, 0.60),
    "handlebar": (0.90, 0.62),
}
"""Places on a bicycle, as shares of its wheelbase: ahead of the rear hub and above it. ``wheel``
is the radius (both numbers)."""


@dataclass(frozen=True)
class Prop:
    """A piece of equipment, placed.

    ``kind`` is one of :data:`PROPS`. ``tail`` and ``tip`` (3,) are its two ends in metres: grip and
    far end of a racket, bat or club; the two ends of a bar; rear and front hub of a bicycle; both
    at the centre for a ball. ``up`` (3,) is the unit normal that fixes its roll: the face normal of
    a racket, world up for a bicycle, table or hurdle.
    """

    kind: str
    tail: np.ndarray
    tip: np.ndarray
    up: np.ndarray


@dataclass(frozen=True)
class Posed:
    """The geometry of one scene: ``joints`` float32 (athletes, len(JOINTS), 3) in metres.

    ``hand_axes`` float32 (athletes, 2, 3): unit palm normals, left then right, pointing out of the
    palm. ``props`` belong to no athlete in particular.
    """

    joints: np.ndarray
    hand_axes: np.ndarray
    props: tuple[Prop, ...]
