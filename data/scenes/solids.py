"""Smooth solids: the few shapes from which bodies, clothes and equipment are made.

A :class:`Piece` is a tapered capsule and its relatives; a :class:`Solid` is the smooth union of a
few pieces. Different solids never blend, so an arm that touches the chest doesn't fuse with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FAR = 99.0
"""Further than anything is, metres."""


def unit(vector: np.ndarray) -> np.ndarray:
    """The direction of a vector (3,)."""
    return vector / max(float(np.sqrt(vector @ vector)), 1e-9)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cross product of two vectors (3,); np.cross takes ten times as long."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))


class Frame(NamedTuple):
    """A place ``origin`` (3,) with directions ``axes`` (3, 3) in its rows: x left, y up, z front,
    and the length ``unit`` in metres of one step along them."""

    origin: np.ndarray
    axes: np.ndarray
    unit: float

    @classmethod
    def from_axes(
        cls, origin: np.ndarray, left: np.ndarray, up: np.ndarray, length: float
    ) -> Frame:
        """The frame whose y is ``up`` and whose x is ``left`` made square to it."""
        y = unit(up)
        x = unit(left - (left @ y) * y)
        return cls(origin, np.array([x, y, cross(x, y)]), length)

    def at(self, x: float, y: float, z: float) -> np.ndarray:
        """World coordinates (3,) of a place."""
        return self.origin + self.unit * np.array((x, y, z)).dot(self.axes)


class Paint(NamedTuple):
    """What a surface is made of: sRGB ``colour`` (3,) in [0, 1], ``gloss`` in [0, 1], the number of
    its ``pattern`` (:data:`PATTERNS`) and the ``part`` that it counts as in part masks."""

    colour: tuple[float, float, float]
    gloss: float
    pattern: int
    part: int


PATTERNS = ("plain", "cloth", "skin", "hair", "basketball", "football", "volleyball", "tennis_ball")


class Piece(NamedTuple):
    """A tapered capsule from ``a`` to ``b`` (3,) with radii ``ra`` and ``rb``, metres.

    ``side`` (3,) is the direction of its local x axis (made square to a→b); the section is an
    ellipse, ``wide`` times the radius along x and ``deep`` times along z. ``low`` and ``high`` cut
    it flat, measured along the axis from ``a``. ``ring`` > 0 bends the section around a circle of
    that radius (a torus when a = b, a tube otherwise). ``slab`` (x, z) adds straight
    lengths to the section: a rounded box.
    """

    a: np.ndarray
    b: np.ndarray
    ra: float
    rb: float
    paint: Paint
    side: np.ndarray | tuple[float, float, float] = (1.0, 0.0, 0.0)
    wide: float = 1.0
    deep: float = 1.0
    low: float = -FAR
    high: float = FAR
    ring: float = 0.0
    slab: tuple[float, float] = (0.0, 0.0)
    axis: np.ndarray | tuple[float, float, float] = (0.0, 1.0, 0.0)  # used where a = b


class Solid(NamedTuple):
    """The union of ``pieces``, rounded off over about ``blend`` metres where they meet."""

    pieces: list[Piece]
    blend: float = 0.01


class Veil(NamedTuple):
    """A flat see-through mesh: racket strings, nets, spokes.

    A rectangle ``centre`` ± ``u`` ± ``v`` (3,), or with ``round`` the ellipse inside it; threads of
    ``thread`` metres every ``spacing`` metres (``spacing`` = 0: an even film of ``alpha``).
    """

    centre: np.ndarray
    u: np.ndarray
    v: np.ndarray
    colour: tuple[float, float, float]
    spacing: float
    thread: float
    round: bool = False
    alpha: float = 0.0


def ball(centre: np.ndarray, radius: float, paint: Paint, **shape: object) -> Piece:
    """A sphere, or with ``wide`` and ``deep`` an ellipsoid."""
    return Piece(centre, centre, radius, radius, paint, **shape)  # type: ignore[arg-type]


def box(
    centre: np.ndarray, axes: np.ndarray, half: Sequence[float], paint: Paint, edge: float = 0.01
) -> Piece:
    """A box with ``half`` sizes (3,) along the rows of ``axes`` (3, 3), its edges rounded."""
    edge = min(edge, *half)
    reach = axes[1] * (half[1] - edge)
    return Piece(
        centre - reach,
        centre + reach,
        edge,
        edge,
        paint,
        side=axes[0],
        slab=(half[0] - edge, half[2] - edge),
        axis=axes[1],
    )


class Packed(NamedTuple):
    """Pieces of one scene as arrays, float32, n pieces: ``frame`` (n, 3, 3) world → local with the
    elliptic section made round, ``origin`` (n, 3), ``shape`` (n, 12) in the order of
    :data:`SHAPE`, ``paint`` (n, 5) and ``parts`` (n,) uint8; ``solid`` (n,) numbers each piece's
    solid; ``blend`` (solids,)."""

    frame: np.ndarray
    origin: np.ndarray
    shape: np.ndarray
    paint: np.ndarray
    parts: np.ndarray
    solid: np.ndarray
    blend: np.ndarray


SHAPE = (
    *("length", "radius", "taper", "slope", "low", "high"),
    *("ring", "slab_x", "slab_z", "wide", "deep", "bound"),
)


def pack(solids: Sequence[Solid]) -> Packed:
    """Flatten solids into arrays."""
    pieces = [piece for solid in solids for piece in solid.pieces]
    a = np.array([p.a for p in pieces], np.float64)
    b = np.array([p.b for p in pieces], np.float64)
    side = np.array([p.side for p in pieces], np.float64)
    axis = np.array([p.axis for p in pieces], np.float64)
    numbers = np.array(
        [(p.ra, p.rb, p.wide, p.deep, p.low, p.high, p.ring, *p.slab) for p in pieces], np.float64
    )
    ra, rb, wide, deep, low, high, ring, slab_x, slab_z = numbers.T
    length = np.linalg.norm(b - a, axis=1)
    y = np.where(length[:, None] > 1e-6, (b - a) / np.maximum(length, 1e-9)[:, None], axis)
    x = side - (side * y).sum(1, keepdims=True) * y
    short = np.linalg.norm(x, axis=1) < 1e-3  # a side along the axis fixes nothing: take any
    x[short] = np.cross(y[short], np.array([0.3, 0.5, 0.81]))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    z = np.cross(x, y)
    frame = np.stack([x / wide[:, None], y, z / deep[:, None]], 1)
    sine = np.clip((rb - ra) / np.maximum(length, 1e-6), -0.99, 0.99)
    sine[length < 1e-6] = 0.0
    slope = sine / np.sqrt(1 - sine**2)
    bound = ring + np.maximum(ra, rb) + np.hypot(slab_x, slab_z)
    shape = np.stack(
        [length, ra, rb - ra, slope, low, high, ring, slab_x, slab_z, wide, deep, bound], 1
    )
    return Packed(
        frame.astype(np.float32),
        a.astype(np.float32),
        shape.astype(np.float32),
        np.array([(*p.paint.colour, p.paint.gloss, p.paint.pattern) for p in pieces], np.float32),
        np.array([p.paint.part for p in pieces], np.uint8),
        np.repeat(np.arange(len(solids)), [len(s.pieces) for s in solids]),
        np.array([s.blend for s in solids], np.float32),
    )
