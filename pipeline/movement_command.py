"""``python -m pipeline movement FILE…``: one recording, or a batch with a table of all."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import FileError, InputError, StudioError

if TYPE_CHECKING:
    from data.movement import Movement, Options
    from models.movement_occlusion import Trust
    from pipeline.movement import Analysis
    from pipeline.movement.attend import Attended
    from pipeline.movement.corrections import Corrections
    from pipeline.runtime import Runtime

STANDARD_OUTPUT = "-"
COLUMNS = ("file", "format", "frames", "fps", "joints", "exercise", "reps", "jumps", "steps")


def add(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    command = commands.add_parser("movement", help="measure recorded movements", allow_abbrev=False)
    command.set_defaults(run=run)
    option = command.add_argument
    option("files", nargs="+", metavar="FILE", help="recordings, or zips or folders of them")
    option("--fps", type=float, help="frames a second of files that don't say")
    option("--aspect", type=float, help="width / height of the picture, for shares of it")
    option("--height", type=float, help="the athlete's stature in metres")
    option("--person", type=int, help="which of several people, 0 the one seen longest")
    option("--model", metavar="PATH", help="a 2D pose model (ONNX, .task), for videos")
    option("--detector", metavar="ONNX", help="YOLOX, for videos of several people")
    option("--events", type=Path, metavar="JSON", help="events set by hand, in seconds")
    option("--attend", action="store_true", help="also what the attention model tells")
    option("--cutoff", type=float, default=6.0, help="of the filter in Hz; 0 for none")
    option("--out", type=Path, metavar="PATH", help="a folder for each file's curves, CSV and TRC")
    option(
        "--json",
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="PATH",
        help="write all that was measured as JSON, to standard output without PATH",
    )


def run(options: argparse.Namespace) -> None:
    """Read, measure, write. Raises :class:`FileError` when not one file could be read."""
    started = time.monotonic()

    # Only now what takes a second to load.
    from data.movement import Options
    from pipeline.movement import Cleaning, analyse
    from pipeline.movement.corrections import to_json
    from pipeline.movement.out import movement_json
    from pipeline.movement.pose_model import with_installed
    from pipeline.results import make_folder, write_file

    reading = with_installed(
        Options(
            options.fps,
            options.aspect,
            options.height,
            options.person,
            options.model,
            options.detector,
        )
    )
    events = _events(options.events)
    how = Cleaning(cutoff=options.cutoff or None)
    found: list[dict[str, Any]] = []
    failures: list[StudioError] = []
    for name, movement in _movements(options.files, reading):
        if isinstance(movement, FileError):
            failures.append(movement)
            found.append({"source": name, "error": str(movement)})
            continue
        try:
            analysis = analyse(movement, how, events)
        except InputError as error:  # events that are not of this recording
            failures.append(error)
            found.append({"source": name, "error": str(error)})
            continue
        record = (
            movement_json(analysis, *_told(analysis)) if options.attend else movement_json(analysis)
        )
        if options.out is not None:
            record["files"] = _write(options.out, name, analysis)
        found.append(record)
    if len(failures) == len(found):
        raise failures[0]
    if options.json is None:
        print(table(found))
        return
    record = {
        "request": {
            "files": options.files,
            "fps": options.fps,
            "aspect": options.aspect,
            "height_m": options.height,
            "person": options.person,
            "cutoff_hz": how.cutoff,
            "filter_order": how.order,
            "longest_gap_s": how.longest_gap,
            "events_s": to_json(events),
        },
        "results": found,
        "seconds": round(time.monotonic() - started, 3),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if options.json == STANDARD_OUTPUT:
        sys.stdout.buffer.write(text.encode())
    else:
        make_folder(Path(options.json).parent)
        write_file(Path(options.json), text.encode())


def table(found: list[dict[str, Any]]) -> str:
    """One line a recording, in columns; a sentence for what could not be read."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for entry in found:
        if "error" in entry:
            rows.append((entry["source"], entry["error"]))
            continue
        fps = "?" if entry["clock"] == "assumed" else f"{entry['fps']:.4g}"
        joints, reps, jumps = (str(len(entry[key])) for key in ("joints", "reps", "jumps"))
        exercise = entry["exercise"] or "–"
        steps = str(sum(map(len, entry["gait"]["strikes_s"].values())) if entry["gait"] else 0)
        rows.append(
            (
                entry["source"],
                entry["format"],
                str(entry["frames"]),
                fps,
                joints,
                exercise,
                reps,
                jumps,
                steps,
            )
        )
    whole = [row for row in rows if len(row) == len(COLUMNS)]
    widths = [max(len(row[i]) for row in whole) for i in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        if len(row) == len(COLUMNS)
        else "  ".join(row)
        for row in rows
    )


def _events(path: Path | None) -> Corrections:
    """The events in a JSON file, as the page's editor has them. Raises FileError."""
    from pipeline.movement.corrections import NONE, from_json

    if path is None:
        return NONE
    try:
        record = json.loads(_bytes(path))
        unknown = set(record) - set(vars(NONE))
        if unknown:
            raise ValueError(f"{min(unknown)} is no kind of event")
        return from_json(record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FileError(
            "{name} holds no events that are understood. Give JSON with times in seconds, any of: "
            '{{"reps": [[start, turn, end]], "flights": [[take-off, landing]], "strikes": '
            '{{"left": [], "right": []}}, "toe_offs": …, "contacts": {{"left": [[from, to]], '
            '"right": []}}}}.',
            name=str(path),
        ) from error


def _movements(names: list[str], options: Options) -> Iterator[tuple[str, Movement | FileError]]:
    """Every recording in the files, or the folders of files, one after the other."""
    from data.movement import read_all
    from data.movement.keypoints import is_frame, read_frames

    for name in names:
        path = Path(name)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        frames: dict[Path, list[tuple[str, bytes]]] = {}
        for file in files:
            try:
                data = _bytes(file)
                if len(files) > 1 and is_frame(data):
                    frames.setdefault(file.parent, []).append((file.name, data))
                else:
                    yield from read_all(str(file), data, options)
            except FileError as error:
                yield str(file), error
        for folder, parts in frames.items():
            try:
                yield str(folder), read_frames(str(folder), parts, options)
            except FileError as error:
                yield str(folder), error


def _told(analysis: Analysis) -> tuple[Attended | None, Trust | None]:
    """What the attention model tells of the beginning, and how its maps stand the test."""
    from pipeline.movement.attend import attend, tested

    attended = attend(analysis, _runtime())
    return attended, None if attended is None else tested(attended, _runtime())


@cache
def _runtime() -> Runtime:
    from pipeline.runtime import Runtime

    return Runtime()


def _bytes(file: Path) -> bytes:
    from data.movement.read import MOST_BYTES

    try:
        if file.stat().st_size <= MOST_BYTES:
            return file.read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(
            "{name} cannot be read ({reason}). Give a recording: BVH, C3D, TRC, MOT, JSON, CSV, "
            "XLSX, MAT, a video, or a zip of them.",
            name=str(file),
            reason=getattr(error, "strerror", None) or "not a file name",
        ) from error
    raise FileError(
        "{name} is larger than {limit} MB, the most that is taken. Cut the recording.",
        name=str(file),
        limit=MOST_BYTES >> 20,
    )


def _write(folder: Path, name: str, analysis: Analysis) -> list[str]:
    """The curves as CSV, and the joints as TRC where there are any."""
    from data.movement.opensim import write_trc
    from pipeline.movement.out import movement_csv
    from pipeline.results import make_folder, write_file

    make_folder(folder)
    stem = "_".join(Path(name).with_suffix("").parts[-2:]).strip("/_.") or "movement"
    texts = {".csv": movement_csv(analysis)}
    if analysis.movement.joints is not None:
        texts[".trc"] = write_trc(analysis.movement)
    for ending, text in texts.items():
        write_file(folder / f"{stem}{ending}", text.encode())
    return [str(folder / f"{stem}{ending}") for ending in texts]
