"""DeepMimic's clips: a humanoid's joint rotations as JSON.

Peng et al. (2018), DeepMimic; layout and lengths from the authors' ``humanoid3d.txt``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from data.movement.assemble import check_size, movement_of
from data.movement.movement import Movement, Options, Points

# Joint, parent, place in the parent's frame in metres (x ahead, y up, z to the right), and whether
# it turns like a ball (a quaternion w, x, y, z), like a hinge about z (an angle) or not at all.
_SKELETON: tuple[tuple[str, int, tuple[float, float, float], str], ...] = (
    ("root", -1, (0.0, 0.0, 0.0), "ball"),
    ("chest", 0, (0.0, 0.236151, 0.0), "ball"),
    ("neck", 1, (0.0, 0.223894, 0.0), "ball"),
    ("right_hip", 0, (0.0, 0.0, 0.084887), "ball"),
    ("right_knee", 3, (0.0, -0.421546, 0.0), "hinge"),
    ("right_ankle", 4, (0.0, -0.409870, 0.0), "ball"),
    ("right_shoulder", 1, (-0.02405, 0.24350, 0.18311), "ball"),
    ("right_elbow", 6, (0.0, -0.274788, 0.0), "hinge"),
    ("right_wrist", 7, (0.0, -0.258947, 0.0), ""),
    ("left_hip", 0, (0.0, 0.0, -0.084887), "ball"),
    ("left_knee", 9, (0.0, -0.421546, 0.0), "hinge"),
    ("left_ankle", 10, (0.0, -0.409870, 0.0), "ball"),
    ("left_shoulder", 1, (-0.02405, 0.24350, -0.18311), "ball"),
    ("left_elbow", 12, (0.0, -0.274788, 0.0), "hinge"),
    ("left_wrist", 13, (0.0, -0.258947, 0.0), ""),
)
_WIDTH = 44


def read_clip(name: str, content: Mapping[str, Any], options: Options) -> Movement:
    """Places of the joints by forward kinematics. Raises ValueError for what is no clip."""
    frames = np.array(content["Frames"], float)
    if frames.ndim != 2 or frames.shape[1] != _WIDTH or not np.isfinite(frames).all():
        raise ValueError(f"{frames.shape} numbers are no clip")
    check_size(name, len(frames), len(_SKELETON))
    positions = np.zeros((len(frames), len(_SKELETON), 3))
    turns: list[Rotation] = []
    column = 4
    for i, (_, parent, offset, kind) in enumerate(_SKELETON):
        turn = Rotation.identity(len(frames))
        if kind == "ball":
            turn = Rotation.from_quat(frames[:, column : column + 4], scalar_first=True)
            column += 4
        elif kind == "hinge":
            turn = Rotation.from_rotvec(frames[:, [column]] * np.array([[0.0, 0.0, 1.0]]))
            column += 1
        if parent < 0:
            positions[:, i] = frames[:, 1:4]
            turns.append(turn)
        else:
            positions[:, i] = positions[:, parent] + turns[parent].apply(np.array(offset))
            turns.append(turns[parent] * turn)
    seconds = np.concatenate([[0.0], np.cumsum(frames[:-1, 0])])
    points = Points(tuple(joint[0] for joint in _SKELETON), positions, unit="m")
    return movement_of(name, "DeepMimic", points, options, times=seconds, up="y")
