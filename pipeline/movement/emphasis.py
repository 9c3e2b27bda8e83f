"""What to train next: rules over what was found, each with its reason and source.

A rule looks at measures first and at the model's faults second; it suggests, and the coach decides,
who may also change the rules: see :mod:`pipeline.movement.coaching`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.notes import Note, note
from pipeline.movement.analyse import Analysis
from pipeline.movement.attend import Attended, found_faults

Values = dict[str, float]
Faults = Mapping[str, float]


@dataclass(frozen=True)
class Emphasis:
    """A suggestion: what was found, what to train, how to say it to the athlete, and the source."""

    finding: Note
    training: Note
    cue: Note
    source: str


@dataclass(frozen=True)
class Rule:
    """When something stands out, and what to train then.

    Attributes
    ----------
    name, title : the title says what ``limit`` is, in ``unit``; None where the model tells alone.
    training, cue : for the coach, and as it is said to the athlete.
    source : of the training and the limit.
    find : what stands out of measures and the model's faults, given the limit; None for nothing.
    """

    name: str
    title: Note
    limit: float | None
    unit: str
    training: Note
    cue: Note
    source: str
    find: Callable[[Values, Faults, float], Note | None]


@dataclass(frozen=True)
class Change:
    """What a coach made of a rule; None keeps the studio's own."""

    on: bool = True
    limit: float | None = None
    training: str | None = None
    cue: str | None = None


POWERS = "Powers (2010), J Orthop Sports Phys Ther 40"
KIM = "Kim et al. (2015), J Hum Kinet 45"
BISHOP = "Bishop, Turner & Read (2018), J Sports Sci 36"
PADUA = "Padua et al. (2009), Am J Sports Med 37"
FRY = "Fry, Smith & Schilling (2003), J Strength Cond Res 17"
HEIDERSCHEIT = "Heiderscheit et al. (2011), Med Sci Sports Exerc 43"
OYAMA = "Oyama et al. (2014), Am J Sports Med 42"


def emphases(
    analysis: Analysis, attended: Attended | None, changes: Mapping[str, Change] | None = None
) -> list[Emphasis]:
    """What the rules suggest, in their order; nothing where nothing stands out.

    ``changes``: a coach's, by the rules' names.
    """
    values = {i.name: i.value for i in analysis.indicators if i.value is not None}
    faults = dict(found_faults(attended)) if attended is not None else {}
    found = []
    for rule in RULES:
        change = (changes or {}).get(rule.name, Change())
        limit = rule.limit if change.limit is None else change.limit
        finding = rule.find(values, faults, limit or 0.0) if change.on else None
        if finding is not None:
            training = _own(change.training) or rule.training
            found.append(Emphasis(finding, training, _own(change.cue) or rule.cue, rule.source))
    return found


def _own(text: str | None) -> Note | None:
    """A coach's words, which nobody translates."""
    return note("{words}", words=text) if text else None


def _knees(values: Values, faults: Faults, limit: float) -> Note | None:
    separation = values.get("knee-to-ankle separation", np.inf)
    angles = [
        values.get(f"{s} knee frontal plane projection angle", 0.0) for s in ("left", "right")
    ]
    if separation < limit:
        return note(
            "The knees come inside the feet: {n} % of their distance.", n=f"{separation:.0f}"
        )
    if max(angles) > 10:
        return note("A knee falls inwards by {n}° in the frontal plane.", n=f"{max(angles):.0f}")
    if "knees_in" in faults:
        return note("To the model the knees look as if they fell inwards.")
    return None


def _depth(values: Values, faults: Faults, limit: float) -> Note | None:
    depth = values.get("squat depth: hip below knee", np.nan)
    if depth < -limit:
        return note("The squat ends {n} % of a thigh above parallel.", n=f"{-depth:.0f}")
    if "shallow" in faults and not depth >= 0:
        return note("To the model the movement looks cut short at the bottom.")
    return None


def _sides(values: Values, faults: Faults, limit: float) -> Note | None:
    shift = values.get("hip shift to the left", 0.0)
    symmetry = values.get("limb symmetry index", 100.0)
    if symmetry < limit:
        return note("The sides differ: limb symmetry index {n} %.", n=f"{symmetry:.0f}")
    if abs(shift) > 6:
        side = "left" if shift > 0 else "right"
        return note(
            "The hips shift to the {side} by {n} % of the stance.", side=side, n=f"{abs(shift):.0f}"
        )
    if "uneven" in faults:
        return note("To the model one side seems to do less than the other.")
    return None


def _landing(values: Values, faults: Faults, limit: float) -> Note | None:
    bends = [
        values[n] for s in ("left", "right") if (n := f"{s} knee flexion at landing") in values
    ]
    if not bends or min(bends) >= limit:
        return None
    return note("The landing is stiff: a knee bends only {n}° at contact.", n=f"{min(bends):.0f}")


def _trunk(values: Values, faults: Faults, limit: float) -> Note | None:
    lean = values.get("trunk lean at the deepest point", 0.0)
    if lean > limit:
        return note("The trunk leans {n}° at the deepest point.", n=f"{lean:.0f}")
    if "trunk_forward" in faults:
        return note("To the model the trunk seems to lean far forward.")
    return None


def _stride(values: Values, faults: Faults, limit: float) -> Note | None:
    reach = [values[n] for s in ("left", "right") if (n := f"{s} overstride") in values]
    if not reach or max(reach) < limit:
        return None
    return note("The foot lands {n} % of a leg's length ahead of the hip.", n=f"{max(reach):.0f}")


def _rotation(values: Values, faults: Faults, limit: float) -> Note | None:
    if "trunk_early" not in faults:
        return None
    return note("To the model the trunk seems to turn before the hips.")


RULES: Sequence[Rule] = (
    Rule(
        "knees",
        note("Knee-to-ankle separation below"),
        90.0,
        "%",
        note(
            "Hip abductors and outward rotators: squats with a band above the knees, side steps, "
            "single-leg squats to a box before a mirror."
        ),
        note("Push the knees out over the little toes on the way down and up."),
        POWERS,
        _knees,
    ),
    Rule(
        "depth",
        note("Squat that ends above parallel by more than"),
        10.0,
        "% of thigh",
        note(
            "If depth is wanted: ankle mobility (knee to wall), heel-raised and goblet squats, "
            "pauses at the deepest point that stays clean."
        ),
        note("Sit down between the heels; only as deep as the back stays long."),
        KIM,
        _depth,
    ),
    Rule(
        "sides",
        note("Limb symmetry index below"),
        90.0,
        "%",
        note(
            "One leg at a time: split squats, step-downs, single-leg hops; begin with the weaker "
            "side and let it set the number."
        ),
        note("Feel both feet equally heavy on the ground."),
        BISHOP,
        _sides,
    ),
    Rule(
        "landing",
        note("Knee at landing bent less than"),
        30.0,
        "°",
        note("Landings from low boxes, sticking each; then jumps with a quiet landing."),
        note("Land softly, so that nobody hears you."),
        PADUA,
        _landing,
    ),
    Rule(
        "trunk",
        note("Trunk at the deepest point leaning more than"),
        45.0,
        "°",
        note(
            "Front and goblet squats, which keep the trunk upright; ankle mobility; strength of "
            "the upper back. Long thighs need more lean: don't force it."
        ),
        note("Chest proud, elbows under the bar."),
        FRY,
        _trunk,
    ),
    Rule(
        "stride",
        note("Foot landing ahead of the hip by more than"),
        35.0,
        "% of leg",
        note("5 to 10 % more steps a minute at the same speed, with a metronome, a few minutes."),
        note("Quick, light steps; the foot lands under you."),
        HEIDERSCHEIT,
        _stride,
    ),
    Rule(
        "rotation",
        note("Trunk turning before the hips, as the model tells"),
        None,
        "",
        note(
            "Hip lead: medicine-ball throws from a stride with a held chest, step-behind throws, "
            "slow swings that stop when the hips have turned."
        ),
        note("Hips first, then the chest, then the arm."),
        OYAMA,
        _rotation,
    ),
)
