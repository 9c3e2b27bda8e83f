"""Track and field."""

from __future__ import annotations

from data.scenes.actions.action import Action, Key, arm, both_sides, leg, trunk

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

ACTIONS: dict[str, Action] = {"sprint": sprint}
