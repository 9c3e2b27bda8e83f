"""Where a diffusion method invents: how far its results differ when only the noise does.

What the given picture settles comes out the same with every seed; what differs was made up. The
map shows the standard deviation over the seeds. It finds what the method is unsure of; what it
invents in the same way each time stays hidden, and shows in the consistency or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.imaging import PngWriter
from pipeline.upscaling.canvas import ROWS, let_go
from pipeline.upscaling.shown import Cutter, Shown

STEPS_A_LEVEL = 8
"""Grey levels of the map for one level (of 255) of standard deviation; 31.9 levels are white."""


@dataclass(frozen=True, eq=False)
class Variation:
    """The map of one picture.

    Attributes
    ----------
    file : the map as grey PNG, :data:`STEPS_A_LEVEL`; ``shown`` the same in pieces.
    seeds : over how many.
    mean : standard deviation over the seeds in levels of 255, mean over all pixels.
    """

    file: Path
    shown: Shown
    seeds: int
    mean: float


def deviation(drawn: Sequence[np.ndarray]) -> np.ndarray:
    """Standard deviation over pictures (h, w, C), uint8 or uint16, in levels of 255: (h, w).

    The unbiased variance over the pictures, its mean over the channels, the root of that.
    """
    level = np.iinfo(drawn[0].dtype).max / 255
    stacked = np.stack(drawn).astype(np.float32) / np.float32(level)
    return np.sqrt(stacked.var(axis=0, ddof=1).mean(axis=2))


def chart(file: Path, canvases: Sequence[np.memmap], pieces: bool) -> Iterator[Variation]:
    """Write the map of these results to ``file``; yields it as far as it is after each band."""
    height, width = canvases[0].shape[:2]
    cutter = Cutter(file.with_suffix(""), width, height) if pieces else None
    shown = cutter.shown if cutter else Shown(file, width, height, 0)
    total = 0.0
    with file.open("wb") as out, PngWriter(out, (width, height), 1, np.uint8) as png:
        for begin in range(0, height, ROWS):
            found = deviation([canvas[begin : begin + ROWS] for canvas in canvases])
            for canvas in canvases:
                let_go(canvas)
            rows = np.rint(found * STEPS_A_LEVEL).clip(0, 255).astype(np.uint8)[..., None]
            png.write(rows)
            if cutter is not None:
                cutter.write(rows)
            total += float(found.sum())
            yield Variation(file, shown, len(canvases), total / (width * (begin + len(rows))))
        if cutter is not None:
            cutter.finish()
