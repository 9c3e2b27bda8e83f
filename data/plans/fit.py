"""FIT: recorded activities with one or several sessions (workouts: ``fit_workout``).

Flexible and Interoperable Data Transfer protocol, Garmin FIT SDK profile 21.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

import fitdecode
import numpy as np

from data.errors import FileError
from data.plans import fit_workout
from data.plans.activity import session_of
from data.plans.fit_workout import Message, as_float, number_in
from data.plans.log import Note, Session, Source, Thresholds, TrainingLog
from data.plans.options import Options
from data.plans.samples import Samples, samples_of
from data.plans.sports import sport_of

KEPT = {
    "activity",
    "file_id",
    "record",
    "session",
    "sport",
    "user_profile",
    "workout",
    "workout_step",
    "zones_target",
}
CHANNELS = {
    "heart_rate_bpm": ("heart_rate",),
    "power_w": ("power",),
    "speed_m_s": ("enhanced_speed", "speed"),
    "distance_m": ("distance",),
    "altitude_m": ("enhanced_altitude", "altitude"),
    "cadence_rpm": ("cadence",),
}


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """A row a session message of an activity, or the one planned session of a workout.

    A file that ends too early gives what stands before its end, with a note. Raises
    :class:`FileError` when that is nothing.
    """
    messages, whole = _messages(data)
    notes = []
    if not whole:
        notes.append(
            Note("The file ends too early or is damaged; what stands before that was read.")
        )
    if messages["workout"] and not messages["session"]:
        sessions, more = fit_workout.planned(messages, options)
        notes += more
        kind = "FIT workout"
    else:
        sessions = _activities(messages, options)
        kind = "FIT activity"
    if not sessions:
        raise FileError(
            "{name} is a FIT file without a session or a workout in it. Export the activity or the "
            "workout itself.",
            name=name,
        )
    thresholds = tuple(t for s in sessions[:1] if (t := _thresholds(messages, s.date)))
    source = Source(name, kind, len(sessions), notes=tuple(notes))
    rows = tuple(replace(s, source=name) for s in sessions)
    return TrainingLog(rows, thresholds=thresholds, sources=(source,))


def _messages(data: bytes) -> tuple[dict[str, list[Message]], bool]:
    """Messages by name, and whether the file could be read to its end."""
    found: dict[str, list[Message]] = defaultdict(list)
    frames = iter(
        fitdecode.FitReader(
            data,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        )
    )
    while True:
        try:
            frame = next(frames, None)
        except Exception:  # damaged bytes fail in more ways than the decoder has errors for
            return found, False
        if frame is None:
            return found, True
        if isinstance(frame, fitdecode.FitDataMessage) and frame.name in KEPT:
            message = {f.name: f.value for f in frame.fields if f.value is not None}
            if frame.name == "session":
                message["developer"] = tuple(
                    (f.name, str(f.value))  # fields that an app on the device added
                    for f in frame.fields
                    if f.value is not None and f.field_def is not None and f.field_def.is_dev
                )
            found[frame.name].append(message)


def _activities(messages: dict[str, list[Message]], options: Options) -> list[Session]:
    records = [r for r in messages["record"] if isinstance(r.get("timestamp"), dt.datetime)]
    headers = [s for s in messages["session"] if isinstance(s.get("start_time"), dt.datetime)]
    headers.sort(key=lambda s: s["start_time"])
    if not headers and records:
        headers = [{"start_time": records[0]["timestamp"]}]
    options = replace(options, zone=_zone(messages) or options.zone)
    ends = [*(h["start_time"] for h in headers[1:]), dt.datetime.max.replace(tzinfo=dt.UTC)]
    result, first = [], 0
    records.sort(key=lambda r: r["timestamp"])
    for header, end in zip(headers, ends, strict=False):
        last = first
        while last < len(records) and records[last]["timestamp"] < end:
            last += 1
        samples = _samples(header["start_time"], records[first:last])
        first = last
        result.append(_session(header, samples, messages, options))
    return result


def _session(
    header: Message, samples: Samples | None, messages: dict[str, list[Message]], options: Options
) -> Session:
    names = [m.get("name") for m in messages["sport"]]
    words = [header.get("sub_sport"), header.get("sport")]
    sports = [s for w in words if w and (s := sport_of(w)) and s != "other"]
    return session_of(
        header["start_time"],
        samples,
        options,
        sport=sports[0] if sports else "other",
        title=str(header.get("sport_profile_name") or (names[0] if names else None) or ""),
        duration_s=number_in(header, "total_timer_time") or number_in(header, "total_elapsed_time"),
        distance_m=number_in(header, "total_distance") or None,
        ascent_m=number_in(header, "total_ascent"),
        energy_kj=_scaled(number_in(header, "total_work"), 0.001),
        heart_rate_bpm=number_in(header, "avg_heart_rate"),
        heart_rate_max_bpm=number_in(header, "max_heart_rate"),
        power_w=number_in(header, "avg_power"),
        power_max_w=number_in(header, "max_power"),
        normalized_power_w=number_in(header, "normalized_power"),
        intensity_factor=number_in(header, "intensity_factor"),
        speed_m_s=number_in(header, "enhanced_avg_speed") or None,
        cadence_rpm=number_in(header, "avg_cadence"),
        load=number_in(header, "training_stress_score"),
        load_name="TSS" if number_in(header, "training_stress_score") is not None else "",
        rpe=_scaled(number_in(header, "workout_rpe"), 0.1),
        heart_rate_zones_s=_zones(header.get("time_in_hr_zone")),
        power_zones_s=_zones(header.get("time_in_power_zone")),
        extra=header.get("developer", ()),
    )


def _samples(start: dt.datetime, records: list[Message]) -> Samples | None:
    if len(records) < 2:
        return None
    time = np.array([(r["timestamp"] - start).total_seconds() for r in records])
    channels = {}
    for channel, names in CHANNELS.items():
        values = [next((r[n] for n in names if n in r), None) for r in records]
        if any(v is not None for v in values):
            channels[channel] = np.array([as_float(v) for v in values])
    return samples_of(time, channels)


def _zone(messages: dict[str, list[Message]]) -> dt.tzinfo | None:
    """The device's zone, from the one message that has both clocks."""
    for message in messages["activity"]:
        local, universal = message.get("local_timestamp"), message.get("timestamp")
        if isinstance(local, dt.datetime) and isinstance(universal, dt.datetime):
            apart = local.replace(tzinfo=None) - universal.replace(tzinfo=None)
            quarters = round(apart.total_seconds() / 900)
            if abs(quarters) <= 15 * 4:
                return dt.timezone(dt.timedelta(minutes=15 * quarters))
    return None


def _thresholds(messages: dict[str, list[Message]], since: dt.date) -> Thresholds | None:
    values: Message = {}
    for message in (*messages["user_profile"], *messages["zones_target"], *messages["session"]):
        values |= message
    sex = values.get("gender")
    result = Thresholds(
        since,
        ftp_w=number_in(values, "threshold_power")
        or number_in(values, "functional_threshold_power")
        or None,
        lthr_bpm=number_in(values, "threshold_heart_rate") or None,
        heart_rate_max_bpm=_max_heart_rate(messages),
        heart_rate_rest_bpm=number_in(values, "resting_heart_rate") or None,
        weight_kg=number_in(values, "weight") or None,
        sex=sex if sex in ("female", "male") else "",
    )
    return None if result == Thresholds(since) else result


def _max_heart_rate(messages: dict[str, list[Message]]) -> float | None:
    """That of the zones; a session's own is only the highest of that day."""
    for message in messages["zones_target"]:
        if value := number_in(message, "max_heart_rate"):
            return value
    return None


def _zones(values: object) -> tuple[float, ...]:
    if not isinstance(values, tuple) or not any(values):
        return ()
    return tuple(round(as_float(v), 1) if v else 0.0 for v in values)


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale
