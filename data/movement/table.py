"""CSV and Excel tables: joints wide or long, inertial signals, as people and programs write them.

Wide tables have columns such as ``left_hip_x``, ``LeftHip.X (mm)``, ``C7[0]`` or ``x11``; long ones
a row for each frame and joint.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence

import numpy as np
import openpyxl

from data.archive import check
from data.errors import FileError
from data.movement.assemble import METRES, check_size, movement_of
from data.movement.inertial import inertial_movement, is_inertial
from data.movement.movement import Movement, Options, Points
from data.movement.names import BY_COUNT, plain
from data.movement.text import MOST_COLUMNS, cells, decode, numbers

TIMES = {"time": 1.0, "t": 1.0, "timestamp": 1.0, "time_s": 1.0, "seconds": 1.0, "时间": 1.0}
TIMES |= {"timestamp_s": 1.0, "time_seconds": 1.0, "sec": 1.0, "elapsed": 1.0}
TIMES |= {"time_ms": 1e-3, "timestamp_ms": 1e-3, "ms": 1e-3, "time_us": 1e-6, "timestamp_us": 1e-6}
"""Columns that hold time → seconds in one of its unit."""

FRAMES = ("frame", "frame_id", "frame_number", "frame_no", "frame_num", "fnum", "image_id", "帧")
JOINTS: tuple[str, ...] = (
    "joint",
    "keypoint",
    "landmark",
    "marker",
    "bodypart",
    "joint_name",
    "point",
    "关节",
)
JOINTS += ("landmark_name", "keypoint_name", "body_part", "landmark_id", "keypoint_id", "name")
PEOPLE = ("person", "person_id", "athlete", "subject", "id", "track_id")

_UNIT = r"(?:[\s_]*[(\[]?(?P<unit>mm|cm|m|px|in|pixels?)[)\]]?)?"
_SURE = "v|c|p|visibility|vis|score|confidence|conf|likelihood|presence"
_AFTER = re.compile(
    rf"(?P<name>.+?)(?:[\s_.:\-/\[(]*(?P<axis>[xyz])|[\s_.:\-/(]+(?P<sure>{_SURE})"
    rf"|\[(?P<at>[0-3])\])[)\]]?{_UNIT}",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?P<axis>[xyz])?(?P<sure>{_SURE})?[\s_.:]*(?P<name>\d+)", re.IGNORECASE)


def read_csv(name: str, data: bytes, options: Options) -> Movement:
    """A table in text. Raises FileError."""
    try:
        rows = cells(decode(name, data))
    except csv.Error as error:
        raise FileError("{name} is not a table that can be read.", name=name) from error
    return read_rows(name, "CSV", rows, options)


def read_xlsx(name: str, data: bytes, options: Options) -> Movement:
    """The first sheet of an Excel workbook. Raises FileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check(name, archive.infolist())
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the sheet claims about its size
        rows = [
            ["" if cell is None else str(cell) for cell in row[:MOST_COLUMNS]]
            for row in sheet.iter_rows(values_only=True)
        ]
    except FileError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise FileError(
            "{name} is a damaged Excel workbook. Save it again, or export it as CSV.", name=name
        ) from error
    return read_rows(name, "XLSX", [row for row in rows if any(row)], options)


def read_rows(name: str, format: str, rows: list[list[str]], options: Options) -> Movement:
    """The movement in a table's cells."""
    if not rows:
        raise FileError("{name} is empty.", name=name)
    if len(rows[0]) > MOST_COLUMNS:
        raise FileError(
            "{name} has {count} columns; up to {most} are taken.",
            name=name,
            count=len(rows[0]),
            most=MOST_COLUMNS,
        )
    if rows[0][0].strip().lower() == "scorer" and len(rows) > 3:  # DeepLabCut: three header rows
        rows = [[f"{n}_{c}" for n, c in zip(rows[1], rows[2], strict=False)], *rows[3:]]
    if _number(rows[0][0]) and _number(rows[0][-1]):
        return _headless(name, format, numbers(rows, len(rows[0])), options)
    header = [cell.strip() for cell in rows[0]]
    lower = ["_".join(re.findall(r"\w+", cell.lower())) for cell in header]
    if any(joint in lower for joint in JOINTS) and {"x", "y"} <= set(lower):
        return _long(name, format, lower, rows[1:], options)
    values = numbers(rows[1:], len(header))
    times = _times(lower, values)
    if is_inertial(header):
        return inertial_movement(name, f"IMU {format}", header, values, times, options)
    return _wide(name, format, header, values, times, options)


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _times(lower: Sequence[str], values: np.ndarray) -> np.ndarray | None:
    """Seconds of each row, from the first column that holds time; counters tell none."""
    for column, title in enumerate(lower):
        if title in TIMES:
            seconds = values[:, column] * TIMES[title]
            step = np.nanmedian(np.diff(seconds)) if np.isfinite(seconds).sum() > 1 else np.nan
            # Nobody records with a second between frames: such a column counts milliseconds.
            return seconds / 1000 if step > 1 else seconds
    return None


def _headless(name: str, format: str, values: np.ndarray, options: Options) -> Movement:
    """Numbers alone: COCO's 17 or MediaPipe's 33 keypoints, told by how many columns there are."""
    width = values.shape[1]
    shapes = {34: (17, 2), 51: (17, 3), 66: (33, 2), 99: (33, 3), 132: (33, 4)}
    if width not in shapes:
        raise FileError(
            "{name} has {width} columns of numbers without names. Give a first row with names such "
            "as left_hip_x and left_hip_y, or COCO's 17 keypoints as 34 or 51 columns.",
            name=name,
            width=width,
        )
    count, each = shapes[width]
    grid = values.reshape(-1, count, each)
    # Three numbers of COCO's are x, y and confidence; of MediaPipe's, x, y and z.
    flat = each == 2 or count == 17
    sure = None if each == 2 or (count == 33 and each == 3) else grid[..., -1]
    positions = grid[..., : 2 if flat else 3]
    points = Points(
        tuple(BY_COUNT[count]), positions, sure, _unit(positions, BY_COUNT[count], sure)
    )
    return movement_of(name, format, points, options)


def _wide(
    name: str,
    format: str,
    header: Sequence[str],
    values: np.ndarray,
    times: np.ndarray | None,
    options: Options,
) -> Movement:
    """One row a frame, columns for each coordinate of each joint."""
    columns: dict[str, dict[str, int]] = {}
    unit = ""
    for column, title in enumerate(header):
        match = _AFTER.fullmatch(title) or _BEFORE.fullmatch(title)
        if not match:
            continue
        found = match.groupdict()
        axis = found["axis"] or ("xyz1"[int(found["at"])] if found.get("at") else None)
        if axis or found["sure"]:
            columns.setdefault(found["name"], {}).setdefault((axis or "sure").lower(), column)
            unit = unit or (found.get("unit") or "").lower()
    columns = {joint: at for joint, at in columns.items() if {"x", "y"} <= at.keys()}
    if not columns:
        raise FileError(
            "{name} has no columns of joints: {found}. Expected are a time or frame column and "
            "columns such as left_hip_x, left_hip_y (and _z, _confidence), or acc_x … gyr_z of a "
            "sensor.",
            name=name,
            found=", ".join(header[:6])[:120] or "nothing",
        )
    axes = "xyz" if all("z" in at for at in columns.values()) else "xy"
    check_size(name, len(values), len(columns), len(axes))
    positions = np.stack([values[:, [at[a] for a in axes]] for at in columns.values()], 1)
    sure = None
    if all("sure" in at for at in columns.values()):
        sure = values[:, [at["sure"] for at in columns.values()]]
    names = tuple(columns)
    if all(joint.isdecimal() for joint in names) and len(names) in BY_COUNT:
        names = tuple(BY_COUNT[len(names)])
    unit = "px" if unit.startswith("p") else unit or _unit(positions, names, sure)
    points = Points(names, positions, sure, unit)
    return movement_of(name, format, points, options, times=times, up=_up_in(positions, unit))


def _long(
    name: str, format: str, lower: list[str], rows: list[list[str]], options: Options
) -> Movement:
    """One row a frame and joint; of several people the chosen one."""
    values = numbers(rows, len(lower))

    def column(*titles: str) -> int | None:
        return next((lower.index(title) for title in titles if title in lower), None)

    joint_at, frame_at, person_at = column(*JOINTS), column(*FRAMES), column(*PEOPLE)
    times = _times(lower, values)
    if joint_at is None or (frame_at is None and times is None):
        raise FileError(
            "{name} has rows of joints, but no column of frames or time. Add one.", name=name
        )
    people, person = 1, 0
    if person_at is not None and person_at != joint_at:
        who = [row[person_at].strip() if person_at < len(row) else "" for row in rows]
        ids, of = np.unique(who, return_inverse=True)
        most = np.argsort(-np.bincount(of), kind="stable")
        people, person = len(ids), min(options.person or 0, len(ids) - 1)
        chosen = of == most[person]
        values = values[chosen]
        rows = [row for row, keep in zip(rows, chosen, strict=True) if keep]
        times = None if times is None else times[chosen]
    key = times if frame_at is None else values[:, frame_at]
    assert key is not None
    joints = [row[joint_at].strip() if joint_at < len(row) else "" for row in rows]
    known = np.isfinite(key)
    moments, frame = np.unique(np.where(known, key, np.inf), return_inverse=True)
    names = tuple(dict.fromkeys(joint for joint in joints if joint))
    check_size(name, int(np.isfinite(moments).sum()), len(names))
    index = {joint: i for i, joint in enumerate(names)}
    place = np.array([index.get(joint, -1) for joint in joints])
    known &= place >= 0

    axes = [lower.index(axis) for axis in "xyz" if axis in lower]
    sure_at = column("visibility", "score", "confidence", "likelihood", "conf", "v")
    shape = (int(np.isfinite(moments).sum()), len(names))
    positions = np.full((*shape, len(axes)), np.nan)
    positions[frame[known], place[known]] = values[known][:, axes]
    sure = None
    if sure_at is not None:
        sure = np.zeros(shape)
        sure[frame[known], place[known]] = values[known, sure_at]
    seconds = None
    if times is not None:
        seconds = np.full(shape[0], np.nan)
        seconds[frame[known]] = times[known]
    numbered = all(joint.isdecimal() for joint in names) and len(names) in BY_COUNT
    if numbered:
        order = np.argsort([int(joint) for joint in names])
        positions, sure = positions[:, order], None if sure is None else sure[:, order]
        names = tuple(BY_COUNT[len(names)])
    unit = _unit(positions, names, sure)
    points = Points(names, positions, sure, unit)
    return movement_of(
        name,
        format,
        points,
        options,
        times=seconds,
        up=_up_in(positions, unit),
        people=people,
        person=person,
    )


def _unit(positions: np.ndarray, names: Sequence[str], sure: np.ndarray | None) -> str:
    """The unit that coordinates without one are in: shares of a picture, pixels, or "" (unknown).

    Shares come with a confidence, lie between 0 and 1, and have the head above the feet, which in
    a picture means a smaller y.
    """
    flat = positions[..., :2]
    if sure is not None and positions.size:
        inside = (flat > -0.5) & (flat < 1.5)
        centred = abs(np.nanmean(flat[..., 0]) - 0.5) < 0.45 if inside.any() else False
        if inside.sum() > 0.97 * np.isfinite(flat).sum() and centred and not _rises(flat, names):
            return "share"
    if positions.shape[-1] == 2:
        return "px" if np.nanmax(np.abs(flat), initial=0) > 20 else ""
    return ""


def _rises(flat: np.ndarray, names: Sequence[str]) -> bool:
    """Whether y grows from the feet to the shoulders; False where those are not named."""
    parts = [plain(name)[1] for name in names]
    heights = []
    for part in ("shoulder", "ankle"):
        at = [i for i, found in enumerate(parts) if found == part]
        heights.append(float(np.nanmean(flat[:, at, 1])) if at else float("nan"))
    return heights[0] > heights[1]


def _up_in(positions: np.ndarray, unit: str) -> str | None:
    """The axis that points up where a table's unit tells it: lengths in a plane are y up."""
    return "y" if unit in METRES and positions.shape[-1] == 2 else None
