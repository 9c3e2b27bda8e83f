"""BVH: Biovision's hierarchy of joints and their angles.

Meredith & Maddock (2001), Motion Capture File Formats Explained.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from data.errors import FileError
from data.movement.assemble import check_size, movement_of
from data.movement.movement import Movement, Options, Points
from data.movement.text import decode
from data.notes import Note, note

MOST_CHANNELS = 3000


@dataclass
class Joint:
    """A joint of the hierarchy: ``parent`` index or -1, ``offset`` from it, its ``channels``."""

    name: str
    parent: int
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    channels: list[str] = field(default_factory=list)


def read_bvh(name: str, data: bytes, options: Options) -> Movement:
    """Places of all joints by forward kinematics. Raises FileError."""
    head, found, motion = decode(name, data).partition("MOTION")
    try:
        if not found:
            raise ValueError("no motion")
        joints = hierarchy(head)
        frames, step, values = _motion(motion)
    except (ValueError, IndexError, OverflowError) as error:
        raise FileError(
            "{name} is a damaged BVH file: its hierarchy or its motion cannot be read.", name=name
        ) from error
    width = sum(len(joint.channels) for joint in joints)
    check_size(name, len(values) // max(width, 1), len(joints))
    rows = len(values) // width
    notes: tuple[Note, ...] = ()
    if rows != frames:
        notes = (
            note(
                "The file announces {stated} frames and holds {found}; those were read.",
                stated=frames,
                found=rows,
            ),
        )
    positions = places(joints, values[: rows * width].reshape(rows, width))
    return movement_of(
        name,
        "BVH",
        Points(tuple(joint.name for joint in joints), positions),
        options,
        fps=1 / step if step > 0 else None,
        up="y",
        notes=notes,
    )


def hierarchy(text: str) -> list[Joint]:
    """The joints before MOTION, parents first; end sites are named after their parent.

    Raises ValueError or IndexError for what is none.
    """
    words = re.findall(r"[{}]|[^\s{}]+", text)
    joints: list[Joint] = []
    stack: list[int] = []
    channels = 0
    i = 0
    while i < len(words):
        word = words[i].upper()
        if word in ("ROOT", "JOINT"):
            opening = words.index("{", i)
            joints.append(Joint(" ".join(words[i + 1 : opening]), stack[-1] if stack else -1))
            stack.append(len(joints) - 1)
            i = opening
        elif word == "END":
            joints.append(Joint(f"{joints[stack[-1]].name}_end", stack[-1]))
            stack.append(len(joints) - 1)
            i = words.index("{", i)
        elif word == "OFFSET":
            x, y, z = (float(number) for number in words[i + 1 : i + 4])
            joints[stack[-1]].offset = (x, y, z)
            i += 3
        elif word == "CHANNELS":
            count = int(words[i + 1])
            channels += count
            if not 0 <= count <= 6 or channels > MOST_CHANNELS:
                raise ValueError(f"{count} channels")
            names = [channel.lower() for channel in words[i + 2 : i + 2 + count]]
            if not all(re.fullmatch(r"[xyz](position|rotation)", channel) for channel in names):
                raise ValueError("unknown channels")
            joints[stack[-1]].channels = names
            i += 1 + count
        elif word == "}":
            stack.pop()
        i += 1
    if not joints or not channels:
        raise ValueError("no joints")
    return joints


def places(joints: list[Joint], values: np.ndarray) -> np.ndarray:
    """Where each joint is, float64 (frames, joints, 3): forward kinematics.

    Rotations apply in the order of the channels, each about the axes that the ones before left.
    """
    frames = len(values)
    positions = np.zeros((frames, len(joints), 3))
    rotations: list[np.ndarray] = []
    column = 0
    for i, joint in enumerate(joints):
        shift = np.tile(np.array(joint.offset), (frames, 1))
        turn = np.tile(np.eye(3), (frames, 1, 1))
        for channel in joint.channels:
            axis = "xyz".index(channel[0])
            if channel.endswith("position"):
                # A joint's own position replaces its offset, except the root's, which adds.
                if joint.parent >= 0:
                    shift[:, axis] = 0
                shift[:, axis] += values[:, column]
            else:
                turn = turn @ _about(axis, np.radians(values[:, column]))
            column += 1
        if joint.parent < 0:
            positions[:, i] = shift
            rotations.append(turn)
        else:
            above = rotations[joint.parent]
            positions[:, i] = positions[:, joint.parent] + np.einsum("fij,fj->fi", above, shift)
            rotations.append(above @ turn)
    return positions


def _about(axis: int, angle: np.ndarray) -> np.ndarray:
    """Rotation matrices (frames, 3, 3) about one axis."""
    cos, sin = np.cos(angle), np.sin(angle)
    a, b = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.tile(np.eye(3), (len(angle), 1, 1))
    matrix[:, a, a] = matrix[:, b, b] = cos
    matrix[:, b, a], matrix[:, a, b] = sin, -sin
    return matrix


def _motion(text: str) -> tuple[int, float, np.ndarray]:
    """Frames announced, seconds a frame, and all numbers in a row."""
    match = re.match(r"\s*Frames:\s*(\d{1,12})\s*Frame Time:\s*(\S+)", text, re.IGNORECASE)
    if not match:
        raise ValueError("no frame time")
    values = np.array(text[match.end() :].split(), float)
    return int(match[1]), float(match[2]), np.where(np.isfinite(values), values, np.nan)
