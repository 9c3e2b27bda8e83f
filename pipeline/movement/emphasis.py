"""What to train next: rules over what was found, each with its reason and source.

A rule looks at measures first and at the model's faults second; it suggests, and the coach decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.notes import Note, note
from pipeline.movement.analyse import Analysis
from pipeline.movement.attend import Attended, found_faults


@dataclass(frozen=True)
class Emphasis:
    """A suggestion: what was found, what to train, how to say it to the athlete, and the source."""

    finding: Note
    training: Note
    cue: Note
    source: str


POWERS = "Powers (2010), J Orthop Sports Phys Ther 40"
KIM = "Kim et al. (2015), J Hum Kinet 45"
BISHOP = "Bishop, Turner & Read (2018), J Sports Sci 36"
PADUA = "Padua et al. (2009), Am J Sports Med 37"
FRY = "Fry, Smith & Schilling (2003), J Strength Cond Res 17"
HEIDERSCHEIT = "Heiderscheit et al. (2011), Med Sci Sports Exerc 43"
OYAMA = "Oyama et al. (2014), Am J Sports Med 42"

Values = dict[str, float]
Rule = Callable[[Values, dict[str, float]], Emphasis | None]


def emphases(analysis: Analysis, attended: Attended | None) -> list[Emphasis]:
    """What the rules suggest, in their order; nothing where nothing stands out."""
    values = {i.name: i.value for i in analysis.indicators if i.value is not None}
    faults = dict(found_faults(attended)) if attended is not None else {}
    made = [rule(values, faults) for rule in RULES]
    return [emphasis for emphasis in made if emphasis is not None]


def _knees(values: Values, faults: dict[str, float]) -> Emphasis | None:
    separation = values.get("knee-to-ankle separation", np.inf)
    angles = [
        values.get(f"{s} knee frontal plane projection angle", 0.0) for s in ("left", "right")
    ]
    if separation < 90:
        finding = note(
            "The knees come inside the feet: {n} % of their distance.", n=f"{separation:.0f}"
        )
    elif max(angles) > 10:
        finding = note("A knee falls inwards by {n}° in the frontal plane.", n=f"{max(angles):.0f}")
    elif "knees_in" in faults:
        finding = note("To the model the knees look as if they fell inwards.")
    else:
        return None
    return Emphasis(
        finding,
        note(
            "Hip abductors and outward rotators: squats with a band above the knees, side steps, "
            "single-leg squats to a box before a mirror."
        ),
        note("Push the knees out over the little toes on the way down and up."),
        POWERS,
    )


def _depth(values: Values, faults: dict[str, float]) -> Emphasis | None:
    depth = values.get("squat depth: hip below knee", np.nan)
    if depth < -10:
        finding = note("The squat ends {n} % of a thigh above parallel.", n=f"{-depth:.0f}")
    elif "shallow" in faults and not depth >= 0:
        finding = note("To the model the movement looks cut short at the bottom.")
    else:
        return None
    return Emphasis(
        finding,
        note(
            "If depth is wanted: ankle mobility (knee to wall), heel-raised and goblet squats, "
            "pauses at the deepest point that stays clean."
        ),
        note("Sit down between the heels; only as deep as the back stays long."),
        KIM,
    )


def _sides(values: Values, faults: dict[str, float]) -> Emphasis | None:
    shift = values.get("hip shift to the left", 0.0)
    symmetry = values.get("limb symmetry index", 100.0)
    if symmetry < 90:
        finding = note("The sides differ: limb symmetry index {n} %.", n=f"{symmetry:.0f}")
    elif abs(shift) > 6:
        side = "left" if shift > 0 else "right"
        finding = note(
            "The hips shift to the {side} by {n} % of the stance.", side=side, n=f"{abs(shift):.0f}"
        )
    elif "uneven" in faults:
        finding = note("To the model one side seems to do less than the other.")
    else:
        return None
    return Emphasis(
        finding,
        note(
            "One leg at a time: split squats, step-downs, single-leg hops; begin with the weaker "
            "side and let it set the number."
        ),
        note("Feel both feet equally heavy on the ground."),
        BISHOP,
    )


def _landing(values: Values, faults: dict[str, float]) -> Emphasis | None:
    bends = [
        values[n] for s in ("left", "right") if (n := f"{s} knee flexion at landing") in values
    ]
    if not bends or min(bends) >= 30:
        return None
    return Emphasis(
        note("The landing is stiff: a knee bends only {n}° at contact.", n=f"{min(bends):.0f}"),
        note("Landings from low boxes, sticking each; then jumps with a quiet landing."),
        note("Land softly, so that nobody hears you."),
        PADUA,
    )


def _trunk(values: Values, faults: dict[str, float]) -> Emphasis | None:
    lean = values.get("trunk lean at the deepest point", 0.0)
    if lean > 45:
        finding = note("The trunk leans {n}° at the deepest point.", n=f"{lean:.0f}")
    elif "trunk_forward" in faults:
        finding = note("To the model the trunk seems to lean far forward.")
    else:
        return None
    return Emphasis(
        finding,
        note(
            "Front and goblet squats, which keep the trunk upright; ankle mobility; strength of "
            "the upper back. Long thighs need more lean: don't force it."
        ),
        note("Chest proud, elbows under the bar."),
        FRY,
    )


def _stride(values: Values, faults: dict[str, float]) -> Emphasis | None:
    reach = [values[n] for s in ("left", "right") if (n := f"{s} overstride") in values]
    if not reach or max(reach) < 35:
        return None
    return Emphasis(
        note("The foot lands {n} % of a leg's length ahead of the hip.", n=f"{max(reach):.0f}"),
        note("5 to 10 % more steps a minute at the same speed, with a metronome, a few minutes."),
        note("Quick, light steps; the foot lands under you."),
        HEIDERSCHEIT,
    )


def _rotation(values: Values, faults: dict[str, float]) -> Emphasis | None:
    if "trunk_early" not in faults:
        return None
    return Emphasis(
        note("To the model the trunk seems to turn before the hips."),
        note(
            "Hip lead: medicine-ball throws from a stride with a held chest, step-behind throws, "
            "slow swings that stop when the hips have turned."
        ),
        note("Hips first, then the chest, then the arm."),
        OYAMA,
    )


RULES: Sequence[Rule] = (_knees, _depth, _sides, _landing, _trunk, _stride, _rotation)
