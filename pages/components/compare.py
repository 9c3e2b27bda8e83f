"""One picture as several methods made it, over each other: the canvas and what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import pipeline
from pages.components.language import _
from pages.components.served import address

HTML = """
<div class="viewer">
  <div class="bar">
    <div class="group modes" role="group"></div>
    <label class="pick-a"><span></span><select></select></label>
    <label class="pick-b"><span></span><select></select></label>
    <label class="gain"><span></span><select></select></label>
    <div class="group lens spread"></div>
    <div class="group zoom"></div>
  </div>
  <div class="stage"><canvas tabindex="0" role="img"></canvas></div>
  <div class="line"><span class="says"></span><span class="scale"></span></div>
</div>
"""

HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "trainsight.compare",
    html=HTML,
    css=(HERE / "compare.css").read_text(),
    js=(HERE / "compare.js").read_text(),
)


@dataclass(frozen=True)
class Layer:
    """One of the pictures: what it is called, its pieces, and where it varies with the noise."""

    id: str
    label: str
    shown: pipeline.Shown
    variation: pipeline.Shown | None = None


def compare(layers: Sequence[Layer], a: str, b: str, picture: str, key: str) -> None:
    """Draw the canvas; ``a`` and ``b`` are the layers that are compared at first."""
    _mount(
        key=key,
        data={
            "picture": picture,
            "piece": pipeline.PIECE,
            "steps": pipeline.STEPS_A_LEVEL,
            "a": a,
            "b": b,
            "layers": [
                {
                    "id": layer.id,
                    "label": layer.label,
                    "base": address(layer.shown.folder),
                    "variation": layer.variation and address(layer.variation.folder),
                    "width": layer.shown.width,
                    "height": layer.shown.height,
                    "levels": layer.shown.levels,
                }
                for layer in layers
            ],
            "texts": texts(),
        },
    )


def texts() -> dict[str, str]:
    """What the canvas says, in the visitor's language."""
    return {
        "mode": _("How to compare"),
        "slider": _("Slider"),
        "grid": _("Side by side"),
        "blink": _("Blink"),
        "difference": _("Difference"),
        "invented": _("Invented"),
        "a": _("Left"),
        "b": _("Right"),
        "gain": _("Amplified"),
        "fit": _("Fit"),
        "in": _("Zoom in"),
        "out": _("Zoom out"),
        "whole": _("One pixel of the picture a pixel of the screen"),
        "lens": _("Lens"),
        "zoom": _("Zoom"),
        # Filled in by the canvas, which measures what is in sight.
        "mean": _("Mean difference in sight: {d} of 255"),
        "deviation": _("Standard deviation over the seeds, mean in sight: {d} of 255"),
        "keys": _("Drag to move, double-click to zoom. Keys: arrows, + −, 0, 1–5, A, B, L, space."),
        "canvas": _(
            "The picture as the methods made it. Arrow keys move the slider or the picture, plus "
            "and minus zoom, 0 fits, 1 to 5 choose how to compare, A and B change the two sides, L "
            "is the lens, space blinks."
        ),
    }
