"""Muon for convolutions: steps whose matrices are orthogonal, AdamW for the rest.

A short training gets further with it than with AdamW alone (Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon; as large as AdamW's steps by Liu et al. 2025,
arXiv 2502.16982, §2.2, so that both take one learning rate).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MuonAdamW(torch.optim.Optimizer):
    """One optimiser to the outside: :class:`torch.optim.Muon` for kernels, AdamW for the rest.

    torch's takes matrices alone. It is therefore given (out, height · width · in) views, which
    share their numbers with the kernels; the order of a matrix' columns is all one to Muon.
    First and last layers, which have few channels on one side, go to AdamW as usual.

    Parameters
    ----------
    model : its convolutions in channels-last memory format.
    least : fewest input and output channels of a kernel that Muon takes.
    """

    def __init__(self, model: nn.Module, learning_rate: float, least: int = 8) -> None:
        kernels = [p for p in model.parameters() if p.ndim == 4 and min(p.shape[:2]) >= least]
        if not kernels:
            raise ValueError("no kernel is wide enough for Muon")
        if not all(p.is_contiguous(memory_format=torch.channels_last) for p in kernels):
            raise ValueError("the kernels are not in channels-last memory format")
        taken = {id(p) for p in kernels}
        rest = [p for p in model.parameters() if id(p) not in taken]
        self._kernels = kernels
        self._views = [nn.Parameter(_matrix(p.detach())) for p in kernels]
        self._muon = torch.optim.Muon(
            self._views, learning_rate, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"
        )
        self._adamw = torch.optim.AdamW(rest, learning_rate, betas=(0.9, 0.99), weight_decay=0.0)
        super().__init__([*kernels, *rest], {"lr": learning_rate})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step of both, at the learning rate of our own group."""
        for group in (*self._muon.param_groups, *self._adamw.param_groups):
            group["lr"] = self.param_groups[0]["lr"]
        for kernel, view in zip(self._kernels, self._views, strict=True):
            view.grad = None if kernel.grad is None else _matrix(kernel.grad)
        self._muon.step()
        self._adamw.step()

    def state_dict(self) -> dict[str, Any]:
        """Of both."""
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Of both."""
        self._muon.load_state_dict(state_dict["muon"])
        self._adamw.load_state_dict(state_dict["adamw"])


def _matrix(kernel: Tensor) -> Tensor:
    """(out, in, h, w) → (out, h · w · in), a view where the memory format is channels-last."""
    return kernel.permute(0, 2, 3, 1).reshape(len(kernel), -1)
