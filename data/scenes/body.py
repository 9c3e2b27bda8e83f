"""Joints → a clothed body, as smooth solids.

Lengths are shares of the body's height, as in ``anatomy``. Trunk, head and each limb are solids of
their own; where a limb joins the trunk both hold the same ball, so that the skin closes there but
an arm that only touches the chest stays an arm.
"""

from __future__ import annotations

import numpy as np

from data.scenes.head import head
from data.scenes.limbs import arm, foot, hand, leg
from data.scenes.palette import shade
from data.scenes.person import Person, person_of
from data.scenes.posed import Posed
from data.scenes.scene import Athlete
from data.scenes.solids import Frame, Piece, Solid, ball, unit


def bodies(athletes: tuple[Athlete, ...], posed: Posed) -> list[Solid]:
    """The solids of all athletes of a scene."""
    solids = []
    for number, athlete in enumerate(athletes):
        person = person_of(athlete, posed.joints[number], posed.hand_axes[number], number)
        pelvis = Frame.from_axes(
            person["pelvis"],
            person["left_hip"] - person["right_hip"],
            person["chest"] - person["pelvis"],
            person.height,
        )
        chest = Frame.from_axes(
            person["chest"],
            person["left_shoulder"] - person["right_shoulder"],
            person["neck"] - person["chest"],
            person.height,
        )
        solids.append(_torso(person, pelvis, chest))
        solids += _hips(person, pelvis)
        solids += head(athlete, person.joints, person.skin, chest, number)
        for side, palm in zip(("left", "right"), person.palms, strict=True):
            solids += arm(person, side)
            solids.append(hand(person, side, palm.astype(float)))
            solids.append(leg(person, side))
            solids.append(foot(person, side))
    return solids


def _torso(p: Person, pelvis: Frame, chest: Frame) -> Solid:
    """Rib cage, waist and shoulder girdle; a shirt's hem hangs over the hips."""
    h = p.height
    loose = {"bare": 0.0, "tank_top": 0.003, "t_shirt": 0.006, "long_sleeve": 0.005}[p.athlete.top]
    ribs = (0.082 if p.female else 0.089) * p.trunk + loose
    waist = (0.069 if p.female else 0.078) * p.trunk + loose
    hips = (0.093 if p.female else 0.087) * p.trunk + loose
    if p.athlete.build == "muscular":
        ribs, waist = ribs * 1.05, waist * 0.96
    # The waist lies on the parabola through pelvis (0), chest (0.72) and neck (1), at 0.4.
    middle = 0.267 * p["pelvis"] + 1.190 * p["chest"] - 0.457 * p["neck"]
    pieces = [
        Piece(
            middle, chest.at(0, 0.03, -0.006), waist * h, ribs * h, p.top, chest.axes[0], deep=0.72
        ),
        Piece(pelvis.at(0, 0.03, 0), middle, hips * h, waist * h, p.top, pelvis.axes[0], deep=0.74),
    ]
    girdle = p.skin if p.athlete.top == "tank_top" else p.top
    root = chest.at(0, 0.064, -0.008)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        inner = root + 0.75 * (p[f"{side}_shoulder"] - root)
        pieces.append(Piece(root, inner, 0.037 * h, (0.031 * p.limb**0.5 + loose) * h, girdle))
        if p.female:
            bust = chest.at(sign * 0.037, -0.010, 0.045)
            pieces.append(ball(bust, (0.032 * p.trunk + loose) * h, p.top))
        else:
            full = 0.006 if p.athlete.build == "muscular" else 0.0
            pieces.append(
                ball(
                    chest.at(sign * 0.038, 0.012, 0.034 + full),
                    (0.043 * p.trunk + loose) * h,
                    p.top,
                    side=chest.axes[0],
                    axis=chest.axes[1],
                    deep=0.7,
                )
            )
    if p.athlete.build == "heavy":
        pieces.append(ball(middle + 0.034 * h * pelvis.axes[2], 0.083 * h, p.top))
    if p.athlete.top != "bare":
        hem = pelvis.at(0, -0.004, 0)
        pieces.append(
            Piece(
                middle,
                hem,
                (waist + 0.004) * h,
                (hips + 0.010) * h,
                p.top,
                pelvis.axes[0],
                deep=0.77,
                high=float(np.linalg.norm(hem - middle)),
            )
        )
    return Solid(pieces, 0.012 * h)


def _hips(p: Person, pelvis: Frame) -> list[Solid]:
    """Shorts, tights or skirt from the waistband to where the legs leave it."""
    h = p.height
    width = (0.098 if p.female else 0.092) * p.trunk
    seat = Piece(
        pelvis.at(0, -0.012, -0.004),
        pelvis.at(0, 0.05, 0),
        width * h,
        (width - 0.012) * h,
        p.bottom,
        pelvis.axes[0],
        deep=0.74,
        high=0.058 * h,
    )
    pieces = [seat]
    for side in ("left", "right"):
        hip, knee = p[f"{side}_hip"], p[f"{side}_knee"]
        pieces.append(
            ball(
                hip - 0.022 * h * pelvis.axes[2] - 0.02 * h * pelvis.axes[1],
                (0.044 if p.athlete.bottom == "skirt" else 0.054) * h * p.trunk,
                p.bottom,
            )
        )
        if p.athlete.bottom != "shorts":
            thick = (0.0505 * p.limb * h, 0.0475 * p.limb * h)
            pieces.append(Piece(hip, hip + 0.4 * (knee - hip), *thick, p.bottom))
        else:
            reach = 0.56 * float(np.linalg.norm(knee - hip))
            end = hip + 0.56 * (knee - hip)
            pieces.append(
                Piece(
                    hip,
                    end,
                    0.057 * p.limb * h,
                    (0.052 * p.limb + 0.007) * h,
                    p.bottom,
                    pelvis.axes[0],
                    high=reach,
                )
            )
    if p.athlete.bottom != "skirt":
        return [Solid(pieces, 0.008 * h)]
    thighs = [unit(p[f"{side}_knee"] - p[f"{side}_hip"]) for side in ("left", "right")]
    fall = unit(thighs[0] + thighs[1] - 0.5 * pelvis.axes[1])
    waist = pelvis.at(0, 0.02, 0)
    skirt = Piece(
        waist,
        waist + 0.19 * h * fall,
        width * h,
        (width + 0.050) * h,
        p.bottom,
        pelvis.axes[0],
        deep=0.85,
        low=-0.01 * h,
        high=0.19 * h,
    )
    under = p.bottom._replace(colour=shade(p.bottom.colour, 0.7))
    return [
        Solid([piece._replace(paint=under) for piece in pieces], 0.008 * h),
        Solid([skirt]),
    ]
