"""Props → solids and veils: balls, rackets, bars, machines. Metres throughout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.scenes.camera import View
from data.scenes.palette import FIRST_PROP, hex_rgb
from data.scenes.posed import BALL_RADIUS, BICYCLE, JOINT_INDEX, Posed, Prop
from data.scenes.solids import PATTERNS, Paint, Piece, Solid, Veil, ball, box, cross, unit

Made = tuple[list[Solid], list[Veil]]

_UP = np.array((0.0, 1.0, 0.0))


def equipment(posed: Posed, view: View) -> Made:
    """The solids and veils of all props of a scene.

    A landing mat that would hide the athletes from the camera is left out.
    """
    solids: list[Solid] = []
    veils: list[Veil] = []
    for number, prop in enumerate(posed.props):
        part = FIRST_PROP + number
        if prop.kind == "mat" and prop.tail[1] > 0.1 and prop.tail[2] * view.eye[2] > 0.2:
            continue
        if prop.kind in BALL_RADIUS:
            made: Made = _ball(prop, part), []
        elif prop.kind == "rowing_machine":
            made = _rowing_machine(prop, part, posed), []
        else:
            made = _MAKERS[prop.kind](prop, part)
        solids += made[0]
        veils += made[1]
    return solids, veils


def _paint(code: str, part: int, gloss: float = 0.3, pattern: str = "plain") -> Paint:
    return Paint(hex_rgb(code), gloss, PATTERNS.index(pattern), part)


def _axes(prop: Prop) -> np.ndarray:
    """Rows: across, up, and along from tail to tip."""
    along = unit((prop.tip - prop.tail).astype(float))
    up = unit(prop.up - (prop.up @ along) * along)
    return np.stack([cross(up, along), up, along])


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


def _ball(prop: Prop, part: int) -> list[Solid]:
    radius = BALL_RADIUS[prop.kind]
    centre = prop.tail.astype(float)
    if prop.kind == "shuttlecock":
        # A cork and a skirt of feathers that opens against the flight: upwards.
        cork, feathers = _paint("e8e0cc", part), _paint("fbfbf8", part, 0.1)
        skirt = Piece(centre, centre + 0.07 * _UP, 0.012, 0.033, feathers, low=0.0, high=0.07)
        return [Solid([ball(centre - 0.005 * _UP, 0.014, cork), skirt])]
    code, pattern = _BALLS[prop.kind]
    # Small balls are drawn a little larger than they are: they must be seen at 64 pixels.
    radius = max(radius, 0.04)
    # Seams lie at an angle, as on a ball in flight.
    axis = unit(np.array((0.35, 0.8, 0.48)))
    return [
        Solid([ball(centre, radius, _paint(code, part, 0.3, pattern), axis=axis, side=_UP)], 0.001)
    ]


def _racket(
    prop: Prop, part: int, head: tuple[float, float], spacing: float, code: str, frame: float
) -> Made:
    """A grip, a shaft, an oval frame ``head`` (half length, half width), strings."""
    across, normal, along = _axes(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    length, width = head
    centre = tip - length * along
    throat = centre - length * along
    grip, shaft = _paint("26262a", part, 0.1), _paint(code, part, 0.5)
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


def _tennis_racket(prop: Prop, part: int) -> Made:
    return _racket(prop, part, (0.17, 0.13), 0.017, "d8352f", 0.012)


def _badminton_racket(prop: Prop, part: int) -> Made:
    return _racket(prop, part, (0.135, 0.105), 0.012, "2b6fd6", 0.0065)


def _table_tennis_bat(prop: Prop, part: int) -> Made:
    across, normal, along = _axes(prop)
    tip = prop.tip.astype(float)
    centre = tip - 0.08 * along
    wood, red, black = (_paint(c, part, 0.1) for c in ("b98a55", "c8202c", "1d1d20"))
    return [
        Solid([Piece(prop.tail.astype(float), centre, 0.013, 0.012, wood, across, deep=0.8)]),
        Solid([_disc(centre + 0.004 * normal, normal, 0.08, 0.004, red)]),
        Solid([_disc(centre - 0.004 * normal, normal, 0.08, 0.004, black)]),
    ], []


def _disc(centre: np.ndarray, axis: np.ndarray, radius: float, half: float, paint: Paint) -> Piece:
    return ball(centre, radius, paint, axis=axis, low=-half, high=half, side=(0.31, 0.52, 0.79))


def _baseball_bat(prop: Prop, part: int) -> Made:
    wood, grip = _paint("c79a5f", part), _paint("2b2b2e", part, 0.1)
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


def _golf_club(prop: Prop, part: int) -> Made:
    across, normal, along = _axes(prop)
    steel, grip = _paint("c9ccd2", part, 0.9), _paint("222226", part, 0.1)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    head = tip + 0.03 * normal
    return [
        Solid([Piece(tail, tail + 0.25 * (tip - tail), 0.013, 0.011, grip)]),
        Solid([Piece(tail + 0.25 * (tip - tail), tip, 0.008, 0.007, steel)]),
        Solid([box(head, np.stack([across, along, normal]), (0.018, 0.028, 0.055), steel)]),
    ], []


def _javelin(prop: Prop, part: int) -> Made:
    shaft, tip_paint = _paint("e9e4d6", part), _paint("c03a2b", part)
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


def _barbell(prop: Prop, part: int) -> Made:
    steel, disc = _paint("b9bcc2", part, 0.9), _paint("c42b2b", part, 0.3)
    small, hub = _paint("2a4fa8", part, 0.3), _paint("2b2c30", part, 0.5)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    along = unit(tip - tail)
    solids = [Solid([Piece(tail, tip, 0.014, 0.014, steel)])]
    for end, inwards in ((tail, along), (tip, -along)):
        solids += [
            Solid([Piece(end, end + 0.42 * inwards, 0.026, 0.026, steel, high=0.42)]),
            Solid([_disc(end + 0.37 * inwards, along, 0.225, 0.032, disc)]),
            Solid([_disc(end + 0.29 * inwards, along, 0.165, 0.026, small)]),
            Solid([_disc(end + 0.37 * inwards, along, 0.07, 0.040, hub)]),
        ]
    return solids, []


def _hurdle(prop: Prop, part: int) -> Made:
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    across = unit(tip - tail)
    ahead = cross(across, _UP)
    axes = np.stack([across, _UP, ahead])
    white, black, steel = (_paint(c, part, 0.2) for c in ("f6f6f4", "1e1e22", "c5c8cd"))
    half = float(np.linalg.norm(tip - tail)) / 2
    middle = (tail + tip) / 2 - 0.035 * _UP
    solids = [Solid([box(middle, axes, (half, 0.035, 0.012), white)])]
    for share in (-0.72, 0.0, 0.72):
        stripe = middle + share * half * across
        solids.append(Solid([box(stripe, axes, (0.13 * half, 0.036, 0.0135), black)]))
    for end in (-0.92, 0.92):
        top = middle + end * half * across
        foot = top * (1, 0, 1) + 0.02 * _UP
        solids.append(
            Solid(
                [
                    Piece(top, foot, 0.016, 0.016, steel),
                    Piece(foot, foot + 0.65 * ahead * np.sign(-ahead[2]), 0.018, 0.018, steel),
                ]
            )
        )
    return solids, []


def _high_jump_bar(prop: Prop, part: int) -> Made:
    bar, stripe, post = (_paint(c, part) for c in ("f4f0e6", "d0342c", "d9dbe0"))
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    way = tip - tail
    solids = [
        Solid([Piece(tail + a * way, tail + b * way, 0.017, 0.017, paint)])
        for a, b, paint in (
            (0.0, 0.2, stripe),
            (0.2, 0.42, bar),
            (0.42, 0.58, stripe),
            (0.58, 0.8, bar),
            (0.8, 1.0, stripe),
        )
    ]
    for end in (tail - 0.04 * unit(way), tip + 0.04 * unit(way)):
        top = end + 0.5 * _UP
        solids.append(Solid([Piece(end * (1, 0, 1), top, 0.028, 0.028, post)]))
        solids.append(Solid([_disc(end * (1, 0, 1) + 0.03 * _UP, _UP, 0.22, 0.02, post)]))
    return solids, []


def _pull_up_bar(prop: Prop, part: int) -> Made:
    steel, frame = _paint("c3c6cc", part, 0.8), _paint("2d2f35", part, 0.3)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    solids = [Solid([Piece(tail, tip, 0.016, 0.016, steel)])]
    # The posts stand behind, so that from the side they don't hide who hangs there.
    back = np.array((0.0, 0.0, -0.75))
    for end in (tail, tip):
        post = end + back
        solids.append(Solid([Piece(end, post, 0.022, 0.022, frame)]))
        solids.append(Solid([Piece(post * (1, 0, 1), post + 0.08 * _UP, 0.032, 0.032, frame)]))
        solids.append(Solid([Piece(post - 0.5 * _UP, end + 0.5 * back, 0.018, 0.018, frame)]))
    return solids, []


def _bicycle(prop: Prop, part: int) -> Made:
    rear, front = prop.tail.astype(float), prop.tip.astype(float)
    base = float(np.linalg.norm(front - rear))
    ahead = (front - rear) / base
    left = cross(_UP, ahead)
    tyre, rim = _paint("1d1d20", part, 0.1), _paint("c7cad0", part, 0.8)
    frame, dark = _paint("d62f3a", part, 0.7), _paint("242529", part, 0.2)
    radius = BICYCLE["wheel"][0] * base

    def place(name: str) -> np.ndarray:
        along, up = BICYCLE[name]
        return rear + base * (along * ahead + up * _UP)

    crank, saddle, bar = place("crank"), place("saddle"), place("handlebar")
    head = bar - 0.12 * base * _UP
    seat_tube = crank + 0.8 * (saddle - crank)
    solids = []
    for hub in (rear, front):
        solids += [
            Solid([ball(hub, 0.018, tyre, side=ahead, axis=left, ring=radius - 0.018)]),
            Solid([ball(hub, 0.011, rim, side=ahead, axis=left, ring=radius - 0.036)]),
            Solid([Piece(hub - 0.04 * left, hub + 0.04 * left, 0.018, 0.018, rim)]),
        ]
    tubes = (
        (crank, seat_tube, 0.017),
        (seat_tube, head, 0.017),
        (crank, head - 0.06 * base * _UP, 0.020),
        (rear, crank, 0.012),
        (rear, seat_tube, 0.011),
        (head, front, 0.014),
    )
    solids.append(Solid([Piece(a, b, r, r, frame) for a, b, r in tubes], 0.006))
    solids.append(
        Solid(
            [
                Piece(seat_tube, saddle - 0.03 * _UP, 0.013, 0.013, rim),
                Piece(head, bar, 0.014, 0.014, rim),
                Piece(bar - 0.22 * base * left, bar + 0.22 * base * left, 0.014, 0.014, dark),
                Piece(
                    saddle - 0.1 * ahead, saddle + 0.14 * ahead, 0.06, 0.022, dark, left, deep=0.5
                ),
            ]
        )
    )
    solids.append(Solid([_disc(crank, left, 0.095, 0.008, rim)]))
    spokes = [
        Veil(
            hub,
            (radius - 0.04) * ahead,
            (radius - 0.04) * _UP,
            hex_rgb("d5d8dd"),
            0.0,
            0.0,
            True,
            0.13,
        )
        for hub in (rear, front)
    ]
    return solids, spokes


def _rowing_machine(prop: Prop, part: int, posed: Posed) -> list[Solid]:
    seat, hub = prop.tail.astype(float), prop.tip.astype(float)
    across, _, _ = _axes(prop)
    ahead = unit((hub - seat) * (1, 0, 1))
    axes = np.stack([across, _UP, ahead])
    rail, dark, steel = (
        _paint(c, part, g) for c, g in (("9ea3ab", 0.6), ("26272b", 0.2), ("c9ccd2", 0.7))
    )
    plates = hub - 0.55 * ahead
    back = seat - 0.45 * ahead
    rail_front = hub * (1, 0, 1) + 0.26 * _UP
    rail_back = back * (1, 0, 1) + 0.26 * _UP
    # The handle is where the nearest athlete's hands are.
    wrists = posed.joints[:, [JOINT_INDEX["left_hand"], JOINT_INDEX["right_hand"]]].astype(float)
    hands = wrists[np.abs(wrists.mean(1) - (seat + hub) / 2).sum(-1).argmin()]
    handle = hands.mean(0)
    grip = unit(hands[0] - hands[1])
    return [
        Solid(
            [
                box(
                    (rail_front + rail_back) / 2,
                    axes,
                    (0.035, 0.03, float(np.linalg.norm(rail_front - rail_back)) / 2),
                    rail,
                )
            ]
        ),
        Solid([box(seat - 0.03 * _UP, axes, (0.15, 0.025, 0.12), dark, 0.02)]),
        Solid(
            [
                _disc(hub + 0.12 * _UP, across, 0.21, 0.06, dark),
                _disc(hub + 0.12 * _UP, across, 0.09, 0.065, steel),
            ],
            0.002,
        ),
        Solid([Piece(plates - 0.16 * across, plates + 0.16 * across, 0.03, 0.03, dark)]),
        Solid([Piece(rail_back, rail_back * (1, 0, 1), 0.03, 0.03, dark)]),
        Solid([Piece(rail_front, rail_front * (1, 0, 1), 0.04, 0.04, dark)]),
        Solid([Piece(handle - 0.26 * grip, handle + 0.26 * grip, 0.015, 0.015, dark)]),
        Solid([Piece(handle, hub + 0.12 * _UP, 0.005, 0.005, steel)]),
    ]


def _starting_block(prop: Prop, part: int) -> Made:
    """A pool's block: a sloping plate on a pedestal."""
    across, _, along = _axes(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    plate, stand, edge = (_paint(c, part, 0.2) for c in ("e8ecef", "2f6fb3", "d0342c"))
    normal = cross(along, across)
    half = float(np.linalg.norm(tip - tail)) / 2
    middle = (tail + tip) / 2
    top = middle - 0.03 * normal
    height = top[1] / 2
    return [
        Solid([box(top, np.stack([across, normal, along]), (0.27, 0.03, half), plate)]),
        Solid(
            [
                box(
                    tip - 0.031 * normal - 0.01 * along,
                    np.stack([across, normal, along]),
                    (0.272, 0.031, 0.03),
                    edge,
                )
            ]
        ),
        Solid(
            [
                box(
                    top * (1, 0, 1) + (height - 0.02) * _UP - 0.06 * along,
                    np.stack([across, _UP, cross(across, _UP)]),
                    (0.2, height, 0.16),
                    stand,
                )
            ]
        ),
    ], []


def _starting_blocks(prop: Prop, part: int) -> Made:
    """A sprinter's blocks: a rail with two inclined pads."""
    across, _, along = _axes(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    rail, pad = _paint("c2c6cc", part, 0.6), _paint("26272b", part, 0.2)
    lean = unit(_UP - along)
    axes = np.stack([across, lean, cross(across, lean)])
    solids = [Solid([Piece(tail, tip, 0.025, 0.025, rail)])]
    for share, side in ((0.25, 1.0), (0.7, -1.0)):
        place = tail + share * (tip - tail) + 0.09 * side * across + 0.07 * _UP
        solids.append(Solid([box(place, axes, (0.06, 0.09, 0.02), pad)]))
    return solids, []


def _table(prop: Prop, part: int) -> Made:
    """A table-tennis table, its net across the middle."""
    across, _, along = _axes(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    axes = np.stack([across, _UP, along])
    half = float(np.linalg.norm(tip - tail)) / 2
    middle = (tail + tip) / 2 - 0.015 * _UP
    blue, white, leg, tape = (
        _paint(c, part, g)
        for c, g in (("215fa6", 0.15), ("f4f4f2", 0.1), ("33363c", 0.3), ("f2f2f0", 0.1))
    )
    solids = [
        Solid([box(middle, axes, (0.7625, 0.015, half), blue, 0.004)]),
        Solid([box(middle + 0.002 * _UP, axes, (0.006, 0.0152, half), white, 0.001)]),
    ]
    for side in (1.0, -1.0):
        solids.append(
            Solid(
                [
                    box(
                        middle + side * 0.755 * across + 0.001 * _UP,
                        axes,
                        (0.012, 0.0155, half),
                        white,
                        0.001,
                    )
                ]
            )
        )
        solids.append(
            Solid(
                [
                    box(
                        middle + side * (half - 0.01) * along + 0.001 * _UP,
                        axes,
                        (0.7625, 0.0155, 0.012),
                        white,
                        0.001,
                    )
                ]
            )
        )
        for end in (0.75, -0.75):
            top = middle + side * 0.62 * across + end * half * along
            solids.append(Solid([Piece(top, top * (1, 0, 1), 0.025, 0.025, leg)]))
    net = middle + 0.09 * _UP
    solids.append(
        Solid(
            [
                Piece(
                    net + 0.075 * _UP - 0.9 * across,
                    net + 0.075 * _UP + 0.9 * across,
                    0.008,
                    0.008,
                    tape,
                )
            ]
        )
    )
    return solids, [
        Veil(net, 0.9 * across, 0.075 * _UP, hex_rgb("2b2f38"), 0.02, 0.004, False, 0.25)
    ]


def _boxing_gloves(prop: Prop, part: int) -> Made:
    leather = _paint("c41f2b", part, 0.5)
    between = unit((prop.tip - prop.tail).astype(float))
    return [
        Solid(
            [
                ball(fist.astype(float), 0.082, leather),
                ball(fist + 0.035 * _UP + 0.012 * side * between, 0.045, leather),
            ],
            0.02,
        )
        for fist, side in ((prop.tail, 1.0), (prop.tip, -1.0))
    ], []


def _mat(prop: Prop, part: int) -> Made:
    """A thin mat on the floor, or a landing mat whose top is where the prop is."""
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    across, _, _ = _axes(prop)
    top = tail[1]
    thick = max(top, 0.012)
    half = 0.36 if top < 0.1 else 0.6
    paint = _paint("3a66b8" if top > 0.1 else "7a5fb0", part, 0.1)
    middle = ((tail + tip) / 2) * (1, 0, 1) + thick / 2 * _UP
    size = (half, thick / 2, float(np.linalg.norm(tip - tail)) / 2)
    return [
        Solid([box(middle, np.stack([across, _UP, cross(across, _UP)]), size, paint, 0.04)])
    ], []


_MAKERS: dict[str, Callable[[Prop, int], Made]] = {
    "tennis_racket": _tennis_racket,
    "badminton_racket": _badminton_racket,
    "table_tennis_bat": _table_tennis_bat,
    "baseball_bat": _baseball_bat,
    "golf_club": _golf_club,
    "javelin": _javelin,
    "barbell": _barbell,
    "hurdle": _hurdle,
    "high_jump_bar": _high_jump_bar,
    "pull_up_bar": _pull_up_bar,
    "bicycle": _bicycle,
    "starting_block": _starting_block,
    "starting_blocks": _starting_blocks,
    "table": _table,
    "boxing_gloves": _boxing_gloves,
    "mat": _mat,
}
