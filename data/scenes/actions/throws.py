"""Javelin and shot."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import ball, ball_on_palm, javelin
from data.scenes.posed import BALL_RADIUS, Prop
from data.scenes.skeleton import Skeleton, unit

RELEASE = 0.82
"""When javelin and shot leave the hand."""


def _javelin(skeleton: Skeleton) -> tuple[Prop, ...]:
    # Until the delivery its point is beside the right eye, then it goes where it will fly, at about
    # 36° (Bartlett & Best 1988).
    beside = skeleton["head"] + skeleton.body.height * np.array((-0.075, 0.0, 0.0))
    aimed = unit(beside - skeleton.fist("right"))
    share = np.interp(skeleton.progress, (0.42, 0.56), (0.0, 1.0))
    direction = unit(aimed + share * (unit(np.array((0.0, 0.72, 1.0))) - aimed))
    held = javelin(skeleton, direction)
    flown = 6.0 * max(skeleton.progress - RELEASE, 0.0) * direction
    return (Prop(held.kind, held.tail + flown, held.tip + flown, held.up),)


# Angles: Bartlett & Best (1988), Mero et al. (1994).
javelin_throw = Action(
    keys=(
        Key(
            0.0,
            "withdrawal",
            trunk=trunk(turn=-34, lean=-4, side=-6, twist=-48, look=66, nod=-4),
            right_arm=arm(-4, 86, 10, elbow=4, forearm=-80),
            left_arm=arm(40, 80, 10, elbow=40, forearm=60),
            right_leg=leg(56, 4, knee=62, ankle=4),
            left_leg=leg(-16, 6, knee=14, ankle=-30),
            right_foot="free",
            left_foot="toe",
        ),
        Key(
            0.45,
            "power_position",
            trunk=trunk(turn=-36, lean=-14, side=-14, twist=-46, look=66, nod=-6),
            right_arm=arm(-6, 92, 20, elbow=4, forearm=-80),
            left_arm=arm(36, 96, 10, elbow=20, forearm=60),
            right_leg=leg(6, 10, 20, knee=54, ankle=36),
            left_leg=leg(22, 24, 4, knee=4, ankle=6),
            left_foot="free",
        ),
        Key(
            0.68,
            trunk=trunk(turn=-2, lean=-6, side=2, flex=-14, twist=-12, look=14, nod=-8),
            right_arm=arm(-10, 106, 130, elbow=72, forearm=10),
            left_arm=arm(20, 60, 20, elbow=60, forearm=40),
            right_leg=leg(-10, 8, 10, knee=54, ankle=-30),
            left_leg=leg(36, 10, 8, knee=8, ankle=4),
            right_foot="toe",
        ),
        Key(
            RELEASE,
            "release",
            trunk=trunk(turn=14, lean=8, side=8, flex=4, bend=10, twist=10, nod=-18),
            right_arm=arm(30, 142, 90, elbow=16, forearm=40),
            left_arm=arm(30, 26, 0, elbow=112),
            right_leg=leg(-10, 6, 6, knee=24, ankle=-44),
            left_leg=leg(26, 6, 6, knee=2, ankle=-14),
            right_foot="toe",
        ),
        Key(
            1.0,
            trunk=trunk(turn=24, lean=26, side=10, flex=14, twist=20, nod=-26),
            right_arm=arm(96, 84, 70, elbow=14, forearm=60),
            left_arm=arm(-10, 40, 40, elbow=90),
            right_leg=leg(6, 6, 6, knee=64, ankle=-40),
            left_leg=leg(40, 6, 6, knee=12, ankle=0),
            right_foot="free",
        ),
    ),
    venues=("track", "pitch", "park"),
    equip=_javelin,
    anchor="pelvis",
    barefoot=0.0,
    in_groups=False,
)


def _shot(skeleton: Skeleton) -> tuple[Prop, ...]:
    size, progress = skeleton.body.height, skeleton.progress
    pushed = ball_on_palm(skeleton, "shot", "right").tip
    if progress >= RELEASE:
        # It leaves at about 37° (Lichtenberg & Wills 1978).
        flown = 3.0 * (progress - RELEASE) * unit(np.array((0.0, 0.75, 1.0)))
        return (ball("shot", pushed + flown),)
    # At first it lies in the neck, under the jaw, with the hand in front of it.
    head = skeleton.frame("head")
    beside = -0.032 * size - BALL_RADIUS["shot"]
    in_neck = skeleton["head"] + head @ (beside, -0.046 * size, 0.034 * size)
    away = float(np.interp(progress, (0.55, RELEASE), (0.0, 1.0)))
    fingers, palm = skeleton.fingers("right"), skeleton.palm("right")
    towards = np.array((0.35, 0.25, -0.9)), np.array((0.6, 0.75, 0.1))
    skeleton.turn_hand(
        "right",
        fingers + (1 - away) * (head @ towards[0] - fingers),
        palm + (1 - away) * (head @ towards[1] - palm),
    )
    reach = ball_on_palm(skeleton, "shot", "right").tip - skeleton["right_wrist"]
    centre = in_neck + away * (pushed - in_neck)
    skeleton.bend_arm("right", centre - reach)
    return (ball("shot", centre),)


# Angles: Young (2009), glide. The back is turned to the direction of the put at the start.
shot_put = Action(
    keys=(
        Key(
            0.0,
            "start",
            trunk=trunk(turn=-176, lean=62, flex=16, nod=-16),
            right_arm=arm(30, 66, 60, elbow=140, forearm=20, wrist=-50),
            left_arm=arm(78, 56, 80, elbow=20),
            right_leg=leg(94, 3, 6, knee=66, ankle=34),
            left_leg=leg(-6, 4, knee=34, ankle=-20),
            left_foot="free",
        ),
        Key(
            0.45,
            "power_position",
            trunk=trunk(turn=-118, lean=16, side=-18, flex=14, twist=-24, nod=-4),
            right_arm=arm(20, 70, 50, elbow=140, forearm=20, wrist=-50),
            left_arm=arm(76, 78, 50, elbow=30),
            right_leg=leg(48, 10, 10, knee=66, ankle=26),
            left_leg=leg(14, 40, 10, knee=4, ankle=-10),
            right_foot="toe",
        ),
        Key(
            RELEASE,
            "release",
            trunk=trunk(turn=12, lean=4, side=6, flex=-8, bend=8, twist=14, nod=-26),
            right_arm=arm(74, 118, 90, elbow=4, forearm=60, wrist=-40),
            left_arm=arm(20, 30, -10, elbow=116),
            right_leg=leg(-14, 8, 4, knee=4, ankle=-42),
            left_leg=leg(16, 8, 6, knee=2, ankle=-34),
            feet="toe",
        ),
        Key(
            1.0,
            trunk=trunk(turn=26, lean=14, side=8, flex=6, twist=20, nod=-24),
            right_arm=arm(92, 116, 90, elbow=8, forearm=70, wrist=30),
            left_arm=arm(-10, 40, -10, elbow=104),
            right_leg=leg(-8, 8, 4, knee=34, ankle=-40),
            left_leg=leg(30, 8, 6, knee=16, ankle=-6),
            feet="toe",
        ),
    ),
    venues=("track", "pitch", "park"),
    equip=_shot,
    anchor="pelvis",
    barefoot=0.0,
    in_groups=False,
)

ACTIONS: dict[str, Action] = {"javelin_throw": javelin_throw, "shot_put": shot_put}
