"""An analysis written out: CSV and JSON with units."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from data.movement import KEYPOINTS, Movement
from pipeline.movement.analyse import Analysis
from pipeline.movement.mass import velocity

if TYPE_CHECKING:
    from models.movement_occlusion import Trust
    from pipeline.movement.attend import Attended


def movement_csv(analysis: Analysis) -> str:
    """A row a frame: time, joint angles and their velocities, segment angles, centre of mass.

    Units stand in the titles.
    """
    movement = analysis.movement
    columns = {"time_s": movement.times}
    columns |= {f"{name}_deg": values for name, values in analysis.angles.items()}
    columns |= {
        f"{name}_deg_per_s": velocity(values, movement.times)
        for name, values in analysis.angles.items()
    }
    columns |= {f"{name}_segment_deg": values for name, values in analysis.segments.items()}
    if analysis.centre is not None:
        for axis, values in zip("xyz", analysis.centre.T, strict=False):
            columns[f"centre_of_mass_{axis}_{movement.unit}"] = values
    columns |= {f"{side}_contact": on.astype(float) for side, on in analysis.contacts.items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if np.isnan(value) else f"{value:.6g}" for value in row])
    return text.getvalue()


def movement_json(
    analysis: Analysis, attended: Attended | None = None, trusted: Trust | None = None
) -> dict[str, Any]:
    """What was read, found, measured and told, for JSON, with units; without curves and maps."""
    movement = analysis.movement
    times = movement.times
    return {
        "source": movement.source,
        "format": movement.format,
        "frames": movement.frames,
        "fps": _round(movement.fps),
        "seconds": _round(float(times[-1] - times[0])),
        "clock": movement.clock,
        "unit": movement.unit,
        "people": movement.people,
        "person": movement.person,
        "joints": _joints(movement),
        "sensors": list(movement.inertial.sensors) if movement.inertial else [],
        "notes": [str(remark) for remark in movement.notes],
        "angles": {name: _summary(values) for name, values in analysis.angles.items()},
        "exercise": analysis.exercise,
        "repetitions_by": analysis.part,
        "set_by_hand": list(analysis.corrections.kinds),
        "reps": [
            {
                "start_s": _round(times[rep.start]),
                "turn_s": _round(times[rep.turn]),
                "end_s": _round(times[rep.end]),
                "peak_deg": _round(rep.peak),
                "range_deg": _round(rep.range),
            }
            for rep in analysis.reps
        ],
        "jumps": [
            {
                "take_off_s": _round(times[jump.take_off]),
                "landing_s": _round(times[jump.landing]),
                "height_m": _round(jump.height) if movement.clock != "assumed" else None,
            }
            for jump in analysis.jumps
        ],
        "gait": None
        if analysis.gait is None
        else {
            "strikes_s": _moments(times, analysis.gait.strikes),
            "toe_offs_s": _moments(times, analysis.gait.toe_offs),
        },
        "indicators": [
            {
                "name": found.name,
                "value": _round(found.value),
                "unit": found.unit,
                "usual": "" if found.usual is None else str(found.usual),
                "source": str(found.source),
                "not_assessable_because": None if found.missing is None else str(found.missing),
            }
            for found in analysis.indicators
        ],
        "model": None if attended is None else _told(attended, trusted),
    }


def _told(attended: Attended, trusted: Trust | None) -> dict[str, Any]:
    """What the attention model says of a stretch, and how its maps stood the test."""
    seen = attended.look
    order = seen.actions.argsort()[::-1][:5]
    return {
        "from_s": _round(float(attended.times[0])),
        "to_s": _round(float(attended.times[-1])),
        "actions": {attended.actions[i]: _round(float(seen.actions[i])) for i in order},
        "faults": {
            name: {"probability": _round(float(p)), "spread": _round(float(s))}
            for name, p, s in zip(attended.faults, seen.faults, attended.fault_spread, strict=True)
        },
        "quality": {"score": _round(attended.quality[0]), "spread": _round(attended.quality[1])},
        "explained": attended.explains,
        "links": [vars(link) for link in attended.links],
        "faithfulness": None
        if trusted is None
        else {
            "probability": _round(trusted.probability),
            "rankings": {name: vars(found) for name, found in trusted.rankings.items()},
            "random": vars(trusted.random),
            "random_spread": vars(trusted.spread),
        },
    }


def _joints(movement: Movement) -> list[str]:
    if movement.joints is None:
        return []
    seen = np.flatnonzero(~movement.missing.all(0))
    return [KEYPOINTS[i] for i in seen]


def _moments(times: np.ndarray, events: dict[str, tuple[int, ...]]) -> dict[str, list[Any]]:
    return {side: [_round(times[frame]) for frame in frames] for side, frames in events.items()}


def _summary(values: np.ndarray) -> dict[str, Any]:
    """Least, middle and greatest of an angle in degrees, or none of it where it is not known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return {"unit": "deg", "least": None, "median": None, "greatest": None, "known": 0.0}
    return {
        "unit": "deg",
        "least": _round(known.min()),
        "median": _round(np.median(known)),
        "greatest": _round(known.max()),
        "known": _round(len(known) / len(values)),
    }


def _round(value: float | None) -> float | None:
    """Six digits; JSON has no NaN."""
    return None if value is None or not np.isfinite(value) else float(f"{value:.6g}")
