"""Strength training."""

from __future__ import annotations

import math

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import AHEAD, barbell, barbell_on_back, hang
from data.scenes.posed import Prop
from data.scenes.skeleton import SIDES, Skeleton


def _barbell(skeleton: Skeleton) -> tuple[Prop, ...]:
    return (barbell_on_back(skeleton),)


# Angles: Schoenfeld (2010); a back squat to parallel.
squat = Action(
    keys=(
        Key(
            0.0,
            "standing",
            trunk=trunk(lean=5, flex=2, nod=-5),
            arms=arm(-25, 38, -20, elbow=125, forearm=60, wrist=-30),
            legs=leg(6, 10, 14, knee=4, ankle=2),
        ),
        Key(
            0.5,
            "descent",
            trunk=trunk(lean=20, flex=4, nod=-14),
            legs=leg(70, 9, 8, knee=80, ankle=26),
        ),
        Key(
            1.0,
            "bottom",
            trunk=trunk(lean=27, flex=6, nod=-20),
            legs=leg(116, 14, 10, knee=124, ankle=34),
        ),
    ),
    venues=("gym", "studio", "park", "beach", "track"),
    equip=_barbell,
    balanced=True,
    stance=(0.42, 20),
)

push_up = Action(
    keys=(
        Key(
            0.0,
            "top",
            trunk=trunk(lean=70, nod=-20),
            arms=arm(86, 72, 90, elbow=4, forearm=80, wrist=-75),
            legs=leg(0, 3, knee=2, ankle=12),
            feet="toe",
            hands="floor",
        ),
        Key(
            0.5,
            "halfway",
            trunk=trunk(lean=77, nod=-20),
            arms=arm(34, 46, 34, elbow=60, forearm=70, wrist=-75),
            feet="toe",
            hands="floor",
        ),
        Key(
            1.0,
            "bottom",
            trunk=trunk(lean=84, nod=-22),
            arms=arm(-12, 44, -14, elbow=86, forearm=65, wrist=-75),
            legs=leg(0, 3, knee=2, ankle=18),
            feet="toe",
            hands="floor",
        ),
    ),
    venues=("gym", "studio", "park", "beach", "pitch", "indoor_court"),
    usual_venues=3,
)

PLATE = 0.225
"""Radius of a barbell's plates in metres: how high it lies on the floor."""


def _lifted(skeleton: Skeleton) -> tuple[Prop, ...]:
    """A barbell that hangs from straight arms, over the middle of the feet.

    From the floor until it passes the knees the hips sink as far as it takes to reach it.
    """
    body = skeleton.body
    ankles = skeleton.middle("feet")
    shoulders = (skeleton["left_shoulder"] + skeleton["right_shoulder"]) / 2
    ahead = np.interp(skeleton.progress, (0.0, 0.5, 1.0), (0.055, 0.055, 0.085)) * body.height
    bar = ankles + ahead * AHEAD
    arms = 0.99 * (body.upper_arm + body.forearm) + 0.04 * body.height
    bar[1] = shoulders[1] - math.sqrt(arms**2 - (bar[2] - shoulders[2]) ** 2)
    sink = max(1 - 2 * skeleton.progress, 0.0) * (PLATE - bar[1])
    feet = {side: skeleton[f"{side}_ankle"].copy() for side in SIDES}
    skeleton.move(y=sink)
    for side in SIDES:
        skeleton.bend_leg(side, feet[side])
    bar[1] += sink
    return (barbell(skeleton, bar, 0.29 * body.height),)


# Angles: McGuigan & Wilson (1996), Hales et al. (2009), conventional style.
deadlift = Action(
    keys=(
        Key(
            0.0,
            "floor",
            trunk=trunk(lean=64, flex=6, nod=-42),
            arms=arm(88, 62, 80, elbow=2, forearm=80),
            legs=leg(104, 6, 8, knee=72, ankle=22),
        ),
        Key(
            0.5,
            "knee_height",
            trunk=trunk(lean=54, flex=8, nod=-36),
            arms=arm(88, 54, 80, elbow=2, forearm=80),
            legs=leg(76, 6, 8, knee=34, ankle=10),
        ),
        Key(
            1.0,
            "lockout",
            trunk=trunk(lean=-3, flex=-2, nod=0),
            arms=arm(86, 8, 80, elbow=2, forearm=80),
            legs=leg(-3, 6, 8, knee=1),
        ),
    ),
    venues=("gym", "studio", "park", "beach"),
    equip=_lifted,
    balanced=True,
    stance=(0.30, 12),
)


def _hands_on_hips(skeleton: Skeleton) -> tuple[Prop, ...]:
    frame, size = skeleton.frame("pelvis"), skeleton.body.height
    for side, way in (("left", 1.0), ("right", -1.0)):
        waist = skeleton["pelvis"] + frame @ (way * 0.105 * size, 0.07 * size, -0.005 * size)
        skeleton.bend_arm(side, waist, frame @ (way, 0.0, -0.45))
        skeleton.turn_hand(side, frame @ (-way * 0.35, -0.35, 0.9), frame @ (-way, 0.0, -0.3))
    return ()


# Angles: Farrokhi et al. (2008), forward lunge with upright trunk.
lunge = Action(
    keys=(
        Key(
            0.0,
            "standing",
            trunk=trunk(nod=0),
            arms=arm(-20, 45, 0, elbow=100),
            legs=leg(0, 3, 5, knee=2),
        ),
        Key(
            0.45,
            "step",
            trunk=trunk(lean=3, nod=-2),
            right_leg=leg(68, 3, 3, knee=62, ankle=4),
            left_leg=leg(-12, 3, 3, knee=10, ankle=-16),
            right_foot="free",
            left_foot="toe",
        ),
        Key(
            0.7,
            trunk=trunk(lean=4, nod=-3),
            right_leg=leg(56, 3, 3, knee=34, ankle=0),
            left_leg=leg(-24, 3, 3, knee=22, ankle=-10),
            left_foot="toe",
        ),
        Key(
            1.0,
            "bottom",
            trunk=trunk(lean=4, nod=-3),
            right_leg=leg(96, 3, 3, knee=92, ankle=2),
            left_leg=leg(-14, 3, 2, knee=84, ankle=12),
            left_foot="toe",
        ),
    ),
    venues=("gym", "studio", "park", "beach", "track"),
    usual_venues=3,
    equip=_hands_on_hips,
)


def _bar(skeleton: Skeleton) -> tuple[Prop, ...]:
    size = skeleton.body.height
    return (hang(skeleton, 1.36 * size, 0.40 * size),)


# Angles: Prinold & Bull (2016), pronated grip wider than the shoulders.
pull_up = Action(
    keys=(
        Key(
            0.0,
            "hang",
            trunk=trunk(lean=2, nod=-16),
            arms=arm(14, 168, 90, elbow=4, forearm=80),
            legs=leg(4, 3, knee=30, ankle=-25),
        ),
        Key(
            0.5,
            "halfway",
            trunk=trunk(lean=-8, flex=-4, nod=-22),
            arms=arm(14, 96, 90, elbow=84, forearm=80),
            legs=leg(2, 3, knee=52, ankle=-28),
        ),
        Key(
            1.0,
            "chin_over_bar",
            trunk=trunk(lean=-12, flex=-6, nod=-16),
            arms=arm(24, 26, 90, elbow=134, forearm=80),
            legs=leg(2, 3, knee=66, ankle=-30),
        ),
    ),
    venues=("gym", "park", "studio", "beach"),
    usual_venues=2,
    equip=_bar,
    grounded=False,
    anchor="nothing",
)

ACTIONS: dict[str, Action] = {
    "squat": squat,
    "push_up": push_up,
    "deadlift": deadlift,
    "lunge": lunge,
    "pull_up": pull_up,
}
