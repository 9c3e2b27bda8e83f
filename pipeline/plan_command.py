"""``python -m pipeline plan FILE…``: a training plan or log, read and added up."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

STANDARD_OUTPUT = "-"
CLEAR_LINE = "\r\x1b[K"


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add ``plan`` and its options to the commands."""
    command = commands.add_parser("plan", help="read a training plan or log", allow_abbrev=False)
    command.set_defaults(run=plan)
    option = command.add_argument
    option("files", type=Path, nargs="+", metavar="FILE", help="plans, activities, zips of them")
    option("--athlete", metavar="NAME", help="whose sessions, where there are several athletes")
    option("--zone", type=zone, metavar="NAME", help="where the athlete trains: Europe/Berlin, say")
    option("--first-day", type=day, metavar="DATE", help="when a plan without dates begins")
    option("--imperial", action="store_true", help="distances without a unit are miles")
    option("--out", type=Path, metavar="PATH", help="also write the log: csv, xlsx, json, ics …")
    option(
        "--json",
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="PATH",
        help="write what was read and what it adds up to as JSON, to standard output without PATH",
    )


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:20])
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no date such as 2026-05-18") from None


def zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text[:60])
    except (ValueError, OSError, KeyError):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no time zone") from None


def plan(options: argparse.Namespace) -> None:
    """Read, add up, tell."""
    # Only now what takes a second to load.
    from data.plans.options import Options
    from data.plans.write import write
    from pipeline import training_plan
    from pipeline.plans.record import plan_to_json, told
    from pipeline.results import write_file

    started = time.monotonic()
    assumed = Options(first_day=options.first_day, imperial=options.imperial)
    if options.zone is not None:
        assumed = replace(assumed, zone=options.zone)
    workers = os.cpu_count() or 1
    log = training_plan.read(options.files, assumed, show_progress, workers)
    athletes = [options.athlete] if options.athlete is not None else log.athletes_with_sessions
    analyses = [training_plan.analyse(log, athlete) for athlete in athletes]
    if options.out is not None:
        write_file(options.out, write(log, options.out.name))
    if options.json is None:
        print(*told(log, analyses), sep="\n")
        return
    asked = {
        "files": [str(path) for path in options.files],
        "athlete": options.athlete,
        "zone": str(assumed.zone),
        "first_day": str(options.first_day) if options.first_day else None,
        "imperial": options.imperial,
    }
    record = plan_to_json(asked, log, analyses, time.monotonic() - started)
    text = json.dumps(record, ensure_ascii=False) + "\n"
    if options.json == STANDARD_OUTPUT:
        sys.stdout.buffer.write(text.encode())
    else:
        write_file(Path(options.json), text.encode())


def show_progress(done: int, of: int) -> None:
    """A line that replaces itself, where standard error is a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        text = "" if done == of else f"read {done} of {of}"
        print(f"{CLEAR_LINE}{text}", end="", file=sys.stderr, flush=True)
