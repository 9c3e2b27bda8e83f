"""Who is who: detections of several people, frame by frame, joined into tracks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from data.movement.movement import Options
from data.notes import Note, note

FARTHEST = 0.6
"""A person cannot move farther between two frames than this share of their own size."""

FORGOTTEN = 30
"""Frames after which a lost person is no longer looked for."""

MOST_PEOPLE = 30
"""People in a frame who are followed; those that are seen best."""


def track(frames: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Tracks of people, the one seen in most frames first.

    Takes for each frame an array (people, joints, 3: x, y, confidence), confidence 0 for what is
    missing, and gives arrays (frames, joints, 3), zeros where the person is not seen. Each
    detection goes to the track whose last pose is nearest: Hungarian assignment (Kuhn 1955) over
    the mean distance of joints that both know, as a share of the larger one's size.
    """
    joints = next((frame.shape[1] for frame in frames if len(frame)), 0)
    tracks: list[np.ndarray] = []
    last: list[np.ndarray] = []
    seen: list[int] = []
    for number, people in enumerate(frames):
        order = np.argsort(-people[..., 2].sum(1), kind="stable")[:MOST_PEOPLE]
        people = people[order]
        alive = [i for i, at in enumerate(seen) if number - at <= FORGOTTEN]
        costs = np.array([[_distance(last[i], person) for person in people] for i in alive])
        owner: dict[int, int] = {}
        if costs.size:
            for row, column in zip(*linear_sum_assignment(costs), strict=True):
                # The longer someone was away, the farther they can be.
                if costs[row, column] <= FARTHEST * (number - seen[alive[row]]):
                    owner[int(column)] = alive[row]
        for column, person in enumerate(people):
            if not (person[:, 2] > 0).any():
                continue
            at = owner.get(column)
            if at is None:
                at = len(tracks)
                tracks.append(np.zeros((len(frames), joints, 3)))
                last.append(person)
                seen.append(number)
            tracks[at][number] = person
            last[at], seen[at] = person, number
    return sorted(tracks, key=lambda t: -np.count_nonzero(t[..., 2].any(1)))


def choose(count: int, options: Options) -> tuple[int, list[Note]]:
    """Which of so many people is shown, and a remark where nobody asked for one of several."""
    remark = note("{count} people were told apart; the one seen longest is shown.", count=count)
    told = count > 1 and options.person is None
    return min(options.person or 0, count - 1), [remark] if told else []


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    """How far two poses (joints, 3) are apart, in sizes of the larger; large where nothing is
    common."""
    common = (a[:, 2] > 0) & (b[:, 2] > 0)
    if not common.any():
        return 1e3
    size = max(_size(a), _size(b))
    return float(np.linalg.norm(a[common, :2] - b[common, :2], axis=-1).mean()) / size


def _size(pose: np.ndarray) -> float:
    known = pose[pose[:, 2] > 0, :2]
    return max(float(np.ptp(known, axis=0).max()), 1e-6)
