"""Boxing."""

from __future__ import annotations

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import gloves
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton


def _gloves(skeleton: Skeleton) -> tuple[Prop, ...]:
    return (gloves(skeleton),)


# Angles: Stanley et al. (2018), orthodox stance.
boxing_punch = Action(
    keys=(
        Key(
            0.0,
            "guard",
            trunk=trunk(turn=-38, lean=10, flex=12, nod=6, look=34),
            right_arm=arm(72, 46, 64, elbow=138, forearm=10),
            left_arm=arm(66, 58, 66, elbow=118, forearm=10),
            right_leg=leg(16, 14, 10, knee=34, ankle=4),
            left_leg=leg(34, 8, 4, knee=30, ankle=10),
            right_foot="toe",
        ),
        Key(
            0.45,
            "jab",
            trunk=trunk(turn=-48, lean=12, flex=8, twist=-14, nod=4, look=58),
            right_arm=arm(74, 46, 64, elbow=140, forearm=10),
            left_arm=arm(28, 92, 20, elbow=5, forearm=60),
            right_leg=leg(8, 16, 12, knee=34, ankle=-4),
            left_leg=leg(44, 10, 4, knee=34, ankle=8),
            right_foot="toe",
        ),
        Key(
            0.9,
            "cross",
            trunk=trunk(turn=16, lean=18, flex=8, twist=24, nod=4, look=-26),
            right_arm=arm(52, 96, 20, elbow=5, forearm=70),
            left_arm=arm(70, 50, 64, elbow=136, forearm=10),
            right_leg=leg(-14, 8, -10, knee=36, ankle=-30),
            left_leg=leg(46, 12, 8, knee=40, ankle=12),
            right_foot="toe",
        ),
    ),
    venues=("ring", "gym", "studio", "park"),
    usual_venues=2,
    equip=_gloves,
    headwear=("none", "none", "headband"),
    tops=("tank_top", "bare", "t_shirt"),
    bottoms=("shorts",),
    close=True,
)

ACTIONS: dict[str, Action] = {"boxing_punch": boxing_punch}
