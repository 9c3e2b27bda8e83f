"""One athlete in the making: joints, and what each part is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.scenes.palette import CLOTH, SKIN, part_of
from data.scenes.posed import JOINT_INDEX
from data.scenes.scene import Athlete
from data.scenes.solids import PATTERNS, Paint


@dataclass(frozen=True)
class Person:
    """One athlete in the making: ``joints`` (27, 3), ``palms`` (2, 3), what each part is made of,
    and how thick limbs and trunk are against the average's."""

    athlete: Athlete
    joints: np.ndarray
    palms: np.ndarray
    skin: Paint
    top: Paint
    bottom: Paint
    shoes: Paint
    limb: float
    trunk: float

    def __getitem__(self, joint: str) -> np.ndarray:
        return self.joints[JOINT_INDEX[joint]]

    @property
    def height(self) -> float:
        return self.athlete.height

    @property
    def female(self) -> bool:
        return self.athlete.sex == "female" and self.athlete.age != "child"


def person_of(athlete: Athlete, joints: np.ndarray, palms: np.ndarray, number: int) -> Person:
    """The ``number``-th athlete of a scene with joints (27, 3) and palm normals (2, 3)."""
    skin = Paint(SKIN[athlete.skin], 0.3, PATTERNS.index("skin"), part_of(number, "skin"))
    cloth = PATTERNS.index("cloth")
    top = Paint(CLOTH[athlete.top_colour], 0.04, cloth, part_of(number, "top"))
    bottom = Paint(CLOTH[athlete.bottom_colour], 0.05, cloth, part_of(number, "bottom"))
    shoes = skin
    if athlete.shoe_colour != "barefoot":
        shoes = Paint(CLOTH[athlete.shoe_colour], 0.25, 0, part_of(number, "shoes"))
    limb = {"slim": 0.87, "average": 1.0, "muscular": 1.17, "heavy": 1.22}[athlete.build]
    trunk = {"slim": 0.9, "average": 1.0, "muscular": 1.06, "heavy": 1.2}[athlete.build]
    if athlete.sex == "female" and athlete.age != "child":
        limb *= 0.93
    if athlete.age == "senior":
        limb, trunk = 0.92 * limb, 1.04 * trunk
    return Person(
        athlete,
        joints.astype(float),
        palms,
        skin,
        skin if athlete.top == "bare" else top,
        bottom,
        shoes,
        limb,
        trunk,
    )
