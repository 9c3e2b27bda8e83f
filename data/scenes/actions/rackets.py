"""Tennis, badminton and table tennis."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import AHEAD, UP, ball, racket
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton

SERVE_CONTACT = 0.62


def _serve(skeleton: Skeleton) -> tuple[Prop, ...]:
    incline = np.interp(skeleton.progress, (0.0, 0.36, SERVE_CONTACT, 1.0), (70, 65, 18, 40))
    held = racket(skeleton, "tennis_racket", 0.685, incline=float(incline))
    # The toss rises out of the left hand, then waits for the racket, then flies.
    contact = skeleton.body.height * np.array((-0.03, 1.60, 0.45))
    if skeleton.progress < SERVE_CONTACT:
        toss = min(skeleton.progress / 0.36, 1.0)
        start = skeleton["left_hand"] + 0.1 * UP
        place = start + toss * (contact + 0.1 * UP - start)
        fall = max(skeleton.progress - 0.36, 0.0) / (SERVE_CONTACT - 0.36)
        place = place + fall * (contact - place)
    else:
        flown = skeleton.progress - SERVE_CONTACT
        place = contact + flown * np.array((0.0, -0.8, 4.0))
    return held, ball("tennis_ball", place)


# Angles: Fleisig et al. (2003), Kovacs & Ellenbecker (2011).
tennis_serve = Action(
    keys=(
        Key(
            0.0,
            "toss",
            trunk=trunk(turn=-55, lean=4, flex=-4, twist=-12, nod=-25, look=50),
            right_arm=arm(-30, 40, -10, elbow=30, forearm=20),
            left_arm=arm(35, 100, 60, elbow=8, forearm=-60),
            right_leg=leg(14, 8, 12, knee=24, ankle=10),
            left_leg=leg(14, 10, 10, knee=22, ankle=10),
        ),
        Key(
            0.36,
            "trophy",
            trunk=trunk(turn=-58, lean=-8, side=4, flex=-16, bend=-14, twist=-14, nod=-32, look=50),
            right_arm=arm(-12, 88, 92, elbow=98, forearm=10, wrist=-15),
            left_arm=arm(30, 150, 60, elbow=5, forearm=-40),
            right_leg=leg(20, 8, 10, knee=58, ankle=24),
            left_leg=leg(16, 10, 10, knee=54, ankle=26),
        ),
        Key(
            SERVE_CONTACT,
            "contact",
            trunk=trunk(turn=-14, lean=8, side=8, flex=0, bend=20, twist=8, nod=-38, tilt=8),
            right_arm=arm(4, 138, 85, elbow=14, forearm=25, wrist=5),
            left_arm=arm(75, 40, 55, elbow=105, forearm=20),
            right_leg=leg(-8, 4, knee=22, ankle=-40),
            left_leg=leg(6, 2, knee=8, ankle=-42),
            air=0.16,
            along=0.25,
            span=0.1,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(turn=18, lean=36, side=4, flex=26, twist=22, nod=-25),
            right_arm=arm(112, 48, 25, elbow=35, forearm=60, wrist=10),
            left_arm=arm(60, 30, 40, elbow=95, forearm=20),
            right_leg=leg(-6, 4, knee=62, ankle=-25),
            left_leg=leg(52, 2, knee=32, ankle=16),
            right_foot="free",
            along=0.4,
        ),
    ),
    venues=("tennis_court", "outdoor_court", "indoor_court", "park", "beach"),
    equip=_serve,
    anchor="pelvis",
    bottoms=("shorts", "skirt", "skirt", "tights"),
    close=True,
)

FOREHAND_CONTACT = 0.55


def _forehand(skeleton: Skeleton) -> tuple[Prop, ...]:
    incline = np.interp(skeleton.progress, (0.0, FOREHAND_CONTACT, 1.0), (70, 50, 60))
    held = racket(skeleton, "tennis_racket", 0.685, incline=float(incline))
    contact = skeleton.body.height * np.array((-0.57, 0.59, 0.40))
    away = skeleton.progress - FOREHAND_CONTACT
    way = np.array((0.4, -0.3, -2.0)) if away < 0 else np.array((0.5, 0.8, 3.0))
    return held, ball("tennis_ball", contact + abs(away) * way * (1, 1, -1 if away < 0 else 1))


# Angles: Landlinger et al. (2010), square-to-open stance forehand.
tennis_forehand = Action(
    keys=(
        Key(
            0.0,
            "backswing",
            trunk=trunk(turn=-62, lean=14, flex=6, twist=-30, nod=-8, look=72),
            right_arm=arm(-26, 66, 12, elbow=42, forearm=-55, wrist=-25),
            left_arm=arm(72, 74, 20, elbow=35, forearm=50),
            right_leg=leg(46, 16, 14, knee=58, ankle=20),
            left_leg=leg(30, 18, 10, knee=36, ankle=6),
            left_foot="toe",
        ),
        Key(
            FOREHAND_CONTACT,
            "contact",
            trunk=trunk(turn=-18, lean=12, side=-2, flex=6, twist=6, nod=-2, look=-6),
            right_arm=arm(40, 62, 10, elbow=30, forearm=-70, wrist=-30),
            left_arm=arm(50, 62, 30, elbow=86, forearm=40),
            right_leg=leg(20, 14, 12, knee=34, ankle=-12),
            left_leg=leg(42, 14, 12, knee=44, ankle=16),
            right_foot="toe",
            span=0.12,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(turn=26, lean=8, flex=6, twist=32, nod=-10, look=-42),
            right_arm=arm(122, 98, 40, elbow=108, forearm=40, wrist=10),
            left_arm=arm(20, 60, 40, elbow=92, forearm=20),
            right_leg=leg(4, 8, knee=34, ankle=-34),
            left_leg=leg(34, 10, 10, knee=34, ankle=12),
            right_foot="toe",
        ),
    ),
    venues=("tennis_court", "outdoor_court", "park"),
    equip=_forehand,
    anchor="pelvis",
    bottoms=("shorts", "skirt", "skirt", "tights"),
    close=True,
)

SMASH_CONTACT = 0.6


def _smash(skeleton: Skeleton) -> tuple[Prop, ...]:
    incline = np.interp(skeleton.progress, (0.0, 0.3, SMASH_CONTACT, 1.0), (70, 70, 15, 25))
    held = racket(skeleton, "badminton_racket", 0.67, incline=float(incline))
    contact = skeleton.body.height * np.array((-0.01, 1.60, 0.44))
    if skeleton.progress < SMASH_CONTACT:
        falls = SMASH_CONTACT - skeleton.progress
        return held, ball("shuttlecock", contact + falls * np.array((0.1, 0.7, 0.5)))
    flown = skeleton.progress - SMASH_CONTACT
    return held, ball("shuttlecock", contact + flown * np.array((0.0, -2.0, 4.0)))


# Angles: Tsai et al. (2000), jump smash.
badminton_smash = Action(
    keys=(
        Key(
            0.0,
            "preparation",
            trunk=trunk(turn=-66, lean=-6, flex=-10, bend=-8, twist=-14, nod=-26, look=62),
            right_arm=arm(-16, 82, 80, elbow=112, forearm=0, wrist=-20),
            left_arm=arm(30, 138, 60, elbow=22, forearm=-20),
            right_leg=leg(34, 14, 14, knee=52, ankle=20),
            left_leg=leg(22, 20, 12, knee=26, ankle=4),
            left_foot="toe",
        ),
        Key(
            SMASH_CONTACT,
            "contact",
            trunk=trunk(turn=-4, lean=6, side=6, flex=2, bend=16, twist=8, nod=-34),
            right_arm=arm(34, 142, 88, elbow=8, forearm=40, wrist=8),
            left_arm=arm(60, 46, 50, elbow=100, forearm=20),
            right_leg=leg(-12, 10, knee=64, ankle=-36),
            left_leg=leg(18, 10, knee=24, ankle=-36),
            air=0.28,
            span=0.12,
        ),
        Key(
            1.0,
            "follow_through",
            trunk=trunk(turn=24, lean=26, flex=22, twist=22, nod=-26, look=-20),
            right_arm=arm(116, 44, 30, elbow=26, forearm=50, wrist=20),
            left_arm=arm(-10, 52, 40, elbow=60, forearm=20),
            right_leg=leg(58, 8, 6, knee=58, ankle=18),
            left_leg=leg(-14, 10, knee=38, ankle=-28),
            left_foot="toe",
        ),
    ),
    venues=("indoor_court", "gym", "park", "outdoor_court"),
    equip=_smash,
    anchor="pelvis",
    bottoms=("shorts", "shorts", "skirt", "tights"),
    close=True,
)

TOPSPIN_CONTACT = 0.8


def _table_tennis(skeleton: Skeleton) -> tuple[Prop, ...]:
    held = racket(skeleton, "table_tennis_bat", 0.26, incline=55.0)
    size = skeleton.body.height / 1.75
    near = np.array((0.0, 0.76, 0.62)) * (1, 1, size)
    table = Prop("table", near, near + 2.74 * AHEAD, UP)
    contact = skeleton.body.height * np.array((-0.12, 0.52, 0.45))
    away = TOPSPIN_CONTACT - skeleton.progress
    path_back = np.array((0.5, -0.1, 2.2)) if away > 0 else np.array((-1.0, -0.8, -4.0))
    return held, table, ball("table_tennis_ball", contact + away * path_back)


# Angles: Iino & Kojima (2009), topspin forehand.
table_tennis = Action(
    keys=(
        Key(
            0.0,
            "ready",
            trunk=trunk(lean=32, flex=16, nod=-34),
            right_arm=arm(60, 34, 70, elbow=86, forearm=10),
            left_arm=arm(66, 32, 58, elbow=90, forearm=30),
            legs=leg(66, 20, 16, knee=58, ankle=18),
        ),
        Key(
            0.45,
            "backswing",
            trunk=trunk(turn=-46, lean=30, flex=14, bend=-6, twist=-24, nod=-26, look=60),
            right_arm=arm(-6, 44, 0, elbow=34, forearm=50, wrist=-15),
            left_arm=arm(74, 54, 50, elbow=72, forearm=30),
            right_leg=leg(70, 20, 22, knee=70, ankle=22),
            left_leg=leg(52, 22, 8, knee=44, ankle=8),
        ),
        Key(
            TOPSPIN_CONTACT,
            "contact",
            trunk=trunk(turn=6, lean=22, flex=12, twist=10, nod=-22, look=-4),
            right_arm=arm(36, 50, 46, elbow=62, forearm=-25, wrist=-10),
            left_arm=arm(40, 46, 50, elbow=86, forearm=30),
            right_leg=leg(40, 18, 10, knee=44, ankle=-4),
            left_leg=leg(56, 18, 14, knee=56, ankle=20),
            right_foot="toe",
            span=0.2,
        ),
        Key(
            1.0,
            trunk=trunk(turn=18, lean=20, flex=12, twist=16, nod=-20, look=-16),
            right_arm=arm(102, 88, 40, elbow=92, forearm=40, wrist=5),
            right_foot="toe",
        ),
    ),
    venues=("gym", "indoor_court", "studio", "park"),
    usual_venues=2,
    equip=_table_tennis,
    bottoms=("shorts", "shorts", "skirt", "tights"),
    in_groups=False,
)

ACTIONS: dict[str, Action] = {
    "tennis_serve": tennis_serve,
    "tennis_forehand": tennis_forehand,
    "badminton_smash": badminton_smash,
    "table_tennis": table_tennis,
}
