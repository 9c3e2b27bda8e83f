"""The models in memory: where they run, in which precision, and how many at once."""

from __future__ import annotations

import gc
import hashlib
import math
import os
import resource
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from torch import nn

from models import (
    checkpoint,
    draft,
    judge,
    movement_attention,
    photo_diffusion,
    plan_attention,
    pose_prior,
    text_encoder,
    unet,
    upscaler,
)
from models.device import autocast, best_device, best_dtype
from pipeline.errors import WeightsError

T = TypeVar("T")

PICTURE_MODELS = (
    *("draft", "draft256", "base", "sr256", "sr1024"),
    *("photo_diffusion", *upscaler.CONFIGS),
)

LOADERS: dict[str, Callable[[Path], nn.Module]] = {
    "text_encoder": text_encoder.load,
    "pose_prior": pose_prior.load,
    "movement": movement_attention.load,
    "plan": plan_attention.load,
    **dict.fromkeys(("draft", "draft256"), draft.load),
    "judge": judge.load,
    **dict.fromkeys(("base", "sr256", "sr1024"), unet.load),
    "photo_diffusion": photo_diffusion.load,
    **dict.fromkeys(upscaler.CONFIGS, upscaler.load),
}
"""Model → how to build it from its folder of weights."""

PACE = {"understand": 0.1, "pose": 0.1, "base": 0.05, "sr256": 0.1, "sr1024": 0.3}
"""Stage → seconds a step on 2 cores, as long as nothing was measured here."""

BUDGET = 1 << 30
"""Bytes of weights that are held at once unless told otherwise."""

REMEMBERED = 256
"""How many sentences' attribute vectors are kept."""


def cores() -> float:
    """How many cores a container may use: its quota, which torch doesn't look at."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1.0, int(quota) / int(period))
    except (OSError, ValueError):  # no container, or "max"
        return math.inf


@dataclass
class _Held:
    model: nn.Module
    size: int
    used: float


class Runtime:
    """Loads each model once and gives it to whoever asks; safe to share between threads.

    Parameters
    ----------
    device, dtype
        Chosen by :mod:`models.device` when None.
    weights
        Folder with one subfolder a model (:mod:`models.checkpoint`); when None that which
        ``$TRAINSIGHT_WEIGHTS`` names, or our own.
    budget
        Bytes of weights to hold at once. Beyond it the least recently used model is let go, except
        the one that was just asked for.

    Attributes
    ----------
    pace
        Stage → seconds a step, as measured here (:class:`~pipeline.progress.Progress`).
    """

    def __init__(
        self,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        weights: Path | None = None,
        budget: int = BUDGET,
    ) -> None:
        self.device = best_device() if device is None else torch.device(device)
        self.dtype = best_dtype(self.device) if dtype is None else dtype
        chosen = os.environ.get("TRAINSIGHT_WEIGHTS") or checkpoint.WEIGHTS
        self.weights = Path(chosen) if weights is None else weights
        torch.set_num_threads(round(min(torch.get_num_threads(), cores())))
        self.pace = dict(PACE)
        self._budget = budget
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()
        self._guest: tuple[Hashable, Any] | None = None
        self._hashes: dict[str, str] = {}
        self._lock = threading.RLock()

    def model(self, name: str) -> Any:
        """The model in evaluation mode on the runtime's device, loaded when it is not yet held.

        Raises :class:`WeightsError` when its weights are missing or damaged.
        """
        with self._lock:
            held = self._held.pop(name, None) or self._load(name)
            held.used = time.monotonic()
            self._held[name] = held
            while len(self._held) > 1 and self.held_bytes > self._budget:
                self._held.popitem(last=False)
            return held.model

    @property
    def held_bytes(self) -> int:
        """Bytes of the weights that are held now."""
        return sum(held.size for held in self._held.values())

    def release(self, unused_for: float = 0.0) -> None:
        """Let go of the models that nobody asked for in the last ``unused_for`` seconds, and of an
        open one."""
        with self._lock:
            now = time.monotonic()
            for name in [n for n, held in self._held.items() if now - held.used >= unused_for]:
                del self._held[name]
            self._guest = None
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def guest(self, key: Hashable, load: Callable[[], T]) -> T:
        """``load()``, or what it gave for this key before: an open model, one at a time.

        It doesn't count for the budget, since it alone may be many times as large.
        """
        with self._lock:
            if self._guest is not None and self._guest[0] == key:
                return self._guest[1]
            self._guest = None
        gc.collect()  # what was held goes before the next comes
        value = load()
        with self._lock:
            self._guest = key, value
        return value

    def hash(self, name: str) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the weights that :meth:`model` gave last.

        They stay those that were loaded also where a training has replaced the file since.
        """
        with self._lock:
            if name not in self._hashes:
                self.model(name)
            return self._hashes[name]

    def remember(self, key: Hashable, compute: Callable[[], T]) -> T:
        """``compute()``, or what it gave the last time for this key; the oldest are forgotten."""
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]
        value = compute()
        with self._lock:
            self._remembered[key] = value
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return value

    def evaluate(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function``, which evaluates a picture model, in our dtype without gradients."""
        with torch.inference_mode(), autocast(self.device, self.dtype):
            return function(*arguments)

    def describe(self) -> str:
        """The device and precision in words, for instance ``CPU, 2 threads, bfloat16``."""
        name = (
            torch.cuda.get_device_name(self.device)
            if self.device.type == "cuda"
            else f"CPU, {torch.get_num_threads()} threads"
        )
        return f"{name}, {str(self.dtype).removeprefix('torch.')}"

    def peak_memory(self) -> int:
        """The most bytes in use so far: of the GPU, or of the whole process on a CPU."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024

    def _load(self, name: str) -> _Held:
        folder = self.weights / name
        try:
            model = LOADERS[name](folder)
            digest = hashlib.sha256()
            for file in checkpoint.files(folder):
                digest.update(file.read_bytes())
            self._hashes[name] = digest.hexdigest()[:16]
        except FileNotFoundError as error:
            raise _missing(name, folder) from error
        except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(
                "The weights of {model} in {folder} are damaged or of another version. Get the "
                "folder again from the repository (git checkout).",
                model=name,
                folder=str(folder),
            ) from error
        # In the dtype that autocast would convert the weights to anew in every evaluation. Words
        # and pose keep all their digits: they need them, and they are quick anyway.
        dtype = self.dtype if name in PICTURE_MODELS else torch.float32
        model = model.eval().requires_grad_(False).to(self.device, dtype)
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        size = sum(t.nbytes for t in (*model.parameters(), *model.buffers()))
        return _Held(model, size, time.monotonic())


def _missing(name: str, folder: Path) -> WeightsError:
    return WeightsError(
        "The weights of {model} are missing: {folder} holds no trained model. Get the folder "
        "from the repository (git checkout) or train it (python -m models.train.{model}).",
        model=name,
        folder=str(folder),
    )
