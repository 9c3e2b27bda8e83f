"""Basketball and volleyball."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import ball, ball_on_palm, hold_ball
from data.scenes.posed import BALL_RADIUS, Prop
from data.scenes.skeleton import Skeleton, unit

RELEASE = 0.68
"""When the ball leaves the hand of :data:`basketball_shot`."""
SPIKE = 0.75
"""When the hand meets the ball in :data:`volleyball_spike`."""


def _shot_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    shot = ball_on_palm(skeleton, "basketball", "right")
    if skeleton.progress <= RELEASE:
        # The guide hand leaves the ball before the shooting hand does.
        hold = np.interp(skeleton.progress, (0.45, RELEASE), (1, 0))
        return (hold_ball(skeleton, "basketball", shot.tip, "left", hold=float(hold)),)
    # It leaves at about 55° (Miller & Bartlett 1996).
    flown = 2.0 * (skeleton.progress - RELEASE)
    return (ball("basketball", shot.tip + flown * unit(np.array((0.0, 1.4, 1.0)))),)


basketball_shot = Action(
    keys=(
        Key(
            0.0,
            "dip",
            trunk=trunk(lean=22, flex=14, nod=-22),
            right_arm=arm(75, 22, 75, elbow=95, forearm=-10, wrist=-35),
            left_arm=arm(70, 25, 70, elbow=90, forearm=0, wrist=-10),
            legs=leg(62, 6, 8, knee=72, ankle=26),
        ),
        Key(
            0.4,
            "set_point",
            trunk=trunk(lean=6, flex=4, nod=-12),
            right_arm=arm(82, 95, 88, elbow=105, forearm=70, wrist=-60),
            left_arm=arm(65, 90, 70, elbow=100, forearm=10, wrist=0),
            legs=leg(26, 5, 8, knee=36, ankle=14),
        ),
        Key(
            RELEASE,
            "release",
            trunk=trunk(lean=-2, flex=0, nod=-14),
            right_arm=arm(85, 140, 90, elbow=18, forearm=75, wrist=-10),
            left_arm=arm(70, 120, 75, elbow=55, forearm=10, wrist=0),
            legs=leg(2, 4, 6, knee=4, ankle=-42),
            air=0.14,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(lean=0, flex=2, nod=-12),
            right_arm=arm(85, 138, 90, elbow=8, forearm=80, wrist=68),
            left_arm=arm(70, 105, 75, elbow=60, forearm=15, wrist=5),
            legs=leg(8, 5, 7, knee=12, ankle=-30),
            air=0.10,
        ),
    ),
    venues=("indoor_court", "outdoor_court", "park", "gym", "beach"),
    usual_venues=2,
    equip=_shot_ball,
    close=True,
)


def _dribbled_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    hand, radius = skeleton.fist("right"), BALL_RADIUS["basketball"]
    share = np.interp(skeleton.progress, (0.0, 0.08, 0.4, 0.92, 1.0), (1, 0.92, 0, 0.92, 1))
    height = radius + share * (hand[1] - 2 * radius)
    return (ball("basketball", np.array((hand[0], height, hand[2]))),)


basketball_dribble = Action(
    keys=(
        Key(
            0.0,
            "push",
            trunk=trunk(turn=-8, lean=24, flex=14, twist=-6, nod=-30, look=12),
            right_arm=arm(72, 26, 90, elbow=62, forearm=72, wrist=12),
            left_arm=arm(62, 34, 55, elbow=78, forearm=30),
            right_leg=leg(34, 12, 10, knee=66, ankle=20),
            left_leg=leg(72, 10, 8, knee=62, ankle=22),
            right_foot="toe",
        ),
        Key(
            0.4,
            "ball_low",
            trunk=trunk(turn=-6, lean=28, flex=14, twist=-8, nod=-34, look=12),
            right_arm=arm(72, 20, 90, elbow=34, forearm=78, wrist=34),
            right_leg=leg(34, 12, 10, knee=70, ankle=22),
            left_leg=leg(76, 10, 8, knee=66, ankle=24),
            right_foot="toe",
        ),
        Key(
            0.72,
            "ball_rise",
            trunk=trunk(turn=-8, lean=23, flex=12, twist=-4, nod=-28, look=12),
            right_arm=arm(72, 24, 90, elbow=70, forearm=72, wrist=-12),
            right_leg=leg(34, 12, 10, knee=62, ankle=18),
            left_leg=leg(68, 10, 8, knee=58, ankle=20),
            right_foot="toe",
        ),
    ),
    venues=("indoor_court", "outdoor_court", "park", "gym"),
    usual_venues=2,
    equip=_dribbled_ball,
    periodic=True,
    anchor="pelvis",
)


def _spiked_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    size = skeleton.body.height
    contact = size * np.array((-0.14, 1.50, 0.34))
    toss = np.array((0.3, 0.3, 0.5))
    if skeleton.progress < SPIKE:
        return (ball("volleyball", contact + (SPIKE - skeleton.progress) * toss),)
    flown = skeleton.progress - SPIKE
    return (ball("volleyball", contact + flown * np.array((0.0, -1.6, 4.0))),)


# Angles: Wagner et al. (2009), spike jump.
volleyball_spike = Action(
    keys=(
        Key(
            0.0,
            "approach",
            trunk=trunk(turn=-14, lean=30, flex=8, nod=-34),
            arms=arm(78, -56, 90, elbow=8, forearm=10),
            right_leg=leg(58, 6, 6, knee=66, ankle=24),
            left_leg=leg(72, 8, 6, knee=72, ankle=20),
        ),
        Key(
            0.55,
            "arm_cock",
            trunk=trunk(turn=-30, lean=-12, flex=-24, bend=-8, twist=-18, nod=-22, look=34),
            right_arm=arm(-18, 104, 96, elbow=112, forearm=30, wrist=-20),
            left_arm=arm(62, 142, 60, elbow=10, forearm=-30),
            right_leg=leg(-18, 6, knee=76, ankle=-36),
            left_leg=leg(-10, 6, knee=62, ankle=-36),
            air=0.42,
        ),
        Key(
            SPIKE,
            "contact",
            trunk=trunk(turn=6, lean=10, flex=8, bend=14, twist=10, nod=-30),
            right_arm=arm(40, 146, 88, elbow=6, forearm=60, wrist=20),
            left_arm=arm(70, 40, 60, elbow=88, forearm=20),
            right_leg=leg(14, 5, knee=34, ankle=-36),
            left_leg=leg(20, 5, knee=26, ankle=-36),
            air=0.42,
            span=0.15,
        ),
        Key(
            1.0,
            trunk=trunk(turn=16, lean=22, flex=24, twist=14, nod=-20),
            right_arm=arm(100, 56, 60, elbow=20, forearm=60),
            left_arm=arm(40, 40, 60, elbow=70, forearm=20),
            legs=leg(34, 5, knee=36, ankle=-20),
            air=0.12,
        ),
    ),
    venues=("indoor_court", "beach", "outdoor_court", "park"),
    usual_venues=2,
    equip=_spiked_ball,
    anchor="pelvis",
    close=True,
)

ACTIONS: dict[str, Action] = {
    "basketball_shot": basketball_shot,
    "basketball_dribble": basketball_dribble,
    "volleyball_spike": volleyball_spike,
}
