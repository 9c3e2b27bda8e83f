"""One sentence many times: seeds, guidance, steps, or the phases of its action, on one sheet.

A movement strip is a row of phases: the same athlete, kit and place, since every attribute but the
phase is fixed, and one camera, since the poses that the prior makes up in space are all seen from
where the first is seen and from far enough for the whole movement.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from data.scenes.attributes import said
from data.scenes.camera import look
from data.scenes.figure import Figure, figure_of
from data.scenes.posed import Posed
from data.scenes.scene import PHASES
from models.pose_prior import Imagined, imagine
from pipeline.errors import InputError
from pipeline.events import Event
from pipeline.request import Request
from pipeline.runtime import Runtime
from pipeline.text_to_image import complete, generate, stream
from pipeline.understand import understand

AXES = ("phase", "seed", "guidance", "steps")
"""What can vary. ``steps`` are those of the base, which decide what is drawn."""

MOST = 36
"""Pictures on a sheet."""


@dataclass(frozen=True)
class Axis:
    """What varies along a side of the sheet, and its values; phases may be left to the sentence."""

    name: str
    values: tuple[Any, ...] = ()


NOTHING = Axis("", (None,))


@dataclass(frozen=True)
class Grid:
    """A sheet of pictures, row by row; raises :class:`InputError` for what cannot be drawn.

    ``request`` is what all have in common; its count doesn't matter.
    """

    request: Request
    across: Axis
    down: Axis = NOTHING

    def __post_init__(self) -> None:
        names = [axis.name for axis in (self.across, self.down) if axis is not NOTHING]
        if len(set(names)) < len(names) or set(names) - set(AXES):
            raise InputError("Choose two different things to vary: {names}.", names=", ".join(AXES))
        for axis in (self.across, self.down):
            if not axis.values and axis.name != "phase":
                raise InputError("Choose at least one value of what varies.")
        if len(self.across.values) * len(self.down.values) > MOST:
            raise InputError(
                "That would be {count} pictures; up to {limit} fit on a sheet. Choose fewer "
                "values.",
                count=len(self.across.values) * len(self.down.values),
                limit=MOST,
            )

    @property
    def cells(self) -> list[tuple[Any, Any]]:
        """The values down and across of each picture, in the order in which they are drawn."""
        return [(y, x) for y in self.down.values for x in self.across.values]


def settle(grid: Grid, runtime: Runtime) -> Grid:
    """The grid with the phases that its sentence's action has, where it leaves them open."""
    if not any(axis.name == "phase" and not axis.values for axis in (grid.across, grid.down)):
        return grid
    shown = _shown(grid.request, runtime)
    phases = tuple(f"{shown['action']}/{phase}" for phase in PHASES[shown["action"]])
    filled = [
        Axis("phase", phases) if axis.name == "phase" and not axis.values else axis
        for axis in (grid.across, grid.down)
    ]
    return replace(grid, across=filled[0], down=filled[1])


def draw(grid: Grid, runtime: Runtime) -> Iterator[Event]:
    """Draw a sheet; yields the events of its pictures, numbered in the order of its cells.

    The first event's value is the settled grid. Close the iterator to cancel.
    """
    grid = settle(grid, runtime)
    yield Event("grid", 0.0, value=grid)
    start, count = time.monotonic(), len(grid.cells)
    strips: dict[int, dict[str, Request]] = {}
    for i, (y, x) in enumerate(grid.cells):
        request = replace(grid.request, count=1)
        phase = None
        for axis, value in ((grid.down, y), (grid.across, x)):
            if axis.name == "steps":
                request = replace(request, steps=replace(request.steps, base=value))
            elif axis.name == "phase":
                phase = value
            elif axis.name:
                request = replace(request, **{axis.name: value})
        if phase is not None:
            phases = next(a.values for a in (grid.across, grid.down) if a.name == "phase")
            if request.seed not in strips:
                strips[request.seed] = strip(request, phases, runtime)
            posed = strips[request.seed][phase]
            request = replace(request, fixed=posed.fixed, figure=posed.figure)
        for event in generate(request, runtime):
            fraction = (i + event.fraction) / count
            # What was measured says more than each picture's own guess, once there is something.
            passed = time.monotonic() - start
            left = passed / fraction * (1 - fraction) if fraction > 0.5 / count else None
            yield replace(event, fraction=fraction, seconds_left=left, picture=i)


def strip(request: Request, phases: Sequence[str], runtime: Runtime) -> dict[str, Request]:
    """A request for each phase ("sprint/flight"): one athlete, one place, one camera."""
    shown = _shown(replace(request, fixed=dict(request.fixed) | {"phase": phases[0]}), runtime)
    each = {phase: shown | {"phase": phase} for phase in phases}
    figures: Sequence[Figure | None] = [None] * len(phases)
    if request.guide:
        prior = runtime.model("pose_prior")
        figures = one_camera(
            [
                imagine(
                    prior, said(fixed), torch.Generator().manual_seed(stream(request.seed, "pose"))
                )
                for fixed in each.values()
            ]
        )
    return {
        phase: replace(request, fixed=fixed, figure=figure)
        for (phase, fixed), figure in zip(each.items(), figures, strict=True)
    }


def one_camera(moments: Sequence[Imagined]) -> list[Figure]:
    """Moments of one movement as the first one's camera sees them, all of them in the frame."""
    first = moments[0].scene
    together = Posed(
        np.concatenate([moment.posed.joints for moment in moments]),
        np.concatenate([moment.posed.hand_axes for moment in moments]),
        tuple(prop for moment in moments for prop in moment.posed.props),
    )
    view = look(first, together)
    return [figure_of(first, moment.posed, view) for moment in moments]


def _shown(request: Request, runtime: Runtime) -> dict[str, str]:
    """Every attribute of the picture that ``request`` asks for."""
    stated = understand(request.prompt.text, runtime).attributes | dict(request.fixed)
    return complete(stated, request.seed)
