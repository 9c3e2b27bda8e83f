"""Files of any format to one log: detection by content, archives, limits."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from data.errors import FileError
from data.plans import delimited, erg, fit, gpx, hrm, ics, pwx, structured, tcx, text, xlsx, zwo
from data.plans.encoding import ACCEPTED, decode
from data.plans.log import Note, Source, TrainingLog, checked, in_order
from data.plans.merge import combined, merge
from data.plans.options import Options

MOST_BYTES = 64 * 1024 * 1024
MOST_BYTES_TOGETHER = 1024 * 1024 * 1024
MOST_FILES = 5000
MOST_SESSIONS = 100_000
BEGINNING = 65_536
ALONE = 16
"""Up to this many files one process reads faster than several start."""

Reader = Callable[[str, bytes, Options], TrainingLog]
XML = {
    "TrainingCenterDatabase": tcx.read,
    "gpx": gpx.read,
    "pwx": pwx.read,
    "workout_file": zwo.read,
}


def read_files(
    files: Iterable[tuple[str, bytes]],
    options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> TrainingLog:
    """All files as one log, each session once.

    Parameters
    ----------
    files
        (name, content); zip archives are opened, and .gz inside and outside of them.
    progress
        Called with how many files are read and how many there are.
    workers
        Processes that read at the same time where there are many files.

    Files that cannot be read are named in the sources' notes, unless none can: then the first
    reason is raised as :class:`FileError`.
    """
    steps = reading(files, options, workers)
    while True:
        try:
            done, of = next(steps)
        except StopIteration as end:
            return end.value
        if progress is not None:
            progress(done, of)


def reading(
    files: Iterable[tuple[str, bytes]], options: Options | None = None, workers: int = 1
) -> Generator[tuple[int, int], None, TrainingLog]:
    """As :func:`read_files`, a step a file: yields how many are read and how many there are."""
    options = options or Options()
    packed = list(unpacked(files))
    logs, failures = [], []
    for done, (log, failure) in enumerate(_read_all(packed, options, workers), start=1):
        if log is not None:
            logs.append(log)
        if failure is not None:
            failures.append((packed[done - 1][0], failure))
        yield done, len(packed)
    if not logs:
        raise (
            failures[0][1]
            if failures
            else FileError("There is no file to read. Accepted are {accepted}.", accepted=ACCEPTED)
        )
    for name, failure in failures:
        note = Note(failure.template, **failure.values)
        logs.append(TrainingLog(sources=(Source(name, "", notes=(note,)),)))
    if sum(len(log.sessions) for log in logs) > MOST_SESSIONS:
        raise FileError(
            "There are more than {limit} sessions. Choose fewer years or athletes.",
            limit=MOST_SESSIONS,
        )
    return combined(logs) if len(logs) == 1 else merge(logs)


def _read_all(
    files: list[tuple[str, bytes]], options: Options, workers: int
) -> Iterator[tuple[TrainingLog | None, FileError | None]]:
    if workers < 2 or len(files) <= ALONE:
        yield from (_tried((name, data, options)) for name, data in files)
        return
    jobs = [(name, data, options) for name, data in files]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for log, failure in pool.map(_plainly, jobs, chunksize=4):
            yield log, None if failure is None else FileError(failure[0], **failure[1])


def _tried(
    job: tuple[str, bytes, Options],
) -> tuple[TrainingLog | None, FileError | None]:
    try:
        return read_file(*job), None
    except FileError as error:
        return None, error


def _plainly(
    job: tuple[str, bytes, Options],
) -> tuple[TrainingLog | None, tuple[str, dict[str, object]] | None]:
    """As :func:`_tried`, with errors as values that can cross from one process to another."""
    log, error = _tried(job)
    if error is None:
        return log, None
    return None, (error.template, {k: str(v) for k, v in error.values.items()})


def read_file(name: str, data: bytes, options: Options) -> TrainingLog:
    """One file, not packed, by what is in it. Raises :class:`FileError`."""
    log = reader_of(name, data)(name, data, options)
    return replace(log, sessions=tuple(sorted(map(checked, log.sessions), key=in_order)))


def reader_of(name: str, data: bytes) -> Reader:
    """The reader of the format that the content shows; the file's name plays no part."""
    if data[8:12] == b".FIT":
        return fit.read
    if data[:4] == b"PK\x03\x04":
        return xlsx.read
    start = decode(name, _beginning(data)).lstrip("\ufeff \n\t")
    if not start:
        raise FileError("{name} is empty. Accepted are {accepted}.", name=name, accepted=ACCEPTED)
    if start.startswith("<"):
        root = re.search(r"<(?:\w+:)?([A-Za-z_]\w*)[\s>/]", re.sub(r"<[?!][^>]*>", "", start))
        if root is not None and root[1] in XML:
            return XML[root[1]]
        raise FileError(
            "{name} is XML of a kind that is not read here. Accepted are {accepted}.",
            name=name,
            accepted=ACCEPTED,
        )
    if start[:200].upper().startswith("BEGIN:V"):
        return ics.read
    if re.match(r"\[COURSE HEADER\]", start, re.IGNORECASE):
        return erg.read
    if re.match(r"\[Params\]", start, re.IGNORECASE):
        return hrm.read
    if start[0] == "{" or re.match(r"\[\s*[\[{\]\"\d]", start):
        return structured.read_json
    return _reader_of_text(start)


def _beginning(data: bytes) -> bytes:
    """The first 64 KB, cut at a sign that is a whole character in each encoding."""
    if len(data) <= BEGINNING or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[:BEGINNING]
    at = max(data.rfind(sign, 0, BEGINNING) for sign in (b"\n", b" ", b",", b">"))
    return data[: at + 1] or data[:BEGINNING]


def _reader_of_text(start: str) -> Reader:
    lines = [line for line in start.splitlines()[:60] if line.strip()]
    if not lines or sum(line.lstrip().startswith("|") for line in lines) >= 2:
        return text.read
    if _is_yaml(lines):
        return structured.read_yaml
    counts = [max(line.count(d) for d in delimited.DELIMITERS) for line in lines]
    most_alike = max(
        sum(line.count(d) >= 1 for line in lines) / len(lines) for d in delimited.DELIMITERS
    )
    if max(counts) >= 1 and most_alike > 0.6 and not re.match(r"[-*•#]\s", lines[0]):
        return _table_or_text
    return text.read


def _table_or_text(name: str, data: bytes, options: Options) -> TrainingLog:
    """Lines with commas are a table when one of them names columns, and else prose."""
    log = delimited.read_table(name, data, options)
    return text.read(name, data, options) if log is None else log


def _is_yaml(lines: list[str]) -> bool:
    """Keys with values, and lists or keys without values below which lines are indented."""
    keys = sum(bool(re.match(r"\s*(- )?[\w\"'][\w \"'-]*:(\s|$)", line)) for line in lines)
    nested = any(re.match(r"\s*[\w\"'][\w \"'-]*:\s*$", line) for line in lines)
    items = any(re.match(r"\s*-\s+[\w\"']+:\s", line) for line in lines)
    weekdays = sum(
        bool(re.match(r"\s*(mon|tue|wed|thu|fri|sat|sun)", line, re.IGNORECASE)) for line in lines
    )
    marked = lines[0].startswith(("---", "%YAML"))
    return marked or (keys * 2 >= len(lines) and (nested or items) and weekdays * 2 < len(lines))


def unpacked(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files with archives opened, one level deep. Raises :class:`FileError` over the limits."""
    count, size = 0, 0
    for name, data in (member for file in files for member in _members(*file)):
        count, size = count + 1, size + len(data)
        if count > MOST_FILES:
            raise FileError(
                "There are more than {limit} files. Choose fewer at once.", limit=MOST_FILES
            )
        if size > MOST_BYTES_TOGETHER:
            raise FileError(
                "The files unpack to more than {limit} MB together. Choose fewer at once.",
                limit=MOST_BYTES_TOGETHER >> 20,
            )
        yield name, data


def _members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not _is_archive(data):
        yield name, _ungzipped(name, data)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                plain = member.filename.rpartition("/")[2]
                if member.is_dir() or plain.startswith(".") or "__MACOSX" in member.filename:
                    continue
                with archive.open(member) as file:
                    content = file.read(MOST_BYTES + 1)
                # Only the last part of the name is kept: nothing is ever written to it.
                yield plain, _ungzipped(plain, _fits(plain, content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ) as error:
        raise FileError(
            "{name} is a zip archive that cannot be opened ({reason}). Pack it again without a "
            "password.",
            name=name,
            reason=str(error)[:100],
        ) from error


def _is_archive(data: bytes) -> bool:
    """Whether it is a zip of files, and not a workbook, which is a zip as well."""
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True


def _ungzipped(name: str, data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return _fits(name, data)
    try:
        with gzip.open(io.BytesIO(data)) as file:
            return _fits(name, file.read(MOST_BYTES + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise FileError("{name} is a damaged .gz file. Download it again.", name=name) from error


def _fits(name: str, data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise FileError(
            "{name} is larger than the {limit} MB that are read of one file.",
            name=name,
            limit=MOST_BYTES >> 20,
        )
    return data
