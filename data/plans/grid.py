"""Week grids: a row a week and a column a day, as coaches draw plans."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from data.plans.calendar_words import WEEK, week_number, weekday_of
from data.plans.log import Note, Session, Source, TrainingLog
from data.plans.options import Options
from data.plans.sports import is_rest
from data.plans.values import missing, moment, plain
from data.plans.workout_text import describe, with_usual_sport

FEWEST_DAYS = 5
WITHIN = 40


def read_grid(
    name: str, format_: str, rows: Sequence[Sequence[object]], options: Options
) -> TrainingLog | None:
    """The planned sessions of a grid; None when no row has five weekdays side by side.

    A row's first cells may say the week's number or the date of its first day.
    """
    for at in range(min(len(rows), WITHIN)):
        days = {n: day for n, cell in enumerate(rows[at]) if (day := weekday_of(cell)) is not None}
        if len(set(days.values())) >= FEWEST_DAYS:
            break
    else:
        return None
    sessions: list[Session] = []
    dated = False
    week = 0
    for row in rows[at + 1 :]:
        if all(missing(row[n]) for n in days if n < len(row)):
            continue
        week += 1
        monday, said = _monday(row[: min(days)], week, options)
        dated = dated or said
        for n, day in days.items():
            if n < len(row) and not missing(row[n]):
                date = monday + dt.timedelta(days=day)
                sessions += cell_sessions(str(row[n]), date, name)
    if not sessions:
        return None
    sessions, notes = with_usual_sport(sessions)
    if not dated:
        notes.append(Note("The plan names no dates; it begins on {day}.", day=sessions[0].date))
    columns = tuple((plain(rows[at][n]), "title", "") for n in days)
    source = Source(name, f"{format_} (weeks)", len(sessions), columns, (), tuple(notes))
    return TrainingLog(tuple(sessions), sources=(source,))


def _monday(before: Sequence[object], week: int, options: Options) -> tuple[dt.date, bool]:
    """The Monday of a week, and whether the row itself says it."""
    for cell in before:
        if (when := moment(cell, year=options.today.year)) is not None:
            return when.date() - dt.timedelta(days=when.weekday()), True
    for cell in before:
        found = WEEK.search(plain(cell)) or re.fullmatch(r"(\d{1,3})", plain(cell))
        if found:
            week = week_number(found) if found.re is WEEK else int(found[1])
            break
    first = options.first_monday - dt.timedelta(days=options.first_monday.weekday())
    return first + dt.timedelta(weeks=min(max(week, 1), 520) - 1), False


def cell_sessions(text: str, date: dt.date, source: str) -> list[Session]:
    """The sessions of one day: a line each, and AM and PM apart."""
    parts = re.split(r"\n|；|;\s|(?<=\S)\s+(?=(?:AM|PM|上午|下午)\s*[:：])", text.strip())
    kept = [p.strip() for p in parts if p and p.strip()]
    sessions = [
        describe(Session(date, "planned", "rest" if is_rest(p) else "other", title=p[:500]))
        for p in kept[:20]
    ]
    return [replace(s, source=source) for s in sessions]
