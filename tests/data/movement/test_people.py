"""Pose models that users bring: tiny ones, written by hand, whose answers are known."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import cv2
import numpy as np
import pytest

from data.errors import FileError
from data.movement import Options, read
from data.movement.onnx import network, picture_size
from data.movement.people import is_detector, people_finder
from tests.onnx_by_hand import colours, model, node, rtmpose, yolox

WIDTH, HEIGHT = 96, 128


def spots(count: int = 17) -> np.ndarray:
    """Where the joints of a made-up person are, (count, 2) in pixels, well apart."""
    at = np.arange(count)
    return np.stack([16 + 16 * (at % 5), 20 + 28 * (at // 5)], 1).astype(float)


def drawn(
    places: np.ndarray, size: tuple[int, int] = (WIDTH, HEIGHT), ground: int = 128
) -> np.ndarray:
    """A picture with a spot of each joint's colour."""
    picture = np.full((size[1], size[0], 3), ground, np.uint8)
    for (x, y), colour in zip(places, colours(len(places)), strict=True):
        cv2.rectangle(
            picture, (int(x) - 4, int(y) - 4), (int(x) + 4, int(y) + 4), colour.tolist(), -1
        )
    return picture


@pytest.fixture
def pose(tmp_path: Path) -> str:
    file = tmp_path / "pose.onnx"
    file.write_bytes(rtmpose(colours(), HEIGHT, WIDTH))
    return str(file)


def test_joints_are_found_where_they_are(pose: str) -> None:
    assert picture_size(Path(pose).read_bytes()) == (HEIGHT, WIDTH)
    find = people_finder(pose)
    for shift in (0, 3):
        places = spots() + shift
        (found,) = find(drawn(places), 0.0)
        assert found.shape == (17, 3)
        assert np.abs(found[:, :2] - places).max() <= 6
        assert found[:, 2].min() > 0.8


def test_a_detector_tells_the_people_apart(pose: str, tmp_path: Path) -> None:
    file = tmp_path / "boxes.onnx"
    file.write_bytes(yolox(64, (30, 40)))
    assert is_detector(str(file))
    assert not is_detector(pose)
    picture = np.zeros((HEIGHT, 3 * WIDTH, 3), np.uint8)
    body = drawn(spots() * 0.5, (WIDTH // 2, HEIGHT // 2))
    for left in (24, 216):
        picture[32:96, left : left + 48] = body
    found = people_finder(pose, str(file))(picture, 0.0)
    assert len(found) >= 2
    middles = np.median(found[..., 0], axis=1)
    assert {round(m / 96) for m in middles} == {0, 2}


def video(pictures: list[np.ndarray], tmp_path: Path) -> bytes:
    height, width = pictures[0].shape[:2]
    file = tmp_path / "x.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 25, (width, height))
    for picture in pictures:
        writer.write(picture[..., ::-1])
    writer.release()
    return file.read_bytes()


def test_a_video_becomes_a_movement_in_its_pixels(pose: str, tmp_path: Path) -> None:
    shifts = [round(11 * np.sin(n / 2)) for n in range(12)]
    data = video([drawn(spots() + np.array([shift, 0])) for shift in shifts], tmp_path)
    movement = read("x.avi", data, Options(model=pose))
    assert (movement.format, movement.unit, movement.frames) == ("video", "px", 12)
    assert movement.fps == pytest.approx(25)
    assert movement.points is not None
    went = movement.points.positions[:, :, 0] - spots()[:, 0]
    assert np.abs(np.median(went, axis=1) - shifts).max() < 5  # half a spot
    tall = read("x.avi", data, Options(model=pose, height=1.8))
    assert tall.unit == "m"


def test_a_video_with_nobody_in_it_is_refused(pose: str, tmp_path: Path) -> None:
    data = video([np.full((HEIGHT, WIDTH, 3), 128, np.uint8)] * 8, tmp_path)
    with pytest.raises(FileError, match="shows no person"):
        read("x.avi", data, Options(model=pose))


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x08\x08:\x00", bytes(500)])
def test_what_is_no_model_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "page.onnx"
    file.write_bytes(data)
    for refuse in (network, is_detector, people_finder):
        with pytest.raises(FileError, match=r"page\.onnx is no pose model"):
            refuse(str(file))


def test_a_model_of_something_else_is_refused_at_the_first_picture(tmp_path: Path) -> None:
    file = tmp_path / "twice.onnx"
    shape = (1, 3, 32, 32)
    file.write_bytes(model([node("Abs", ("x",), "y")], {}, {"x": shape}, {"y": shape}))
    find = people_finder(str(file))
    with pytest.raises(FileError, match="no pose model"):
        find(drawn(spots()), 0.0)


def test_a_task_file_needs_mediapipe_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(FileError, match="pip install mediapipe"):
        people_finder("pose.task")


def test_mediapipes_landmarks_become_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its interface, as its guide for Python describes it, with a landmarker that is made up."""
    asked: list[int] = []

    class Landmarker:
        @classmethod
        def create_from_options(cls, options: SimpleNamespace) -> Landmarker:
            assert options.base_options.model_asset_path == "pose.task"
            return cls()

        def detect_for_video(self, image: SimpleNamespace, milliseconds: int) -> SimpleNamespace:
            asked.append(milliseconds)
            one = [SimpleNamespace(x=0.5, y=n / 33, visibility=0.9) for n in range(33)]
            return SimpleNamespace(pose_landmarks=[one])

    vision = SimpleNamespace(
        PoseLandmarkerOptions=SimpleNamespace,
        PoseLandmarker=Landmarker,
        RunningMode=SimpleNamespace(VIDEO="video"),
    )
    tasks = SimpleNamespace(BaseOptions=SimpleNamespace)
    image = lambda kind, data: SimpleNamespace(data=data)  # noqa: E731
    image_kind = SimpleNamespace(SRGB=1)
    modules = {
        "mediapipe": {"Image": image, "ImageFormat": image_kind},
        "mediapipe.tasks": {"python": tasks},
        "mediapipe.tasks.python": {"vision": vision},
    }
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    find = people_finder("pose.task")
    for seconds in (0.0, 0.04, 0.04):
        found = find(np.zeros((66, 100, 3), np.uint8), seconds)
    assert found.shape == (1, 33, 3)
    np.testing.assert_allclose(found[0, :, 1], 2 * np.arange(33))
    assert np.unique(found[..., 0]) == 50
    assert asked == [0, 40, 41]
