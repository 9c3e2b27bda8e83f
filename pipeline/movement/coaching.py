"""A coach's changes to the rules of what to train, kept in the workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from pipeline import results
from pipeline.errors import InputError
from pipeline.movement.emphasis import RULES, Change

FILE = "training_rules.json"
MOST_CHARACTERS = 600


def rule_changes(workspace: Path | None = None) -> dict[str, Change]:
    """A workspace's changes by the rules' names; none where the file is missing or damaged."""
    path = (results.workspace() if workspace is None else workspace) / FILE
    with suppress(OSError, ValueError, TypeError, AttributeError, InputError):
        found = {name: Change(**fields) for name, fields in json.loads(path.read_bytes()).items()}
        _check(found)
        return found
    return {}


def keep_rule_changes(changes: Mapping[str, Change], workspace: Path | None = None) -> None:
    """Keep what differs from the studio's rules. Raises InputError and StorageError."""
    _check(changes)
    differing = {name: asdict(change) for name, change in changes.items() if change != Change()}
    folder = results.workspace() if workspace is None else workspace
    results.make_folder(folder)
    results.write_file(folder / FILE, json.dumps(differing, ensure_ascii=False).encode())


def _check(changes: Mapping[str, Change]) -> None:
    known = {rule.name: rule for rule in RULES}
    for name, change in changes.items():
        marks = {mark.name for mark in known[name].marks} if name in known else set()
        if not (name in known and isinstance(change.on, bool) and set(change.limits) <= marks):
            raise InputError("There is no rule called {name}.", name=name)
        for limit in change.limits.values():
            if not (np.isfinite(limit) and 0 < limit <= 1000):
                raise InputError(
                    "A limit is a number from 0 to 1000; {limit} is none.", limit=limit
                )
        for text in (change.training, change.cue):
            if text is not None and not (isinstance(text, str) and len(text) <= MOST_CHARACTERS):
                raise InputError(
                    "A rule's words may have up to {most} characters.", most=MOST_CHARACTERS
                )
