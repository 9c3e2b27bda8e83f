"""A log in each format that it can leave in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from data.errors import InputError
from data.plans import delimited, fit_workout, ics, structured, xlsx, zwo
from data.plans.log import Session, TrainingLog

WRITERS: dict[str, Callable[[TrainingLog], bytes]] = {
    ".csv": delimited.write,
    ".xlsx": xlsx.write,
    ".json": structured.write_json,
    ".ics": ics.write,
    ".fit.zip": lambda log: workouts(log, ".fit", fit_workout.write),
    ".zwo.zip": lambda log: workouts(log, ".zwo", zwo.write),
}
"""How a file's name ends → what writes it."""


def write(log: TrainingLog, name: str) -> bytes:
    """The log in the format that the file's name ends with.

    CSV, XLSX and JSON keep everything; ICS, FIT and ZWO what they can carry. Raises
    :class:`InputError` for another ending.
    """
    for ending, writer in WRITERS.items():
        if name.lower().endswith(ending):
            return writer(log)
    raise InputError(
        "{name} ends with no format that a log can be written in. They are {endings}.",
        name=name,
        endings=", ".join(WRITERS),
    )


def workouts(log: TrainingLog, ending: str, writer: Callable[[Session], bytes]) -> bytes:
    """A zip of one file for each planned session with steps, named by day and title.

    Raises :class:`InputError` when no session has steps.
    """
    structured_ones = [s for s in log.sessions if s.kind == "planned" and s.steps]
    if not structured_ones:
        raise InputError(
            "No planned session has steps, so there are no workouts to write. Describe sessions "
            "with repeats, for example “8x400m”."
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, session in enumerate(structured_ones):
            title = re.sub(r"[^\w]+", "-", session.title)[:40].strip("-")
            archive.writestr(f"{session.date}_{n + 1:03d}_{title}{ending}", writer(session))
    return packed.getvalue()
