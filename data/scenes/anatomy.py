"""Bodies in numbers: joint angles, how far they go, and how long the bones are.

Angles are in degrees, named and ordered as in :data:`ANGLES`. Zero everywhere is standing with the
arms hanging and the palms at the thighs. Signs: ``turn``, ``side``, ``spin``, ``bend``, ``twist``,
``tilt`` and ``look`` are positive to the athlete's left; ``lean``, ``flex`` and ``nod`` forward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.scenes.posed import JOINT_INDEX
from data.scenes.scene import Athlete

ARM_ANGLES = ("plane", "elevation", "rotation", "elbow", "forearm", "wrist", "deviation")
LEG_ANGLES = ("hip_flexion", "hip_abduction", "hip_rotation", "knee", "ankle")
TRUNK_ANGLES = (
    *("turn", "lean", "side", "spin"),  # pelvis in the world
    *("flex", "bend", "twist"),  # spine
    *("nod", "tilt", "look"),  # neck
)
ANGLES: tuple[str, ...] = (
    *TRUNK_ANGLES,
    *(f"left_{name}" for name in ARM_ANGLES),
    *(f"right_{name}" for name in ARM_ANGLES),
    *(f"left_{name}" for name in LEG_ANGLES),
    *(f"right_{name}" for name in LEG_ANGLES),
)
ANGLE_INDEX = {name: i for i, name in enumerate(ANGLES)}

RANGE_OF_MOTION: dict[str, tuple[float, float]] = {
    "turn": (-400, 400),
    "lean": (-400, 400),
    "side": (-400, 400),
    "spin": (-400, 400),
    "flex": (-50, 95),
    "bend": (-45, 45),
    "twist": (-60, 60),
    "nod": (-75, 60),
    "tilt": (-45, 45),
    "look": (-85, 85),
    "plane": (-70, 140),
    "elevation": (-65, 185),
    "rotation": (-95, 175),
    "elbow": (-8, 155),
    "forearm": (-90, 90),
    "wrist": (-80, 85),
    "deviation": (-25, 40),
    "hip_flexion": (-35, 140),
    "hip_abduction": (-40, 80),
    "hip_rotation": (-50, 60),
    "knee": (-5, 160),
    "ankle": (-65, 42),
}
"""Range of motion in degrees, the same for both sides.

They start from the means that the AAOS publishes (Norkin & White, *Measurement of Joint Motion*,
5th ed., 2016, appendix A: shoulder flexion 180, extension 60, rotation 70 in and 90 out; elbow 150;
forearm 80 each way; wrist flexion 80, extension 70, deviation 20 and 30) and are widened by our own
judgement where athletes go further, since a mean is no limit. Behind that stand: throwers' external
rotation, about 165 ± 11° with the thorax's share (Fleisig et al. 1995, Am J Sports Med 23);
weight-bearing dorsiflexion, beyond the 20° without weight (Bennell et al. 1998, Aust J Physiother
44); squats with a knee flexion of 157 ± 6° and a hip flexion of 95 ± 27° (Hemmerich et al. 2006,
J Orthop Res 24). Gymnasts' spines and hips and hurdlers' abduction are widened without a source.

Looked up: the appendix's table for the arm, the abstract of Hemmerich et al. Cited from memory: the
figures of Fleisig et al. and Bennell et al.
"""

LOWEST, HIGHEST = np.array(
    [RANGE_OF_MOTION[a.removeprefix("left_").removeprefix("right_")] for a in ANGLES]
).T

SEGMENTS = (
    *("pelvis", "lumbar", "thorax", "neck", "head"),
    *("left_upper_arm", "left_forearm", "left_hand"),
    *("right_upper_arm", "right_forearm", "right_hand"),
    *("left_thigh", "left_shank", "left_foot"),
    *("right_thigh", "right_shank", "right_foot"),
)
SEGMENT_INDEX = {name: i for i, name in enumerate(SEGMENTS)}
PARENTS = (-1, 0, 1, 2, 3, 2, 5, 6, 2, 8, 9, 0, 11, 12, 0, 14, 15)

_JOINT_SEGMENT = {
    **dict.fromkeys(("nose", "left_eye", "right_eye", "left_ear", "right_ear", "head"), "head"),
    **dict.fromkeys(("left_hip", "right_hip", "pelvis"), "pelvis"),
    **dict.fromkeys(("chest", "neck"), "thorax"),
    **{
        f"{side}_{joint}": f"{side}_{segment}"
        for side in ("left", "right")
        for joint, segment in (
            *(("shoulder", "upper_arm"), ("elbow", "forearm"), ("wrist", "hand"), ("hand", "hand")),
            *(("knee", "shank"), ("ankle", "foot"), ("heel", "foot"), ("toe", "foot")),
        )
    },
}
JOINT_SEGMENTS = np.array([SEGMENT_INDEX[_JOINT_SEGMENT[joint]] for joint in JOINT_INDEX])
"""For each of :data:`~data.scenes.posed.JOINTS` the segment that carries it."""


@dataclass(frozen=True)
class Body:
    """One athlete's bones, in metres.

    ``origins`` (17, 3): where each segment starts, in its parent's frame; ``landmarks`` (27, 3):
    each joint in the frame of the segment that carries it (:data:`JOINT_SEGMENTS`). Frames: x to
    the left, y up, z forward in the neutral position. Heel and toe lie on the sole.
    """

    height: float
    upper_arm: float
    forearm: float
    hand: float
    thigh: float
    shank: float
    sole: float
    origins: np.ndarray
    landmarks: np.ndarray


def body_of(athlete: Athlete) -> Body:
    """Bone lengths of an athlete.

    Shares of body height: near Drillis & Contini (1966) as in Winter, *Biomechanics and Motor
    Control* (4th ed., 2009), fig. 4.1 (thigh 0.245, shank 0.246, sole 0.039, forearm 0.146); the
    upper arm a little shorter and the centres of shoulder and hip further in, as joint centres lie
    (cf. de Leva 1996, J Biomech 29). That children have larger heads and shorter legs is in Snyder
    et al. (1977, UM-HSRI-77-17); how much, and breadths by sex and build, is judged by eye. All
    cited from memory.
    """
    child = athlete.age == "child"
    breadth = {"slim": 0.95, "average": 1.0, "muscular": 1.08, "heavy": 1.06}[athlete.build]
    female = athlete.sex == "female" and not child
    shoulder = (0.106 if female or child else 0.114) * breadth
    hip = (0.054 if female else 0.050) * (1.06 if athlete.build == "heavy" else 1.0)
    sole, shank, thigh = (0.040, 0.236, 0.236) if child else (0.039, 0.246, 0.245)
    head = 1.2 if child else 1.0
    upper_arm, forearm, hand = 0.180, 0.146, 0.106

    origins = np.zeros((len(SEGMENTS), 3))
    landmarks = np.zeros((len(JOINT_INDEX), 3))

    def segment(name: str, *offset: float) -> None:
        origins[SEGMENT_INDEX[name]] = offset

    def landmark(name: str, *offset: float) -> None:
        landmarks[JOINT_INDEX[name]] = offset

    segment("lumbar", 0, 0.060, -0.012)
    segment("thorax", 0, 0.085, 0.004)
    segment("neck", 0, 0.155, 0)
    segment("head", 0, 0.052, 0.008)
    landmark("chest", 0, 0.070, 0.008)
    landmark("neck", 0, 0.155, 0)
    landmark("head", 0, 0.053 * head, 0.006)
    landmark("nose", 0, 0.034 * head, 0.066 * head)
    for side, x in (("left", 1.0), ("right", -1.0)):
        segment(f"{side}_upper_arm", x * shoulder, 0.140, -0.004)
        segment(f"{side}_forearm", 0, -upper_arm, 0)
        segment(f"{side}_hand", 0, -forearm, 0)
        segment(f"{side}_thigh", x * hip, 0, 0)
        segment(f"{side}_shank", 0, -thigh, 0)
        segment(f"{side}_foot", 0, -shank, 0)
        landmark(f"{side}_hand", 0, -hand, 0)
        landmark(f"{side}_hip", x * hip, 0, 0)
        landmark(f"{side}_heel", 0, -sole, -0.036)
        landmark(f"{side}_toe", 0, -sole, 0.112)
        landmark(f"{side}_eye", x * 0.018 * head, 0.052 * head, 0.056 * head)
        landmark(f"{side}_ear", x * 0.044 * head, 0.043 * head, 0.004)

    metres = athlete.height
    return Body(
        height=metres,
        upper_arm=upper_arm * metres,
        forearm=forearm * metres,
        hand=hand * metres,
        thigh=thigh * metres,
        shank=shank * metres,
        sole=sole * metres,
        origins=origins * metres,
        landmarks=landmarks * metres,
    )
