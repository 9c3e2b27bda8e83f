"""Equipment that stands on the ground or carries the athlete → solids and veils. Metres."""

from __future__ import annotations

import numpy as np

from data.scenes.gear import UP, Made, axes_of, disc, paint
from data.scenes.palette import hex_rgb
from data.scenes.posed import BICYCLE, JOINT_INDEX, Posed, Prop
from data.scenes.solids import Piece, Solid, Veil, ball, box, cross, unit


def barbell(prop: Prop, part: int) -> Made:
    steel, large = paint("b9bcc2", part, 0.9), paint("c42b2b", part, 0.3)
    small, hub = paint("2a4fa8", part, 0.3), paint("2b2c30", part, 0.5)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    along = unit(tip - tail)
    solids = [Solid([Piece(tail, tip, 0.014, 0.014, steel)])]
    for end, inwards in ((tail, along), (tip, -along)):
        solids += [
            Solid([Piece(end, end + 0.42 * inwards, 0.026, 0.026, steel, high=0.42)]),
            Solid([disc(end + 0.37 * inwards, along, 0.225, 0.032, large)]),
            Solid([disc(end + 0.29 * inwards, along, 0.165, 0.026, small)]),
            Solid([disc(end + 0.37 * inwards, along, 0.07, 0.040, hub)]),
        ]
    return solids, []


def hurdle(prop: Prop, part: int) -> Made:
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    across = unit(tip - tail)
    ahead = cross(across, UP)
    axes = np.stack([across, UP, ahead])
    white, black, steel = (paint(c, part, 0.2) for c in ("f6f6f4", "1e1e22", "c5c8cd"))
    half = float(np.linalg.norm(tip - tail)) / 2
    middle = (tail + tip) / 2 - 0.035 * UP
    solids = [Solid([box(middle, axes, (half, 0.035, 0.012), white)])]
    for share in (-0.72, 0.0, 0.72):
        stripe = middle + share * half * across
        solids.append(Solid([box(stripe, axes, (0.13 * half, 0.036, 0.0135), black)]))
    for end in (-0.92, 0.92):
        top = middle + end * half * across
        foot = top * (1, 0, 1) + 0.02 * UP
        solids.append(
            Solid(
                [
                    Piece(top, foot, 0.016, 0.016, steel),
                    Piece(foot, foot + 0.65 * ahead * np.sign(-ahead[2]), 0.018, 0.018, steel),
                ]
            )
        )
    return solids, []


def high_jump_bar(prop: Prop, part: int) -> Made:
    bar, stripe, post = (paint(c, part) for c in ("f4f0e6", "d0342c", "d9dbe0"))
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    way = tip - tail
    solids = [
        Solid([Piece(tail + a * way, tail + b * way, 0.017, 0.017, colour)])
        for a, b, colour in (
            (0.0, 0.2, stripe),
            (0.2, 0.42, bar),
            (0.42, 0.58, stripe),
            (0.58, 0.8, bar),
            (0.8, 1.0, stripe),
        )
    ]
    for end in (tail - 0.04 * unit(way), tip + 0.04 * unit(way)):
        top = end + 0.5 * UP
        solids.append(Solid([Piece(end * (1, 0, 1), top, 0.028, 0.028, post)]))
        solids.append(Solid([disc(end * (1, 0, 1) + 0.03 * UP, UP, 0.22, 0.02, post)]))
    return solids, []


def pull_up_bar(prop: Prop, part: int) -> Made:
    steel, frame = paint("c3c6cc", part, 0.8), paint("2d2f35", part, 0.3)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    solids = [Solid([Piece(tail, tip, 0.016, 0.016, steel)])]
    # The posts stand behind, so that from the side they don't hide who hangs there.
    back = np.array((0.0, 0.0, -0.75))
    for end in (tail, tip):
        post = end + back
        solids.append(Solid([Piece(end, post, 0.022, 0.022, frame)]))
        solids.append(Solid([Piece(post * (1, 0, 1), post + 0.08 * UP, 0.032, 0.032, frame)]))
        solids.append(Solid([Piece(post - 0.5 * UP, end + 0.5 * back, 0.018, 0.018, frame)]))
    return solids, []


def bicycle(prop: Prop, part: int) -> Made:
    rear, front = prop.tail.astype(float), prop.tip.astype(float)
    base = float(np.linalg.norm(front - rear))
    ahead = (front - rear) / base
    left = cross(UP, ahead)
    tyre, rim = paint("1d1d20", part, 0.1), paint("c7cad0", part, 0.8)
    frame, dark = paint("d62f3a", part, 0.7), paint("242529", part, 0.2)
    radius = BICYCLE["wheel"][0] * base

    def place(name: str) -> np.ndarray:
        along, up = BICYCLE[name]
        return rear + base * (along * ahead + up * UP)

    crank, saddle, bar = place("crank"), place("saddle"), place("handlebar")
    head = bar - 0.12 * base * UP
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
        (crank, head - 0.06 * base * UP, 0.020),
        (rear, crank, 0.012),
        (rear, seat_tube, 0.011),
        (head, front, 0.014),
    )
    solids.append(Solid([Piece(a, b, r, r, frame) for a, b, r in tubes], 0.006))
    solids.append(
        Solid(
            [
                Piece(seat_tube, saddle - 0.03 * UP, 0.013, 0.013, rim),
                Piece(head, bar, 0.014, 0.014, rim),
                Piece(bar - 0.22 * base * left, bar + 0.22 * base * left, 0.014, 0.014, dark),
                Piece(
                    saddle - 0.1 * ahead, saddle + 0.14 * ahead, 0.06, 0.022, dark, left, deep=0.5
                ),
            ]
        )
    )
    solids.append(Solid([disc(crank, left, 0.095, 0.008, rim)]))
    spokes = [
        Veil(
            hub,
            (radius - 0.04) * ahead,
            (radius - 0.04) * UP,
            hex_rgb("d5d8dd"),
            0.0,
            0.0,
            True,
            0.13,
        )
        for hub in (rear, front)
    ]
    return solids, spokes


def rowing_machine(prop: Prop, part: int, posed: Posed) -> Made:
    seat, hub = prop.tail.astype(float), prop.tip.astype(float)
    across, _, _ = axes_of(prop)
    ahead = unit((hub - seat) * (1, 0, 1))
    axes = np.stack([across, UP, ahead])
    rail, dark, steel = (
        paint(c, part, g) for c, g in (("9ea3ab", 0.6), ("26272b", 0.2), ("c9ccd2", 0.7))
    )
    plates = hub - 0.55 * ahead
    back = seat - 0.45 * ahead
    rail_front = hub * (1, 0, 1) + 0.26 * UP
    rail_back = back * (1, 0, 1) + 0.26 * UP
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
        Solid([box(seat - 0.03 * UP, axes, (0.15, 0.025, 0.12), dark, 0.02)]),
        Solid(
            [
                disc(hub + 0.12 * UP, across, 0.21, 0.06, dark),
                disc(hub + 0.12 * UP, across, 0.09, 0.065, steel),
            ],
            0.002,
        ),
        Solid([Piece(plates - 0.16 * across, plates + 0.16 * across, 0.03, 0.03, dark)]),
        Solid([Piece(rail_back, rail_back * (1, 0, 1), 0.03, 0.03, dark)]),
        Solid([Piece(rail_front, rail_front * (1, 0, 1), 0.04, 0.04, dark)]),
        Solid([Piece(handle - 0.26 * grip, handle + 0.26 * grip, 0.015, 0.015, dark)]),
        Solid([Piece(handle, hub + 0.12 * UP, 0.005, 0.005, steel)]),
    ], []


def starting_block(prop: Prop, part: int) -> Made:
    """A pool's block: a sloping plate on a pedestal."""
    across, _, along = axes_of(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    plate, stand, edge = (paint(c, part, 0.2) for c in ("e8ecef", "2f6fb3", "d0342c"))
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
                    top * (1, 0, 1) + (height - 0.02) * UP - 0.06 * along,
                    np.stack([across, UP, cross(across, UP)]),
                    (0.2, height, 0.16),
                    stand,
                )
            ]
        ),
    ], []


def starting_blocks(prop: Prop, part: int) -> Made:
    """A sprinter's blocks: a rail with two inclined pads."""
    across, _, along = axes_of(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    rail, pad = paint("c2c6cc", part, 0.6), paint("26272b", part, 0.2)
    lean = unit(UP - along)
    axes = np.stack([across, lean, cross(across, lean)])
    solids = [Solid([Piece(tail, tip, 0.025, 0.025, rail)])]
    for share, side in ((0.25, 1.0), (0.7, -1.0)):
        place = tail + share * (tip - tail) + 0.09 * side * across + 0.07 * UP
        solids.append(Solid([box(place, axes, (0.06, 0.09, 0.02), pad)]))
    return solids, []


def table(prop: Prop, part: int) -> Made:
    """A table-tennis table, its net across the middle."""
    across, _, along = axes_of(prop)
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    axes = np.stack([across, UP, along])
    half = float(np.linalg.norm(tip - tail)) / 2
    middle = (tail + tip) / 2 - 0.015 * UP
    blue, white, leg, tape = (
        paint(c, part, g)
        for c, g in (("215fa6", 0.15), ("f4f4f2", 0.1), ("33363c", 0.3), ("f2f2f0", 0.1))
    )
    solids = [
        Solid([box(middle, axes, (0.7625, 0.015, half), blue, 0.004)]),
        Solid([box(middle + 0.002 * UP, axes, (0.006, 0.0152, half), white, 0.001)]),
    ]
    for side in (1.0, -1.0):
        solids.append(
            Solid(
                [
                    box(
                        middle + side * 0.755 * across + 0.001 * UP,
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
                        middle + side * (half - 0.01) * along + 0.001 * UP,
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
    net = middle + 0.09 * UP
    solids.append(
        Solid(
            [
                Piece(
                    net + 0.075 * UP - 0.9 * across,
                    net + 0.075 * UP + 0.9 * across,
                    0.008,
                    0.008,
                    tape,
                )
            ]
        )
    )
    return solids, [
        Veil(net, 0.9 * across, 0.075 * UP, hex_rgb("2b2f38"), 0.02, 0.004, False, 0.25)
    ]


def mat(prop: Prop, part: int) -> Made:
    """A thin mat on the floor, or a landing mat whose top is where the prop is."""
    tail, tip = prop.tail.astype(float), prop.tip.astype(float)
    across, _, _ = axes_of(prop)
    top = tail[1]
    thick = max(top, 0.012)
    half = 0.36 if top < 0.1 else 0.6
    cover = paint("3a66b8" if top > 0.1 else "7a5fb0", part, 0.1)
    middle = ((tail + tip) / 2) * (1, 0, 1) + thick / 2 * UP
    size = (half, thick / 2, float(np.linalg.norm(tip - tail)) / 2)
    return [Solid([box(middle, np.stack([across, UP, cross(across, UP)]), size, cover, 0.04)])], []
