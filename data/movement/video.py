"""Video: frames with their true times, upright, and the body in them by a user's own pose model.

The studio ships no pose model. RTMPose (Jiang et al. 2023) as ONNX, 17 or 26 keypoints, is read by
onnxruntime, which is installed beside the studio for this.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from data.errors import FileError
from data.movement.assemble import movement_of
from data.movement.movement import Movement, Options, Points
from data.movement.names import BY_COUNT
from data.notes import note

MOST_FRAMES = 40_000
MOST_PIXELS = 8192 * 4320
MARGIN = 1.25
"""RTMPose is trained on boxes this much larger than the person."""

SURE = 0.3
"""Keypoints from this score on show where the person is."""

_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_SPREAD = np.array([58.395, 57.12, 57.375], np.float32)
_SPLIT = 2.0
"""SimCC's bins a pixel."""

Pose = Callable[[np.ndarray], np.ndarray]
"""A picture (height, width, 3) in RGB → keypoints (joints, 3: x, y, score) in its pixels."""


def read_video(name: str, data: bytes, options: Options) -> Movement:
    """The movement of the person in a video. Raises FileError, also when there is no model."""
    if options.model is None:
        raise FileError(
            "{name} is a video, and finding the body in it takes a pose model, which the studio "
            "does not bring along. Download RTMPose as ONNX (github.com/open-mmlab/mmpose, "
            "projects/rtmpose) and put it into the folder pose_models of the studio's workspace, "
            "or give its path with --model.",
            name=name,
        )
    estimate = pose_model(options.model)
    times, poses = [], []
    box: np.ndarray | None = None
    for seconds, picture in frames(name, data):
        pose = _in_box(estimate, picture, box)
        box = _around(pose)
        times.append(seconds)
        poses.append(pose)
    if not any((pose[:, 2] > SURE).sum() >= 5 for pose in poses):
        raise FileError("{name} shows no person that the pose model finds.", name=name)
    found = np.stack(poses)
    points = Points(tuple(BY_COUNT[found.shape[1]]), found[..., :2], found[..., 2], "px")
    remark = note("Joints were found in the video by {model}.", model=Path(options.model).name)
    return movement_of(name, "video", points, options, times=np.array(times), notes=[remark])


def frames(name: str, data: bytes) -> Iterator[tuple[float, np.ndarray]]:
    """Each frame as (seconds, picture (height, width, 3) uint8 in RGB), turned as it was held.

    Times are the container's own, so that a phone's varying frame rate stays true. Raises
    FileError for what OpenCV cannot decode.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video"  # OpenCV reads from disk alone
        path.write_bytes(data)
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        try:
            size = capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            if not capture.isOpened() or not 0 < size <= MOST_PIXELS:
                raise _damaged(name)
            capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
            count = 0
            while True:
                read, picture = capture.read()
                if not read:
                    break
                count += 1
                if count > MOST_FRAMES:
                    raise FileError(
                        "{name} has more than {most} frames. Cut the video to what is to be seen.",
                        name=name,
                        most=MOST_FRAMES,
                    )
                seconds = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                yield seconds, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            if not count:
                raise _damaged(name)
        except cv2.error as error:
            raise _damaged(name) from error
        finally:
            capture.release()


def pose_model(path: str) -> Pose:
    """A pose model with SimCC outputs, as RTMPose has them. Raises FileError."""
    try:
        import onnxruntime
    except ImportError as error:
        raise FileError(
            "Reading videos takes onnxruntime, which is not installed: pip install onnxruntime."
        ) from error
    refused = FileError(
        "{name} is no pose model that can be used. Give RTMPose as ONNX, with 17 or 26 keypoints.",
        name=path,
    )
    try:
        settings = onnxruntime.SessionOptions()
        settings.log_severity_level = 4
        session = onnxruntime.InferenceSession(
            path, settings, onnxruntime.get_available_providers()
        )
    except Exception as error:  # onnxruntime raises whatever its parser raises
        raise refused from error
    entry = session.get_inputs()[0]
    sizes = entry.shape[2:]
    if len(session.get_outputs()) != 2 or not all(isinstance(size, int) for size in sizes):
        raise refused
    height, width = sizes

    def estimate(picture: np.ndarray) -> np.ndarray:
        scaled = cv2.resize(picture, (width, height)).astype(np.float32)
        tensor = ((scaled - _MEAN) / _SPREAD).transpose(2, 0, 1)[None]
        try:
            across, down = session.run(None, {entry.name: tensor})
        except Exception as error:
            raise refused from error
        if across.ndim != 3 or across.shape[1] not in BY_COUNT:
            raise refused
        x, y = across[0].argmax(-1) / _SPLIT, down[0].argmax(-1) / _SPLIT
        score = np.minimum(across[0].max(-1), down[0].max(-1)).clip(0, 1)
        factor = np.array([picture.shape[1] / width, picture.shape[0] / height])
        return np.column_stack([np.stack([x, y], 1) * factor, score])

    return estimate


def _in_box(estimate: Pose, picture: np.ndarray, box: np.ndarray | None) -> np.ndarray:
    """Keypoints found in a box (left, top, right, bottom), or in the whole picture without one."""
    height, width = picture.shape[:2]
    if box is None:
        return estimate(picture)
    left, top = np.floor(box[:2]).astype(int).clip(0)
    right, bottom = np.ceil(box[2:]).astype(int).clip(max=[width, height])
    if right - left < 16 or bottom - top < 16:
        return estimate(picture)
    pose = estimate(picture[top:bottom, left:right])
    return pose + np.array([left, top, 0.0])


def _around(pose: np.ndarray) -> np.ndarray | None:
    """The box of the sure keypoints with RTMPose's margin, where the next frame is looked at."""
    known = pose[pose[:, 2] > SURE, :2]
    if len(known) < 5:
        return None
    low, high = known.min(0), known.max(0)
    # Three fourths as broad as high, as the model's picture, so that nobody is stretched.
    half = max(float(high[1] - low[1]), float(high[0] - low[0]) / 0.75, 32.0) / 2 * MARGIN
    middle = (low + high) / 2
    reach = np.array([0.75 * half, half])
    return np.concatenate([middle - reach, middle + reach])


def _damaged(name: str) -> FileError:
    return FileError(
        "{name} is a video that cannot be decoded. Save it as MP4 (H.264) and try again.", name=name
    )
