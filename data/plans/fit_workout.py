"""FIT workouts: planned steps; reading decoded messages, and writing files for watches."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, cast

from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.workout_message import WorkoutMessage
from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
from fit_tool.profile.profile_type import (
    FileType,
    Intensity,
    Manufacturer,
    Sport,
    WorkoutStepDuration,
    WorkoutStepTarget,
)

from data.errors import InputError
from data.plans.log import Note, Session, Step
from data.plans.options import Options
from data.plans.sports import sport_of

MOST_STEPS = 200
Message = dict[str, Any]


def planned(
    messages: dict[str, list[Message]], options: Options
) -> tuple[list[Session], list[Note]]:
    """The workout in decoded messages as a planned session, its repeats written out."""
    header = messages["workout"][0]
    steps, notes = _steps(messages["workout_step"])
    named = [m.get("time_created") for m in messages["file_id"]]
    created = named[0] if named and isinstance(named[0], dt.datetime) else None
    day = options.first_day or (created.date() if created else options.first_monday)
    if options.first_day is None:
        notes.append(
            Note("A workout file names no day; {day} is when it was made or may begin.", day=day)
        )
    long = sum(s.duration_s or 0 for s in steps)
    far = sum(s.distance_m or 0 for s in steps)
    session = Session(
        day,
        "planned",
        sport_of(header.get("sport", "")) or "other",
        title=str(header.get("wkt_name") or ""),
        duration_s=long if long and all(s.duration_s for s in steps) else None,
        distance_m=far if far and all(s.distance_m for s in steps) else None,
        steps=steps,
    )
    return [session], notes


def _steps(messages: list[Message]) -> tuple[tuple[Step, ...], list[Note]]:
    done: list[list[Step]] = []
    notes: list[Note] = []
    for n, message in enumerate(messages):
        kind = str(message.get("duration_type", ""))
        if not kind.startswith("repeat"):
            done.append([_step(message)])
            continue
        begin = int(number_in(message, "duration_step") or 0)
        again = [step for group in done[begin:n] for step in group]
        times = int(number_in(message, "repeat_steps") or 1)
        if kind != "repeat_until_steps_cmplt":
            notes.append(Note("Steps that are repeated until a limit is reached stand here once."))
            times = 1
        room = max(MOST_STEPS - sum(map(len, done)), 0)
        done.append((again * min(max(times - 1, 0), MOST_STEPS))[:room])
    return tuple(step for group in done for step in group)[:MOST_STEPS], notes


EFFORTS = {
    "warmup": "warmup",
    "cooldown": "cooldown",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
}


def _step(message: Message) -> Step:
    target, low, high = "", None, None
    kind = message.get("target_type")
    if kind == "power" and (zone := number_in(message, "target_power_zone")):
        target, low, high = "power_zone", zone, zone
    elif kind == "power":
        ends = [number_in(message, f"custom_target_power_{e}") for e in ("low", "high")]
        # Below 1000 the profile's workout_power is percent of FTP, above it watts plus 1000.
        target = "power_w" if (ends[0] or 0) >= 1000 else "power_ftp"
        low, high = (_custom(e, 1000) for e in ends)
    elif kind == "heart_rate" and (zone := number_in(message, "target_hr_zone")):
        target, low, high = "heart_rate_zone", zone, zone
    elif kind == "heart_rate":
        ends = [number_in(message, f"custom_target_heart_rate_{e}") for e in ("low", "high")]
        target = "heart_rate_bpm" if (ends[0] or 0) >= 100 else "heart_rate_max"
        low, high = (_custom(e, 100) for e in ends)
    elif kind == "speed":
        low, high = (number_in(message, f"custom_target_speed_{e}") for e in ("low", "high"))
        target = "speed_m_s" if low or high else ""
    return Step(
        number_in(message, "duration_time"),
        number_in(message, "duration_distance"),
        EFFORTS.get(str(message.get("intensity")), "work"),
        target,
        low,
        high,
        text=str(message.get("wkt_step_name") or ""),
    )


def _custom(value: float | None, offset: int) -> float | None:
    if value is None:
        return None
    return value - offset if value >= offset else value / 100


def number_in(message: Message, name: str) -> float | None:
    """The number in a message's field; None when it is missing or no number."""
    value = as_float(message.get(name))
    return None if math.isnan(value) else value


def as_float(value: object) -> float:
    """A number as it is, NaN for anything else."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(cast(float, value)) if number else float("nan")


SPORTS = {
    "run": Sport.RUNNING,
    "bike": Sport.CYCLING,
    "swim": Sport.SWIMMING,
    "walk": Sport.WALKING,
    "row": Sport.ROWING,
}
INTENSITIES = {
    "warmup": Intensity.WARMUP,
    "cooldown": Intensity.COOLDOWN,
    "recovery": Intensity.REST,
    "work": Intensity.ACTIVE,
}


def write(session: Session) -> bytes:
    """A FIT workout of the session's steps, repeats written out.

    It carries title, sport and each step's duration or distance, effort, text and target; a ramp
    becomes its range. Raises :class:`InputError` for a session without steps.
    """
    if not session.steps:
        raise InputError(
            "{title} has no steps, so there is no workout to write. Describe it with repeats, for "
            "example “8x400m”.",
            title=session.title or str(session.date),
        )
    builder = FitFileBuilder(auto_define=True, min_string_size=50)
    head = FileIdMessage()
    head.type = FileType.WORKOUT
    head.manufacturer = Manufacturer.DEVELOPMENT.value
    head.product = 0
    head.serial_number = 1
    day = dt.datetime.combine(session.date, dt.time(), dt.UTC)
    head.time_created = round(day.timestamp() * 1000)
    builder.add(head)
    workout = WorkoutMessage()
    workout.workout_name = _short(session.title)
    workout.sport = SPORTS.get(session.sport, Sport.GENERIC)
    workout.num_valid_steps = len(session.steps)
    builder.add(workout)
    for n, step in enumerate(session.steps):
        builder.add(_message(n, step))
    return builder.build().to_bytes()


def _short(text: str) -> str:
    """As much of the text as a watch's field of 50 bytes holds."""
    return text.encode()[:48].decode(errors="ignore")


def _message(index: int, step: Step) -> WorkoutStepMessage:
    message = WorkoutStepMessage()
    message.message_index = index
    message.workout_step_name = _short(step.text)
    message.intensity = INTENSITIES[step.effort]
    if step.duration_s is not None:
        message.duration_type = WorkoutStepDuration.TIME
        message.duration_time = step.duration_s
    elif step.distance_m is not None:
        message.duration_type = WorkoutStepDuration.DISTANCE
        message.duration_distance = step.distance_m
    else:
        message.duration_type = WorkoutStepDuration.OPEN
    _set_target(message, step)
    return message


def _set_target(message: WorkoutStepMessage, step: Step) -> None:
    if step.low is None or step.high is None or not step.target:
        message.target_type = WorkoutStepTarget.OPEN
        return
    low, high = sorted((step.low, step.high))
    kind, _, unit = step.target.rpartition("_")
    if kind == "power":
        message.target_type = WorkoutStepTarget.POWER
        message.target_power_zone = round(low) if unit == "zone" else 0
        if unit != "zone":
            scale, offset = (100, 0) if unit == "ftp" else (1, 1000)
            message.custom_target_power_low = round(low * scale) + offset
            message.custom_target_power_high = round(high * scale) + offset
    elif kind == "heart_rate":
        message.target_type = WorkoutStepTarget.HEART_RATE
        message.target_hr_zone = round(low) if unit == "zone" else 0
        if unit != "zone":
            scale, offset = (100, 0) if unit == "max" else (1, 100)
            message.custom_target_heart_rate_low = round(low * scale) + offset
            message.custom_target_heart_rate_high = round(high * scale) + offset
    else:
        message.target_type = WorkoutStepTarget.SPEED
        message.target_speed_zone = 0
        message.custom_target_speed_low = low
        message.custom_target_speed_high = high
