"""What to train next: rules over what was found, each with its reason and source.

A rule looks at measures first and at the model's faults second; it suggests, and the coach decides,
who may also change the rules: see :mod:`pipeline.movement.coaching`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from data.notes import Note, note
from pipeline.movement.analyse import Analysis
from pipeline.movement.attend import SURE, Attended

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
class Mark:
    """From where on something stands out.

    Attributes
    ----------
    name, title : the title says what ``limit`` is, in ``unit``.
    find : what stands out of the measures and of the model's faults in %, given the limit; None for
        nothing.
    """

    name: str
    title: Note
    limit: float
    unit: str
    find: Callable[[Values, Faults, float], Note | None]


@dataclass(frozen=True)
class Rule:
    """When something stands out, and what to train then.

    Attributes
    ----------
    name, title : what the rule is about.
    marks : the first that is passed is told; measures come before what the model thinks.
    training, cue : for the coach, and as it is said to the athlete.
    source : of the training and the limits.
    """

    name: str
    title: Note
    marks: tuple[Mark, ...]
    training: Note
    cue: Note
    source: str


@dataclass(frozen=True)
class Change:
    """What a coach made of a rule; None, and a mark that is missing, keep the studio's own."""

    on: bool = True
    training: str | None = None
    cue: str | None = None
    limits: Mapping[str, float] = field(default_factory=dict)


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
    faults = {}
    # A model that doesn't know the movement has no say in what is amiss with it.
    if attended is not None and attended.action[1] >= SURE:
        told = 100 * attended.look.faults
        faults = dict(zip(attended.faults, map(float, told), strict=True))
    found = []
    for rule in RULES:
        change = (changes or {}).get(rule.name, Change())
        if not change.on:
            continue
        limits = ((mark, change.limits.get(mark.name, mark.limit)) for mark in rule.marks)
        passed = (mark.find(values, faults, limit) for mark, limit in limits)
        finding = next((said for said in passed if said is not None), None)
        if finding is not None:
            training = _own(change.training) or rule.training
            found.append(Emphasis(finding, training, _own(change.cue) or rule.cue, rule.source))
    return found


def _own(text: str | None) -> Note | None:
    """A coach's words, which nobody translates."""
    return note("{words}", words=text) if text else None


def _knees(values: Values, faults: Faults, limit: float) -> Note | None:
    separation = values.get("knee-to-ankle separation", np.inf)
    if separation >= limit:
        return None
    return note("The knees come inside the feet: {n} % of their distance.", n=f"{separation:.0f}")


def _valgus(values: Values, faults: Faults, limit: float) -> Note | None:
    most = max(
        values.get(f"{s} knee frontal plane projection angle", -np.inf) for s in ("left", "right")
    )
    if most <= limit:
        return None
    return note("A knee falls inwards by {n}° in the frontal plane.", n=f"{most:.0f}")


def _depth(values: Values, faults: Faults, limit: float) -> Note | None:
    depth = values.get("squat depth: hip below knee", np.nan)
    if not depth < -limit:
        return None
    return note("The squat ends {n} % of a thigh above parallel.", n=f"{-depth:.0f}")


def _shallow(values: Values, faults: Faults, limit: float) -> Note | None:
    # What was measured to be deep is deep, whatever the model thinks.
    if values.get("squat depth: hip below knee", np.nan) >= 0:
        return None
    return SHALLOW(values, faults, limit)


def _sides(values: Values, faults: Faults, limit: float) -> Note | None:
    symmetry = values.get("limb symmetry index", np.inf)
    if symmetry >= limit:
        return None
    return note("The sides differ: limb symmetry index {n} %.", n=f"{symmetry:.0f}")


def _shift(values: Values, faults: Faults, limit: float) -> Note | None:
    shift = values.get("hip shift to the left", 0.0)
    if abs(shift) <= limit:
        return None
    side = "left" if shift > 0 else "right"
    return note(
        "The hips shift to the {side} by {n} % of the stance.", side=side, n=f"{abs(shift):.0f}"
    )


def _landing(values: Values, faults: Faults, limit: float) -> Note | None:
    bends = [
        values[n] for s in ("left", "right") if (n := f"{s} knee flexion at landing") in values
    ]
    if not bends or min(bends) >= limit:
        return None
    return note("The landing is stiff: a knee bends only {n}° at contact.", n=f"{min(bends):.0f}")


def _trunk(values: Values, faults: Faults, limit: float) -> Note | None:
    lean = values.get("trunk lean at the deepest point", 0.0)
    if lean <= limit:
        return None
    return note("The trunk leans {n}° at the deepest point.", n=f"{lean:.0f}")


def _stride(values: Values, faults: Faults, limit: float) -> Note | None:
    reach = [values[n] for s in ("left", "right") if (n := f"{s} overstride") in values]
    if not reach or max(reach) < limit:
        return None
    return note("The foot lands {n} % of a leg's length ahead of the hip.", n=f"{max(reach):.0f}")


def _told(fault: str, finding: Note) -> Callable[[Values, Faults, float], Note | None]:
    """The finding where the model is as sure of a fault as the limit, in %."""
    return lambda values, faults, limit: finding if faults.get(fault, -1.0) >= limit else None


SHALLOW = _told("shallow", note("To the model the movement looks cut short at the bottom."))


def _model(find: Callable[[Values, Faults, float], Note | None]) -> Mark:
    return Mark("model", note("The model's probability from"), 100 * SURE, "%", find)


RULES: Sequence[Rule] = (
    Rule(
        "knees",
        note("Knees falling inwards"),
        (
            Mark("separation", note("Knee-to-ankle separation below"), 90.0, "%", _knees),
            Mark("valgus", note("Frontal plane projection angle above"), 10.0, "°", _valgus),
            _model(_told("knees_in", note("To the model the knees look as if they fell inwards."))),
        ),
        note(
            "Hip abductors and outward rotators: squats with a band above the knees, side steps, "
            "single-leg squats to a box before a mirror."
        ),
        note("Push the knees out over the little toes on the way down and up."),
        POWERS,
    ),
    Rule(
        "depth",
        note("Depth of the squat"),
        (
            Mark(
                "depth",
                note("Squat that ends above parallel by more than"),
                10.0,
                "% of thigh",
                _depth,
            ),
            _model(_shallow),
        ),
        note(
            "If depth is wanted: ankle mobility (knee to wall), heel-raised and goblet squats, "
            "pauses at the deepest point that stays clean."
        ),
        note("Sit down between the heels; only as deep as the back stays long."),
        KIM,
    ),
    Rule(
        "sides",
        note("Left and right"),
        (
            Mark("symmetry", note("Limb symmetry index below"), 90.0, "%", _sides),
            Mark("shift", note("Hips shifted by more than"), 6.0, "% of stance", _shift),
            _model(_told("uneven", note("To the model one side seems to do less than the other."))),
        ),
        note(
            "One leg at a time: split squats, step-downs, single-leg hops; begin with the weaker "
            "side and let it set the number."
        ),
        note("Feel both feet equally heavy on the ground."),
        BISHOP,
    ),
    Rule(
        "landing",
        note("Landing"),
        (Mark("landing", note("Knee at landing bent less than"), 30.0, "°", _landing),),
        note("Landings from low boxes, sticking each; then jumps with a quiet landing."),
        note("Land softly, so that nobody hears you."),
        PADUA,
    ),
    Rule(
        "trunk",
        note("Trunk in the squat"),
        (
            Mark("lean", note("Trunk at the deepest point leaning more than"), 45.0, "°", _trunk),
            _model(
                _told("trunk_forward", note("To the model the trunk seems to lean far forward."))
            ),
        ),
        note(
            "Front and goblet squats, which keep the trunk upright; ankle mobility; strength of "
            "the upper back. Long thighs need more lean: don't force it."
        ),
        note("Chest proud, elbows under the bar."),
        FRY,
    ),
    Rule(
        "stride",
        note("Foot strike in running"),
        (
            Mark(
                "stride",
                note("Foot landing ahead of the hip by more than"),
                35.0,
                "% of leg",
                _stride,
            ),
        ),
        note("5 to 10 % more steps a minute at the same speed, with a metronome, a few minutes."),
        note("Quick, light steps; the foot lands under you."),
        HEIDERSCHEIT,
    ),
    Rule(
        "rotation",
        note("Hips before the trunk"),
        (
            _model(
                _told("trunk_early", note("To the model the trunk seems to turn before the hips."))
            ),
        ),
        note(
            "Hip lead: medicine-ball throws from a stride with a held chest, step-behind throws, "
            "slow swings that stop when the hips have turned."
        ),
        note("Hips first, then the chest, then the arm."),
        OYAMA,
    ),
)
