"""Football, golf and baseball."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import ball, path, two_handed
from data.scenes.posed import BALL_RADIUS, Prop
from data.scenes.skeleton import Skeleton, unit

KICK = 0.5
"""When the foot meets the ball in :data:`football_kick`."""


def _kicked_ball(skeleton: Skeleton) -> tuple[Prop, ...]:
    place = skeleton.body.height * np.array((-0.105, 0.0, 0.26))
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

IMPACT = 0.68
"""When the club meets the ball in :data:`golf_swing`."""
_TEE = (0.02, 0.012, 0.40)
"""Where the golf ball lies, as shares of body height; it flies to the left."""


def _golf(skeleton: Skeleton) -> tuple[Prop, ...]:
    size = skeleton.body.height
    hands = skeleton["chest"] + size * path(
        skeleton.progress,
        (0.0, 0.0, -0.30, 0.10),
        (0.25, -0.22, -0.16, 0.08),
        (0.42, -0.17, 0.19, -0.02),
        (0.55, -0.16, -0.10, 0.12),
        (IMPACT, 0.05, -0.31, 0.12),
        (0.82, 0.22, -0.08, 0.12),
        (1.0, 0.10, 0.17, -0.10),
    )
    tee = size * np.array(_TEE)
    down = (tee - hands) / size
    shaft = path(
        skeleton.progress,
        (0.0, *down),
        (0.25, -0.55, 0.25, 0.05),
        (0.42, 0.55, 0.10, -0.40),
        (0.55, -0.60, 0.50, -0.1),
        (IMPACT, *down),
        (0.82, 0.60, 0.25, 0.15),
        (1.0, -0.45, -0.25, -0.45),
    )
    shaft = unit(shaft)
    # The head never goes below the grass.
    length = 0.5 * size if shaft[1] > 0 else min(0.5 * size, hands[1] / -shaft[1] + 0.05 * size)
    club = two_handed(skeleton, "golf_club", length, shaft, hands)
    flown = max(skeleton.progress - IMPACT, 0.0)
    return club, ball("golf_ball", tee + flown * np.array((6.0, 2.5, 0.0)))


# Angles: Meister et al. (2011), Nesbit (2005). The athlete faces +z, the target is at the left.
golf_swing = Action(
    keys=(
        Key(
            0.0,
            "address",
            trunk=trunk(lean=30, flex=12, nod=16),
            arms=arm(88, 42, 30, elbow=8, forearm=10),
            legs=leg(46, 10, 10, knee=22, ankle=8),
        ),
        Key(
            0.42,
            "top_of_swing",
            trunk=trunk(turn=-42, lean=22, flex=8, bend=10, twist=-44, nod=10, look=70),
            right_arm=arm(30, 82, 60, elbow=92),
            left_arm=arm(118, 92, 20, elbow=10),
            right_leg=leg(34, 10, 16, knee=18, ankle=6),
            left_leg=leg(44, 10, 10, knee=34, ankle=10),
        ),
        Key(
            IMPACT,
            "impact",
            trunk=trunk(turn=34, lean=24, side=-4, flex=10, bend=-8, twist=-16, nod=16, look=-10),
            right_arm=arm(92, 40, 30, elbow=20),
            left_arm=arm(84, 44, 30, elbow=6),
            right_leg=leg(28, 8, 4, knee=28, ankle=-8),
            left_leg=leg(26, 12, 12, knee=8, ankle=4),
            right_foot="toe",
            span=0.12,
        ),
        Key(
            1.0,
            "finish",
            trunk=trunk(turn=72, lean=-4, flex=-6, twist=38, nod=-8, look=6),
            right_arm=arm(112, 96, 50, elbow=70),
            left_arm=arm(40, 100, 70, elbow=110),
            right_leg=leg(-6, 4, -6, knee=40, ankle=-40),
            left_leg=leg(4, 6, 20, knee=4, ankle=2),
            right_foot="toe",
        ),
    ),
    venues=("park", "pitch", "beach"),
    equip=_golf,
    headwear=("none", "cap", "cap"),
    in_groups=False,
)

BAT_CONTACT = 0.66
"""When the bat meets the ball in :data:`baseball_swing`."""


def _batting(skeleton: Skeleton) -> tuple[Prop, ...]:
    size = skeleton.body.height
    hands = skeleton["chest"] + size * path(
        skeleton.progress,
        (0.0, -0.13, 0.10, 0.12),
        (0.35, -0.20, 0.11, 0.06),
        (0.52, -0.10, 0.02, 0.16),
        (BAT_CONTACT, 0.10, -0.10, 0.27),
        (0.8, 0.28, 0.0, 0.06),
        (1.0, 0.06, 0.12, -0.15),
    )
    shaft = path(
        skeleton.progress,
        (0.0, -0.30, 0.90, -0.25),
        (0.35, 0.05, 0.85, -0.40),
        (0.52, -0.80, 0.20, 0.20),
        (BAT_CONTACT, 0.20, -0.12, 0.95),
        (0.8, 0.95, 0.10, -0.20),
        (1.0, -0.55, 0.05, -0.75),
    )
    bat = two_handed(skeleton, "baseball_bat", 0.84, unit(shaft), hands)
    meets = skeleton["chest"] + size * np.array((0.18, -0.15, 0.62))
    away = skeleton.progress - BAT_CONTACT
    flies = np.array((-4.0, -0.2, 0.0)) if away < 0 else np.array((4.0, 2.2, 0.8))
    place = meets + (0.06, 0.0, 0.0) + abs(away) * flies * (-1 if away < 0 else 1, 1, 1)
    return bat, ball("baseball", place)


# Angles: Welch et al. (1995). The athlete faces the plate at +z, the pitcher is at the left.
baseball_swing = Action(
    keys=(
        Key(
            0.0,
            "stance",
            trunk=trunk(turn=-8, lean=16, flex=8, twist=-10, nod=-6, look=76),
            right_arm=arm(20, 70, 40, elbow=110),
            left_arm=arm(110, 66, 30, elbow=80),
            legs=leg(48, 20, 12, knee=46, ankle=14),
        ),
        Key(
            0.35,
            "stride",
            trunk=trunk(turn=-22, lean=16, side=-4, flex=6, twist=-16, nod=-4, look=84),
            right_arm=arm(10, 78, 50, elbow=112),
            left_arm=arm(118, 72, 30, elbow=60),
            right_leg=leg(48, 24, 10, knee=58, ankle=20),
            left_leg=leg(46, 36, 20, knee=34, ankle=4),
            left_foot="free",
        ),
        Key(
            BAT_CONTACT,
            "contact",
            trunk=trunk(turn=54, lean=2, side=-8, flex=6, twist=10, nod=12, look=-10),
            right_arm=arm(80, 56, 30, elbow=40),
            left_arm=arm(70, 62, 30, elbow=12),
            right_leg=leg(2, 14, -10, knee=48, ankle=-20),
            left_leg=leg(34, 20, 10, knee=8, ankle=-4),
            right_foot="toe",
            span=0.1,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(turn=78, lean=-4, flex=-2, twist=34, nod=-4, look=-24),
            right_arm=arm(116, 90, 40, elbow=60),
            left_arm=arm(10, 86, 50, elbow=92),
            right_leg=leg(-6, 8, -6, knee=46, ankle=-34),
            left_leg=leg(22, 12, 12, knee=6, ankle=-2),
            right_foot="toe",
        ),
    ),
    venues=("pitch", "park", "beach", "gym"),
    equip=_batting,
    headwear=("cap", "helmet", "helmet", "none"),
    in_groups=False,
)

ACTIONS: dict[str, Action] = {
    "football_kick": football_kick,
    "golf_swing": golf_swing,
    "baseball_swing": baseball_swing,
}
