"""Which field of a session a column of a table is, and in which unit.

Names of TrainingPeaks, Garmin Connect, Strava, Intervals.icu, HRV4Training, Suunto and plain
spreadsheets, in English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.plans.values import plain


@dataclass(frozen=True)
class Column:
    """What a column holds. ``unit`` is empty where each cell or the column as a whole decides."""

    field: str
    unit: str = ""


NAMES: dict[str, str] = {
    "date": "date|day|workout day|activity date|datum|日期|训练日期|day of workout"
    "|timestamp|时间日期",
    "start": "start|start time|start date local|starttime|local time|started|begin|开始时间"
    "|start date",
    "clock": "time of day|clock|时刻",
    "weekday": "weekday|day of week|dow|星期|周几",
    "week": "week|week number|wk|周|周次|第几周",
    "athlete": "athlete|player id|player|athlete name|athlete id|name of athlete|运动员|姓名"
    "|队员|球员",
    "kind": "kind|category|status|planned/done|state|完成情况|状态|类别",
    "sport": "sport|activity type|type|workout type|activity|discipline|training type|项目"
    "|运动|运动类型|类型|训练类型",
    "title": "title|name|activity name|workout|session|workout name|wt|训练|课程|名称"
    "|训练内容|标题",
    "text": "description|workout description|activity description|details|notes|note"
    "|comment|comments|coach comments|athlete comments|remarks|内容|描述|说明|备注"
    "|教练备注|训练说明",
    "duration_s": "duration|time|moving time|elapsed time|time total|total time|training time"
    "|时长|时间|训练时长|用时|持续时间|actual duration|completed duration|实际时长",
    "distance_m": "distance|mileage|total distance|dist|距离|里程|跑量|actual distance"
    "|completed distance|实际距离",
    "planned_duration_s": "planned duration|planned time|计划时长|计划时间",
    "planned_distance_m": "planned distance|计划距离",
    "planned_load": "planned tss|planned load|计划负荷|planned stress",
    "ascent_m": "ascent|total ascent|elevation gain|total elevation gain|elev gain|爬升"
    "|累计爬升|ascent altitude|climb",
    "energy_kj": "energy|work|total work|做功|icu joules",
    "heart_rate_bpm": "avg hr|average heart rate|heart rate average|average heartrate|hr avg"
    "|heart rate|hr|avg heart rate|平均心率|心率",
    "heart_rate_max_bpm": "max hr|max heart rate|heart rate max|maximum heart rate|hr peak"
    "|max heartrate|最大心率|最高心率",
    "power_w": "avg power|average power|power average|power|average watts|icu average watts"
    "|平均功率|功率",
    "power_max_w": "max power|power max|max watts|最大功率",
    "normalized_power_w": "normalized power|np|normalised power|weighted average power"
    "|icu weighted avg watts|normalized power np|标准化功率",
    "intensity_factor": "if|intensity factor|icu intensity|intensity|强度系数",
    "speed_m_s": "avg speed|average speed|velocity average|avg pace|average pace|speed avg|pace"
    "|speed|平均速度|平均配速|配速",
    "cadence_rpm": "avg cadence|cadence average|average cadence|cadence avg|avg run cadence"
    "|avg bike cadence|cadence|步频|踏频",
    "rpe": "rpe|icu rpe|perceived exertion|training rpe|session rpe|srpe|effort|borg"
    "|自感用力|主观强度|疲劳感|用力程度",
    "load": "tss|training stress score|load|training load|icu training load|daily load"
    "|relative effort|suffer score|trimp|训练负荷|负荷|trainingload|hrtss|rtss"
    "|session load",
    "hrv_rmssd_ms": "rmssd|hrv|hrv rmssd",
    "heart_rate_rest_bpm": "resting hr|resting heart rate|rhr|rest hr|静息心率|晨脉",
    "sleep_h": "sleep|sleep time|sleep duration|sleep hours|睡眠|睡眠时长|睡眠时间",
    "sleep_quality": "sleep quality|睡眠质量",
    "fatigue": "fatigue|疲劳|疲劳度",
    "soreness": "soreness|muscle soreness|肌肉酸痛|酸痛",
    "stress": "stress|压力",
    "mood": "mood|mental energy|情绪|心情",
    "readiness": "readiness|hrv4t recovery points|recovery|恢复|状态分|准备度",
    "weight_kg": "weight|body weight|体重",
    "sickness": "sickness|illness|ill|生病",
}
"""Field → the names of its columns; the first field that has a name owns it."""

WELLNESS = (
    "hrv_rmssd_ms",
    "heart_rate_rest_bpm",
    "sleep_h",
    "sleep_quality",
    "fatigue",
    "soreness",
    "stress",
    "mood",
    "readiness",
    "weight_kg",
    "sickness",
)
PLANNED = ("planned_duration_s", "planned_distance_m", "planned_load")
BY_NAME = {n: f for f, names in reversed(NAMES.items()) for n in names.split("|")}

UNITS = {
    "s": "s|sec|secs|seconds|in seconds|秒",
    "min": "min|mins|minutes|in minutes|分|分钟",
    "h": "h|hr|hrs|hours|in hours|小时",
    "m": "m|meters|metres|in meters|in metres|米",
    "km": "km|kilometers|kilometres|in km|公里|千米",
    "mi": "mi|miles|in miles|英里",
    "yd": "yd|yards|码",
    "km/h": "km/h|kph|kmh|公里/小时",
    "mph": "mph|mi/h",
    "m/s": "m/s|mps",
    "min/km": "min/km|/km|per km|分/公里",
    "min/mi": "min/mi|/mi|min/mile|per mile",
    "w": "w|watts|watt|瓦",
    "bpm": "bpm|次/分|beats/min",
    "kj": "kj|kilojoules",
    "j": "j|joules",
    "ft": "ft|feet",
    "%": "%|percent",
    "rpm": "rpm|spm",
    "iso": "iso8601",
    "ms": "ms",
    "kg": "kg",
    "lb": "lb|lbs",
}
UNIT_OF = {n: unit for unit, names in UNITS.items() for n in names.split("|")}

STATED: dict[str, dict[str, Column]] = {
    "TrainingPeaks": {
        "planned duration": Column("planned_duration_s", "h"),
        "planned distance in meters": Column("planned_distance_m", "m"),
        "distance in meters": Column("distance_m", "m"),
        "time total in hours": Column("duration_s", "h"),
        "velocity average": Column("speed_m_s", "m/s"),
        "energy": Column("energy_kj", "kj"),
        "feeling": Column("mood"),
    },
    "Strava": {
        "activity date": Column("start"),
        "elapsed time": Column("elapsed_s", "s"),
        "moving time": Column("duration_s", "s"),
        "distance": Column("distance_m", "km"),
        "average speed": Column("speed_m_s", "m/s"),
        "elevation gain": Column("ascent_m", "m"),
    },
    "Garmin Connect": {
        "date": Column("start"),
        "distance": Column("distance_m", "km or pool m"),
        "avg pace": Column("speed_m_s", "pace or km/h"),
        "avg speed": Column("speed_m_s", "pace or km/h"),
    },
    "Intervals.icu": {
        "start date local": Column("start"),
        "moving time": Column("duration_s", "s"),
        "elapsed time": Column("elapsed_s", "s"),
        "distance": Column("distance_m", "m"),
        "average speed": Column("speed_m_s", "m/s"),
        "icu intensity": Column("intensity_factor", "%"),
        "icu joules": Column("energy_kj", "j"),
        "total elevation gain": Column("ascent_m", "m"),
        "description": Column("text"),
    },
    "HRV4Training": {
        "hr": Column("heart_rate_rest_bpm"),
        "time": Column("clock"),
        "sleep time": Column("sleep_h"),
        "timestamp measurement": Column("ignored"),
    },
}
"""What a program's own columns mean where that differs from what the name alone says."""

SESSION = {"sport", "title", "duration_s", "elapsed_s", "distance_m", "load", "rpe", *PLANNED}
"""Fields without which a table with HRV is a diary of mornings, not of sessions."""

MARKS = {
    "TrainingPeaks": {"workout day", "workout type"},
    "Strava": {"activity id", "activity date", "activity type"},
    "Garmin Connect": {"activity type", "date", "favorite"},
    "Intervals.icu": {"start date local", "moving time"},
    "HRV4Training": {"rmssd", "sdnn"},
}
"""Columns by which a program's export is known."""

ZONE = re.compile(r"(hr|pwr|power|heart rate) ?zone ?(\d{1,2}) ?(minutes|min|s|sec)?")


def normal(header: object) -> tuple[str, str]:
    """A header's name in lower case and single words, and the unit that it states."""
    text = plain(header).replace("®", "").strip(" :*")
    text = re.sub(r"(?<=\w[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    unit = ""
    if found := re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]*)[)\]]", text):
        text, unit = found[1], UNIT_OF.get(found[2].strip().lower(), "")
    name = " ".join(re.sub(r"[_\-]+", " ", text).lower().split())
    if not unit and name not in BY_NAME:
        for tail in (2, 1):
            words = name.split()
            last = " ".join(words[-tail:])
            if len(words) > tail and last in UNIT_OF:
                return " ".join(words[:-tail]), UNIT_OF[last]
    return name, unit


def program_of(headers: Sequence[object]) -> str:
    """The program that wrote the table; empty when its columns are nobody's."""
    names = {normal(h)[0] for h in headers} | {_whole(h) for h in headers}
    program = next((p for p, marks in MARKS.items() if marks <= names), "")
    fields = {BY_NAME.get(name, "") for name in names}
    if not program and "hrv_rmssd_ms" in fields and not fields & SESSION:
        return "HRV4Training"  # or another app for mornings: its heart rate is that of rest, too
    return program


def _whole(header: object) -> str:
    """The name with its unit still in it."""
    text = re.sub(r"(?<=\w[a-z])(?=[A-Z])", " ", plain(header))
    return " ".join(re.sub(r"[_\-]+", " ", text).lower().split())


def recognise(
    headers: Sequence[object], imperial: bool = False, mapping: dict[str, str] | None = None
) -> list[Column | None]:
    """What each column holds, None for unknown ones.

    A field that several columns name is the first one's, except in Strava's export, whose second
    ``Distance`` and ``Elapsed Time`` are the exact ones, and texts, which are joined.
    """
    program = program_of(headers)
    stated = STATED.get(program, {})
    mapping = mapping or {}
    result: list[Column | None] = []
    for header in headers:
        name, unit = normal(header)
        column: Column | None = None
        if (chosen := mapping.get(plain(header))) is not None:
            column = Column(chosen, unit) if chosen else None
        elif zone := ZONE.fullmatch(_whole(header)):
            which = "heart_rate" if zone[1].startswith("h") else "power"
            column = Column(f"{which}_zone_{zone[2]}", "min" if zone[3] != "s" else "s")
        elif (found := stated.get(_whole(header)) or stated.get(name)) is not None:
            column = found
        elif name in BY_NAME:
            column = Column(BY_NAME[name], unit)
        if column and column.field == "distance_m" and not column.unit and name == "mileage":
            column = Column("distance_m", "mi")
        if column and column.field == "heart_rate_bpm" and program == "HRV4Training":
            column = None
        result.append(column)
    _only_one(result, last=program == "Strava")
    if imperial:
        result = [Column(c.field, "mi") if c and c.unit == "km or pool m" else c for c in result]
    return result


def _only_one(columns: list[Column | None], last: bool) -> None:
    """Keep one column a field; Strava's second distance is in metres."""
    seen: dict[str, int] = {}
    for n, column in enumerate(columns):
        if column is None or column.field == "text":
            continue
        before = seen.get(column.field)
        if before is None:
            seen[column.field] = n
        elif last:
            columns[before] = None
            seen[column.field] = n
            if column.field == "distance_m":
                columns[n] = Column("distance_m", "m")
        else:
            columns[n] = None
