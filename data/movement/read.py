"""Which reader a file's content asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import PurePosixPath

from data.archive import is_workbook, is_zip, members
from data.errors import FileError
from data.movement.keypoints import is_frame, read_frames
from data.movement.movement import UNSAID, Movement, Options

MOST_BYTES = 1 << 30
LOOKED_AT = 4096
"""How much of a file's beginning tells its format."""

Reader = Callable[[str, bytes, Options], Movement]

_READERS = {
    "BVH": ("bvh", "read_bvh"),
    "C3D": ("c3d", "read_c3d"),
    "CSV": ("table", "read_csv"),
    "JSON": ("keypoints", "read_json"),
    "MAT": ("matlab", "read_mat"),
    "MOT": ("opensim", "read_mot"),
    "TRC": ("opensim", "read_trc"),
    "XLSX": ("table", "read_xlsx"),
    "video": ("video", "read_video"),
}
"""Format → module and function, loaded when first needed."""

_SKIPPED = {"", ".txt", ".md", ".rst", ".pdf", ".html", ".xml", ".yaml", ".yml", ".toml", ".py"}
"""Members of a zip that may be read-me files: they are read when they are recordings."""


def read(name: str, data: bytes, options: Options = UNSAID) -> Movement:
    """The movement in a file, or in a zip that holds one.

    Raises :class:`FileError` for a zip of several: :func:`read_all` gives those.
    """
    found = list(islice(read_all(name, data, options), 2))
    if len(found) > 1:
        raise FileError(
            "{name} holds several recordings. Give one of them, or all to the batch.", name=name
        )
    movement = found[0][1]
    if isinstance(movement, FileError):
        raise movement
    return movement


def read_all(
    name: str,
    data: bytes,
    options: Options = UNSAID,
) -> Iterator[tuple[str, Movement | FileError]]:
    """Every movement in a file, as (name, movement or why it cannot be read).

    A file is one movement, a zip as many as it holds; its folders of one JSON file a frame are one
    each. A zip that is not safe raises :class:`FileError`.
    """
    if not is_zip(data) or is_workbook(data):
        yield name, _attempt(name, data, options)
        return
    frames: dict[str, list[tuple[str, bytes]]] = {}
    empty = True
    for label, content in members(name, data):
        if is_frame(content):
            frames.setdefault(str(PurePosixPath(label).parent), []).append((label, content))
            continue
        movement = _attempt(label, content, options)
        if isinstance(movement, FileError) and PurePosixPath(label).suffix.lower() in _SKIPPED:
            continue
        empty = False
        yield label, movement
    for folder, files in frames.items():
        empty = False
        yield folder, _attempt(folder, files, options)
    if empty:
        yield name, FileError("{name} holds no recording.", name=name)


def read_file(name: str, data: bytes, options: Options) -> Movement:
    """The movement in one file that is no zip. Raises FileError."""
    if not data.strip(b"\0 \r\n\t"):
        raise FileError("{name} is empty.", name=name)
    if len(data) > MOST_BYTES:
        raise FileError(
            "{name} has {megabytes} MB; up to {limit} MB are taken. Cut the recording.",
            name=name,
            megabytes=len(data) >> 20,
            limit=MOST_BYTES >> 20,
        )
    module, function = _READERS[format_of(data)]
    reader: Reader = getattr(import_module(f"data.movement.{module}"), function)
    return reader(name, data, options)


def format_of(data: bytes) -> str:
    """Which of the formats a content is in; text that is nothing else is taken for a table."""
    if is_zip(data):
        return "XLSX"
    if data.startswith((b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file")):
        return "MAT"
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") or data.startswith(b"\x1aE\xdf\xa3"):
        return "video"
    if data.startswith(b"RIFF") and data[8:12] == b"AVI ":
        return "video"
    if len(data) > 512 and data[1] == 0x50 and b"\0" in data[:512]:
        return "C3D"
    head = data[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"{", b"[")):
        return "JSON"
    if head[:9].upper() == b"HIERARCHY":
        return "BVH"
    if head.startswith(b"PathFileType"):
        return "TRC"
    if b"endheader" in head.lower():
        return "MOT"
    return "CSV"


def _attempt(
    name: str, content: bytes | list[tuple[str, bytes]], options: Options
) -> Movement | FileError:
    """A file's movement, or that of a folder with one file a frame, or why there is none."""
    try:
        if isinstance(content, bytes):
            return read_file(name, content, options)
        return read_frames(name, content, options)
    except FileError as error:
        return error
