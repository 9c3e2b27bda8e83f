"""When feet are on the ground: contacts, jumps, and the events of gait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from data.movement import KEYPOINT_INDEX
from data.movement.assemble import stature
from data.movement.names import SIDES
from pipeline.movement.clean import stretches
from pipeline.movement.mass import velocity

GRAVITY = 9.80665
HEIGHT_SHARE = 0.03
"""A foot within this share of stature above its ground is on it (5 cm of an adult) …"""

SPEED_SHARE = 0.35
"""… if it moves up or down by less than this many statures a second."""

LIFTED_SHARE = 0.01
"""A foot this share of stature above its ground has left it, if it then rises further."""

SHORTEST_FLIGHT, LONGEST_FLIGHT = 0.12, 1.2
"""Seconds in the air that count as a jump; the longest is one of 1.7 m."""

NEAR = 0.15
"""Seconds between an ankle's farthest reach and a runner's foot landing or leaving."""

LEAST_FLIGHT = 0.1
"""Share of a run's frames at which no foot is on the ground; nobody walks that way."""

LEAST_SWING = 0.15
"""Share of stature by which an ankle passes the pelvis in gait, both ways together."""


@dataclass(frozen=True)
class Jump:
    """Frames of the last moment on the ground and the first back on it, and seconds between."""

    take_off: int
    landing: int
    seconds: float

    @property
    def height(self) -> float:
        """Metres, by the time in the air: g t² / 8 (Bosco, Luhtanen & Komi 1983)."""
        return GRAVITY * self.seconds**2 / 8


@dataclass(frozen=True)
class Gait:
    """Frames of foot strikes and toe-offs, left and right, and the steps a minute."""

    strikes: dict[str, tuple[int, ...]]
    toe_offs: dict[str, tuple[int, ...]]
    cadence: float


def contacts(joints: np.ndarray, times: np.ndarray) -> dict[str, np.ndarray]:
    """Whether the left and right foot is on the ground, bool (frames,) each.

    The foot's lowest known point, heel or toe before ankle, is near the height at which it is
    lowest (its 5th percentile) and hardly moves up or down. Only for a level ground, y up.
    """
    tall = stature(joints)
    found = {}
    for side in SIDES:
        names = (f"{side}_heel", f"{side}_big_toe")
        heights = joints[:, [KEYPOINT_INDEX[name] for name in names], 1]
        lowest = np.fmin(heights[:, 0], heights[:, 1])
        if np.isfinite(lowest).sum() < len(lowest) / 2:
            lowest = joints[:, KEYPOINT_INDEX[f"{side}_ankle"], 1]
        if not np.isfinite(lowest).any() or not np.isfinite(tall):
            found[side] = np.zeros(len(lowest), bool)
            continue
        above = lowest - np.nanpercentile(lowest, 5)
        speed = np.abs(velocity(lowest, times))
        found[side] = (above < HEIGHT_SHARE * tall) & (speed < SPEED_SHARE * tall)
    return found


def jumps(joints: np.ndarray, times: np.ndarray) -> list[Jump]:
    """Times in the air, when both feet and the hips are off where they are on the ground."""
    tall = stature(joints)
    toes, ankles = (
        joints[:, [KEYPOINT_INDEX[f"{side}_{part}"] for side in SIDES], 1]
        for part in ("big_toe", "ankle")
    )
    feet = toes if np.isfinite(toes).mean() > 0.5 else ankles
    if not np.isfinite(feet).any(0).all() or not np.isfinite(tall):
        return []
    above = feet - np.nanpercentile(feet, 10, axis=0)
    hips = joints[:, KEYPOINT_INDEX["mid_hip"], 1]
    # Who lifts the feet by bending the knees has not jumped: the hips rise above standing, too.
    standing = np.nanpercentile(hips, 75) if np.isfinite(hips).any() else np.nan
    with np.errstate(invalid="ignore"):
        airborne = (above > LIFTED_SHARE * tall).all(1)
    found = []
    for start, end in stretches(airborne):
        high = above[start:end].min(1).max() > HEIGHT_SHARE * tall
        if start == 0 or end == len(times) or not high:
            continue
        seconds = float(times[end] - times[start - 1])
        rises = np.nanmax(hips[start:end], initial=-np.inf) > standing
        if SHORTEST_FLIGHT <= seconds <= LONGEST_FLIGHT and rises:
            found.append(Jump(start - 1, end, seconds))
    return found


def gait(
    joints: np.ndarray, times: np.ndarray, on_ground: dict[str, np.ndarray] | None = None
) -> Gait | None:
    """Foot strikes and toe-offs of walking and running; None where nobody walks.

    A foot strikes when its ankle is farthest ahead of the pelvis, and leaves when it is farthest
    behind, along the direction of travel: Zeni, Richards & Higginson (2008), Gait & Posture 27.
    Runners pull the foot back before it lands, so of a run the ground contact beside that moment
    counts, where ``on_ground`` (left and right, bool (frames,)) shows one.
    """
    tall = stature(joints)
    pelvis = joints[:, KEYPOINT_INDEX["mid_hip"]]
    level = [0, 2] if joints.shape[-1] == 3 else [0]
    known = np.flatnonzero(np.isfinite(pelvis).all(-1))
    if len(known) < 10 or not np.isfinite(tall):
        return None
    travelled = (pelvis[known[-1]] - pelvis[known[0]])[level]
    if np.linalg.norm(travelled) < 0.5 * tall:
        return None
    ahead = travelled / np.linalg.norm(travelled)
    fps = 1 / float(np.median(np.diff(times)))
    strikes, toe_offs = {}, {}
    for side in SIDES:
        reach = (joints[:, KEYPOINT_INDEX[f"{side}_ankle"]] - pelvis)[:, level] @ ahead
        usable = np.isfinite(reach)
        if usable.sum() < 10 or np.ptp(reach[usable]) < LEAST_SWING * tall:
            return None
        filled = np.interp(np.arange(len(reach)), np.flatnonzero(usable), reach[usable])
        least = {"prominence": 0.4 * np.ptp(filled), "distance": max(round(0.25 * fps), 1)}
        strikes[side] = tuple(int(i) for i in find_peaks(filled, **least)[0])
        toe_offs[side] = tuple(int(i) for i in find_peaks(-filled, **least)[0])
    if len(strikes["left"] + strikes["right"]) < 2:
        return None
    if on_ground is not None and runs(on_ground):
        for side in SIDES:
            edges = np.diff(np.concatenate([[0], on_ground[side].astype(np.int8), [0]]))
            lands, leaves = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
            strikes[side] = _moved(strikes[side], lands[lands > 0], times)
            toe_offs[side] = _moved(toe_offs[side], leaves[leaves < len(times)], times)
    return Gait(strikes, toe_offs, cadence(strikes, times))


def runs(on_ground: dict[str, np.ndarray]) -> bool:
    """Whether there are moments with either foot on the ground, and some with none."""
    left, right = on_ground["left"], on_ground["right"]
    flight = float((~left & ~right).mean())
    return flight >= LEAST_FLIGHT and min(left.mean(), right.mean()) >= LEAST_FLIGHT


def _moved(found: tuple[int, ...], edges: np.ndarray, times: np.ndarray) -> tuple[int, ...]:
    """Each moment's nearest edge of ground contact, or itself where none is near."""
    moved = set()
    for frame in found:
        gap = times[edges] - times[frame]
        near = edges[np.abs(gap) <= NEAR]
        moved.add(int(near[np.abs(near - frame).argmin()]) if len(near) else frame)
    return tuple(sorted(moved))


def cadence(strikes: dict[str, tuple[int, ...]], times: np.ndarray) -> float:
    """Steps a minute by the median time between foot strikes; NaN with fewer than two."""
    steps = np.diff(times[sorted(strikes["left"] + strikes["right"])])
    return 60 / float(np.median(steps)) if len(steps) else float("nan")
