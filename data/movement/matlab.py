"""MATLAB files of public data sets: UTD-MHAD's skeletons and inertial signals, Penn Action."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import scipy.io

from data.errors import FileError
from data.movement.assemble import check_size, movement_of
from data.movement.inertial import signals
from data.movement.movement import Movement, Options, Points
from data.movement.names import KINECT_20, PENN_13

MAGIC = b"MATLAB 5.0 MAT-file"
MAGIC_7_3 = b"MATLAB 7.3 MAT-file"
MOST_BYTES = 256 << 20
"""Of all variables together, unpacked."""

KINECT_FPS = 30.0
INERTIAL_FPS = 50.0
"""Chen, Jafari & Kehtarnavaz (2015), UTD-MHAD, section 2."""

_COMPRESSED = 15


def read_mat(name: str, data: bytes, options: Options) -> Movement:
    """One of the layouts above. Raises FileError."""
    if data.startswith(MAGIC_7_3):
        raise FileError(
            "{name} is a MATLAB 7.3 file, which is not read here. Save it with '-v7'.", name=name
        )
    _check_unpacked(name, data)
    wanted = ("d_skel", "d_iner", "x", "y", "visibility")
    try:
        held = scipy.io.loadmat(io.BytesIO(data), variable_names=wanted)
    except Exception as error:  # scipy raises whatever its parser raises
        raise FileError("{name} is a damaged MATLAB file.", name=name) from error
    arrays = {
        key: value.astype(float)
        for key, value in held.items()
        if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size
    }
    if (skeleton := arrays.get("d_skel")) is not None and skeleton.shape[:2] == (20, 3):
        positions = np.atleast_3d(skeleton).transpose(2, 0, 1)
        points = Points(KINECT_20, positions, unit="m")
        return movement_of(name, "UTD-MHAD skeleton", points, options, fps=KINECT_FPS, up="y")
    if (inertial := arrays.get("d_iner")) is not None and inertial.shape[1:] == (6,):
        return signals(
            name,
            "UTD-MHAD inertial",
            ("sensor",),
            inertial[:, None, :3],
            inertial[:, None, 3:],
            options,
            units=("g", "deg/s"),
            fps=INERTIAL_FPS,
        )
    x, y = arrays.get("x"), arrays.get("y")
    if x is not None and y is not None and x.shape == y.shape and x.shape[1:] == (13,):
        seen = arrays.get("visibility", np.ones_like(x))
        if seen.shape == x.shape:
            check_size(name, len(x), 13, 2)
            points = Points(PENN_13, np.stack([x, y], -1), (seen > 0).astype(float), "px")
            return movement_of(name, "Penn Action", points, options)
    raise FileError(
        "{name} holds none of the known variables: d_skel (20, 3, frames), d_iner (frames, 6), or "
        "x and y (frames, 13).",
        name=name,
    )


def _check_unpacked(name: str, data: bytes) -> None:
    """Refuse files whose compressed variables unpack to too much. MAT-File Format (2023), 1-9."""
    order = "<" if data[126:128] == b"IM" else ">"
    at, total = 128, 0
    while at + 8 <= len(data):
        kind, size = struct.unpack(f"{order}II", data[at : at + 8])
        if kind == _COMPRESSED:
            unpack = zlib.decompressobj()
            rest = data[at + 8 : at + 8 + size]
            try:
                while rest:
                    total += len(unpack.decompress(rest, 1 << 20))
                    rest = unpack.unconsumed_tail
                    if total > MOST_BYTES:
                        raise FileError(
                            "{name} unpacks to more than {limit} MB, which is not taken.",
                            name=name,
                            limit=MOST_BYTES >> 20,
                        )
            except zlib.error as error:
                raise FileError("{name} is a damaged MATLAB file.", name=name) from error
        at += 8 + size
