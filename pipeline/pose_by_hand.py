"""A pose that somebody pulls into shape: where it starts, what hangs on what, what it may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.scenes.actions import pose
from data.scenes.camera import look, project
from data.scenes.figure import Figure, FigureProp, Space, figure_of, stature
from data.scenes.posed import JOINT_INDEX, JOINTS, Posed, Prop
from data.scenes.sample import sample_scene
from data.scenes.skeleton import SIDES
from pipeline.errors import PoseError

PARENTS = {
    "chest": "pelvis",
    "neck": "chest",
    "head": "neck",
    **dict.fromkeys(("nose", "left_eye", "right_eye", "left_ear", "right_ear"), "head"),
    **{
        f"{side}_{joint}": parent.format(side)
        for side in ("left", "right")
        for joint, parent in (
            ("shoulder", "neck"),
            ("elbow", "{}_shoulder"),
            ("wrist", "{}_elbow"),
            ("hand", "{}_wrist"),
            ("hip", "pelvis"),
            ("knee", "{}_hip"),
            ("ankle", "{}_knee"),
            ("heel", "{}_ankle"),
            ("toe", "{}_ankle"),
        )
    },
}
"""Joint → the joint that it turns about; the pelvis, the root, is moved instead."""

RANGES = {
    **{f"{side}_elbow": (30.0, 180.0) for side in ("left", "right")},
    **{f"{side}_knee": (45.0, 180.0) for side in ("left", "right")},
}
"""Joint → its smallest and largest angle between the bones in degrees, 180 = straight: flexion of
the elbow to 150° and of the knee to 135° (American Academy of Orthopaedic Surgeons 1965, "Joint
Motion: Method of Measuring and Recording")."""

STRETCH = 0.02
"""By how much of the stature a bone may come back longer or shorter: what rounding makes of it."""

HELD = 0.12
"""Equipment whose grip is nearer to a hand than this share of the stature moves with the hand."""


@dataclass(frozen=True)
class Held:
    """The hand (an index into JOINTS) that moves a prop, and the joint it is turned about."""

    hand: int
    wrist: int


def library_pose(phase: str, view: str = "side", seed: int = 0) -> Figure:
    """One athlete in a phase ("sprint/flight") as the library of movements has it, seen whole."""
    try:
        scene = sample_scene(
            np.random.default_rng(seed), phase=phase, view=view, framing="full", people="one"
        )
    except ValueError as error:
        raise PoseError(
            "There is no phase {phase} seen from {view}.", phase=phase, view=view
        ) from error
    posed = pose(scene)
    return figure_of(scene, posed, look(scene, posed))


def held(figure: Figure) -> list[Held | None]:
    """For each prop the hand that holds it, None for what stays where it is."""
    joints = figure.joints[0]
    near = HELD * float(stature(figure.joints)[0])
    found: list[Held | None] = []
    for prop in figure.props:
        hands = [JOINT_INDEX[f"{side}_hand"] for side in ("left", "right")]
        away = [float(np.linalg.norm(joints[hand] - prop.tail)) for hand in hands]
        nearest = int(np.argmin(np.nan_to_num(away, nan=np.inf)))
        side = ("left", "right")[nearest]
        holds = Held(hands[nearest], JOINT_INDEX[f"{side}_wrist"])
        found.append(holds if away[nearest] < near else None)
    return found


def moved(figure: Figure, joints: np.ndarray) -> Figure:
    """The figure with its first athlete's joints (27, 2) pulled to where they are now.

    What hands hold goes with them. In space joints keep their distance from the camera. Raises
    :class:`PoseError` where a bone has not kept its length.
    """
    before = figure.joints[0]
    if joints.shape != before.shape or (np.isnan(joints) != np.isnan(before)).any():
        raise PoseError("This pose has other joints than the one that it was made from.")
    allowed = STRETCH * max(float(stature(figure.joints)[0]), 0.05)
    for joint, parent in PARENTS.items():
        a, b = JOINT_INDEX[joint], JOINT_INDEX[parent]
        lengths = [float(np.linalg.norm(pose[a] - pose[b])) for pose in (before, joints)]
        if abs(lengths[1] - lengths[0]) > allowed:
            raise PoseError(
                "The bone from {parent} to {joint} has changed its length. Start again from a "
                "phase.",
                parent=parent.replace("_", " "),
                joint=joint.replace("_", " "),
            )
    if figure.space is not None:
        space = figure.space
        return figure_of(space.scene, _in_space(space, before, joints, held(figure)), space.view)
    props = [
        prop if holds is None else _carried(prop, before, joints, holds)
        for prop, holds in zip(figure.props, held(figure), strict=True)
    ]
    all_joints = figure.joints.copy()
    all_joints[0] = joints
    return replace(figure, joints=all_joints, props=tuple(props))


def _in_space(
    space: Space, before: np.ndarray, after: np.ndarray, holds: Sequence[Held | None]
) -> Posed:
    """The posed scene whose first athlete's joints (27, 2) have moved in the picture."""
    posed, view = space.posed, space.view
    head, neck = JOINT_INDEX["head"], JOINT_INDEX["neck"]
    seen, away = project(view, posed.joints[0].astype(float))
    # A face that the head hides turns with the head.
    turned = after[head] + (seen - before[head]) @ _turn(before, after, neck, head).T
    shift = (np.where(np.isnan(after), turned, after) - seen) * away[:, None] / view.focal
    moved_joints = posed.joints[0] + shift @ view.rotation[:2]

    def carried(vector: np.ndarray, wrist: int, hand: int) -> np.ndarray:
        turn = np.eye(3)
        turn[:2, :2] = _turn(before, after, wrist, hand)
        return vector @ (view.rotation.T @ turn @ view.rotation).T

    def carry(prop: Prop, held: Held) -> Prop:
        tail, tip = (
            moved_joints[held.hand]
            + carried(end - posed.joints[0, held.hand], held.wrist, held.hand)
            for end in (prop.tail, prop.tip)
        )
        return Prop(prop.kind, tail, tip, carried(prop.up, held.wrist, held.hand))

    joints, palms = posed.joints.copy(), posed.hand_axes.copy()
    joints[0] = moved_joints
    for i, side in enumerate(SIDES):
        ends = JOINT_INDEX[f"{side}_wrist"], JOINT_INDEX[f"{side}_hand"]
        palms[0, i] = carried(palms[0, i], *ends)
    props = [
        prop if held is None else carry(prop, held)
        for prop, held in zip(posed.props, holds, strict=True)
    ]
    return Posed(joints, palms, tuple(props))


def _turn(before: np.ndarray, after: np.ndarray, start: int, end: int) -> np.ndarray:
    """The rotation (2, 2) in the picture of the way from one joint to another."""
    old, new = (joints[end] - joints[start] for joints in (before, after))
    angle = np.arctan2(new[1], new[0]) - np.arctan2(old[1], old[0])
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _carried(prop: FigureProp, before: np.ndarray, after: np.ndarray, holds: Held) -> FigureProp:
    """The prop turned and moved as the hand that holds it."""
    rotation = _turn(before, after, holds.wrist, holds.hand)

    def carry(point: np.ndarray) -> np.ndarray:
        return (after[holds.hand] + rotation @ (point - before[holds.hand])).astype(np.float32)

    side = (rotation @ prop.side).astype(np.float32)
    return replace(prop, tail=carry(prop.tail), tip=carry(prop.tip), side=side)


assert set(PARENTS) == set(JOINTS) - {"pelvis"}
