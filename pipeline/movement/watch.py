"""A camera's pictures as they come: joints by the user's own pose model, told window by window."""

from __future__ import annotations

import cv2
import numpy as np

from data.movement import KEYPOINT_INDEX, KEYPOINTS, Movement, Options
from data.movement.assemble import LEAST_POINTS, with_middles
from data.movement.names import BY_COUNT, find
from data.movement.people import SURE, people_finder
from pipeline.errors import InputError
from pipeline.movement.pose_model import pose_models, with_installed
from pipeline.movement.stream import SECONDS, Stream, Window
from pipeline.runtime import Runtime

MOST_SIDE = 1280


def can_watch() -> bool:
    """Whether the workspace has a pose model."""
    return with_installed(Options()).model is not None


class Watch:
    """Takes pictures one by one and gives a :class:`Window` every half second.

    No picture is kept; of the people in one, the largest is followed. ``joints`` (keypoints, 2), y
    up, are those of the newest, which has ``size`` (width, height). Raises InputError where there
    is no pose model.
    """

    def __init__(self, runtime: Runtime | None = None, seconds: float = SECONDS) -> None:
        options = with_installed(Options())
        if options.model is None:
            raise InputError(
                "Finding a body takes a pose model, which the studio does not bring along. Put "
                "RTMPose as ONNX into the folder {folder}.",
                folder=str(pose_models()),
            )
        self.find = people_finder(options.model, options.detector)
        nothing = np.full((1, len(KEYPOINTS), 2), np.nan)
        kind = Movement("camera", "video", np.zeros(1), "recorded", nothing, unit="px")
        self.stream = Stream(kind, runtime, seconds)
        self.joints: np.ndarray | None = None
        self.size = (0, 0)

    def push(self, picture: bytes, seconds: float) -> Window | None:
        """Take a picture as JPEG, PNG or WebP. Raises InputError for what is none."""
        sent = np.frombuffer(picture, np.uint8)
        pixels = cv2.imdecode(sent, cv2.IMREAD_COLOR_RGB) if len(sent) else None
        if pixels is None or max(pixels.shape) > MOST_SIDE:
            raise InputError("What came from the camera is no picture.")
        people = self.find(pixels, seconds)
        self.joints = joints_of(max(people, key=_height, default=np.zeros((0, 3))))
        self.size = (pixels.shape[1], pixels.shape[0])
        if np.isfinite(self.joints[:, 0]).sum() < LEAST_POINTS:
            return None  # nobody, or too little of somebody
        return self.stream.push(seconds, self.joints)


def joints_of(pose: np.ndarray) -> np.ndarray:
    """Keypoints (points, 3: x, y, score) → joints (len(KEYPOINTS), 2) with y up; NaN if unsure."""
    joints = np.full((1, len(KEYPOINTS), 2), np.nan)
    if len(pose):
        for joint, at in find(tuple(BY_COUNT[len(pose)])).items():
            if pose[at, 2] > SURE:
                joints[0, KEYPOINT_INDEX[joint]] = pose[at, 0], -pose[at, 1]
        with_middles(joints)
    return joints[0]


def _height(pose: np.ndarray) -> float:
    sure = pose[pose[:, 2] > SURE, 1]
    return float(np.ptp(sure)) if len(sure) else 0.0
