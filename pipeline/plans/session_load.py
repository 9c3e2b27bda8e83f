"""The load of one session, by the best method that its numbers allow.

All methods are brought to one scale, on which an hour at the threshold is 100, so that a log that
mixes them still adds up. Which method was used is kept beside each load.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.plans.log import Bins, Session, Step, Thresholds

METHODS = ("power", "stated TSS", "heart rate", "pace", "session RPE", "stated", "duration", "rest")
"""From the best to the weakest; ``stated`` is a load of the file whose scale is its own."""

IMPULSES = ("trimp_banister", "trimp_edwards", "trimp_lucia")
ASSUMED_REST_BPM = 60.0
ASSUMED_LTHR = 0.89
"""Fraction of the maximal heart rate where no threshold is known; trained people: 0.85 to 0.92."""

EASY_PER_HOUR = 50.0
"""Load of an hour of which nothing else is known: easy endurance, CR10 of 4."""

ASSUMED_SPEED_M_S = {"run": 2.8, "bike": 7.0, "swim": 0.8, "walk": 1.4, "row": 3.5, "ski": 3.5}
"""For a session that only names a distance."""

TSS = re.compile(r"tss|stress score|icu.?training.?load|\brss\b|^load$", re.IGNORECASE)


@dataclass(frozen=True)
class SessionLoad:
    """``load`` in points (an hour at the threshold is 100), how it came about, and from what.

    ``assumed`` names the inputs that were filled in because nobody stated them.
    """

    load: float
    method: str
    assumed: tuple[str, ...] = ()


def session_load(session: Session, athlete: Thresholds) -> SessionLoad:
    """The session's load by the first of :data:`METHODS` that its numbers and thresholds allow."""
    if session.is_rest:
        return SessionLoad(0.0, "rest")
    seconds, assumed = _seconds(session)
    power = session.normalized_power_w or session.power_w
    if power and seconds and athlete.ftp_w:
        return SessionLoad(tss(seconds, power, athlete.ftp_w), "power")
    if session.load and TSS.search(session.load_name):
        return SessionLoad(session.load, "stated TSS")
    if (fraction := steps_intensity(session.steps, athlete.ftp_w)) is not None and seconds:
        return SessionLoad(tss(seconds, fraction, 1.0), "power")
    if (by_heart := _by_heart_rate(session, seconds, athlete)) is not None:
        return by_heart
    if (by_pace := _by_pace(session, seconds, athlete)) is not None:
        return by_pace
    if session.rpe and seconds:
        return SessionLoad(rpe_points(session_rpe(session.rpe, seconds)), "session RPE", assumed)
    if session.load:  # a load of 0 is how programs write that they have none
        return SessionLoad(session.load, "stated")
    return SessionLoad(seconds / 3600 * EASY_PER_HOUR, "duration", (*assumed, "intensity"))


def training_impulses(session: Session, athlete: Thresholds) -> tuple[float, float, float] | None:
    """Banister's, Edwards' and Lucía's TRIMP, :data:`IMPULSES`, arbitrary units.

    None without heart rates or a highest one. Rest and threshold heart rates that nobody stated are
    those that :func:`session_load` assumes; Lucía's first threshold is 90 % of the second.
    """
    beats = session.heart_rate_s
    if not beats and session.heart_rate_bpm and session.duration_s:
        beats = ((session.heart_rate_bpm, session.duration_s),)
    highest = athlete.heart_rate_max_bpm
    if session.kind != "done" or not beats or not highest:
        return None
    rest = athlete.heart_rate_rest_bpm or ASSUMED_REST_BPM
    second = athlete.lthr_bpm or ASSUMED_LTHR * highest
    if not rest < second <= highest:
        return None
    return (
        banister_trimp(beats, rest, highest, athlete.sex),
        edwards_trimp(beats, highest),
        lucia_trimp(beats, 0.9 * second, second),
    )


def _seconds(session: Session) -> tuple[float, tuple[str, ...]]:
    """The session's duration, from its distance where only that is known."""
    if session.duration_s is not None:
        return session.duration_s, ()
    if session.distance_m is None:
        return 0.0, ("duration",)
    usual = session.speed_m_s or ASSUMED_SPEED_M_S.get(session.sport, 2.8)
    return session.distance_m / usual, ("speed",)


def _by_heart_rate(session: Session, seconds: float, athlete: Thresholds) -> SessionLoad | None:
    beats = session.heart_rate_s
    if not beats and session.heart_rate_bpm and seconds:
        beats = ((session.heart_rate_bpm, seconds),)
    highest = athlete.heart_rate_max_bpm
    if not beats or not highest:
        return None
    assumed = []
    rest, threshold = athlete.heart_rate_rest_bpm, athlete.lthr_bpm
    if not rest:
        rest = ASSUMED_REST_BPM
        assumed.append("resting heart rate")
    if not threshold:
        threshold = ASSUMED_LTHR * highest
        assumed.append("threshold heart rate")
    if not rest < threshold <= highest:
        return None
    hour = banister_trimp(((threshold, 3600.0),), rest, highest, athlete.sex)
    points = 100 * banister_trimp(beats, rest, highest, athlete.sex) / hour
    return SessionLoad(points, "heart rate", tuple(assumed))


def _by_pace(session: Session, seconds: float, athlete: Thresholds) -> SessionLoad | None:
    swum = session.sport == "swim"
    threshold = athlete.swim_speed_m_s if swum else athlete.threshold_speed_m_s
    if session.sport not in ("run", "swim") or not threshold or not seconds:
        return None
    speed = session.distance_m / seconds if session.distance_m else session.speed_m_s
    if not speed or session.duration_s is None:
        return None
    return SessionLoad(pace_points(seconds, speed, threshold, 3 if swum else 2), "pace")


def tss(seconds: float, power_w: float, ftp_w: float) -> float:
    """Training Stress Score, points: 100·s·NP·IF / (FTP·3600) with IF = NP/FTP.

    Allen & Coggan, *Training and Racing with a Power Meter*, 3rd ed., ch. 7. ``power_w`` is
    normalized power; average power in its place makes an uneven ride look too easy.
    """
    intensity = power_w / ftp_w
    return 100 * seconds * power_w * intensity / (ftp_w * 3600)


def steps_intensity(steps: Iterable[Step], ftp_w: float | None) -> float | None:
    """Intensity factor of planned steps, without a unit: (Σ s·p⁴ / Σ s)^¼, p fraction of FTP.

    Normalized power's fourth power mean over steps; a step is taken at its middle. None unless each
    step has a duration and a power.
    """
    total, weighted = 0.0, 0.0
    for step in steps:
        low, high = step.low, step.high
        scale = {"power_ftp": 1.0, "power_w": ftp_w}.get(step.target)
        if not step.duration_s or low is None or high is None or not scale:
            return None
        total += step.duration_s
        weighted += step.duration_s * ((low + high) / 2 / scale) ** 4
    return (weighted / total) ** 0.25 if total else None


def banister_trimp(beats: Bins, rest_bpm: float, max_bpm: float, sex: str = "") -> float:
    """Training impulse, arbitrary units: Σ min·Δ·a·e^(bΔ), Δ = (HR − rest)/(max − rest).

    Banister 1991, in *Physiological Testing of the High-Performance Athlete*; a = 0.64, b = 1.92
    for men, a = 0.86, b = 1.67 for women (GoldenCheetah takes 0.64 for both). Without a sex men's.
    Summed over the time at each heart rate, because the mean hides intervals.
    """
    a, b = (0.86, 1.67) if sex == "female" else (0.64, 1.92)
    bpm, seconds = np.array(beats, float).reshape(-1, 2).T
    reserve = np.clip((bpm - rest_bpm) / (max_bpm - rest_bpm), 0, 1)
    return float(np.sum(seconds / 60 * reserve * a * np.exp(b * reserve)))


def edwards_trimp(beats: Bins, max_bpm: float) -> float:
    """Training impulse, arbitrary units: Σ min in zone × 1…5.

    Zones of 10 % of the maximum from 50 % up. Edwards 1993, *The Heart Rate Monitor Book*.
    """
    bpm, seconds = np.array(beats, float).reshape(-1, 2).T
    zone = np.clip(np.floor(bpm / max_bpm * 10) - 4, 0, 5)
    return float(np.sum(seconds / 60 * zone))


def lucia_trimp(beats: Bins, first_bpm: float, second_bpm: float) -> float:
    """Training impulse, arbitrary units: minutes in three zones × 1, 2, 3.

    Below the first ventilatory threshold, between the two, above the second. Lucía et al. 2003,
    Med Sci Sports Exerc 35(5).
    """
    bpm, seconds = np.array(beats, float).reshape(-1, 2).T
    return float(np.sum(seconds / 60 * (1 + (bpm >= first_bpm) + (bpm >= second_bpm))))


def session_rpe(rpe: float, seconds: float) -> float:
    """Session-RPE, arbitrary units: CR10 rating × minutes.

    Foster et al. 2001, J Strength Cond Res 15(1).
    """
    return rpe * seconds / 60


def rpe_points(session_rpe: float) -> float:
    """Session-RPE as points: an hour at CR10 of 8 is 100.

    The proportion of TrainingPeaks' table of TSS an hour by RPE (4: 50, 6: 70, 8: 100).
    """
    return session_rpe * 100 / (8 * 60)


def pace_points(seconds: float, speed_m_s: float, threshold_m_s: float, exponent: int = 2) -> float:
    """Points from pace: 100·h·IF^n with IF = speed / threshold speed.

    n = 2 is rTSS of running (without the correction for hills), n = 3 sTSS of swimming, where drag
    makes power grow with the cube of speed. McGregor, *The Runner's Edge*; TrainingPeaks.
    """
    return 100 * seconds / 3600 * math.pow(speed_m_s / threshold_m_s, exponent)
