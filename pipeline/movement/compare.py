"""A movement beside a reference: aligned in time, deviations in degrees by joint and phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.movement import Movement
from data.movement.names import MIRRORED
from data.movement.technique import Technique, technique, usual_progress
from data.scenes.actions import LIBRARY
from pipeline.movement.analyse import Analysis, analyse
from pipeline.movement.angles import JOINT_ANGLES
from pipeline.movement.clean import Cleaning

RATE = 20.0
"""Moments a second at which movements are aligned."""

MOST_MOMENTS = 1200
COMPARED = (*JOINT_ANGLES, "trunk_lean")
REFERENCES = tuple(LIBRARY)
THIRDS = ("beginning", "middle", "end")
"""Phases of a reference without named ones."""

NAMED = {"squat": "squat", "push-up": "push_up"}
"""Exercise whose repetitions are told → the technique that it is."""

AROUND = 0.3
"""Seconds before and after a repetition that belong to it for a comparison."""

FAR = 20.0
"""Degrees, mean over all angles, from which two movements are hardly the same."""

NOTABLE = 10.0
"""Degrees from which a deviation is worth a word; two recordings of a day differ by about half."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs from a reference.

    Attributes
    ----------
    reference : what it is called.
    angles : (A,) names, those that both have.
    phases : (P,) names: the action library's ("squat/bottom"), or :data:`THIRDS`.
    deviation : degrees (A, P), mean over the phase: positive where the recording bends more.
    path : (N, 2) seconds: moments of the recording and of the reference that belong together.
    span : seconds of the recording that the reference was found in.
    distance : degrees, mean over all angles of the aligned moments.
    tempo : how many times as long as the reference the recording takes.
    mirrored : whether the reference's mirror image fits better.
    """

    reference: str
    angles: tuple[str, ...]
    phases: tuple[str, ...]
    deviation: np.ndarray
    path: np.ndarray
    span: tuple[float, float]
    distance: float
    tempo: float
    mirrored: bool


def compare_with_technique(analysis: Analysis, action: str, seed: int = 0) -> Comparison | None:
    """Beside the action library's way of doing ``action``, left- or right-handed as fits better."""
    known = technique(action, seed, grid=33)
    within = _repetition(analysis) if NAMED.get(analysis.exercise) == action else None
    best: Comparison | None = None
    for mirror in (False, True):
        reference = reference_movement(known, mirror)
        found = compare(analysis, analyse(reference, Cleaning(cutoff=None)), known, mirror, within)
        if found is not None and (best is None or found.distance < best.distance - 0.5):
            best = found
    return best


def _repetition(analysis: Analysis) -> tuple[float, float] | None:
    """Seconds from – to of the repetition of middling depth, with a little before and after."""
    if not analysis.reps:
        return None
    times = analysis.movement.times
    rep = sorted(analysis.reps, key=lambda rep: rep.peak)[len(analysis.reps) // 2]
    return float(times[rep.start]) - AROUND, float(times[rep.end]) + AROUND


def reference_movement(known: Technique, mirror: bool = False) -> Movement:
    """The library's technique at its usual speed, as a recording at 30 fps."""
    joints = known.at(usual_progress(known.action, 30.0))
    if mirror:
        joints = joints[:, MIRRORED] * np.array([-1.0, 1.0, 1.0])
    times = np.arange(len(joints)) / 30.0
    return Movement(known.action, "technique", times, "recorded", joints, unit="m")


def compare(
    analysis: Analysis,
    reference: Analysis,
    known: Technique | None = None,
    mirrored: bool = False,
    within: tuple[float, float] | None = None,
) -> Comparison | None:
    """Find the reference in the recording, and what differs; None where they share no angles.

    ``within``: seconds of the recording in which to look.
    """
    names, ours, theirs, our_times, their_times = _shared(analysis, reference, within)
    if not names:
        return None
    path = align(ours, theirs)
    pairs = path[:, 0], path[:, 1]
    difference = ours[pairs[0]] - theirs[pairs[1]]
    phases, belongs = _phases(reference, their_times[pairs[1]], known)
    deviation = np.stack(
        [
            np.nanmean(difference[belongs == p], axis=0)
            if (belongs == p).any()
            else np.full(len(names), np.nan)
            for p in range(len(phases))
        ],
        1,
    )
    start, end = (float(our_times[pairs[0][i]]) for i in (0, -1))
    seconds = float(their_times[-1] - their_times[0])
    return Comparison(
        reference.movement.source,
        names,
        phases,
        deviation,
        np.stack([our_times[pairs[0]], their_times[pairs[1]]], 1),
        (start, end),
        float(np.nanmean(np.abs(difference))),
        (end - start) / max(seconds, 1e-6),
        mirrored,
    )


def curves(analysis: Analysis) -> dict[str, np.ndarray]:
    """The compared angles (frames,) of a movement, in degrees."""
    found = {name: analysis.angles[name] for name in JOINT_ANGLES if name in analysis.angles}
    if "trunk" in analysis.segments:
        found["trunk_lean"] = 90 - np.abs(analysis.segments["trunk"])
    return {name: values for name, values in found.items() if np.isfinite(values).mean() > 0.5}


def _shared(
    analysis: Analysis, reference: Analysis, within: tuple[float, float] | None
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Names of the angles that both have, both (moments, A) evenly sampled, and their times."""
    both = [curves(analysis), curves(reference)]
    names = tuple(name for name in COMPARED if all(name in found for found in both))
    clocks = [from_.movement.times for from_ in (analysis, reference)]
    spans = [np.clip(within or clocks[0][[0, -1]], clocks[0][0], clocks[0][-1]), clocks[1][[0, -1]]]
    counts = [max(8, min(round(np.ptp(span) * RATE), MOST_MOMENTS)) for span in spans]
    if within is not None:  # as long as the reference, whatever its tempo
        counts[0] = counts[1]
    sampled, times = [], []
    for found, clock, span, count in zip(both, clocks, spans, counts, strict=True):
        at = np.linspace(span[0], span[1], count)
        columns = []
        for name in names:
            usable = np.isfinite(found[name])
            columns.append(np.interp(at, clock[usable], found[name][usable]))
        sampled.append(np.stack(columns, 1) if columns else np.zeros((len(at), 0)))
        times.append(at)
    return names, sampled[0], sampled[1], times[0], times[1]


def align(recording: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Dynamic time warping of a reference into the best-fitting part of a recording, int (N, 2).

    Sakoe & Chiba (1978), IEEE Trans ASSP 26, with steps (1, 1), (1, 2) and (2, 1), so that neither
    runs more than twice as fast as the other; begin and end in the recording are free (Müller 2007,
    Information Retrieval for Music and Motion, §4.4). Cost: mean absolute difference in degrees.
    """
    cost = np.abs(recording[:, None] - reference[None]).mean(-1)
    n, m = cost.shape
    if n < m / 2 + 2:  # too short for the reference at twice its speed: stretched to its length
        rows = np.round(np.linspace(0, n - 1, m)).astype(int)
        return np.stack([rows, np.arange(m)], 1)
    # total[i, j]: least mean-weighted cost of a path that ends there; column by column of the
    # reference, all moments of the recording at once.
    total = np.full((n + 2, m + 2), np.inf)
    step = np.zeros((n + 2, m + 2), np.int8)
    total[2:, 2] = cost[:, 0]
    for j in range(1, m):
        options = np.stack(
            [
                total[1:-1, j + 1] + cost[:, j],
                total[1:-1, j] + 2 * cost[:, j] if j > 1 else np.full(n, np.inf),
                total[:-2, j + 1] + cost[:, j],
            ]
        )
        best = options.argmin(0)
        total[2:, j + 2] = options[best, np.arange(n)]
        step[2:, j + 2] = best
    end = int(total[2:, m + 1].argmin())
    i, j, path = end, m - 1, []
    while j >= 0 and i >= 0:
        path.append((i, j))
        if j == 0:
            break
        move = int(step[i + 2, j + 2])
        i, j = ((i - 1, j - 1), (i - 1, j - 2), (i - 2, j - 1))[move]
    return np.array(path[::-1])


def _phases(
    reference: Analysis, times: np.ndarray, known: Technique | None
) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the reference's phases and to which each of its ``times`` belongs."""
    if known is None:
        clock = reference.movement.times
        share = (times - clock[0]) / max(float(clock[-1] - clock[0]), 1e-9)
        return THIRDS, np.minimum((3 * share).astype(int), 2)
    progress = usual_progress(known.action, 30.0)
    at = np.interp(times, np.arange(len(progress)) / 30.0, progress)
    names = tuple(f"{known.action}/{phase}" for phase in known.phases)
    places = np.array(list(known.phases.values()))
    away = np.abs(at[:, None] - places[None])
    if known.periodic:
        away = np.abs((at[:, None] - places[None] + 0.5) % 1.0 - 0.5)
    return names, away.argmin(1)


def notable(comparison: Comparison) -> list[tuple[str, str, float]]:
    """(angle, phase, degrees) of the largest deviations, one an angle, the largest first."""
    found = []
    for name, row in zip(comparison.angles, comparison.deviation, strict=True):
        if not np.isfinite(row).any():
            continue
        worst = int(np.nanargmax(np.abs(row)))
        if abs(row[worst]) >= NOTABLE:
            found.append((name, comparison.phases[worst], float(row[worst])))
    return sorted(found, key=lambda entry: -abs(entry[2]))
