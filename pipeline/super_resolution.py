"""One picture, several upscalers: read → (shrink) → enlarge by each → write → measure.

Two ways to ask. *Upscale* enlarges what it is given; since there is no truth, it is measured
whether the result shrinks back to what was given. *Restore* shrinks the picture first, by the
protocol of the papers, and measures how much of it each method brings back.

What comes out lies in a folder of its own in the workspace, one PNG a method and picture, and the
same in pieces for a page to show. Only rows and tiles are held in memory.
"""

from __future__ import annotations

import shutil
import time
import uuid
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.errors import FileError
from data.imaging import Picture, PngWriter, bands, look, read, shrink
from data.notes import Note
from pipeline.errors import InputError
from pipeline.events import Event
from pipeline.progress import Progress
from pipeline.results import make_folder, workspace
from pipeline.runtime import Runtime
from pipeline.upscaling import tiles
from pipeline.upscaling.canvas import ROWS, Canvas, fill
from pipeline.upscaling.measures import measure
from pipeline.upscaling.methods import Method, find, methods
from pipeline.upscaling.shown import Cutter, Shown
from pipeline.upscaling.variation import Variation, chart

MOST_PICTURES = 32
MOST_SIDE = 32_000
"""Pixels a side of a result."""

MOST_RESULT = 1_000_000_000
"""Pixels of a result."""

SCALES = (1, 2, 4)
"""How many times larger; 1 is for methods that clean."""

MOST_SEEDS = 8
LEAST_RESTORED = 8
"""Fewest pixels a side of a picture that was shrunk to be restored."""

INVENTED = "invented"
"""How files end that chart where seeds differ."""

KEPT_FOLDERS = 24
SECONDS_A_TILE = 0.5


@dataclass(frozen=True)
class Source:
    """A picture file as it came."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Upscaling:
    """What is asked; raises :class:`InputError` for what cannot be done.

    Attributes
    ----------
    methods : names of rows of the registry, in the order in which they run.
    scale : how many times wider and higher; with ``restore`` how many times smaller first.
    size : width and height of the results, in place of ``scale``.
    restore : shrink first and measure against the original.
    seeds : how often a method that draws from noise does so; from 2 on its results are charted
        (:mod:`pipeline.upscaling.variation`), the first is the one to keep.
    """

    sources: tuple[Source, ...]
    methods: tuple[str, ...]
    scale: int | None = 4
    size: tuple[int, int] | None = None
    restore: bool = False
    seeds: int = 1

    def __post_init__(self) -> None:
        if not self.sources:
            raise InputError("There is no picture yet. Add one, or take a sample.")
        if len(self.sources) > MOST_PICTURES:
            raise InputError(
                "{count} pictures at once are too many; up to {limit} are taken.",
                count=len(self.sources),
                limit=MOST_PICTURES,
            )
        if not self.methods:
            raise InputError("No method is chosen. Choose at least one.")
        if (self.scale is None) == (self.size is None):
            raise InputError("Give either a scale or a size.")
        if self.scale is not None and self.scale not in SCALES:
            raise InputError("The scale cannot be {scale}. Choose 1, 2 or 4.", scale=self.scale)
        if self.restore and self.scale == 1:
            raise InputError("To restore, choose 2 or 4: by 1 nothing is shrunk.")
        if not 1 <= self.seeds <= MOST_SEEDS:
            raise InputError(
                "{count} seeds cannot be compared. Give 1 to {limit}.",
                count=self.seeds,
                limit=MOST_SEEDS,
            )
        if self.size is not None:
            if self.restore:
                raise InputError("To restore, choose a scale: the size is that of the original.")
            _check_size(*self.size)


@dataclass(frozen=True, eq=False)
class Opened:
    """A picture that was read: what the methods get, and what they are measured against.

    Attributes
    ----------
    picture : its index; ``name`` its file's.
    size : width and height of what the methods get.
    small, original : both in pieces; ``original`` only when it is to be restored.
    """

    picture: int
    name: str
    size: tuple[int, int]
    small: Shown
    original: Shown | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Upscaled:
    """What one method made of one picture.

    Attributes
    ----------
    file : the PNG; ``shown`` the same in pieces.
    size : width and height.
    native : how many times wider the method made it, before it was shrunk to ``size`` if need be;
        None for interpolation.
    seconds : for enlarging alone, once; writing and measuring don't count.
    tiles : how many tiles it took, 1 for interpolation.
    peak_memory : most bytes that the process held so far.
    psnr, ssim : against the original, on luma, None without one.
    features : distance from the original in our judge's and upscaler's features, 0 for none
        (:func:`pipeline.upscaling.measures.feature_distance`).
    consistency : PSNR in dB of the result, shrunk back, against what was given; None if smaller.
    variation : where the results of several seeds differ; None unless asked for.
    weights : model → first digits of the SHA-256 of its weights.
    """

    picture: int
    name: str
    method: str
    file: Path
    shown: Shown
    size: tuple[int, int]
    native: int | None
    seconds: float
    tiles: int
    peak_memory: int
    psnr: float | None
    ssim: float | None
    features: float | None
    consistency: float | None
    variation: Variation | None
    weights: dict[str, str]
    device: str


def upscale(
    request: Upscaling, runtime: Runtime, folder: Path | None = None, pieces: bool = True
) -> Iterator[Event]:
    """Enlarge every picture by every method.

    Yields an :class:`~pipeline.events.Event` after each tile; one with an :class:`Opened` as value
    for each picture, or with the :class:`FileError` of one that cannot be read, after which the
    others go on; and one with an :class:`Upscaled` as result for each method. Close the iterator to
    cancel. Raises the first error when no picture could be read.

    ``folder`` is where the files go; a new one in the workspace when None. Without ``pieces`` none
    are cut for a page.
    """
    rows = find(request.methods, runtime)
    folder = new_folder() if folder is None else folder
    make_folder(folder)
    plans = _plans(request, rows)
    seeds = {row.name: request.seeds if row.seeded else 1 for row in rows}
    steps = {n: count * sum(plan.tiles[n] for plan in plans) for n, count in seeds.items()}
    for row in rows:
        runtime.pace.setdefault(row.name, SECONDS_A_TILE)
    progress = Progress({"read": len(request.sources), **steps}, runtime.pace | {"read": 0.1})
    yield progress.now("read")

    failures: list[Exception] = []
    for i, source in enumerate(request.sources):
        # 1. Read.
        try:
            original = read(source.name, source.data)
            small = _reduced(source.name, original, request)
            size = _wanted(original, small, request)
        except (FileError, InputError) as error:
            failures.append(error)
            yield progress.step("read", i, value=error)
            continue
        shown = folder if pieces else None
        yield progress.step("read", i, value=_opened(i, source, small, original, shown))

        for row in rows:
            base = folder / file_name(source.name, row.name, size, i)
            native = _native(row, small.size, size)
            with ExitStack() as files:
                # 2. Enlarge; where it draws from noise and a map is wanted, with other noise too.
                drawn, took = [], []
                for seed in range(seeds[row.name]):
                    path = base.with_suffix(f".{seed}.raw")
                    drawn.append(files.enter_context(Canvas(path, size, small.pixels)))
                    tile, planned = plans[i].tile.get(row.name, 0), plans[i].tiles[row.name]
                    work = fill(row, small.pixels, drawn[-1], runtime, tile, seed)
                    took.append((yield from _told(work, progress, row.name, i, planned)))
                canvas, (count, seconds), variation = drawn[0], took[0], None
                if len(drawn) > 1:
                    file = base.with_name(f"{base.stem}_{INVENTED}.png")
                    for charted in chart(file, drawn, pieces):
                        variation = charted
                        yield progress.now(row.name, i)

                # 3. Write, row by row.
                cutter = Cutter(base.with_suffix(""), *size) if pieces else None
                for _ in _write(base, canvas, small, cutter):
                    yield progress.now(row.name, i)

                # 4. Measure.
                crop = request.scale if request.restore else None
                measures = measure(canvas, small, original, crop, runtime)
            yield progress.now(
                row.name,
                i,
                result=Upscaled(
                    picture=i,
                    name=source.name,
                    method=row.name,
                    file=base,
                    shown=cutter.finish() if cutter else Shown(base, *size, 0),
                    size=size,
                    seconds=seconds,
                    tiles=count,
                    peak_memory=runtime.peak_memory(),
                    native=native,
                    weights=_hashes(row, native, runtime),
                    device=runtime.describe(),
                    variation=variation,
                    **measures,
                ),
            )
    if len(failures) == len(request.sources):
        raise failures[0]


def new_folder() -> Path:
    """A folder in the workspace that nobody can guess; the oldest ones are removed."""
    home = workspace() / "upscaled"
    with suppress(FileNotFoundError):
        old = sorted((p for p in home.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
        for folder in old[: max(0, len(old) - KEPT_FOLDERS + 1)]:
            shutil.rmtree(folder, ignore_errors=True)
    return home / uuid.uuid4().hex


def file_name(name: str, method: str, size: tuple[int, int], picture: int) -> str:
    """A name that sorts and explains: ``01_sprint_best_2048x1536.png``."""
    stem = "".join(c if c.isalnum() or c in "-." else "-" for c in Path(name).stem)[:60]
    method = Path(method).stem if "." in method else method
    return f"{picture + 1:02d}_{stem.strip('.') or 'picture'}_{method}_{size[0]}x{size[1]}.png"


def available(runtime: Runtime) -> list[Method]:
    """The rows of the registry."""
    return list(methods(runtime).values())


def pack(files: Sequence[Path], target: Path) -> Iterator[Event]:
    """All files in one zip, whose path is the last event's value."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:  # stored: PNG is compressed already
        for file in files:
            yield Event("zip", 1.0, 0.0)
            archive.write(file, file.name)
    part.rename(target)
    yield Event("zip", 1.0, 0.0, value=target)


# Planning


@dataclass(frozen=True)
class _Plan:
    """Method → how many steps it takes, and the side of its tiles."""

    tiles: dict[str, int]
    tile: dict[str, int]


def _plans(request: Upscaling, rows: Sequence[Method]) -> list[_Plan]:
    result = []
    for source in request.sources:
        count: dict[str, int] = {}
        side: dict[str, int] = {}
        try:
            header = look(source.name, source.data)
        except FileError:  # said when it is read
            result.append(_Plan(dict.fromkeys((row.name for row in rows), 0), side))
            continue
        less = request.scale if request.restore and request.scale else 1
        width, height = max(1, header.width // less), max(1, header.height // less)
        target = request.size or (width * (request.scale or 1), height * (request.scale or 1))
        for row in rows:
            if not row.scales:
                count[row.name] = -(-target[1] // ROWS) if row.name == "bicubic" else 1
                continue
            times = row.native(max(target[0] / width, target[1] / height))
            side[row.name] = row.tile or tiles.side(row.bytes_a_pixel, width, times)
            count[row.name] = tiles.count((height, width), side[row.name], row.reach, row.tile)
        result.append(_Plan(count, side))
    return result


def _reduced(name: str, picture: Picture, request: Upscaling) -> Picture:
    """What the methods get: the picture itself, or, to be restored, shrunk."""
    if not request.restore or request.scale is None:
        return picture
    width, height = (side // request.scale for side in picture.size)
    if min(width, height) < LEAST_RESTORED:
        raise FileError(
            "{name} is too small to be shrunk and restored. Give at least {least} pixels a side.",
            name=name,
            least=LEAST_RESTORED * request.scale,
        )
    small = shrink(picture.pixels, request.scale)
    alpha = None if picture.alpha is None else shrink(picture.alpha, request.scale)
    return Picture(small, alpha, picture.icc, picture.exif, picture.notes)


def _wanted(original: Picture, small: Picture, request: Upscaling) -> tuple[int, int]:
    if request.size is not None:
        return request.size
    scale = request.scale or 1
    width, height = small.size[0] * scale, small.size[1] * scale
    _check_size(width, height)
    return width, height


def _check_size(width: int, height: int) -> None:
    most = min(MOST_SIDE, MOST_RESULT // max(1, min(width, height)))
    if min(width, height) < 1 or max(width, height) > most:
        raise InputError(
            "A result of {width} × {height} pixels cannot be made; up to {side} a side and "
            "{limit} million in all are. Choose a smaller scale or size.",
            width=width,
            height=height,
            side=MOST_SIDE,
            limit=MOST_RESULT // 1_000_000,
        )


# Enlarging


def _told(
    work: Iterator[None], progress: Progress, stage: str, picture: int, planned: int
) -> Generator[Event, None, tuple[int, float]]:
    """An event after each step of the work; returns how many there were and their seconds.

    The first ``planned`` count as progress.
    """
    count, seconds = 0, 0.0
    while True:
        started = time.perf_counter()
        ended = next(work, work) is work
        seconds += time.perf_counter() - started
        if ended:
            return count, seconds
        count += 1
        yield progress.step(stage, picture) if count <= planned else progress.now(stage, picture)


def _native(row: Method, small: tuple[int, int], size: tuple[int, int]) -> int | None:
    return row.native(max(size[0] / small[0], size[1] / small[1])) if row.scales else None


def _hashes(row: Method, native: int | None, runtime: Runtime) -> dict[str, str]:
    names = row.weights[native] if row.weights and native is not None else ()
    return {name: runtime.hash(name) for name in names}


# Writing and measuring


def _opened(
    index: int, source: Source, small: Picture, original: Picture, folder: Path | None
) -> Opened:
    """What was read, in pieces in ``folder``; without one only said how large it is."""

    def cut(picture: Picture, name: str) -> Shown:
        if folder is None:
            return Shown(Path(source.name), *picture.size, 0)
        cutter = Cutter(folder / f"{index + 1:02d}_{name}", *picture.size)
        cutter.write(_with_alpha(picture.pixels, picture.alpha))
        return cutter.finish()

    return Opened(
        picture=index,
        name=source.name,
        size=small.size,
        small=cut(small, "given"),
        original=None if original is small else cut(original, "original"),
        notes=original.notes,
    )


def _write(file: Path, canvas: np.ndarray, small: Picture, cutter: Cutter | None) -> Iterator[None]:
    """The PNG with everything that the file it came from had, and the pieces."""
    height, width, channels = canvas.shape
    opacity = None if small.alpha is None else bands(small.alpha, (height, width), ROWS)
    channels += opacity is not None
    part = file.with_suffix(".part")
    with (
        part.open("wb") as out,
        PngWriter(out, (width, height), channels, canvas.dtype, small.icc, small.exif) as png,
    ):
        for begin in range(0, height, ROWS):
            rows = np.asarray(canvas[begin : begin + ROWS])
            rows = _with_alpha(rows, None if opacity is None else next(opacity))
            png.write(rows)
            if cutter is not None:
                cutter.write(rows)
            yield
    part.rename(file)


def _with_alpha(pixels: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    return pixels if alpha is None else np.concatenate([pixels, alpha[..., None]], axis=2)
