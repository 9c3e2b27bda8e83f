"""A figure's scene in space as JSON: what :mod:`pipeline.record` writes of a pose that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from data.scenes.camera import View
from data.scenes.figure import Space
from data.scenes.posed import JOINTS, PROPS, Posed, Prop
from data.scenes.scene import PHASES, VOCABULARY, Athlete, Camera, Scene
from pipeline.errors import PoseError

FARTHEST = 1e3
"""Largest number in a pose in space, metres or degrees."""

TALLEST = 3.0
"""Metres."""

MOST_PROPS = 16


def space_to_json(space: Space) -> dict[str, Any]:
    """Scene, joints, equipment and camera; every number comes back as it was."""
    posed, view = space.posed, space.view
    return {
        "scene": asdict(space.scene),
        "joints": posed.joints.tolist(),
        "palms": posed.hand_axes.tolist(),
        "props": [
            {"kind": p.kind} | {name: getattr(p, name).tolist() for name in _VECTORS}
            for p in posed.props
        ],
        "view": {
            "eye": view.eye.tolist(),
            "rotation": view.rotation.tolist(),
            "focal": float(view.focal),
        },
    }


def space_from_json(record: object, athletes: int) -> Space:
    """The space that was written, of so many athletes; raises :class:`PoseError` for anything
    else."""
    record = _object(record)
    scene = _scene(record.get("scene"))
    if len(scene.athletes) != athletes:
        raise PoseError("This pose has another number of athletes in space than in the picture.")
    view = _object(record.get("view"))
    posed = Posed(
        _array(record.get("joints"), (athletes, len(JOINTS), 3)).astype(np.float32),
        _array(record.get("palms"), (athletes, 2, 3)).astype(np.float32),
        tuple(_prop(prop) for prop in listed_props(record.get("props"))),
    )
    focal = float(_array(view.get("focal"), ()))
    if focal <= 0:
        raise PoseError("The camera of this pose has no focal length. It is a number above 0.")
    eye, rotation = _array(view.get("eye"), (3,)), _array(view.get("rotation"), (3, 3))
    if np.abs(rotation @ rotation.T - np.eye(3)).max() > 1e-3:
        raise PoseError("The camera of this pose is not turned by a rotation.")
    return Space(scene, posed, View(eye, rotation, focal))


def listed_props(record: object) -> list[object]:
    """The props of a pose; raises :class:`PoseError` for what is no list of them."""
    if not isinstance(record, list) or len(record) > MOST_PROPS:
        raise PoseError("A pose has a list of up to {limit} props.", limit=MOST_PROPS)
    return record


def known_prop(record: object) -> Mapping[str, Any]:
    """The prop; raises :class:`PoseError` for one of an unknown kind."""
    if not isinstance(record, Mapping) or record.get("kind") not in PROPS:
        raise PoseError(
            "A prop in this pose is unknown. Known are: {props}.", props=", ".join(PROPS)
        )
    return record


_VECTORS = ("tail", "tip", "up")


def _prop(record: object) -> Prop:
    record = known_prop(record)
    return Prop(str(record["kind"]), *(_array(record.get(name), (3,)) for name in _VECTORS))


def _scene(record: object) -> Scene:
    record = _object(record)
    people = record.get("athletes")
    if not isinstance(people, list | tuple) or not people:
        raise _unreadable()
    action, variation = _word(record, "action"), record.get("variation")
    if record.get("phase") not in PHASES[action]:
        raise _unreadable()
    if type(variation) is not int or not 0 <= variation < 2**31:
        raise _unreadable()
    return Scene(
        action=action,
        phase=record["phase"],
        progress=_number(record, "progress"),
        athletes=tuple(_athlete(person) for person in people),
        venue=_word(record, "venue"),
        light=_word(record, "light"),
        camera=_camera(record.get("camera")),
        style=_word(record, "style"),
        variation=variation,
    )


def _camera(record: object) -> Camera:
    record = _object(record)
    return Camera(
        _word(record, "view"),
        _word(record, "height", "camera_height"),
        _word(record, "framing"),
        *(_number(record, name) for name in ("azimuth", "elevation", "fov", "fill")),
    )


def _athlete(record: object) -> Athlete:
    record = _object(record)
    height = _number(record, "height")
    if not 0.3 <= height <= TALLEST:
        raise PoseError("An athlete of this pose is not between 0.3 and 3 m tall.")
    words = {f.name: _word(record, f.name) for f in fields(Athlete) if f.name != "height"}
    return Athlete(height=height, **words)


def _object(record: object) -> Mapping[str, Any]:
    if not isinstance(record, Mapping):
        raise _unreadable()
    return record


def _word(record: Mapping[str, Any], name: str, of: str | None = None) -> str:
    value = record.get(name)
    if not isinstance(value, str) or value not in VOCABULARY[of or name]:
        raise _unreadable()
    return value


def _number(record: Mapping[str, Any], name: str) -> float:
    return float(_array(record.get(name), ()))


def _array(values: object, shape: tuple[int, ...]) -> np.ndarray:
    """float64 of ``shape``."""
    try:
        array = np.array(values, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _unreadable() from None
    if array.shape != shape or not (np.abs(array) <= FARTHEST).all():
        raise _unreadable()
    return array


def _unreadable() -> PoseError:
    return PoseError(
        "What this pose says of its scene in space cannot be read. Take the pose from the studio "
        "again, or leave “space” out of it."
    )
