"""How a movement's joints lie on the video that they were found in."""

from __future__ import annotations

import numpy as np

from data.movement import KEYPOINT_INDEX, Movement
from data.movement.names import find


def pixels_a_unit(movement: Movement) -> float | None:
    """Pixels of the video in one unit of the joints; None for what was not read from a video.

    Joints (x, y up) lie at (x, −y) times this in the picture. ``movement`` as it was read: cleaning
    may have moved its joints to other times than its points.
    """
    points, joints = movement.points, movement.joints
    if movement.format != "video" or points is None or joints is None:
        return None
    where = find(points.names)
    pixels = points.positions[:, list(where.values())]
    units = joints[:, [KEYPOINT_INDEX[name] for name in where]] * np.array([1.0, -1.0])
    both = np.isfinite(pixels).all(-1) & np.isfinite(units).all(-1)
    length = float((units[both] ** 2).sum())
    return float((pixels[both] * units[both]).sum()) / length if length else None
