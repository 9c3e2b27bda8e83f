"""Finished results on disk: whole or not there, whatever is killed or full."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.errors import InputError, StorageError
from pipeline.events import Event
from pipeline.metadata import from_png, to_png
from pipeline.record import figure_from_json, request_from_json, result_to_json
from pipeline.request import Result

RECORD = "result.json"
PART = ".part"


WORKSPACES = "workspaces"
LONGEST_NAME = 40


def workspace(name: str = "") -> Path:
    """Where the results of a person or team are, without a name those of everybody.

    In ``$TRAINSIGHT_HOME``, or ``var`` beside the code; nothing is created by asking. Raises
    :class:`InputError` for what is no name.
    """
    chosen = os.environ.get("TRAINSIGHT_HOME")
    home = Path(chosen) if chosen else Path(__file__).parents[1] / "var"
    if not name:
        return home
    if not is_name(name):
        raise InputError(
            "A workspace cannot be called “{name}”. Use up to {limit} letters, digits, spaces and "
            "hyphens, for instance a name or a team.",
            name=name[:LONGEST_NAME],
            limit=LONGEST_NAME,
        )
    return home / WORKSPACES / unicodedata.normalize("NFC", name)


def is_name(name: str) -> bool:
    """Whether a folder can be called so: no dots, no slashes, nothing read otherwise on a disk."""
    return len(name) <= LONGEST_NAME and re.fullmatch(r"\w(?:[\w '-]*\w)?", name) is not None


def workspaces() -> list[str]:
    """The names of all workspaces that hold something, in order."""
    with suppress(FileNotFoundError):
        return sorted(p.name for p in (workspace() / WORKSPACES).iterdir() if p.is_dir())
    return []


class Results:
    """Results in a folder, one subfolder each: a PNG a stage, and ``result.json``.

    A subfolder is written beside its place under a hidden name, forced to the disk and then renamed
    in one step, so whoever lists or loads never sees a part of one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = workspace() / "results" if folder is None else folder

    def save(self, result: Result) -> str:
        """Write the result and return its id. Raises :class:`StorageError`."""
        id_ = f"{re.sub('[^0-9]', '', result.created)[:14]}_{title(result)}_{uuid.uuid4().hex[:6]}"
        part = self.folder / f".{id_}{PART}"
        try:
            self._sweep()
            part.mkdir(parents=True)
            for stage in result.stages:
                _write(part / f"{stage}.png", to_png(result, stage))
            _write(part / RECORD, json.dumps(result_to_json(result)).encode())
            _sync(part)
            part.rename(self.folder / id_)
            _sync(self.folder)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            raise _unwritable(error, self.folder) from error
        return id_

    def ids(self) -> list[str]:
        """All saved results, the newest first."""
        with suppress(FileNotFoundError):
            return sorted((p.name for p in self.folder.iterdir() if p.name[0] != "."), reverse=True)
        return []

    def load(self, id_: str) -> Result:
        """The saved result. Raises :class:`StorageError` when it is not there or damaged."""
        folder = self.folder / id_
        if Path(id_).name != id_ or not folder.is_dir():
            raise StorageError("There is no saved result {id}; it may have been deleted.", id=id_)
        try:
            record = json.loads((folder / RECORD).read_bytes())
            stages = {p.stem: from_png(p.read_bytes()) for p in folder.glob("*.png")}
            stages = dict(sorted(stages.items(), key=lambda stage: stage[1].shape))
            figure = record.pop("figure")
            return Result(
                request=request_from_json(record.pop("request")),
                picture=list(stages.values())[-1],
                stages=stages,
                figure=None if figure is None else figure_from_json(figure),
                chosen=tuple(record.pop("chosen")),
                peak_memory=record.pop("peak_memory_bytes"),
                **record,
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError, InputError) as error:
            raise StorageError(
                "The saved result {id} is damaged and cannot be shown.", id=id_
            ) from error

    def file(self, id_: str, stage: str) -> bytes:
        """The PNG file of what ``stage`` put out. Raises :class:`StorageError`."""
        path = self.folder / id_ / f"{stage}.png"
        try:
            if path.parent.parent != self.folder or Path(stage).name != stage:
                raise FileNotFoundError(path)
            return path.read_bytes()
        except OSError as error:
            raise StorageError(
                "The saved result {id} is damaged and cannot be shown.", id=id_
            ) from error

    def delete(self, id_: str) -> None:
        """Remove the result's files; one that is gone already is no error.

        Raises :class:`StorageError` where it may not.
        """
        if Path(id_).name != id_ or id_.startswith("."):
            raise StorageError("There is no saved result {id}; it may have been deleted.", id=id_)
        part = self.folder / f".{id_}{PART}"
        try:
            with suppress(FileNotFoundError):
                # Out of sight in one step; what a kill leaves of it the next save sweeps away.
                (self.folder / id_).rename(part)
                shutil.rmtree(part)
                _sync(self.folder)
        except OSError as error:
            raise _unwritable(error, self.folder) from error

    def keep(self, events: Iterator[Event]) -> Iterator[Event]:
        """Pass on events, each result saved first; see :func:`keep`."""
        return keep(events, self.save)

    def _sweep(self) -> None:
        """Remove what a killed process left behind; an hour is longer than any write takes."""
        for part in self.folder.glob(f".*{PART}"):
            with suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > 3600:
                    shutil.rmtree(part, ignore_errors=True)


def keep(events: Iterator[Event], save: Callable[[Result], str]) -> Iterator[Event]:
    """Pass on events, each result saved first; its event's ``value`` becomes the id.

    When saving fails the results are passed on all the same, and the reason is raised last.
    """
    failure = None
    for event in events:
        if event.result is not None:
            try:
                event = replace(event, value=save(event.result))
            except StorageError as error:
                failure = error
        yield event
    if failure is not None:
        raise failure


def title(result: Result) -> str:
    """Action, phase and seed as part of a file name: ``basketball-shot_release_seed7``."""
    action = result.attributes.get("action", "picture")
    phase = result.attributes.get("phase", "").rpartition("/")[2]
    words = [word.replace("_", "-") for word in (action, phase) if word]
    return "_".join([*words, f"seed{result.request.seed}"])


def file_name(result: Result, stage: str | None = None) -> str:
    """A name that sorts and explains: ``basketball-shot_release_seed7_1024.png``."""
    picture = result.picture if stage is None else result.stages[stage]
    return f"{title(result)}_{picture.shape[0]}.png"


def make_folder(folder: Path) -> None:
    """Make sure that files can be written there. Raises :class:`StorageError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _unwritable(error, folder) from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file that is either whole or not there. Raises :class:`StorageError`."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:6]}{PART}")
    try:
        _write(part, data)
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise _unwritable(error, path) from error


def _unwritable(error: OSError, path: Path) -> StorageError:
    """Why nothing could be written to ``path``, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            "The disk is full: {path} could not be written. Free some space and save again; "
            "the picture is still here.",
            path=str(path),
        )
    return StorageError(
        "{path} could not be written ({reason}). Choose a folder that you may write to.",
        path=str(path),
        reason=error.strerror or type(error).__name__,
    )


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Force a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
