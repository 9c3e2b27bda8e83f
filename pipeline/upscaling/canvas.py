"""Results that may be larger than memory: pictures in files, which methods fill tile by tile."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.imaging import bands
from pipeline.runtime import Runtime
from pipeline.upscaling import tiles
from pipeline.upscaling.methods import Method, interpolate

ROWS = 256


class Canvas:
    """A picture in a file, removed at the end: uint8 or uint16 (height, width, channels)."""

    def __init__(self, path: Path, size: tuple[int, int], like: np.ndarray) -> None:
        self._path = path
        shape = size[1], size[0], like.shape[2]
        self._pixels = np.memmap(path, like.dtype, "w+", shape=shape)

    def __enter__(self) -> np.memmap:
        return self._pixels

    def __exit__(self, *_: object) -> None:
        del self._pixels
        self._path.unlink(missing_ok=True)


def let_go(canvas: np.memmap) -> None:
    """Leave the canvas to its file: what of it lay in memory no longer counts as the process's."""
    canvas._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]


def fill(
    row: Method, small: np.ndarray, canvas: np.memmap, runtime: Runtime, tile: int, seed: int = 0
) -> Iterator[None]:
    """Enlarge ``small`` (h, w, C) into ``canvas`` (H, W, C) by a method; yields after each tile.

    ``seed`` is that of the noise, for a method that draws from noise.
    """
    if row.open is None:
        yield from interpolate(row.name, small, canvas)
        return
    height, width = small.shape[:2]
    times = row.native(max(canvas.shape[0] / height, canvas.shape[1] / width))
    run = row.open(runtime, times) if row.seeded is None else row.seeded(runtime, times, seed)
    if canvas.shape[:2] == (height * times, width * times):
        yield from tiles.enlarge(small, canvas, times, tile, row.reach, run, row.tile)
        return
    path = Path(str(canvas.filename)).with_suffix(".native.raw")
    with Canvas(path, (width * times, height * times), small) as native:
        yield from tiles.enlarge(small, native, times, tile, row.reach, run, row.tile)
        begin = 0
        for band in bands(native, canvas.shape[:2], ROWS):
            canvas[begin : begin + len(band)] = band
            begin += len(band)
            yield
