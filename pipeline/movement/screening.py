"""Screening indicators: values beside what is usual; they describe, and foretell nothing.

Each says of itself why it cannot be assessed where the view, the speed of the recording, its scale
or what is seen of the body don't allow it.

Sources. Looked up in their abstracts: Herrington & Munro 2010 (Phys Ther Sport 11:56; 7–13° and
3–8° are of a drop jump, here they stand beside squats too), Heiderscheit et al. 2011 (Med Sci
Sports Exerc 43:296; 5 and 10 % more steps lower the energy that the knee absorbs, 10 % the hip's
too), Padua et al. 2009 (Am J Sports Med 37:1996; that the system exists and is reliable). Cited
from memory: LESS items 1 (with its 30°), 3, 7, 8 and 11, Mizner et al. 2012 (of a drop jump; that
less than 100 % means knees inside the feet follows from the ratio itself), Bosco et al. 1983. The
90 % of the limb symmetry index is a convention of return-to-sport testing without a source of its
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.movement import KEYPOINT_INDEX, Movement
from data.movement.names import SIDES
from data.notes import Note, note
from pipeline.movement.angles import between
from pipeline.movement.contact import Gait, Jump, runs
from pipeline.movement.reps import Rep

LEAST_FPS = 50
"""For moments as short as a foot's contact."""

LONGEST_CONTACT = 1.5
"""Seconds that a foot may stay on the ground in a step."""

LANDING, DIP = 0.5, 0.6
"""Seconds after a landing and before a take-off within which the knees bend for it."""

FRONTAL_SHARE = 0.35
"""Of the trunk's length: who shows the camera broader hips and shoulders than this faces it."""


@dataclass(frozen=True)
class Indicator:
    """A value with its unit, what is usual, and where that comes from; or why there is none.

    ``value`` is None exactly where ``missing`` says why. ``title`` and ``usual`` can be translated,
    as can a ``source`` that is no citation; ``name`` is the title in English.
    """

    title: Note
    unit: str
    source: str | Note
    usual: Note | None = None
    value: float | None = None
    missing: Note | None = None

    @property
    def name(self) -> str:
        return str(self.title)


HERRINGTON = "Herrington & Munro (2010), Phys Ther Sport 11"
HEIDERSCHEIT = "Heiderscheit et al. (2011), Med Sci Sports Exerc 43"
NO_BENDS = note("no repetition of a squat or a landing was found")
NO_SQUATS = note("no repetition of a squat was found")
NO_REPS = note("nothing repeats, and nobody jumps")
SIDE_ON = note("the recording is a picture from the side; a view from the front is needed")
FRONT_ON = note("the recording is a picture from the front; a view from the side is needed")
LEVEL_THIGH = note("the thigh is too level at the deepest point to show this angle")
UNSEEN = note("the joints that it needs are missing")
TOO_SLOW = note("the recording has fewer than {fps} frames a second", fps=LEAST_FPS)
NO_SCALE = note("the recording has no clock: give its frames a second")
NO_GAIT = note("no steps of a walk or a run were found")
NO_RUN = note("it is a measure of running, and a foot is always on the ground here")
NO_JUMP = note("no jump was found")
LEAST_JUMP = 0.1
"""Metres; a lower hop's landing says little of how somebody lands."""

NO_LANDING = note("no jump of 10 cm or more was found")
ONE_SIDED = note("the movement is done with one side")


def indicators(
    movement: Movement,
    angles: dict[str, np.ndarray],
    exercise: str,
    part: str,
    reps: Sequence[Rep],
    jumps: Sequence[Jump],
    gait: Gait | None,
    on_ground: dict[str, np.ndarray],
) -> list[Indicator]:
    """All indicators of a cleaned movement, assessable or not.

    ``part`` bends in repetitions; ``on_ground``: "left" and "right" → bool (frames,).
    """
    high = [jump for jump in jumps if jump.height >= LEAST_JUMP]
    squat = reps if exercise == "squat" else []
    turns = np.array([rep.turn for rep in squat], int)
    bends = turns if len(turns) else landings(movement, angles, high)
    return [
        *(_valgus(movement, side, bends) for side in SIDES),
        _separation(movement, bends),
        _depth(movement, turns),
        _shift(movement, turns),
        _lean(movement, turns),
        _symmetry(movement, angles, part, reps, high),
        *(_landing_flexion(movement, angles, side, high) for side in SIDES),
        _landing_lean(movement, high),
        _landing_stance(movement, high),
        _landing_together(movement, on_ground, high),
        _jump_height(movement, jumps),
        _cadence(movement, gait),
        *(_overstride(movement, side, gait, runs(on_ground)) for side in SIDES),
        *(_contact_time(movement, side, gait) for side in SIDES),
    ]


def landings(
    movement: Movement, angles: dict[str, np.ndarray], jumps: Sequence[Jump]
) -> np.ndarray:
    """Of each landing the frame at which the knees are bent most, int (landings,)."""
    knees = np.fmin(angles["left_knee"], angles["right_knee"])
    found = []
    for jump in jumps:
        after = knees[jump.landing : jump.landing + _frames(movement, LANDING) + 1]
        if np.isfinite(after).any():
            found.append(jump.landing + int(np.nanargmax(after)))
    return np.array(found, int)


def _frames(movement: Movement, seconds: float) -> int:
    return max(round(seconds * movement.fps), 1)


def frontal(joints: np.ndarray) -> bool | None:
    """Whether a picture shows a person from the front or back; None where nothing tells."""

    def at(name: str) -> np.ndarray:
        return joints[:, KEYPOINT_INDEX[name]]

    trunk = np.linalg.norm(at("neck") - at("mid_hip"), axis=-1)
    widths = [
        np.abs(at(f"left_{part}")[:, 0] - at(f"right_{part}")[:, 0]) / trunk
        for part in ("shoulder", "hip")
    ]
    known = np.isfinite(widths[0])
    return bool(np.median(widths[0][known]) > FRONTAL_SHARE) if known.any() else None


def projection_angle(hip: np.ndarray, knee: np.ndarray, ankle: np.ndarray) -> np.ndarray:
    """Frontal plane projection angle (frames,), degrees: 180° − ∠(hip, knee, ankle).

    The points are (frames, 2) in the frontal plane (Herrington & Munro 2010).
    """
    return 180 - between(hip - knee, ankle - knee)


def _valgus(movement: Movement, side: str, turns: np.ndarray) -> Indicator:
    """FPPA at the deepest bend of squats or landings.

    Positive where the knee lies inside the line from hip to ankle.
    """
    about = (note("{side} knee frontal plane projection angle", side=side), "°", HERRINGTON)
    usual = note("drop jump: women 7–13°, men 3–8°; below 0 the knee is outside hip and ankle")
    if not len(turns):
        return Indicator(*about, usual, missing=NO_BENDS)
    joints = movement.joints
    assert joints is not None
    if joints.shape[-1] == 2 and not frontal(joints):
        return Indicator(*about, usual, missing=SIDE_ON)
    across = _across(joints)
    hip, knee, ankle = (
        np.stack([(at * across).sum(-1), at[:, 1]], -1)[turns]
        for at in (movement.joint(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    )
    angle = projection_angle(hip, knee, ankle)
    # The hip–ankle line at the knee's height; across points to the athlete's left.
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (knee[:, 1] - ankle[:, 1]) / (hip[:, 1] - ankle[:, 1])
    # A thigh within about 20° of level shows no angle worth the name from the front.
    angle[~((share > 0.2) & (share < 0.72))] = np.nan
    line = ankle[:, 0] + share * (hip[:, 0] - ankle[:, 0])
    inside = np.sign(line - knee[:, 0]) * (1 if side == "left" else -1)
    return _median(about, usual, angle * inside, LEVEL_THIGH)


def _separation(movement: Movement, turns: np.ndarray) -> Indicator:
    """How far apart the knees are at the deepest point, as a share of the ankles' distance."""
    about = (
        note("knee-to-ankle separation"),
        "%",
        "Mizner et al. (2012), J Orthop Sports Phys Ther 42",
    )
    usual = note("less than 100 %: the knees come inside the feet")
    if not len(turns):
        return Indicator(*about, usual, missing=NO_BENDS)
    joints = movement.joints
    assert joints is not None
    if joints.shape[-1] == 2 and not frontal(joints):
        return Indicator(*about, usual, missing=SIDE_ON)
    across = _across(joints)
    knees, ankles = (
        ((movement.joint(f"left_{part}") - movement.joint(f"right_{part}")) * across).sum(-1)[turns]
        for part in ("knee", "ankle")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return _median(about, usual, knees / ankles * 100)


def _depth(movement: Movement, turns: np.ndarray) -> Indicator:
    """How far the hips are below the knees at the deepest point, as a share of the thigh."""
    about = (note("squat depth: hip below knee"), "% of thigh", note("hip against knee height"))
    if not len(turns):
        return Indicator(*about, missing=NO_SQUATS)
    hips, knees = (
        (movement.joint(f"left_{part}") + movement.joint(f"right_{part}")) / 2
        for part in ("hip", "knee")
    )
    thighs = np.linalg.norm(movement.joint("left_hip") - movement.joint("left_knee"), axis=-1)
    if not np.isfinite(thighs).any():
        return Indicator(*about, missing=UNSEEN)
    below = (knees - hips)[turns, 1] / np.nanquantile(thighs, 0.9) * 100
    return _median(about, note("0 or more: parallel or deeper"), below)


def _shift(movement: Movement, turns: np.ndarray) -> Indicator:
    """How far left the hips' middle lies of the feet's, as a share of the feet's distance."""
    about = (
        note("hip shift to the left"),
        "% of stance",
        note("midpoint of hips against midpoint of ankles"),
    )
    if not len(turns):
        return Indicator(*about, missing=NO_SQUATS)
    joints = movement.joints
    assert joints is not None
    if joints.shape[-1] == 2 and not frontal(joints):
        return Indicator(*about, missing=SIDE_ON)
    across = _across(joints)
    left, right, hips = (
        (movement.joint(name) * across).sum(-1)[turns]
        for name in ("left_ankle", "right_ankle", "mid_hip")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return _median(
            about,
            note("0, left and right alike"),
            (hips - (left + right) / 2) / (left - right) * 100,
        )


def _lean(movement: Movement, turns: np.ndarray) -> Indicator:
    """How far the trunk leans from the vertical at the deepest point."""
    about = (
        note("trunk lean at the deepest point"),
        "°",
        note("hips to neck against the vertical"),
    )
    if not len(turns):
        return Indicator(*about, missing=NO_SQUATS)
    joints = movement.joints
    assert joints is not None
    if joints.shape[-1] == 2 and frontal(joints):
        return Indicator(*about, missing=FRONT_ON)
    trunk = (movement.joint("neck") - movement.joint("mid_hip"))[turns]
    vertical = np.zeros_like(trunk)
    vertical[:, 1] = 1
    return _median(about, None, between(trunk, vertical))


def _symmetry(
    movement: Movement,
    angles: dict[str, np.ndarray],
    part: str,
    reps: Sequence[Rep],
    jumps: Sequence[Jump],
) -> Indicator:
    """Limb symmetry index of the range of motion in repetitions, or of the knees' in jumps."""
    about = (
        note("limb symmetry index"),
        "%",
        note("100 × weaker / stronger side, range of motion"),
    )
    usual = note("90 % or more, a usual and contested mark")
    if not reps and not jumps:
        return Indicator(*about, usual, missing=NO_REPS)
    if reps and part.startswith(SIDES):
        return Indicator(*about, usual, missing=ONE_SIDED)
    spans = [(part, rep.start, rep.end) for rep in reps]
    if not reps:
        before, after = _frames(movement, DIP), _frames(movement, LANDING)
        for jump in jumps:
            spans.append(("knee", max(jump.take_off - before, 0), jump.take_off))
            spans.append(("knee", jump.landing, jump.landing + after))
    found = [
        symmetry_index(*(np.ptp(angles[f"{s}_{joint}"][start : end + 1]) for s in SIDES))
        for joint, start, end in spans
    ]
    return _median(about, usual, np.array(found))


def symmetry_index(left: float, right: float) -> float:
    """Limb symmetry index in %: 100 × the weaker side over the stronger; NaN without both."""
    stronger = max(left, right)
    return 100 * min(left, right) / stronger if stronger > 0 else float("nan")


def _landing_flexion(
    movement: Movement, angles: dict[str, np.ndarray], side: str, jumps: Sequence[Jump]
) -> Indicator:
    """Knee flexion at the first moment back on the ground."""
    about = (
        note("{side} knee flexion at landing", side=side),
        "°",
        "LESS item 1, Padua et al. (2009)",
    )
    usual = note("more than 30°")
    if missing := _no_landing(movement, jumps):
        return Indicator(*about, usual, missing=missing)
    return _median(about, usual, angles[f"{side}_knee"][[jump.landing for jump in jumps]])


def _landing_lean(movement: Movement, jumps: Sequence[Jump]) -> Indicator:
    """How far the trunk leans from the vertical at the first moment back on the ground."""
    about = (note("trunk lean at landing"), "°", "LESS item 3, Padua et al. (2009)")
    usual = note("leaning forward, not upright")
    if missing := _no_landing(movement, jumps, from_front=False):
        return Indicator(*about, usual, missing=missing)
    trunk = (movement.joint("neck") - movement.joint("mid_hip"))[[j.landing for j in jumps]]
    vertical = np.zeros_like(trunk)
    vertical[:, 1] = 1
    return _median(about, usual, between(trunk, vertical))


def _landing_stance(movement: Movement, jumps: Sequence[Jump]) -> Indicator:
    """How far apart the ankles are at the first moment back, as a share of the shoulders' width."""
    about = (
        note("stance width at landing"),
        "% of shoulders",
        "LESS items 7 and 8, Padua et al. (2009)",
    )
    usual = note("about as wide as the shoulders")
    if missing := _no_landing(movement, jumps, from_front=True):
        return Indicator(*about, usual, missing=missing)
    joints = movement.joints
    assert joints is not None
    across = _across(joints)
    shoulders, ankles = (
        np.abs(
            ((movement.joint(f"left_{part}") - movement.joint(f"right_{part}")) * across).sum(-1)
        )
        for part in ("shoulder", "ankle")
    )
    known = shoulders[np.isfinite(shoulders)]
    width = float(np.median(known)) if len(known) else np.nan
    return _median(about, usual, ankles[[j.landing for j in jumps]] / max(width, 1e-12) * 100)


def _landing_together(
    movement: Movement, on_ground: dict[str, np.ndarray], jumps: Sequence[Jump]
) -> Indicator:
    """How much later one foot is back on the ground than the other."""
    about = (note("feet landing apart"), "ms", "LESS item 11, Padua et al. (2009)")
    usual = note("0, both feet at once")
    if missing := _no_landing(movement, jumps):
        return Indicator(*about, usual, missing=missing)
    apart = []
    for jump in jumps:
        middle = (jump.take_off + jump.landing) // 2
        first = [middle + int(on_ground[side][middle:].argmax()) for side in SIDES]
        both = all(on_ground[side][at] for side, at in zip(SIDES, first, strict=True))
        times = movement.times[first]
        apart.append(1000 * float(np.ptp(times)) if both else np.nan)
    # A foot that comes much later stepped, and didn't land.
    known = np.array(apart)
    return _median(about, usual, np.where(known < 1000 * LANDING, known, np.nan))


def _no_landing(
    movement: Movement, jumps: Sequence[Jump], from_front: bool | None = None
) -> Note | None:
    """Why a landing cannot be assessed; None where it can.

    ``from_front``: which view a picture must have, if that matters.
    """
    if not jumps:
        return NO_LANDING
    if movement.fps < LEAST_FPS:
        return TOO_SLOW
    joints = movement.joints
    assert joints is not None
    if from_front is not None and joints.shape[-1] == 2 and frontal(joints) != from_front:
        return SIDE_ON if from_front else FRONT_ON
    return None


def _jump_height(movement: Movement, jumps: Sequence[Jump]) -> Indicator:
    about = (note("jump height"), "m", "g t² / 8, Bosco, Luhtanen & Komi (1983)")
    if not jumps:
        return Indicator(*about, missing=NO_JUMP)
    if movement.clock == "assumed":
        return Indicator(*about, missing=NO_SCALE)
    return Indicator(*about, value=max(jump.height for jump in jumps))


def _cadence(movement: Movement, gait: Gait | None) -> Indicator:
    about = (note("cadence"), "steps/min", HEIDERSCHEIT)
    usual = note("no universal number; 5–10 % more lowers the load")
    if gait is None:
        return Indicator(*about, usual, missing=NO_GAIT)
    if movement.clock == "assumed":
        return Indicator(*about, usual, missing=NO_SCALE)
    if not np.isfinite(gait.cadence):  # a single strike, left by hand
        return Indicator(*about, usual, missing=NO_GAIT)
    return Indicator(*about, usual, value=gait.cadence)


def _overstride(movement: Movement, side: str, gait: Gait | None, run: bool) -> Indicator:
    """How far ahead of the hip the ankle is when the foot strikes, as a share of the leg."""
    about = (note("{side} overstride", side=side), "% of leg", HEIDERSCHEIT)
    if gait is None:
        return Indicator(*about, missing=NO_GAIT)
    if not run:
        return Indicator(*about, missing=NO_RUN)
    if movement.fps < LEAST_FPS:
        return Indicator(*about, missing=TOO_SLOW)
    hip, knee, ankle = (movement.joint(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    leg = np.linalg.norm(hip - knee, axis=-1) + np.linalg.norm(knee - ankle, axis=-1)
    reach = ankle - hip
    reach[:, 1] = 0
    at = list(gait.strikes[side])
    share = np.linalg.norm(reach[at], axis=-1) / np.nanmedian(leg) * 100
    return _median(about, None, share)


def _contact_time(movement: Movement, side: str, gait: Gait | None) -> Indicator:
    """How long the foot is on the ground at each step."""
    about = (
        note("{side} ground contact time", side=side),
        "ms",
        note("from the foot's strike to its toe-off"),
    )
    if gait is None:
        return Indicator(*about, missing=NO_GAIT)
    if movement.clock == "assumed":
        return Indicator(*about, missing=NO_SCALE)
    if movement.fps < LEAST_FPS:
        return Indicator(*about, missing=TOO_SLOW)
    times, leaves = movement.times, np.array(gait.toe_offs[side], int)
    found = []
    for strike in gait.strikes[side]:
        later = leaves[leaves > strike]
        found += [1000 * float(times[later[0]] - times[strike])] if len(later) else []
    # What is longer than a step belongs to another one.
    known = np.array([t for t in found if t < 1000 * LONGEST_CONTACT])
    return _median(about, None, known)


def _across(joints: np.ndarray) -> np.ndarray:
    """A level unit vector to the athlete's left, (2,) or (3,), over the whole recording."""
    between_hips = joints[:, KEYPOINT_INDEX["left_hip"]] - joints[:, KEYPOINT_INDEX["right_hip"]]
    left = np.nan_to_num(np.nanmedian(between_hips, axis=0))
    left[1] = 0
    return left / max(float(np.linalg.norm(left)), 1e-12)


def _median(
    about: tuple[Note, str, str | Note],
    usual: Note | None,
    values: np.ndarray,
    otherwise: Note = UNSEEN,
) -> Indicator:
    """The median over repetitions; not assessable where all are missing."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Indicator(*about, usual, missing=otherwise)
    return Indicator(*about, usual, value=float(np.median(known)))
