"""Where open models are: in the models folder, in the hub's cache, or nowhere yet.

Nothing is downloaded unless the owner of the server allowed it, and no folder outside the models
folder can be named, so that a visitor of the page can make the server read nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import HubError
from pipeline.events import Event
from pipeline.hub import fetch
from pipeline.hub.check import CONTROL, PIPELINE, described, fingerprint, look
from pipeline.hub.model import check_name
from pipeline.results import workspace
from pipeline.runtime import LOADERS, Runtime

BEAT = 0.25
"""Seconds between two looks at a download, each of which can cancel it."""


@dataclass(frozen=True)
class OpenModel:
    """A model on this machine: its name, the class of its pipeline or network, and its bytes."""

    name: str
    kind: str
    bytes: int
    control: bool


def hub_installed() -> bool:
    """Whether diffusers is there; it is not imported."""
    return find_spec("diffusers") is not None


def require() -> None:
    """Raise :class:`HubError` where diffusers is missing."""
    if not hub_installed():
        raise HubError(
            "Open models need the package diffusers, which is not installed here. Install it with "
            "{command} and start the studio again.",
            command='pip install -e ".[hub]"',
        )


def models_folder() -> Path:
    """Where folders of models are looked for: ``$TRAINSIGHT_MODELS``, or ``models`` in the home of
    the workspaces."""
    chosen = os.environ.get("TRAINSIGHT_MODELS")
    return Path(chosen) if chosen else workspace() / "models"


def downloads_allowed() -> bool:
    """Whether the owner of the server lets models be fetched: ``$TRAINSIGHT_DOWNLOADS`` is 1."""
    return os.environ.get("TRAINSIGHT_DOWNLOADS", "").lower() in ("1", "yes", "true")


def find(name: str, file: str = PIPELINE) -> Path | None:
    """The folder of a model that is on this machine; ``file`` is what it has to hold."""
    check_name(name)
    folder = models_folder() / name
    if folder.is_dir():
        return folder
    if name.count("/") == 1:
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(name, file)
        if isinstance(found, str):
            return Path(found).parent
    return None


def get(name: str, file: str = PIPELINE) -> Iterator[Event | Path]:
    """The folder of a model, last of all; before that the events of a download, if one is needed.

    Raises :class:`HubError` when it is not here and may not or cannot be downloaded.
    """
    folder = find(name, file)
    if folder is not None:
        yield folder
        return
    if not downloads_allowed() or name.count("/") != 1:
        raise HubError(
            "The model {name} is not on this machine. Put its folder into {folder}, or let whoever "
            "runs this studio allow downloads (TRAINSIGHT_DOWNLOADS=1).",
            name=name,
            folder=str(models_folder()),
        )
    yield from _fetched(name, file)
    folder = find(name, file)
    if folder is None:
        raise fetch.problem(fetch.FAILED, name)
    yield folder


def _fetched(name: str, file: str) -> Iterator[Event]:
    # A process of its own, since a download can't be stopped from within; it goes on where it was.
    command = [sys.executable, "-m", "pipeline.hub.fetch", name, file]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            yield Event("fetching", 0.0, value=fetch.so_far(name))
            time.sleep(BEAT)
        assert process.stdout is not None
        said = process.stdout.read().decode().split()
        if process.returncode:
            raise fetch.problem(said[-1] if said else fetch.FAILED, name)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def open_models() -> list[OpenModel]:
    """The models on this machine, in the order of their names."""
    found: dict[str, OpenModel] = {}
    for name, folder in _candidates():
        for file in (PIPELINE, CONTROL):
            kind, size = described(folder, file)
            if kind:
                found.setdefault(name, OpenModel(name, kind, size, file == CONTROL))
    return [found[name] for name in sorted(found, key=str.casefold)]


def digest_of(name: str, runtime: Runtime) -> str:
    """What the weights of a model, an own or an open one, are known by; empty where it is not."""
    if name in LOADERS:
        return runtime.hash(name)
    for file in (PIPELINE, CONTROL):
        folder = find(name, file)
        if folder is not None and (folder / file).is_file():
            return fingerprint(look(name, folder, file))
    return ""


def _candidates() -> Iterator[tuple[str, Path]]:
    top = models_folder()
    with suppress(OSError):
        for folder in top.iterdir():
            if folder.is_dir() and not folder.name.startswith("."):
                yield folder.name, folder
                for inner in folder.iterdir():
                    if inner.is_dir() and not inner.name.startswith("."):
                        yield f"{folder.name}/{inner.name}", inner
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    with suppress(CacheNotFound, OSError, ValueError):
        for repo in scan_cache_dir().repos:
            if repo.repo_type == "model":
                for revision in repo.revisions:
                    yield repo.repo_id, revision.snapshot_path
