"""Large pictures as a page shows them: square pieces at full size, at half, a quarter, and so on.

Pieces lie as ``LEVEL_X_Y.png`` in a folder, level 0 at full size; PNG, because what is compared
must not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

PIECE = 512
"""Pixels a side of a piece; those at the right and lower edges are smaller."""

OPENCV_ORDER = {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}
"""Channels → where OpenCV's blue, green, red and alpha come from."""

SMALLEST = 512
"""No level is smaller than this on its longer side, unless the picture is."""


@dataclass(frozen=True)
class Shown:
    """A picture in pieces: their folder, the picture's width and height, how many levels."""

    folder: Path
    width: int
    height: int
    levels: int


def levels(width: int, height: int) -> int:
    """How many levels a picture of this size has."""
    count = 1
    while max(width, height) >> count >= SMALLEST:
        count += 1
    return count


class Cutter:
    """Takes rows from top to bottom and cuts them into pieces at all levels.

    Each level keeps no more than a row of pieces; the next gets its rows halved by averages.
    """

    def __init__(self, folder: Path, width: int, height: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.shown = Shown(folder, width, height, levels(width, height))
        self._rows: list[list[np.ndarray]] = [[] for _ in range(self.shown.levels)]
        self._cut = [0] * self.shown.levels

    def write(self, rows: np.ndarray) -> None:
        """The next rows, (n, width, 1 to 4), uint8 or uint16."""
        self._add(0, rows if rows.dtype == np.uint8 else (rows >> 8).astype(np.uint8))

    def finish(self) -> Shown:
        """Cut what is left."""
        for level in range(self.shown.levels):
            rest = self._taken(level)
            if len(rest):
                self._pieces(level, rest)
                self._pass_on(level, rest)
        return self.shown

    def _add(self, level: int, rows: np.ndarray) -> None:
        self._rows[level].append(rows)
        while sum(map(len, self._rows[level])) >= PIECE:
            held = self._taken(level)
            self._rows[level] = [held[PIECE:]]
            self._pieces(level, held[:PIECE])
            self._pass_on(level, held[:PIECE])

    def _taken(self, level: int) -> np.ndarray:
        held, self._rows[level] = self._rows[level], []
        return np.concatenate(held) if held else np.zeros((0, 1, 1), np.uint8)

    def _pass_on(self, level: int, rows: np.ndarray) -> None:
        if level + 1 < self.shown.levels:
            height, width = max(1, len(rows) // 2), max(1, rows.shape[1] // 2)
            half = cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA)
            self._add(level + 1, half.reshape(height, width, -1))

    def _pieces(self, level: int, rows: np.ndarray) -> None:
        for x, piece in enumerate(_across(rows)):
            ordered = piece[..., OPENCV_ORDER[piece.shape[2]]]
            path = self.shown.folder / f"{level}_{x}_{self._cut[level]}.png"
            fast = [cv2.IMWRITE_PNG_COMPRESSION, 1]
            coded = cv2.imencode(".png", np.ascontiguousarray(ordered), fast)[1]
            path.write_bytes(coded.tobytes())
        self._cut[level] += 1


def _across(rows: np.ndarray) -> Iterator[np.ndarray]:
    for left in range(0, rows.shape[1], PIECE):
        yield rows[:, left : left + PIECE]
