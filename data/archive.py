"""Zip files, opened without trusting them: sizes, nesting and names are checked before decoding."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from data.errors import FileError

MAGIC = b"PK\x03\x04"
MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30
"""Of all members together, unpacked."""

MOST_MEMBER_BYTES = 256 << 20
MOST_RATIO = 200
"""A member that unpacks to more than this many times its size is a zip bomb: text of numbers stays
below 20, and deflate cannot exceed 1032."""

FREE_BYTES = 1 << 20
"""Members that unpack to less than this may compress as well as they like."""

DEEPEST = 2
"""A zip in a zip is opened, a zip in that is not."""


def is_zip(data: bytes) -> bool:
    return data.startswith(MAGIC)


def members(name: str, data: bytes, depth: int = 1) -> Iterator[tuple[str, bytes]]:
    """Each file in a zip, as (name, content), also those of zips inside it.

    Nothing is written anywhere; names only label what is read, and those that climb out of the
    archive are refused all the same, for such a file was made to do harm. Raises
    :class:`FileError` for what is damaged, encrypted, or unpacks to more than the limits above.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir() and not _hidden(e.filename)]
            check(name, entries)
            for entry in entries:
                content = _unpack(archive, entry)
                label = f"{name}/{entry.filename}"
                if not is_zip(content) or is_workbook(content):
                    yield label, content
                elif depth < DEEPEST:
                    yield from members(label, content, depth + 1)
                else:
                    raise FileError(
                        "{name} holds zips within zips within zips. Unpack it and give the files.",
                        name=name,
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # RuntimeError: encrypted; NotImplementedError, its child: an unknown compression.
        raise FileError(
            "{name} is a damaged or encrypted zip. Pack the files again, without a password.",
            name=name,
        ) from error


def check(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to too much, by what the archive says of itself."""
    if not entries:
        raise FileError("{name} is an empty zip. Put the recordings into it.", name=name)
    if len(entries) > MOST_MEMBERS:
        raise FileError(
            "{name} holds {count} files; up to {limit} are taken. Give it in parts.",
            name=name,
            count=len(entries),
            limit=MOST_MEMBERS,
        )
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise FileError(
                "{name} holds a file whose name leads out of the zip. Pack the files again.",
                name=name,
            )
        bomb = entry.file_size > max(MOST_RATIO * entry.compress_size, FREE_BYTES)
        if bomb or entry.file_size > MOST_MEMBER_BYTES:
            raise FileError(
                "{name} holds a file that unpacks to {megabytes} MB; up to {limit} MB, and up to "
                "{ratio} times the packed size, are taken.",
                name=name,
                megabytes=entry.file_size >> 20,
                limit=MOST_MEMBER_BYTES >> 20,
                ratio=MOST_RATIO,
            )
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise FileError(
            "{name} unpacks to {megabytes} MB; up to {limit} MB are taken. Give it in parts.",
            name=name,
            megabytes=total >> 20,
            limit=MOST_BYTES >> 20,
        )


def is_workbook(data: bytes) -> bool:
    """Whether a zip is an Excel workbook."""
    return b"xl/workbook.xml" in data


def _hidden(name: str) -> bool:
    """What operating systems put into zips beside the files."""
    path = PurePosixPath(name)
    return path.parts[:1] == ("__MACOSX",) or (path.name.startswith(".") and path.name != "..")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A member's content; never more than the archive said, which was checked."""
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise zipfile.BadZipFile("more content than stated")
    return content
