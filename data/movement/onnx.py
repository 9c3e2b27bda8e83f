"""Networks that users bring as ONNX files, on onnxruntime where it is installed, else on OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from data.errors import FileError

_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5
"""Wire types of protocol buffers (protobuf.dev/programming-guides/encoding)."""


@dataclass(frozen=True)
class Network:
    """A network that takes one picture.

    ``run`` takes float32 (1, 3, height, width) and gives all outputs; ``height`` and ``width`` are
    the file's own.
    """

    height: int
    width: int
    run: Callable[[np.ndarray], list[np.ndarray]]


def network(path: str) -> Network:
    """The network in a file; a file that was replaced is opened anew. Raises FileError."""
    try:
        return _opened(path, Path(path).stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise refused(path) from error


@lru_cache(maxsize=4)
def _opened(path: str, changed: int) -> Network:
    data = Path(path).read_bytes()
    try:
        height, width = picture_size(data)
        run = _on_onnxruntime(path) or _on_opencv(data)
    except Exception as error:  # onnxruntime and OpenCV raise whatever their parsers raise
        raise refused(path) from error
    return Network(height, width, run)


def refused(path: str) -> FileError:
    """What is said of a file that is no model of those that are taken."""
    return FileError(
        "{name} is no pose model that can be used. Give RTMPose as ONNX, with 17 or 26 keypoints, "
        "with YOLOX beside it if there are several people, or a MediaPipe pose landmarker (.task).",
        name=Path(path).name,
    )


def _on_onnxruntime(path: str) -> Callable[[np.ndarray], list[np.ndarray]] | None:
    try:
        import onnxruntime
    except ImportError:
        return None
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, settings, onnxruntime.get_available_providers())
    name = session.get_inputs()[0].name
    return lambda tensor: [np.asarray(out) for out in session.run(None, {name: tensor})]


def _on_opencv(data: bytes) -> Callable[[np.ndarray], list[np.ndarray]]:
    net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    names = net.getUnconnectedOutLayersNames()

    def run(tensor: np.ndarray) -> list[np.ndarray]:
        net.setInput(tensor)
        return [np.array(out) for out in net.forward(names)]

    return run


def picture_size(data: bytes) -> tuple[int, int]:
    """Height and width of the first input of an ONNX file. Raises ValueError without them.

    ModelProto.graph is 7; in it inputs are 11 and weights, which older files list among the inputs,
    5; then type 2, tensor 1, shape 2, dimension 1 and its length 1 (onnx.proto3).
    """
    graph = _one(data, 7)
    weights = {_one(weight, 8) for weight in _all(graph, 5)}
    for given in _all(graph, 11):
        if _one(given, 1) in weights:
            continue
        shape = _one(_one(_one(given, 2), 1), 2)
        sides = [next((v for n, v in _fields(dim) if n == 1), None) for dim in _all(shape, 1)]
        if len(sides) == 4 and isinstance(sides[2], int) and isinstance(sides[3], int):
            return sides[2], sides[3]
    raise ValueError("no input of a fixed size")


def _all(message: bytes, number: int) -> list[bytes]:
    return [value for n, value in _fields(message) if n == number and isinstance(value, bytes)]


def _one(message: bytes, number: int) -> bytes:
    found = _all(message, number)
    if not found:
        raise ValueError(f"field {number} is missing")
    return found[0]


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of a message's fields; of fixed-width ones the bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while shift < 64:
            byte = message[at] if at < len(message) else 0
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        return value

    while at < len(message):
        key = varint()
        kind = key & 7
        if kind == _VARINT:
            yield key >> 3, varint()
            continue
        lengths = {_LENGTH: varint, _EIGHT: lambda: 8, _FOUR: lambda: 4}
        if kind not in lengths:
            raise ValueError(f"wire type {kind}")
        length = lengths[kind]()
        yield key >> 3, message[at : at + length]
        at += length
