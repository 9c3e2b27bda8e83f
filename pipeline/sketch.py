"""What a picture is drawn on: attributes, and one pose's guides, drafts and surface."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.attributes import read
from data.scenes.figure import Figure, dressed
from data.scenes.guide import GUIDE_CHANNELS, draw_guide, draw_shape
from data.scenes.guide_shapes import SHAPE
from data.scenes.palette import KINDS
from models.draft import draft, one_hot
from models.unet import SHAPE_TIMES
from pipeline.runtime import Runtime

_FOLDED = SHAPE_TIMES**2 * len(SHAPE)


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

    @property
    def flat(self) -> bool:
        """Whether the figure has no surface, so that only the draft tells where edges lie."""
        return self.figure is not None and self.figure.space is None

    @cached_property
    def guide(self) -> Tensor:
        """(1, GUIDE_CHANNELS, 64, 64)."""
        return self._guide(64)

    @cached_property
    def large_guide(self) -> Tensor:
        """(1, GUIDE_CHANNELS, 256, 256)."""
        return self._guide(256)

    @cached_property
    def folded_shape(self) -> Tensor:
        """The surface at 512², folded to (1, 4 · SHAPE, 256, 256)."""
        figure = self._dressed
        if figure is None:
            return torch.zeros(1, _FOLDED, 256, 256, device=self.runtime.device)
        shape = draw_shape([figure], SHAPE_TIMES * 256, self.runtime.device)
        return F.pixel_unshuffle(shape, SHAPE_TIMES)

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
        if self._dressed is None:
            return torch.zeros(1, GUIDE_CHANNELS, size, size, device=self.runtime.device)
        return draw_guide([self._dressed], size, self.runtime.device)

    @cached_property
    def _dressed(self) -> Figure | None:
        """The figure with the attributes' place, kit and light."""
        known = read(self.vector[0].cpu().numpy())
        return None if self.figure is None else dressed(self.figure, known)
