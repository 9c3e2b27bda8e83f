"""How the time is spread over intensities: three zones, and how polarised they are."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from data.plans.log import Bins, Session, Thresholds

POWER_ZONES = (0.76, 1.05)
HEART_RATE_ZONES = (0.90, 1.00)
SPEED_ZONES = (0.85, 1.00)
"""Where zone 1 ends and zone 3 begins, as fractions of FTP, of the threshold heart rate and of the
threshold speed: between zones 2|3 and 4|5 of Coggan for power and of Friel for the others."""


def three_zones(session: Session, athlete: Thresholds) -> tuple[float, float, float] | None:
    """Seconds easy, moderate and hard: below the first threshold, between, above the second.

    By power, heart rate or speed, the first that both session and athlete have; else by the zones
    that the file states, of which five are 1–2, 3–4 and 5 and seven 1–2, 3–4 and 5–7. None when
    there is nothing to go by.
    """
    known: tuple[tuple[Bins, float | None, tuple[float, float]], ...] = (
        (session.power_s, athlete.ftp_w, POWER_ZONES),
        (session.heart_rate_s, athlete.lthr_bpm, HEART_RATE_ZONES),
        (
            session.speed_s if session.sport == "run" else (),
            athlete.threshold_speed_m_s,
            SPEED_ZONES,
        ),
    )
    for spent, threshold, ends in known:
        if spent and threshold:
            return _split(spent, threshold * ends[0], threshold * ends[1])
    for stated in (session.power_zones_s, session.heart_rate_zones_s):
        if sum(stated):
            return sum(stated[:2]), sum(stated[2:4]), sum(stated[4:])
    return None


def _split(spent: Bins, first: float, second: float) -> tuple[float, float, float]:
    level, seconds = np.array(spent, float).T
    zone = (level >= first).astype(int) + (level >= second)
    easy, moderate, hard = np.bincount(zone, seconds, 3).tolist()
    return easy, moderate, hard


def distribution(
    zones: Iterable[tuple[float, float, float]],
) -> tuple[float, float, float] | None:
    """Fractions of the time in each of the three zones; None when there is no time in any."""
    total = np.sum(list(zones), axis=0) if zones else np.zeros(3)
    if not np.sum(total) > 0:
        return None
    easy, moderate, hard = (np.atleast_1d(total) / np.sum(total)).tolist()
    return easy, moderate, hard


def polarisation_index(easy: float, moderate: float, hard: float) -> float | None:
    """Without a unit: log₁₀(Z1 / Z2 · Z3 · 100) of the fractions of time; above 2 is polarised.

    Treff et al. 2019, Front Physiol 10:707. With no time in zone 2 a hundredth is taken from zone
    3 for it; without zone 3 the index is 0; None where zone 3 exceeds zone 1, for which it was not
    made.
    """
    if hard > easy or easy <= 0:
        return None
    if hard <= 0:
        return 0.0
    if moderate <= 0:
        moderate, hard = 0.01, hard - 0.01
    if hard <= 0:
        return 0.0
    return math.log10(easy / moderate * hard * 100)
