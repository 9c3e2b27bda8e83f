"""Events set by hand: where a coach saw better when a repetition turned or a foot struck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from data.movement.names import SIDES
from pipeline.errors import InputError
from pipeline.movement.contact import Gait, Jump, cadence
from pipeline.movement.reps import Rep

Moments = Mapping[str, Sequence[float]]
Stretches = Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class Corrections:
    """Events in seconds since the recording's start; None keeps what was found.

    Attributes
    ----------
    reps : (start, turn, end) of each repetition.
    flights : (take-off, landing) of each jump.
    strikes, toe_offs : "left" and "right" → moments at which the foot strikes and leaves.
    contacts : "left" and "right" → (from, to) of each stretch on the ground.
    """

    reps: Sequence[tuple[float, float, float]] | None = None
    flights: Sequence[tuple[float, float]] | None = None
    strikes: Moments | None = None
    toe_offs: Moments | None = None
    contacts: Stretches | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that were set by hand."""
        return tuple(name for name, value in vars(self).items() if value is not None)

    def check(self, seconds: float) -> None:
        """Raises InputError where events lie outside the recording, out of order or overlap."""
        sided = (self.contacts or {}).values()
        for events in (self.reps or (), self.flights or (), *sided):
            previous = 0.0
            for event in sorted(events):
                if not np.isfinite(event).all() or any(np.diff(event) <= 0):
                    raise InputError(
                        "An event from {start} to {end} s cannot be: each of its moments must come "
                        "after the one before. Correct its row.",
                        start=f"{event[0]:.2f}",
                        end=f"{event[-1]:.2f}",
                    )
                if event[0] < previous:
                    raise InputError(
                        "The events up to {previous} s and from {start} s overlap. Let one end "
                        "before the next begins.",
                        previous=f"{previous:.2f}",
                        start=f"{event[0]:.2f}",
                    )
                previous = event[-1]
                _inside((event[0], previous), seconds)
        for moments in (self.strikes, self.toe_offs):
            for side in (moments or {}).values():
                _inside(side, seconds)


NONE = Corrections()


def _inside(moments: Sequence[float], seconds: float) -> None:
    for moment in moments:
        if not 0 <= moment <= seconds + 0.01:
            raise InputError(
                "{moment} s lies outside the recording, which has {seconds} s. Give a time within "
                "it.",
                moment=f"{moment:.2f}",
                seconds=f"{seconds:.2f}",
            )


def to_json(corrections: Corrections) -> dict[str, Any]:
    """Plain values; :func:`from_json` gives them back."""
    return asdict(corrections)


def from_json(record: Mapping[str, Any]) -> Corrections:
    """What :func:`to_json` wrote. Raises TypeError and ValueError for anything else."""

    def rows(value: Any) -> Any:
        return None if value is None else tuple(tuple(map(float, row)) for row in value)

    def sided(value: Any, each: Any) -> Any:
        return None if value is None else {side: each(value[side]) for side in SIDES}

    def floats(value: Any) -> tuple[float, ...]:
        return tuple(map(float, value))

    return Corrections(
        rows(record.get("reps")),
        rows(record.get("flights")),
        sided(record.get("strikes"), floats),
        sided(record.get("toe_offs"), floats),
        sided(record.get("contacts"), rows),
    )


def frame_at(times: np.ndarray, seconds: float) -> int:
    """The frame nearest to a moment."""
    return int(np.abs(times - seconds).argmin())


def set_reps(
    given: Sequence[tuple[float, float, float]], angle: np.ndarray, times: np.ndarray
) -> tuple[Rep, ...]:
    """Repetitions at the given moments, measured anew in the angle (frames,) that they move."""
    found = []
    for moments in sorted(given):
        start, turn, end = (frame_at(times, moment) for moment in moments)
        peak = float(angle[turn])
        found.append(Rep(start, turn, end, peak, peak - float(max(angle[start], angle[end]))))
    return tuple(found)


def set_flights(given: Sequence[tuple[float, float]], times: np.ndarray) -> tuple[Jump, ...]:
    """Jumps at the given moments; their height follows from the time in the air as given."""
    return tuple(
        Jump(frame_at(times, up), frame_at(times, down), down - up) for up, down in sorted(given)
    )


def set_gait(corrections: Corrections, found: Gait | None, times: np.ndarray) -> Gait | None:
    """Foot strikes and toe-offs at the given moments; None where no foot strikes."""

    def frames(given: Moments | None, before: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
        if given is None:
            return {side: before.get(side, ()) for side in SIDES}
        return {
            side: tuple(sorted(frame_at(times, moment) for moment in given.get(side, ())))
            for side in SIDES
        }

    strikes = frames(corrections.strikes, found.strikes if found else {})
    toe_offs = frames(corrections.toe_offs, found.toe_offs if found else {})
    if not any(strikes.values()):
        return None
    return Gait(strikes, toe_offs, cadence(strikes, times))


def set_contacts(given: Stretches, times: np.ndarray) -> dict[str, np.ndarray]:
    """Whether each foot is on the ground, bool (frames,), by the stretches given."""
    found = {}
    for side in SIDES:
        found[side] = np.zeros(len(times), bool)
        for start, end in given.get(side, ()):
            found[side] |= (times >= start - 1e-6) & (times <= end + 1e-6)
    return found
