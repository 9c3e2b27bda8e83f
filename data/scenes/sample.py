"""Random scenes: endless, plausible, and varied in every attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from data.scenes.actions import LIBRARY
from data.scenes.actions.action import Action
from data.scenes.scene import (
    AGES,
    BUILDS,
    CAMERA_HEIGHTS,
    COLOURS,
    HAIR_COLOURS,
    HAIR_STYLES,
    SEXES,
    SKINS,
    VIEWS,
    VOCABULARY,
    Athlete,
    Camera,
    Scene,
)

UNUSUAL_VENUES = 0.25
"""Share of scenes in a venue that the action is possible but not usual in."""

CLOSE_SHARE = 0.24
"""Share of close views among actions that the upper body alone shows; about half of all are."""

LIGHTS_OF = {
    **dict.fromkeys(("indoor_court", "gym", "ring", "studio"), ("indoor",)),
    **dict.fromkeys(("park", "beach", "road"), ("day", "day", "sunset", "night")),
    **dict.fromkeys(("outdoor_court", "track", "pitch"), ("day", "day", "sunset", "night")),
    "tennis_court": ("day", "day", "sunset", "night", "indoor"),
    "pool": ("indoor", "day", "day", "sunset"),
}
"""Venue → its lights, each as often as it is named; night is floodlight."""

TEAM = ("sex", "age", "headwear", "top", "top_colour", "bottom", "bottom_colour", "shoe_colour")
"""What the athletes of a group have in common: "three women in red" is said of each of them."""

_AZIMUTHS = {
    "front": (0, 20),
    "three_quarter": (25, 65),
    "side": (75, 105),
    "back": (160, 200),
}
_ELEVATIONS = {"low": (-12, -2), "eye": (2, 12), "high": (20, 40)}
_FILLS = {"full": (0.66, 0.82), "close": (0.78, 0.92)}

# Mean and spread of stature in metres: NCD-RisC (2020) for adults; children of about ten.
_STATURES = {
    ("female", "adult"): (1.66, 0.06),
    ("male", "adult"): (1.79, 0.07),
    ("female", "senior"): (1.60, 0.05),
    ("male", "senior"): (1.72, 0.06),
    ("female", "child"): (1.38, 0.06),
    ("male", "child"): (1.38, 0.06),
}


def sample_scene(rng: np.random.Generator, **fixed: str) -> Scene:
    """A random plausible scene.

    ``fixed`` pins attributes by their names in VOCABULARY, and those of the first athlete:
    ``sample_scene(rng, action="squat", venue="beach", top_colour="red", people="two")``. What is
    pinned holds even where it would not be drawn; a pinned phase ("squat/bottom") pins its action.
    Raises KeyError for an attribute and ValueError for a value that the vocabulary lacks.
    """
    _check(fixed)
    if "phase" in fixed:
        fixed = {"action": fixed["phase"].split("/")[0]} | fixed
    name = fixed.get("action") or _pick(rng, tuple(LIBRARY))
    action = LIBRARY[name]
    phase = fixed["phase"].split("/")[1] if "phase" in fixed else _pick(rng, tuple(action.phases()))
    venue = fixed.get("venue") or _venue(rng, action, fixed.get("light"))
    people = fixed.get("people") or _pick(
        rng, ("one", "two", "three"), (0.8, 0.13, 0.07) if action.in_groups else (0.94, 0.04, 0.02)
    )
    count = VOCABULARY["people"].index(people) + 1
    first = _athlete(rng, action, fixed)
    alike = {name: getattr(first, name) for name in TEAM}
    return Scene(
        action=name,
        phase=phase,
        progress=_moment(rng, action, phase),
        athletes=(first, *(_athlete(rng, action, alike) for _ in range(count - 1))),
        venue=venue,
        light=fixed.get("light") or _pick(rng, LIGHTS_OF[venue]),
        camera=_camera(rng, action, fixed),
        style=fixed.get("style")
        or _pick(rng, ("shaded", "line_art", "silhouette"), (0.8, 0.1, 0.1)),
        variation=int(rng.integers(2**31)),
    )


def _check(fixed: dict[str, str]) -> None:
    for name, value in fixed.items():
        if name not in VOCABULARY:
            raise KeyError(f"no such attribute: {name}")
        if value not in VOCABULARY[name]:
            raise ValueError(f"{name} is {value!r}; it can be {', '.join(VOCABULARY[name])}")
    action, phase = fixed.get("action"), fixed.get("phase")
    if action and phase and phase.split("/")[0] != action:
        raise ValueError(f"{phase!r} is no phase of {action!r}")


def _pick(
    rng: np.random.Generator, values: Sequence[str], weights: Sequence[float] | None = None
) -> str:
    """One of the values, each as likely as its weight (equal by default)."""
    if weights is None:
        return values[int(rng.integers(len(values)))]
    return values[int(np.searchsorted(np.cumsum(weights), rng.random() * sum(weights)))]


def _venue(rng: np.random.Generator, action: Action, light: str | None) -> str:
    usual, unusual = action.venues[: action.usual_venues], action.venues[action.usual_venues :]
    if light:
        usual = tuple(v for v in usual if light in LIGHTS_OF[v])
        unusual = tuple(v for v in unusual if light in LIGHTS_OF[v])
    if not usual and not unusual:
        return action.venues[0]
    venues = unusual if not usual or (unusual and rng.random() < UNUSUAL_VENUES) else usual
    return _pick(rng, venues)


def _moment(rng: np.random.Generator, action: Action, phase: str) -> float:
    intervals = action.intervals(phase)
    low, high = intervals[int(rng.integers(len(intervals)))]
    moment = float(rng.uniform(low, high))
    return moment % 1.0 if action.periodic else moment


def _athlete(rng: np.random.Generator, action: Action, fixed: dict[str, str]) -> Athlete:
    sex = fixed.get("sex") or _pick(rng, SEXES)
    age = fixed.get("age") or _pick(rng, AGES, (0.15, 0.7, 0.15))
    mean, spread = _STATURES[sex, age]
    bald, *others = (1, 4, 4, 5, 5, 4) if sex == "female" else (3, 8, 4, 2, 1, 1)
    # Who names the colour of hair or shirt wants to see one.
    weights = (0 if "hair_colour" in fixed else bald, *others)
    hair = fixed.get("hair") or _pick(rng, HAIR_STYLES, weights)
    grey = 8.0 if age == "senior" else 0.3
    bottoms = tuple(b for b in action.bottoms if sex == "female" or b != "skirt") or action.bottoms
    clothed = sex == "female" or "top_colour" in fixed
    tops = tuple(t for t in action.tops if t != "bare" or not clothed) or action.tops
    top_colour = fixed.get("top_colour") or _pick(rng, COLOURS)
    different = [colour for colour in COLOURS if colour != top_colour]
    bottom_colour = top_colour if rng.random() < 0.08 else _pick(rng, different)
    barefoot = rng.random() < action.barefoot
    drawn = Athlete(
        sex=sex,
        age=age,
        build=_pick(rng, BUILDS),
        height=float(mean + spread * np.clip(rng.standard_normal(), -2, 2)),
        skin=_pick(rng, SKINS),
        hair=hair,
        hair_colour=_pick(rng, HAIR_COLOURS, (3, 3, 2, 1, grey)),
        headwear=_pick(rng, action.headwear),
        top=_pick(rng, tops),
        top_colour=top_colour,
        bottom=_pick(rng, bottoms),
        bottom_colour=bottom_colour,
        shoe_colour="barefoot" if barefoot else _pick(rng, COLOURS),
        handed=_pick(rng, ("right", "left"), (0.8, 0.2)),
    )
    own: dict[str, Any] = {name: value for name, value in fixed.items() if hasattr(drawn, name)}
    return replace(drawn, **own)


def _camera(rng: np.random.Generator, action: Action, fixed: dict[str, str]) -> Camera:
    view = fixed.get("view") or _pick(rng, VIEWS, (0.25, 0.35, 0.3, 0.1))
    height = fixed.get("camera_height") or _pick(rng, CAMERA_HEIGHTS, (0.2, 0.6, 0.2))
    framing = fixed.get("framing") or (
        "close" if action.close and rng.random() < CLOSE_SHARE else "full"
    )
    azimuth = float(rng.uniform(*_AZIMUTHS[view])) * (1 if rng.random() < 0.5 else -1)
    return Camera(
        view=view,
        height=height,
        framing=framing,
        azimuth=azimuth % 360.0,
        elevation=float(rng.uniform(*_ELEVATIONS[height])),
        fov=float(rng.uniform(28, 42)),
        fill=float(rng.uniform(*_FILLS[framing])),
    )
