"""A pose as ControlNets read it: OpenPose's picture of COCO's 18 keypoints on black.

Keypoints, limbs, their order and colours as Cao et al. 2017 (arXiv 1611.08050) published them with
OpenPose, drawn as Zhang et al. 2023 (arXiv 2302.05543) did for the training of their ControlNet:
limbs as ellipses at 60 % of their colour, then keypoints as discs, both four pixels thick at 512.
"""

from __future__ import annotations

import cv2
import numpy as np

from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX

NECK = "neck"

KEYPOINTS = (
    *("nose", NECK, "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle"),
    *("left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear"),
)
"""In OpenPose's order; its neck is midway between the shoulders."""

LIMBS = (
    *((NECK, "right_shoulder"), (NECK, "left_shoulder")),
    *(("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist")),
    *(("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist")),
    *((NECK, "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle")),
    *((NECK, "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle")),
    *((NECK, "nose"), ("nose", "right_eye"), ("right_eye", "right_ear")),
    *(("nose", "left_eye"), ("left_eye", "left_ear")),
)

COLOURS = (
    *((255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0)),
    *((0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255)),
    *((0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85)),
)
"""RGB of each keypoint; limb *n* takes the *n*-th too."""

DIM = 0.6
THICKNESS = 4 / 512
"""Half the thickness of a limb and the radius of a keypoint, as a share of the picture's side."""

FRACTION = 4
"""Binary digits behind the point that places are drawn with."""


def keypoints(figure: Figure) -> np.ndarray:
    """Places (athletes, 18, 2) in image coordinates, NaN for what is hidden or unknown."""
    left, right = (figure.joints[:, JOINT_INDEX[f"{s}_shoulder"]] for s in ("left", "right"))
    places = [
        (left + right) / 2 if name == NECK else figure.joints[:, JOINT_INDEX[name]]
        for name in KEYPOINTS
    ]
    return np.stack(places, 1)


def openpose_picture(figure: Figure, size: int) -> np.ndarray:
    """All athletes of a figure, RGB, uint8 (size, size, 3)."""
    canvas = np.zeros((size, size, 3), np.uint8)
    thick, unit = max(1.0, THICKNESS * size), 1 << FRACTION
    for athlete in keypoints(figure) * size:
        place = dict(zip(KEYPOINTS, athlete, strict=True))
        for (a, b), colour in zip(LIMBS, COLOURS, strict=False):
            start, end = place[a], place[b]
            if np.isnan([start, end]).any():
                continue
            outline = _ellipse(start, end, thick)
            dim = tuple(int(c * DIM) for c in colour)
            points = np.round(outline * unit).astype(np.int32)
            cv2.fillConvexPoly(canvas, points, dim, cv2.LINE_8, FRACTION)
        for at, colour in zip(athlete, COLOURS, strict=True):
            if not np.isnan(at).any() and (np.abs(at) < 4 * size).all():
                middle = tuple(int(v) for v in np.round(at * unit))
                cv2.circle(canvas, middle, round(thick * unit), colour, -1, cv2.LINE_8, FRACTION)
    return canvas


def _ellipse(start: np.ndarray, end: np.ndarray, thick: float) -> np.ndarray:
    """The outline (points, 2) of the ellipse whose long axis runs from ``start`` to ``end``."""
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)[:, None]
    along = (end - start) / 2
    length = max(float(np.linalg.norm(along)), 1e-6)
    across = np.array([-along[1], along[0]]) / length * thick
    outline: np.ndarray = (start + end) / 2 + np.cos(turn) * along + np.sin(turn) * across
    return outline
