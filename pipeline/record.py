"""Requests and results as JSON: in a picture's metadata, on disk and for ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from data.scenes.figure import Figure, FigureProp, no_lines
from data.scenes.posed import JOINTS
from data.scenes.scene import DECORS
from pipeline.errors import InputError, PoseError
from pipeline.hub.model import HubModel
from pipeline.request import Prompt, Request, Result, Steps
from pipeline.space_record import (
    known_prop,
    listed_props,
    space_from_json,
    space_to_json,
)

VERSION = 1
"""Of the JSON form: raised when an older studio could not read it any more."""

MOST_ATHLETES, MOST_LINES = 3, 256

FARTHEST = 1e6
"""Largest coordinate, in sides of the picture: lines on the ground run far beyond it."""


def request_to_json(request: Request) -> dict[str, Any]:
    """The request as plain values; :func:`request_from_json` gives it back."""
    return {
        "version": VERSION,
        "prompt": request.prompt.text,
        "seed": request.seed,
        "count": request.count,
        "guidance": request.guidance,
        "steps": vars(request.steps).copy(),
        "size": request.size,
        "guide": request.guide,
        "figure": None if request.figure is None else figure_to_json(request.figure),
        "fixed": dict(request.fixed),
        "model": None
        if request.model is None
        else vars(request.model) | {"enlargers": list(request.model.enlargers)},
    }


def request_from_json(record: object) -> Request:
    """The request that was written; raises :class:`InputError` for anything else."""
    if not isinstance(record, Mapping) or not isinstance(record.get("prompt"), str):
        raise InputError("These settings hold no sentence. Type what the picture should show.")
    if record.get("version") != VERSION:
        raise InputError(
            "These settings were written in version {version} of their form; this studio reads "
            "version {known}. Bring the studio up to date.",
            version=record.get("version"),
            known=VERSION,
        )
    known = {name: record[name] for name in _SETTINGS if name in record}
    try:
        if "steps" in known:
            known["steps"] = Steps(**known["steps"])
    except TypeError as error:
        raise InputError(
            "The numbers of steps in these settings cannot be read. They are called {names}.",
            names=", ".join(vars(Steps())),
        ) from error
    figure = record.get("figure")
    if not isinstance(record.get("fixed", {}), Mapping):
        raise InputError("What is fixed in these settings is no list of attributes and values.")
    return Request(
        Prompt(record["prompt"]),
        figure=None if figure is None else figure_from_json(figure),
        model=_model(record.get("model")),
        **known,
    )


def _model(record: object) -> HubModel | None:
    if record is None:
        return None
    try:
        return HubModel(**record)  # type: ignore[arg-type]
    except TypeError as error:
        raise InputError("The open model in these settings cannot be read.") from error


_SETTINGS = ("seed", "count", "guidance", "steps", "size", "guide", "fixed")


def result_to_json(result: Result) -> dict[str, Any]:
    """All of the result but its pixels."""
    figure = None if result.figure is None else figure_to_json(result.figure)
    return {
        "request": request_to_json(result.request),
        "attributes": dict(result.attributes),
        "chosen": list(result.chosen),
        "figure": figure,
        "weights": dict(result.weights),
        "versions": dict(result.versions),
        "device": result.device,
        "seconds": {stage: round(took, 4) for stage, took in result.seconds.items()},
        "peak_memory_bytes": result.peak_memory,
        "created": result.created,
    }


def figure_to_json(figure: Figure) -> dict[str, Any]:
    """Joints, props, lines and horizon as lists of numbers in image coordinates, None for NaN; the
    same in space where it is known."""
    return {
        "joints": _numbers(figure.joints),
        "props": [
            {"kind": p.kind} | {name: _numbers(getattr(p, name)) for name in (*_ENDS, "depth")}
            for p in figure.props
        ],
        "lines": _numbers(figure.lines),
        "horizon": _numbers(np.array(figure.horizon)),
        "depth": None if figure.depth is None else _numbers(figure.depth),
        "outlines": _numbers(figure.outlines),
        "decor": figure.decor,
        "space": None if figure.space is None else space_to_json(figure.space),
    }


def figure_from_json(record: object) -> Figure:
    """The figure that was written; raises :class:`PoseError` for anything else."""
    if not isinstance(record, Mapping):
        raise PoseError("A pose is an object with “joints”; this is something else.")
    props = listed_props(record.get("props", []))
    joints = _array(record.get("joints"), "joints", (len(JOINTS), 2), range(1, MOST_ATHLETES + 1))
    depth = record.get("depth")
    lines, outlines = (
        _array(record.get(name) or no_lines(), name, (2, 3), range(MOST_LINES + 1))
        for name in ("lines", "outlines")
    )
    return Figure(
        joints,
        tuple(_prop(prop) for prop in props),
        lines,
        float(_array(record.get("horizon"), "horizon", ())),
        None if depth is None else _array(depth, "depth", joints.shape[:2]),
        outlines,
        _decor(record.get("decor")),
        None if record.get("space") is None else space_from_json(record["space"], len(joints)),
    )


_ENDS = ("tail", "tip", "side")


def _decor(record: object) -> int | None:
    if record is None or (type(record) is int and 0 <= record < DECORS):
        return record
    raise PoseError("A pose's “decor” is a number from 0 to {last}.", last=DECORS - 1)


def _prop(record: object) -> FigureProp:
    record = known_prop(record)
    ends = {name: _array(record.get(name), name, (2,)) for name in _ENDS}
    depth = _array(record.get("depth") or [None, None], "depth", (2,))
    return FigureProp(str(record["kind"]), **ends, depth=depth)


def _numbers(array: np.ndarray) -> Any:
    # By way of text, so that 0.1 in 32 bits is written as 0.1 and not as 0.10000000149011612.
    numbers = array.astype(np.float32).astype(str).astype(float).astype(object)
    numbers[np.isnan(array)] = None
    return numbers.tolist()


def _array(
    values: object, name: str, shape: tuple[int, ...], counts: range | None = None
) -> np.ndarray:
    """float32 of ``shape``, or as many of these as ``counts`` allows; None is read as NaN."""
    try:
        with np.errstate(over="ignore"):
            array = np.array(values, np.float32)
    except (TypeError, ValueError, OverflowError):
        array = np.array(np.inf)
    fits = array.shape == shape if counts is None else array.shape[1:] == shape
    if counts is not None:
        fits = fits and len(array) in counts
    if not fits or (np.abs(array) > FARTHEST).any():
        raise PoseError(
            "The {name} of this pose cannot be read. They are lists of numbers of the shape "
            "{shape} in image coordinates (0 to 1 from the upper left corner), null where unknown.",
            name=name,
            shape=shape if counts is None else (f"{counts[0]} to {counts[-1]}", *shape),
        )
    return array
