"""ERG, MRC and CRS: courses of an indoor trainer, in watts, percent of FTP or slope."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from data.errors import FileError
from data.plans.encoding import decode
from data.plans.log import Note, Session, Source, Step, Thresholds, TrainingLog
from data.plans.options import Options
from data.plans.values import MILE, number

MOST_POINTS = 20_000


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """One planned session. Raises :class:`FileError` when the course is empty."""
    lines = decode(name, data).splitlines()
    header = _section(lines, "COURSE HEADER")
    course = _section(lines, "COURSE DATA")
    settings = dict(_setting(line) for line in header if "=" in line)
    points = [numbers for line in course if len(numbers := _numbers(line)) >= 2][:MOST_POINTS]
    columns = " ".join(line for line in header if "=" not in line).upper()
    by_time = "MINUTES" in columns
    percent = "PERCENT" in columns
    if not points:
        raise FileError("{name} is a course without data. Export it again.", name=name)
    day = options.first_day or options.first_monday
    notes = [Note("A workout file names no day; it is put on {day}.", day=day)]
    session = Session(day, "planned", "bike", title=settings.get("DESCRIPTION", ""), source=name)
    if by_time:
        steps = _steps(points, "power_ftp" if percent else "power_w", 0.01 if percent else 1.0)
        long = sum(s.duration_s or 0 for s in steps)
        session = replace(session, duration_s=long, steps=steps)
    else:
        unit = MILE if settings.get("UNITS", "").upper() == "ENGLISH" else 1000.0
        far = sum(max(p[0], 0) for p in points) * unit
        session = replace(session, distance_m=far)
        notes.append(Note("The course tells distance and slope but no effort."))
    ftp = number(settings.get("FTP", ""))
    thresholds = (Thresholds(day, ftp_w=ftp),) if ftp and ftp > 0 else ()
    kind = "MRC" if percent else "ERG" if by_time else "CRS"
    return TrainingLog(
        (session,), thresholds=thresholds, sources=(Source(name, kind, 1, notes=tuple(notes)),)
    )


def _section(lines: list[str], title: str) -> list[str]:
    inside, found = False, []
    for line in map(str.strip, lines):
        if line.upper() == f"[{title}]":
            inside = True
        elif line.startswith("["):
            inside = False
        elif inside and line and not line.startswith(";"):
            found.append(line)
    return found


def _setting(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip().upper(), value.strip()


def _numbers(line: str) -> list[float]:
    found = [number(part) for part in re.split(r"[\s,;]+", line)]
    return [n for n in found if n is not None]


def _steps(points: list[list[float]], target: str, scale: float) -> tuple[Step, ...]:
    """A step between each two points of (minute, level); level changes in between are ramps."""
    steps = []
    for (start, low, *_), (end, high, *_) in pairwise(points):
        if end > start:
            seconds = round((end - start) * 60, 3)
            low, high = round(low * scale, 4), round(high * scale, 4)
            steps.append(Step(seconds, None, "work", target, low, high, low != high))
    return tuple(steps)
