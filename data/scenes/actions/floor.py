"""Gymnastics, yoga, stretching and rest."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import AHEAD, LEFT, UP, mat
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton, unit

_CALM = ("studio", "park", "gym", "beach")


def _on_mat(skeleton: Skeleton) -> tuple[Prop, ...]:
    return (mat(skeleton),)


# Angles: FIG code of points; a straight handstand, kicked up to.
handstand = Action(
    keys=(
        Key(
            0.0,
            "kick_up",
            trunk=trunk(lean=128, nod=-30),
            arms=arm(80, 168, 90, elbow=3, forearm=70, wrist=-70),
            right_leg=leg(-32, 2, knee=6, ankle=-40),
            left_leg=leg(62, 4, knee=24, ankle=-36),
            feet="free",
            hands="floor",
        ),
        Key(
            0.5,
            "balance",
            trunk=trunk(lean=180, nod=-22),
            arms=arm(80, 176, 90, elbow=3, forearm=70, wrist=-76),
            legs=leg(0, 1, knee=2, ankle=-45),
            feet="free",
            hands="floor",
        ),
        Key(
            1.0,
            "step_down",
            trunk=trunk(lean=140, nod=-24),
            arms=arm(80, 170, 90, elbow=3, forearm=70, wrist=-72),
            right_leg=leg(92, 4, knee=12, ankle=-20),
            left_leg=leg(-10, 3, knee=6, ankle=-40),
            feet="free",
            hands="floor",
        ),
    ),
    venues=("gym", "studio", "park", "beach"),
    usual_venues=2,
    anchor="hands",
    headwear=("none",),
    bottoms=("shorts", "tights"),
    barefoot=0.6,
)

# The athlete travels along +z with the left hand first.
cartwheel = Action(
    keys=(
        Key(
            0.0,
            "hands_down",
            trunk=trunk(turn=-78, lean=8, side=132, nod=-12),
            left_arm=arm(24, 164, 80, elbow=4, forearm=60, wrist=-64),
            right_arm=arm(24, 150, 80, elbow=4, forearm=60, wrist=-50),
            right_leg=leg(0, 44, 10, knee=4, ankle=-38),
            left_leg=leg(14, 46, 14, knee=14, ankle=-30),
            feet="free",
            left_hand="floor",
        ),
        Key(
            0.5,
            "inverted",
            trunk=trunk(turn=-88, side=180, nod=-16),
            arms=arm(24, 168, 80, elbow=3, forearm=60, wrist=-72),
            legs=leg(0, 62, 16, knee=2, ankle=-42),
            feet="free",
            hands="floor",
        ),
        Key(
            1.0,
            "landing",
            trunk=trunk(turn=-96, lean=6, side=224, nod=-10),
            right_arm=arm(24, 164, 80, elbow=4, forearm=60, wrist=-64),
            left_arm=arm(10, 150, 80, elbow=4, forearm=60, wrist=-55),
            right_leg=leg(14, 48, 14, knee=14, ankle=-24),
            left_leg=leg(0, 46, 10, knee=4, ankle=-38),
            feet="free",
            right_hand="floor",
        ),
    ),
    venues=("gym", "park", "beach", "studio"),
    usual_venues=2,
    anchor="hands",
    headwear=("none",),
    bottoms=("shorts", "tights"),
    barefoot=0.6,
)

# Virabhadrasana II over the left leg.
yoga_warrior = Action(
    keys=(
        Key(
            0.0,
            "step_in",
            trunk=trunk(turn=6, nod=2, look=20),
            arms=arm(6, 52, 10, elbow=4, forearm=70),
            right_leg=leg(0, 26, 8, knee=3),
            left_leg=leg(6, 28, 40, knee=8),
        ),
        Key(
            0.5,
            "sinking",
            trunk=trunk(turn=8, look=48),
            arms=arm(4, 78, 4, elbow=4, forearm=76),
            right_leg=leg(-4, 38, 10, knee=3),
            left_leg=leg(34, 46, 52, knee=46, ankle=8),
        ),
        Key(
            1.0,
            "hold",
            trunk=trunk(turn=10, look=74),
            arms=arm(2, 90, 0, elbow=2, forearm=80),
            right_leg=leg(-8, 46, 12, knee=3),
            left_leg=leg(58, 58, 60, knee=90, ankle=10),
        ),
    ),
    venues=_CALM,
    equip=_on_mat,
    bottoms=("tights", "tights", "shorts"),
    headwear=("none", "none", "headband"),
    barefoot=0.8,
)


def _palms_together(skeleton: Skeleton) -> tuple[Prop, ...]:
    """From half-way to the second phase on the palms are pressed together in the middle."""
    share = np.clip((skeleton.progress - 0.25) / 0.15, 0.0, 1.0)
    if share > 0:
        left, right = skeleton["left_wrist"], skeleton["right_wrist"]
        middle = (left + right) / 2
        middle[0] = skeleton["neck"][0]
        fingers = skeleton.fingers("left") + skeleton.fingers("right")
        for side, way in (("left", 1.0), ("right", -1.0)):
            wrist = skeleton[f"{side}_wrist"]
            place = middle + way * 0.016 * skeleton.body.height * LEFT
            palm = skeleton.palm(side) + share * (-way * LEFT - skeleton.palm(side))
            skeleton.bend_arm(side, wrist + share * (place - wrist))
            own = skeleton.fingers(side)
            skeleton.turn_hand(side, own + share * (fingers / 2 - own), palm)
    return (mat(skeleton),)


# Vrksasana on the left leg.
yoga_tree = Action(
    keys=(
        Key(
            0.0,
            "foot_up",
            trunk=trunk(side=-1, nod=4),
            arms=arm(4, 76, 10, elbow=6, forearm=70),
            right_leg=leg(42, 38, 48, knee=112, ankle=-16),
            left_leg=leg(0, 2, 6, knee=2),
            right_foot="free",
        ),
        Key(
            0.5,
            "hands_together",
            trunk=trunk(side=-2, nod=2),
            arms=arm(62, 40, 28, elbow=118, forearm=-6, wrist=-20),
            right_leg=leg(38, 52, 56, knee=136, ankle=-24),
            left_leg=leg(0, 3, 6, knee=2),
            right_foot="free",
        ),
        Key(
            1.0,
            "hold",
            trunk=trunk(side=-2, nod=-6),
            arms=arm(36, 172, 60, elbow=16, forearm=10),
            right_leg=leg(38, 54, 56, knee=136, ankle=-24),
            left_leg=leg(0, 3, 6, knee=2),
            right_foot="free",
        ),
    ),
    venues=_CALM,
    equip=_palms_together,
    balanced=True,
    bottoms=("tights", "tights", "shorts"),
    headwear=("none", "none", "headband"),
    barefoot=0.8,
)


def _hold_ankle(skeleton: Skeleton) -> tuple[Prop, ...]:
    """In the quadriceps stretch the right hand takes the right ankle."""
    share = np.clip((skeleton.progress - 0.75) / 0.15, 0.0, 1.0)
    if share > 0:
        wrist, ankle = skeleton["right_wrist"], skeleton["right_ankle"]
        above = ankle + 0.05 * skeleton.body.height * UP
        skeleton.bend_arm("right", wrist + share * (above - wrist), -AHEAD)
        if share == 1.0:
            skeleton.close("right")
    return ()


stretching = Action(
    keys=(
        Key(
            0.0,
            "forward_fold",
            trunk=trunk(lean=82, flex=62, nod=26),
            arms=arm(88, 98, 80, elbow=18, forearm=40),
            legs=leg(88, 6, 6, knee=4, ankle=6),
        ),
        Key(
            0.5,
            "side_bend",
            trunk=trunk(side=8, bend=36, tilt=10),
            right_arm=arm(10, 164, 70, elbow=18, forearm=20),
            left_arm=arm(-6, 36, -10, elbow=84, forearm=40),
            legs=leg(0, 20, 14, knee=2),
        ),
        Key(
            1.0,
            "quad_stretch",
            trunk=trunk(lean=4, nod=2),
            right_arm=arm(60, -42, 60, elbow=24, forearm=20),
            left_arm=arm(20, 86, 10, elbow=6, forearm=70),
            right_leg=leg(-4, 3, knee=132, ankle=-30),
            left_leg=leg(3, 3, 6, knee=5),
            right_foot="free",
        ),
    ),
    venues=("park", "track", "gym", "studio", "beach", "pitch", "indoor_court"),
    usual_venues=4,
    equip=_hold_ankle,
    balanced=True,
)


def _prop_up(skeleton: Skeleton) -> tuple[Prop, ...]:
    """Standing, the hands are on the hips; out of breath, just above the knees."""
    on_hips = np.clip((0.35 - skeleton.progress) / 0.15, 0.0, 1.0)
    on_knees = np.clip((skeleton.progress - 0.7) / 0.15, 0.0, 1.0)
    size = skeleton.body.height
    for side, way in (("left", 1.0), ("right", -1.0)):
        knee, hip = skeleton[f"{side}_knee"], skeleton[f"{side}_hip"]
        frame = skeleton.frame("pelvis" if on_hips else f"{side}_thigh")
        if on_hips:
            share, place = on_hips, hip + size * frame @ (way * 0.062, 0.062, 0.0)
            fingers, palm = frame @ (-0.4 * way, -0.6, 0.7), frame @ (-way, 0.0, 0.0)
        else:
            share, place = on_knees, knee + 0.16 * (hip - knee) + 0.042 * size * frame[:, 2]
            fingers, palm = knee - hip, -frame[:, 2]
        if share:
            wrist = skeleton[f"{side}_wrist"]
            own_fingers, own_palm = skeleton.fingers(side), skeleton.palm(side)
            skeleton.bend_arm(side, wrist + share * (place - wrist))
            skeleton.turn_hand(
                side,
                own_fingers + share * (unit(fingers) - own_fingers),
                own_palm + share * (palm - own_palm),
            )
    return ()


rest = Action(
    keys=(
        Key(
            0.0,
            "standing",
            trunk=trunk(lean=-2, flex=6, nod=4),
            arms=arm(-22, 42, -14, elbow=92, forearm=30, wrist=-20),
            right_leg=leg(6, 10, 12, knee=8),
            left_leg=leg(0, 8, 12, knee=2),
        ),
        Key(
            0.5,
            "sitting",
            trunk=trunk(lean=-14, flex=30, nod=-2),
            arms=arm(82, 64, 60, elbow=26, forearm=30),
            legs=leg(110, 12, 6, knee=112, ankle=-14),
            feet="free",
        ),
        Key(
            1.0,
            "hands_on_knees",
            trunk=trunk(lean=50, flex=26, nod=-30),
            arms=arm(80, 66, 60, elbow=16, forearm=70),
            legs=leg(66, 10, 10, knee=34, ankle=12),
        ),
    ),
    venues=("park", "track", "gym", "indoor_court", "pitch", "beach", "tennis_court", "studio"),
    usual_venues=5,
    equip=_prop_up,
)

ACTIONS: dict[str, Action] = {
    "handstand": handstand,
    "cartwheel": cartwheel,
    "yoga_warrior": yoga_warrior,
    "yoga_tree": yoga_tree,
    "stretching": stretching,
    "rest": rest,
}
