"""Where a scene is seen from: a pinhole camera that orbits the athletes.

Image coordinates are shares of the frame, x to the right and y down, both in [0, 1]. Camera
coordinates are metres, x right, y down, z forward (depth).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.scenes.posed import JOINT_INDEX, Posed, Prop
from data.scenes.scene import Scene

LOWEST_EYE = 0.12
"""The camera never sinks below this height above the ground, metres."""

_MARGIN = 0.03  # share of the frame kept free around a whole athlete
_LEAST_FILL = 0.62  # an athlete's bounding box never gets smaller than this to fit equipment in
_SKIN = 0.06  # metres of flesh, shoe and hair around a joint
_BACKGROUND_PROPS = {
    "javelin",
    "high_jump_bar",
    "pull_up_bar",
    "hurdle",
    "mat",
    "starting_blocks",
    "table",
}
"""Props that may run out of the frame; every other one is kept in view where it fits."""
_LOWEST_EYES = {"table": 1.15, "mat": 0.35}
"""Props that the camera has to look over, and from how high, metres."""

_IN_PLAY = 0.95  # metres from the athletes beyond which equipment doesn't pull the camera

_UPPER_BODY = tuple(
    JOINT_INDEX[name] for name in JOINT_INDEX if not name.endswith(("knee", "ankle", "heel", "toe"))
)


@dataclass(frozen=True)
class View:
    """A camera: ``eye`` (3,) in metres, ``rotation`` (3, 3) from world to camera axes (rows are the
    picture's right, down and the viewing direction), ``focal`` length in units of image width."""

    eye: np.ndarray
    rotation: np.ndarray
    focal: float


def view_from(
    azimuth: float,
    elevation: float,
    distance: float,
    target_height: float,
    fov: float,
    centre: tuple[float, float] = (0.0, 0.0),
) -> View:
    """The camera ``distance`` metres from the point (centre[0], target_height, centre[1]).

    Angles in degrees as in :class:`~data.scenes.scene.Camera`. The elevation is raised where it
    would put the eye lower than :data:`LOWEST_EYE`.
    """
    target = np.array([centre[0], target_height, centre[1]])
    lowest = np.clip((LOWEST_EYE - target_height) / distance, -0.99, 0.99)
    pitch = max(np.radians(elevation), np.arcsin(lowest))
    turn = np.radians(azimuth)
    outward = np.array([np.cos(pitch) * np.sin(turn), np.sin(pitch), np.cos(pitch) * np.cos(turn)])
    right = np.array([np.cos(turn), 0.0, -np.sin(turn)])
    down = np.array([np.sin(pitch) * np.sin(turn), -np.cos(pitch), np.sin(pitch) * np.cos(turn)])
    return View(
        eye=target + distance * outward,
        rotation=np.stack([right, down, -outward]),
        focal=0.5 / float(np.tan(np.radians(fov) / 2)),
    )


def project(view: View, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """World points (…, 3) → image coordinates (…, 2) and depth (…) in metres.

    Points at or behind the camera have no image: their coordinates are NaN.
    """
    place = (points - view.eye) @ view.rotation.T
    depth = place[..., 2]
    scale = view.focal / np.where(depth > 1e-6, depth, np.nan)
    return 0.5 + place[..., :2] * scale[..., None], depth


def rays(view: View, image: np.ndarray) -> np.ndarray:
    """Unit viewing directions (…, 3) in the world through image coordinates (…, 2)."""
    offset = (np.asarray(image) - 0.5) / view.focal
    directions = np.concatenate([offset, np.ones_like(offset[..., :1])], -1) @ view.rotation
    return directions / np.linalg.norm(directions, axis=-1, keepdims=True)


def horizon(view: View) -> float:
    """The image's y at which a level ground plane vanishes; outside [0, 1] when out of view."""
    _, down, forward = view.rotation
    return float(0.5 - view.focal * forward[1] / down[1])


def on_ground(view: View, image: np.ndarray) -> np.ndarray:
    """The ground points (…, 3) seen at image coordinates (…, 2); NaN above the horizon."""
    directions = rays(view, image)
    down = np.where(directions[..., 1] < -1e-6, directions[..., 1], np.nan)
    return view.eye + directions * (-view.eye[1] / down)[..., None]


def look(scene: Scene, posed: Posed) -> View:
    """The view that frames the athletes as ``scene.camera`` asks.

    The longer side of the athletes' bounding box spans ``camera.fill`` of the frame, less where
    equipment in use (a raised racket, a ball) only fits a wider view. A close view frames the
    first athlete from the hips up.
    """
    camera = scene.camera
    close = camera.framing == "close"
    heads, necks = posed.joints[:, JOINT_INDEX["head"]], posed.joints[:, JOINT_INDEX["neck"]]
    crowns = heads + 0.6 * (heads - necks)  # hair and headwear are within the flesh around it
    people = posed.joints[0, _UPPER_BODY] if close else posed.joints.reshape(-1, 3)
    people = np.concatenate([people, crowns[:1] if close else crowns])
    low, high = people.min(0) - _IN_PLAY, people.max(0) + _IN_PLAY
    props = [
        end
        for prop in posed.props
        for end in _extent(prop)
        if not close and ((end > low) & (end < high)).all()
    ]
    points = np.array([*people, *props], np.float64)
    lowest = max((_LOWEST_EYES.get(prop.kind, 0.0) for prop in posed.props), default=0.0)

    target = (points[: len(people)].min(0) + points[: len(people)].max(0)) / 2
    distance = 2.0 * float(np.ptp(points[: len(people)], axis=0).max()) + 1.0
    for _ in range(6):
        rise = (lowest - target[1]) / distance
        view = view_from(
            camera.azimuth,
            max(camera.elevation, float(np.degrees(np.arcsin(np.clip(rise, -0.9, 0.9))))),
            distance,
            float(target[1]),
            camera.fov,
            (float(target[0]), float(target[2])),
        )
        image, depth = project(view, points)
        flesh = (_SKIN * view.focal / depth)[:, None]
        least, most = image - flesh, image + flesh
        low, high = least[: len(people)].min(0), most[: len(people)].max(0)
        low_all, high_all = least.min(0), most.max(0)
        longest = (high - low).max()
        fits = (1 - 2 * _MARGIN) * longest / (high_all - low_all).max()
        zoom = max(min(camera.fill, fits), min(camera.fill, _LEAST_FILL)) / longest
        # Centre on everything, but never push an athlete over the frame's edge.
        room = np.maximum(0.5 - _MARGIN - (high - low) * zoom / 2, 0.0) / zoom
        middle = (low + high) / 2
        middle += np.clip((low_all + high_all) / 2 - middle, -room, room)
        # In a deep group the nearest athlete is the largest: steps are taken at that depth.
        reach = float(depth[: len(people)].min())
        target = target + (middle - 0.5) * reach / view.focal @ view.rotation[:2]
        distance += reach * (1 / zoom - 1)
    return view


def _extent(prop: Prop) -> list[np.ndarray]:
    """Points that have to be in view for the prop to be seen."""
    if prop.kind in _BACKGROUND_PROPS:
        return []
    if prop.kind == "bicycle":
        return [hub + offset for hub in (prop.tail, prop.tip) for offset in _WHEEL]
    return [prop.tail, prop.tip]


_WHEEL = tuple(
    0.34 * np.array(axis, float) for axis in ((0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
)
