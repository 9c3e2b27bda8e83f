"""Equipment, held: each function bends the skeleton to its equipment and returns the equipment.

Made for ``Action.equip``. Directions are unit vectors (3,), places and lengths metres.
"""

from __future__ import annotations

import numpy as np

from data.scenes.posed import BALL_RADIUS, BICYCLE, Prop
from data.scenes.skeleton import PALM, SIDES, Skeleton, across, unit

LEFT, UP, AHEAD = np.eye(3)


def path(progress: float, *points: tuple[float, float, float, float]) -> np.ndarray:
    """A place or direction (3,) at a moment, linear between ``(at, x, y, z)`` points."""
    times, *axes = zip(*points, strict=True)
    return np.array([np.interp(progress, times, axis) for axis in axes])


def ball(kind: str, centre: np.ndarray) -> Prop:
    """A ball in the air or at rest."""
    return Prop(kind, centre.copy(), centre.copy(), UP)


def ball_on_palm(skeleton: Skeleton, kind: str, side: str, gap: float = 0.0) -> Prop:
    """A ball that the palm holds, or that is ``gap`` away from it."""
    middle = skeleton[f"{side}_wrist"] + 0.6 * skeleton.body.hand * skeleton.fingers(side)
    reach = BALL_RADIUS[kind] + PALM * skeleton.body.height + gap
    return ball(kind, middle + reach * skeleton.palm(side))


def hold_ball(
    skeleton: Skeleton, kind: str, centre: np.ndarray, *sides: str, hold: float = 1.0
) -> Prop:
    """A ball at ``centre`` with the palms of ``sides`` brought to its surface from where they are;
    fingers keep their direction as far as the ball lets them. ``hold`` between 0 and 1 brings them
    only part of the way: a hand that comes or leaves."""
    for side in sides:
        middle = skeleton[f"{side}_wrist"] + 0.6 * skeleton.body.hand * skeleton.fingers(side)
        palm = unit(centre - middle)
        fingers = across(skeleton.fingers(side), palm)
        reach = BALL_RADIUS[kind] + PALM * skeleton.body.height
        before, facing = skeleton[f"{side}_wrist"].copy(), skeleton.palm(side)
        pointing = skeleton.fingers(side)
        wrist = centre - reach * palm - 0.6 * skeleton.body.hand * fingers
        skeleton.bend_arm(side, before + hold * (wrist - before))
        skeleton.turn_hand(
            side, pointing + hold * (fingers - pointing), facing + hold * (palm - facing)
        )
    return ball(kind, centre)


def racket(
    skeleton: Skeleton, kind: str, length: float, side: str = "right", incline: float = 60.0
) -> Prop:
    """A racket in one hand, its face square to the palm.

    ``incline`` in degrees between the hand's direction and the shaft: 90 = square to the forearm,
    20 = nearly in line with it, as in an overhead stroke.
    """
    angle = np.deg2rad(incline)
    shaft = np.cos(angle) * skeleton.fingers(side) + np.sin(angle) * skeleton.thumb(side)
    tail = skeleton.fist(side) - 0.06 * shaft
    skeleton.close(side)
    return Prop(kind, tail, tail + length * shaft, skeleton.palm(side))


def barbell(
    skeleton: Skeleton,
    centre: np.ndarray,
    apart: float,
    axis: np.ndarray = LEFT,
    elbows: np.ndarray | None = None,
) -> Prop:
    """An Olympic barbell (2.2 m) through both fists, which are ``apart`` from each other.

    ``elbows`` (3,) is where they point; by default where the joint angles have them.
    """
    for side, way in zip(SIDES, (0.5, -0.5), strict=True):
        skeleton.grip(side, centre + way * apart * axis, axis, elbows)
    return Prop("barbell", centre - 1.1 * axis, centre + 1.1 * axis, across(UP, axis))


def barbell_on_back(skeleton: Skeleton, apart: float = 0.8) -> Prop:
    """A barbell across the shoulder blades."""
    frame = skeleton.frame("thorax")
    blades = (skeleton["left_shoulder"] + skeleton["right_shoulder"]) / 2
    height = skeleton.body.height
    centre = blades + frame @ (0.0, 0.022 * height, -0.052 * height)
    elbows = frame @ (0.0, -1.0, -0.6)
    return barbell(skeleton, centre, apart * height / 1.75, frame[:, 0], elbows)


def two_handed(
    skeleton: Skeleton,
    kind: str,
    length: float,
    shaft: np.ndarray,
    centre: np.ndarray | None = None,
) -> Prop:
    """A bat or club in both hands of a right-hander: left hand at the end, right hand next to it.

    ``shaft`` points from the hands to the far end; the hands meet at ``centre``, by default midway
    between where the joint angles have the fists.
    """
    if centre is None:
        centre = (skeleton.fist("left") + skeleton.fist("right")) / 2
    half = 0.026 * skeleton.body.height
    skeleton.grip("left", centre - half * shaft, shaft)
    skeleton.grip("right", centre + half * shaft, shaft)
    tail = centre - 2.2 * half * shaft
    ahead = across(AHEAD if abs(shaft @ AHEAD) < 0.9 else LEFT, shaft)
    return Prop(kind, tail, tail + length * shaft, ahead)


def javelin(skeleton: Skeleton, direction: np.ndarray, side: str = "right") -> Prop:
    """A javelin (2.5 m) that runs through the fist; ``direction`` is where its point points."""
    middle = skeleton.fist(side)
    skeleton.close(side)
    tail = middle - 1.3 * direction
    return Prop("javelin", tail, tail + 2.5 * direction, across(UP, direction))


def gloves(skeleton: Skeleton) -> Prop:
    """Boxing gloves on both fists."""
    for side in SIDES:
        skeleton.close(side)
    left, right = skeleton.fist("left"), skeleton.fist("right")
    return Prop("boxing_gloves", left, right, across(UP, unit(right - left)))


def hang(skeleton: Skeleton, height: float, apart: float) -> Prop:
    """Both hands on a bar at ``height``; the body is moved so that its fists are there."""
    middle = (skeleton.fist("left") + skeleton.fist("right")) / 2
    skeleton.move(-middle[0], height - middle[1], -middle[2])
    bar = height * UP
    for side, way in zip(SIDES, (0.5, -0.5), strict=True):
        skeleton.grip(side, bar + way * apart * LEFT, LEFT)
    return Prop("pull_up_bar", bar - 0.65 * LEFT, bar + 0.65 * LEFT, UP)


def step_on(
    skeleton: Skeleton, side: str, ball_of_foot: np.ndarray, toes: np.ndarray, instep: np.ndarray
) -> None:
    """Put the ball of a foot on a pedal, plate or block; ``toes`` and ``instep`` orient it."""
    skeleton.turn_foot(side, toes, instep)
    frame = skeleton.frame(f"{side}_foot")
    offset = frame @ (0.0, -skeleton.body.sole, 0.075 * skeleton.body.height)
    skeleton.bend_leg(side, ball_of_foot - offset)


def ride(skeleton: Skeleton, pointed: float = 15.0) -> Prop:
    """A bicycle under the athlete, whose right pedal is on top at progress 0 and goes forward.

    The bicycle's size goes with the athlete's. The pelvis is put on the saddle, the feet on the
    pedals (toes down by ``pointed`` degrees), the hands on the bar.
    """
    size = skeleton.body.height / 1.75
    rear = np.array((0.0, BICYCLE["wheel"][1], -0.4)) * size

    def place(name: str) -> np.ndarray:
        ahead, up = BICYCLE[name]
        return rear + size * (up * UP + ahead * AHEAD)

    seat = place("saddle") + 0.05 * skeleton.body.height * UP - skeleton["pelvis"]
    skeleton.move(*seat)
    tip = np.deg2rad(pointed)
    toes = np.cos(tip) * AHEAD - np.sin(tip) * UP
    for side, way in zip(SIDES, (1.0, -1.0), strict=True):
        angle = 2 * np.pi * (skeleton.progress + (0.5 if side == "left" else 0.0))
        pedal = place("crank") + 0.17 * size * (np.cos(angle) * UP + np.sin(angle) * AHEAD)
        step_on(skeleton, side, pedal + way * 0.09 * size * LEFT, toes, UP)
        skeleton.grip(side, place("handlebar") + way * 0.21 * size * LEFT, LEFT)
    return Prop("bicycle", rear, rear + size * AHEAD, UP)


def row(skeleton: Skeleton, slide: float, handle: tuple[float, float]) -> Prop:
    """A rowing machine: its seat ``slide`` metres behind the foot plates, the handle held at
    ``handle`` = (metres above the seat, metres ahead of the hips).

    The prop's tail is the top of the seat, its tip the flywheel's hub, 0.55 m ahead of the plates.
    """
    size = skeleton.body.height / 1.75
    seat = np.array((0.0, 0.35, 0.0))
    skeleton.move(*(seat + 0.045 * skeleton.body.height * UP - skeleton["pelvis"]))
    plates = seat + size * (slide * AHEAD - 0.12 * UP)
    toes, instep = unit(AHEAD + UP), unit(UP - AHEAD)
    held = skeleton["pelvis"] + size * (handle[0] * UP + handle[1] * AHEAD)
    for side, way in zip(SIDES, (1.0, -1.0), strict=True):
        step_on(skeleton, side, plates + way * 0.1 * LEFT + 0.1 * size * UP, toes, instep)
        skeleton.grip(side, held + way * 0.22 * size * LEFT, LEFT)
    hub = plates + 0.55 * AHEAD
    return Prop("rowing_machine", seat, hub, across(UP, unit(hub - seat)))


def float_at(skeleton: Skeleton, depth: float) -> None:
    """Put the pelvis ``depth`` metres under the water's surface, y = 0."""
    skeleton.move(*(-depth * UP - skeleton["pelvis"]))


def mat(skeleton: Skeleton, margin: float = 0.25) -> Prop:
    """A mat on the floor under the whole body, along its longer side."""
    low, high = skeleton.joints.min(0), skeleton.joints.max(0)
    middle, span = (low + high) / 2, high - low
    along = AHEAD if span[2] >= span[0] else LEFT
    half = max(span[2], span[0]) / 2 + margin
    middle[1] = 0.0
    return Prop("mat", middle - half * along, middle + half * along, UP)
