"""Basketball and volleyball."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import ball, ball_on_palm, hold_ball
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton, unit

RELEASE = 0.68
"""When the ball leaves the hand of :data:`basketball_shot`."""


def _shot_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    shot = ball_on_palm(skeleton, "basketball", "right")
    if skeleton.progress <= RELEASE:
        return (hold_ball(skeleton, "basketball", shot.tip, "left"),)
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

ACTIONS: dict[str, Action] = {"basketball_shot": basketball_shot}
