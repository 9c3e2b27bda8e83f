"""ONNX files written by hand, as protocol buffers are simple enough: no package is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FLOAT, INT64 = 1, 7
_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def node(kind: str, given: Sequence[str], made: str, **attributes: int | Sequence[int]) -> bytes:
    """A node of one output; attributes are whole numbers."""
    told = b""
    for name, value in attributes.items():
        if isinstance(value, int):
            told += field(5, field(1, name.encode()) + field(3, value) + field(20, 2))
        else:
            numbers = b"".join(field(8, number) for number in value)
            told += field(5, field(1, name.encode()) + numbers + field(20, 7))
    inputs = b"".join(field(1, name.encode()) for name in given)
    return inputs + field(2, made.encode()) + field(4, kind.encode()) + told


def model(
    nodes: Sequence[bytes],
    weights: dict[str, np.ndarray],
    given: dict[str, Sequence[int]],
    made: dict[str, Sequence[int]],
) -> bytes:
    """A file of opset 13 with such inputs and outputs, name → shape."""
    graph = b"".join(field(1, n) for n in nodes) + field(2, b"g")
    for name, array in weights.items():
        dims = b"".join(field(1, side) for side in array.shape)
        kind = field(2, _TYPES[array.dtype])
        graph += field(5, dims + kind + field(8, name.encode()) + field(9, array.tobytes()))
    for number, shapes in ((11, given), (12, made)):
        for name, shape in shapes.items():
            dims = field(2, b"".join(field(1, field(1, side)) for side in shape))
            graph += field(
                number, field(1, name.encode()) + field(2, field(1, field(1, FLOAT) + dims))
            )
    return field(1, 8) + field(8, field(2, 13)) + field(7, graph)


def colours(count: int = 17) -> np.ndarray:
    """Colours (count, 3) spread evenly over a sphere around grey."""
    at = np.arange(count) + 0.5
    up = 1 - 2 * at / count
    turn = np.pi * (1 + 5**0.5) * at
    flat = np.sqrt(1 - up**2)
    return 128 + 120 * np.stack([flat * np.cos(turn), up, flat * np.sin(turn)], 1)


def rtmpose(colours: np.ndarray, height: int = 64, width: int = 48) -> bytes:
    """A "pose model" in RTMPose's form whose joints (N,) are spots of colours (N, 3) in 0 to 255.

    A spot's row and column are where the likeness to its colour is largest: colours lie on a sphere
    around grey, so that no other is as far along the same way. Without the spot no score is sure.
    """
    mean, spread = np.array([[123.675, 116.28, 103.53], [58.395, 57.12, 57.375]])
    ways = (colours - 128) / np.linalg.norm(colours - 128, axis=1, keepdims=True) ** 2
    weight = (ways * spread)[..., None, None].astype(np.float32)
    bias = (ways @ (mean - 128)).astype(np.float32)
    joints = len(colours)
    nodes = [
        node("Conv", ("x", "w", "b"), "likeness", kernel_shape=(1, 1)),
        node("ReduceMax", ("likeness",), "across", axes=(2,), keepdims=0),
        node("ReduceMax", ("likeness",), "down", axes=(3,), keepdims=0),
    ]
    return model(
        nodes,
        {"w": weight, "b": bias},
        {"x": (1, 3, height, width)},
        {"across": (1, joints, width), "down": (1, joints, height)},
    )


def yolox(side: int = 64, boxes: tuple[int, int] = (20, 40)) -> bytes:
    """A "detector" in YOLOX's form: each cell that is not black holds a person of one size."""
    nodes, weights, rows = [], {}, []
    for stride in (8, 16, 32):
        kernel = np.zeros((7, 3, stride, stride), np.float32)
        kernel[4] = 1 / (3 * stride**2 * 30)  # objectness: brightness, 1 from 30 on
        bias = np.zeros(7, np.float32)
        bias[:2] = 0.5
        bias[2:4] = np.log(np.array(boxes) / stride)
        bias[5] = 1.0 if stride == 16 else 0.0  # the class: only one scale speaks
        n = (side // stride) ** 2
        weights |= {f"w{stride}": kernel, f"b{stride}": bias, f"s{stride}": np.array([1, 7, n])}
        nodes += [
            node(
                "Conv",
                ("x", f"w{stride}", f"b{stride}"),
                f"map{stride}",
                kernel_shape=(stride, stride),
                strides=(stride, stride),
            ),
            node("Reshape", (f"map{stride}", f"s{stride}"), f"rows{stride}"),
        ]
        rows.append(f"rows{stride}")
    nodes += [
        node("Concat", rows, "columns", axis=2),
        node("Transpose", ("columns",), "y", perm=(0, 2, 1)),
    ]
    cells = sum((side // stride) ** 2 for stride in (8, 16, 32))
    return model(nodes, weights, {"x": (1, 3, side, side)}, {"y": (1, cells, 7)})
