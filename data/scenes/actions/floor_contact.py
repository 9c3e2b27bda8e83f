"""How a skeleton meets the floor: which height it has, and which limbs are bent to reach y = 0."""

from __future__ import annotations

import math

import numpy as np

from data.scenes.posed import JOINT_INDEX, JOINTS
from data.scenes.skeleton import SIDES, Skeleton, cross, unit

_UP = np.array((0.0, 1.0, 0.0))

WRIST_HEIGHT = 0.02
"""Height of the wrist above the floor that the palm is on, as a share of body height."""

FLESH = np.array(
    [
        {
            **dict.fromkeys(("hip", "pelvis"), 0.055),
            **{"knee": 0.035, "shoulder": 0.035, "elbow": 0.024, "wrist": 0.017, "hand": 0.007},
            **{"chest": 0.06, "neck": 0.035, "head": 0.058, "ankle": 0.022},
        }.get(joint.split("_")[-1], 0.0)
        for joint in JOINTS
    ]
)
"""How far skin is from each joint (27,), as a share of body height."""


def _mass_shares() -> np.ndarray:
    """Share of body mass at each joint (27,).

    De Leva (1996), table 4, men: mass of each segment and where along it the mass lies.
    """
    segments = [("neck", "head", 0.0694, 0.9), ("pelvis", "neck", 0.4346, 0.5)]
    for side in SIDES:
        segments += [
            (f"{side}_shoulder", f"{side}_elbow", 0.0271, 0.577),
            (f"{side}_elbow", f"{side}_wrist", 0.0162, 0.457),
            (f"{side}_wrist", f"{side}_hand", 0.0061, 0.4),
            (f"{side}_hip", f"{side}_knee", 0.1416, 0.41),
            (f"{side}_knee", f"{side}_ankle", 0.0433, 0.446),
            (f"{side}_heel", f"{side}_toe", 0.0137, 0.44),
        ]
    shares = np.zeros(len(JOINTS))
    for near, far, mass, along in segments:
        shares[JOINT_INDEX[near]] += mass * (1 - along)
        shares[JOINT_INDEX[far]] += mass * along
    return shares / shares.sum()


MASS_SHARES = _mass_shares()


def centre_of_mass(joints: np.ndarray) -> np.ndarray:
    """Centre of mass (3,) of one athlete's joints (27, 3)."""
    return MASS_SHARES @ joints


def lowest(skeleton: Skeleton) -> float:
    """Height of the lowest point of the body's skin."""
    return float((skeleton.joints[:, 1] - FLESH * skeleton.body.height).min())


def put_on_floor(
    skeleton: Skeleton,
    contacts: np.ndarray,
    air: float,
    balanced: bool = False,
    stance: tuple[float, float] | None = None,
) -> None:
    """Give the skeleton its height and bend planted limbs so that they touch the floor, y = 0.

    ``contacts`` (6,): weights of CONTACTS; ``air``: height of the lowest point in metres. Without
    contact the lowest point of the body is put at ``air``. With contact the highest planted limb
    comes to the floor, and the others, which would be below it, bend. Who stands on feet and hands
    is first tilted until both are equally high. ``balanced`` and ``stance``: see
    :class:`~data.scenes.actions.action.Action`.
    """
    flat, toe, palm = contacts[0:2], contacts[2:4], contacts[4:6]
    sole, wrist_height = skeleton.body.sole, WRIST_HEIGHT * skeleton.body.height
    if palm.max() > 0.5 and (flat + toe).max() > 0.5:
        _level(skeleton, flat + toe > 0.5, palm > 0.5)
    bottom = lowest(skeleton)
    reached = bottom
    for i, side in enumerate(SIDES):
        ankle = skeleton[f"{side}_ankle"][1] - sole
        tip = min(skeleton[f"{side}_toe"][1], skeleton[f"{side}_heel"][1])
        wrist = skeleton[f"{side}_wrist"][1] - wrist_height
        for height, weight in ((ankle, flat[i]), (tip, toe[i]), (wrist, palm[i])):
            reached = max(reached, bottom + weight * (height - bottom))
    skeleton.move(y=air - reached)

    standing = flat + toe > 0
    targets = [_ankle_target(skeleton, side, flat[i], toe[i]) for i, side in enumerate(SIDES)]
    if stance and flat.min() > 0:
        _take_stance(skeleton, targets, *stance)
    if balanced and flat.sum() > 0.5:
        middles = np.array(
            [ankle + 0.04 * skeleton.body.height * unit(toes) for ankle, toes, _ in targets]
        )
        # The feet stay where they are: a share of the mass doesn't follow the pelvis.
        shift = 1.15 * (flat @ middles / flat.sum() - centre_of_mass(skeleton.joints))
        skeleton.move(x=shift[0], z=shift[2])
    drop = 0.0
    for i, side in enumerate(SIDES):
        if standing[i]:  # Sink until a straight leg reaches.
            hip, target = skeleton[f"{side}_hip"], targets[i][0]
            reach = 0.999 * (skeleton.body.thigh + skeleton.body.shank)
            level = (hip[0] - target[0]) ** 2 + (hip[2] - target[2]) ** 2
            height = math.sqrt(max(reach**2 - level, 0.0))
            drop = max(drop, min(flat[i] + toe[i], 1.0) * (hip[1] - target[1] - height))
    skeleton.move(y=-drop)
    for i, side in enumerate(SIDES):
        ankle, toes, instep = targets[i]
        if standing[i]:
            skeleton.bend_leg(side, ankle)
            skeleton.turn_foot(side, toes, instep)
        below = -min(skeleton[f"{side}_toe"][1], skeleton[f"{side}_heel"][1])
        if below > 0:
            skeleton.bend_leg(side, skeleton[f"{side}_ankle"] + below * _UP)
        if palm[i]:
            _plant_palm(skeleton, side, palm[i], wrist_height)


def _ankle_target(skeleton: Skeleton, side: str, flat: float, toe: float) -> list[np.ndarray]:
    """Where an ankle goes so that its foot is on the floor, and where toes and instep point."""
    frame = skeleton.frame(f"{side}_foot")
    toes, instep = frame[:, 2], frame[:, 1]
    ankle = skeleton[f"{side}_ankle"].copy()
    tip = min(skeleton[f"{side}_toe"][1], skeleton[f"{side}_heel"][1])
    ankle[1] += flat * (skeleton.body.sole - ankle[1]) - (1 - flat) * toe * tip
    level = toes * (1, 0, 1)
    return [ankle, toes + flat * (level - toes), instep + flat * (_UP - instep)]


def _plant_palm(skeleton: Skeleton, side: str, weight: float, height: float) -> None:
    wrist = skeleton[f"{side}_wrist"].copy()
    wrist[1] += weight * (height - wrist[1])
    fingers, palm = skeleton.fingers(side), skeleton.palm(side)
    flat = fingers * (1, 0, 1)
    flat[1] = -0.1
    skeleton.bend_arm(side, wrist)
    skeleton.turn_hand(side, fingers + weight * (flat - fingers), palm + weight * (-_UP - palm))


def _level(skeleton: Skeleton, feet: np.ndarray, hands: np.ndarray) -> None:
    """Tilt the whole body until its planted hands are as high as its planted feet."""
    low = np.mean([skeleton[f"{s}_toe"] for s, on in zip(SIDES, feet, strict=True) if on], axis=0)
    wrists = [skeleton[f"{s}_wrist"] for s, on in zip(SIDES, hands, strict=True) if on]
    line = np.mean(wrists, axis=0) - low
    level = math.hypot(line[0], line[2])
    rise = line[1] - WRIST_HEIGHT * skeleton.body.height
    skeleton.rotate(unit(cross(line, _UP)), -math.atan2(rise, level))


def _take_stance(
    skeleton: Skeleton, targets: list[list[np.ndarray]], apart: float, toes_out: float
) -> None:
    """Put both ankles ``apart`` from each other and turn the toes out by an angle in degrees."""
    ahead = skeleton.frame("pelvis")[:, 2] * (1, 0, 1)
    ahead = unit(ahead)
    left = cross(_UP, ahead)
    middle = (targets[0][0] + targets[1][0]) / 2
    half = apart * skeleton.body.height / 1.75 / 2
    angle = math.radians(toes_out)
    for target, way in zip(targets, (1.0, -1.0), strict=True):
        target[0][[0, 2]] = (middle + way * half * left)[[0, 2]]
        target[1][:] = math.cos(angle) * ahead + way * math.sin(angle) * left
