"""A posed body: forward kinematics from joint angles, and limbs bent to reach a point.

Shoulder angles follow the ISB recommendation (Wu et al. 2005: Y-X'-Y''), hip angles Grood & Suntay
(1983). One skeleton costs about 0.1 ms, so that training pictures can be posed on the fly.
"""

from __future__ import annotations

import math

import numpy as np

from data.scenes.anatomy import ANGLE_INDEX, JOINT_SEGMENTS, PARENTS, SEGMENT_INDEX, SEGMENTS, Body
from data.scenes.posed import JOINT_INDEX

SIDES = ("left", "right")
GRIP = 0.45
"""Where a shaft crosses the palm, as a share of the hand's length from the wrist."""
FIST = 0.6
"""Length of a closed hand as a share of the open one."""
PALM = 0.014
"""From the hand's bones to the middle of a gripped shaft, as a share of body height."""

# Each segment's rotation is a product of at most four rotations about its own axes:
# (axis, angle, factor). Left-side signs; rotations about y and z change sign on the right.
_UP, _ROLL, _PITCH = "y", "z", "x"
_ROTATIONS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "pelvis": ((_UP, "turn", 1), (_PITCH, "lean", 1), (_ROLL, "side", -1), (_UP, "spin", 1)),
    # The lumbar spine flexes more than it twists, the thoracic the other way round.
    "lumbar": ((_PITCH, "flex", 0.5), (_ROLL, "bend", -0.45), (_UP, "twist", 0.25)),
    "thorax": ((_PITCH, "flex", 0.5), (_ROLL, "bend", -0.55), (_UP, "twist", 0.75)),
    "neck": ((_PITCH, "nod", 0.5), (_ROLL, "tilt", -0.5), (_UP, "look", 0.4)),
    "head": ((_PITCH, "nod", 0.5), (_ROLL, "tilt", -0.5), (_UP, "look", 0.6)),
    "upper_arm": ((_UP, "plane", -1), (_ROLL, "elevation", 1), (_UP, "rotation", 1)),
    "forearm": ((_PITCH, "elbow", -1), (_UP, "forearm", -1)),
    "hand": ((_ROLL, "wrist", -1), (_PITCH, "deviation", 1)),
    "thigh": ((_PITCH, "hip_flexion", -1), (_ROLL, "hip_abduction", 1), (_UP, "hip_rotation", 1)),
    "shank": ((_PITCH, "knee", 1),),
    "foot": ((_PITCH, "ankle", -1),),
}


def _elementary() -> tuple[np.ndarray, ...]:
    """Which angle, with what factor, and the constant, cosine and sine parts of each matrix."""
    shape = (4, len(SEGMENTS))
    source, factor = np.zeros(shape, int), np.zeros(shape)
    parts = np.zeros((3, *shape, 3, 3))
    parts[0] = np.eye(3)
    for column, segment in enumerate(SEGMENTS):
        side, _, limb = segment.partition("_")
        sided = side in SIDES
        for row, (axis, angle, sign) in enumerate(_ROTATIONS[limb if sided else segment]):
            source[row, column] = ANGLE_INDEX[f"{side}_{angle}" if sided else angle]
            factor[row, column] = -sign if side == "right" and axis != _PITCH else sign
            fixed = "xyz".index(axis)
            a, b = (fixed + 1) % 3, (fixed + 2) % 3
            constant, cosine, sine = parts[:, row, column]
            constant[[a, b], [a, b]] = 0
            cosine[[a, b], [a, b]] = 1
            sine[b, a], sine[a, b] = 1, -1
    return (source, np.deg2rad(factor), *parts)


_SOURCE, _FACTOR, _CONSTANT, _COSINE, _SINE = _elementary()


def unit(vector: np.ndarray) -> np.ndarray:
    """The direction of a vector (3,); a vanishing one is returned as it is."""
    length = math.sqrt(vector @ vector)
    return vector / length if length > 1e-9 else vector


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product of two vectors (3,); np.cross costs ten times as much."""
    return np.array(
        (
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        )
    )


def across(vector: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The direction of ``vector``'s part at right angles to the unit vector ``axis``."""
    return unit(vector - (vector @ axis) * axis)


def two_bone(
    root: np.ndarray, target: np.ndarray, upper: float, lower: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Middle and end joint (3,) of a two-bone limb that reaches for ``target``.

    ``pole`` (3,) is the direction in which the middle joint goes out of the straight line. A target
    out of reach is approached as far as the bones allow.
    """
    line = unit(target - root)
    distance = math.sqrt((target - root) @ (target - root))
    distance = min(max(distance, abs(upper - lower) + 1e-4), upper + lower - 1e-4)
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    out = math.sqrt(max(upper**2 - along**2, 0.0))
    return root + along * line + out * across(pole, line), root + distance * line


class Skeleton:
    """One athlete in position: joints that can be read, moved, and bent to where they must be.

    ``skeleton["right_wrist"]`` (3,) is a joint in metres; ``frames`` (17, 3, 3) holds the segments'
    orientations, whose columns are the segment's left, up and forward. Always right-handed and
    heading +z: left-handed athletes are mirrored when all is done. ``progress`` is the moment
    within the action.
    """

    def __init__(self, body: Body, angles: np.ndarray, progress: float = 0.0) -> None:
        """Forward kinematics from ``angles`` in degrees; the pelvis is put at the origin."""
        self.body = body
        self.progress = progress
        turns = angles[_SOURCE] * _FACTOR
        matrices = (
            _CONSTANT
            + np.cos(turns)[..., None, None] * _COSINE
            + np.sin(turns)[..., None, None] * _SINE
        )
        # Only the pelvis has a fourth rotation.
        local = matrices[0] @ matrices[1] @ matrices[2]
        local[0] = local[0] @ matrices[3, 0]
        origins = body.origins.copy()
        # The shoulder blade turns upwards with a raised arm (Inman et al. 1944).
        for side in SIDES:
            raised = min(max((angles[ANGLE_INDEX[f"{side}_elevation"]] - 30) / 150, 0.0), 1.0)
            origins[SEGMENT_INDEX[f"{side}_upper_arm"]] += (
                body.height * raised * np.array((-0.008 if side == "left" else 0.008, 0.032, 0.0))
            )
        self.frames = local
        places = np.zeros_like(origins)
        for i, parent in enumerate(PARENTS[1:], start=1):
            places[i] = places[parent] + self.frames[parent] @ origins[i]
            self.frames[i] = self.frames[parent] @ local[i]
        self.joints = (
            places[JOINT_SEGMENTS]
            + (self.frames[JOINT_SEGMENTS] @ body.landmarks[..., None])[..., 0]
        )

    def __getitem__(self, joint: str) -> np.ndarray:
        """A view of the joint's place (3,): copy it if the figure moves on."""
        return self.joints[JOINT_INDEX[joint]]

    def frame(self, segment: str) -> np.ndarray:
        """Orientation (3, 3) of a segment; columns: its left, up and forward."""
        return self.frames[SEGMENT_INDEX[segment]]

    def move(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        """Shift the whole figure."""
        self.joints += (x, y, z)

    def rotate(self, axis: np.ndarray, angle: float) -> None:
        """Turn the whole figure about the pelvis: unit axis (3,), angle in radians."""
        x, y, z = axis
        skew = np.array(((0, -z, y), (z, 0, -x), (-y, x, 0)))
        turn = np.eye(3) + math.sin(angle) * skew + (1 - math.cos(angle)) * skew @ skew
        pelvis = self["pelvis"].copy()
        self.joints = (self.joints - pelvis) @ turn.T + pelvis
        self.frames = turn @ self.frames

    def middle(self, anchor: str) -> np.ndarray:
        """Where an anchor is (3,): a joint, "left_foot", or both "feet" or "hands" together."""
        joint = {"feet": "ankle", "hands": "wrist"}.get(anchor)
        if joint:
            return (self[f"left_{joint}"] + self[f"right_{joint}"]) / 2
        return self[anchor.replace("foot", "ankle")].copy()

    def palm(self, side: str) -> np.ndarray:
        """Unit normal (3,) that points out of the palm."""
        return self.frame(f"{side}_hand")[:, 0] * (-1.0 if side == "left" else 1.0)

    def fingers(self, side: str) -> np.ndarray:
        """Unit direction (3,) from the wrist along the hand."""
        return -self.frame(f"{side}_hand")[:, 1]

    def thumb(self, side: str) -> np.ndarray:
        """Unit direction (3,) out of the fist on the thumb's side: where a held shaft points."""
        return self.frame(f"{side}_hand")[:, 2]

    def fist(self, side: str) -> np.ndarray:
        """The middle (3,) of what the hand closes around."""
        return (
            self[f"{side}_wrist"]
            + GRIP * self.body.hand * self.fingers(side)
            + PALM * self.body.height * self.palm(side)
        )

    def close(self, side: str) -> None:
        """Make a fist."""
        self[f"{side}_hand"][:] = self[f"{side}_wrist"] + FIST * self.body.hand * self.fingers(side)

    def turn_hand(self, side: str, fingers: np.ndarray, palm: np.ndarray) -> None:
        """Orient a hand: fingers along the one direction, palm towards the other (made square)."""
        fingers = unit(fingers)
        normal = across(palm, fingers)
        left = -normal if side == "left" else normal
        self.frame(f"{side}_hand")[:] = np.stack((left, -fingers, cross(left, -fingers)), axis=1)
        self[f"{side}_hand"][:] = self[f"{side}_wrist"] + self.body.hand * fingers

    def _out(self, side: str, near: str, middle: str, far: str) -> np.ndarray:
        """Where a limb's middle joint is off the straight line: nothing when it is straight."""
        return self[f"{side}_{middle}"] - (self[f"{side}_{near}"] + self[f"{side}_{far}"]) / 2

    def bend_arm(self, side: str, wrist: np.ndarray, pole: np.ndarray | None = None) -> None:
        """Put a wrist (3,) somewhere; the hand keeps its orientation, the elbow gives way.

        ``pole`` (3,) is where the elbow points to; by default where the joint angles have it.
        """
        if pole is None:
            pole = self._out(side, "shoulder", "elbow", "wrist")
            pole -= 0.03 * self.frame(f"{side}_upper_arm")[:, 2]
        elbow, end = two_bone(
            self[f"{side}_shoulder"], wrist, self.body.upper_arm, self.body.forearm, pole
        )
        self[f"{side}_hand"][:] += end - self[f"{side}_wrist"]
        self[f"{side}_wrist"][:] = end
        self[f"{side}_elbow"][:] = elbow

    def bend_leg(self, side: str, ankle: np.ndarray, pole: np.ndarray | None = None) -> None:
        """Put an ankle (3,) somewhere; the foot keeps its orientation, the knee gives way."""
        if pole is None:
            pole = self._out(side, "hip", "knee", "ankle")
            pole += 0.03 * self.frame(f"{side}_thigh")[:, 2]
        knee, end = two_bone(self[f"{side}_hip"], ankle, self.body.thigh, self.body.shank, pole)
        for joint in ("heel", "toe"):
            self[f"{side}_{joint}"][:] += end - self[f"{side}_ankle"]
        self[f"{side}_ankle"][:] = end
        self[f"{side}_knee"][:] = knee

    def turn_foot(self, side: str, toes: np.ndarray, up: np.ndarray) -> None:
        """Orient a foot about its ankle: toes along the one direction, instep towards the other."""
        forward = unit(toes)
        up = across(up, forward)
        frame = np.stack((cross(up, forward), up, forward), axis=1)
        self.frame(f"{side}_foot")[:] = frame
        for joint in ("heel", "toe"):
            name = f"{side}_{joint}"
            self[name][:] = self[f"{side}_ankle"] + frame @ self.body.landmarks[JOINT_INDEX[name]]

    def grip(
        self, side: str, point: np.ndarray, shaft: np.ndarray, pole: np.ndarray | None = None
    ) -> None:
        """Close a hand around a shaft: through ``point`` (3,), along the unit vector ``shaft``.

        The forearm goes straight on into the hand as far as the shaft lets it, the palm stays on
        the side where the joint angles have it.
        """
        palm = self.palm(side)
        for _ in range(2):  # The hand's orientation follows the forearm, which follows the wrist.
            fingers = across(point - self[f"{side}_elbow"], shaft)
            normal = cross(shaft, fingers)
            normal *= math.copysign(1.0, normal @ palm)
            offset = GRIP * self.body.hand * fingers + PALM * self.body.height * normal
            self.bend_arm(side, point - offset, pole)
        self.turn_hand(side, fingers, normal)
        self.close(side)
