"""The scorecard of a picture: what was asked, and what the judge reads back from the pixels.

The judge (:mod:`models.judge`) errs too, so each line carries how often it is right on renders
whose truth is known. What a picture of this kind cannot show, or where the judge sees nothing of
the part in question, is not marked at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from data.scenes.figure import stature
from data.scenes.posed import JOINT_INDEX
from data.scenes.scene import VOCABULARY
from data.scenes.visible import LEAST_SHARE, showable
from models.judge import Reading, ceilings, read
from pipeline.request import Result
from pipeline.runtime import Runtime

ANGLES = {
    f"{side}_{joint}": tuple(JOINT_INDEX[f"{side}_{name}"] for name in (a, joint, b))
    for joint, (a, b) in {"elbow": ("shoulder", "wrist"), "knee": ("hip", "ankle")}.items()
    for side in ("left", "right")
}
"""Joint → the three joints whose angle it is."""

RELIABLE = 0.8
"""An attribute that the judge misreads in more than every fifth render is not marked."""

FINE = 0.05
"""A judge that misses joints by more than this share of the stature can't check a pose."""

LEAST_LIMB = 0.08
"""A limb that looks shorter than this share of the stature points at the camera, and its angle in
the picture means nothing."""

_PARTS = {
    "skin": "skin",
    "hair_colour": "hair",
    "top_colour": "top",
    "bottom": "bottom",
    "bottom_colour": "bottom",
    "shoe_colour": "shoes",
}
"""Attribute → the region that has to be seen."""


@dataclass(frozen=True)
class Line:
    """One attribute.

    ``asked`` is what the picture was drawn with and ``read`` what the judge reads, ``sure`` its
    probability; ``said`` whether the words or the settings ask for it, not only the seed;
    ``ceiling`` how often the judge is right on renders, None where that was not measured.
    """

    attribute: str
    asked: str
    read: str
    sure: float
    said: bool
    ceiling: float | None

    @property
    def right(self) -> bool:
        return self.read == self.asked

    @property
    def reliable(self) -> bool:
        """Whether the judge can be believed."""
        return self.ceiling is None or self.ceiling >= RELIABLE


@dataclass(frozen=True)
class Angle:
    """A joint's angle in the picture's plane, degrees, 180 = straight: as posed, and as read."""

    joint: str
    asked: float
    read: float


@dataclass(frozen=True, eq=False)
class Scorecard:
    """What a picture shows of what was asked.

    lines : attributes that can be judged, in the order of VOCABULARY.
    hidden : those asked in words that this picture does not show.
    joint_error : mean distance of the joints from the asked pose, in statures; None without a pose
        or where several athletes leave open whose it is. ``joint_ceiling`` is the judge's own on
        renders.
    angles : of elbows and knees that are seen from the side.
    """

    lines: tuple[Line, ...]
    hidden: tuple[str, ...]
    joint_error: float | None
    joint_ceiling: float | None
    angles: tuple[Angle, ...]

    @property
    def all_right(self) -> bool:
        """Whether everything that was said and can be judged reliably is there."""
        return all(line.right for line in self.lines if line.said and line.reliable)

    @property
    def fine(self) -> bool:
        """Whether the judge finds joints well enough to check the pose."""
        return self.joint_ceiling is None or self.joint_ceiling <= FINE


def examine(picture: np.ndarray, runtime: Runtime) -> Reading:
    """What the judge reads from a picture, uint8 (size, size, 3)."""
    pixels = torch.tensor(picture).permute(2, 0, 1)[None].to(runtime.device)
    return runtime.evaluate(read, runtime.model("judge"), pixels.float() / 127.5 - 1)[0]


def score(result: Result, runtime: Runtime) -> Scorecard:
    """Judge a finished picture. Raises :class:`WeightsError` where the judge's are missing."""
    return compare(result, examine(result.picture, runtime), ceilings(runtime.weights / "judge"))


def compare(result: Result, reading: Reading, ceiling: dict[str, float]) -> Scorecard:
    """What was asked for beside what was read."""
    asked = result.attributes
    judged = [
        name
        for name in VOCABULARY
        if name in asked and name in showable(asked) and _seen(name, asked[name], reading)
    ]
    lines = tuple(
        Line(
            attribute=name,
            asked=asked[name],
            read=reading.attributes[name],
            sure=reading.probabilities[name],
            said=name not in result.chosen,
            ceiling=ceiling.get(name),
        )
        for name in judged
    )
    hidden = tuple(n for n in asked if n not in judged and n not in result.chosen)
    figure = result.figure
    if figure is None or asked.get("people") == "two":
        return Scorecard(lines, hidden, None, None, ())
    pose = figure.joints[0]
    return Scorecard(
        lines,
        hidden,
        joint_error(reading.joints, pose),
        ceiling.get("joints"),
        tuple(_angles(pose, reading.joints)),
    )


def joint_error(found: np.ndarray, asked: np.ndarray) -> float | None:
    """Mean distance of joints (J, 2) from where they are asked to be, in statures, over those that
    are asked to be in the picture; None where there are none, or no body."""
    inside = ((asked > 0) & (asked < 1)).all(1)  # never for NaN
    tall = float(stature(asked[None])[0])
    if not inside.any() or not tall:
        return None
    return float(np.linalg.norm(found - asked, axis=1)[inside].mean()) / tall


def _seen(name: str, asked: str, reading: Reading) -> bool:
    """Whether the judge sees enough of the part that an attribute is about."""
    part = _PARTS.get(name)
    return part is None or asked == "barefoot" or reading.shares[part] >= LEAST_SHARE


def _angles(asked: np.ndarray, found: np.ndarray) -> list[Angle]:
    least = LEAST_LIMB * float(stature(asked[None])[0])
    angles = []
    for joint, places in ANGLES.items():
        in_frame = bool(((asked[list(places)] > 0) & (asked[list(places)] < 1)).all())
        both = [_angle(joints[list(places)], least) for joints in (asked, found)]
        if in_frame and both[0] is not None and both[1] is not None:
            angles.append(Angle(joint, both[0], both[1]))
    return angles


def _angle(joints: np.ndarray, least: float) -> float | None:
    """Degrees between the two limbs that meet in the middle one of three joints (3, 2)."""
    one, other = joints[0] - joints[1], joints[2] - joints[1]
    lengths = np.linalg.norm(one), np.linalg.norm(other)
    if min(lengths) <= least:
        return None
    return float(np.degrees(np.arccos(np.clip(one @ other / (lengths[0] * lengths[1]), -1, 1))))
