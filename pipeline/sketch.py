"""What a picture is drawn on: attributes, and the guide and drafts of one pose at 64² and 256²."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from data.scenes.figure import Figure
from data.scenes.guide import GUIDE_CHANNELS, draw_guide
from data.scenes.palette import KINDS
from models.draft import draft, one_hot
from pipeline.runtime import Runtime


@dataclass(frozen=True)
class Sketch:
    """Each part is drawn when a stage first asks for it, and then kept for the later ones.

    ``vector`` (1, WIDTH) is the attribute vector; without a ``figure`` words alone guide, and
    guides and drafts are zeros.
    """

    vector: Tensor
    figure: Figure | None
    runtime: Runtime

    @cached_property
    def decor(self) -> Tensor:
        """How the figure's venue is painted, (1, DECORS); zeros where nobody knows."""
        known = None if self.figure is None else self.figure.decor
        return one_hot([known]).to(self.runtime.device)

    @cached_property
    def guide(self) -> Tensor:
        """(1, GUIDE_CHANNELS, 64, 64)."""
        return self._guide(64)

    @cached_property
    def large_guide(self) -> Tensor:
        """(1, GUIDE_CHANNELS, 256, 256)."""
        return self._guide(256)

    @cached_property
    def draft(self) -> Tensor:
        """Kinds and colours, (1, DRAFT_CHANNELS, 64, 64)."""
        return self.drafted(self.vector)

    @cached_property
    def large_draft(self) -> Tensor:
        """Kinds and colours, (1, DRAFT_CHANNELS, 256, 256)."""
        network = self.runtime.model("draft256")
        known = self.large_guide, self.vector, self.decor, self.draft
        return self.runtime.evaluate(draft, network, *known)

    @property
    def shares(self) -> Tensor:
        """How much each kind has of each place, (1, KINDS, 256, 256)."""
        return self.large_draft[:, : len(KINDS)]

    def drafted(self, vector: Tensor) -> Tensor:
        """:attr:`draft` with other attributes."""
        network = self.runtime.model("draft")
        return self.runtime.evaluate(draft, network, self.guide, vector, self.decor)

    def _guide(self, size: int) -> Tensor:
        if self.figure is None:
            return torch.zeros(1, GUIDE_CHANNELS, size, size, device=self.runtime.device)
        return draw_guide([self.figure], size, self.runtime.device)
