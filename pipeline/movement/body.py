"""A recorded moment → a whole body: what recordings leave out, so that it can be drawn."""

from __future__ import annotations

import numpy as np

from data.scenes.posed import JOINT_INDEX, Posed
from data.scenes.skeleton import SIDES
from data.scenes.solids import cross, unit

NEEDED = (
    *("pelvis", "neck"),
    *(
        f"{side}_{joint}"
        for side in SIDES
        for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ),
)
"""The joints without which there is no body to draw."""

# Shares of stature, in the head's and the foot's own frame (x left, y up, z front), and along the
# spine, as in :func:`data.scenes.anatomy.body_of`.
_CHEST, _HEAD, _HAND = 0.72, 0.105, 0.106
_FACE = {
    "nose": (0.0, -0.019, 0.060),
    **{f"{side}_eye": (x * 0.018, -0.001, 0.050) for side, x in (("left", 1), ("right", -1))},
    **{f"{side}_ear": (x * 0.044, -0.010, -0.002) for side, x in (("left", 1), ("right", -1))},
}
_SOLE = {"heel": (-0.039, -0.036), "toe": (-0.039, 0.112)}

_STRAIGHT = 0.2
"""How far an elbow must be bent before its own hinge tells where the palm points."""


def whole_body(joints: np.ndarray, tall: float) -> Posed | None:
    """Posed from joints (len(JOINTS), 3), NaN where unknown, of somebody ``tall`` metres tall.

    Limbs are as recorded. Head, hands and feet, of which recordings know a point or two at most,
    get their size from the stature and their direction from what is known, else from the trunk and
    the shanks. None where one of :data:`NEEDED` is unknown.
    """
    at = {name: joints[i].astype(float) for name, i in JOINT_INDEX.items()}
    if not all(np.isfinite(at[name]).all() for name in NEEDED):
        return None
    across = unit(at["left_shoulder"] - at["right_shoulder"])
    upward = unit(at["neck"] - at["pelvis"])
    ahead = unit(cross(across, upward))
    at["chest"] = at["pelvis"] + _CHEST * (at["neck"] - at["pelvis"])

    up = _known(at["head"] - at["neck"], upward)
    face = _known(at["nose"] - (at["left_ear"] + at["right_ear"]) / 2, ahead)
    front = unit(face - (face @ up) * up)
    axes = np.stack([cross(up, front), up, front])
    at["head"] = at["neck"] + _HEAD * tall * up
    for name, offset in _FACE.items():
        at[name] = at["head"] + tall * (np.array(offset) @ axes)

    palms = []
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        shoulder, elbow, wrist = (at[f"{side}_{n}"] for n in ("shoulder", "elbow", "wrist"))
        upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
        at[f"{side}_hand"] = wrist + _HAND * tall * fore
        # With the thumb ahead the palm faces along the elbow's hinge.
        palms.append(sign * unit(cross(upper, fore) - _STRAIGHT * across))
        ankle = at[f"{side}_ankle"]
        down = unit(ankle - at[f"{side}_knee"])
        foot = _known(at[f"{side}_toe"] - at[f"{side}_heel"], ahead - (ahead @ down) * down)
        below = unit(down - (down @ foot) * foot)
        for name, (y, z) in _SOLE.items():
            at[f"{side}_{name}"] = ankle + tall * (z * foot - y * below)
    placed = np.stack([at[name] for name in JOINT_INDEX])
    return Posed(placed[None].astype(np.float32), np.stack(palms)[None].astype(np.float32), ())


def _known(way: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The direction (3,) of the first that is known."""
    known = np.isfinite(way).all() and np.linalg.norm(way) > 1e-3
    return unit(way if known else otherwise)
