"""Strength training."""

from __future__ import annotations

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import barbell_on_back
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton


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

ACTIONS: dict[str, Action] = {"squat": squat, "push_up": push_up}
