"""Football, golf and baseball."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import ball
from data.scenes.posed import BALL_RADIUS, Prop
from data.scenes.skeleton import Skeleton

KICK = 0.5
"""When the foot meets the ball in :data:`football_kick`."""


def _kicked_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    place = skeleton.body.height * np.array((-0.14, 0.0, 0.22))
    place[1] = BALL_RADIUS["football"]
    flown = max(skeleton.progress - KICK, 0.0)
    return (ball("football", place + flown * np.array((0.1, 1.3, 2.4))),)


# Angles: Lees et al. (2010), instep kick.
football_kick = Action(
    keys=(
        Key(
            0.0,
            "backswing",
            trunk=trunk(turn=-22, lean=-4, side=6, flex=-6, twist=22, nod=14, look=8),
            right_arm=arm(-20, 45, 0, elbow=35),
            left_arm=arm(20, 88, 20, elbow=20, forearm=50),
            right_leg=leg(-28, 12, 5, knee=98, ankle=-30),
            left_leg=leg(20, 4, 10, knee=26, ankle=6),
            right_foot="free",
        ),
        Key(
            KICK,
            "contact",
            trunk=trunk(turn=2, lean=-8, side=12, flex=12, twist=-4, nod=20),
            right_arm=arm(-30, 50, 0, elbow=30),
            left_arm=arm(50, 75, 20, elbow=30, forearm=50),
            right_leg=leg(24, -2, 12, knee=26, ankle=-42),
            left_leg=leg(8, 6, 8, knee=28, ankle=14),
            right_foot="free",
            span=0.12,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(turn=14, lean=-10, side=8, flex=20, twist=-16, nod=4),
            right_arm=arm(-35, 55, 0, elbow=30),
            left_arm=arm(80, 55, 40, elbow=50, forearm=40),
            right_leg=leg(92, -4, 5, knee=18, ankle=-35),
            left_leg=leg(-4, 6, 5, knee=14, ankle=-22),
            right_foot="free",
            left_foot="toe",
        ),
    ),
    venues=("pitch", "park", "beach", "indoor_court"),
    equip=_kicked_ball,
    anchor="left_foot",
)

ACTIONS: dict[str, Action] = {"football_kick": football_kick}
