"""The command line: ``python -m pipeline …``; the same API, for scripts and checks."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pipeline import movement_command, plan_command, upscale_command
from pipeline.errors import HubError, InputError, PoseError, StorageError, as_sentence
from pipeline.events import Event
from pipeline.hub.model import HubModel
from pipeline.request import GUIDANCE, MAX_COUNT, MAX_STEPS, SIZES, Prompt, Request, Result, Steps

if TYPE_CHECKING:
    from data.scenes.figure import Figure

STANDARD_OUTPUT = "-"
CLEAR_LINE = "\r\x1b[K"
DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """Refuses in one line, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ")
        raise InputError("{message}; accepted is: {usage}", message=message, usage=usage)

    def parse_known_args(self, *arguments: Any, **settings: Any) -> tuple[Any, list[str]]:
        """Refuses unknown options here, where the command's own usage is known."""
        options, unknown = super().parse_known_args(*arguments, **settings)
        if unknown:
            self.error(f"unknown: {' '.join(unknown)}")
        return options, unknown


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    try:
        options = parser().parse_args(arguments)
        options.run(options)
        print(end="", flush=True)
        return DONE
    except (InputError, StorageError, HubError) as error:
        return complain(error, REFUSED)
    except KeyboardInterrupt:
        return complain("cancelled", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        sentence = as_sentence(error)
        detail = "" if sentence is error else f" ({type(error).__name__}: {error})"
        return complain(f"{sentence}{detail}", FAILED)


def complain(what: object, status: int) -> int:
    """One line on standard error."""
    print("error:", " ".join(str(what).split()), file=sys.stderr)
    return status


def parser() -> Parser:
    """All commands and their options."""
    result = Parser("python -m pipeline", description="Pictures and explanations for sport.")
    commands = result.add_subparsers(required=True, dest="command")

    add = commands.add_parser("generate", help="draw what a sentence says", allow_abbrev=False)
    add.set_defaults(run=generate)
    low, high = GUIDANCE
    default = Request(Prompt("any"))
    option = add.add_argument
    option("prompt", metavar="PROMPT", help="a sentence in English or Chinese")
    option("--seed", type=whole, default=0, metavar="N", help="which of the possible pictures")
    option("--count", type=whole, default=1, metavar="N", help=f"how many, up to {MAX_COUNT}")
    option(
        "--guidance",
        type=number,
        metavar="SCALE",
        help=f"how strictly to follow the words, {low:g} to {high:g} (default: {default.guidance})",
    )
    option(
        "--steps",
        type=steps,
        metavar="N[,N[,N]]",
        help=f"evaluations at 64, 256 and 1024 pixels, up to {MAX_STEPS} each",
    )
    option("--size", type=whole, metavar="|".join(map(str, SIZES)))
    option(
        "--pose", metavar="FILE[:FRAME]", help="the pose to draw: keypoints, or a picture of ours"
    )
    option("--model", metavar="NAME", help="an open model, by its hub name or folder")
    option("--control", default="", metavar="NAME", help="a ControlNet that gives it the pose")
    option(
        "--in-english", action="store_true", help="tell it what was understood, in English keywords"
    )
    option(
        "--enlarge-by",
        action="append",
        default=[],
        metavar="NAME",
        help="an open model that enlarges; up to two",
    )
    option(
        "--out", type=Path, default=Path(), metavar="PATH", help="a folder, or a file.png for one"
    )
    option("--stages", action="store_true", help="also write the smaller pictures on the way")
    option(
        "--json",
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="PATH",
        help="write what was asked, run and measured as JSON, to standard output without PATH",
    )
    movement_command.add(commands)
    plan_command.add(commands)
    upscale_command.add(commands)
    return result


def whole(text: str) -> int:
    try:
        return int(text[:20])
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no whole number") from None


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number") from None


def steps(text: str) -> Steps:
    counts = [whole(part) for part in text.split(",")]
    if len(counts) > 3:
        raise argparse.ArgumentTypeError("give up to three whole numbers, for instance 8,4,4")
    return Steps(*counts)


def generate(options: argparse.Namespace) -> None:
    """``generate``: check, draw, write."""
    started = time.monotonic()
    own, model = own_settings(options), open_model(options)
    request = Request(
        Prompt(options.prompt),
        seed=options.seed,
        count=options.count,
        figure=None if options.pose is None else pose_file(options.pose),
        model=model,
        **({} if model else own),
    )
    out: Path = options.out
    one_file = out.suffix.lower() == ".png"
    if one_file and (options.count > 1 or options.stages):
        raise InputError(
            "--out {path} names one file, but several pictures will come. Give a folder.",
            path=str(out),
        )

    # Only now what takes seconds to load.
    from pipeline import text_to_image
    from pipeline.metadata import to_png
    from pipeline.record import request_to_json, result_to_json
    from pipeline.results import file_name, make_folder, write_file
    from pipeline.runtime import Runtime

    make_folder(out.parent if one_file else out)
    if options.json not in (None, STANDARD_OUTPUT):
        make_folder(Path(options.json).parent)
    made = []
    for result in with_progress(text_to_image.generate(request, Runtime())):
        stages = list(result.stages) if options.stages else [list(result.stages)[-1]]
        files = []
        for stage in stages:
            path = out if one_file else unused(out / file_name(result, stage))
            write_file(path, to_png(result, stage))
            files.append(str(path))
        made.append(result_to_json(result) | {"files": files})
        if options.json is None:
            print(*files, sep="\n")
    if options.json is not None:
        record = {
            "request": request_to_json(request),
            "results": made,
            "seconds": round(time.monotonic() - started, 3),
        }
        text = json.dumps(record, ensure_ascii=False) + "\n"
        if options.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(text.encode())
        else:
            write_file(Path(options.json), text.encode())


def own_settings(options: argparse.Namespace) -> dict[str, Any]:
    """What the own models are told, where something is said."""
    said = {name: getattr(options, name) for name in ("guidance", "steps", "size")}
    return {name: value for name, value in said.items() if value is not None}


def open_model(options: argparse.Namespace) -> HubModel | None:
    """The open model that draws, with its settings; None for the own ones."""
    if options.model is None:
        if options.control or options.enlarge_by or options.in_english:
            raise InputError(
                "--control, --enlarge-by and --in-english belong to an open model: give --model."
            )
        return None
    return HubModel(
        options.model,
        control=options.control,
        enlargers=tuple(options.enlarge_by),
        steps=None if options.steps is None else options.steps.base,
        guidance=options.guidance,
        size=options.size,
        understood=options.in_english,
    )


def pose_file(name: str) -> Figure:
    """The pose in ``FILE`` or, of a recording, in its frame: ``FILE:FRAME``."""
    from pipeline.pose import read_pose

    file, colon, frame = name.rpartition(":")
    if not (colon and frame.isdecimal()) or Path(name).exists():
        file, frame = name, "0"
    try:
        data = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise PoseError(
            "{path} cannot be read ({reason}). Give a file with keypoints or a picture of ours.",
            path=file,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error
    return read_pose(file, data, int(frame))


def with_progress(events: Iterable[Event]) -> Iterable[Result]:
    """The results, with a line of progress where standard error is a terminal."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    try:
        for event in events:
            if terminal:
                left = f", about {event.seconds_left or 0:.0f} s left"
                print(
                    f"{CLEAR_LINE}{event.stage} {event.fraction:.0%}{left}",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
            if event.result is not None:
                yield event.result
    finally:
        if terminal:
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)


def unused(path: Path) -> Path:
    """The path, or, where it is taken by another picture, the first with a number that is not."""
    if not path.exists():
        return path
    numbered = (path.with_stem(f"{path.stem}_{n}") for n in count(2))
    return next(p for p in numbered if not p.exists())


if __name__ == "__main__":
    sys.exit(main())
