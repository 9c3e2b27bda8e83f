"""From a file's points to a movement: checked, mapped to COCO's joints, in metres, y up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.errors import FileError
from data.movement.movement import ASSUMED_ASPECT, ASSUMED_FPS, Clock, Movement, Options, Points
from data.movement.names import COCO, KEYPOINT_INDEX, KEYPOINTS, find
from data.notes import Note, note

LEAST_FRAMES = 5
MOST_FRAMES = 500_000
LEAST_POINTS = 8
"""With fewer, not even the legs and the trunk are there."""

MOST_POINTS = 400
MOST_VALUES = 60_000_000
"""Numbers of one recording: frames × points × dimensions; 10 minutes of 100 markers at 250 Hz."""

FARTHEST = 1e7
"""Coordinates beyond this, in any unit, are marks for what is missing."""

METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "inches": 0.0254, "ft": 0.3048}
CMU_UNIT = 0.0254 / 0.45
"""Metres in a unit of CMU's skeletons (mocap.cs.cmu.edu, "info")."""

STATURES = (1.35, 2.15)
"""Metres that people's statures lie between, when units are told by them."""

# Joint-to-joint lengths as shares of stature (Winter 2009, fig. 4.1, after Drillis & Contini 1966).
_SHARES = (("shoulder", "elbow", 0.186), ("hip", "knee", 0.245), ("knee", "ankle", 0.246))


def check_size(name: str, frames: int, points: int, dimensions: int = 3) -> None:
    """Refuse, before anything is decoded, what is too little or too much. Raises FileError."""
    if frames < LEAST_FRAMES:
        raise FileError(
            "{name} has {frames} frames; a movement needs {least} or more.",
            name=name,
            frames=frames,
            least=LEAST_FRAMES,
        )
    if not LEAST_POINTS <= points <= MOST_POINTS:
        raise FileError(
            "{name} has {points} joints; {least} to {most} are taken, for instance COCO's 17.",
            name=name,
            points=points,
            least=LEAST_POINTS,
            most=MOST_POINTS,
        )
    if frames > MOST_FRAMES or frames * points * dimensions > MOST_VALUES:
        raise FileError(
            "{name} says that it has {frames} frames of {points} joints, which is more than is "
            "taken. Cut the recording into parts.",
            name=name,
            frames=frames,
            points=points,
        )


def clock(
    name: str, frames: int, times: np.ndarray | None, fps: float | None, options: Options
) -> tuple[np.ndarray, np.ndarray, Clock, tuple[Note, ...]]:
    """When each frame was: (rows kept, seconds, where from, remarks).

    A file's own ``times`` go first, then its ``fps``, then the options', then the assumption.
    Rows whose time doesn't lie after all before are left out.
    """
    everything = np.arange(frames)
    if times is not None and np.isfinite(times).any():
        rises = times > np.fmax.accumulate(np.concatenate([[-np.inf], times[:-1]]))
        rows = everything[rises & np.isfinite(times)]
        if len(rows) < max(LEAST_FRAMES, frames / 2):
            raise FileError(
                "{name} has times that don't run forward. Sort its rows by time.", name=name
            )
        left_out = frames - len(rows)
        remarks = (
            (note("{count} frames out of order in time were left out.", count=left_out),)
            if left_out
            else ()
        )
        return rows, times[rows] - times[rows[0]], "recorded", remarks
    stated = fps is not None and np.isfinite(fps) and 1 <= fps <= 10_000
    rate, source = (fps, "recorded") if stated else (options.fps, "given")
    if rate:
        return everything, everything / rate, "recorded" if source == "recorded" else "given", ()
    remark = note(
        "The file doesn't say how fast it was recorded; {fps} frames a second were assumed.",
        fps=f"{ASSUMED_FPS:g}",
    )
    return everything, everything / ASSUMED_FPS, "assumed", (remark,)


def movement_of(
    name: str,
    format: str,
    points: Points,
    options: Options,
    *,
    times: np.ndarray | None = None,
    fps: float | None = None,
    up: str | None = None,
    mapping: dict[str, int] | None = None,
    people: int = 1,
    person: int = 0,
    notes: Sequence[Note] = (),
) -> Movement:
    """The movement of a file's points.

    Parameters
    ----------
    points
        As in the file. A ``unit`` of "share" means shares of the picture's width and height,
        "px" its pixels (both y down); those of :data:`METRES` are turned into metres; any other is
        told by the skeleton's size.
    times, fps
        What the file says about time.
    up
        The axis that points up, "x", "y", "z", or "-y" and so on; None is told by the body.
    mapping
        Keypoint → index of the point; by default told by the names.

    Raises :class:`FileError` for what holds no person or no movement.
    """
    frames, count, dimensions = points.positions.shape
    check_size(name, frames, count, dimensions)
    positions = np.where(np.abs(points.positions) < FARTHEST, points.positions, np.nan)
    positions[np.isnan(positions).any(-1)] = np.nan
    confidence = points.confidence
    if confidence is not None:
        confidence = np.nan_to_num(confidence).clip(0, 1)
        positions[confidence <= 0] = np.nan
    seen = ~np.isnan(positions[..., 0])
    if (seen.sum(1) >= LEAST_POINTS // 2).sum() < LEAST_FRAMES:
        raise FileError("{name} has hardly any joints that are not missing.", name=name)

    rows, seconds, source, remarks = clock(name, frames, times, fps, options)
    points = replace(points, positions=positions[rows])
    if confidence is not None:
        confidence = confidence[rows]
        points = replace(points, confidence=confidence)
    result = Movement(
        name,
        format,
        seconds,
        source,
        points=points,
        people=people,
        person=person,
        notes=(*notes, *remarks),
    )
    where = find(points.names) if mapping is None else mapping
    if len(where.keys() & set(COCO)) < LEAST_POINTS:
        remark = note(
            "The joints' names are not known here ({names} …), so nothing can be measured. Names "
            "as in COCO, for instance {known}, are understood.",
            names=", ".join(points.names[:3]),
            known=", ".join(COCO[5:9]),
        )
        return replace(result, notes=(*result.notes, remark))

    joints = np.full((len(rows), len(KEYPOINTS), dimensions), np.nan)
    sure = None if confidence is None else np.zeros(joints.shape[:2])
    for joint, at in where.items():
        joints[:, KEYPOINT_INDEX[joint]] = points.positions[:, at]
        if sure is not None and confidence is not None:
            sure[:, KEYPOINT_INDEX[joint]] = confidence[:, at]
    with_middles(joints, sure)
    return _scaled(replace(result, confidence=sure), joints, points.unit, up, options)


def with_middles(joints: np.ndarray, confidence: np.ndarray | None = None) -> None:
    """Fill in, in place, a neck midway between the shoulders and a pelvis between the hips."""
    for middle, part in (("neck", "shoulder"), ("mid_hip", "hip")):
        at = KEYPOINT_INDEX[middle]
        pair = [KEYPOINT_INDEX[f"left_{part}"], KEYPOINT_INDEX[f"right_{part}"]]
        unknown = np.isnan(joints[:, at, 0])
        joints[unknown, at] = joints[unknown][:, pair].mean(1)
        if confidence is not None:
            confidence[unknown, at] = confidence[unknown][:, pair].min(1)


def stature(joints: np.ndarray) -> float:
    """How tall the person is in the unit of ``joints`` (frames, keypoints, 2 or 3).

    By the median lengths of upper arms, thighs and shanks and their shares of stature (Winter
    2009). In two dimensions foreshortening only shortens, so the longest tenth of frames counts.
    NaN where no limb is known.
    """
    estimates = []
    for start, end, share in _SHARES:
        for side in ("left", "right"):
            a, b = (joints[:, KEYPOINT_INDEX[f"{side}_{part}"]] for part in (start, end))
            lengths = np.linalg.norm(a - b, axis=-1)
            lengths = lengths[np.isfinite(lengths)]
            if len(lengths):
                quantile = 0.5 if joints.shape[-1] == 3 else 0.9
                estimates.append(float(np.quantile(lengths, quantile)) / share)
    return float(np.median(estimates)) if estimates else float("nan")


def _scaled(
    result: Movement, joints: np.ndarray, unit: str, up: str | None, options: Options
) -> Movement:
    """The movement with its joints in metres where possible, y up."""
    notes = list(result.notes)
    if joints.shape[-1] == 2 or unit == "share":
        if unit == "share":
            aspect = options.aspect
            if aspect is None:
                aspect = ASSUMED_ASPECT
                notes.append(
                    note(
                        "The file gives shares of the picture without its proportions; 16:9 was "
                        "assumed, and angles are wrong if it was another."
                    )
                )
            # MediaPipe's depth has about the scale of x.
            joints = joints * np.array([aspect, 1.0, aspect])[: joints.shape[-1]]
        up = up or "-y"
    if up is None:
        up, sure = _upward(joints)
        if not sure:
            notes.append(
                note("Which way is up was told by the body: the file's {axis} axis.", axis=up)
            )
    joints = _turned(joints, up)

    tall = stature(joints)
    metres = METRES.get(unit.lower())
    if metres is None and unit not in ("px", "share") and joints.shape[-1] == 3:
        metres = _metres_by_stature(tall)
        if metres is not None:
            notes.append(
                note(
                    "The unit of length was told by the skeleton's size: {stature} m tall.",
                    stature=f"{tall * metres:.2f}",
                )
            )
    if metres is None and options.height and np.isfinite(tall):
        metres = options.height / tall
        notes.append(
            note("Metres follow from the stature of {height} m.", height=f"{options.height:g}")
        )
    if metres is not None:
        return replace(result, joints=joints * metres, unit="m", notes=tuple(notes))
    known = {"px": "px", "share": "picture"}.get(unit, "unknown")
    return replace(result, joints=joints, unit=known, notes=tuple(notes))  # type: ignore[arg-type]


def _metres_by_stature(tall: float) -> float | None:
    """Metres in the unit in which a person is so tall; None where no usual unit fits."""
    for metres in (1.0, 0.01, 0.001, CMU_UNIT, 0.0254):
        if STATURES[0] <= tall * metres <= STATURES[1]:
            return metres
    return None


def _upward(joints: np.ndarray) -> tuple[str, bool]:
    """The axis from the ankles to the shoulders, and whether the body leaves no doubt."""
    ankles, shoulders = (
        joints[:, [KEYPOINT_INDEX[f"{side}_{part}"] for side in ("left", "right")]]
        for part in ("ankle", "shoulder")
    )
    rises = shoulders.mean(1) - ankles.mean(1)
    rises = rises[np.isfinite(rises).all(1)]
    rise = np.median(rises, axis=0) if len(rises) else np.array([0.0, 1.0, 0.0])
    axis = int(np.abs(rise).argmax())
    others = np.delete(np.abs(rise), axis)
    sign = "-" if rise[axis] < 0 else ""
    return f"{sign}{'xyz'[axis]}", bool(axis == 1 and not sign and rise[1] > 2 * others.max())


def _turned(joints: np.ndarray, up: str) -> np.ndarray:
    """The joints with the axis ``up`` turned to y, keeping them right-handed in space.

    In two dimensions "-y" mirrors the picture's rows; nothing else is possible there.
    """
    if joints.shape[-1] == 2:
        return joints * np.array([1.0, -1.0]) if up == "-y" else joints
    turned = np.roll(joints, 1 - "xyz".index(up[-1]), axis=-1)
    return turned * np.array([1.0, -1.0, -1.0]) if up.startswith("-") else turned
