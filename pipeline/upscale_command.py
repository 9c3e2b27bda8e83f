"""``python -m pipeline upscale IMAGE…``: pictures enlarged, or shrunk and restored to measure."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import FileError, InputError, StudioError

if TYPE_CHECKING:
    from pipeline.super_resolution import Upscaled

STANDARD_OUTPUT = "-"
CLEAR_LINE = "\r\x1b[K"
BEST_FIRST = ("best", "fast", "bicubic")
CONVERTED = (".jpg", ".jpeg", ".webp", ".tif", ".tiff")
MOST_CONVERTED = 100_000_000
"""Pixels of a result that is to be something else than PNG, for which it is held in memory."""


def add(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    command = commands.add_parser("upscale", help="enlarge pictures", allow_abbrev=False)
    command.set_defaults(run=run)
    option = command.add_argument
    option("images", nargs="*", metavar="IMAGE", help="PNG, JPEG, WebP, TIFF, GIF or BMP")
    option("--scale", type=int, metavar="1|2|4", help="how many times wider and higher; 1 to clean")
    option("--size", type=size, metavar="WxH", help="the result's pixels, in place of a scale")
    option(
        "--method",
        action="append",
        metavar="NAME",
        help="one of --list-methods, may be given several times (default: the best there is)",
    )
    option(
        "--restore", action="store_true", help="shrink by the scale first, compare with the image"
    )
    option(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="draw N times by methods that draw from noise, and chart where results differ",
    )
    option("--out", type=Path, metavar="PATH", help="a folder, or a file for one result")
    option("--list-methods", action="store_true", help="say which methods there are, and stop")
    option(
        "--json",
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="PATH",
        help="write what was asked, run and measured as JSON, to standard output without PATH",
    )


def size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text[:20])
    if found is None:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no size such as 1920x1080")
    return int(found[1]), int(found[2])


def run(options: argparse.Namespace) -> None:
    """Read, enlarge, write. Raises :class:`InputError` when not one image could be read."""
    started = time.monotonic()

    scale = 4 if options.scale is None and options.size is None else options.scale
    out: Path = options.out
    files: dict[str, bytes] = {}
    errors = []
    if not options.list_methods:
        if not options.images or options.out is None:
            raise InputError("Give one or several images and --out, or --list-methods.")
        if options.scale is not None and options.size is not None:
            raise InputError("Give either --scale or --size.")
        for name in options.images:
            try:
                files[name] = _bytes(name)
            except FileError as error:
                errors.append({"image": name, "error": str(error)})
                if len(errors) == len(options.images):
                    raise

    # Only now what takes seconds to load.
    from pipeline.results import make_folder, write_file
    from pipeline.runtime import Runtime
    from pipeline.super_resolution import INVENTED, Source, Upscaling, available, upscale

    runtime = Runtime()
    rows = {row.name: row for row in available(runtime)}
    if options.list_methods:
        listed = [_row(row) for row in rows.values()]
        _tell(options.json, {"methods": listed}, _table(listed))
        return
    names = options.method or [next(name for name in BEST_FIRST if name in rows)]
    one_file = out.suffix.lower() in (".png", *CONVERTED)
    if one_file and len(options.images) * len(names) > 1:
        raise InputError(
            "--out {path} names one file, but several pictures will come. Give a folder.",
            path=str(out),
        )
    sources = [Source(name, data) for name, data in files.items()]
    request = Upscaling(
        tuple(sources), tuple(names), scale, options.size, options.restore, options.seeds
    )

    home = out.parent if one_file else out
    make_folder(home)
    if options.json not in (None, STANDARD_OUTPUT):
        make_folder(Path(options.json).parent)
    made = []
    work = Path(tempfile.mkdtemp(prefix=".upscale-", dir=home))
    try:
        for event in upscale(request, runtime, work, pieces=False):
            if isinstance(event.value, StudioError):
                name = request.sources[event.picture].name
                errors.append({"image": name, "error": str(event.value)})
            if sys.stderr is not None and sys.stderr.isatty():
                line = f"{CLEAR_LINE}{event.stage} {event.fraction:.0%}"
                print(line, end="", file=sys.stderr, flush=True)
            if event.result is not None:
                target = out if one_file else _unused(out / event.result.file.name)
                if target.suffix.lower() in CONVERTED:
                    write_file(target, _converted(event.result, target))
                else:
                    event.result.file.replace(target)
                chart = None
                if event.result.variation is not None:
                    chart = _unused(target.with_name(f"{target.stem}_{INVENTED}.png"))
                    event.result.variation.file.replace(chart)
                made.append(_record(event.result, target, chart))
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if sys.stderr is not None and sys.stderr.isatty():
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)
    for failure in errors:
        print("error:", failure["error"], file=sys.stderr)
    record = {
        "request": {
            "images": options.images,
            "methods": names,
            "scale": scale,
            "size": options.size,
            "restore": options.restore,
            "seeds": options.seeds,
        },
        "results": made,
        "errors": errors,
        "seconds": round(time.monotonic() - started, 3),
    }
    _tell(options.json, record, "\n".join(result["file"] for result in made))


def _tell(path: str | None, record: dict[str, Any], plain: str) -> None:
    """The record as JSON where it was asked for, else what people read."""
    from pipeline.results import write_file

    if path is None:
        print(plain)
        return
    text = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
    if path == STANDARD_OUTPUT:
        sys.stdout.buffer.write(text.encode())
    else:
        write_file(Path(path), text.encode())


def _row(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "scales": list(row.scales) or "any",
        "licence": row.licence,
        "card": row.card,
    }


def _table(rows: list[dict[str, Any]]) -> str:
    """One line a method, in columns."""
    lines = [list(rows[0])]
    for row in rows:
        scales = row["scales"]
        shown = scales if isinstance(scales, str) else " ".join(f"×{scale}" for scale in scales)
        lines.append([str(value) for value in (row | {"scales": shown}).values()])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _record(result: Upscaled, file: Path, chart: Path | None) -> dict[str, Any]:
    varied = result.variation
    return {
        "image": result.name,
        "method": result.method,
        "file": str(file),
        "width_px": result.size[0],
        "height_px": result.size[1],
        "seconds": round(result.seconds, 4),
        "tiles": result.tiles,
        "peak_memory_bytes": result.peak_memory,
        "psnr_db": result.psnr,
        "ssim": result.ssim,
        "feature_distance": result.features,
        "consistency_db": result.consistency,
        "invented": varied
        and {"file": str(chart), "seeds": varied.seeds, "deviation_of_255": round(varied.mean, 4)},
        "weights": result.weights,
        "device": result.device,
    }


def _bytes(name: str) -> bytes:
    """The file, its header already looked at."""
    from data.imaging import MOST_BYTES, look

    try:
        path = Path(name)
        if path.stat().st_size <= MOST_BYTES:
            data = path.read_bytes()
            look(name, data)
            return data
    except (OSError, ValueError) as error:
        raise FileError(
            "{name} cannot be read ({reason}). Give PNG, JPEG, WebP, TIFF, GIF or BMP.",
            name=name,
            reason=getattr(error, "strerror", None) or "not a file name",
        ) from error
    raise FileError(
        "{name} is larger than {limit} MB, the most that is taken.",
        name=name,
        limit=MOST_BYTES >> 20,
    )


def _converted(result: Upscaled, target: Path) -> bytes:
    """The result as JPEG, WebP or TIFF with 8 bits, profile and EXIF kept."""
    import io

    from PIL import Image

    from data.imaging import read

    if result.size[0] * result.size[1] > MOST_CONVERTED:
        raise InputError(
            "{path} would be too large for this format. Give a file that ends in .png.",
            path=str(target),
        )
    picture = read(result.file.name, result.file.read_bytes(), most_pixels=MOST_CONVERTED)
    planes = [picture.pixels] + ([] if picture.alpha is None else [picture.alpha[..., None]])
    eight = [p if p.dtype == "uint8" else (p >> 8).astype("uint8") for p in planes]
    channels = [plane[..., i] for plane in eight for i in range(plane.shape[2])]
    modes = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
    image = Image.merge(modes[len(channels)], [Image.fromarray(channel) for channel in channels])
    if target.suffix.lower() in (".jpg", ".jpeg") and image.mode.endswith("A"):
        image = image.convert("RGB")
    file = io.BytesIO()
    formats = {".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
    kept = {"icc_profile": picture.icc, "exif": picture.exif}
    image.save(
        file,
        formats.get(target.suffix.lower(), "TIFF"),
        quality=95,
        **{name: value for name, value in kept.items() if value is not None},
    )
    return file.getvalue()


def _unused(path: Path) -> Path:
    """The path, or, where it is taken, the first with a number that is not."""
    if not path.exists():
        return path
    numbered = (path.with_stem(f"{path.stem}_{n}") for n in count(2))
    return next(p for p in numbered if not p.exists())
