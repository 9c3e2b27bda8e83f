"""The lines of sport venues on the ground, in metres.

The first athlete stands near the origin and faces +z, so each venue is laid out around that
place: the basketball hoop, the net, the finish are ahead. ``variation`` shifts the layout.
Sizes follow the rule books (FIBA, ITF, FIFA, World Athletics); widths are true widths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Arc:
    """A painted arc on the ground; ``centre`` (x, z) and ``radius`` in metres, ``start`` and
    ``stop`` in radians from +x towards +z, ``width`` of the paint in metres."""

    centre: tuple[float, float]
    radius: float
    start: float = 0.0
    stop: float = 2 * np.pi
    width: float = 0.05


@dataclass(frozen=True)
class Stroke:
    """A painted straight line from ``a`` to ``b`` (x, z) in metres."""

    a: tuple[float, float]
    b: tuple[float, float]
    width: float = 0.05


Line = Arc | Stroke

_COURT = (7.5, 14.0)  # half width and half length of a basketball court
_HOOP_FROM_END = 1.575
POOL_SWIM = 12.0
"""Metres from the pool's edge to who swims in it."""


def place(venue: str, variation: int) -> tuple[float, float]:
    """Where the venue's own origin lies, (x, z) in metres: its offset from the first athlete.

    A court's origin is the middle of its far end line, a pitch's the penalty mark, a track's the
    middle of the athlete's lane, a pool's the edge in front of the athlete.
    """
    shift = np.random.default_rng([variation, 7]).uniform(-1, 1, 2)
    scale, start = {
        "indoor_court": ((1.2, 0.9), (0.0, 6.4)),
        "outdoor_court": ((1.2, 0.9), (0.0, 6.4)),
        "tennis_court": ((1.5, 0.25), (-0.6, 0.35)),
        "pitch": ((1.5, 0.8), (0.0, 0.9)),
        "track": ((0.05, 4.0), (0.0, 0.0)),
        "pool": ((0.1, 0.0), (0.0, 0.62)),
        "ring": ((0.6, 0.6), (0.0, 0.3)),
        "road": ((0.2, 1.5), (-1.2, 0.0)),
    }.get(venue, ((0.5, 0.5), (0.0, 0.0)))
    x, z = np.array(start) + shift * np.array(scale)
    return float(x), float(z)


def ground_lines(venue: str, variation: int) -> list[tuple[np.ndarray, float]]:
    """World polylines (N, 3) float32 in metres on y = 0, each with its painted width in metres."""
    offset = np.insert(place(venue, variation), 1, 0.0).astype(np.float32)
    return [(_points(line) + offset, line.width) for line in MARKS[venue]]


def _points(line: Line) -> np.ndarray:
    if isinstance(line, Arc):
        count = max(8, round(abs(line.stop - line.start) * 8))
        angles = np.linspace(line.start, line.stop, count + 1)
        x = line.centre[0] + line.radius * np.cos(angles)
        z = line.centre[1] + line.radius * np.sin(angles)
    else:
        # Many short pieces, so that clipping behind the camera loses little.
        count = max(2, round(float(np.hypot(*np.subtract(line.b, line.a)))))
        x, z = np.linspace(line.a, line.b, count + 1).T
    return np.stack([x, np.zeros_like(x), z], -1).astype(np.float32)


def _box(x0: float, z0: float, x1: float, z1: float, width: float) -> Iterator[Line]:
    yield Stroke((x0, z0), (x1, z0), width)
    yield Stroke((x0, z1), (x1, z1), width)
    yield Stroke((x0, z0), (x0, z1), width)
    yield Stroke((x1, z0), (x1, z1), width)


def _basketball() -> Iterator[Line]:
    """FIBA 2024: origin at the middle of the end line, court towards −z."""
    half, length = _COURT[0], 2 * _COURT[1]
    yield from _box(-half, -length, half, 0, 0.05)
    yield Stroke((-half, -length / 2), (half, -length / 2))
    yield Arc((0, -length / 2), 1.8)
    yield from _box(-2.45, -5.8, 2.45, 0, 0.05)
    yield Arc((0, -5.8), 1.8, np.pi, 2 * np.pi)
    reach = float(np.arcsin(np.sqrt(6.75**2 - 6.6**2) / 6.75))
    yield Arc((0, -_HOOP_FROM_END), 6.75, np.pi + reach, 2 * np.pi - reach)
    corner = _HOOP_FROM_END + 6.75 * np.sin(reach)
    for side in (-6.6, 6.6):
        yield Stroke((side, -corner), (side, 0))
    yield Arc((0, -_HOOP_FROM_END), 1.25, np.pi, 2 * np.pi)


def _tennis() -> Iterator[Line]:
    """ITF: origin at the middle of the athlete's baseline, net 11.885 m ahead."""
    length, doubles, singles, service = 23.77, 5.485, 4.115, 6.4
    for z in (0.0, length):
        yield Stroke((-doubles, z), (doubles, z), 0.1)
    for x in (-doubles, -singles, singles, doubles):
        yield Stroke((x, 0), (x, length))
    for z in (length / 2 - service, length / 2 + service):
        yield Stroke((-singles, z), (singles, z))
    yield Stroke((0, length / 2 - service), (0, length / 2 + service))
    yield Stroke((0, 0), (0, 0.3))


def _football() -> Iterator[Line]:
    """FIFA Law 1: origin at the penalty mark, goal line 11 m ahead."""
    goal = 11.0
    yield Stroke((-34, goal), (34, goal), 0.12)
    yield Stroke((-34, goal), (-34, -94), 0.12)
    yield Stroke((34, goal), (34, -94), 0.12)
    yield Stroke((-20.16, goal - 16.5), (20.16, goal - 16.5), 0.12)
    for x in (-20.16, 20.16):
        yield Stroke((x, goal - 16.5), (x, goal), 0.12)
    yield Stroke((-9.16, goal - 5.5), (9.16, goal - 5.5), 0.12)
    for x in (-9.16, 9.16):
        yield Stroke((x, goal - 5.5), (x, goal), 0.12)
    yield Arc((0, 0), 0.055, width=0.11)
    reach = float(np.arcsin(5.5 / 9.15))
    yield Arc((0, 0), 9.15, np.pi + reach, 2 * np.pi - reach, 0.12)


def _lanes() -> Iterator[Line]:
    """World Athletics: lanes 1.22 m wide; the athlete runs in the fourth of eight."""
    for i in range(9):
        x = (i - 3.5) * 1.22
        yield Stroke((x, -60), (x, 60))
    yield Stroke((-3.5 * 1.22, 3.2), (4.5 * 1.22 + 0.61, 3.2))


def _pool() -> Iterator[Line]:
    """World Aquatics: origin at the pool's edge; the edge, then lane ropes 2.5 m apart."""
    yield Stroke((-15, 0), (15, 0), 0.3)
    for i in range(-3, 3):
        yield Stroke(((i + 0.5) * 2.5, 0), ((i + 0.5) * 2.5, 50), 0.12)


def _ring() -> Iterator[Line]:
    """A boxing ring's canvas, 6.1 m inside the ropes."""
    yield from _box(-3.05, -3.05, 3.05, 3.05, 0.06)


def _road() -> Iterator[Line]:
    """Origin on the centre line: dashes of 3 m with gaps of 3 m, solid edge lines."""
    for z in range(-45, 75, 6):
        yield Stroke((0, z), (0, z + 3), 0.12)
    for x in (-3.4, 3.4):
        yield Stroke((x, -60), (x, 90), 0.12)


def _gym() -> Iterator[Line]:
    """Joints of rubber floor tiles, 2 m apart."""
    for i in range(-4, 5):
        yield Stroke((2.0 * i + 1, -9), (2.0 * i + 1, 9), 0.02)
        yield Stroke((-9, 2.0 * i + 1), (9, 2.0 * i + 1), 0.02)


MARKS: dict[str, tuple[Line, ...]] = {
    "indoor_court": tuple(_basketball()),
    "outdoor_court": tuple(_basketball()),
    "tennis_court": tuple(_tennis()),
    "pitch": tuple(_football()),
    "track": tuple(_lanes()),
    "pool": tuple(_pool()),
    "ring": tuple(_ring()),
    "road": tuple(_road()),
    "gym": tuple(_gym()),
    "park": (),
    "beach": (),
    "studio": (),
}
"""Venue → its lines, relative to :func:`place`."""
