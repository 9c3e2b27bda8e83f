"""A skeleton that plays: on a canvas, in space with a camera to turn, in the browser alone.

    frame = player(movement, label=_("The recording"), key="player", moments="recording")

Play, scrub, speed, and in space orbit, by mouse, finger and keyboard. Maps and charts of the same
group of ``moments`` follow it, and it them, without a rerun; the frame at which it comes to rest is
told to Python.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from data.movement import KEYPOINT_INDEX, KEYPOINTS, Movement
from pages.components.heatmap import SEQUENTIAL, SEQUENTIAL_DARK
from pages.components.language import _

MOST_FRAMES = 9000
"""Longer recordings are thinned out for the screen, evenly."""

LEFT, RIGHT, MIDDLE = ("#2f6fd0", "#6ea8ff"), ("#d9721a", "#ffa352"), ("#5b6066", "#b4babf")
"""Hues of the body's sides on a light and on a dark page; those of the pose guide."""

_PAIRS = (
    *(("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle")),
    *(("ankle", "heel"), ("heel", "big_toe"), ("ankle", "big_toe")),
)
LIMBS = (
    *((f"{s}_{a}", f"{s}_{b}", i) for i, s in enumerate(("left", "right")) for a, b in _PAIRS),
    *(("left_shoulder", "right_shoulder", 2), ("left_hip", "right_hip", 2)),
    *(("left_shoulder", "left_hip", 0), ("right_shoulder", "right_hip", 1)),
    *(("neck", "head", 2), ("neck", "nose", 2)),
)
"""From joint, to joint, and whose: 0 left, 1 right, 2 the middle's."""

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_player",
    css=(_FILES / "player.css").read_text(),
    js=(_FILES / "player.js").read_text(),
)


@dataclass(frozen=True)
class Span:
    """A stretch of time to mark under the picture; an event where both ends are the same.

    ``start`` and ``end`` in seconds; ``side`` 0 left, 1 right, 2 neither.
    """

    name: str
    start: float
    end: float
    side: int = 2


@dataclass(frozen=True)
class Film:
    """The video that a movement's joints were found in: its address, and its pixels in one unit of
    the joints."""

    address: str
    pixels: float


def player(
    movement: Movement,
    *,
    label: str,
    key: str,
    moments: str,
    spans: Sequence[Span] = (),
    attention: tuple[np.ndarray, np.ndarray] | None = None,
    charts: str = "",
    start: float = 0.0,
    compare: np.ndarray | None = None,
    film: Film | None = None,
) -> int:
    """Show a movement that has joints; returns the frame at which the player rests.

    Parameters
    ----------
    moments : the group of maps and players that share one moment.
    spans : repetitions, flights, steps: marks to click on.
    attention : times (moments,) in seconds and attention (moments, len(KEYPOINTS)) in [0, 1], by
        which the joints can be coloured.
    charts : a CSS selector of the Plotly charts over seconds that get a cursor.
    start : seconds.
    compare : joints (frames, len(KEYPOINTS), 2 or 3) of another, drawn as a ghost frame by frame.
    film : drawn beneath the skeleton, in step with it.
    """
    joints = movement.joints
    if joints is None:
        raise ValueError("a movement without joints has nothing to play")
    every = max(1, -(-len(joints) // MOST_FRAMES))
    shown, ghost = joints[::every], None if compare is None else compare[::every]
    together = shown if ghost is None else np.concatenate([shown, ghost])
    middle, reach = _box(together)
    data = {
        "frames": _packed(shown, middle, reach),
        "ghost": None if ghost is None else _packed(ghost, middle, reach),
        "times": [round(float(t), 4) for t in movement.times[::every]],
        "joints": len(KEYPOINTS),
        "dimensions": int(joints.shape[-1]),
        "middle": [float(v) for v in middle],
        "reach": float(reach),
        "limbs": [[KEYPOINT_INDEX[a], KEYPOINT_INDEX[b], side] for a, b, side in LIMBS],
        "index": {n: KEYPOINT_INDEX[n] for n in ("mid_hip", "head", "nose", "neck")},
        "sides": [
            0 if n.startswith("left") else 1 if n.startswith("right") else 2 for n in KEYPOINTS
        ],
        "colours": [LEFT, RIGHT, MIDDLE],
        "scale": {"light": SEQUENTIAL[1:], "dark": SEQUENTIAL_DARK[1:]},
        "spans": [[s.name, round(s.start, 4), round(s.end, 4), s.side] for s in spans],
        "attention": None
        if attention is None
        else {
            "times": [round(float(t), 4) for t in attention[0]],
            "values": base64.b64encode(
                np.round(255 * np.nan_to_num(attention[1]).clip(0, 1)).astype(np.uint8).tobytes()
            ).decode(),
        },
        "moments": moments,
        "charts": charts,
        "start": start,
        "label": label,
        "film": film and {"address": film.address, "pixels": film.pixels},
        "words": _words(),
    }
    result = _component(key=key, data=data, on_frame_change=lambda: None)
    rest = round(np.searchsorted(movement.times, start)) if result.frame is None else result.frame
    return min(int(rest) * (every if result.frame is not None else 1), len(joints) - 1)


def _side(name: str) -> int:
    return {"left": 0, "right": 1}.get(name.partition("_")[0], 2)


def _box(joints: np.ndarray) -> tuple[np.ndarray, float]:
    """The middle (2 or 3,) of all places and their largest distance from it, at least tiny."""
    places = joints.reshape(-1, joints.shape[-1])
    places = places[np.isfinite(places).all(1)]
    middle = (places.min(0) + places.max(0)) / 2
    return middle, max(float(np.abs(places - middle).max()), 1e-9)


def _packed(joints: np.ndarray, middle: np.ndarray, reach: float) -> str:
    """Joints as int16 shares of ``reach`` from ``middle``, −32768 for what is missing."""
    shares = np.round((joints - middle) / reach * 32767)
    shares[np.isnan(joints).any(-1)] = -32768
    return base64.b64encode(shares.astype("<i2").tobytes()).decode()


def _words() -> dict[str, str]:
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "speed": _("Speed"),
        "moment": _("Moment"),
        "front": _("Front"),
        "side": _("Side"),
        "top": _("Above"),
        "attention": _("Colour by attention"),
        "follow": _("Follow the athlete"),
        "frame": _("frame"),
        "film": _("Over the video"),
        "unplayable": _("This browser cannot play the video's format; the skeleton plays alone."),
        "help": _(
            "Space plays, arrow keys step, with Shift ten frames; drag to look from elsewhere."
        ),
    }
