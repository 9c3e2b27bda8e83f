"""One recorded ride second by second, which a log keeps only as sums: read anew from its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from data.errors import InputError
from data.plans.log import Session
from data.plans.options import Options
from data.plans.read import read_file, unpacked
from data.plans.samples import Samples, each_second
from pipeline.plans.performance import Critical, w_balance

SAME_START_S = 1.0


def power_of(
    session: Session, files: Iterable[tuple[str, bytes]], options: Options
) -> np.ndarray | None:
    """Power in W of each second of the session, 0 in pauses; None where no file has it."""
    seen: list[tuple[dt.datetime, Samples]] = []
    watching = replace(options, watch=lambda start, samples: seen.append((start, samples)))
    for name, data in unpacked(files):
        if name == session.source and session.start is not None:
            try:
                read_file(name, data, watching)
            except InputError:
                continue
            for start, samples in seen:
                apart = start.replace(tzinfo=None) - session.start.replace(tzinfo=None)
                if abs(apart.total_seconds()) <= SAME_START_S and samples.power_w is not None:
                    return each_second(samples.time_s, samples.power_w)
            seen.clear()
    return None


def w_balance_table(power_w: np.ndarray, critical: Critical, rows: int = 1500) -> pd.DataFrame:
    """Minutes, power (W) and W′ left (kJ) of a ride, about ``rows`` of them.

    Each row is a stretch of seconds: the mean of its power and the lowest W′ in it, so that no low
    is lost.
    """
    left = w_balance(power_w, critical.critical, critical.reserve) / 1000
    width = max(len(power_w) // rows, 1)
    first = np.arange(0, len(power_w), width)
    counts = np.diff(np.append(first, len(power_w)))
    return pd.DataFrame(
        {
            "minutes": first / 60,
            "power_w": np.add.reduceat(power_w, first) / counts,
            "left_kj": np.minimum.reduceat(left, first),
        }
    )
