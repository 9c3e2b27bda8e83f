"""Names of weekdays and weeks in English and Chinese."""

from __future__ import annotations

import re

from data.plans.values import plain

ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|nes|ur)?(?:day)?s?\b\.?"
    r"|(?:周|星期|礼拜)\s?([一二三四五六日天1-7])",
    re.IGNORECASE,
)
WEEK = re.compile(
    r"\b(?:week|wk)\s*(\d{1,3})\b|第\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*周", re.IGNORECASE
)
DAY = re.compile(r"\bday\s*(\d{1,3})\b|第\s*(\d{1,3})\s*天", re.IGNORECASE)
DIGITS = "零一二三四五六七八九"


def weekday_of(text: object) -> int | None:
    """0 for Monday to 6 for Sunday when the text is a weekday's name, else None."""
    found = WEEKDAY.fullmatch(plain(text))
    return weekday(found) if found else None


def weekday(found: re.Match[str]) -> int:
    """0 to 6 of a match of :data:`WEEKDAY`."""
    if found[1]:
        return ENGLISH.index(found[1].lower())
    return (
        "一二三四五六日".find(found[2].replace("天", "日"))
        if not found[2].isdigit()
        else int(found[2]) - 1
    )


def week_number(found: re.Match[str]) -> int:
    """The number in a match of :data:`WEEK`."""
    text = found[1] or found[2]
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    return (DIGITS.find(tens) if tens else 1) * 10 * bool(ten) + (DIGITS.find(ones) if ones else 0)
