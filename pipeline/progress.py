"""How far a computation is and how long it will still take, from the steps measured so far."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pipeline.events import Event


class Progress:
    """Turns finished steps into events.

    Parameters
    ----------
    steps
        Stage → how many steps it takes in all.
    pace
        Stage → seconds a step, the best guess so far. Corrected in place by what is measured, so
        that the next computation guesses better.
    """

    def __init__(self, steps: Mapping[str, int], pace: dict[str, float]) -> None:
        self._left = dict(steps)
        self._pace = pace
        self._fraction = 0.0
        self._started = self._last = time.monotonic()
        self._seconds: dict[tuple[str, int], float] = {}

    def step(self, stage: str, picture: int = 0, **content: Any) -> Event:
        """The event after a step of ``stage``, with its preview or value."""
        now = time.monotonic()
        took, self._last = now - self._last, now
        self._seconds[stage, picture] = self._seconds.get((stage, picture), 0.0) + took
        self._pace[stage] = (self._pace[stage] + took) / 2
        self._left[stage] -= 1
        return self.now(stage, picture, **content)

    def now(self, stage: str, picture: int = 0, **content: Any) -> Event:
        """An event between two steps."""
        left = self._seconds_left()
        elapsed = self._last - self._started
        # Never backwards, though a step that was slower than thought raises what is left.
        self._fraction = max(self._fraction, elapsed / (elapsed + left) if left else 1.0)
        return Event(stage, self._fraction, left, picture, **content)

    def seconds(self, picture: int) -> dict[str, float]:
        """Stage → seconds it took; what serves all pictures counts with the first."""
        return {stage: took for (stage, of), took in self._seconds.items() if of == picture}

    def _seconds_left(self) -> float:
        return sum(count * self._pace[stage] for stage, count in self._left.items())
