"""Inertial sensors: columns of acceleration, rotation rate and magnetic field to a movement."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from data.errors import FileError
from data.movement.assemble import LEAST_FRAMES, clock
from data.movement.movement import Inertial, Movement, Options
from data.notes import Note, note

GRAVITY = 9.80665
"""m/s² in one g."""

MOST_SENSORS = 64
KINDS = {
    "acceleration": r"acc|accel|accelerometer|acceleration|acceleromter|a|加速度",
    "rotation": r"gyr|gyro|gyroscope|angular_?velocity|rotation_?rate|omega|g|w|角速度",
    "magnetic": r"mag|magn|magnetometer|magnetic_?field|m|磁场",
}
_COLUMNS = {
    kind: re.compile(
        rf"(?:(?P<sensor>.+?)[\s_.:\-]+)?(?:{called})[\s_.:\-\[(]*(?P<axis>[xyz])[)\]]?"
        r"(?:[\s_]*[(\[]?(?P<unit>m/s\^?2|m/s²|mps2|ms-2|mg|g|deg/s|°/s|dps|rad/s|ut|µt|gauss)"
        r"[)\]]?)?",
        re.IGNORECASE,
    )
    for kind, called in KINDS.items()
}
FACTORS = {
    **{"m/s2": 1.0, "m/s^2": 1.0, "m/s²": 1.0, "mps2": 1.0, "ms-2": 1.0},
    **{"g": GRAVITY, "mg": GRAVITY / 1000},
    **{"rad/s": 1.0, "deg/s": np.pi / 180, "°/s": np.pi / 180, "dps": np.pi / 180},
    **{"ut": 1.0, "µt": 1.0, "gauss": 100.0},
}
"""What turns each unit into m/s², rad/s or µT."""


def is_inertial(header: Sequence[str]) -> bool:
    """Whether a table's columns are those of an inertial sensor."""
    found = _columns(header)
    return any(len(axes) == 3 for sensor in found.values() for axes in sensor.values())


def inertial_movement(
    name: str,
    format: str,
    header: Sequence[str],
    values: np.ndarray,
    times: np.ndarray | None,
    options: Options,
) -> Movement:
    """The signals in a table's columns (rows, columns), in SI units. Raises FileError."""
    found = {
        sensor: kinds
        for sensor, kinds in _columns(header).items()
        if all(len(kinds.get(kind, {})) == 3 for kind in ("acceleration", "rotation"))
    }
    if not found or len(found) > MOST_SENSORS:
        raise FileError(
            "{name} has {count} sensors with acceleration and rotation rate in three axes; 1 to "
            "{most} are taken, in columns such as acc_x … acc_z and gyr_x … gyr_z.",
            name=name,
            count=len(found),
            most=MOST_SENSORS,
        )
    units = {
        kind: _unit_of(header, found, kind) for kind in ("acceleration", "rotation", "magnetic")
    }

    def signal(kind: str) -> np.ndarray:
        columns = [[kinds[kind][axis] for axis in "xyz"] for kinds in found.values()]
        return values[:, columns]

    magnetic = all(len(kinds.get("magnetic", {})) == 3 for kinds in found.values())
    return signals(
        name,
        format,
        tuple(found),
        signal("acceleration"),
        signal("rotation"),
        options,
        magnetic=signal("magnetic") * FACTORS.get(units["magnetic"], 1.0) if magnetic else None,
        units=(units["acceleration"], units["rotation"]),
        times=times,
    )


def signals(
    name: str,
    format: str,
    sensors: tuple[str, ...],
    acceleration: np.ndarray,
    rotation: np.ndarray,
    options: Options,
    *,
    magnetic: np.ndarray | None = None,
    units: tuple[str, str] = ("", ""),
    times: np.ndarray | None = None,
    fps: float | None = None,
) -> Movement:
    """A movement of signals (frames, sensors, 3); units that are "" are told by the sizes.

    At rest an accelerometer shows 1 g = 9.8 m/s², and nobody turns at 50 rad/s for half the time.
    """
    notes: list[Note] = []
    if (np.isfinite(acceleration).all((1, 2))).sum() < LEAST_FRAMES:
        raise FileError(
            "{name} has fewer than {least} moments with acceleration in it.",
            name=name,
            least=LEAST_FRAMES,
        )
    accelerated, turned = units
    if not accelerated:
        usual = float(np.nanmedian(np.linalg.norm(acceleration, axis=-1)))
        accelerated = "m/s2" if usual > 4 else "g"
        notes.append(
            note("The unit of acceleration was told by its size: {unit}.", unit=accelerated)
        )
    if not turned:
        usual = float(np.nanquantile(np.abs(rotation), 0.95)) if np.isfinite(rotation).any() else 0
        turned = "deg/s" if usual > 20 else "rad/s"
        notes.append(note("The unit of rotation was told by its size: {unit}.", unit=turned))
    rows, seconds, source, remarks = clock(name, len(acceleration), times, fps, options)
    return Movement(
        name,
        format,
        seconds,
        source,
        inertial=Inertial(
            sensors,
            acceleration[rows] * FACTORS[accelerated],
            rotation[rows] * FACTORS[turned],
            None if magnetic is None else magnetic[rows],
        ),
        notes=(*notes, *remarks),
    )


def _columns(header: Sequence[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Sensor → kind of signal → axis → column."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for column, title in enumerate(header):
        for kind, pattern in _COLUMNS.items():
            match = pattern.fullmatch(title.strip())
            if match:
                sensor = found.setdefault((match["sensor"] or "sensor").strip("_ "), {})
                sensor.setdefault(kind, {}).setdefault(match["axis"].lower(), column)
                break
    return found


def _unit_of(header: Sequence[str], found: dict[str, dict[str, dict[str, int]]], kind: str) -> str:
    """The unit that a kind of signal's columns name, or ""."""
    for kinds in found.values():
        for column in kinds.get(kind, {}).values():
            match = _COLUMNS[kind].fullmatch(header[column].strip())
            if match and match["unit"]:
                return match["unit"].lower()
    return ""
