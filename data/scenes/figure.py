"""What a pose guide shows: joints, equipment, ground lines and horizon, in image coordinates.

A :class:`Figure` is what passes from a pose to the picture models, whatever the pose came from: a
rendered scene (:func:`figure_of`), the pose prior, or a recorded movement (:func:`from_coco`).
Image coordinates run from 0 to 1, x to the right and y down, over a square picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from data.scenes import venues
from data.scenes.camera import View, horizon, project
from data.scenes.outlines import ahead_of, in_view, outlines
from data.scenes.posed import (
    BALL_RADIUS,
    BICYCLE,
    JOINT_INDEX,
    JOINTS,
    Posed,
    Prop,
)
from data.scenes.sample import TEAM
from data.scenes.scene import DECORS, Scene


def no_lines() -> np.ndarray:
    """Bare ground."""
    return np.zeros((0, 2, 3), np.float32)


@dataclass(frozen=True)
class FigureProp:
    """A piece of equipment as the camera sees it; each vector float32 (2,) in image coordinates.

    ``tail`` and ``tip`` are the ends of :class:`~data.scenes.posed.Prop`. ``side`` is the vector
    from its axis to its outline: the radius of a ball, half the width of a racket's face (short
    when seen edge-on), the radius of a wheel or a barbell's plate, a hurdle's height. ``depth``
    (2,) of tail and tip is as in :class:`Figure`.
    """

    kind: str
    tail: np.ndarray
    tip: np.ndarray
    side: np.ndarray
    depth: np.ndarray = field(default_factory=lambda: np.full(2, np.nan, np.float32))


@dataclass(frozen=True)
class Space:
    """Where a figure came from: a scene and its geometry in space, from which its surface is drawn
    (:mod:`data.scenes.surface`)."""

    scene: Scene
    posed: Posed
    view: View


@dataclass(frozen=True)
class Figure:
    """What the guide draws. Coordinates may lie outside [0, 1]; NaN marks what is missing.

    Attributes
    ----------
    joints : float32 (athletes, len(JOINTS), 2). Nose, eyes and ears are missing where the head
        hides them, which tells a front from a back.
    props : the equipment.
    lines : float32 (lines, 2 ends, 3): x, y and half the width of the lines on the ground.
    horizon : height y at which the ground ends; NaN where it is unknown.
    depth : float32 (athletes, len(JOINTS)), how far each joint lies behind the first athlete's
        pelvis, in sides of the picture at that pelvis's distance; NaN where it is unknown, None
        where it is of all.
    outlines : as ``lines``, of what stands in the venue: walls, hoop, nets, ropes.
    decor : which of :data:`~data.scenes.scene.DECORS` ways walls and floors are painted; None where
        it is unknown.
    space : the same in three dimensions; None for what is known from a picture alone.
    """

    joints: np.ndarray
    props: tuple[FigureProp, ...] = ()
    lines: np.ndarray = field(default_factory=no_lines)
    horizon: float = float("nan")
    depth: np.ndarray | None = None
    outlines: np.ndarray = field(default_factory=no_lines)
    decor: int | None = None
    space: Space | None = None


def figure_of(scene: Scene, posed: Posed, view: View) -> Figure:
    """The figure that a posed scene makes in a view."""
    joints, away = project(view, posed.joints)
    pelvis = float(away[0, JOINT_INDEX["pelvis"]])
    head, face = posed.joints[:, [JOINT_INDEX["head"]]], posed.joints[:, _FACE]
    outward, seen_from = face - head, view.eye - face
    facing = (outward * seen_from).sum(-1) / np.linalg.norm(seen_from, axis=-1)
    # Nose, eyes and ears stick out a little, so they show until just beyond the profile.
    hidden = facing < -0.2 * np.linalg.norm(outward, axis=-1)
    joints[:, _FACE] = np.where(hidden[..., None], np.nan, joints[:, _FACE])
    return Figure(
        joints.astype(np.float32),
        tuple(_seen(prop, view, pelvis) for prop in posed.props),
        ground_lines(scene.venue, scene.variation, view),
        horizon(view),
        behind(away, pelvis, view),
        outlines(scene, view),
        scene.variation % DECORS,
        Space(scene, posed, view),
    )


def dressed(figure: Figure, values: Mapping[str, str]) -> Figure:
    """The figure as words want it: its pose and camera in the place, light and kit that they say.

    ``values`` are attributes of :data:`~data.scenes.scene.VOCABULARY`; other athletes wear what the
    first wears. A figure that isn't known in space stays as it is.
    """
    if figure.space is None:
        return figure
    scene, posed, view = figure.space.scene, figure.space.posed, figure.space.view
    own: dict[str, Any] = {n: v for n, v in values.items() if hasattr(scene.athletes[0], n)}
    first = replace(scene.athletes[0], **own)
    alike = {name: getattr(first, name) for name in TEAM}
    changed: dict[str, Any] = {n: values[n] for n in ("action", "venue", "light") if n in values}
    if figure.decor is not None and figure.decor != scene.variation % DECORS:
        changed["variation"] = figure.decor
    others = (replace(other, **alike) for other in scene.athletes[1:])
    return figure_of(replace(scene, athletes=(first, *others), **changed), posed, view)


def behind(away: np.ndarray, pelvis: float, view: View) -> np.ndarray:
    """Distances from the camera plane in metres as :attr:`Figure.depth`, ``pelvis`` one of them."""
    return ((away - pelvis) * (view.focal / pelvis)).astype(np.float32)


def ground_lines(venue: str, variation: int, view: View) -> np.ndarray:
    """The venue's lines in the picture, float32 (lines, 2 ends, 3: x, y, half width)."""
    pieces, halves = [no_lines()], [np.zeros(0)]
    painted = venues.ground_lines(venue, variation)
    for mark, (points, width) in zip(venues.MARKS[venue], painted, strict=True):
        if isinstance(mark, venues.Stroke):
            points = points[[0, -1]]
        elif mark.radius < mark.width:  # a dot: a short, thick line across the picture
            middle = points.mean(0)
            points = np.stack([middle + s * mark.radius * view.rotation[0] for s in (-0.7, 0.7)])
        pieces.append(np.stack([points[:-1], points[1:]], 1))
        halves.append(np.full(len(points) - 1, width / 2))
    ends, half = np.concatenate(pieces), np.concatenate(halves)

    ends, half = ahead_of(view, ends, half)
    image, _ = project(view, ends)
    along = ends[:, 1] - ends[:, 0]
    to_edge = np.stack([-along[:, 2], 0 * half, along[:, 0]], -1)
    to_edge *= (half / np.linalg.norm(to_edge, axis=-1))[:, None]
    edge = project(view, ends + to_edge[:, None])[0] - image
    direction = image[:, 1] - image[:, 0]
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True) + 1e-12
    seen_half = np.abs(edge[..., 0] * direction[:, None, 1] - edge[..., 1] * direction[:, None, 0])
    return in_view(image, seen_half)


_FACE = [JOINT_INDEX[n] for n in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]

# Half the breadth of equipment in metres, by the direction in which it is measured.
_ROUND = BALL_RADIUS | {
    **{"boxing_gloves": 0.085, "javelin": 0.015, "baseball_bat": 0.033, "pull_up_bar": 0.015}
}
_ACROSS = {
    **{"tennis_racket": 0.130, "badminton_racket": 0.110, "table_tennis_bat": 0.076},
    **{"golf_club": 0.100, "starting_block": 0.270, "starting_blocks": 0.150},
    **{"table": 0.762, "mat": 0.360},
}
_UPRIGHT = {"barbell": 0.225, "rowing_machine": 0.260}  # radii of plates and flywheel


def _seen(prop: Prop, view: View, pelvis: float) -> FigureProp:
    """A prop as the camera sees it."""
    shaft = prop.tip - prop.tail
    if prop.kind in _ROUND:
        side = _ROUND[prop.kind] * view.rotation[0]
    elif prop.kind in _ACROSS:
        side = np.cross(shaft, prop.up)
        side *= _ACROSS[prop.kind] / max(float(np.linalg.norm(side)), 1e-6)
    elif prop.kind in _UPRIGHT:
        side = _UPRIGHT[prop.kind] * prop.up
    elif prop.kind == "bicycle":
        side = BICYCLE["wheel"][0] * float(np.linalg.norm(shaft)) * prop.up
    else:  # a bar on uprights: down to the ground
        side = np.array([0.0, -prop.tail[1], 0.0])
    places, away = project(view, np.stack([prop.tail, prop.tip, prop.tip + side]))
    tail, tip, edge = places.astype(np.float32)
    return FigureProp(prop.kind, tail, tip, edge - tip, behind(away[:2], pelvis, view))


# Joint-to-joint lengths as shares of stature (Winter 2009, Biomechanics and Motor Control of Human
# Movement, fig. 4.1, after Drillis & Contini 1966).
_SEGMENTS = (
    ("shoulder", "elbow", 0.186),
    ("elbow", "wrist", 0.146),
    ("shoulder", "hip", 0.288),
    ("hip", "knee", 0.245),
    ("knee", "ankle", 0.246),
)
_STARTS, _ENDS = (
    np.array([JOINT_INDEX[f"{side}_{s[i]}"] for side in ("left", "right") for s in _SEGMENTS])
    for i in (0, 1)
)
_LENGTHS = np.array([s[2] for s in _SEGMENTS] * 2, np.float32)


def stature(joints: np.ndarray) -> np.ndarray:
    """How tall each athlete would stand in the picture: (athletes, J, 2) → (athletes,).

    Foreshortening only shortens a limb, so the limbs that look longest for their share of stature
    show the scale. The second longest is taken, which one wrong joint cannot spoil much.
    """
    lengths = np.linalg.norm(joints[:, _ENDS] - joints[:, _STARTS], axis=-1) / _LENGTHS
    return np.sort(np.nan_to_num(lengths), axis=1)[:, -2]


def from_coco(keypoints: np.ndarray) -> np.ndarray:
    """All joints from COCO's 17: (..., 17, 2) → (..., len(JOINTS), 2).

    Neck and pelvis are taken midway between shoulders and hips, the chest between those, a hand's
    tip in line with its forearm, the skull's centre between the ears. Heels and toes, which
    nothing tells, stay missing; so does whatever hangs on a missing keypoint.
    """
    joints = np.full((*keypoints.shape[:-2], len(JOINTS), 2), np.nan, np.float32)
    joints[..., :17, :] = keypoints

    def middle(name: str) -> np.ndarray:
        pair = [JOINT_INDEX[f"left_{name}"], JOINT_INDEX[f"right_{name}"]]
        return joints[..., pair, :].mean(-2)

    neck, pelvis, ears = middle("shoulder"), middle("hip"), middle("ear")
    nose = joints[..., JOINT_INDEX["nose"], :]
    head = np.where(np.isnan(ears), np.where(np.isnan(nose), 1.3 * neck - 0.3 * pelvis, nose), ears)
    found = {"neck": neck, "pelvis": pelvis, "chest": 0.65 * neck + 0.35 * pelvis, "head": head}
    for side in ("left", "right"):
        elbow, wrist = (joints[..., JOINT_INDEX[f"{side}_{n}"], :] for n in ("elbow", "wrist"))
        # A hand is 0.108 of stature, a forearm 0.146 (Winter 2009); relaxed fingers curl a little.
        found[f"{side}_hand"] = wrist + 0.65 * (wrist - elbow)
    for name, place in found.items():
        joints[..., JOINT_INDEX[name], :] = place
    return joints
