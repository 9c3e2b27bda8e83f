"""A movement analysed while it arrives: a window slides along, and each is told at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from data.movement import Movement
from models.movement_attention import MovementAttention, tell
from pipeline.movement.analyse import analyse
from pipeline.movement.attend import MODEL, clips_for
from pipeline.movement.clean import USUAL, Cleaning
from pipeline.runtime import Runtime

SECONDS, EVERY = 4.0, 0.5
"""Usual length of a window, long enough for a repetition, and time from one to the next."""

LEAST = 1.0
"""Seconds that must have arrived before there is anything to tell."""

APART = 0.3
"""Seconds between turns that are two repetitions, not one that moved when the window did."""


RECENT = 0.3
"""Seconds that the newest known angle may be old."""


@dataclass(frozen=True, eq=False)
class Window:
    """What is known when a window ends.

    Attributes
    ----------
    start, end : seconds since the stream's start.
    angles : name → degrees now, or up to :data:`RECENT` before; NaN where it is not known.
    contacts : "left" and "right" → whether the foot is on the ground now.
    exercise, reps : what repeats, and how often it did since the stream's start.
    action : what the window looks like and how probable that is; None without weights.
    quality : the model's score in [0, 1]; NaN without weights.
    took : seconds of computation.
    """

    start: float
    end: float
    angles: dict[str, float]
    contacts: dict[str, bool]
    exercise: str
    reps: int
    action: tuple[str, float] | None
    quality: float
    took: float


class Stream:
    """Takes frames one by one; gives a :class:`Window` every so many seconds.

    Parameters
    ----------
    kind : a movement whose unit and names the frames have; its own frames don't matter.
    runtime : holds the attention model; None leaves it out.
    seconds, every : of a window, and between two.
    how : cleaning within the window. What the filter says of the newest moment still changes a
        little when the next ones come.
    """

    def __init__(
        self,
        kind: Movement,
        runtime: Runtime | None = None,
        seconds: float = SECONDS,
        every: float = EVERY,
        how: Cleaning = USUAL,
    ) -> None:
        self.kind, self.seconds, self.every, self.how = kind, seconds, every, how
        self.model: MovementAttention | None = None if runtime is None else runtime.model(MODEL)
        self._frames: deque[tuple[float, np.ndarray]] = deque()
        self._told = -np.inf
        self._turns: list[float] = []

    def push(self, seconds: float, joints: np.ndarray) -> Window | None:
        """Take the frame (len(KEYPOINTS), 2 or 3) of a moment; a window where one is due."""
        if self._frames and seconds <= self._frames[-1][0]:
            return None  # a late frame; time doesn't run backwards
        self._frames.append((seconds, joints))
        while self._frames[0][0] < seconds - self.seconds:
            self._frames.popleft()
        if seconds - self._frames[0][0] < LEAST or seconds - self._told < self.every - 1e-6:
            return None
        self._told = seconds
        return self._window()

    def _window(self) -> Window:
        started = time.perf_counter()
        times = np.array([at for at, _ in self._frames])
        start, end = float(times[0]), float(times[-1])
        arrived = replace(
            self.kind,
            times=times - start,
            joints=np.stack([joints for _, joints in self._frames]),
            confidence=None,
        )
        found = analyse(arrived, self.how)
        clock = found.movement.times + start
        for rep in found.reps:
            turn = float(clock[rep.turn])
            # At the window's edge a repetition may still be going on.
            ended = rep.end < len(clock) - 1
            if ended and all(abs(turn - other) > APART for other in self._turns):
                self._turns.append(turn)
        action, quality = None, float("nan")
        if self.model is not None and (clips := clips_for(found.movement)):
            actions, quality = tell(self.model, clips[-1])
            best = int(actions.argmax())
            action = (self.model.config.actions[best], float(actions[best]))
        return Window(
            start,
            end,
            {name: _newest(values, clock) for name, values in found.angles.items()},
            {side: bool(on[-1]) for side, on in found.contacts.items()},
            found.exercise,
            len(self._turns),
            action,
            quality,
            time.perf_counter() - started,
        )


def _newest(values: np.ndarray, clock: np.ndarray) -> float:
    """The newest known of values (frames,) not older than :data:`RECENT`; NaN without one.

    The very newest may be left out by cleaning: a first step after standing looks like an outlier.
    """
    known = np.flatnonzero(np.isfinite(values) & (clock >= clock[-1] - RECENT))
    return float(values[known[-1]]) if len(known) else float("nan")


def replay(movement: Movement, stream: Stream) -> Iterator[Window]:
    """A recording's frames put through a stream, as fast as it goes."""
    if movement.joints is None:
        return
    for seconds, joints in zip(movement.times, movement.joints, strict=True):
        if (window := stream.push(float(seconds), joints)) is not None:
            yield window
