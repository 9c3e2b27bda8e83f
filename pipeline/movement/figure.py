"""A moment of a recording as the figure that a picture is drawn around."""

from __future__ import annotations

import numpy as np

from data.movement import COCO, KEYPOINT_INDEX, Movement
from data.movement.assemble import stature
from data.movement.clip import turn_to_front
from data.movement.names import SIDES
from data.scenes.camera import View, horizon, project, view_from
from data.scenes.figure import Figure, Space, behind
from data.scenes.posed import JOINT_INDEX, JOINTS
from data.scenes.scene import Athlete, Camera, Scene
from pipeline.errors import PoseError
from pipeline.movement.body import whole_body
from pipeline.pose import figure_from_joints

VIEWS = {"front": 0.0, "three_quarter": 40.0, "side": 90.0, "back": 180.0}
"""The camera's azimuth in degrees: from the front, and round to the athlete's left."""

FIELD_OF_VIEW = 24.0
TALL = 1.75
"""Metres that an athlete of unknown size is taken for."""

SHORTEST, TALLEST = 0.8, 2.4
"""Metres; recordings that say otherwise have another unit than they claim."""

FACE = [JOINT_INDEX[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
LEAST_JOINTS = 8


def figure_at(movement: Movement, frame: int, view: str = "three_quarter") -> Figure:
    """The athlete at a frame, filling the picture; a recording in a picture keeps its own view.

    In space the camera stands at shoulder height on the side ``view`` (:data:`VIEWS`) of the
    athlete. Raises :class:`PoseError` where too little is known.
    """
    if movement.joints is None:
        raise PoseError(
            "{name} holds no positions, so no pose can be taken from it. Give a recording with "
            "joints.",
            name=movement.source,
        )
    if not 0 <= frame < movement.frames:
        raise PoseError(
            "{name} has frames 0 to {last}; there is no frame {frame}.",
            name=movement.source,
            last=movement.frames - 1,
            frame=frame,
        )
    if movement.joints.shape[-1] == 2:
        flat = movement.joints[frame] * np.array([1.0, -1.0])
        return figure_from_joints(flat[: len(COCO)])
    return _seen_from(movement, frame, VIEWS[view])


def _seen_from(movement: Movement, frame: int, azimuth: float) -> Figure:
    """The athlete of a recording in space, by a pinhole camera."""
    assert movement.joints is not None
    tall = stature(movement.joints)
    metres = 1.0 if movement.unit == "m" else TALL / tall if np.isfinite(tall) else 1.0
    # Facing by the moment itself, not by the whole recording: who turns is seen from the same side.
    turn = turn_to_front(movement.joints[[frame]])
    placed = all_joints(movement.joints[frame] @ turn.T * metres)
    known = placed[np.isfinite(placed).all(1)]
    if len(known) < LEAST_JOINTS:
        raise PoseError(
            "Too few keypoints are known in this frame to draw a person. Shoulders, hips and some "
            "arms and legs are needed; choose another frame."
        )
    ground = np.nanquantile(movement.joints[..., 1], 0.01) * metres
    placed[:, 1] -= min(ground, float(known[:, 1].min()))
    known = placed[np.isfinite(placed).all(1)]
    low, high = known.min(0), known.max(0)
    middle = (low + high) / 2
    size = max(float((high - low).max()), 1.0) * 1.25
    distance = size / (2 * np.tan(np.radians(FIELD_OF_VIEW) / 2))
    camera = view_from(azimuth, 3.0, distance, middle[1], FIELD_OF_VIEW, (middle[0], middle[2]))
    joints, away = project(camera, placed)
    head = placed[JOINT_INDEX["head"]]
    outward, seen = placed[FACE] - head, camera.eye - placed[FACE]
    facing = (outward * seen).sum(-1) / np.linalg.norm(seen, axis=-1)
    # As in pictures of scenes: the face shows until just beyond the profile.
    hidden = facing < -0.2 * np.linalg.norm(outward, axis=-1)
    joints[FACE] = np.where(hidden[:, None], np.nan, joints[FACE])
    pelvis = float(away[JOINT_INDEX["pelvis"]])
    return Figure(
        joints[None].astype(np.float32),
        horizon=horizon(camera),
        depth=behind(away, pelvis, camera)[None],
        space=_in_space(placed, tall * metres, azimuth, camera),
    )


def _in_space(placed: np.ndarray, tall: float, azimuth: float, camera: View) -> Space | None:
    """The moment as a scene, of which only pose and camera count: the rest is for words to say."""
    tall = tall if SHORTEST <= tall <= TALLEST else TALL
    posed = whole_body(placed, tall)
    if posed is None:
        return None
    athlete = Athlete(height=tall)
    seen = Camera(azimuth=azimuth, fov=FIELD_OF_VIEW)
    scene = Scene("rest", "standing", 0.0, (athlete,), "studio", "indoor", seen)
    return Space(scene, posed, camera)


def all_joints(keypoints: np.ndarray) -> np.ndarray:
    """The scenes' joints (len(JOINTS), 3) from a movement's (len(KEYPOINTS), 3).

    What a body has between its joints is taken as in :func:`~data.scenes.figure.from_coco`.
    """
    joints = np.full((len(JOINTS), 3), np.nan)
    joints[: len(COCO)] = keypoints[: len(COCO)]

    def at(name: str) -> np.ndarray:
        return keypoints[KEYPOINT_INDEX[name]]

    neck, pelvis = at("neck"), at("mid_hip")
    ears = (at("left_ear") + at("right_ear")) / 2
    chest = 0.65 * neck + 0.35 * pelvis
    places = (ears, at("head"), at("nose"), 1.3 * neck - 0.3 * pelvis)
    head = next((place for place in places if np.isfinite(place).all()), places[-1])
    found = {"neck": neck, "pelvis": pelvis, "chest": chest, "head": head}
    for side in SIDES:
        elbow, wrist = at(f"{side}_elbow"), at(f"{side}_wrist")
        found[f"{side}_hand"] = wrist + 0.65 * (wrist - elbow)
        found[f"{side}_heel"] = at(f"{side}_heel")
        found[f"{side}_toe"] = at(f"{side}_big_toe")
    for name, place in found.items():
        joints[JOINT_INDEX[name]] = place
    return joints
