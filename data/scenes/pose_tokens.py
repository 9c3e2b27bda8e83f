"""One athlete with equipment and a camera as numbers for a network, and back.

One token a limb group, in space rather than in the picture, so that limbs keep their length and
feet stay on the ground from every side; the camera projects them afterwards. Lengths are in
statures of the athlete and scaled to vary by about one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from data.scenes.posed import JOINT_INDEX, JOINTS, Posed, Prop
from data.scenes.scene import Camera

MOST_PROPS = 3

_LIMBS = (
    ("pelvis", "chest", "neck", "left_shoulder", "right_shoulder", "left_hip", "right_hip"),
    ("head", "nose", "left_eye", "right_eye", "left_ear", "right_ear"),
    *((f"{s}_elbow", f"{s}_wrist", f"{s}_hand") for s in ("left", "right")),
    *((f"{s}_knee", f"{s}_ankle", f"{s}_heel", f"{s}_toe") for s in ("left", "right")),
)
PROP_ROWS = slice(len(_LIMBS), len(_LIMBS) + MOST_PROPS)

TOKENS = len(_LIMBS) + MOST_PROPS + 1
"""Torso, head, arms, legs, props, and last the camera with the athlete's height."""
TOKEN_WIDTH = 3 * max(map(len, _LIMBS))

_ROW, _COLUMN, _JOINT = np.array(
    [
        (row, 3 * place, JOINT_INDEX[joint])
        for row, limb in enumerate(_LIMBS)
        for place, joint in enumerate(limb)
    ]
).T
_PLACE = (_ROW[:, None], _COLUMN[:, None] + np.arange(3))

# Joints that are told as offsets from another one: they vary far less than their place does.
_ANCHORS = {
    **dict.fromkeys(("nose", "left_eye", "right_eye", "left_ear", "right_ear"), "head"),
    **{f"{s}_hand": f"{s}_wrist" for s in ("left", "right")},
    **{f"{s}_{end}": f"{s}_ankle" for s in ("left", "right") for end in ("heel", "toe")},
}
_HUNG = [JOINT_INDEX[joint] for joint in _ANCHORS]
_ON = [JOINT_INDEX[joint] for joint in _ANCHORS.values()]
_SCALE, _MIDDLE = np.full((len(JOINTS), 1), 0.25), np.full((len(JOINTS), 3), (0.0, 0.5, 0.0))
_SCALE[_HUNG], _MIDDLE[_HUNG] = 0.08, 0.0

_PROP_SCALE, _PROP_MIDDLE = 0.4, np.array((0.0, 0.5, 0.0))
_TYPICAL_HEIGHT = 1.7


def known(props: int) -> np.ndarray:
    """Which entries mean something where there are so many props: bool (TOKENS, TOKEN_WIDTH)."""
    mask = np.zeros((TOKENS, TOKEN_WIDTH), bool)
    mask[_PLACE] = True
    mask[PROP_ROWS][:props, :9] = True
    mask[-1, :6] = True
    return mask


def tokens_of(posed: Posed, height: float, camera: Camera) -> np.ndarray:
    """The only or first athlete of a scene as float32 (TOKENS, TOKEN_WIDTH); 0 where unused.

    ``height`` in metres; ``posed.props`` are that athlete's, :data:`MOST_PROPS` at most.
    """
    tokens = np.zeros((TOKENS, TOKEN_WIDTH), np.float32)
    places = posed.joints[0] / height
    places[_HUNG] -= places[_ON]
    tokens[_PLACE] = ((places - _MIDDLE) / _SCALE)[_JOINT]
    for prop, row in zip(posed.props, tokens[PROP_ROWS], strict=False):
        row[:3] = (prop.tail / height - _PROP_MIDDLE) / _PROP_SCALE
        row[3:6] = (prop.tip - prop.tail) / height / _PROP_SCALE
        row[6:9] = prop.up
    turn = math.radians(camera.azimuth)
    tokens[-1, :6] = (
        *(math.sin(turn), math.cos(turn), camera.elevation / 15),
        *((camera.fov - 35) / 10, (camera.fill - 0.75) / 0.1),
        math.log(height / _TYPICAL_HEIGHT) / 0.1,
    )
    return tokens


def posed_from(tokens: np.ndarray, props: Sequence[str]) -> tuple[Posed, float, Camera]:
    """The inverse of :func:`tokens_of`: an athlete with props, the height, and the camera.

    ``props`` names the kinds of the props, in order. Palm normals, which no figure shows, come out
    as zeros, the camera's words as the defaults.
    """
    tokens = tokens.astype(float)
    sine, cosine, elevation, fov, fill, tall = tokens[-1, :6]
    height = _TYPICAL_HEIGHT * math.exp(0.1 * tall)
    places = np.zeros((len(JOINTS), 3))
    places[_JOINT] = tokens[_PLACE]
    places = places * _SCALE + _MIDDLE
    places[_HUNG] += places[_ON]
    placed = []
    for kind, row in zip(props, tokens[PROP_ROWS], strict=False):
        tail = (row[:3] * _PROP_SCALE + _PROP_MIDDLE) * height
        up = row[6:9] / max(float(np.linalg.norm(row[6:9])), 1e-6)
        placed.append(Prop(kind, tail, tail + row[3:6] * _PROP_SCALE * height, up))
    joints = (places * height)[None].astype(np.float32)
    camera = Camera(
        azimuth=math.degrees(math.atan2(sine, cosine)),
        elevation=15 * elevation,
        fov=35 + 10 * fov,
        fill=0.75 + 0.1 * fill,
    )
    return Posed(joints, np.zeros((1, 2, 3), np.float32), tuple(placed)), height, camera
