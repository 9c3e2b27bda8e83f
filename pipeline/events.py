"""What a long computation tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Event:
    """One report of progress; every ``generate``-like function yields these.

    Attributes
    ----------
    stage
        What is being done now, a fixed key that pages translate (``"base"``).
    fraction
        Share of the whole work that is done, in [0, 1].
    seconds_left
        Until the end of the whole work, from what was measured so far; None when too early to say.
    picture
        Index of the picture that ``preview``, ``value`` and ``result`` belong to.
    preview
        The picture so far: uint8 (height, width, 3).
    value
        What the stage put out when it is done and is no picture: what was understood, a figure.
    result
        A finished result; a computation of several pictures yields one for each.
    """

    stage: str
    fraction: float
    seconds_left: float | None = None
    picture: int = 0
    preview: np.ndarray | None = None
    value: Any = None
    result: Any = None
