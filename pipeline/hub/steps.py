"""What a diffusers pipeline tells while it draws: each step, and what the picture will be.

Pipelines differ in whether and how they call back (DeepFloyd IF's and PixArt's not in the new way),
but all of them ask their scheduler for every step. So the scheduler's ``step`` is listened to: that
counts steps, lets a picture be cancelled at each, and gives the estimate of the clean picture that
the scheduler works out anyway, of which a small preview costs little.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

PREVIEW = 192
"""Pixels a side of a preview, about."""

SHARE = 10
"""At most a tenth of the time goes into previews."""

Listener = Callable[[int, int, Callable[[], np.ndarray | None]], None]
"""Is told how many steps are done, of how many, and what makes a preview; may raise to cancel."""


@contextmanager
def listened(pipe: Any, listener: Listener) -> Iterator[None]:
    """Tell ``listener`` of each step that ``pipe`` takes meanwhile."""
    scheduler = pipe.scheduler
    original, previewer = scheduler.step, Previewer(pipe)
    done = 0

    @functools.wraps(original)  # pipelines look at the signature
    def step(model_output: Any, timestep: Any, sample: Any, *rest: Any, **named: Any) -> Any:
        nonlocal done
        result = original(model_output, timestep, sample, *rest, **named)
        done += 1
        clean = functools.partial(estimate, scheduler, model_output, sample, result)
        listener(done, len(scheduler.timesteps), functools.partial(previewer.show, clean))
        return result

    scheduler.step = step
    try:
        yield
    finally:
        del scheduler.step


def estimate(scheduler: Any, model_output: Tensor, sample: Tensor, result: Any) -> Tensor:
    """The clean picture or latent that a step is on the way to; else what the step gave.

    Most schedulers return it (x̂₀ of Song et al. 2020, arXiv 2010.02502, eq. 9 and 12); multistep
    solvers keep it; with a straight path it is x − σ·v (Liu et al. 2022, arXiv 2209.03003).
    """
    given = result[1] if isinstance(result, tuple) and len(result) > 1 else None
    if given is None and not isinstance(result, tuple):
        given = getattr(result, "pred_original_sample", None)
    if isinstance(given, Tensor):
        return given
    config = getattr(scheduler, "config", {})
    solver = str(config.get("algorithm_type", "")).endswith("dpmsolver++")
    kept = getattr(scheduler, "model_outputs", None)
    if kept and isinstance(kept[-1], Tensor) and (solver or config.get("predict_x0", False)):
        return kept[-1]
    sigmas, index = getattr(scheduler, "sigmas", None), getattr(scheduler, "step_index", None)
    if "FlowMatch" in type(scheduler).__name__ and sigmas is not None and index:
        return sample.float() - float(sigmas[index - 1]) * model_output.float()
    previous: Tensor = result[0] if isinstance(result, tuple) else result.prev_sample
    return previous


class Previewer:
    """Turns estimates into small pictures, as long as that stays cheap and works."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._works = not _moves(pipe)
        self._cost = 0.0
        self._last = 0.0

    def show(self, clean: Callable[[], Tensor]) -> np.ndarray | None:
        """uint8 (height, width, 3), None when it is too early for the next or there is none."""
        start = time.monotonic()
        if not self._works or start - self._last < SHARE * self._cost:
            return None
        try:
            with torch.no_grad():
                picture = small_picture(self._pipe, clean())
        except Exception:  # an architecture whose latents are laid out in another way
            picture = None
        self._works = picture is not None
        self._last = time.monotonic()
        self._cost = self._last - start
        return picture


def _moves(pipe: Any) -> bool:
    """Whether networks are moved to the GPU one by one: a preview would move them to and fro."""
    return any(hasattr(part, "_hf_hook") for part in pipe.components.values())


def small_picture(pipe: Any, x: Tensor) -> np.ndarray | None:
    """A clean picture or latent of the pipeline as a small picture; None where it can't be read.

    Latents are averaged over neighbours before they are decoded, so that decoding costs little.
    """
    vae = getattr(pipe, "vae", None)
    x = x[:1]
    if x.ndim == 3 and hasattr(pipe, "_unpack_latents"):
        # FLUX's: 2 × 2 places a token, in rows; square pictures alone.
        side = round(x.shape[1] ** 0.5) * 2 * pipe.vae_scale_factor
        x = pipe._unpack_latents(x, side, side, pipe.vae_scale_factor)
    if x.ndim != 4:
        return None
    if vae is None:
        return pixels(_shrunk(x.float(), PREVIEW)) if x.shape[1] == 3 else None
    config = vae.config
    mean, std = getattr(config, "latents_mean", None), getattr(config, "latents_std", None)
    if mean is not None and std is not None:
        return None
    factor = getattr(pipe, "vae_scale_factor", 8)
    x = _shrunk(x.float(), max(4, PREVIEW // factor))
    x = x / config.scaling_factor + (getattr(config, "shift_factor", None) or 0.0)
    return pixels(vae.decode(x.to(vae.dtype), return_dict=False)[0])


def _shrunk(x: Tensor, most: int) -> Tensor:
    """x (1, C, H, W) with at most ``most`` places along its longer side."""
    times = -(-max(x.shape[-2:]) // most)
    return F.avg_pool2d(x, times, ceil_mode=True) if times > 1 else x


def pixels(x: Tensor) -> np.ndarray:
    """(1, 3, height, width) in [-1, 1] → uint8 (height, width, 3)."""
    shown = ((x[0].float().clamp(-1, 1) + 1) * 127.5).nan_to_num().round().byte()
    return shown.permute(1, 2, 0).cpu().numpy()
