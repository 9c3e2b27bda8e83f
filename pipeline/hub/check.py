"""What a model's folder holds, read from its JSON files alone: nothing of it is run.

Nothing is taken that could run code of its author: custom pipelines and components, and weights in
pickles (``.bin``, ``.ckpt``, ``.pt``).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import HubError

PIPELINE, CONTROL = "model_index.json", "config.json"
"""What a folder of a pipeline holds, and that of a single network."""

LIBRARIES = ("diffusers", "transformers")
"""Whose classes a component may be of, beside diffusers' own pipelines."""

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
MOST_HEADER = 100 << 20
"""Bytes; the format's own limit."""

SAMPLE = 1 << 20
"""Bytes at either end of a file that go into a fingerprint."""

WITHOUT_WEIGHTS = re.compile(r"tokenizer|scheduler|processor|feature_extractor|watermark")


@dataclass(frozen=True)
class Contents:
    """A checked folder: the class of its pipeline or network, how many numbers the weights of each
    component are, and the variant of the files ("fp16"; None for none)."""

    folder: Path
    kind: str
    weights: Mapping[str, int]
    variant: str | None


def look(name: str, folder: Path, file: str = PIPELINE) -> Contents:
    """Check a folder. Raises :class:`HubError` for what is no model, incomplete or not safe."""
    index = _read(folder / file)
    kind = index.get("_class_name")
    if not isinstance(kind, str) or not IDENTIFIER.fullmatch(kind):
        if isinstance(kind, list):
            raise _own_code(name)
        raise HubError(
            "{name} is no model that diffusers can load: its folder lacks a readable {file}.",
            name=name,
            file=file,
        )
    if file == CONTROL:
        sizes, variants = {"": _safetensors(name, folder)}, [_variant(folder)]
    else:
        sizes, variants = {}, []
        for component, said in index.items():
            if not isinstance(said, list) or component.startswith("_"):
                continue
            if not _known(component, said):
                raise _own_code(name)
            if said[0] is None or WITHOUT_WEIGHTS.search(component):
                continue
            sizes[component] = _safetensors(name, folder / component)
            variants.append(_variant(folder / component))
    plain = all(variant is None for variant in variants)
    return Contents(folder, kind, sizes, None if plain else "fp16")


def _known(component: str, said: list[Any]) -> bool:
    """Whether a component is of a class that diffusers or transformers bring."""
    if not IDENTIFIER.fullmatch(component) or len(said) < 2:
        return False
    library, class_name = said[:2]
    if library is None:
        return True
    named = all(isinstance(x, str) and IDENTIFIER.fullmatch(x) for x in (library, class_name))
    return named and (library in LIBRARIES or _is_pipeline_module(library))


def _is_pipeline_module(name: str) -> bool:
    """Whether diffusers has a pipeline of this name (``stable_diffusion``); nothing is imported."""
    from importlib.util import find_spec

    found = find_spec("diffusers")
    places = found.submodule_search_locations if found is not None else None
    return any((Path(place) / "pipelines" / name).is_dir() for place in places or ())


def _safetensors(name: str, folder: Path) -> int:
    """How many numbers the weights in a component's folder are, by their headers."""
    if not folder.is_dir():
        raise HubError(
            "{name} is incomplete: it lacks {missing}. Get it again.",
            name=name,
            missing=folder.name,
        )
    files = _weights(folder)
    if not files:
        if any(path.suffix in PICKLES for path in folder.iterdir()):
            raise pickled(name)
        raise HubError(
            "{name} is incomplete: it lacks {missing}. Get it again.",
            name=name,
            missing=f"{folder.name}/*.safetensors",
        )
    try:
        return sum(map(_numbers, files))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise HubError(
            "{name} is damaged: {missing} cannot be read. Get it again.",
            name=name,
            missing=f"{folder.name}/*.safetensors",
        ) from error


def _numbers(path: Path) -> int:
    """How many numbers a file of safetensors holds; ValueError for one that is cut off.

    Eight bytes say how long the header is, a JSON object; the tensors follow it.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > MOST_HEADER:
            raise ValueError("no header of safetensors")
        header = json.loads(file.read(length))
    tensors = [said for name, said in header.items() if name != "__metadata__"]
    end = max((said["data_offsets"][1] for said in tensors), default=0)
    if path.stat().st_size < 8 + length + end:
        raise ValueError("cut off")
    return sum(math.prod(said["shape"]) for said in tensors)


def _weights(folder: Path) -> list[Path]:
    """The safetensors that are loaded: those without a variant, where there are any."""
    files = sorted(folder.glob("*.safetensors"))
    plain = [path for path in files if ".fp16" not in path.name]
    return plain or files


def _variant(folder: Path) -> str | None:
    return "fp16" if all(".fp16" in path.name for path in _weights(folder)) else None


def fingerprint(contents: Contents) -> str:
    """16 hexadecimal digits of the SHA-256 of names, sizes, beginnings and ends of the weights'
    files: whole ones of tens of gigabytes would take longer than a picture."""
    digest = hashlib.sha256()
    for component in contents.weights:
        for path in _weights(contents.folder / component):
            size = path.stat().st_size
            digest.update(f"{component}/{path.name} {size}".encode())
            with path.open("rb") as file:
                digest.update(file.read(SAMPLE))
                file.seek(max(0, size - SAMPLE))
                digest.update(file.read(SAMPLE))
    return digest.hexdigest()[:16]


def described(folder: Path, file: str) -> tuple[str, int]:
    """The class and the bytes of a folder's weights, at a glance; no class: no model."""
    kind = _read(folder / file).get("_class_name")
    usable = isinstance(kind, str) and (file == PIPELINE or "ControlNet" in kind)
    if not isinstance(kind, str) or not usable:
        return "", 0
    return kind, sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for top, _folders, names in os.walk(folder):
        yield from (Path(top) / n for n in names if n.endswith(".safetensors"))


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def pickled(name: str) -> HubError:
    """That a model comes only as files that can run code."""
    return HubError(
        "{name} comes as .bin files, which can hide programs, so it is not loaded. Choose a "
        "version of it in safetensors.",
        name=name,
    )


def _own_code(name: str) -> HubError:
    return HubError(
        "{name} brings program code of its own, which is never run here. Choose a model that "
        "diffusers knows without it.",
        name=name,
    )
