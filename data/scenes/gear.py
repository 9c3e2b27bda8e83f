"""Equipment that athletes hold, wear or play with → solids and veils. Metres throughout."""

from __future__ import annotations

import numpy as np

from data.scenes.palette import hex_rgb
from data.scenes.posed import BALL_RADIUS, JOINT_INDEX, Posed, Prop
from data.scenes.solids import PATTERNS, Paint, Piece, Solid, Veil, ball, box, cross, unit

Made = tuple[list[Solid], list[Veil]]

UP = np.array((0.0, 1.0, 0.0))


def paint(code: str, part: int, gloss: float = 0.3, pattern: str = "plain") -> Paint:
    """A paint from its colour's hex code."""
    return Paint(hex_rgb(code), gloss, PATTERNS.index(pattern), part)


def axes_of(prop: Prop) -> np.ndarray:
    """Rows: across, up, and along from tail to tip."""
    along = unit((prop.tip - prop.tail).astype(float))
    up = unit(prop.up - (prop.up @ along) * along)
    return np.stack([cross(up, along), up, along])


def disc(centre: np.ndarray, axis: np.ndarray, radius: float, half: float, paint: Paint) -> Piece:
    return ball(centre, radius, paint, axis=axis, low=-half, high=half, side=(0.31, 0.52, 0.79))


_BALLS: dict[str, tuple[str, str]] = {
    "basketball": ("d9702a", "basketball"),
    "football": ("f4f4f2", "football"),
    "volleyball": ("f2d545", "volleyball"),
    "tennis_ball": ("d6ea3a", "tennis_ball"),
    "table_tennis_ball": ("fbf6ea", "plain"),
    "golf_ball": ("fafafa", "plain"),
    "baseball": ("f3efe6", "tennis_ball"),
    "shot": ("4a4c50", "plain"),
}


def play_ball(prop: Prop, part: int) -> Made:
    radius = BALL_RADIUS[prop.kind]
    centre = prop.tail.astype(float)
    if prop.kind == "shuttlecock":
        # A cork and a skirt of feathers that opens against the flight: upwards.
        cork, feathers = paint("e8e0cc", part), paint("fbfbf8", part, 0.1)
        skirt = Piece(centre, centre + 0.07 * UP, 0.012, 0.033, feathers, low=0.0, high=0.07)
        return [Solid([ball(centre - 0.005 * UP, 0.014, cork), skirt])], []
    code, pattern = _BALLS[prop.kind]
    # Small balls are drawn a little larger than they are: they must be seen at 64 pixels.
    radius = max(radius, 0.04)
    # Seams lie at an angle, as on a ball in flight.
    axis = unit(np.array((0.35, 0.8, 0.48)))
    made = ball(centre, radius, paint(code, part, 0.3, pattern), axis=axis, side=UP)
    return [Solid([made], 0.001)], []


def _racket(
    prop: Prop, part: int, head: tuple[float, float], spacing: float, code: str, frame: float
) -> Made:
    """A grip, a shaft, an oval frame ``head`` (half length, half width), strings."""
    across, normal, along = axes_of(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    length, width = head
    centre = tip - length * along
    throat = centre - length * along
    grip, shaft = paint("26262a", part, 0.1), paint(code, part, 0.5)
    handle = tail + 0.18 * (tip - tail)
    fork = throat + 0.4 * length * along
    solids = [
        Solid([Piece(tail, handle, 0.016, 0.014, grip)]),
        Solid([Piece(handle, throat, frame * 0.8, frame * 0.8, shaft)]),
        # An oval: a ring seen in coordinates that are wider along the shaft.
        Solid(
            [
                Piece(
                    centre,
                    centre,
                    frame,
                    frame,
                    shaft,
                    side=along,
                    axis=normal,
                    ring=width,
                    wide=length / width,
                )
            ]
        ),
    ]
    if frame > 0.008:
        solids.append(
            Solid(
                [
                    Piece(
                        throat - 0.2 * length * along,
                        fork + s * 0.75 * width * across,
                        frame * 0.8,
                        frame * 0.8,
                        shaft,
                    )
                    for s in (1.0, -1.0)
                ]
            )
        )
    strings = Veil(
        centre, width * across, length * along, hex_rgb("f6f6ee"), spacing, 0.0022, True, 0.10
    )
    return solids, [strings]


def tennis_racket(prop: Prop, part: int) -> Made:
    return _racket(prop, part, (0.17, 0.13), 0.017, "d8352f", 0.012)


def badminton_racket(prop: Prop, part: int) -> Made:
    return _racket(prop, part, (0.135, 0.105), 0.012, "2b6fd6", 0.0065)


def table_tennis_bat(prop: Prop, part: int) -> Made:
    across, normal, along = axes_of(prop)
    tip = prop.tip.astype(float)
    centre = tip - 0.08 * along
    wood, red, black = (paint(c, part, 0.1) for c in ("b98a55", "c8202c", "1d1d20"))
    return [
        Solid([Piece(prop.tail.astype(float), centre, 0.013, 0.012, wood, across, deep=0.8)]),
        Solid([disc(centre + 0.004 * normal, normal, 0.08, 0.004, red)]),
        Solid([disc(centre - 0.004 * normal, normal, 0.08, 0.004, black)]),
    ], []


def baseball_bat(prop: Prop, part: int) -> Made:
    wood, grip = paint("c79a5f", part), paint("2b2b2e", part, 0.1)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    third = tail + 0.38 * (tip - tail)
    return [
        Solid(
            [
                Piece(tail, third, 0.014, 0.016, grip),
                Piece(third, tail + 0.7 * (tip - tail), 0.016, 0.030, wood),
                Piece(tail + 0.7 * (tip - tail), tip, 0.030, 0.033, wood),
                ball(tail, 0.024, grip),
            ]
        )
    ], []


def golf_club(prop: Prop, part: int) -> Made:
    across, normal, along = axes_of(prop)
    steel, grip = paint("c9ccd2", part, 0.9), paint("222226", part, 0.1)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    head = tip + 0.03 * normal
    return [
        Solid([Piece(tail, tail + 0.25 * (tip - tail), 0.013, 0.011, grip)]),
        Solid([Piece(tail + 0.25 * (tip - tail), tip, 0.008, 0.007, steel)]),
        Solid([box(head, np.stack([across, along, normal]), (0.018, 0.028, 0.055), steel)]),
    ], []


def javelin(prop: Prop, part: int) -> Made:
    shaft, tip_paint = paint("e9e4d6", part), paint("c03a2b", part)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)

    def at(share: float) -> np.ndarray:
        return tail + share * (tip - tail)

    return [
        Solid(
            [
                Piece(tail, at(0.42), 0.008, 0.014, shaft),
                Piece(at(0.42), at(0.60), 0.017, 0.017, tip_paint),
                Piece(at(0.60), at(0.88), 0.014, 0.011, shaft),
                Piece(at(0.88), tip, 0.011, 0.004, tip_paint),
            ]
        )
    ], []


def boxing_gloves(prop: Prop, part: int, posed: Posed) -> Made:
    """Two gloves, each from the wrist next to it around its fist."""
    leather, cuff = paint("c41f2b", part, 0.5), paint("f3f1ec", part, 0.2)
    wrists = posed.joints[:, [JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"]]].astype(float)
    own = wrists[np.abs(wrists.mean(1) - (prop.tail + prop.tip) / 2).sum(-1).argmin()]
    solids = []
    for fist, wrist in zip((prop.tail.astype(float), prop.tip.astype(float)), own, strict=True):
        along = unit(fist - wrist)
        thumb = unit(UP - (UP @ along) * along)
        pieces = [
            Piece(fist - 0.02 * along, fist + 0.035 * along, 0.070, 0.075, leather),
            Piece(
                fist + 0.055 * thumb - 0.03 * along,
                fist + 0.06 * thumb + 0.03 * along,
                0.032,
                0.030,
                leather,
            ),
        ]
        solids.append(Solid(pieces, 0.012))
        low = wrist - 0.05 * along
        solids.append(Solid([Piece(low, wrist + 0.05 * along, 0.052, 0.058, cuff, low=0.0)]))
    return solids, []
