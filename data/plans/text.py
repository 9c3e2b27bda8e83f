"""Plans as people type them, in English and Chinese, and Markdown.

``Mon: 8x400m @ 5k pace, 周三 休息`` — a weekday, a date, a week or a day's number begins a new day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from data.errors import FileError
from data.plans.calendar_words import DAY, WEEK, WEEKDAY, week_number, weekday
from data.plans.encoding import decode
from data.plans.grid import cell_sessions, read_grid
from data.plans.log import Note, Session, Source, TrainingLog
from data.plans.merge import combined
from data.plans.options import Options
from data.plans.table import read_rows
from data.plans.values import MONTH, moment
from data.plans.workout_text import with_usual_sport

MOST_CHARACTERS = 2_000_000
DATE = re.compile(
    r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b"
    r"|(?:\d{4}\s?年\s?)?\d{1,2}\s?月\s?\d{1,2}\s?[日号]"
    rf"|\b(?:{MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b(?!\s*(?:km|k\b|mi|min|x))"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{MONTH})\b(?:\s+\d{{4}})?",
    re.IGNORECASE,
)
MARK = re.compile(
    rf"(?P<date>{DATE.pattern})|(?P<weekday>{WEEKDAY.pattern})|(?P<week>{WEEK.pattern})|(?P<day>{DAY.pattern})",
    re.IGNORECASE,
)
BEFORE = re.compile(r"(^|[\n,，。;；、|(（])[\s*•#>\-–_]*$")
TRIM = " \t\n:：-–—,，;；。、|*#>()（）_•"


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """The planned sessions in a text. Raises :class:`FileError` when no day is named."""
    text = decode(name, data)
    if len(text) > MOST_CHARACTERS:
        raise FileError(
            "{name} has more than {limit} characters of text. Split it.",
            name=name,
            limit=MOST_CHARACTERS,
        )
    logs = []
    failure: FileError | None = None
    for rows in tables(text):
        try:
            log = read_grid(name, "Markdown", rows, options)
            log = log or read_rows(name, "Markdown", rows, options)
        except FileError as error:
            failure = error
            continue
        if log is not None:
            logs.append(log)
    if logs:
        return combined(logs)
    sessions, notes = prose(name, text, options)
    if not sessions:
        raise failure or FileError(
            "{name} names no days. Begin each day with a weekday or a date, for example “Mon: "
            "8x400m @ 5k pace” or “周三：休息”.",
            name=name,
        )
    source = Source(name, "text", len(sessions), notes=tuple(notes))
    return TrainingLog(tuple(sessions), sources=(source,))


def tables(text: str) -> Iterator[list[list[str]]]:
    """The Markdown tables of a text, as rows of cells."""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        if line.startswith("|") and line.count("|") > 1:
            cells = [c.strip().replace("<br>", "\n") for c in line.strip("|").split("|")]
            if not all(re.fullmatch(r":?-{2,}:?", c) for c in cells):
                rows.append(cells)
        elif rows:
            yield rows
            rows = []


def prose(name: str, text: str, options: Options) -> tuple[list[Session], list[Note]]:
    """The sessions of free text: what stands between one mark of a day and the next."""
    marks = [m for m in MARK.finditer(text) if _begins(text, m)]
    week, dated, day = 1, False, None
    monday = options.first_monday
    sessions: list[Session] = []
    last: dt.date | None = None
    for n, mark in enumerate(marks):
        words = text[mark.end() : marks[n + 1].start() if n + 1 < len(marks) else len(text)]
        words = words.split("\n\n")[0].strip(TRIM)
        day = None
        if mark["week"] and (found := WEEK.fullmatch(mark["week"])):
            week, last = week_number(found), None
            if not dated:
                monday = options.first_monday + dt.timedelta(weeks=min(max(week, 1), 520) - 1)
        elif mark["date"]:
            when = moment(mark["date"], year=options.today.year)
            if when is not None:
                day, dated = when.date(), True
                monday = day - dt.timedelta(days=day.weekday())
        elif mark["weekday"] and (found := WEEKDAY.fullmatch(mark["weekday"])):
            day = monday + dt.timedelta(days=weekday(found))
            if not dated and last is not None and day < last:
                monday += dt.timedelta(weeks=1)  # Monday again: the next week has begun
                day += dt.timedelta(weeks=1)
        elif mark["day"] and (found := DAY.fullmatch(mark["day"])):
            day = options.first_monday + dt.timedelta(days=min(int(found[1] or found[2]), 3650) - 1)
        if day is None:
            continue
        last = day
        following = marks[n + 1] if n + 1 < len(marks) else None
        if not words and following is not None and following["weekday"] and mark["date"]:
            continue  # "3 June, Wednesday: …" is one day
        if (
            mark["weekday"]
            and n
            and marks[n - 1]["date"]
            and not _between(text, marks[n - 1], mark)
        ):
            day = last = _date_of(marks[n - 1], options) or day
        sessions += cell_sessions(words.replace("\n", " "), day, name) if words else []
    sessions, notes = with_usual_sport(sessions)
    if sessions and not dated:
        notes.append(Note("The plan names no dates; it begins on {day}.", day=options.first_monday))
    return sorted(sessions, key=lambda s: s.date), notes


def _begins(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark stands where a day begins, not inside a sentence ("as on Monday")."""
    before = text[max(mark.start() - 40, 0) : mark.start()]
    if BEFORE.search(before):
        return True
    inside = mark["weekday"] and not mark["weekday"].isascii()
    follows = text[mark.end() : mark.end() + 1] in (":", "：")
    return bool(inside or follows or DATE.search(before[-14:]))


def _between(text: str, first: re.Match[str], second: re.Match[str]) -> str:
    return text[first.end() : second.start()].strip(TRIM)


def _date_of(mark: re.Match[str], options: Options) -> dt.date | None:
    when = moment(mark["date"], year=options.today.year)
    return when.date() if when else None
