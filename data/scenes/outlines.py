"""The outlines of what stands in a venue, as the camera sees them: walls, hoop, nets, ropes.

A picture's background hangs on where its walls stand and how high; a network that is shown their
edges need not guess the room from the horizon alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data.scenes.camera import View, project
from data.scenes.scene import Scene
from data.scenes.setting import setting
from data.scenes.solids import Piece, Veil

NEAREST = 0.25
"""Lines are cut off where they come closer to the camera plane than this, metres: more than half
the width of any."""

THIN = 0.01
"""Half the width of an edge that has none of its own, metres."""

_AROUND = np.linspace(0, 2 * np.pi, 13)


Place = tuple[float, float, float]


class Edges(NamedTuple):
    """What is seen of a wall: ``levels`` at these heights, and ``uprights`` every so many metres
    along the wall from ``low`` to ``high``; 0 for none."""

    levels: tuple[float, ...]
    uprights: float = 0.0
    low: float = 0.0
    high: float = 0.0


WALL_EDGES: dict[str, Edges] = {
    "indoor_court": Edges((0.0, 1.9, 4.3, 6.0, 8.0), 4.8, 0.0, 8.0),
    "outdoor_court": Edges((0.0, 3.05), 5.0, 0.0, 6.5),
    "track": Edges((0.0, 1.1, 8.1, 9.0), 9.0, 1.1, 8.1),
    "pitch": Edges((0.0, 1.1, 9.1, 10.0), 9.0, 1.1, 9.1),
    "gym": Edges((0.0, 0.45, 0.85, 2.5, 2.75, 3.0, 3.6), 1.8, 0.45, 2.5),
    "tennis_court": Edges((0.0, 3.0, 5.5), 3.0, 0.0, 3.0),
    "ring": Edges((0.0, 4.2, 6.2, 6.7, 7.5)),
    "pool": Edges((0.0, 1.0, 1.5, 2.0, 3.9, 4.4), 1.9, 2.0, 3.9),
    "park": Edges((0.0, 3.5, 5.5)),
    "road": Edges((0.0, 2.0, 5.5)),
    "beach": Edges(()),
    "studio": Edges(()),
}
"""Venue → the edges that :mod:`data.scenes.surroundings` paints."""


def outlines(scene: Scene, view: View) -> np.ndarray:
    """Outlines in the picture, float32 (lines, 2 ends, 3: x, y, half width), image coordinates.

    Of the scene only venue, variation and action are read.
    """
    solids, veils = setting(scene, view)
    pieces = [piece for solid in solids for piece in solid.pieces]
    found = [_piece(piece) for piece in pieces] + [_veil(veil) for veil in veils]
    found.append((_walls(scene.venue, view), THIN))
    ends = np.concatenate([e for e, _ in found]).reshape(-1, 2, 3)
    half = np.concatenate([np.full(len(e), h) for e, h in found])
    ends, half = ahead_of(view, ends, half)
    image, away = project(view, ends)
    seen_half = half[:, None] * view.focal / away
    return in_view(image, seen_half)


def in_view(image: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Lines (n, 2, 2) with their half widths (n, 2) as one array (n, 2, 3), float32, without those
    that lie wholly beside the picture."""
    lines = np.concatenate([image, half[..., None]], -1, dtype=np.float32)
    outside = ((image > 1.1).all(1) | (image < -0.1).all(1)).any(-1)
    return lines[~outside]


def ahead_of(view: View, ends: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines (n, 2, 3), and what belongs to each, that lie before the camera, cut to what does.

    An end that lies too near, or behind, moves along its line to where it is just far enough.
    """
    depth = (ends - view.eye) @ view.rotation[2]
    ahead = depth.max(1) > NEAREST
    ends, half, depth = ends[ahead], half[ahead], depth[ahead]
    cut = ((NEAREST - depth) / (depth[:, ::-1] - depth + 1e-12)).clip(0, 1)[..., None]
    return np.where(depth[..., None] < NEAREST, ends + cut * (ends[:, ::-1] - ends), ends), half


def _piece(piece: Piece) -> tuple[np.ndarray, float]:
    """A solid's piece as lines (n, 2, 3) and half their width."""
    side = np.asarray(piece.side, float)
    if piece.ring:
        across = np.cross(np.asarray(piece.axis), side)
        circle = np.cos(_AROUND)[:, None] * side + np.sin(_AROUND)[:, None] * across
        return _path(piece.a + piece.ring * circle), piece.ra
    if any(piece.slab):
        out = (piece.slab[0] + piece.ra) * side
        corners = [piece.a - out, piece.b - out, piece.b + out, piece.a + out, piece.a - out]
        return _path(np.stack(corners)), THIN
    return np.stack([piece.a, piece.b])[None], (piece.ra + piece.rb) / 2


def _veil(veil: Veil) -> tuple[np.ndarray, float]:
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], float)
    return _path(veil.centre + signs @ np.stack([veil.u, veil.v])), THIN


def _walls(venue: str, view: View) -> np.ndarray:
    """Edges of the four walls, (n, 2, 3), standing where the backdrop puts them for this camera."""
    from data.scenes.surroundings import WALLS  # with torch, which a figure alone does without

    edges, room = WALL_EDGES[venue], WALLS[venue][0]
    if not edges.levels:
        return np.zeros((0, 2, 3))
    ex, _, ez = view.eye
    half = max(room.half, abs(ex) + 1)
    ahead, behind = max(room.ahead, ez + 1), max(room.behind, 1 - ez)
    lines: list[tuple[Place, Place]] = []
    corners = [(half, ahead), (half, -behind), (-half, -behind), (-half, ahead)]
    for i, (x, z) in enumerate(corners):
        to_x, to_z = corners[(i + 1) % 4]
        lines += [((x, y, z), (to_x, y, to_z)) for y in edges.levels]
    if edges.uprights:
        step = edges.uprights
        # u along the wall, as the backdrop counts it, at whole multiples of the step.
        far, round_it = half + ahead + behind, 2 * half + ahead + behind
        for u in step * np.arange(np.ceil(-half / step), half / step):
            lines.append(_upright((u, ahead), edges))
        for u in step * np.arange(np.ceil(half / step), far / step):
            lines += [_upright((x, half + ahead - u), edges) for x in (half, -half)]
        for u in step * np.arange(np.ceil(far / step), (far + 2 * half) / step):
            lines.append(_upright((round_it - u, -behind), edges))
    return np.array(lines)


def _upright(place: tuple[float, float], edges: Edges) -> tuple[Place, Place]:
    x, z = place
    return (x, edges.low, z), (x, edges.high, z)


def _path(points: np.ndarray) -> np.ndarray:
    """The lines (n − 1, 2, 3) between points that follow each other."""
    return np.stack([points[:-1], points[1:]], 1)
