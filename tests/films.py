"""Videos of a made-up athlete whose joints are coloured spots, and the pose model for them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from data.movement.samples import squats
from tests.onnx_by_hand import colours, rtmpose

WIDTH, HEIGHT, FPS = 240, 320, 30.0
SPOT = 6


def squat_places(frames: int = 90) -> np.ndarray:
    """Where COCO's joints of someone who squats are in the picture, (frames, 17, 2) in pixels."""
    joints = squats(1)[::2][:frames, :17]
    x = WIDTH / 2 + 150 * joints[..., 0] + 40 * joints[..., 2]
    return np.stack([x, HEIGHT - 25 - 150 * joints[..., 1]], -1)


def write(file: Path, places: np.ndarray, codec: str = "VP80") -> None:
    """A video with a spot for each of the places (frames, joints, 2)."""
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*codec), FPS, (WIDTH, HEIGHT))
    for pose in places:
        writer.write(painted(pose))
    writer.release()


def painted(pose: np.ndarray) -> np.ndarray:
    """A picture in BGR with a spot for each of the places (joints, 2)."""
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for place, colour in zip(pose, colours(len(pose))[:, ::-1], strict=True):
        cv2.circle(picture, np.round(place).astype(int).tolist(), SPOT, colour.tolist(), -1)
    return cv2.GaussianBlur(picture, (0, 0), 2.5)  # so that a spot has a middle


def jpeg(pose: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", painted(pose))[1].tobytes()


def write_model(folder: Path) -> Path:
    """The pose model for these videos, in the folder of a workspace."""
    file = folder / "pose_models" / "spots.onnx"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(rtmpose(colours(), HEIGHT, WIDTH))
    return file
