"""Cycling, rowing and swimming."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import AHEAD, UP, float_at, ride, row
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton


def _bicycle(skeleton: Skeleton) -> tuple[Prop, ...]:
    return (ride(skeleton),)


# The legs follow the pedals and the arms the handlebar: their angles only say where they bend to.
cycling = Action(
    keys=(
        Key(
            0.0,
            "top_of_stroke",
            trunk=trunk(lean=42, flex=26, nod=-36),
            arms=arm(80, 75, 75, elbow=25, forearm=60),
            legs=leg(80, 3, knee=80),
            feet="free",
        ),
        Key(0.25, "downstroke", feet="free"),
        Key(0.5, "bottom_of_stroke", feet="free"),
        Key(0.75, feet="free"),
    ),
    venues=("road", "track", "park", "beach"),
    equip=_bicycle,
    periodic=True,
    grounded=False,
    anchor="nothing",
    headwear=("helmet", "helmet", "helmet", "none"),
    tops=("t_shirt", "t_shirt", "long_sleeve"),
    bottoms=("tights", "shorts"),
    barefoot=0.0,
    offset=0.5,
)

# Slide of the seat and place of the handle: Kleshnev (2016), The Biomechanics of Rowing.
_STROKE = (0.0, 0.25, 0.5, 0.75, 1.0)


def _rowing(skeleton: Skeleton) -> tuple[Prop, ...]:
    slide, up, ahead = (
        float(np.interp(skeleton.progress, _STROKE, values))
        for values in (
            (0.36, 0.66, 0.86, 0.62, 0.36),
            (0.30, 0.27, 0.24, 0.28, 0.30),
            (0.76, 0.50, 0.10, 0.52, 0.76),
        )
    )
    return (row(skeleton, slide, (up, ahead)),)


rowing = Action(
    keys=(
        Key(
            0.0,
            "catch",
            trunk=trunk(lean=26, flex=22, nod=-26),
            arms=arm(80, 84, 70, elbow=4, forearm=80),
            legs=leg(120, 6, knee=128),
        ),
        Key(
            0.25,
            "drive",
            trunk=trunk(lean=6, flex=14, nod=-8),
            arms=arm(80, 66, 70, elbow=8, forearm=80),
            legs=leg(95, 6, knee=78),
        ),
        Key(
            0.5,
            "finish",
            trunk=trunk(lean=-22, flex=8, nod=8),
            arms=arm(-20, 44, 0, elbow=100, forearm=80),
            legs=leg(72, 5, knee=16),
        ),
        Key(
            0.75,
            trunk=trunk(lean=14, flex=16, nod=-14),
            arms=arm(80, 70, 70, elbow=6, forearm=80),
            legs=leg(98, 6, knee=72),
        ),
    ),
    venues=("gym", "studio", "park"),
    equip=_rowing,
    periodic=True,
    grounded=False,
    anchor="nothing",
    barefoot=0.0,
)

BLOCK = 0.7
"""Height of a starting block above the water in metres (World Aquatics: 0.5 to 0.75)."""


def _block(skeleton: Skeleton) -> tuple[Prop, ...]:
    front = BLOCK * UP + 0.2 * skeleton.body.height * AHEAD
    return (Prop("starting_block", front - 0.6 * AHEAD, front, UP),)


# Angles: Tor et al. (2015), track start.
swim_start = Action(
    keys=(
        Key(
            0.0,
            "on_the_block",
            trunk=trunk(lean=66, flex=40, nod=6),
            arms=arm(82, 92, 80, elbow=40, forearm=40),
            right_leg=leg(92, 4, knee=92, ankle=6),
            left_leg=leg(98, 4, knee=58, ankle=20),
            right_foot="toe",
        ),
        Key(
            0.55,
            "push_off",
            trunk=trunk(lean=66, flex=4, nod=-16),
            arms=arm(86, 132, 80, elbow=6, forearm=60),
            right_leg=leg(-4, 3, knee=34, ankle=-38),
            left_leg=leg(22, 3, knee=38, ankle=-20),
            right_foot="free",
            left_foot="toe",
            along=0.32,
        ),
        Key(
            1.0,
            "flight",
            trunk=trunk(lean=96, flex=6, nod=14),
            arms=arm(80, 174, 90, elbow=3, forearm=60),
            legs=leg(4, 1, knee=3, ankle=-48),
            air=0.05,
            along=1.15,
        ),
    ),
    venues=("pool",),
    equip=_block,
    floor=BLOCK,
    anchor="feet",
    headwear=("swim_cap",),
    tops=("bare", "tank_top"),
    bottoms=("shorts", "tights"),
    barefoot=1.0,
)


def _swim(skeleton: Skeleton) -> tuple[Prop, ...]:
    float_at(skeleton, 0.05)
    return ()


# Angles: Maglischo (2003); the stroke of the right arm, the left one waits in front.
freestyle_swim = Action(
    keys=(
        Key(
            0.0,
            "entry",
            trunk=trunk(lean=88, spin=-12, nod=-12),
            right_arm=arm(70, 168, 80, elbow=12, forearm=60),
            left_arm=arm(72, 84, 60, elbow=46, forearm=40),
            right_leg=leg(10, 1, knee=8, ankle=-46),
            left_leg=leg(-10, 1, knee=10, ankle=-46),
        ),
        Key(
            0.35,
            "pull",
            trunk=trunk(lean=88, spin=20, nod=-8),
            right_arm=arm(76, 88, 60, elbow=70, forearm=50),
            left_arm=arm(-12, 84, -50, elbow=84, forearm=30),
            right_leg=leg(-10, 1, knee=12, ankle=-46),
            left_leg=leg(10, 1, knee=8, ankle=-46),
        ),
        Key(
            0.7,
            "recovery",
            trunk=trunk(lean=88, spin=-28, nod=-6, look=-50),
            right_arm=arm(-24, 92, -52, elbow=88, forearm=30),
            left_arm=arm(76, 168, 80, elbow=6, forearm=60),
            right_leg=leg(6, 1, knee=8, ankle=-46),
            left_leg=leg(-10, 1, knee=14, ankle=-46),
        ),
    ),
    venues=("pool",),
    equip=_swim,
    periodic=True,
    grounded=False,
    anchor="nothing",
    headwear=("swim_cap",),
    tops=("bare", "tank_top"),
    bottoms=("shorts", "tights"),
    barefoot=1.0,
)

ACTIONS: dict[str, Action] = {
    "cycling": cycling,
    "rowing": rowing,
    "swim_start": swim_start,
    "freestyle_swim": freestyle_swim,
}
