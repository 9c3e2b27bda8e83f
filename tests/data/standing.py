"""Somebody who stands, for tests that need a body but no action."""

import numpy as np

from data.scenes.anatomy import ANGLES, body_of
from data.scenes.scene import Athlete
from data.scenes.skeleton import Skeleton


def standing_joints() -> np.ndarray:
    """Joints float32 (27, 3) in metres, arms a little away from the body, feet on the ground."""
    angles = np.zeros(len(ANGLES))
    for side in ("left", "right"):
        angles[ANGLES.index(f"{side}_elevation")] = 25
    figure = Skeleton(body_of(Athlete()), angles)
    figure.move(y=-figure.joints[:, 1].min())
    return figure.joints.astype(np.float32)
