"""Step 2 of a picture: the pose, made up by the prior or taken from a file of keypoints."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from data.scenes.figure import Figure, from_coco, stature
from pipeline.errors import FileError, PoseError
from pipeline.gate import sound_pose
from pipeline.record import figure_from_json
from pipeline.runtime import Runtime

MOST_BYTES = 32 << 20
MOST_FRAMES = 100_000
KEYPOINTS = 17
FILL = 0.75
"""Share of the picture's longer side that a person from a file spans."""

UNSURE = 0.1
"""Keypoints of a lower confidence than this count as missing."""

EYE_LEVEL = 0.75
"""Height of the horizon above the ankles, in statures: a camera held at the shoulders' height."""

LEAST_STATURE = 0.2
"""A person whose limbs look shorter than this is none."""

FARTHEST = 1e6
"""Coordinates beyond this are no places in a picture."""

_PNG = b"\x89PNG"


def choose_pose(vector: Tensor, seed: int, runtime: Runtime) -> Figure:
    """A pose, equipment, camera and ground for what was said (1, WIDTH), by the pose prior; one
    that a body can take (:mod:`pipeline.gate`)."""
    return sound_pose(vector, seed, runtime).figure


def read_pose(name: str, data: bytes, frame: int = 0) -> Figure:
    """The person in a file, or in one frame of a recording.

    Takes COCO's 17 keypoints as JSON (a list of [x, y] or [x, y, confidence]; COCO's flat
    ``keypoints``; or a list of frames of either) or as CSV (34 or 51 numbers a row, one row a
    frame), in any unit, y down; a pose as :mod:`pipeline.record` writes it; and a PNG picture that
    was drawn here. Raises :class:`PoseError`, for pictures :class:`PictureError`.
    """
    if len(data) > MOST_BYTES:
        raise PoseError(
            "{name} has {megabytes} MB; up to {limit} MB of keypoints are taken.",
            name=name,
            megabytes=len(data) >> 20,
            limit=MOST_BYTES >> 20,
        )
    if data.startswith(_PNG):
        from pipeline.metadata import figure_of  # Pillow, which keypoints don't need

        return figure_of(data)
    try:
        text = data.decode("utf-8-sig")
        read = json.loads(text) if text.lstrip()[:1] in ("[", "{") else _rows(text)
        if isinstance(read, Mapping) and "joints" in read:
            return figure_from_json(read)
        frames = _frames(read)
    except (LookupError, ValueError, TypeError, OverflowError, RecursionError, csv.Error) as error:
        recorded = _recorded(name, data, frame)
        if recorded is not None:
            return recorded
        raise PoseError(
            "{name} has no keypoints that can be read. Give COCO's 17 keypoints as JSON or CSV "
            "(x, y and perhaps confidence of each, one row a frame), a recorded movement, or a "
            "picture drawn here.",
            name=name,
        ) from error
    if not 0 <= frame < len(frames):
        raise PoseError(
            "{name} has frames 0 to {last}; there is no frame {frame}.",
            name=name,
            last=len(frames) - 1,
            frame=frame,
        )
    return figure_from_joints(frames[frame])


def _recorded(name: str, data: bytes, frame: int) -> Figure | None:
    """The athlete in a frame of a recorded movement; None for what is none."""
    from data.movement import read
    from pipeline.movement.figure import figure_at

    try:
        movement = read(name, data)
    except FileError:
        return None
    return figure_at(movement, frame)


def figure_from_joints(keypoints: np.ndarray) -> Figure:
    """A figure that fills the picture, from COCO's keypoints (17, 2) of one person.

    Any unit, y down, NaN for what is missing. Camera and place are unknown: the horizon is put at
    shoulder height, the ground stays bare. Raises :class:`PoseError` where too little is known.
    """
    known = keypoints[~np.isnan(keypoints).any(1)]
    box = np.stack([known.min(0), known.max(0)]) if len(known) else np.zeros((2, 2))
    size = float(np.ptp(box, axis=0).max())
    placed = (keypoints - box.mean(0)) * (FILL / max(size, 1e-9)) + 0.5
    joints = from_coco(placed)[None]
    tall = float(stature(joints)[0])
    if tall < LEAST_STATURE:
        raise PoseError(
            "Too few keypoints are known in this frame to draw a person. Shoulders, hips and some "
            "arms and legs are needed; choose another frame."
        )
    lowest = float(np.nanmax(joints[..., 1]))
    return Figure(joints, horizon=lowest - EYE_LEVEL * tall)


def _rows(text: str) -> list[list[float]]:
    """The rows of a CSV; a first row without numbers is a header. Empty cells are NaN."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if rows and not _is_number(rows[0][0]):
        rows = rows[1:]
    return [[float(cell) if cell.strip() else np.nan for cell in row] for row in rows]


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


def _frames(read: Any) -> np.ndarray:
    """Keypoints (frames, 17, 2) in whatever way they are nested; ValueError for anything else."""
    if isinstance(read, Mapping):
        read = read.get("annotations") or read.get("frames") or read["keypoints"]
    if not isinstance(read, Sequence) or isinstance(read, str) or not 0 < len(read) <= MOST_FRAMES:
        raise ValueError("no list of keypoints or frames")
    read = [entry["keypoints"] if isinstance(entry, Mapping) else entry for entry in read]
    numbers = np.array(read, float)
    each = numbers.shape[-1] // KEYPOINTS if numbers.shape[-1] > 3 else numbers.shape[-1]
    one = (KEYPOINTS * each,) if numbers.shape[-1] > 3 else (KEYPOINTS, each)
    if each not in (2, 3) or numbers.shape[-len(one) :] != one or numbers.ndim > len(one) + 1:
        raise ValueError(f"{numbers.shape} numbers are no keypoints")
    numbers = numbers.reshape(-1, KEYPOINTS, each)
    places = np.where(np.abs(numbers[..., :2]) < FARTHEST, numbers[..., :2], np.nan)
    if each == 3:
        places[numbers[..., 2] < UNSURE] = np.nan
    return places
