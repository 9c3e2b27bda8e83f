"""The action library: how each action moves, touches the world and uses its equipment.

``pose(scene)`` gives a scene's geometry. How to add an action: write an
:class:`~data.scenes.actions.action.Action` in the file of its sport, put it into that file's
``ACTIONS``; a new file is merged into :data:`LIBRARY` below. :data:`~data.scenes.scene.PHASES` says
which phases it must have, in which order; ``tests/data/scenes`` checks every action in the library.

Frame and sides
    Metres, y up, floor y = 0, heading +z, the athlete's left = +x. Write everything for a
    right-hander; left-handers are mirrored at the very end, equipment included. The heading is
    where the action goes (the ball's flight, the run, the head of one who lies): the camera's
    "front" looks against it. Someone who stands side-on turns by ``turn`` (positive = left).

Keyframes
    ``Key(at, phase, trunk=trunk(…), arms=arm(…), left_leg=leg(…), …)``. Angles in degrees; all
    zeros is standing, arms hanging, palms at the thighs. A limb that is left out keeps the angles
    of the keyframe before; contacts (``feet``, ``hands``) never do: feet are "flat" unless said
    otherwise. Three to five keys do; keys without a phase shape the way between. Interpolation
    doesn't overshoot. A phase extends around its key by ``span`` of the way to the neighbours:
    make it small where the moment is short (a contact). Periodic actions: keys in [0, 1), none at
    1; ``both_sides(half…)`` makes the second half cycle. What is outside the range of motion
    raises ValueError on import.

Angles that need a thought
    * Hip flexion is relative to the pelvis: thigh from the vertical = flexion - lean. Shank from
      the vertical = that - knee; the foot is level when ankle = lean + knee - flexion.
    * Shoulder: ``arm(plane, elevation, rotation, …)`` as in ISB and throwing papers. Upper arm:
      plane 0 sideways, 90 forwards, -30 behind; elevation 0 down, 90 level, 180 up. Rotation is
      about the upper arm: when it is level, the bent forearm points up at 90, sideways inwards at
      0 (plane 90) or forwards (plane 0), down at -90. Arms that swing at the sides (running,
      hanging, shooting): plane 90 and rotation 90, and a negative elevation for behind. With the
      arm hanging, forearm forward means rotation = plane. Don't go from plane 90 to plane -90.
    * Lying face down is lean 90, on the back lean -90, upside down lean 180; a cartwheel is side
      0 → 180 → 360. ``spin`` rolls a lying body about its long axis: positive turns the chest to
      the body's left, so face down the left shoulder comes up.
    * Prone with straight arms to the floor: elevation 90, palms: forearm 80, wrist -75.
    * Nod and look are relative to the chest: who leans forward and looks ahead has a negative nod.

Meeting the floor
    Height comes out by itself. No contact: the lowest point of the body's skin (knees, back, hips
    too: sitting, kneeling and lying need no more than ``feet="free"``) is at y = ``air``. With
    contacts the planted feet and palms are bent exactly onto the floor, so angles need only be
    near. Feet and palms together: the whole body is tilted until both reach. ``air`` > 0 frees the
    feet. Feet never end under the floor. ``stance=(0.42, 20)`` fixes two flat feet whatever the
    hips do (squats); ``balanced=True`` moves the pelvis until the centre of mass is over flat feet
    (static actions). ``anchor`` says what stays at the origin from above; ``across``/``along``
    shift it.

Equipment
    ``equip(skeleton)`` runs last and returns Props; helpers in ``props.py``. Read joints with
    ``skeleton["right_wrist"]``, ``fist(side)``, ``palm(side)``, ``fingers(side)``, ``thumb(side)``,
    ``frame("thorax")`` (columns: left, up, forward); bend with ``grip(side, point, shaft)`` (close
    a hand around a shaft), ``bend_arm``, ``turn_hand``, ``bend_leg``, ``turn_foot``; shift with
    ``move``. Sizes in shares of ``skeleton.body.height`` where they must fit the athlete, a child
    too. ``skeleton.progress`` is the moment (in [0, 1)); ``path(progress, (at, x, y, z), …)`` a
    place or a direction over time. A released ball: see ``court.py``; a ball at a fixed place:
    ``ball_games.py``; a racket: ``rackets.py``. Bars, bats, bicycle, rowing machine, blocks,
    water: ``hang``, ``two_handed``, ``ride``, ``row``, ``float_at``; for those
    that sit, hang or float set ``grounded=False`` and ``anchor="nothing"``.

Who and where
    ``venues`` from usual (the first ``usual_venues``) to possible; ``headwear``, ``tops``,
    ``bottoms`` list what is drawn, repeated values more often; ``barefoot`` is a share;
    ``offset=0`` when a group moves together; ``close=True`` when the upper body shows the action.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.scenes.actions import (
    athletics,
    ball_games,
    combat,
    court,
    endurance,
    floor,
    rackets,
    strength,
    throws,
)
from data.scenes.actions.action import Action
from data.scenes.actions.floor_contact import put_on_floor
from data.scenes.anatomy import ANGLES, HIGHEST, LOWEST, body_of
from data.scenes.posed import MIRRORED, Posed, Prop
from data.scenes.scene import Athlete, Scene
from data.scenes.skeleton import SIDES, Skeleton

LIBRARY: dict[str, Action] = (
    court.ACTIONS
    | athletics.ACTIONS
    | throws.ACTIONS
    | strength.ACTIONS
    | rackets.ACTIONS
    | ball_games.ACTIONS
    | combat.ACTIONS
    | endurance.ACTIONS
    | floor.ACTIONS
)
"""Action name → how it is done."""

GAP = 0.35
"""Metres left free between the limbs and equipment of two athletes side by side."""

ACROSS = 0.6
"""Cosine of the camera's azimuth below which a group is seen from the side."""

DEEPEST = 2.2
"""Metres ahead and behind that an athlete with equipment may take up in such a group."""

# How much one execution differs from another: standard deviations in degrees.
_SPREAD = {
    **{"turn": 3, "lean": 1, "side": 0.7, "spin": 0.7, "flex": 2, "bend": 1, "twist": 2},
    **{"nod": 3, "tilt": 2, "look": 5, "plane": 4, "elevation": 3, "rotation": 4, "elbow": 3},
    **{"forearm": 4, "wrist": 3, "deviation": 2, "hip_flexion": 1.5, "hip_abduction": 1.5},
    **{"hip_rotation": 2, "knee": 1.5, "ankle": 1.5},
}
_DEVIATIONS = np.array(
    [_SPREAD[name.removeprefix("left_").removeprefix("right_")] for name in ANGLES]
)
_LEFT_LIMBS, _RIGHT_LIMBS, _LEGS = (
    np.array([name.startswith(start) for name in ANGLES])
    for start in ("left_", "right_", ("left_hip", "right_hip", "left_knee", "right_knee"))
)
_LEGS |= np.array([name.endswith("ankle") for name in ANGLES])


def pose(scene: Scene) -> Posed:
    """The geometry of a scene. Raises KeyError for an action that the library lacks."""
    if scene.action not in LIBRARY:
        raise KeyError(f"no movement for {scene.action!r}; there is {', '.join(sorted(LIBRARY))}")
    action = LIBRARY[scene.action]
    rng = np.random.default_rng(scene.variation)
    alone = [
        _pose_one(
            action, athlete, scene.progress + (rng.uniform(-1, 1) * action.offset if i else 0), rng
        )
        for i, athlete in enumerate(scene.athletes)
    ]
    return side_by_side(alone, rng, scene.camera.azimuth)


def side_by_side(alone: Sequence[Posed], rng: np.random.Generator, azimuth: float) -> Posed:
    """One to three athletes, each posed alone, in one scene, so that the camera sees them apart.

    Each is in a lane of its own that holds its limbs and equipment: the second on the first one's
    left or right, the third on the other side. Seen from the side, where lanes would hide each
    other, they are ahead of and behind the first one instead. ``azimuth`` of the camera in degrees.
    """
    to_the_left = rng.random() < 0.5
    deep = np.ptp(_places(alone[0])[:, 2]) > DEEPEST  # a table is in nobody's way at its side
    axis = 0 if deep or abs(np.cos(np.radians(azimuth))) > ACROSS else 2
    edges = dict.fromkeys((True, False), 0.0)  # how far the lanes reach, left and right
    placed = []
    for i, posed in enumerate(alone):
        across = _places(posed)[:, axis]
        left = to_the_left == (i == 1)
        shift = np.zeros(3)
        if i:
            shift[axis] = (
                edges[left] + GAP - across.min() if left else edges[left] - GAP - across.max()
            )
            shift[2 - axis] = rng.uniform(-0.15, 0.15)
        else:
            edges = {True: across.max(), False: across.min()}
        edges[left] = shift[axis] + (across.max() if left else across.min())
        placed.append(_shifted(posed, shift))
    return Posed(
        np.concatenate([p.joints for p in placed]).astype(np.float32),
        np.concatenate([p.hand_axes for p in placed]).astype(np.float32),
        tuple(prop for p in placed for prop in p.props),
    )


def _places(posed: Posed) -> np.ndarray:
    """Joints of the one athlete and ends of the equipment, (n, 3)."""
    return np.concatenate([posed.joints[0], *(np.stack((p.tail, p.tip)) for p in posed.props)])


def _pose_one(action: Action, athlete: Athlete, progress: float, rng: np.random.Generator) -> Posed:
    progress = progress % 1.0 if action.periodic else min(max(progress, 0.0), 1.0)
    values = action.at(progress)
    angles = np.clip(_varied(values[: len(ANGLES)], rng), LOWEST, HIGHEST)
    contacts, (air, across, along) = values[len(ANGLES) : -3], values[-3:]
    skeleton = Skeleton(body_of(athlete), angles, progress)
    size = athlete.height / 1.75  # children neither jump nor step as far
    if action.grounded:
        put_on_floor(skeleton, contacts, size * air, action.balanced, action.stance)
        skeleton.move(y=action.floor)
    if action.anchor != "nothing":
        x, _, z = skeleton.middle(action.anchor)
        skeleton.move(size * across - x, 0.0, size * along - z)
    props = action.equip(skeleton)
    posed = Posed(
        skeleton.joints[None], np.stack([skeleton.palm(side) for side in SIDES])[None], props
    )
    return posed if athlete.handed == "right" else mirrored(posed)


def _varied(angles: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The angles of one execution: sides vary together for the most part, legs bend as a whole."""
    noise = rng.standard_normal(len(ANGLES))
    noise[_RIGHT_LIMBS] = 0.5 * noise[_RIGHT_LIMBS] + 0.85 * noise[_LEFT_LIMBS]
    depth = np.clip(rng.normal(1.0, 0.04), 0.9, 1.1)
    varied = angles + _DEVIATIONS * np.clip(noise, -2, 2)
    varied[_LEGS] *= depth
    return varied


def mirrored(posed: Posed) -> Posed:
    """The mirror image: left and right exchanged, in space and in the joints' names."""
    flip = np.array((-1.0, 1.0, 1.0))
    return Posed(
        (posed.joints * flip)[:, MIRRORED],
        (posed.hand_axes * flip)[:, ::-1],
        tuple(Prop(p.kind, p.tail * flip, p.tip * flip, p.up * flip) for p in posed.props),
    )


def _shifted(posed: Posed, shift: np.ndarray) -> Posed:
    props = (Prop(p.kind, p.tail + shift, p.tip + shift, p.up) for p in posed.props)
    return Posed(posed.joints + shift, posed.hand_axes, tuple(props))
