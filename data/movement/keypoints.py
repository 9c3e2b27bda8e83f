"""Keypoints in JSON: OpenPose, COCO, AlphaPose, MediaPipe, MoveNet, in one file or one a frame."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.errors import FileError
from data.movement.assemble import MOST_FRAMES, MOST_POINTS, check_size, movement_of
from data.movement.movement import Movement, Options, Points
from data.movement.names import BY_COUNT
from data.movement.text import decode
from data.movement.tracking import choose, track

_LISTS = ("keypoints", "landmarks", "pose_landmarks", "poseLandmarks", "pose", "points")
_WORLD = ("keypoints3D", "worldLandmarks", "pose_world_landmarks", "poseWorldLandmarks")
_PEOPLE = ("people", "poses", "persons", "instances", "predictions")
_SURE = ("score", "visibility", "confidence", "v", "c", "presence")
_TIMES = ("time", "t", "timestamp", "time_s")
_MISSHAPEN = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, StopIteration)
"""What reading JSON of another shape than expected raises."""

MOST_DETECTIONS = 2_000_000


def load(name: str, data: bytes) -> Any:
    """The content of a JSON file. Raises FileError."""
    try:
        return json.loads(decode(name, data))
    except (ValueError, RecursionError) as error:
        raise FileError(
            "{name} is damaged JSON, cut off or nested too deep. Export it again.", name=name
        ) from error


def read_json(name: str, data: bytes, options: Options) -> Movement:
    """A recording in one JSON file. Raises FileError."""
    content = load(name, data)
    try:
        if isinstance(content, Mapping) and "annotations" in content:
            return _coco(name, content, options)
        if isinstance(content, Mapping) and "Frames" in content:
            from data.movement.deepmimic import read_clip

            return read_clip(name, content, options)
        frames = _frame_list(content)
        if frames and isinstance(frames[0], Mapping) and "image_id" in frames[0]:
            return _detections(name, "AlphaPose JSON", frames, options)
        return _frames(name, frames, options)
    except _MISSHAPEN as error:
        raise _unknown(name) from error


def read_frames(name: str, files: Sequence[tuple[str, bytes]], options: Options) -> Movement:
    """A recording with one JSON file a frame, as OpenPose writes them; in the names' order."""
    check_size(name, len(files), len(BY_COUNT[25]))
    ordered = sorted(files, key=lambda file: natural(file[0]))
    try:
        frames = [load(path, data) for path, data in ordered]
        return _frames(name, frames, options)
    except _MISSHAPEN as error:
        raise _unknown(name) from error


def is_frame(data: bytes) -> bool:
    """Whether a file looks like one frame of OpenPose's."""
    return data[:1] == b"{" and b'"people"' in data[:400]


def natural(text: str) -> list[tuple[int, str]]:
    """A key that sorts frame 9 before frame 10."""
    return [(int(p[:18]), "") if p.isdecimal() else (-1, p) for p in re.split(r"(\d+)", text)]


def _unknown(name: str) -> FileError:
    return FileError(
        "{name} is JSON, but not of keypoints as OpenPose, COCO, AlphaPose, MediaPipe or MoveNet "
        "write them.",
        name=name,
    )


def _frame_list(content: Any) -> list[Any]:
    if isinstance(content, Mapping):
        if any(key in content for key in _PEOPLE):
            return [content]
        content = next(content[k] for k in ("frames", "data", "results", *_LISTS) if k in content)
    if not isinstance(content, list) or not 0 < len(content) <= MOST_FRAMES:
        raise ValueError("no list of frames")
    return content


def _frames(name: str, frames: Sequence[Any], options: Options) -> Movement:
    """A list of frames, each with one or several people's keypoints."""
    names: list[str] = []
    poses = [[_pose(person, names) for person in _people(frame)] for frame in frames]
    counts = [pose.shape for people in poses for pose in people]
    if not counts:
        raise FileError("{name} has no person in any frame.", name=name)
    shape = max(set(counts), key=counts.count)
    count, dimensions = shape[0], shape[1] - 1
    check_size(name, len(frames), count, dimensions)
    of_shape = [[p for p in people if p.shape == shape] for people in poses]
    times = np.array([_time(frame) for frame in frames])
    openpose = any(isinstance(frame, Mapping) and "people" in frame for frame in frames[:1])
    kind = {17: "MoveNet JSON", 33: "MediaPipe JSON"}.get(count, "keypoints JSON")
    joints = tuple(names if len(names) == count else BY_COUNT.get(count) or map(str, range(count)))
    stacked = [np.stack(p) if p else np.zeros((0, *shape)) for p in of_shape]
    return _chosen(
        name,
        "OpenPose JSON" if openpose else kind,
        joints,
        stacked,
        options,
        times=None if np.isnan(times).all() else times,
    )


def _people(frame: Any) -> Sequence[Any]:
    """The people of one frame: a list of poses, or one pose by itself."""
    if isinstance(frame, Mapping):
        for key in _PEOPLE:
            if key in frame:
                return [p for p in frame[key] if p]
        return [frame] if any(frame.get(key) for key in (*_LISTS, *_WORLD)) else []
    if not frame:
        return []
    nested = isinstance(frame[0], list) and frame[0] and isinstance(frame[0][0], (list, Mapping))
    poses = isinstance(frame[0], Mapping) and any(key in frame[0] for key in _LISTS)
    return frame if nested or poses else [frame]


def _pose(person: Any, names: list[str]) -> np.ndarray:
    """One person's keypoints (joints, 3: x, y, confidence) or (joints, 4) in space.

    Fills in ``names`` when the keypoints carry theirs.
    """
    if isinstance(person, Mapping):
        flat = person.get("pose_keypoints_2d")
        person = flat if flat is not None else next(person[k] for k in _LISTS if person.get(k))
    if isinstance(person, Mapping):  # name → coordinates
        person = [{"name": n, **_named(p)} for n, p in person.items()]
    if len(person) and isinstance(person[0], Mapping):
        if not names and all("name" in p or "part" in p for p in person):
            names += [str(p.get("name", p.get("part"))) for p in person]
        deep = all("z" in p for p in person)
        axes = "xyz" if deep else "xy"
        places = [p.get("position", p) for p in person]
        sure = [next((p[k] for k in _SURE if k in p), 1.0) for p in person]
        return np.array(
            [
                [*(_float(at[a]) for a in axes), _float(s)]
                for at, s in zip(places, sure, strict=True)
            ]
        )
    grid = np.array(person, float)
    if grid.ndim == 1:
        each = 2 if len(grid) // 2 in BY_COUNT and len(grid) % 3 else 3
        grid = grid.reshape(-1, each)
    if grid.ndim != 2 or grid.shape[1] not in (2, 3, 4) or len(grid) > MOST_POINTS:
        raise ValueError(f"{grid.shape} numbers are no keypoints")
    if grid.shape[1] == 2:
        grid = np.concatenate([grid, np.isfinite(grid).all(1, keepdims=True)], 1)
    return grid


def _named(place: Any) -> dict[str, Any]:
    return dict(place) if isinstance(place, Mapping) else dict(zip("xyz", place, strict=False))


def _float(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _time(frame: Any) -> float:
    """Seconds of a frame, NaN where it says none; numbers above a day are milliseconds."""
    if not isinstance(frame, Mapping):
        return float("nan")
    value = next((frame[k] for k in _TIMES if isinstance(frame.get(k), (int, float))), None)
    if value is None:
        value = next((frame[k] / 1000 for k in ("timestamp_ms", "time_ms") if k in frame), None)
    return _float(value)


def _coco(name: str, content: Mapping[str, Any], options: Options) -> Movement:
    """COCO's annotation file: images are frames, in the order of their file names."""
    images = {
        image["id"]: str(image.get("extra", {}).get("name") or image.get("file_name", image["id"]))
        for image in content.get("images", [])
    }
    named = {
        category["id"]: [str(n) for n in category["keypoints"]]
        for category in content.get("categories", [])
        if category.get("keypoints")
    }
    entries = [
        {**entry, "image_id": images.get(entry["image_id"], str(entry["image_id"]))}
        for entry in content["annotations"]
        if entry.get("keypoints")
    ]
    names = named.get(entries[0].get("category_id")) if entries else None
    return _detections(name, "COCO JSON", entries, options, names)


def _detections(
    name: str,
    format: str,
    entries: Sequence[Mapping[str, Any]],
    options: Options,
    names: Sequence[str] | None = None,
) -> Movement:
    """Poses that each name their image."""
    by_image: dict[str, list[np.ndarray]] = {}
    for entry in entries[:MOST_DETECTIONS]:
        pose = _pose({"keypoints": entry["keypoints"]}, [])
        by_image.setdefault(str(entry["image_id"]), []).append(pose)
    count = len(pose) if entries else 0
    check_size(name, len(by_image), count, 2)
    frames = [
        np.stack([p for p in by_image[image] if p.shape == (count, 3)] or [np.zeros((count, 3))])
        for image in sorted(by_image, key=natural)
    ]
    joints = tuple(
        names if names and len(names) == count else BY_COUNT.get(count) or map(str, range(count))
    )
    return _chosen(name, format, joints, frames, options)


def _chosen(
    name: str,
    format: str,
    names: tuple[str, ...],
    frames: Sequence[np.ndarray],
    options: Options,
    times: np.ndarray | None = None,
) -> Movement:
    """The movement of one of the people in the frames: (people, joints, 3 or 4) each."""
    deep = any(frame.shape[-1] == 4 for frame in frames)
    if deep:  # landmarks in space are of one person
        tracks = [np.stack([f[0] if len(f) else np.zeros((len(names), 4)) for f in frames])]
    else:
        tracks = track([np.nan_to_num(frame) for frame in frames])
    if not tracks:
        raise FileError("{name} has no person in any frame.", name=name)
    person, notes = choose(len(tracks), options)
    chosen = tracks[person]
    positions, sure = chosen[..., :-1], chosen[..., -1]
    known = positions[sure > 0]
    share = bool(known.size) and float(np.abs(known[:, :2]).max()) < 4
    if sure.max(initial=0) > 1:  # COCO's flags: 1 hidden, 2 visible
        sure = sure / sure.max()
    unit = "share" if share else ("px" if positions.shape[-1] == 2 else "")
    points = Points(names, positions, sure, unit)
    return movement_of(
        name,
        format,
        points,
        options,
        times=times,
        up="-y",
        people=len(tracks),
        person=person,
        notes=notes,
    )
