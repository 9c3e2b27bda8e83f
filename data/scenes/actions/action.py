"""What an action is: keyframes, contacts, equipment, and where and by whom it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.scenes.anatomy import (
    ANGLES,
    ARM_ANGLES,
    LEG_ANGLES,
    RANGE_OF_MOTION,
    TRUNK_ANGLES,
)
from data.scenes.posed import Prop
from data.scenes.scene import BOTTOMS, TOPS
from data.scenes.skeleton import Skeleton

Angles = dict[str, float]

CONTACTS = ("left_flat", "right_flat", "left_toe", "right_toe", "left_palm", "right_palm")
"""Which part of which limb is on the floor; a weight in [0, 1] each."""
CHANNELS = (*ANGLES, *CONTACTS, "air", "across", "along")
"""What is interpolated between keyframes."""


def _checked(angles: Angles) -> Angles:
    for name, value in angles.items():
        low, high = RANGE_OF_MOTION[name]
        if not low <= value <= high:
            raise ValueError(f"{name} {value}° is outside its range of motion, {low}° to {high}°")
    return angles


def trunk(
    *,
    turn: float = 0,
    lean: float = 0,
    side: float = 0,
    spin: float = 0,
    flex: float = 0,
    bend: float = 0,
    twist: float = 0,
    nod: float = 0,
    tilt: float = 0,
    look: float = 0,
) -> Angles:
    """Pelvis in the world (``turn`` about the vertical, then ``lean`` forward, then ``side``, then
    ``spin`` about the body's own long axis), spine (``flex`` forward, ``bend``, ``twist``) and neck
    (``nod`` down, ``tilt``, ``look``), in degrees; what goes to a side is positive to the left.
    """
    values = (turn, lean, side, spin, flex, bend, twist, nod, tilt, look)
    return _checked(dict(zip(TRUNK_ANGLES, values, strict=True)))


def arm(
    plane: float,
    elevation: float,
    rotation: float,
    *,
    elbow: float,
    forearm: float = 0,
    wrist: float = 0,
    deviation: float = 0,
) -> Angles:
    """One arm, in degrees.

    ``plane`` in which the upper arm is lifted: 0 sideways, 90 forwards, negative behind the body;
    ``elevation`` 0 hanging, 90 horizontal, 180 overhead, negative to swing back within the plane;
    ``rotation`` outwards about the upper arm: with the upper arm horizontal and the elbow bent the
    forearm points up at 90, lies in the horizontal plane at 0, hangs down at -90. An arm that
    swings beside the body is ``arm(90, swing, 90, …)``: the forearm then points forward.
    ``elbow`` flexion; ``forearm`` 0 thumb up (elbow bent), 80 palm down, -80 palm up; ``wrist``
    flexion to the palm; ``deviation`` to the little finger.
    """
    values = (plane, elevation, rotation, elbow, forearm, wrist, deviation)
    return _checked(dict(zip(ARM_ANGLES, values, strict=True)))


def leg(
    flexion: float, abduction: float = 0, rotation: float = 0, *, knee: float, ankle: float = 0
) -> Angles:
    """One leg, in degrees: hip ``flexion`` (forwards), ``abduction`` (outwards), ``rotation`` (toes
    outwards), ``knee`` flexion, ``ankle`` dorsiflexion (toes up; negative: pointed)."""
    values = (flexion, abduction, rotation, knee, ankle)
    return _checked(dict(zip(LEG_ANGLES, values, strict=True)))


@dataclass(frozen=True)
class Key:
    """One keyframe, for a right-handed athlete heading +z.

    ``at`` in [0, 1] is its progress, ``phase`` the phase that it is the middle of, if any, ``span``
    how much of the way to its neighbours still counts as that phase. Angles: ``trunk`` and for each
    limb what :func:`arm` and :func:`leg` return; ``arms`` and ``legs`` set both sides. **A limb
    that is left out keeps the angles of the keyframe before.**

    Contacts, **never kept from the keyframe before**: each foot is ``"flat"`` on the floor, on its
    ``"toe"`` or ``"free"``; each hand ``"floor"`` or ``"free"``; ``feet`` and ``hands`` set both.
    ``air`` is the height in metres of the lowest point of a body that touches nothing (feet are
    free then). ``across`` (to the left) and ``along`` (forwards) shift the anchor, in metres. All
    three are for a body of 1.75 m and scale with it.
    """

    at: float
    phase: str | None = None
    trunk: Angles | None = None
    arms: Angles | None = None
    left_arm: Angles | None = None
    right_arm: Angles | None = None
    legs: Angles | None = None
    left_leg: Angles | None = None
    right_leg: Angles | None = None
    feet: str = "flat"
    left_foot: str | None = None
    right_foot: str | None = None
    hands: str = "free"
    left_hand: str | None = None
    right_hand: str | None = None
    air: float = 0.0
    across: float = 0.0
    along: float = 0.0
    span: float = 0.3

    def angles(self) -> Angles:
        """The joint angles that this keyframe gives, by their names in ANGLES."""
        found = dict(self.trunk or {})
        for side in ("left", "right"):
            for both, limb in ((self.arms, "arm"), (self.legs, "leg")):
                own = getattr(self, f"{side}_{limb}")
                for name, value in ((both if own is None else own) or {}).items():
                    found[f"{side}_{name}"] = value
        return found

    def contacts(self) -> dict[str, float]:
        """Weight of each of CONTACTS."""
        found = dict.fromkeys(CONTACTS, 0.0)
        for side in ("left", "right"):
            foot = getattr(self, f"{side}_foot") or ("free" if self.air else self.feet)
            hand = getattr(self, f"{side}_hand") or self.hands
            if foot not in ("flat", "toe", "free") or hand not in ("floor", "free"):
                raise ValueError(f"foot {foot!r}, hand {hand!r}: no such contact")
            if self.air and (foot, hand) != ("free", "free"):
                raise ValueError("who touches the floor is not in the air")
            if foot != "free":
                found[f"{side}_{foot}"] = 1.0
            if hand == "floor":
                found[f"{side}_palm"] = 1.0
        return found

    def mirrored(self) -> Key:
        """The same with left and right exchanged."""
        flipped = {
            name: -value
            if name in ("turn", "side", "spin", "bend", "twist", "tilt", "look")
            else value
            for name, value in (self.trunk or {}).items()
        }
        return replace(
            self,
            trunk=flipped or None,
            left_arm=self.right_arm,
            right_arm=self.left_arm,
            left_leg=self.right_leg,
            right_leg=self.left_leg,
            left_foot=self.right_foot,
            right_foot=self.left_foot,
            left_hand=self.right_hand,
            right_hand=self.left_hand,
            across=-self.across,
        )


def both_sides(*half: Key) -> tuple[Key, ...]:
    """A whole cycle of a symmetric movement from its first half (keys in [0, 0.5)): the second half
    is the first with left and right exchanged."""
    return (*half, *(replace(key.mirrored(), at=key.at + 0.5) for key in half))


def no_props(figure: Skeleton) -> tuple[Prop, ...]:
    """Nothing in the hands and nothing around."""
    return ()


@dataclass(frozen=True)
class Action:
    """One action of :data:`~data.scenes.scene.ACTIONS`.

    Movement: ``keys`` in order of ``at``; ``periodic`` ones repeat after progress 1 (give no key at
    1); ``anchor`` names what stays at the origin, seen from above: "pelvis", "feet", "left_foot",
    "right_foot", "hands" or "nothing" (the pelvis where ``equip`` moves it); ``balanced`` shifts
    the pelvis so that the centre of mass is over the flat feet; ``stance`` = (metres between the
    ankles, degrees that the toes are turned out) fixes where two flat feet stand, whatever the hip
    angles say (then only the knees follow those). ``equip`` gets the finished skeleton,
    bends its arms or legs to the equipment, and returns the equipment. ``floor`` is the height in
    metres of what the athlete stands on. With ``grounded`` False nothing is put on a floor and
    ``equip`` moves the figure to its bar, saddle or water line.

    Choice: ``venues`` from the usual to the possible; ``headwear``, ``tops``, ``bottoms`` that
    go with it; ``barefoot`` share of athletes without shoes; ``in_groups`` when two or three
    people doing the same are natural; ``offset`` how far others are in their own movement (0 = all
    together); ``close`` when the upper body alone still shows the action.
    """

    keys: tuple[Key, ...]
    venues: tuple[str, ...]
    equip: Callable[[Skeleton], tuple[Prop, ...]] = no_props
    periodic: bool = False
    grounded: bool = True
    floor: float = 0.0
    anchor: str = "feet"
    balanced: bool = False
    stance: tuple[float, float] | None = None
    usual_venues: int = 1
    headwear: tuple[str, ...] = ("none", "none", "cap", "headband")
    tops: tuple[str, ...] = TOPS
    bottoms: tuple[str, ...] = BOTTOMS
    barefoot: float = 0.04
    in_groups: bool = True
    offset: float = 0.15
    close: bool = False

    @cached_property
    def _curve(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Times (k,), values (k, channels) and slopes (k, channels) of the keyframes."""
        angles = dict.fromkeys(ANGLES, 0.0)
        if self.periodic:  # What the first keyframe leaves out comes from the last.
            for key in self.keys:
                angles |= key.angles()
        rows = []
        for key in self.keys:
            angles |= key.angles()
            rest = {"air": key.air, "across": key.across, "along": key.along}
            values = angles | key.contacts() | rest
            rows.append([values[name] for name in CHANNELS])
        times, table = np.array([key.at for key in self.keys]), np.array(rows)
        if (np.diff(times) <= 0).any() or times[0] < 0 or times[-1] > 1:
            raise ValueError("keyframes must be in order, within 0 and 1")
        if not self.periodic:
            return times, table, monotone_slopes(times, table)
        times = np.concatenate((times[-2:] - 1, times, times[:2] + 1))
        table = np.concatenate((table[-2:], table, table[:2]))
        return times, table, monotone_slopes(times, table)

    def at(self, progress: float) -> np.ndarray:
        """Every channel (CHANNELS) at a moment, by monotone cubic interpolation."""
        times, table, slopes = self._curve
        t = progress % 1.0 if self.periodic else min(max(progress, times[0]), times[-1])
        i = min(max(int(np.searchsorted(times, t, side="right")) - 1, 0), len(times) - 2)
        width = times[i + 1] - times[i]
        s = (t - times[i]) / width
        a, b = (1 + 2 * s) * (1 - s) ** 2, s * s * (3 - 2 * s)
        c, d = s * (1 - s) ** 2 * width, s * s * (s - 1) * width
        return a * table[i] + b * table[i + 1] + c * slopes[i] + d * slopes[i + 1]

    def intervals(self, phase: str) -> list[tuple[float, float]]:
        """Where a phase is, as intervals of progress (periodic ones may leave [0, 1])."""
        times = [key.at for key in self.keys]
        found = []
        for i, key in enumerate(self.keys):
            if key.phase == phase:
                before = times[i - 1] - (i == 0) if self.periodic else times[max(i - 1, 0)]
                last = i + 1 == len(times)
                after = times[0] + 1 if last and self.periodic else times[i if last else i + 1]
                low = key.at - key.span * (key.at - before)
                found.append((low, key.at + key.span * (after - key.at)))
        return found

    def phases(self) -> Iterable[str]:
        """The named phases, in the order in which they happen."""
        return dict.fromkeys(key.phase for key in self.keys if key.phase)


def monotone_slopes(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Slopes (k, channels) at the nodes of a cubic interpolant that doesn't overshoot.

    Fritsch & Butland (1984): the weighted harmonic mean of the neighbouring secants, zero at an
    extremum and at both ends.
    """
    widths = np.diff(times)[:, None]
    secants = np.diff(values, axis=0) / widths
    slopes = np.zeros_like(values)
    before, after = secants[:-1], secants[1:]
    w1, w2 = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
    same = before * after > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        harmonic = (w1 + w2) / (w1 / before + w2 / after)
    slopes[1:-1] = np.where(same, harmonic, 0.0)
    return slopes
