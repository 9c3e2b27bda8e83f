"""What stands still in a venue near the athletes: hoop, nets, goal, ropes. Metres."""

from __future__ import annotations

import numpy as np

from data.scenes.camera import View
from data.scenes.palette import BACKGROUND, hex_rgb
from data.scenes.scene import Scene
from data.scenes.solids import Paint, Piece, Solid, Veil, ball, box
from data.scenes.venues import POOL_SWIM, place

Made = tuple[list[Solid], list[Veil]]

_X, _Y, _Z = np.eye(3)
_NET_ACTIONS = {"volleyball_spike": (2.43, 0.95), "badminton_smash": (1.55, 3.2)}
"""Actions with a net ahead on any court: its height and its distance."""


def setting(scene: Scene, view: View) -> Made:
    """The venue's furniture. What would stand between camera and athlete is left out."""
    x, z = place(scene.venue, scene.variation)
    origin = np.array((x, 0.0, z))
    if scene.venue in ("indoor_court", "outdoor_court"):
        made = _court(scene, origin, view)
    elif scene.venue == "tennis_court":
        made = _net(origin + 11.885 * _Z, 6.4, 0.0, 0.95, view)
    elif scene.venue == "pitch":
        made = _goal(origin + 11.0 * _Z, view)
    elif scene.venue == "ring":
        made = _ropes(origin, view)
    elif scene.venue == "pool":
        made = _pool(scene, origin), []
    else:
        made = [], []
    return made


def _paint(code: str, gloss: float = 0.2) -> Paint:
    return Paint(hex_rgb(code), gloss, 0, BACKGROUND)


def _behind_athlete(place: np.ndarray, view: View) -> bool:
    """Whether a plane across z at ``place`` isn't between the camera and the origin."""
    return (view.eye[2] - place[2]) * (0.0 - place[2]) > 0 or abs(place[2]) > 6


def _court(scene: Scene, origin: np.ndarray, view: View) -> Made:
    solids = _hoop(origin)
    veils = [_hoop_net(origin)]
    if scene.action in _NET_ACTIONS:
        height, away = _NET_ACTIONS[scene.action]
        net = _net(away * _Z, 4.75, height - 1.0 if height > 2 else height - 0.76, height, view)
        return solids + net[0], veils + net[1]
    return solids, veils


def _hoop(origin: np.ndarray) -> list[Solid]:
    """FIBA: ring at 3.05 m, 1.575 m in front of the end line; board 1.8 × 1.05 m."""
    ring, white, edge, post = (_paint(c) for c in ("e2622b", "f3f5f7", "c8352c", "3a3f48"))
    axes = np.eye(3)
    board = origin + np.array((0.0, 3.425, -1.2))
    rim = origin + np.array((0.0, 3.05, -1.575))
    arm = origin + 3.0 * _Y + 0.8 * _Z
    return [
        Solid([ball(rim, 0.018, ring, ring=0.225)]),
        Solid([box(board, axes, (0.90, 0.525, 0.02), white)]),
        Solid([box(board + 0.001 * _Z, axes, (0.93, 0.555, 0.014), edge)]),
        Solid([box(board - (0, 0.16, 0.012), axes, (0.295, 0.225, 0.012), edge)]),
        Solid([box(board - (0, 0.16, 0.014), axes, (0.25, 0.18, 0.012), white)]),
        Solid([Piece(board - 0.3 * _Y, arm, 0.07, 0.09, post)]),
        Solid([Piece(arm, origin + 0.8 * _Z, 0.1, 0.13, post)]),
    ]


def _hoop_net(origin: np.ndarray) -> Veil:
    rim = origin + np.array((0.0, 2.85, -1.575))
    return Veil(rim, 0.19 * _X, 0.2 * _Y, hex_rgb("fbfbfb"), 0.055, 0.012, False, 0.15)


def _net(middle: np.ndarray, half: float, low: float, high: float, view: View) -> Made:
    """A net across the court, its posts and its tape."""
    if not _behind_athlete(middle, view):
        return [], []
    tape, post = _paint("f7f7f5"), _paint("3b4048")
    top = middle + high * _Y
    solids = [Solid([Piece(top - half * _X, top + half * _X, 0.035, 0.035, tape, deep=0.4)])]
    for side in (-half, half):
        foot = middle + side * _X
        solids.append(Solid([Piece(foot, foot + (high + 0.04) * _Y, 0.05, 0.05, post)]))
    centre = middle + (low + high) / 2 * _Y
    mesh = Veil(
        centre, half * _X, (high - low) / 2 * _Y, hex_rgb("22262c"), 0.1, 0.012, False, 0.06
    )
    return solids, [mesh]


def _goal(middle: np.ndarray, view: View) -> Made:
    """FIFA: 7.32 × 2.44 m."""
    post = _paint("f6f7f8", 0.4)
    left, right, up = middle + 3.66 * _X, middle - 3.66 * _X, 2.44 * _Y
    solids = [
        Solid([Piece(left, left + up, 0.06, 0.06, post)]),
        Solid([Piece(right, right + up, 0.06, 0.06, post)]),
        Solid([Piece(left + up, right + up, 0.06, 0.06, post)]),
    ]
    net = Veil(
        middle + 1.6 * _Z + up / 2, 3.66 * _X, up / 2, hex_rgb("f2f4f6"), 0.14, 0.012, False, 0.08
    )
    return solids, [net]


def _ropes(origin: np.ndarray, view: View) -> Made:
    """A boxing ring's ropes on the far sides, and all four posts that stand behind."""
    half = 3.05
    rope_paints = [_paint(c) for c in ("f3f3f1", "d0342c", "f3f3f1", "2452a8")]
    pads = [_paint(c) for c in ("d0342c", "2452a8")]
    solids = []
    corners = [
        origin + half * (sx * _X + sz * _Z) for sx, sz in ((1, 1), (1, -1), (-1, -1), (-1, 1))
    ]
    towards = (view.eye - origin) * (1, 0, 1)
    for i, corner in enumerate(corners):
        following = corners[(i + 1) % 4]
        # Sides that face the camera would cross the athlete.
        outward = (corner + following) / 2 - origin
        if outward @ towards > 0.25 * half * np.linalg.norm(towards):
            continue
        for level, paint in enumerate(rope_paints):
            height = (0.4 + 0.31 * level) * _Y
            solids.append(Solid([Piece(corner + height, following + height, 0.025, 0.025, paint)]))
    for i, corner in enumerate(corners):
        if (corner - origin) @ towards > 0.2 * half * np.linalg.norm(towards):
            continue
        solids.append(Solid([Piece(corner, corner + 1.5 * _Y, 0.07, 0.07, pads[i % 2])]))
    return solids, []


def _pool(scene: Scene, origin: np.ndarray) -> list[Solid]:
    """Lane ropes: floats that lie on the water, red at the ends."""
    near = origin - (POOL_SWIM * _Z if scene.action == "freestyle_swim" else -0.25 * _Z)
    solids = []
    for i in range(-3, 3):
        start = near + (i + 0.5) * 2.5 * _X
        for k, (low, high) in enumerate(((0.0, 5.0), (5.0, 20.0), (20.0, 45.0))):
            paint = _paint(("d0342c", "f2f2f0", "2f6fb3")[k])
            solids.append(Solid([Piece(start + low * _Z, start + high * _Z, 0.06, 0.06, paint)]))
    return solids
