"""Writes PNG files band by band, so that a picture larger than the memory can be written.

PNG (W3C, third edition): 8 or 16 bits, grey or colour, with or without alpha, colour profile and
EXIF. Rows are filtered by difference to the row above (filter type 2).
"""

from __future__ import annotations

import struct
import zlib
from types import TracebackType
from typing import BinaryIO

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""Channels → PNG's colour type."""

UP = 2
MOST_IN_CHUNK = 1 << 20


class PngWriter:
    """Takes rows from top to bottom and writes them into a file.

    Parameters
    ----------
    size : width and height in pixels.
    channels : 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
    dtype : np.uint8 or np.uint16.
    icc, exif : a colour profile and an EXIF block to keep.
    level : zlib's, from 1 (quick) to 9 (small).
    """

    def __init__(
        self,
        file: BinaryIO,
        size: tuple[int, int],
        channels: int,
        dtype: np.dtype | type,
        icc: bytes | None = None,
        exif: bytes | None = None,
        level: int = 2,
    ) -> None:
        self._file = file
        self._dtype = np.dtype(dtype)
        self._above = np.zeros((1, size[0] * channels * self._dtype.itemsize), np.uint8)
        self._deflate = zlib.compressobj(level)
        file.write(SIGNATURE)
        depth = 8 * self._dtype.itemsize
        self._chunk(b"IHDR", struct.pack(">2I5B", *size, depth, COLOUR_TYPES[channels], 0, 0, 0))
        if icc is not None:
            self._chunk(b"iCCP", b"profile\x00\x00" + zlib.compress(icc))
        if exif is not None:
            self._chunk(b"eXIf", exif)

    def write(self, rows: np.ndarray) -> None:
        """The next rows, (n, width, channels)."""
        big_endian = rows.astype(self._dtype.newbyteorder(">"), copy=False)
        flat = np.ascontiguousarray(big_endian).view(np.uint8).reshape(len(rows), -1)
        filtered = np.empty((len(flat), flat.shape[1] + 1), np.uint8)
        filtered[:, 0] = UP
        filtered[:, 1:] = flat - np.concatenate([self._above, flat[:-1]])
        self._above = flat[-1:].copy()
        self._data(self._deflate.compress(filtered.tobytes()))

    def __enter__(self) -> PngWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._data(self._deflate.flush())
            self._chunk(b"IEND", b"")

    def _data(self, data: bytes) -> None:
        for begin in range(0, len(data), MOST_IN_CHUNK):
            self._chunk(b"IDAT", data[begin : begin + MOST_IN_CHUNK])

    def _chunk(self, name: bytes, data: bytes) -> None:
        check = zlib.crc32(data, zlib.crc32(name))
        self._file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", check))
