"""Where inertial sensors point: orientation from acceleration and rotation rate."""

from __future__ import annotations

import imufusion
import numpy as np

from data.movement import Inertial
from data.movement.inertial import GRAVITY


def inclinations(signals: Inertial, times: np.ndarray) -> np.ndarray:
    """The angle between each sensor's z axis and the vertical, degrees (frames, sensors).

    By Madgwick's filter (2010; chapter 7 of his thesis, 2014) as imufusion has it, without the
    magnetic field, which buildings bend: headings would drift, inclinations don't. A moment that
    is missing keeps the orientation before it and is NaN.
    """
    found = np.full((len(times), len(signals.sensors)), np.nan)
    steps = np.diff(times, prepend=2 * times[0] - times[1])
    for sensor in range(len(signals.sensors)):
        filter_ = imufusion.Ahrs()
        turning = np.degrees(signals.rotation[:, sensor])
        pulling = signals.acceleration[:, sensor] / GRAVITY
        for i in np.flatnonzero(np.isfinite(turning).all(1) & np.isfinite(pulling).all(1)):
            filter_.set_sample_period(float(steps[i]))
            filter_.update_no_magnetometer(turning[i], pulling[i])
            # The last row of the rotation matrix is the vertical in the sensor's axes.
            _, x, y, _ = filter_.get_quaternion()
            found[i, sensor] = np.degrees(np.arccos(np.clip(1 - 2 * (x * x + y * y), -1, 1)))
    return found
