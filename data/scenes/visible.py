"""Which attributes a picture shows at all, told from the truth about its pixels.

A judge of pictures can neither learn nor be blamed for what cannot be seen: the shoes outside a
close view, the colour of a silhouette's shirt, the hair under a helmet. A picture of two people
tells nothing of the athlete that its caption describes, who may be either; of three it is the one
in the middle.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.scenes.camera import View
from data.scenes.palette import PARTS, part_of
from data.scenes.posed import JOINT_INDEX
from data.scenes.scene import VOCABULARY, Scene, attributes

LEAST_SHARE = 1 / 1600
"""A part that covers less of the picture than this counts as unseen: 40 pixels of 256²."""

SIDED = (
    *("basketball_dribble", "javelin_throw", "shot_put", "tennis_serve", "tennis_forehand"),
    *("badminton_smash", "football_kick", "volleyball_spike", "baseball_swing", "boxing_punch"),
)
"""Actions that a left-hander does as the mirror image in every phase; in others hardly anything
tells the hands apart."""

PERSONAL = (
    *("phase", "sex", "age", "build", "skin", "hair", "hair_colour", "headwear", "top"),
    *("top_colour", "bottom", "bottom_colour", "shoe_colour", "handed"),
)
"""What is of the described athlete alone; others may be in another moment of the movement."""

COLOURED = (
    *("skin", "hair", "hair_colour", "headwear", "top", "top_colour"),
    *("bottom", "bottom_colour", "shoe_colour"),
)
"""What a silhouette hides."""

_FEET = [JOINT_INDEX[f"{side}_{name}"] for side in ("left", "right") for name in ("toe", "ankle")]


def showable(values: Mapping[str, str]) -> set[str]:
    """The attributes that a picture of these values, all or some of VOCABULARY, can show at all."""
    hidden: set[str] = set()
    if values.get("style") == "silhouette":
        hidden |= set(COLOURED)
    if values.get("people") == "two":
        hidden |= set(PERSONAL)
    if values.get("framing") == "close":
        hidden |= {"bottom", "bottom_colour", "shoe_colour"}
    if values.get("headwear") in ("swim_cap", "helmet"):
        hidden |= {"hair", "hair_colour"}
    if values.get("hair") == "bald":
        hidden.add("hair_colour")
    if values.get("top") == "bare":
        hidden.add("top_colour")
    if values.get("action") not in SIDED:
        hidden.add("handed")
    return VOCABULARY.keys() - hidden


def visible(scene: Scene, view: View, parts: np.ndarray, joints: np.ndarray) -> set[str]:
    """Of these attributes those that the pixels of this very picture show.

    Parameters
    ----------
    parts : the picture's part mask, uint8 (size, size), numbered as in ``palette``.
    joints : the first athlete's joints (J, 2) in shares of the picture.
    """
    athlete = scene.athletes[0]
    share = {part: float((parts == part_of(0, part)).mean()) for part in PARTS}
    seen = {part: covered >= LEAST_SHARE for part, covered in share.items()}
    scalp = seen["hair"] or (athlete.hair == "bald" and _inside(joints[JOINT_INDEX["head"]]))
    barefoot = athlete.shoe_colour == "barefoot"
    found = {
        "camera_height": not lifted(scene, view),
        "skin": seen["skin"],
        "hair": scalp,
        "hair_colour": seen["hair"],
        "headwear": scalp if athlete.headwear == "none" else seen["headwear"],
        "top": seen["skin"] and _inside(joints[JOINT_INDEX["chest"]])
        if athlete.top == "bare"
        else seen["top"],
        "top_colour": seen["top"],
        "bottom": seen["bottom"],
        "bottom_colour": seen["bottom"],
        "shoe_colour": any(_bare(parts, joints[i]) for i in _FEET) if barefoot else seen["shoes"],
    }
    return showable(attributes(scene)) - {name for name, shown in found.items() if not shown}


def lifted(scene: Scene, view: View) -> bool:
    """Whether the camera had to be lifted, over a table say, and isn't where its name puts it."""
    pitch = np.degrees(np.arcsin(-view.rotation[2, 1]))
    return bool(abs(pitch - scene.camera.elevation) >= 1)


def _inside(point: np.ndarray) -> bool:
    return bool(((point >= 0) & (point < 1)).all())


def _bare(parts: np.ndarray, foot: np.ndarray) -> bool:
    """Whether the first athlete's skin shows where this part of a foot is."""
    if not _inside(foot):
        return False
    column, row = (foot * len(parts)).astype(int)
    return bool(parts[row, column] == part_of(0, "skin"))
