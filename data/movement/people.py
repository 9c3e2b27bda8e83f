"""Who is in a picture and where their joints are, by models that users bring.

RTMPose (Jiang et al. 2023, arXiv 2303.07399) as ONNX finds the joints of one person in a box; YOLOX
(Ge et al. 2021, arXiv 2107.08430) as ONNX finds the boxes, where it is there; without it the box
follows one person. MediaPipe's pose landmarker (a .task file) does both and takes the package
mediapipe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from data.errors import FileError
from data.movement.names import BY_COUNT
from data.movement.onnx import Network, network, refused

Find = Callable[[np.ndarray, float], np.ndarray]
"""A picture (height, width, 3) uint8 in RGB and its seconds → people (people, joints, 3): x and y
in its pixels, and a score in [0, 1]."""

MARGIN = 1.25
"""RTMPose is trained on boxes this much larger than the person."""

SURE = 0.3
"""Keypoints from this score on show where the person is."""

LEAST_SURE = 5
"""So many of them make a person."""

DETECT_EVERY = 10
"""Frames from one look for people to the next; between, their boxes follow their joints."""

MOST_PEOPLE = 6
"""People in a picture whose joints are looked for, the surest first."""

DETECTED, OVERLAP = 0.4, 0.45
"""Score from which YOLOX's box is one, and share of two boxes from which they are the same."""

_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_SPREAD = np.array([58.395, 57.12, 57.375], np.float32)
_STRIDES = (8, 16, 32)


def people_finder(model: str, detector: str | None = None) -> Find:
    """What finds people with the model in a file, and a detector's where there is one.

    Raises FileError for files that are none, here or at the first picture.
    """
    if Path(model).suffix.lower() == ".task":
        return _landmarker(model)
    pose = partial(_pose, network(model), model)
    boxes = None if detector is None else partial(_boxes, network(detector), detector)
    return TopDown(pose, boxes)


def is_detector(path: str) -> bool:
    """Whether a file is an ONNX model that finds boxes rather than joints. Raises FileError."""
    net = network(path)
    return len(_outputs(net, path, np.zeros((1, 3, net.height, net.width), np.float32))) == 1


class TopDown:
    """Boxes first, joints within them after; remembers where people were."""

    def __init__(
        self,
        pose: Callable[[np.ndarray], np.ndarray],
        boxes: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        self.pose, self.boxes = pose, boxes
        self.last: list[np.ndarray] = []
        self.count = 0

    def __call__(self, picture: np.ndarray, seconds: float = 0.0) -> np.ndarray:
        """People (people, joints, 3) in the next picture of a row."""
        found = [box for pose in self.last if (box := around(pose)) is not None]
        if self.boxes is not None and (self.count % DETECT_EVERY == 0 or not found):
            found = [_widened(box) for box in self.boxes(picture)[:MOST_PEOPLE]]
        elif not found:
            height, width = picture.shape[:2]
            found = [np.array([0.0, 0.0, width, height])]
        self.count += 1
        self.last = [self._in(picture, box) for box in found]
        return np.stack(self.last) if self.last else np.zeros((0, 17, 3))

    def _in(self, picture: np.ndarray, box: np.ndarray) -> np.ndarray:
        """Keypoints found in a box (left, top, right, bottom); in the whole of a tiny one."""
        height, width = picture.shape[:2]
        left, top = np.floor(box[:2]).astype(int).clip(0)
        right, bottom = np.ceil(box[2:]).astype(int).clip(max=[width, height])
        if right - left < 16 or bottom - top < 16:
            return self.pose(picture)
        return self.pose(picture[top:bottom, left:right]) + np.array([left, top, 0.0])


def around(pose: np.ndarray) -> np.ndarray | None:
    """The box of the sure keypoints with RTMPose's margin, where the next frame is looked at."""
    known = pose[pose[:, 2] > SURE, :2]
    if len(known) < LEAST_SURE:
        return None
    return _widened(np.concatenate([known.min(0), known.max(0)]))


def _widened(box: np.ndarray) -> np.ndarray:
    """A box with RTMPose's margin, three fourths as broad as high, as the model's picture is, so
    that nobody is stretched."""
    across, down = box[2:] - box[:2]
    half = max(float(down), float(across) / 0.75, 32.0) / 2 * MARGIN
    middle = (box[:2] + box[2:]) / 2
    reach = np.array([0.75 * half, half])
    return np.concatenate([middle - reach, middle + reach])


# RTMPose and YOLOX ------------------------------------------------------------------------------


def _pose(net: Network, path: str, picture: np.ndarray) -> np.ndarray:
    """Keypoints (joints, 3) of the one person whom a picture shows, by SimCC's two outputs."""
    scaled = cv2.resize(picture, (net.width, net.height)).astype(np.float32)
    found = _outputs(net, path, ((scaled - _MEAN) / _SPREAD).transpose(2, 0, 1)[None])
    if len(found) != 2 or any(o.ndim != 3 for o in found) or found[0].shape[1] not in BY_COUNT:
        raise refused(path)
    across, down = found[0][0], found[1][0]
    size = picture.shape[1], picture.shape[0]
    places = [
        bins.argmax(-1) / bins.shape[-1] * n for bins, n in zip((across, down), size, strict=True)
    ]
    score = np.minimum(across.max(-1), down.max(-1)).clip(0, 1)
    return np.stack([*places, score], 1)


def _boxes(net: Network, path: str, picture: np.ndarray) -> np.ndarray:
    """People's boxes (people, 4) in a picture, the surest first.

    The picture stands at the top left of the network's, in its own 0 to 255 and in BGR. Two kinds
    of file are taken: YOLOX's own with a row a cell, and those that have suppressed doubles
    themselves, with rows (left, top, right, bottom, score).
    """
    height, width = picture.shape[:2]
    share = min(net.height / height, net.width / width)
    size = max(1, int(width * share)), max(1, int(height * share))
    canvas = np.full((net.height, net.width, 3), 114, np.float32)
    canvas[: size[1], : size[0]] = cv2.resize(picture, size)[..., ::-1]
    (rows, *_) = _outputs(net, path, canvas.transpose(2, 0, 1)[None])
    if rows.ndim != 3 or rows.shape[-1] < 5:
        raise refused(path)
    rows = rows[0]
    if rows.shape[-1] == 5:
        boxes, scores = rows[:, :4], rows[:, 4]
    else:
        boxes, scores = _decoded(rows, net, path)
    kept = cv2.dnn.NMSBoxes(
        np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], 1).tolist(),
        scores.tolist(),
        DETECTED,
        OVERLAP,
    )
    return boxes[np.asarray(kept, int).ravel()] / share


def _decoded(rows: np.ndarray, net: Network, path: str) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (N, 4) and scores (N,) of people from YOLOX's rows: place in the cell, logarithm of the
    size, objectness, classes, of which people are the first (Ge et al. 2021, §2.1)."""
    corners, strides = [], []
    for stride in _STRIDES:
        y, x = np.mgrid[: net.height // stride, : net.width // stride]
        corners.append(np.stack([x, y], -1).reshape(-1, 2))
        strides.append(np.full((x.size, 1), stride))
    corner, stride_ = np.concatenate(corners), np.concatenate(strides)
    if len(corner) != len(rows):
        raise refused(path)
    middle = (rows[:, :2] + corner) * stride_
    half = np.exp(rows[:, 2:4].clip(max=20)) * stride_ / 2
    return np.concatenate([middle - half, middle + half], 1), rows[:, 4] * rows[:, 5]


def _outputs(net: Network, path: str, tensor: np.ndarray) -> list[np.ndarray]:
    try:
        return net.run(np.ascontiguousarray(tensor, np.float32))
    except Exception as error:  # whatever the runtime raises
        raise refused(path) from error


# MediaPipe --------------------------------------------------------------------------------------


def _landmarker(path: str) -> Find:
    """MediaPipe's pose landmarker; gives the 33 landmarks of up to :data:`MOST_PEOPLE` people."""
    try:
        import mediapipe
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import vision
    except ImportError as error:
        raise FileError(
            "{name} takes the package mediapipe, which is not installed: pip install mediapipe.",
            name=Path(path).name,
        ) from error
    options = vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=path),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=MOST_PEOPLE,
    )
    try:
        landmarker = vision.PoseLandmarker.create_from_options(options)
    except Exception as error:  # whatever the file makes it raise
        raise refused(path) from error
    last = -1

    def find(picture: np.ndarray, seconds: float) -> np.ndarray:
        nonlocal last
        last = max(last + 1, round(1000 * seconds))  # it takes rising times alone
        image = mediapipe.Image(mediapipe.ImageFormat.SRGB, np.ascontiguousarray(picture))
        height, width = picture.shape[:2]
        people: list[Any] = landmarker.detect_for_video(image, last).pose_landmarks
        found = [[(p.x * width, p.y * height, p.visibility or 0.0) for p in one] for one in people]
        return np.array(found, float).reshape(-1, 33, 3)

    return find
