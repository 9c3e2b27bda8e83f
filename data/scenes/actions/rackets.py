"""Tennis, badminton and table tennis."""

from __future__ import annotations

import numpy as np

from data.scenes.actions.action import Action, Key, arm, leg, trunk
from data.scenes.actions.props import UP, ball, racket
from data.scenes.posed import Prop
from data.scenes.skeleton import Skeleton

SERVE_CONTACT = 0.62


def _serve(skeleton: Skeleton) -> tuple[Prop, ...]:
    incline = np.interp(skeleton.progress, (0.0, 0.36, SERVE_CONTACT, 1.0), (70, 65, 18, 40))
    held = racket(skeleton, "tennis_racket", 0.685, incline=float(incline))
    # The toss rises out of the left hand, then waits for the racket, then flies.
    contact = skeleton.body.height * np.array((-0.08, 1.52, 0.24))
    if skeleton.progress < SERVE_CONTACT:
        toss = min(skeleton.progress / 0.36, 1.0)
        start = skeleton["left_hand"] + 0.1 * UP
        place = start + toss * (contact + 0.25 * UP - start)
        fall = max(skeleton.progress - 0.36, 0.0) / (SERVE_CONTACT - 0.36)
        place = place + fall * (contact - place)
    else:
        flown = skeleton.progress - SERVE_CONTACT
        place = contact + flown * np.array((0.0, -1.0, 6.0))
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

ACTIONS: dict[str, Action] = {"tennis_serve": tennis_serve}
