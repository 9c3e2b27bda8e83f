"""C3D: markers of optical motion capture (c3d.org), decoded by ezc3d in a process of its own."""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from data.errors import FileError
from data.movement.assemble import check_size, movement_of
from data.movement.movement import Movement, Options, Points
from data.movement.names import find
from data.notes import Note, note

BLOCK = 512
MAGIC = 0x50
"""The second byte of every C3D file."""

INTEL, DEC = 84, 85
LONGEST = 60
"""Seconds that decoding may take; ten minutes of 100 markers take five."""

_DECODER = str(Path(__file__).with_name("c3d_decode.py"))


def read_c3d(name: str, data: bytes, options: Options) -> Movement:
    """The markers of a C3D file. Raises FileError."""
    _check_header(name, data)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "recording.c3d", Path(folder) / "markers.npz"
        source.write_bytes(data)
        try:
            command = [sys.executable, _DECODER, str(source), str(target)]
            subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
            with np.load(target, allow_pickle=False) as held:
                labels, unit, up = held["labels"].tolist(), str(held["unit"]), str(held["up"])
                fps, values, residuals = float(held["fps"]), held["values"], held["residuals"]
        except (subprocess.SubprocessError, OSError, ValueError, KeyError) as error:
            raise FileError("{name} is a damaged C3D file.", name=name) from error
    if residuals.shape == values.shape[:2]:
        values[residuals < 0] = np.nan  # a marker that was not seen
    # Computed angles, forces and the like stand beside the markers; they are no places.
    count = min(len(labels), values.shape[1])
    kept = [i for i in range(count) if not _computed(labels[i])]
    names = tuple(labels[i].rsplit(":", 1)[-1] for i in kept)
    values = values[:, kept]
    check_size(name, len(values), len(kept))
    values, names, mapping, estimated = with_joint_centres(values, names)
    notes: tuple[Note, ...] = ()
    if estimated:
        notes = (
            note(
                "Joints were estimated from the markers: {joints}. Hips by Bell et al. (1990); "
                "others lie at their marker, on the skin.",
                joints=", ".join(estimated),
            ),
        )
    axis = up.strip().lower().lstrip("+")
    return movement_of(
        name,
        "C3D",
        Points(names, values, unit=unit),
        options,
        fps=fps,
        up=axis if axis.lstrip("-") in ("x", "y", "z") else None,
        mapping=mapping,
        notes=notes,
    )


def with_joint_centres(
    values: np.ndarray, names: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...], dict[str, int], list[str]]:
    """Markers (frames, markers, 3) with hips, wrists and head of a Plug-in Gait set appended.

    Hip centres lie, as shares of the distance between the front iliac spines, 0.19 behind, 0.30
    below and 0.36 to the side of the point midway between those spines (Bell, Pedersen & Brand
    1990, J Biomech 23). Gives values, names, keypoint → index, and the estimated keypoints.
    """
    index = {name: i for i, name in enumerate(names)}
    added: dict[str, np.ndarray] = {}

    def middle(*markers: str) -> np.ndarray | None:
        if not all(marker in index for marker in markers):
            return None
        return values[:, [index[marker] for marker in markers]].mean(1)

    for side, letter in (("left", "L"), ("right", "R")):
        wrist = middle(f"{letter}WRA", f"{letter}WRB")
        if wrist is not None:
            added[f"{side}_wrist"] = wrist
    head = middle("LFHD", "RFHD", "LBHD", "RBHD")
    if head is not None:
        added["head"] = head
    front = middle("LASI", "RASI")
    back = middle("LPSI", "RPSI")
    back = middle("SACR") if back is None else back
    if front is not None and back is not None:
        across = values[:, index["LASI"]] - values[:, index["RASI"]]
        width = np.linalg.norm(across, axis=-1, keepdims=True)
        left = across / width
        up = np.cross(front - back, left)
        up /= np.linalg.norm(up, axis=-1, keepdims=True)
        ahead = np.cross(left, up)
        for side, sign in (("left", 1), ("right", -1)):
            share = -0.19 * ahead - 0.30 * up + sign * 0.36 * left
            added[f"{side}_hip"] = front + width * share
    mapping = find(names)
    new = {key: place for key, place in added.items() if key not in mapping}
    mapping |= {key: len(names) + i for i, key in enumerate(new)}
    if new:
        values = np.concatenate([values, np.stack(list(new.values()), 1)], 1)
    skin = any(letter in index for letter in ("LKNE", "RKNE", "LSHO", "RSHO"))
    return values, (*names, *new), mapping, list(new) if skin or new else []


def _computed(label: str) -> bool:
    endings = ("angle", "angles", "force", "forces", "moment", "moments", "power", "powers")
    return not label or label.startswith("*") or label.lower().rstrip("s12").endswith(endings)


def _check_header(name: str, data: bytes) -> None:
    """Refuse what claims more than the file holds, before anything is decoded."""
    damaged = FileError("{name} is a damaged C3D file.", name=name)
    if len(data) < 2 * BLOCK or len(data) <= (data[0] - 1) * BLOCK + 4 or data[0] < 2:
        raise damaged
    processor = data[(data[0] - 1) * BLOCK + 3]
    if processor not in (INTEL, DEC):
        raise FileError(
            "{name} is a C3D file in the MIPS format, which is not read here. Export it again in "
            "the Intel format.",
            name=name,
        )
    points, analog, first, last = struct.unpack("<4H", data[2:10])
    scale = struct.unpack("<f", data[12:16])[0]
    start = struct.unpack("<H", data[16:18])[0]
    frames = last - first + 1
    size = 4 if (scale < 0 or processor == DEC) else 2
    if frames < 65535:  # longer recordings say their length elsewhere
        check_size(name, frames, max(points, 8))
        if (start - 1) * BLOCK + frames * (4 * points + analog) * size > len(data) + BLOCK:
            raise damaged
