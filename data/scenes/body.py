"""Joints → a clothed body, as smooth solids.

Lengths are shares of the body's height, as in ``anatomy``. Trunk, head and each limb are solids of
their own; where a limb joins the trunk both hold the same ball, so that the skin closes there but
an arm that only touches the chest stays an arm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.scenes.head import head
from data.scenes.palette import CLOTH, SKIN, mix, part_of, shade
from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.scene import Athlete
from data.scenes.solids import PATTERNS, Frame, Paint, Piece, Solid, ball, cross, unit

_FIST = 0.085  # a shorter hand than this share of the height is closed


@dataclass(frozen=True)
class _Person:
    """One athlete in the making: ``joints`` (27, 3), ``palms`` (2, 3), what each part is made of,
    and how thick limbs and trunk are against the average's."""

    athlete: Athlete
    joints: np.ndarray
    palms: np.ndarray
    skin: Paint
    top: Paint
    bottom: Paint
    shoes: Paint
    limb: float
    trunk: float

    def __getitem__(self, joint: str) -> np.ndarray:
        return self.joints[JOINT_INDEX[joint]]

    @property
    def height(self) -> float:
        return self.athlete.height

    @property
    def female(self) -> bool:
        return self.athlete.sex == "female" and self.athlete.age != "child"


def bodies(athletes: tuple[Athlete, ...], posed: Posed) -> list[Solid]:
    """The solids of all athletes of a scene."""
    solids = []
    for number, athlete in enumerate(athletes):
        person = _person(athlete, posed.joints[number], posed.hand_axes[number], number)
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
            solids += _arm(person, side)
            solids.append(_hand(person, side, palm.astype(float)))
            solids.append(_leg(person, side))
            solids.append(_foot(person, side))
    return solids


def _person(athlete: Athlete, joints: np.ndarray, palms: np.ndarray, number: int) -> _Person:
    skin = Paint(SKIN[athlete.skin], 0.3, PATTERNS.index("skin"), part_of(number, "skin"))
    cloth = PATTERNS.index("cloth")
    top = Paint(CLOTH[athlete.top_colour], 0.04, cloth, part_of(number, "top"))
    bottom = Paint(CLOTH[athlete.bottom_colour], 0.05, cloth, part_of(number, "bottom"))
    shoes = skin
    if athlete.shoe_colour != "barefoot":
        shoes = Paint(CLOTH[athlete.shoe_colour], 0.25, 0, part_of(number, "shoes"))
    limb = {"slim": 0.87, "average": 1.0, "muscular": 1.17, "heavy": 1.22}[athlete.build]
    trunk = {"slim": 0.9, "average": 1.0, "muscular": 1.06, "heavy": 1.2}[athlete.build]
    if athlete.sex == "female" and athlete.age != "child":
        limb *= 0.93
    if athlete.age == "senior":
        limb, trunk = 0.92 * limb, 1.04 * trunk
    return _Person(
        athlete,
        joints.astype(float),
        palms,
        skin,
        skin if athlete.top == "bare" else top,
        bottom,
        shoes,
        limb,
        trunk,
    )


def _torso(p: _Person, pelvis: Frame, chest: Frame) -> Solid:
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


def _hips(p: _Person, pelvis: Frame) -> list[Solid]:
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
                0.054 * h * p.trunk,
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
        (width - 0.004) * h,
        (width + 0.045) * h,
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


def _arm(p: _Person, side: str) -> list[Solid]:
    h, g = p.height, p.limb
    shoulder, elbow, wrist = (p[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "wrist"))
    sleeve = p.athlete.top == "long_sleeve"
    paint = p.top if sleeve else p.skin
    thick = 0.005 if sleeve else 0.0

    def between(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
        return a + share * (b - a)

    muscle = 1.12 if p.athlete.build == "muscular" else 1.0
    pieces = [
        ball(shoulder, (0.0335 * g * muscle + thick) * h, paint),
        Piece(
            between(shoulder, elbow, 0.1),
            between(shoulder, elbow, 0.55),
            (0.029 * g + thick) * h,
            (0.0275 * g * muscle + thick) * h,
            paint,
        ),
        Piece(
            between(shoulder, elbow, 0.55),
            elbow,
            (0.0265 * g + thick) * h,
            (0.0215 * g + thick) * h,
            paint,
        ),
        Piece(
            elbow,
            between(elbow, wrist, 0.3),
            (0.0215 * g + thick) * h,
            (0.0245 * g + thick) * h,
            paint,
        ),
        Piece(
            between(elbow, wrist, 0.3),
            wrist,
            (0.0245 * g + thick) * h,
            (0.0150 * g + thick) * h,
            paint,
            high=0.66 * float(np.linalg.norm(wrist - elbow)) if sleeve else 99.0,
        ),
    ]
    solids = [Solid(pieces, 0.0028 * h)]
    if sleeve:
        solids.append(
            Solid([Piece(between(elbow, wrist, 0.8), wrist, 0.0185 * g * h, 0.015 * g * h, p.skin)])
        )
    if p.athlete.top == "t_shirt":
        reach = 0.56 * float(np.linalg.norm(elbow - shoulder))
        solids.append(
            Solid(
                [
                    Piece(
                        shoulder,
                        between(shoulder, elbow, 0.56),
                        (0.0345 * g * muscle + 0.006) * h,
                        (0.0295 * g * muscle + 0.009) * h,
                        p.top,
                        high=reach,
                    )
                ]
            )
        )
    return solids


def _hand(p: _Person, side: str, palm: np.ndarray) -> Solid:
    """A palm with four fingers and a thumb, open or as a fist."""
    h = p.height
    wrist, tip = p[f"{side}_wrist"], p[f"{side}_hand"]
    along = unit(tip - wrist)
    palm = unit(palm - (palm @ along) * along)
    # The thumb's side: on the left hand, fingers down and palm inwards, it is the front.
    thumb = cross(along, palm) * (-1.0 if side == "left" else 1.0)
    frame = Frame(wrist, np.stack([thumb, palm, along]), h)
    closed = float(np.linalg.norm(tip - wrist)) < _FIST * h
    paint = p.skin
    knuckles = 0.052
    pieces = [
        Piece(frame.at(0, 0, 0.004), frame.at(0, 0, 0.018), 0.0125 * h, 0.0125 * h, paint),
        Piece(
            frame.at(0, 0, 0.022),
            frame.at(0, 0, knuckles - 0.008),
            0.0125 * h,
            0.0125 * h,
            paint,
            thumb,
            wide=1.75,
        ),
    ]
    for i, length in enumerate((0.044, 0.050, 0.046, 0.036)):
        x = 0.0165 - 0.011 * i
        if closed:
            pieces += [
                Piece(
                    frame.at(x, 0.003, knuckles),
                    frame.at(x, 0.024, knuckles - 0.004),
                    0.0075 * h,
                    0.007 * h,
                    paint,
                )
            ]
        else:
            pieces.append(
                Piece(
                    frame.at(x, 0, knuckles - 0.004),
                    frame.at(x * 1.25, 0.005, knuckles + length),
                    0.0064 * h,
                    0.0046 * h,
                    paint,
                )
            )
    if closed:
        pieces.append(
            Piece(
                frame.at(0.02, 0.014, 0.03),
                frame.at(0.002, 0.031, 0.046),
                0.008 * h,
                0.0065 * h,
                paint,
            )
        )
    else:
        pieces.append(
            Piece(
                frame.at(0.016, 0.006, 0.018),
                frame.at(0.036, 0.012, 0.052),
                0.0085 * h,
                0.0055 * h,
                paint,
            )
        )
    return Solid(pieces, 0.003 * h)


def _leg(p: _Person, side: str) -> Solid:
    h, g = p.height, p.limb
    hip, knee, ankle = (p[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    tights = p.athlete.bottom == "tights"
    paint = p.bottom if tights else p.skin
    # Calves bulge to the back: away from where the knee points.
    shin = unit(ankle - knee)
    toes = p[f"{side}_toe"] - p[f"{side}_heel"]
    back = -unit(toes - (toes @ shin) * shin)
    muscle = 1.08 if p.athlete.build == "muscular" else 1.0
    calf = knee + 0.28 * (ankle - knee) + 0.009 * h * back
    low = ankle - 0.22 * (ankle - knee)
    pieces = [
        ball(hip, 0.049 * g * h, paint),
        Piece(
            hip + 0.05 * (knee - hip),
            hip + 0.5 * (knee - hip),
            0.05 * g * h,
            0.0445 * g * muscle * h,
            paint,
        ),
        Piece(hip + 0.5 * (knee - hip), knee, 0.0445 * g * muscle * h, 0.0305 * g * h, paint),
        Piece(knee, calf, 0.029 * g * h, 0.0315 * g * muscle * h, paint),
        Piece(calf, low, 0.0315 * g * muscle * h, 0.021 * g**0.5 * h, paint),
        Piece(low, ankle, 0.0205 * g**0.5 * h, 0.0195 * g**0.5 * h, p.skin),
    ]
    return Solid(pieces, 0.0035 * h)


def _foot(p: _Person, side: str) -> Solid:
    """A shoe with its sole, or a bare foot."""
    h = p.height
    ankle, heel, toe = (p[f"{side}_{joint}"] for joint in ("ankle", "heel", "toe"))
    frame = Frame.from_axes(heel, cross(ankle - heel, toe - heel), toe - heel, h)
    # Of a frame with y along the foot: x to the left, z down or up; make z point up.
    left, along = frame.axes[0], frame.axes[1]
    up = unit(ankle - heel - ((ankle - heel) @ along) * along)
    left = cross(up, along)
    frame = Frame(heel, np.stack([left, up, along]), h)
    length = float(np.linalg.norm(toe - heel)) / h
    shod = p.athlete.shoe_colour != "barefoot"
    paint = p.shoes
    if not shod:
        pieces = [
            Piece(ankle, frame.at(0, 0.024, 0.022), 0.019 * h, 0.02 * h, paint),
            Piece(
                frame.at(0, 0.02, 0.012),
                frame.at(0, 0.014, length - 0.038),
                0.0195 * h,
                0.0145 * h,
                paint,
                left,
                wide=1.15,
            ),
            Piece(
                frame.at(0, 0.028, 0.03),
                frame.at(0, 0.012, length - 0.04),
                0.018 * h,
                0.013 * h,
                paint,
                left,
                wide=1.35,
            ),
        ]
        inner = -1.0 if side == "left" else 1.0
        for i, reach in enumerate((0.0, -0.004, -0.010, -0.018)):
            x = inner * (0.016 - 0.0105 * i)
            thick = 0.0085 if i == 0 else 0.0062
            pieces.append(
                Piece(
                    frame.at(x * 0.9, 0.011, length - 0.038),
                    frame.at(x, 0.008, length - 0.006 + reach),
                    thick * h,
                    thick * h,
                    paint,
                )
            )
        return Solid(pieces, 0.0035 * h)
    dark = sum(paint.colour) < 1.2
    sole = paint._replace(
        colour=(0.93, 0.93, 0.92) if dark else mix(shade(paint.colour, 0.45), (0.2, 0.2, 0.2), 0.5)
    )
    pieces = [
        Piece(
            ankle + 0.006 * h * up, frame.at(0, 0.03, 0.02), 0.0225 * h, 0.024 * h, paint, high=0.2
        ),
        Piece(
            frame.at(0, 0.024, 0.014),
            frame.at(0, 0.022, length - 0.042),
            0.0235 * h,
            0.0205 * h,
            paint,
            left,
            wide=1.05,
        ),
        Piece(
            frame.at(0, 0.022, length - 0.06),
            frame.at(0, 0.017, length - 0.014),
            0.0215 * h,
            0.0165 * h,
            paint,
            left,
            wide=1.25,
        ),
        Piece(
            frame.at(0, 0.005, 0.012),
            frame.at(0, 0.005, length - 0.05),
            0.0265 * h,
            0.029 * h,
            sole,
            left,
            deep=0.32,
        ),
        Piece(
            frame.at(0, 0.005, length - 0.05),
            frame.at(0, 0.006, length - 0.014),
            0.029 * h,
            0.0245 * h,
            sole,
            left,
            deep=0.32,
        ),
    ]
    return Solid(pieces, 0.0035 * h)
