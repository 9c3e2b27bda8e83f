"""Cleaning: outliers out, short gaps filled, noise filtered without delay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from data.movement import Movement
from data.notes import note

UNEVEN = 0.05
"""Steps of time that differ by more than this share call for even ones."""

FASTEST = 1000
"""Frames a second up to which uneven times are made even."""


@dataclass(frozen=True)
class Cleaning:
    """How a movement is cleaned.

    Attributes
    ----------
    cutoff : of the low-pass filter in Hz, None for no filter.
    order : of the filter after both passes; even.
    longest_gap : seconds; longer gaps stay.
    outliers : robust standard deviations from the median, None to keep all.
    unsure : joints of a lower confidence count as missing.
    """

    cutoff: float | None = 6.0
    order: int = 4
    longest_gap: float = 0.2
    outliers: float | None = 5.0
    unsure: float = 0.2


USUAL = Cleaning()


def clean(movement: Movement, how: Cleaning = USUAL) -> Movement:
    """The movement with even times and its joints cleaned; one without joints as it is."""
    if movement.joints is None:
        return movement
    joints = movement.joints.copy()
    if movement.confidence is not None:
        joints[movement.confidence < how.unsure] = np.nan
    times, notes = movement.times, list(movement.notes)
    steps = np.diff(times)
    if np.ptp(steps) > UNEVEN * np.median(steps):
        times = even_times(times)
        joints = resample(joints, movement.times, times, how.longest_gap)
        notes.append(note("The times were uneven; positions were interpolated to even ones."))
    fps = 1 / float(np.median(np.diff(times)))
    flat = joints.reshape(len(joints), -1)
    if how.outliers is not None:
        flat = hampel(flat, max(round(0.1 * fps), 2), how.outliers)
    # A joint of which one coordinate is an outlier is missing as a whole.
    joints = flat.reshape(joints.shape)
    joints[np.isnan(joints).any(-1)] = np.nan
    flat = fill_gaps(joints.reshape(len(joints), -1), round(how.longest_gap * fps))
    if how.cutoff is not None:
        flat = low_pass(flat, fps, how.cutoff, how.order)
    sure = movement.confidence
    if sure is not None and len(sure) != len(times):
        sure = np.stack([np.interp(times, movement.times, column) for column in sure.T], 1)
    return replace(
        movement,
        times=times,
        joints=flat.reshape(joints.shape),
        confidence=sure,
        notes=tuple(notes),
    )


def even_times(times: np.ndarray) -> np.ndarray:
    """Even times (frames,) over the same span, at the median step of uneven ones."""
    step = max(float(np.median(np.diff(times))), 1 / FASTEST)
    # A pause in the recording must not make more frames than a few recordings of its length hold.
    count = min(int((times[-1] - times[0]) / step) + 1, 20 * len(times))
    return times[0] + np.arange(count) * max(step, (times[-1] - times[0]) / count)


def resample(values: np.ndarray, times: np.ndarray, at: np.ndarray, longest: float) -> np.ndarray:
    """Values (frames, …) at other times, linearly; between frames farther apart than ``longest``
    seconds there are none.
    """
    after = np.searchsorted(times, at).clip(1, len(times) - 1)
    span = times[after] - times[after - 1]
    share = ((at - times[after - 1]) / span).reshape(-1, *[1] * (values.ndim - 1))
    result = (1 - share) * values[after - 1] + share * values[after]
    result[span > max(longest, 2 * float(np.median(np.diff(times))))] = np.nan
    return result


def hampel(values: np.ndarray, half: int, deviations: float) -> np.ndarray:
    """Values (frames, columns) with outliers made NaN: Hampel (1974), J Am Stat Assoc 69.

    A value is an outlier when it lies more than ``deviations`` robust standard deviations (1.4826
    times the median absolute deviation) from the median of the ``2 half + 1`` values around it; at
    the ends, of the last so many, or whatever moves there would be an outlier.
    Deviations below a thousandth of the column's range are no outliers: still joints have none. Nor
    are those of up to two of the steps in which the values were written, whole pixels for instance:
    a joint that rests on a pixel and moves to the next is none.
    """
    width = min(2 * half + 1, len(values))
    around = (np.arange(len(values)) - half).clip(0, len(values) - width)
    result = values.copy()
    for column in np.flatnonzero(np.isfinite(values).any(0)):
        windows = np.lib.stride_tricks.sliding_window_view(values[:, column], width)
        known = np.isfinite(values[:, column])
        windows = windows[around[known]]
        middle = _median(windows)
        spread = 1.4826 * _median(np.abs(windows - middle[:, None]))
        levels = np.unique(values[known, column])
        step = float(np.diff(levels).min(initial=np.inf))
        least = max(1e-3 * float(np.ptp(levels)), 2.01 * step if np.isfinite(step) else 0.0)
        far = np.abs(values[known, column] - middle) > np.maximum(deviations * spread, least)
        result[np.flatnonzero(known)[far], column] = np.nan
    return result


def _median(windows: np.ndarray) -> np.ndarray:
    """The median of each row's known values; as numpy's nanmedian, an order faster."""
    ranked = np.sort(windows, axis=1)  # NaN last
    known = np.isfinite(windows).sum(1)[:, None]
    middle = np.concatenate([(known - 1) // 2, known // 2], 1)
    return np.take_along_axis(ranked, middle, 1).mean(1)


def fill_gaps(values: np.ndarray, longest: int) -> np.ndarray:
    """Values (frames, columns) with gaps of up to ``longest`` frames filled.

    By monotone cubic interpolation (Fritsch & Carlson 1980), which doesn't overshoot. Gaps at
    either end stay: nothing is extrapolated.
    """
    result = values.copy()
    for column in range(values.shape[1]):
        known = np.flatnonzero(np.isfinite(values[:, column]))
        if len(known) < 2 or longest < 1:
            continue
        before = np.diff(known)
        gaps = np.flatnonzero((before > 1) & (before <= longest + 1))
        if not len(gaps):
            continue
        curve = PchipInterpolator(known, values[known, column])
        for gap in gaps:
            inside = np.arange(known[gap] + 1, known[gap + 1])
            result[inside, column] = curve(inside)
    return result


def low_pass(values: np.ndarray, fps: float, cutoff: float = 6.0, order: int = 4) -> np.ndarray:
    """Values (frames, columns) after a Butterworth low-pass filter, run forwards and backwards.

    Each pass has half the order, and its cut-off is raised so that both together pass 1/√2 at
    ``cutoff`` Hz: divided by (√2 − 1)^(1/order) (Winter 2009, section 3.4.4.2). Stretches between
    gaps are filtered alone; those too short for the filter, and anything recorded at less than
    twice that frequency, stay as they are.
    """
    raised = cutoff / (2**0.5 - 1) ** (1 / order)
    result = values.copy()
    if raised >= 0.98 * fps / 2:
        return result
    sections = butter(order // 2, raised, fs=fps, output="sos")
    shortest = 3 * (order + 1)
    for column in range(values.shape[1]):
        for start, end in stretches(np.isfinite(values[:, column])):
            if end - start > shortest:
                result[start:end, column] = sosfiltfilt(sections, values[start:end, column])
    return result


def stretches(mask: np.ndarray) -> list[tuple[int, int]]:
    """Where a mask (frames,) is true without a break: (first, one after the last) each."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
