"""What the attention model tells of a movement, where it looks, and how far to trust its maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.movement import KEYPOINT_INDEX, KEYPOINTS, Movement
from data.movement.clip import Clip, clips_of
from models.movement_attention import MovementAttention
from models.movement_occlusion import (
    RANDOM,
    Occlusion,
    Trust,
    joint_occlusion,
    judge,
    occlusion,
    trust,
)
from models.movement_relevance import Look, Target, look
from pipeline.movement.analyse import Analysis
from pipeline.runtime import Runtime

MODEL = "movement"
SURE = 0.5
"""A fault of this probability or more is pointed out."""

REDUNDANT = ("left_eye", "right_eye", "left_ear", "right_ear")
"""Joints that tell nothing beside nose or head; left out where one of those is there."""

LIMBS = {
    "head": ("nose", "head", "neck", *REDUNDANT),
    "left arm": ("left_shoulder", "left_elbow", "left_wrist"),
    "right arm": ("right_shoulder", "right_elbow", "right_wrist"),
    "hips": ("left_hip", "right_hip", "mid_hip"),
    "left leg": ("left_knee", "left_ankle", "left_heel", "left_big_toe"),
    "right leg": ("right_knee", "right_ankle", "right_heel", "right_big_toe"),
}
"""Parts of the body that sentences name."""

RANKINGS = ("attention", "rollout", "relevance", "occlusion", "motion")
"""Ways to rank moments: what is read out, rollout, gradients, leaving out, and how much moves."""


@dataclass(frozen=True)
class Link:
    """Two moments that are read together: seconds each, the event at the first, what moves then.

    ``event`` is "rep_turn", "take_off", "landing", "left_strike", "right_strike", "peak"; ``part``
    is of :data:`LIMBS`; ``weight`` is the share of the first moment's attention that the other has.
    """

    event: str
    time: float
    other: float
    part: str
    weight: float


@dataclass(frozen=True, eq=False)
class Attended:
    """A stretch of a recording as the model sees it.

    Attributes
    ----------
    clip : the stretch. ``stretch``: which of those from ``bounds``, seconds from – to each.
    actions, faults : names of what the heads tell.
    look : the maps and the answers.
    occlusion : what leaving out changes.
    quality : the score in [0, 1] and its spread over six slightly different views.
    links : sentences' contents, the strongest first.
    """

    clip: Clip
    stretch: int
    bounds: tuple[tuple[float, float], ...]
    actions: tuple[str, ...]
    faults: tuple[str, ...]
    look: Look
    occlusion: Occlusion
    quality: tuple[float, float]
    fault_spread: np.ndarray
    links: tuple[Link, ...]

    @property
    def action(self) -> tuple[str, float]:
        """The most probable action and its probability."""
        best = int(self.look.actions.argmax())
        return self.actions[best], float(self.look.actions[best])

    @property
    def explains(self) -> str:
        """What the maps explain: "action", or the name of a fault."""
        target = self.look.target
        return "action" if target.task == "action" else self.faults[target.index]

    @property
    def times(self) -> np.ndarray:
        """Seconds since the recording's start of each moment."""
        return self.clip.times + self.clip.start

    @property
    def joints(self) -> tuple[str, ...]:
        """The names of the maps' joints."""
        return tuple(KEYPOINTS[i] for i in self.look.joints)


def clips_for(movement: Movement) -> list[Clip]:
    """The movement's stretches for the model, without joints that tell nothing more."""
    found = clips_of(movement)
    for clip in found:
        if clip.known[:, [KEYPOINT_INDEX["nose"], KEYPOINT_INDEX["head"]]].any():
            clip.known[:, [KEYPOINT_INDEX[name] for name in REDUNDANT]] = False
    return found


def attend(
    analysis: Analysis, runtime: Runtime, stretch: int = 0, explain: str = ""
) -> Attended | None:
    """Maps of one stretch of a movement; None for a movement without joints.

    Raises :class:`WeightsError`. The maps explain "action", the most probable one, or the fault
    that ``explain`` names; by default the surest fault that is pointed out, else the action.
    """
    clips = clips_for(analysis.movement)
    if not clips or not any(clip.known.any() for clip in clips):
        return None
    model: MovementAttention = runtime.model(MODEL)
    stretch = min(stretch, len(clips) - 1)
    clip = clips[stretch]
    qualities, faults = judge(model, views(clip))
    seen = look(model, clip, target_of(tuple(model.config.faults), faults[0], explain))
    return Attended(
        clip,
        stretch,
        tuple((c.start, c.start + float(c.times[-1])) for c in clips),
        tuple(model.config.actions),
        tuple(model.config.faults),
        seen,
        occlusion(model, clip, seen.target),
        (float(qualities.mean()), float(qualities.std())),
        faults.std(0),
        tuple(links(analysis, clip, seen)),
    )


def target_of(names: tuple[str, ...], faults: np.ndarray, explain: str) -> Target | None:
    """What to explain, given the faults' probabilities; None is the most probable action."""
    if not explain and faults.size and faults.max() >= SURE:
        return Target("fault", int(faults.argmax()))
    return Target("fault", names.index(explain)) if explain in names else None


def views(clip: Clip) -> list[Clip]:
    """The clip as it might as well have been recorded: a little larger, turned, blurred."""
    rng = np.random.default_rng(0)
    found: list[Clip] = []
    for size, degrees in (
        (1.0, 0.0),
        (0.95, 0.0),
        (1.05, 0.0),
        (1.0, 8.0),
        (1.0, -8.0),
        (1.0, 0.0),
    ):
        angle = 0.0 if clip.flat else np.radians(degrees)
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        blur = rng.normal(0, 0.004 if found else 0.0, clip.positions.shape)
        blur[..., 2] *= not clip.flat
        places = (size * clip.positions @ turn + blur) * clip.known[..., None]
        found.append(replace(clip, positions=places.astype(np.float32)))
    return found


def rankings(attended: Attended) -> dict[str, np.ndarray]:
    """How important each moment is (T,), in each of :data:`RANKINGS`' ways."""
    seen = attended.look
    return {
        "attention": seen.pool.sum(1),
        "rollout": seen.rollout.sum(1),
        "relevance": seen.relevance.sum(1),
        "occlusion": attended.occlusion.moments,
        "motion": motion(attended.clip),
    }


def motion(clip: Clip) -> np.ndarray:
    """How much moves at each moment (T,): the mean square of the joints' speeds."""
    speed = np.gradient(clip.positions, clip.times, axis=0)
    energy = (speed**2).sum(-1) * clip.known
    return energy.sum(1) / np.maximum(clip.known.sum(1), 1)


def tested(attended: Attended, runtime: Runtime) -> Trust:
    """How the rankings stand the test of taking moments away."""
    model: MovementAttention = runtime.model(MODEL)
    return trust(model, attended.clip, attended.look.target, rankings(attended))


def left_out(attended: Attended, runtime: Runtime) -> np.ndarray:
    """How much less sure the model is without each joint at each moment (T, J); signed."""
    model: MovementAttention = runtime.model(MODEL)
    return joint_occlusion(model, attended.clip, attended.look.target)


def events(analysis: Analysis, clip: Clip) -> list[tuple[str, float]]:
    """Named moments of a stretch: (event, seconds since the recording's start)."""
    times = analysis.movement.times
    found = [("rep_turn", rep.turn) for rep in analysis.reps]
    for jump in analysis.jumps:
        found += [("take_off", jump.take_off), ("landing", jump.landing)]
    if analysis.gait is not None:
        for side in ("left", "right"):
            found += [(f"{side}_strike", frame) for frame in analysis.gait.strikes[side]]
    low, high = clip.start, clip.start + float(clip.times[-1])
    named = [(event, float(times[frame])) for event, frame in found if low <= times[frame] <= high]
    if not named:
        named = [("peak", clip.start + float(clip.times[int(motion(clip).argmax())]))]
    return named


def links(analysis: Analysis, clip: Clip, seen: Look, most: int = 3) -> list[Link]:
    """For events, the moment that is read with them most, and what moves there most.

    By gradient relevance where there is any, else by attention, and only moments farther off than
    the next two.
    """
    maps = seen.relevance_time if seen.relevance_time.max() > 1e-9 else seen.time.mean((0, 1))
    times = clip.times + clip.start
    found: list[Link] = []
    for event, time in events(analysis, clip):
        row = int(np.abs(times - time).argmin())
        weights = maps[row].copy()
        total = float(weights.sum())
        near = np.abs(np.arange(len(times)) - row) <= 2
        weights[near] = 0
        other = int(weights.argmax())
        if total <= 0 or weights[other] <= 0:
            continue
        part = moving_part(clip, seen, other)
        found.append(Link(event, time, float(times[other]), part, float(weights[other]) / total))
    strongest: dict[str, Link] = {}
    for link in sorted(found, key=lambda link: -link.weight):
        strongest.setdefault(link.event, link)
    return list(strongest.values())[:most]


def moving_part(clip: Clip, seen: Look, moment: int) -> str:
    """The part of the body that matters most at a moment: relevance, weighed by how it moves."""
    speed = np.linalg.norm(np.gradient(clip.positions, clip.times, axis=0), axis=-1)[moment]
    of_joint = dict(zip(seen.joints.tolist(), seen.relevance[moment].tolist(), strict=True))
    scores = {}
    for part, names in LIMBS.items():
        indices = [KEYPOINT_INDEX[name] for name in names if KEYPOINT_INDEX[name] in of_joint]
        if indices:
            scores[part] = float(
                np.mean([of_joint[i] for i in indices]) * np.mean([speed[i] for i in indices])
            )
    return max(scores, key=scores.__getitem__)


def found_faults(attended: Attended) -> Sequence[tuple[str, float]]:
    """Faults of a probability of :data:`SURE` or more, the surest first."""
    pairs = zip(attended.faults, attended.look.faults, strict=True)
    sure = [(name, float(value)) for name, value in pairs if value >= SURE]
    return sorted(sure, key=lambda pair: -pair[1])


INSENSITIVE = 0.03
"""Where taking moments away changes a probability by less than this, no map can explain it."""


LEAST_CHANCE = 0.01
"""What random rankings lose at the least; dividing by nothing would promise too much."""


def verdict(trusted: Trust, ranking: str) -> tuple[str, float]:
    """How far a ranking can be trusted: ("better", how many times more than chance), or ("even", 0)
    where it is no better than chance, or ("insensitive", 0) where no moments matter.

    Better is more than two standard errors of the random rankings' mean above it.
    """
    scores, chance = trusted.rankings[ranking].comprehensiveness, trusted.random.comprehensiveness
    strongest = max(r.comprehensiveness for r in trusted.rankings.values())
    if max(strongest, chance) < INSENSITIVE:
        return "insensitive", 0.0
    if scores <= max(chance, 0.0) + 2 * trusted.spread.comprehensiveness / RANDOM**0.5:
        return "even", 0.0
    return "better", scores / max(chance, LEAST_CHANCE)


def most_faithful(trusted: Trust) -> str:
    """The ranking whose moments matter most when taken away, motion energy aside."""
    own = {n: r.comprehensiveness for n, r in trusted.rankings.items() if n != "motion"}
    return max(own, key=own.__getitem__)
