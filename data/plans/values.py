"""Numbers, durations, distances, paces and dates as people and programs write them.

Each function returns None for what it cannot read, never a guess in silence.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable

MISSING = {"", "-", "--", "---", "–", "—", "n/a", "na", "nan", "none", "null", "无"}
FIRST_YEAR, LAST_YEAR = 1950, 2099
MILE = 1609.344
YARD = 0.9144

METRES = {
    "m": 1.0,
    "meter": 1.0,
    "metre": 1.0,
    "meters": 1.0,
    "metres": 1.0,
    "米": 1.0,
    "k": 1000.0,
    "km": 1000.0,
    "kms": 1000.0,
    "kilometer": 1000.0,
    "kilometre": 1000.0,
    "kilometers": 1000.0,
    "kilometres": 1000.0,
    "公里": 1000.0,
    "千米": 1000.0,
    "mi": MILE,
    "mile": MILE,
    "miles": MILE,
    "英里": MILE,
    "yd": YARD,
    "yds": YARD,
    "yard": YARD,
    "yards": YARD,
}
"""Metres in one of each unit of length."""

SECONDS = {
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    '"': 1.0,
    "″": 1.0,
    "秒": 1.0,
    "'": 60.0,
    "′": 60.0,
    "min": 60.0,
    "mins": 60.0,
    "minute": 60.0,
    "minutes": 60.0,
    "分": 60.0,
    "分钟": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hrs": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "时": 3600.0,
    "小时": 3600.0,
    "钟头": 3600.0,
}
"""Seconds in one of each unit of time. ``m`` is metres here, unless it follows hours."""

SPEEDS = {"km/h": 1 / 3.6, "kph": 1 / 3.6, "kmh": 1 / 3.6, "mph": MILE / 3600, "m/s": 1.0}
"""Metres a second in one of each unit of speed."""


def plain(text: object) -> str:
    """The text with full-width forms made plain and spaces made single, without a trailing BOM."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).replace("\ufeff", "").split())


def missing(text: object) -> bool:
    """Whether a cell says that there is nothing."""
    return text is None or plain(text).lower() in MISSING


def number(value: object, decimal_comma: bool = False) -> float | None:
    """A finite number, with or without separators of thousands."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    text = plain(value).replace(" ", "").replace("\u2212", "-")
    if decimal_comma:
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?", text, re.IGNORECASE):
        return None
    return float(text)


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether a table writes 12,5 for twelve and a half: one cell that can mean nothing else."""
    return any(
        re.fullmatch(r"-?(\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+|0,\d+)", t.strip())
        for t in texts
    )


ISO_DURATION = re.compile(
    r"P(?:(?P<d>\d+(?:\.\d+)?)D)?(?:T(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<m>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
TIME_UNIT = "|".join(sorted(map(re.escape, SECONDS), key=len, reverse=True))
QUANTITY = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({TIME_UNIT}|m)(?![a-z])", re.IGNORECASE)


def duration(value: object, colon: str = "hm") -> float | None:
    """Seconds in ``1:30:00``, ``90 min``, ``1h30``, ``1小时30分``, ``PT1H30M`` or a time of day.

    ``colon`` says what two numbers with a colon are: ``hm`` hours and minutes, ``ms`` minutes and
    seconds.
    """
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dt.time):
        return value.hour * 3600.0 + value.minute * 60 + value.second + value.microsecond / 1e6
    text = plain(value).lower()
    if clock := re.fullmatch(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d+)?)", text):
        parts = [float((p or "0").replace(",", ".")) for p in clock.groups()]
        if clock[1] is None and colon == "hm":
            parts = [parts[1], parts[2], 0.0]
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    if (iso := ISO_DURATION.fullmatch(text)) and any(iso.groups()):
        days, hours, minutes, seconds = (float(p or 0) for p in iso.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    if short := re.fullmatch(r"(\d+)\s*(?:h|小时)\s*(\d{1,2})\s*(?:m|min|分|分钟)?", text):
        return int(short[1]) * 3600.0 + int(short[2]) * 60
    found = QUANTITY.findall(text)
    if not found or QUANTITY.sub("", text).strip(" ,+和零"):
        return None
    return sum(float(n.replace(",", ".")) * SECONDS.get(unit, 60.0) for n, unit in found)


LENGTH_UNIT = "|".join(sorted(METRES, key=len, reverse=True))
LENGTH = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({LENGTH_UNIT})(?![a-z])", re.IGNORECASE)


def distance(value: object, decimal_comma: bool = False) -> float | None:
    """Metres in ``10 km``, ``6mi`` or ``1,500 m``; a bare number has no unit and gives None."""
    text = plain(value).lower()
    if not (found := re.fullmatch(rf"([\d.,]+)\s*({LENGTH_UNIT})", text)):
        return None
    amount = number(found[1], decimal_comma)
    if amount is None:
        amount = number(found[1], not decimal_comma)
    return None if amount is None else amount * METRES[found[2]]


def speed(value: object, metres: float = 1000.0, decimal_comma: bool = False) -> float | None:
    """Metres a second in a pace ``4:35`` (minutes for each ``metres``) or a speed ``32.5 km/h``."""
    text = plain(value).lower()
    if pace := re.fullmatch(r"(\d{1,3}):(\d{2})(?:\s*(?:min)?\s*/\s*(\w+))?", text):
        if pace[3] == "100m":
            metres = 100.0
        elif pace[3]:
            metres = METRES.get(pace[3], metres)
        seconds = int(pace[1]) * 60 + int(pace[2])
        return metres / seconds if seconds else None
    if named := re.fullmatch(r"([\d.,]+)\s*(km/h|kph|kmh|mph|m/s)", text):
        amount = number(named[1], decimal_comma)
        return None if amount is None else amount * SPEEDS[named[2]]
    return None


MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
CLOCK = re.compile(
    r"(?:[T ,]|^)\s*(?P<h>\d{1,2})[:时点](?P<m>\d{2})(?:[:分](?P<s>\d{2})(?:[.,]\d+)?)?秒?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*$",
    re.IGNORECASE,
)
NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")


def date_order(texts: Iterable[str]) -> str:
    """``dmy``, ``mdy`` or ``ydm``: what all dates of a column can be; ``dmy`` when all fit all.

    Dates with points are days first. A four-digit year in front is ``ymd`` wherever that fits.
    """
    first, second, year_first = 0, 0, False
    for text in texts:
        if found := NUMERIC.match(plain(text)):
            a, b, c = int(found[1]), int(found[3]), int(found[4])
            if len(found[1]) == 4:
                year_first = True
                a, b = b, c
            first, second = max(first, a), max(second, b)
    if year_first:
        return "ydm" if first > 12 >= second else "ymd"
    return "mdy" if second > 12 >= first else "dmy"


def moment(value: object, order: str = "dmy", year: int | None = None) -> dt.datetime | None:
    """The date and time of day that a cell says; midnight when it says no time.

    ``order`` is that of :func:`date_order`; ``year`` is taken where the text names none.
    """
    if isinstance(value, dt.datetime):
        return value if FIRST_YEAR <= value.year <= LAST_YEAR else None
    if isinstance(value, dt.date):
        return moment(dt.datetime.combine(value, dt.time()))
    text = plain(value)
    if len(text) > 60:
        return None
    clock = CLOCK.search(text)
    day = text[: clock.start()] if clock else text
    try:
        when = dt.datetime.combine(_date(day.strip(" ,T").lower(), order, year), dt.time())
        if clock:
            hour = int(clock["h"])
            if clock["half"]:
                hour = hour % 12 + 12 * (clock["half"][0] in "pP")
            when = when.replace(hour=hour, minute=int(clock["m"]), second=int(clock["s"] or 0))
            if clock["zone"]:
                when = when.replace(tzinfo=_zone(clock["zone"]))
    except ValueError:
        return None
    return when if FIRST_YEAR <= when.year <= LAST_YEAR else None


def _date(text: str, order: str, year: int | None) -> dt.date:
    """Raises ValueError for what is no date."""
    if found := NUMERIC.fullmatch(text):
        a, b, c = int(found[1]), int(found[3]), int(found[4])
        if len(found[1]) == 4:
            return dt.date(a, c, b) if order == "ydm" else dt.date(a, b, c)
        c += 2000 * (c < 100)
        if found[2] == "." or order == "dmy":
            return dt.date(c, b, a)
        return dt.date(c, a, b)
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return dt.date(*map(int, found.groups()))
    if found := re.fullmatch(
        rf"{WEEKDAY}({MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?", text
    ):
        return dt.date(int(found[3] or year or 0), MONTHS[found[1]], int(found[2]))
    if found := re.fullmatch(
        rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+({MONTH})\.?(?:,?[\s-]+(\d{{4}}))?", text
    ):
        return dt.date(int(found[3] or year or 0), MONTHS[found[2]], int(found[1]))
    if found := re.fullmatch(
        r"(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]?(?:\s*(?:星期|周).)?", text
    ):
        return dt.date(int(found[1] or year or 0), int(found[2]), int(found[3]))
    raise ValueError(text)


def _zone(text: str) -> dt.timezone:
    if text[0] not in "+-":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))
