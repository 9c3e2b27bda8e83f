"""Sessions made shorter or longer, in steps that people plan in."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from data.plans.log import Session
from data.plans.workout_text import steps_of

SHORTEST_S = 900.0
REPEATS = re.compile(r"(\d+)(\s*[x×*]\s*\d)")


def amount(session: Session) -> float:
    """How much a session is: seconds, or what a distance alone is worth beside them."""
    return session.duration_s or (session.distance_m or 0.0) / 3


def scaled(session: Session, factor: float) -> Session:
    """The session shorter or longer: to 5 minutes, 0.5 km (100 m in water), whole repeats."""
    step_m = 100.0 if session.sport == "swim" else 500.0
    seconds, metres = session.duration_s, session.distance_m
    if seconds:
        seconds = max(_toward(seconds * factor, 300.0, factor), SHORTEST_S)
    if metres:
        metres = max(_toward(metres * factor, step_m, factor), step_m)

    def fewer(words: str) -> str:
        return REPEATS.sub(lambda m: f"{max(round(int(m[1]) * factor), 1)}{m[2]}", words)

    title, text = fewer(session.title), fewer(session.text)
    steps = session.steps
    if steps and (title, text) != (session.title, session.text):
        steps = steps_of(f"{title}\n{text}")
    elif steps and all(s.duration_s for s in steps):
        steps = tuple(replace(s, duration_s=(s.duration_s or 0) * factor) for s in steps)
    load = None if session.load is None else session.load * factor
    return replace(
        session,
        title=title,
        text=text,
        duration_s=seconds,
        distance_m=metres,
        load=load,
        steps=steps,
    )


def _toward(value: float, step: float, factor: float) -> float:
    """Rounded to a step, downwards where it was to shrink, so that a limit is kept."""
    return float(np.floor(value / step + 1e-9) if factor < 1 else np.round(value / step)) * step
