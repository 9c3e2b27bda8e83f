"""Which open model draws, and with which settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import InputError

HUB_STEPS = 150
HUB_GUIDANCE = (0.0, 20.0)
HUB_SIZE = (64, 2048)
"""Pixels a side; a multiple of :data:`GRAIN`."""

GRAIN = 32
"""Every latent that is in use divides this."""

MAX_NEGATIVE = 300
MAX_ENLARGERS = 2

NAME = re.compile(r"(?!\.)[\w.-]{1,96}(/(?!\.)[\w.-]{1,96})?")
"""``owner/name``, or a folder below the models folder; never ``..``, a root or a drive."""


@dataclass(frozen=True)
class HubModel:
    """An open text-to-image model; raises :class:`InputError` for what cannot be one.

    Attributes
    ----------
    name
        Its name on the hub (``owner/name``) or its folder below the models folder
        (:func:`pipeline.hub.find.models_folder`).
    control
        A ControlNet that follows OpenPose pictures, named alike; empty for none.
    enlargers
        Pipelines that enlarge what comes before, named alike, as DeepFloyd IF's second and third
        stage do.
    steps
        Of each stage, 1 to :data:`HUB_STEPS`; None: as many as each pipeline takes by default.
    guidance
        Guidance scale of the first stage; None: the pipeline's default.
    size
        Pixels a side of what the first stage draws; None: what the model was made for.
    negative
        Negative prompt: what the picture should not show.
    understood
        Whether the model is told what was understood of the sentence, in English keywords, in
        place of the sentence: for models that read no Chinese.
    """

    name: str
    control: str = ""
    enlargers: tuple[str, ...] = ()
    steps: int | None = None
    guidance: float | None = None
    size: int | None = None
    negative: str = ""
    understood: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "enlargers", tuple(self.enlargers))
        for name in (self.name, *([self.control] if self.control else []), *self.enlargers):
            check_name(name)
        if len(self.enlargers) > MAX_ENLARGERS:
            raise InputError(
                "A picture can be enlarged by up to {limit} models in a row.", limit=MAX_ENLARGERS
            )
        steps, size = self.steps, self.size
        if steps is not None and not (type(steps) is int and 1 <= steps <= HUB_STEPS):
            raise InputError(
                "An open model cannot take {value} steps. Choose a whole number from {low} to "
                "{high}, or leave it to the model.",
                value=steps,
                low=1,
                high=HUB_STEPS,
            )
        low, high = HUB_GUIDANCE
        if self.guidance is not None and not _number_within(self.guidance, low, high):
            raise InputError(
                "An open model cannot take the guidance scale {value}. Choose a number from {low} "
                "to {high}, or leave it to the model.",
                value=self.guidance,
                low=low,
                high=high,
            )
        if size is not None and not (
            type(size) is int and HUB_SIZE[0] <= size <= HUB_SIZE[1] and size % GRAIN == 0
        ):
            raise InputError(
                "An open model cannot draw {value} pixels a side. Choose a multiple of {grain} "
                "from {low} to {high}, or leave it to the model.",
                value=size,
                grain=GRAIN,
                low=HUB_SIZE[0],
                high=HUB_SIZE[1],
            )
        if not isinstance(self.negative, str) or len(self.negative) > MAX_NEGATIVE:
            raise InputError(
                "What the picture should not show can have up to {limit} characters.",
                limit=MAX_NEGATIVE,
            )


def check_name(name: object) -> None:
    """Raise :class:`InputError` for what names no model."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InputError(
            "“{name}” is no name of a model. Give its name on the hub, as “owner/name”, or that of "
            "a folder in the models folder.",
            name=str(name)[:100],
        )


def _number_within(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
