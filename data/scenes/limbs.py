"""Arms, hands, legs and feet as smooth solids. Lengths are shares of the body's height."""

from __future__ import annotations

import numpy as np

from data.scenes.palette import mix, shade
from data.scenes.person import Person
from data.scenes.solids import FAR, Frame, Piece, Solid, ball, cross, unit

_FIST = 0.085  # a shorter hand than this share of the height is closed


def arm(p: Person, side: str) -> list[Solid]:
    """Skin or sleeve from the shoulder to the wrist."""
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
            high=0.66 * float(np.linalg.norm(wrist - elbow)) if sleeve else FAR,
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


def hand(p: Person, side: str, palm: np.ndarray) -> Solid:
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


def leg(p: Person, side: str) -> Solid:
    """Skin or tights from the hip to the ankle."""
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


def foot(p: Person, side: str) -> Solid:
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
