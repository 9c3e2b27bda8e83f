"""Running and jumping."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, both_sides, leg, trunk
from data.scenes.actions.props import LEFT, UP
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton

# Angles: Mann & Herman (1985), Kunz & Kaufmann (1981).
sprint = Action(
    keys=both_sides(
        Key(  # The right foot lands just ahead of the hips, the left heel passes the other knee.
            0.0,
            "foot_strike",
            trunk=trunk(turn=3, lean=8, flex=4, twist=-4, nod=-6),
            right_arm=arm(90, -18, 90, elbow=88),
            left_arm=arm(90, 15, 82, elbow=92),
            right_leg=leg(32, 2, knee=22, ankle=4),
            left_leg=leg(12, 2, knee=112, ankle=-10),
            right_foot="toe",
            left_foot="free",
        ),
        Key(
            0.24,
            "drive",
            trunk=trunk(turn=-7, lean=12, flex=4, twist=12, nod=-8),
            right_arm=arm(90, 52, 78, elbow=85),
            left_arm=arm(90, -58, 90, elbow=95),
            right_leg=leg(-14, 2, knee=14, ankle=-30),
            left_leg=leg(96, 3, knee=100, ankle=5),
            right_foot="toe",
            left_foot="free",
        ),
        Key(
            0.37,
            "flight",
            trunk=trunk(turn=-5, lean=9, flex=4, twist=9, nod=-6),
            right_arm=arm(90, 42, 80, elbow=80),
            left_arm=arm(90, -48, 90, elbow=85),
            right_leg=leg(-8, 2, knee=58, ankle=-22),
            left_leg=leg(72, 2, knee=58, ankle=6),
            air=0.09,
        ),
    ),
    venues=("track", "road", "park", "beach", "pitch", "gym"),
    periodic=True,
    anchor="pelvis",
)

# Angles: Novacheck (1998), running at 3.2 m/s.
distance_run = Action(
    keys=both_sides(
        Key(
            0.0,
            "foot_strike",
            trunk=trunk(turn=4, lean=6, flex=4, twist=-8, nod=-6),
            right_arm=arm(90, -38, 90, elbow=96),
            left_arm=arm(90, 20, 78, elbow=92),
            right_leg=leg(34, 2, knee=12, ankle=-2),
            left_leg=leg(-6, 2, knee=84, ankle=-18),
            right_foot="toe",
            left_foot="free",
        ),
        Key(
            0.14,
            "mid_stance",
            trunk=trunk(lean=6, flex=4, nod=-6),
            right_arm=arm(90, -8, 86, elbow=96),
            left_arm=arm(90, -8, 86, elbow=96),
            right_leg=leg(22, 2, knee=40, ankle=24),
            left_leg=leg(20, 2, knee=104, ankle=-8),
            left_foot="free",
        ),
        Key(
            0.32,
            "toe_off",
            trunk=trunk(turn=-6, lean=8, flex=4, twist=12, nod=-8),
            right_arm=arm(90, 30, 76, elbow=92),
            left_arm=arm(90, -48, 90, elbow=98),
            right_leg=leg(-12, 2, knee=16, ankle=-28),
            left_leg=leg(58, 2, knee=84, ankle=0),
            right_foot="toe",
            left_foot="free",
        ),
        Key(
            0.42,
            trunk=trunk(turn=-6, lean=7, flex=4, twist=10, nod=-7),
            right_arm=arm(90, 28, 78, elbow=92),
            left_arm=arm(90, -44, 90, elbow=98),
            right_leg=leg(-10, 2, knee=44, ankle=-26),
            left_leg=leg(50, 2, knee=44, ankle=2),
            air=0.05,
        ),
    ),
    venues=("road", "park", "track", "beach", "gym"),
    usual_venues=3,
    periodic=True,
    anchor="pelvis",
    offset=0.5,
)


def _hurdle(skeleton: Skeleton) -> tuple[Prop, ...]:
    # 0.96 m at 1.75 m of body height, between the women's 0.84 m and the men's 1.07 m.
    size = skeleton.body.height
    moments, ahead = (0.0, 0.4, 0.5, 0.68, 1.0), (0.90, 0.60, 0.28, -0.12, -0.66)
    far = np.interp(skeleton.progress, moments, ahead)
    middle = size * np.array((0.0, 0.55, far))
    return (Prop("hurdle", middle - 0.6 * LEFT, middle + 0.6 * LEFT, UP),)


# Angles: Coh & Iskra (2012), McDonald & Dapena (1991). The right leg leads.
hurdles = Action(
    keys=(
        Key(
            0.0,
            "take_off",
            trunk=trunk(turn=6, lean=24, flex=6, twist=-14, nod=-24),
            right_arm=arm(90, -50, 90, elbow=88),
            left_arm=arm(90, 92, 80, elbow=24),
            right_leg=leg(112, 3, knee=84, ankle=8),
            left_leg=leg(-12, 3, knee=8, ankle=-34),
            right_foot="free",
            left_foot="toe",
        ),
        Key(
            0.5,
            "clearance",
            trunk=trunk(turn=4, lean=46, flex=14, twist=-10, nod=-46),
            right_arm=arm(80, -38, 90, elbow=70),
            left_arm=arm(84, 142, 80, elbow=8, forearm=40),
            right_leg=leg(134, 2, knee=4, ankle=14),
            left_leg=leg(48, 80, 10, knee=104, ankle=20),
            air=1.02,
        ),
        Key(  # The trail leg comes over the bar, the lead leg is on its way down.
            0.68,
            trunk=trunk(turn=2, lean=38, flex=12, twist=-2, nod=-38),
            right_arm=arm(86, -8, 90, elbow=84),
            left_arm=arm(60, 66, 70, elbow=30, forearm=20),
            right_leg=leg(84, 2, knee=6, ankle=0),
            left_leg=leg(54, 78, 6, knee=116, ankle=28),
            air=0.68,
        ),
        Key(
            1.0,
            "landing",
            trunk=trunk(turn=-6, lean=20, flex=8, twist=10, nod=-18),
            right_arm=arm(90, 42, 84, elbow=84),
            left_arm=arm(80, -42, 90, elbow=80),
            right_leg=leg(18, 2, knee=4, ankle=-24),
            left_leg=leg(98, 22, 10, knee=112, ankle=10),
            right_foot="toe",
            left_foot="free",
        ),
    ),
    venues=("track", "gym", "park"),
    equip=_hurdle,
    anchor="pelvis",
    barefoot=0.0,
)

# Angles: Hay (1986), hang style, take-off from the left foot.
long_jump = Action(
    keys=(
        Key(
            0.0,
            "take_off",
            trunk=trunk(turn=4, lean=2, flex=-4, twist=-6, nod=-10),
            right_arm=arm(90, -50, 90, elbow=80),
            left_arm=arm(88, 112, 86, elbow=70),
            right_leg=leg(94, 3, knee=98, ankle=4),
            left_leg=leg(-18, 3, knee=4, ankle=-40),
            right_foot="free",
            left_foot="toe",
        ),
        Key(
            0.5,
            "flight",
            trunk=trunk(lean=-4, flex=-26, nod=-8),
            right_arm=arm(42, 164, 70, elbow=18),
            left_arm=arm(42, 164, 70, elbow=18),
            right_leg=leg(-16, 5, knee=64, ankle=-32),
            left_leg=leg(-24, 5, knee=74, ankle=-32),
            air=0.62,
        ),
        Key(
            0.78,
            trunk=trunk(lean=10, flex=26, nod=-10),
            arms=arm(84, 138, 80, elbow=12),
            legs=leg(92, 5, knee=46, ankle=0),
            air=0.42,
        ),
        Key(
            1.0,
            "landing",
            trunk=trunk(lean=20, flex=46, nod=-22),
            arms=arm(80, 128, 80, elbow=10, forearm=30),
            legs=leg(98, 5, 4, knee=20, ankle=18),
            feet="toe",
        ),
    ),
    venues=("track", "beach", "park"),
    anchor="pelvis",
    barefoot=0.05,
)

BAR = 0.92
"""Height of the bar of :data:`high_jump`, as a share of body height."""
LANDING_AREA = 0.70
"""Height of the high jump's mats in metres for who is 1.75 m tall."""


def _bar(skeleton: Skeleton) -> tuple[Prop, ...]:
    size = skeleton.body.height
    away = np.interp(skeleton.progress, (0.0, 0.55, 0.72, 1.0), (0.42, 0.02, -0.24, -0.70))
    bar = size * np.array((0.0, BAR, away))
    mats = []
    for row in (0.9, 2.1):
        middle = bar * (1, 0, 1) + (0.0, LANDING_AREA * size / 1.75, row)
        mats.append(Prop("mat", middle - 1.5 * LEFT, middle + 1.5 * LEFT, UP))
    return Prop("high_jump_bar", bar - 1.6 * LEFT, bar + 1.6 * LEFT, UP), *mats


# Angles: Dapena (1980), Fosbury flop. Run up from the right, take-off from the left foot, the back
# turned to the bar.
high_jump = Action(
    keys=(
        Key(
            0.0,
            "take_off",
            trunk=trunk(turn=62, lean=-2, side=4, flex=-6, twist=6, nod=-14, look=-30),
            right_arm=arm(84, 140, 80, elbow=50),
            left_arm=arm(70, 150, 70, elbow=40),
            right_leg=leg(98, -4, knee=112, ankle=6),
            left_leg=leg(-8, 2, knee=4, ankle=-40),
            right_foot="free",
            left_foot="toe",
        ),
        Key(
            0.55,
            "bar_clearance",
            trunk=trunk(turn=180, lean=-82, flex=-50, nod=-30),
            arms=arm(60, -40, 70, elbow=16),
            legs=leg(-24, 14, 10, knee=88, ankle=-40),
            air=1.08,
        ),
        Key(  # Once the hips are over the bar the legs are kicked up.
            0.72,
            trunk=trunk(turn=180, lean=-104, flex=12, nod=24),
            arms=arm(20, 44, 50, elbow=18),
            legs=leg(48, 10, 4, knee=42, ankle=-30),
            air=1.26,
        ),
        Key(
            1.0,
            "landing",
            trunk=trunk(turn=180, lean=-120, flex=38, nod=36),
            arms=arm(8, 64, 40, elbow=20),
            legs=leg(64, 10, knee=18, ankle=-20),
            air=LANDING_AREA,
        ),
    ),
    venues=("track", "gym", "park"),
    equip=_bar,
    anchor="pelvis",
    headwear=("none", "none", "headband"),
    barefoot=0.0,
    in_groups=False,
)

ACTIONS: dict[str, Action] = {
    "sprint": sprint,
    "distance_run": distance_run,
    "hurdles": hurdles,
    "long_jump": long_jump,
    "high_jump": high_jump,
}
