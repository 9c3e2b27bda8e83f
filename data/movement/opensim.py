"""OpenSim's text files: TRC (markers) and MOT or STO (joint angles)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from data.errors import FileError
from data.movement.assemble import LEAST_FRAMES, MOST_FRAMES, check_size, clock, movement_of
from data.movement.movement import Angles, Movement, Options, Points
from data.movement.names import KEYPOINTS
from data.movement.text import MOST_COLUMNS, decode, numbers
from data.notes import Note, note


def read_trc(name: str, data: bytes, options: Options) -> Movement:
    """Marker trajectories; the columns count, whatever the header's counts say."""
    lines = decode(name, data).splitlines()
    if len(lines) < 6:
        raise FileError("{name} is a TRC file without any frame.", name=name)
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    titles = lines[3].rstrip("\n").split("\t")
    names = [title.strip() for title in titles[2:] if title.strip()]
    rows = [line.split("\t") for line in lines[5:] if line.strip()]
    check_size(name, len(rows), len(names))
    values = numbers(rows, 2 + 3 * len(names))
    notes: list[Note] = []
    for what, found in (("NumMarkers", len(names)), ("NumFrames", len(rows))):
        stated = _number(header.get(what, ""))
        if stated is not None and stated != found:
            notes.append(
                note(
                    "The header says {what} {stated}, but there are {found}; those were read.",
                    what=what,
                    stated=f"{stated:g}",
                    found=found,
                )
            )
    return movement_of(
        name,
        "TRC",
        Points(
            tuple(names),
            values[:, 2:].reshape(len(rows), len(names), 3),
            unit=header.get("Units", "").strip(),
        ),
        options,
        times=values[:, 1],
        fps=_number(header.get("DataRate", "")),
        notes=notes,
    )


def read_mot(name: str, data: bytes, options: Options) -> Movement:
    """Joint angles over time; no positions."""
    head, _, body = decode(name, data).partition("endheader")
    rows = [line.split() for line in body.splitlines() if line.strip()]
    if len(rows) <= LEAST_FRAMES or len(rows) > MOST_FRAMES or len(rows[0]) > MOST_COLUMNS:
        raise FileError(
            "{name} has {rows} rows of {columns} columns; {least} to {most} rows are taken.",
            name=name,
            rows=max(len(rows) - 1, 0),
            columns=len(rows[0]) if rows else 0,
            least=LEAST_FRAMES,
            most=MOST_FRAMES,
        )
    titles = rows[0]
    values = numbers(rows[1:], len(titles))
    time = next((i for i, title in enumerate(titles) if title.lower() == "time"), None)
    # Positions of the pelvis are lengths; everything else turns.
    turns = [
        i
        for i, title in enumerate(titles)
        if i != time and not title.lower().endswith(("_tx", "_ty", "_tz"))
    ]
    if not turns or not np.isfinite(values[:, turns]).any():
        raise FileError("{name} has no joint angles in it.", name=name)
    degrees = "indegrees=no" not in head.lower().replace(" ", "")
    chosen, seconds, source, notes = clock(
        name, len(values), None if time is None else values[:, time], None, options
    )
    angles = values[chosen][:, turns] * (1.0 if degrees else 180 / math.pi)
    return Movement(
        name,
        "MOT",
        seconds,
        source,
        angles=Angles(_unique([titles[i] for i in turns]), angles),
        notes=notes,
    )


def write_trc(movement: Movement) -> str:
    """The joints as OpenSim's TRC in metres, or the movement's own unit; missing cells are empty.

    Flat movements get z = 0. Raises ValueError for a movement without joints.
    """
    joints = movement.joints
    if joints is None:
        raise ValueError("this movement has no positions")
    if joints.shape[-1] == 2:
        joints = np.concatenate([joints, 0 * joints[..., :1]], -1)
    kept = [i for i in range(len(KEYPOINTS)) if np.isfinite(joints[:, i]).any()]
    count, fps = len(kept), f"{movement.fps:g}"
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{movement.source}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
        "OrigNumFrames",
        f"{fps}\t{fps}\t{movement.frames}\t{count}\t{movement.unit}\t{fps}\t1\t{movement.frames}",
        "Frame#\tTime\t" + "\t\t\t".join(KEYPOINTS[i] for i in kept) + "\t\t",
        "\t\t" + "\t".join(f"X{n}\tY{n}\tZ{n}" for n in range(1, count + 1)),
    ]
    for number, (time, frame) in enumerate(zip(movement.times, joints[:, kept], strict=True), 1):
        cells = ("" if np.isnan(value) else f"{value:.6f}" for value in frame.ravel())
        lines.append(f"{number}\t{time:.6f}\t" + "\t".join(cells))
    return "\n".join(lines) + "\n"


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, numbered where one comes again."""
    result: list[str] = []
    for title in names:
        count = sum(other == title or other.startswith(f"{title}#") for other in result)
        result.append(f"{title}#{count + 1}" if count else title)
    return tuple(result)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
