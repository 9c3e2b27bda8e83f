"""The visitor's camera, where the browser gives it: small pictures, some ten a second."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import streamlit as st

from data.movement import KEYPOINT_INDEX
from pages.components.language import _
from pages.components.player import LEFT, LIMBS, MIDDLE, RIGHT

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_camera",
    css=(_FILES / "camera.css").read_text(),
    js=(_FILES / "camera.js").read_text(),
)


def camera(
    *, label: str, key: str, joints: np.ndarray | None = None, size: tuple[int, int] = (0, 0)
) -> list[tuple[float, bytes]]:
    """Show the camera; returns the pictures that have just come, as (seconds, JPEG).

    ``joints`` (keypoints, 2) with y up in pixels of a picture of ``size`` are drawn over it.
    """
    places = [] if joints is None else joints.tolist()
    data = {
        "pose": [[x, -y] if np.isfinite(x + y) else None for x, y in places],
        "size": list(size),
        "limbs": [
            [KEYPOINT_INDEX[a], KEYPOINT_INDEX[b], (LEFT, RIGHT, MIDDLE)[side][1]]
            for a, b, side in LIMBS
        ],
        "words": {
            "label": label,
            "start": _("Start the camera"),
            "stop": _("Stop the camera"),
            "refused": _("The browser gave no camera. Allow it for this page, and try again."),
            "insecure": _(
                "Browsers give the camera only to pages over https or from this very computer."
            ),
        },
    }
    result = _component(key=key, data=data, on_pictures_change=lambda: None)
    return read(result.pictures)


def read(sent: object) -> list[tuple[float, bytes]]:
    """What a browser sent, as (seconds, JPEG); anything else is left out."""
    found = []
    for entry in sent if isinstance(sent, Sequence) else ():
        with suppress(TypeError, ValueError, binascii.Error):
            seconds, picture = entry
            found.append((float(seconds), base64.b64decode(picture, validate=True)))
    return found
