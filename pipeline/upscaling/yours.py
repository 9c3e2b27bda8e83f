"""Upscalers that users drop into a folder: ONNX, or PyTorch weights that spandrel knows.

Nothing in such a file is executed: ONNX holds a graph of known operations, safetensors holds
numbers, and ``.pth`` is unpickled with ``weights_only``, which lets through tensors and nothing
else. The packages that read them are an extra: ``pip install .[upscalers]``.
"""

from __future__ import annotations

import functools
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.device import best_device
from pipeline.errors import WeightsError
from pipeline.results import workspace
from pipeline.runtime import Runtime
from pipeline.upscaling.tiles import Enlarge

ENDINGS = (".onnx", ".safetensors", ".pth")

Run = Callable[[np.ndarray], np.ndarray]
"""(1, 3, h, w) float32 in [0, 1] → (1, 3, h·scale, w·scale)."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A file that was understood: its scale, how to run it, and the one size it takes, if any."""

    scale: int
    run: Run
    side: int | None = None


def upscalers_folder() -> Path:
    """``$TRAINSIGHT_UPSCALERS``, or ``upscalers`` in the workspace; it need not exist."""
    chosen = os.environ.get("TRAINSIGHT_UPSCALERS")
    return Path(chosen) if chosen else workspace() / "upscalers"


def files() -> list[Path]:
    """The files in the folder that may be upscalers."""
    if not upscalers_folder().is_dir():
        return []
    return sorted(p for p in upscalers_folder().iterdir() if p.suffix.lower() in ENDINGS)


def opened(file: Path) -> Opened:
    """The upscaler in the file, once. Raises :class:`WeightsError` for what isn't one."""
    found = _opened(file, file.stat().st_mtime_ns)
    if isinstance(found, WeightsError):
        raise found
    return found


@functools.lru_cache(maxsize=16)
def _opened(file: Path, changed: int) -> Opened | WeightsError:
    # Errors are kept as well: pages ask at every turn, and what fails may fail slowly.
    try:
        return _open_onnx(file) if file.suffix.lower() == ".onnx" else _open_torch(file)
    except WeightsError as error:
        return error
    except Exception:  # whatever the parsers of three formats raise
        return WeightsError(
            "{file} is no upscaler that can be run. Accepted are ONNX files that take a picture "
            "(1, 3, height, width) with values from 0 to 1, and weights that spandrel knows.",
            file=file.name,
        )


def enlarger(file: Path, runtime: Runtime, times: int) -> Enlarge:
    """The upscaler in the file, as tiles call it."""
    upscaler = opened(file)

    def enlarge(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        height, width = tile.shape[:2]
        planes = tile.transpose(2, 0, 1)[None]
        if upscaler.side is not None:
            missing = [(0, 0), (0, 0), (0, upscaler.side - height), (0, upscaler.side - width)]
            planes = np.pad(planes, missing, mode="edge")
        large = upscaler.run(np.ascontiguousarray(planes))[0].transpose(1, 2, 0)
        return large[: height * times, : width * times]

    return enlarge


def _open_onnx(file: Path) -> Opened:
    try:
        import onnxruntime
    except ImportError:
        raise WeightsError(
            "{file} takes onnxruntime, which is not installed: pip install onnxruntime.",
            file=file.name,
        ) from None
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(
        str(file), settings, providers=onnxruntime.get_available_providers()
    )
    (given,) = session.get_inputs()
    dtype = np.float16 if given.type == "tensor(float16)" else np.float32
    height, width = given.shape[2:]
    side = height if isinstance(height, int) and height == width else None

    def run(planes: np.ndarray) -> np.ndarray:
        return session.run(None, {given.name: planes.astype(dtype)})[0].astype(np.float32)

    return Opened(_scale(run, side or 32), run, side)


def _open_torch(file: Path) -> Opened:
    try:
        import spandrel
    except ImportError:
        raise WeightsError(
            "{file} takes spandrel, which is not installed: pip install spandrel, and from the "
            "same index as torch (pytorch.org says which) torchvision.",
            file=file.name,
        ) from None
    except RuntimeError:  # torchvision for CUDA beside a torch for CPUs
        raise WeightsError(
            "{file} takes spandrel, which cannot be loaded: the installed torchvision does not fit "
            "the installed torch. Install both from the same index (pytorch.org says which).",
            file=file.name,
        ) from None
    weights: dict[str, Any]
    if file.suffix.lower() == ".safetensors":
        from safetensors.torch import load_file

        weights = load_file(file)
    else:
        try:
            weights = torch.load(file, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            if not _pickled(file):
                raise
            raise WeightsError(
                "{file} holds more than numbers and was not opened. Ask its author for "
                "safetensors.",
                file=file.name,
            ) from error
    device = best_device()
    described = spandrel.ModelLoader(device).load_from_state_dict(weights).eval()

    def run(planes: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return described(torch.from_numpy(planes).to(device)).float().cpu().numpy()

    return Opened(_scale(run, 32), run)


def _pickled(file: Path) -> bool:
    """Whether the file looks like what ``torch.save`` writes, now a zip or once a pickle."""
    with file.open("rb") as opened_file:
        return opened_file.read(2) in (b"PK", b"\x80\x02")


def _scale(run: Run, side: int) -> int:
    """How many times larger a picture comes out; found by trying."""
    large = run(np.full((1, 3, side, side), 0.5, np.float32))
    scale, rest = divmod(large.shape[2], side)
    if large.shape[:2] != (1, 3) or large.shape[2] != large.shape[3] or rest or not scale:
        raise ValueError(f"(1, 3, {side}, {side}) became {large.shape}")
    return scale
