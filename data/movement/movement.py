"""A recorded movement, whatever it was recorded with: what every reader returns.

Frames of joints: metres, right-handed, y up, where the file tells or allows it; else two
dimensions, x to the right and y **up**, in :attr:`Movement.unit`. NaN marks what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.movement.names import KEYPOINT_INDEX
from data.notes import Note

Unit = Literal["m", "px", "picture", "unknown"]
"""Of lengths: metres, pixels, picture heights, or the file's own that nothing tells."""

Clock = Literal["recorded", "given", "assumed"]
"""Where the times come from: the file, whoever opened it, or an assumption."""


@dataclass(frozen=True)
class Options:
    """What a file may leave unsaid.

    Attributes
    ----------
    fps : frames a second of a file without times; :data:`ASSUMED_FPS` when None.
    aspect : width / height of the picture, for coordinates given as shares of both;
        :data:`ASSUMED_ASPECT` when None.
    height : the athlete's stature in metres: turns pixels and unknown units into metres.
    person : which of several people, 0 the one seen longest; None takes that one and says so.
    model : path of a 2D pose model (ONNX or .task), for videos.
    detector : path of a model that finds people's boxes (ONNX), for those that need one.
    """

    fps: float | None = None
    aspect: float | None = None
    height: float | None = None
    person: int | None = None
    model: str | None = None
    detector: str | None = None


UNSAID = Options()
ASSUMED_FPS = 30.0
ASSUMED_ASPECT = 16 / 9


@dataclass(frozen=True)
class Points:
    """What the file itself holds, untouched.

    Attributes
    ----------
    names : (points,)
    positions : float64 (frames, points, 2 or 3) in the file's own unit and axes; NaN missing.
    confidence : float64 (frames, points) in [0, 1], or None where the file has none.
    unit : as the file names it; "" where it doesn't.
    """

    names: tuple[str, ...]
    positions: np.ndarray
    confidence: np.ndarray | None = None
    unit: str = ""


@dataclass(frozen=True)
class Angles:
    """Joint angles that a file holds: ``values`` float64 (frames, len(names)) in degrees."""

    names: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Inertial:
    """Signals of inertial sensors, each float64 (frames, sensors, 3) in the sensor's own axes.

    ``acceleration`` in m/s², gravity included; ``rotation`` rate in rad/s; ``magnetic`` field in
    µT, or None.
    """

    sensors: tuple[str, ...]
    acceleration: np.ndarray
    rotation: np.ndarray
    magnetic: np.ndarray | None = None


@dataclass(frozen=True)
class Movement:
    """One person's movement; it carries what the file has.

    Attributes
    ----------
    source, format : the file's name, and what it turned out to be.
    times : float64 (frames,) seconds, strictly increasing.
    clock : where the times come from.
    joints : float64 (frames, len(KEYPOINTS), 2 or 3), see above; None where the file has no
        positions.
    confidence : float64 (frames, len(KEYPOINTS)) in [0, 1]; None where the file has none.
    unit : of ``joints``.
    points : the file's own points, as they stand there.
    angles, inertial : where the file has them.
    people, person : how many were tracked, and which of them this is.
    notes : what was assumed or put right in reading.
    """

    source: str
    format: str
    times: np.ndarray
    clock: Clock
    joints: np.ndarray | None = None
    confidence: np.ndarray | None = None
    unit: Unit = "unknown"
    points: Points | None = None
    angles: Angles | None = None
    inertial: Inertial | None = None
    people: int = 1
    person: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def frames(self) -> int:
        return len(self.times)

    @property
    def fps(self) -> float:
        """Frames a second, pauses left out; NaN for a single frame.

        By the mean step: times that were rounded to milliseconds have no exact median.
        """
        steps = np.diff(self.times)
        return float(1 / steps[steps < 1.5 * np.median(steps)].mean()) if len(steps) else np.nan

    @property
    def missing(self) -> np.ndarray:
        """bool (frames, len(KEYPOINTS)): which joints are not known."""
        return np.isnan(self._positions).any(-1)

    def joint(self, name: str) -> np.ndarray:
        """float64 (frames, 2 or 3) of the joint called so in :data:`KEYPOINTS`."""
        return self._positions[:, KEYPOINT_INDEX[name]]

    @property
    def _positions(self) -> np.ndarray:
        if self.joints is None:
            raise ValueError("this movement has no positions")
        return self.joints
