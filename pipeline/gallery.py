"""What was made, found again: an index over the results of a workspace.

The results' own folders (:mod:`pipeline.results`) are the truth. Beside them lies an SQLite file
with what searching needs, a thumbnail of each, and who is a favourite. Whatever is on disk and not
in the index is taken up when the gallery is next opened, and the other way round, so a process may
be killed between the two, and results that the command line saved are there too.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data.scenes.scene import VOCABULARY
from pipeline.errors import InputError, StorageError
from pipeline.events import Event
from pipeline.metadata import from_png
from pipeline.request import Result
from pipeline.results import RECORD, Results, keep, workspace

INDEX = "gallery.sqlite"
THUMBNAIL = 256
"""Pixels a side."""

QUOTA = 10.0
"""GB a workspace, unless ``$TRAINSIGHT_QUOTA_GB`` says otherwise."""

NEARLY_FULL = 0.9
"""Share of the quota from which on a warning is due."""

LEAST_FREE = 1 << 30
"""Bytes; when the disk has less left than this a warning is due too."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    id TEXT PRIMARY KEY,
    created TEXT NOT NULL,
    prompt TEXT NOT NULL,
    folded TEXT NOT NULL,
    seed INTEGER NOT NULL,
    size INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0,
    phase TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS attributes (
    id TEXT NOT NULL REFERENCES results ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (id, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_value ON attributes (name, value);
CREATE TABLE IF NOT EXISTS thumbnails (
    id TEXT PRIMARY KEY REFERENCES results ON DELETE CASCADE,
    file BLOB NOT NULL
);
"""


@dataclass(frozen=True)
class Item:
    """One result as the overview shows it; ``whole`` is False for one whose files are damaged.

    ``created`` in ISO 8601, ``size`` in pixels a side, ``bytes`` of all its files; ``phase`` as
    the vocabulary names it (``squat/bottom``), the action alone where an open model drew it, empty
    where nothing is known.
    """

    id: str
    created: str
    prompt: str
    seed: int
    size: int
    bytes: int
    whole: bool
    favourite: bool
    phase: str


@dataclass(frozen=True)
class Space:
    """What a workspace takes up: bytes, and bytes left on the disk."""

    count: int
    used: int
    quota: int
    free: int

    @property
    def tight(self) -> bool:
        """Whether it is time to delete something."""
        return self.used >= NEARLY_FULL * self.quota or self.free < LEAST_FREE


def quota() -> int:
    """How many bytes a workspace may take up."""
    try:
        return round(float(os.environ["TRAINSIGHT_QUOTA_GB"]) * 1e9)
    except (KeyError, ValueError):
        return round(QUOTA * 1e9)


def names_in_english() -> dict[tuple[str, str], str]:
    """(attribute, value) → what it is called, for searching without a catalogue of names."""
    return {
        (name, value): value.rpartition("/")[2].replace("_", " ")
        for name, values in VOCABULARY.items()
        for value in values
    }


class Gallery:
    """The results of a workspace; safe to use from several threads and processes.

    Parameters
    ----------
    folder
        The workspace's (:func:`pipeline.results.workspace`).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = workspace() if folder is None else folder
        self.results = Results(self.folder / "results")

    def save(self, result: Result) -> str:
        """Keep a result and return its id. Raises :class:`StorageError`, also beyond the quota."""
        space = self.space()
        if space.used >= space.quota:
            raise StorageError(
                "The workspace is full: its {gigabytes} GB are used up, so this picture was not "
                "kept. Download it, delete some in the gallery, and draw again.",
                gigabytes=f"{space.quota / 1e9:g}",
            )
        id_ = self.results.save(result)
        # The result is safe by now; what fails here is made up for when the gallery is next opened.
        with suppress(StorageError), self._index() as index:
            self._remember_thumbnail(index, id_, _small(result.stages.values()))
        return id_

    def keep(self, events: Iterator[Event]) -> Iterator[Event]:
        """Pass on events, each result saved first; see :func:`pipeline.results.keep`."""
        return keep(events, self.save)

    def find(
        self,
        text: str = "",
        *,
        names: Mapping[tuple[str, str], str] | None = None,
        where: Mapping[str, Collection[str]] | None = None,
        favourites: bool = False,
        limit: int = 60,
        offset: int = 0,
    ) -> tuple[list[Item], int]:
        """Results that fit, the newest first, and how many there are in all.

        Parameters
        ----------
        text : words, each of which has to be in the sentence, in the name of an attribute's value
            that the picture was drawn with, or in that of the open model that drew it.
        names : (attribute, value) → what it is called, in one language or several.
        where : attribute → the values that it may have.
        """
        clauses, values = ["1"], []
        for word in folded(text).split():
            pairs = _called(word, names_in_english() if names is None else names)
            meant = ", ".join("(?, ?)" for _ in pairs)
            clauses.append(
                "(instr(folded, ?) OR id IN (SELECT id FROM attributes"
                f" WHERE (name, value) IN (VALUES {meant})))"
                if pairs
                else "instr(folded, ?)"
            )
            values += [word, *(part for pair in pairs for part in pair)]
        for name, allowed in (where or {}).items():
            if allowed:
                marks = ", ".join("?" for _ in allowed)
                clauses.append(
                    f"id IN (SELECT id FROM attributes WHERE name = ? AND value IN ({marks}))"
                )
                values += [name, *allowed]
        if favourites:
            clauses.append("favourite")
        fits = " AND ".join(clauses)
        with self._index() as index:
            (total,) = index.execute(
                f"SELECT count(*) FROM results WHERE {fits}", values
            ).fetchone()
            rows = index.execute(
                f"SELECT {_COLUMNS} FROM results WHERE {fits} ORDER BY id DESC LIMIT ? OFFSET ?",
                [*values, limit, offset],
            ).fetchall()
        return [_item(row) for row in rows], total

    def items(self, ids: Sequence[str]) -> list[Item]:
        """Those of the results that are still there, in the order of ``ids``."""
        marks = ", ".join("?" for _ in ids)
        with self._index() as index:
            rows = index.execute(f"SELECT {_COLUMNS} FROM results WHERE id IN ({marks})", list(ids))
            found = {row[0]: _item(row) for row in rows}
        return [found[id_] for id_ in ids if id_ in found]

    def values(self) -> dict[str, dict[str, int]]:
        """Attribute → the values that occur here, the most frequent first, and how often."""
        with self._index() as index:
            rows = index.execute(
                "SELECT name, value, count(*) AS n FROM attributes GROUP BY name, value"
                " ORDER BY n DESC, value"
            ).fetchall()
        found: dict[str, dict[str, int]] = {}
        for name, value, n in rows:
            found.setdefault(name, {})[value] = n
        return found

    def thumbnails(self, ids: Sequence[str]) -> dict[str, bytes]:
        """WebP files of up to 256 pixels a side; those that are missing yet are made.

        A result without one is damaged.
        """
        marks = ", ".join("?" for _ in ids)
        with self._database() as index:
            known = f"SELECT id, file FROM thumbnails WHERE id IN ({marks})"
            found = dict(index.execute(known, list(ids)).fetchall())
            for id_ in ids:
                if id_ not in found and (file := self._thumbnail(id_)) is not None:
                    found[id_] = file
                    self._remember_thumbnail(index, id_, file)
        return found

    def favourite(self, id_: str, yes: bool = True) -> None:
        """Mark a result as a favourite, or no longer."""
        with self._index() as index:
            index.execute("UPDATE results SET favourite = ? WHERE id = ?", [yes, id_])

    def delete(self, ids: Iterable[str]) -> None:
        """Remove results, their files and every trace of them in the index."""
        for id_ in ids:
            self.results.delete(id_)
        with self._index():
            pass  # what has gone from the disk goes from the index
        with self._database() as index:
            # Deleted rows are overwritten (secure_delete), here also in the log of changes.
            index.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def space(self) -> Space:
        """What is used and what is left."""
        with self._index() as index:
            count, used = index.execute("SELECT count(*), sum(bytes) FROM results").fetchone()
        there = next(f for f in (self.folder, *self.folder.absolute().parents) if f.is_dir())
        return Space(count, used or 0, quota(), shutil.disk_usage(there).free)

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """The database, brought in step with the results on disk."""
        with self._database() as index:
            there = set(self.results.ids())
            known = {id_ for (id_,) in index.execute("SELECT id FROM results")}
            if there != known:
                index.executemany("DELETE FROM results WHERE id = ?", [[i] for i in known - there])
                for id_ in there - known:
                    self._take_up(index, id_)
                index.commit()
            yield index

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are written when all goes well; raises StorageError."""
        try:
            with closing(self._connect()) as database, database:
                yield database
        except sqlite3.Error as error:
            raise StorageError(
                "The gallery's index {path} could not be used ({reason}). Free some space on the "
                "disk, or choose a folder that you may write to; no picture is lost.",
                path=str(self.folder / INDEX),
                reason=str(error),
            ) from error

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._opened()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Damaged: put aside and made anew from the results, which loses favourites alone.
            for end in ("-wal", "-shm"):
                (self.folder / (INDEX + end)).unlink(missing_ok=True)
            (self.folder / INDEX).replace(self.folder / f"{INDEX}.damaged")
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        # A workspace that holds nothing yet gets no folder by being asked.
        place = self.folder / INDEX if self.results.folder.is_dir() else ":memory:"
        database = sqlite3.connect(place, timeout=10.0)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("PRAGMA secure_delete = ON")
            database.executescript(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _take_up(self, index: sqlite3.Connection, id_: str) -> None:
        """Write a result that is on disk into the index."""
        folder = self.results.folder / id_
        try:
            used = sum(entry.stat().st_size for entry in os.scandir(folder))
            try:
                record = json.loads((folder / RECORD).read_bytes())
                request = record["request"]
                attributes = {str(n): str(v) for n, v in record["attributes"].items()}
                row = (record["created"], request["prompt"], request["seed"], request["size"])
                whole = isinstance(row[1], str)
                model = request.get("model") or {}
                words = [row[1], *(str(model.get(key) or "") for key in ("name", "control"))]
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                attributes, row, whole, words = {}, ("", "", 0, 0), False, []
        except FileNotFoundError:
            return  # deleted since
        moment = attributes.get("phase", attributes.get("action", ""))
        index.execute(
            f"INSERT OR IGNORE INTO results ({_COLUMNS}, folded)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
            [id_, *row, used, whole, moment, folded(" ".join(map(str, words)))],
        )
        index.executemany(
            "INSERT OR IGNORE INTO attributes VALUES (?, ?, ?)",
            [(id_, name, value) for name, value in attributes.items()],
        )

    def _thumbnail(self, id_: str) -> bytes | None:
        """Made from the smallest file that has enough pixels, None where nothing can be read."""
        stages = sorted((self.results.folder / id_).glob("*.png"), key=lambda p: p.stat().st_size)
        pictures: list[np.ndarray] = []
        for path in stages:
            with suppress(OSError, InputError):
                pictures.append(from_png(path.read_bytes()))
                if pictures[-1].shape[0] >= THUMBNAIL:
                    break
        return _small(pictures) if pictures else None

    def _remember_thumbnail(self, index: sqlite3.Connection, id_: str, file: bytes) -> None:
        index.execute(
            "INSERT OR IGNORE INTO thumbnails SELECT id, ? FROM results WHERE id = ?", [file, id_]
        )


_COLUMNS = "id, created, prompt, seed, size, bytes, whole, favourite, phase"


def _item(row: Sequence[Any]) -> Item:
    item = Item(*row)
    return replace(item, whole=bool(item.whole), favourite=bool(item.favourite))


def folded(text: str) -> str:
    """Text as it is compared: without case and without the widths of Chinese typing."""
    return unicodedata.normalize("NFKC", text).casefold()


def _called(word: str, names: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The values whose name has ``word`` in it: in Chinese anywhere, else where a word begins."""
    begins = re.compile((r"\b" if word.isascii() else "") + re.escape(word))
    return [pair for pair, name in names.items() if begins.search(folded(name))]


def _small(pictures: Iterable[np.ndarray]) -> bytes:
    """The smallest picture with enough pixels, or the largest of all, as a thumbnail."""
    sized = sorted(pictures, key=len)
    picture = next((p for p in sized if len(p) >= THUMBNAIL), sized[-1])
    image = Image.fromarray(picture)
    image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=82, method=2)
    return file.getvalue()
