"""A recording studied in numbered steps, each told as an event: read → measure → attend → trust →
leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.errors import FileError
from data.movement import Movement, Options, read_all
from data.movement.movement import UNSAID
from data.movement.read import format_of
from pipeline.events import Event
from pipeline.movement.analyse import Analysis, analyse
from pipeline.movement.attend import attend, left_out, tested
from pipeline.movement.clean import USUAL, Cleaning
from pipeline.movement.corrections import NONE, Corrections
from pipeline.movement.pose_model import with_installed
from pipeline.runtime import Runtime

STUDY = ("read", "measure", "attend", "trust", "leave out")


@dataclass(frozen=True, eq=False)
class Recording:
    """A file as it was brought, and how it is to be read.

    ``which`` of several in a zip, and which ``stretch`` of a long one the model looks at;
    ``corrections`` are events set by hand. ``explain``: "action", a fault's name, or what stands
    out most, see :func:`pipeline.movement.attend.attend`.
    """

    name: str
    data: bytes
    options: Options = UNSAID
    cleaning: Cleaning = USUAL
    which: int = 0
    stretch: int = 0
    corrections: Corrections = NONE
    explain: str = ""


@dataclass(frozen=True, eq=False)
class Contents:
    """What was read: the movement, and the names of all that the file holds."""

    movement: Movement
    names: tuple[str, ...]


def study(recording: Recording, runtime: Runtime) -> Iterator[Event]:
    """Events with a value each: Contents, Analysis, Attended, Trust and an array of what leaving
    out each joint at each moment changes; the last three where there are joints. Raises FileError,
    InputError for impossible corrections, and WeightsError after what needs no weights.
    """
    # 1. Read
    yield Event("read", 0.0)
    contents = open_recording(recording)
    yield Event("read", 0.3, value=contents)

    # 2. Measure
    analysis: Analysis = analyse(contents.movement, recording.cleaning, recording.corrections)
    yield Event("measure", 0.4, value=analysis)

    # 3. Attend
    attended = attend(analysis, runtime, recording.stretch, recording.explain)
    if attended is None:
        return
    yield Event("attend", 0.6, value=attended)

    # 4. Trust
    yield Event("trust", 0.8, value=tested(attended, runtime))

    # 5. Leave out
    yield Event("leave out", 1.0, value=left_out(attended, runtime))


def open_recording(recording: Recording) -> Contents:
    """The recording's movement; of a zip's the one asked for. Raises FileError."""
    options = recording.options
    if format_of(recording.data) in ("video", "XLSX"):  # or a zip, which may hold videos
        options = with_installed(options)
    found = list(read_all(recording.name, recording.data, options))
    readable = [(name, m) for name, m in found if isinstance(m, Movement)]
    if not readable:
        error = found[0][1]
        assert isinstance(error, FileError)
        raise error
    which = min(recording.which, len(readable) - 1)
    return Contents(readable[which][1], tuple(name for name, _ in readable))
