"""What can enlarge a picture: one row each, and how it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from data.imaging import bands
from models import upscaler
from pipeline.errors import InputError, WeightsError
from pipeline.runtime import Runtime
from pipeline.upscaling import yours
from pipeline.upscaling.diffusion import (
    PHOTO,
    STAGE,
    array,
    open_cascade,
    open_photo,
    tensor,
)
from pipeline.upscaling.tiles import Enlarge

CARDS = "models/weights/{}/card.md"


@dataclass(frozen=True, eq=False)
class Method:
    """One row of the registry.

    Attributes
    ----------
    name : what it is called on the command line and in file names.
    kind : ``interpolation``, ``network``, ``diffusion`` or ``yours``.
    scales : how many times wider it makes a picture; empty for any size.
    licence, card : of its weights; the card is a path in the repository or the file itself.
    reach : pixels of the small picture around a pixel that have a say in it.
    bytes_a_pixel : memory that it takes for each small pixel of a tile, roughly.
    open : loads it; gives what enlarges a tile by one of the scales. None for interpolation.
    seeded : the same with the noise of a seed; None for what draws from no noise.
    weights : scale → the names of its models in the runtime.
    tile : pixels a side of its tiles, where it takes no other.
    """

    name: str
    kind: str
    scales: tuple[int, ...]
    licence: str
    card: str
    reach: int = 0
    bytes_a_pixel: float = 0.0
    open: Callable[[Runtime, int], Enlarge] | None = None
    seeded: Callable[[Runtime, int, int], Enlarge] | None = None
    weights: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    tile: int | None = None

    def native(self, factor: float) -> int:
        """The scale to run at when a picture is to become ``factor`` times wider."""
        return min((s for s in self.scales if s >= factor - 1e-9), default=max(self.scales))


def methods(runtime: Runtime) -> dict[str, Method]:
    """All methods that can be run here, by name; what has no weights here is left out."""
    rows = [
        *INTERPOLATIONS,
        *(_own(quality, runtime) for quality in QUALITIES),
        _photo(runtime),
        _cascade(runtime),
        *(_yours(file) for file in yours.files()),
    ]
    return {row.name: row for row in rows if row is not None}


def find(names: Sequence[str], runtime: Runtime) -> tuple[Method, ...]:
    """The methods of these names.

    Raises :class:`InputError` for one that isn't there, and :class:`WeightsError` for a user's file
    that is no upscaler.
    """
    known = methods(runtime)
    for name in names:
        file = yours.upscalers_folder() / name
        if name not in known and file in yours.files():
            yours.opened(file)
        if name not in known:
            raise InputError(
                "There is no method {name}. Choose from: {known}.",
                name=name,
                known=", ".join(known),
            )
    return tuple(known[name] for name in names)


# Interpolation

INTERPOLATIONS = (
    Method("nearest", "interpolation", (), "Apache-2.0", "opencv.org"),
    Method("bicubic", "interpolation", (), "Apache-2.0", "data/imaging/resize.py"),
    Method("lanczos", "interpolation", (), "Apache-2.0", "opencv.org"),
)

ROWS = 256
"""Rows at a time."""


def interpolate(name: str, small: np.ndarray, canvas: np.ndarray) -> Iterator[None]:
    """Fill ``canvas`` (H, W, C) from ``small`` (h, w, C), of the same type; yields on the way.

    ``nearest`` and ``lanczos`` are OpenCV's; ``bicubic`` is the one that papers compare with
    (OpenCV's has a = -0.75 and overshoots more).
    """
    height, width = canvas.shape[:2]
    if name == "bicubic":
        begin = 0
        for band in bands(small, (height, width), ROWS):
            canvas[begin : begin + len(band)] = band
            begin += len(band)
            yield
        return
    how = cv2.INTER_NEAREST_EXACT if name == "nearest" else cv2.INTER_LANCZOS4
    grey = small.shape[2] == 1
    source, target = (small[..., 0], canvas[..., 0]) if grey else (small, canvas)
    cv2.resize(source, (width, height), dst=np.asarray(target), interpolation=how)
    yield


# Own networks

QUALITIES = ("fast", "best", "looks")


def _trained(name: str, runtime: Runtime) -> bool:
    """Whether the weights of a model lie here, whole."""
    folder = runtime.weights / name
    return all((folder / file).exists() for file in ("config.json", "model.safetensors"))


def _own(quality: str, runtime: Runtime) -> Method | None:
    names = {
        config.times: name
        for name, config in upscaler.CONFIGS.items()
        if name.endswith(quality) and _trained(name, runtime)
    }
    if not names:
        return None
    configs = [upscaler.CONFIGS[name] for name in names.values()]
    return Method(
        name=quality,
        kind="network",
        scales=tuple(sorted(names)),
        licence="Apache-2.0",
        card=CARDS.format(names[max(names)]),
        reach=max(3 * config.blocks + 2 for config in configs),
        bytes_a_pixel=max(40 * config.channels + 60 * config.times**2 for config in configs),
        open=partial(_open_own, names),
        weights={times: (name,) for times, name in names.items()},
    )


def _open_own(names: Mapping[int, str], runtime: Runtime, times: int) -> Enlarge:
    network = runtime.model(names[times])

    def enlarge(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        small = tensor(tile, runtime)
        return array(runtime.evaluate(network, small))

    return enlarge


# Diffusion


def _cascade(runtime: Runtime) -> Method | None:
    if not _trained(STAGE, runtime):
        return None
    return Method(
        name="cascade",
        kind="diffusion",
        scales=(4,),
        licence="Apache-2.0",
        card=CARDS.format(STAGE),
        reach=24,
        bytes_a_pixel=20_000,
        open=open_cascade,
        seeded=open_cascade,
        weights={4: (STAGE,)},
    )


def _photo(runtime: Runtime) -> Method | None:
    if not all(_trained(name, runtime) for name in PHOTO):
        return None
    return Method(
        name="diffusion",
        kind="diffusion",
        scales=(4,),
        licence="Apache-2.0",
        card=CARDS.format(PHOTO[0]),
        reach=24,
        bytes_a_pixel=10_000,
        open=open_photo,
        seeded=open_photo,
        weights={4: PHOTO},
    )


# What users bring


def _yours(file: Path) -> Method | None:
    try:
        upscaler = yours.opened(file)
    except WeightsError:
        return None  # said when it is asked for, and by troubles()
    return Method(
        name=file.name,
        kind="yours",
        scales=(upscaler.scale,),
        licence="as its author says",
        card=str(file),
        reach=upscaler.side // 8 if upscaler.side else 32,
        bytes_a_pixel=12_000,
        open=partial(yours.enlarger, file),
        tile=upscaler.side,
    )


def troubles() -> list[WeightsError]:
    """Why files in the users' folder are left out, a sentence each."""
    found = []
    for file in yours.files():
        try:
            yours.opened(file)
        except WeightsError as error:
            found.append(error)
    return found
