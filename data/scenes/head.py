"""Head, face, hair and headwear, as smooth solids. Lengths are shares of the head's own unit,
which is the body's height for adults and more for children."""

from __future__ import annotations

import numpy as np

from data.scenes.palette import CLOTH, HAIR, mix, part_of, shade
from data.scenes.posed import JOINT_INDEX
from data.scenes.scene import Athlete
from data.scenes.solids import PATTERNS, Frame, Paint, Piece, Solid, ball, cross, unit

_EAR_WIDTH = 0.088  # of an adult's head, ear to ear


def head(
    athlete: Athlete, joints: np.ndarray, skin: Paint, chest: Frame, number: int
) -> list[Solid]:
    """Skull, jaw and neck; the face's marks; hair and headwear."""
    left, right, nose = (joints[JOINT_INDEX[n]] for n in ("left_ear", "right_ear", "nose"))
    centre, neck = joints[JOINT_INDEX["head"]], joints[JOINT_INDEX["neck"]]
    across = unit(left - right)
    ahead = nose - (left + right) / 2
    # The nose lies a little below the ears' line: turn the gaze back to level.
    ahead = unit(ahead - (ahead @ across) * across)
    up = cross(ahead, across)
    tilt = 0.145
    up, ahead = up * np.cos(tilt) + ahead * np.sin(tilt), ahead * np.cos(tilt) - up * np.sin(tilt)
    size = float(np.linalg.norm(left - right)) / _EAR_WIDTH
    f = Frame(centre, np.stack([across, up, ahead]), size)
    solids = [_skull(f, neck, skin, athlete, chest), _face(f, athlete, skin)]
    solids += _hair(f, athlete, chest, number)
    solids += _headwear(f, athlete, number)
    return solids


def _skull(f: Frame, neck: np.ndarray, skin: Paint, athlete: Athlete, chest: Frame) -> Solid:
    s, x = f.unit, f.axes[0]
    thick = {"slim": 0.93, "average": 1.0, "muscular": 1.18, "heavy": 1.15}[athlete.build]
    thick *= 0.88 if athlete.sex == "female" else 1.0
    jaw = 0.0165 if athlete.sex == "female" else 0.0195
    pieces = [
        Piece(
            f.at(0, -0.002, -0.006),
            f.at(0, 0.010, -0.004),
            0.051 * s,
            0.051 * s,
            skin,
            x,
            wide=0.83,
            deep=1.06,
        ),
        Piece(
            f.at(0, -0.012, 0.010), f.at(0, -0.058, 0.027), 0.0395 * s, jaw * s, skin, x, wide=0.95
        ),
        Piece(f.at(0, -0.006, 0.050), f.at(0, -0.021, 0.0595), 0.0045 * s, 0.0075 * s, skin, x),
        Piece(
            neck - 0.015 * s * chest.axes[1],
            f.at(0, -0.030, -0.012),
            0.0325 * s * thick,
            0.029 * s * thick,
            skin,
        ),
    ]
    for sign in (1.0, -1.0):
        pieces.append(
            Piece(
                f.at(sign * 0.043, -0.004, -0.006),
                f.at(sign * 0.0425, -0.018, -0.002),
                0.0125 * s,
                0.009 * s,
                skin,
                x,
                wide=0.4,
            )
        )
    return Solid(pieces, 0.005 * s)


def _face(f: Frame, athlete: Athlete, skin: Paint) -> Solid:
    """Eyes, brows and mouth: small marks that tell front from back."""
    s = f.unit
    dark = (0.10, 0.07, 0.06)
    white = skin._replace(colour=(0.93, 0.92, 0.90), gloss=0.6, pattern=0)
    iris = skin._replace(colour=dark, gloss=0.9, pattern=0)
    brow = skin._replace(
        colour=mix(HAIR["grey" if athlete.age == "senior" else athlete.hair_colour], dark, 0.4),
        gloss=0.0,
        pattern=0,
    )
    lips = mix(skin.colour, (0.62, 0.16, 0.16), 0.55 if athlete.sex == "female" else 0.38)
    mouth = skin._replace(colour=shade(lips, 0.85), gloss=0.4, pattern=0)
    lid = skin._replace(colour=shade(skin.colour, 0.92))
    pieces = [
        Piece(
            f.at(0.0125, -0.0385, 0.0475),
            f.at(-0.0125, -0.0385, 0.0475),
            0.0034 * s,
            0.0034 * s,
            mouth,
        )
    ]
    for sign in (1.0, -1.0):
        pieces += [
            ball(
                f.at(sign * 0.0175, -0.002, 0.0445),
                0.0075 * s,
                white,
                side=f.axes[0],
                axis=f.axes[1],
                wide=1.15,
            ),
            ball(f.at(sign * 0.0174, -0.0025, 0.0480), 0.0042 * s, iris),
            # The upper lid.
            ball(
                f.at(sign * 0.0175, -0.002, 0.0447),
                0.0084 * s,
                lid,
                side=f.axes[0],
                axis=f.axes[1],
                wide=1.15,
                low=0.0022 * s,
            ),
            Piece(
                f.at(sign * 0.0095, 0.0118, 0.0490),
                f.at(sign * 0.0265, 0.0100, 0.0430),
                0.0030 * s,
                0.0024 * s,
                brow,
            ),
        ]
    return Solid(pieces, 0.0008 * s)


def _cap(
    f: Frame, radius: float, lean: float, low: float, paint: Paint, lift: float = 0.004
) -> Piece:
    """A dome over the skull, cut along a plane that falls to the back by ``lean`` (radians)."""
    axis = f.axes[1] * np.cos(lean) - f.axes[2] * np.sin(lean)
    return ball(
        f.at(0, lift, -0.006),
        radius * f.unit,
        paint,
        side=f.axes[0],
        axis=axis,
        wide=0.80,
        deep=0.95,
        low=low * f.unit,
    )


def _hair(f: Frame, athlete: Athlete, chest: Frame, number: int) -> list[Solid]:
    style, s, x = athlete.hair, f.unit, f.axes[0]
    covered = athlete.headwear in ("swim_cap", "helmet")
    if style == "bald" or (covered and style in ("short", "bun", "curly")):
        return []
    paint = Paint(HAIR[athlete.hair_colour], 0.35, PATTERNS.index("hair"), part_of(number, "hair"))
    gravity = np.array((0.0, -1.0, 0.0))
    pieces = []
    if not covered:
        pieces = [
            _cap(f, 0.0605, 0.75 if athlete.age == "senior" else 0.55, 0.004, paint),
            ball(f.at(0, -0.006, -0.020), 0.0445 * s, paint, side=x, axis=f.axes[1], wide=0.98),
        ]
    if style == "curly":
        for i, angle in enumerate(np.linspace(0, 2 * np.pi, 7, endpoint=False)):
            pieces.append(
                ball(
                    f.at(
                        0.034 * np.sin(angle),
                        0.030 + 0.004 * (i % 2),
                        -0.014 - 0.034 * np.cos(angle),
                    ),
                    0.029 * s,
                    paint,
                )
            )
        for sign in (1.0, -1.0):
            pieces.append(ball(f.at(sign * 0.036, 0.004, -0.024), 0.026 * s, paint))
        pieces.append(ball(f.at(0, 0.046, -0.012), 0.028 * s, paint))
    elif style == "long":
        fall = unit(0.8 * gravity - 0.45 * chest.axes[2] - 0.2 * f.axes[1])
        nape = f.at(0, -0.004, -0.034)
        pieces.append(
            Piece(
                nape, nape + 0.125 * s * fall, 0.042 * s, 0.030 * s, paint, x, wide=1.12, deep=0.62
            )
        )
        for sign in (1.0, -1.0):
            temple = f.at(sign * 0.040, 0.012, -0.010)
            end = temple + s * (0.085 * unit(gravity - 0.3 * f.axes[1]) - 0.012 * f.axes[2])
            pieces.append(Piece(temple, end, 0.013 * s, 0.013 * s, paint))
    elif style == "ponytail":
        knot = f.at(0, 0.026, -0.062)
        bend = knot + s * 0.030 * unit(0.4 * gravity - f.axes[2])
        end = bend + s * 0.085 * unit(gravity - 0.35 * f.axes[2])
        pieces += [
            Piece(f.at(0, 0.02, -0.05), bend, 0.014 * s, 0.017 * s, paint),
            Piece(bend, end, 0.018 * s, 0.009 * s, paint),
        ]
    elif style == "bun":
        pieces.append(ball(f.at(0, 0.048, -0.046), 0.025 * s, paint))
    return [Solid(pieces, 0.006 * s)]


def _headwear(f: Frame, athlete: Athlete, number: int) -> list[Solid]:
    s, x = f.unit, f.axes[0]
    colour = CLOTH[athlete.top_colour]
    paint = Paint(colour, 0.08, PATTERNS.index("cloth"), part_of(number, "headwear"))
    if athlete.headwear == "cap":
        peak = Piece(
            f.at(0, 0.026, 0.038),
            f.at(0, 0.021, 0.082),
            0.036 * s,
            0.030 * s,
            paint,
            x,
            wide=1.0,
            deep=0.14,
        )
        return [Solid([_cap(f, 0.0640, 0.10, 0.014, paint), peak], 0.003 * s)]
    if athlete.headwear == "headband":
        band = _cap(f, 0.0635, 0.22, 0.012, paint)._replace(high=0.027 * s)
        return [Solid([band])]
    if athlete.headwear == "swim_cap":
        smooth = paint._replace(gloss=0.5, pattern=0)
        return [Solid([_cap(f, 0.0620, 0.40, -0.004, smooth)])]
    if athlete.headwear == "helmet":
        shell = paint._replace(gloss=0.6, pattern=0)
        strap = paint._replace(colour=(0.12, 0.12, 0.13))
        pieces = [_cap(f, 0.0700, 0.18, 0.008, shell)._replace(deep=1.08)]
        for sign in (1.0, -1.0):
            pieces.append(
                Piece(
                    f.at(sign * 0.043, 0.012, 0.0),
                    f.at(sign * 0.024, -0.052, 0.020),
                    0.004 * s,
                    0.004 * s,
                    strap,
                )
            )
        return [Solid(pieces, 0.002 * s)]
    return []
