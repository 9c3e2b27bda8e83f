"""ICS: calendars of planned sessions, recurring ones as well; reading and writing.

RFC 5545. ``TSS: 95`` and the like inside a description are read as numbers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

import icalendar
import recurring_ical_events

from data.errors import FileError
from data.plans.log import SPORTS, Kind, Note, Session, Source, TrainingLog
from data.plans.options import Options
from data.plans.sports import is_rest, sport_of
from data.plans.values import number
from data.plans.workout_text import describe

MOST_EVENTS = 20_000
YEARS_AHEAD = 2
OWN = "X-TRAINSIGHT-"
FIELDS = ("distance_m", "load", "rpe")
"""Numbers of a session that have no place in RFC 5545 and travel as our own properties."""


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """A planned row an event; a recurring one as often as it recurs, up to two years from now.

    Raises :class:`FileError` when there is no event with a day.
    """
    try:
        calendar = icalendar.Calendar.from_ical(data)
        for event in calendar.walk("VEVENT"):
            if "UID" not in event:  # required, yet left out by several exporters
                event.add("uid", hashlib.sha1(event.to_ical()).hexdigest())
        events, cut = _events(calendar, options)
        read = (_session(event, options, name) for event in events[:MOST_EVENTS])
        sessions = [session for session in read if session is not None]
    except Exception as error:  # both libraries raise many kinds for damaged calendars
        raise FileError(
            "{name} is a damaged calendar ({reason}). Export it again as .ics.",
            name=name,
            reason=" ".join(str(error).split())[:100] or type(error).__name__,
        ) from error
    if not sessions:
        raise FileError("{name} is a calendar without an event that has a day.", name=name)
    notes = []
    if cut:
        notes.append(Note("Recurring events were written out until {day}.", day=cut))
    sessions.sort(key=lambda s: (s.date, s.title))
    return TrainingLog(
        tuple(sessions), sources=(Source(name, "ICS", len(sessions), notes=tuple(notes)),)
    )


def _events(calendar: icalendar.Component, options: Options) -> tuple[list[Any], dt.date | None]:
    """Single events as they are, recurring ones written out; and until when."""
    events = [e for e in calendar.walk("VEVENT") if "DTSTART" in e]
    recurring = {str(e["UID"]) for e in events if "RRULE" in e or "RDATE" in e}
    if not recurring:
        return events, None
    for event in events:
        rule = event.get("RRULE")
        rules = rule if isinstance(rule, list) else [rule]
        if any(
            r and str(r.get("FREQ", [""])[0]).upper() in ("SECONDLY", "MINUTELY", "HOURLY")
            for r in rules
        ):
            raise ValueError("an event recurs more often than daily")
    first = min(_day(e["DTSTART"].dt) for e in events if str(e["UID"]) in recurring)
    until = max(options.today, first) + dt.timedelta(days=365 * YEARS_AHEAD)
    first = max(first, until - dt.timedelta(days=365 * 15))
    written = recurring_ical_events.of(calendar).between(first, until)
    single = [e for e in events if str(e["UID"]) not in recurring]
    return single + [e for e in written if str(e["UID"]) in recurring], until


def _day(when: dt.date | dt.datetime) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


def _session(event: Any, options: Options, source: str) -> Session | None:
    start = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(start, dt.date):
        return None
    clock = start if isinstance(start, dt.datetime) else None
    if clock is not None and clock.tzinfo is not None:
        zone = options.zone if clock.utcoffset() == dt.timedelta(0) else clock.tzinfo
        clock = clock.astimezone(zone)
        clock = clock.replace(tzinfo=dt.timezone(clock.utcoffset() or dt.timedelta(0)))
    title = str(event.get("SUMMARY", ""))[:500]
    text = str(event.get("DESCRIPTION", ""))[:20_000]
    said = str(event.get(f"{OWN}SPORT", ""))
    kind: Kind = "done" if str(event.get(f"{OWN}KIND", "")) == "done" else "planned"
    sport = said if said in SPORTS else "rest" if is_rest(title) else sport_of(title) or "other"
    session = Session(
        _day(clock or start),
        kind,
        sport,
        start=clock,
        title=title,
        text=text,
        duration_s=_lasts(event, start),
        source=source,
    )
    own: dict[str, Any] = {
        n: v for n in FIELDS if (v := number(event.get(f"{OWN}{n.upper()}"))) is not None
    }
    session = replace(session, **own)
    return session if said else describe(session)


def _lasts(event: Any, start: dt.date) -> float | None:
    """Seconds of an event with times; a whole day says nothing about how long the session is."""
    if not isinstance(start, dt.datetime):
        return number(event.get(f"{OWN}DURATION_S"))
    end, lasts = event.get("DTEND"), event.get("DURATION")
    try:
        if lasts is not None:
            return float(lasts.dt.total_seconds())
        if end is not None:
            return float((end.dt - start).total_seconds()) or None
    except (TypeError, AttributeError):
        return None
    return None


def write(log: TrainingLog) -> bytes:
    """A calendar with an event a session, at its time of day or for the whole day.

    It carries day, start, duration, sport, title, text, distance, load and RPE. An event's UID
    depends on the session alone, so that importing a plan again updates it.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//TrainSight//Training plan//EN")
    calendar.add("version", "2.0")
    seen: dict[str, int] = {}
    for session in log.sessions:
        key = f"{session.athlete}|{session.date}|{session.start}|{session.kind}|{session.title}"
        seen[key] = seen.get(key, 0) + 1
        digest = hashlib.sha1(f"{key}|{seen[key]}".encode()).hexdigest()
        calendar.add_component(_event(session, f"{digest}@trainsight"))
    return calendar.to_ical()


def _event(session: Session, uid: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", uid)
    # A fixed stamp: the same log gives the same bytes.
    event.add("dtstamp", dt.datetime.combine(session.date, dt.time(), dt.UTC))
    event.add("summary", session.title)
    event.add("description", session.text)
    if session.start is None:
        event.add("dtstart", session.date)
        event.add("dtend", session.date + dt.timedelta(days=1))
        if session.duration_s is not None:
            event.add(f"{OWN}DURATION_S", f"{session.duration_s:g}")
    else:
        start = session.start.replace(microsecond=0)
        start = start if start.tzinfo is None else start.astimezone(dt.UTC)
        event.add("dtstart", start)
        event.add("duration", dt.timedelta(seconds=round(session.duration_s or 0)))
    event.add(f"{OWN}SPORT", session.sport)
    event.add(f"{OWN}KIND", session.kind)
    for name in FIELDS:
        value = getattr(session, name)
        if value is not None:
            event.add(f"{OWN}{name.upper()}", f"{value:g}")
    return event
