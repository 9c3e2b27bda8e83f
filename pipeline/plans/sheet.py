"""The illustrated plan: a week on one page of A4, as an HTML file that prints as it is."""

from __future__ import annotations

import base64
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from data.plans.log import Session

CSS = """
@page { size: A4 portrait; margin: 10mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #1f2328; background: #fff; font: 9.5pt/1.35 system-ui, 'Noto Sans',
  'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
section { width: 190mm; height: 276mm; margin: 0 auto; display: flex; flex-direction: column;
  gap: 2mm; break-after: page; overflow: hidden; }
section:last-child { break-after: auto; }
header { display: flex; justify-content: space-between; align-items: baseline;
  border-bottom: 0.5mm solid #0b625c; padding-bottom: 1mm; }
h1 { margin: 0; font-size: 15pt; } header p { margin: 0; color: #5b6066; }
article { flex: 1 1 0; min-height: 0; display: grid;
  grid-template-columns: 24mm 1fr 52mm; gap: 3mm; border-bottom: 0.2mm solid #dcd8d0;
  overflow: hidden; padding-bottom: 1.5mm; }
article > h2 { margin: 0; font-size: 10.5pt; } article > h2 small { display: block;
  color: #5b6066; font-weight: 400; }
.sessions { display: flex; gap: 3mm; overflow: hidden; }
.session { flex: 1 1 0; min-width: 0; display: flex; gap: 2.5mm; overflow: hidden; }
.session img, .session .blank { flex: none; width: 31mm; height: 31mm; object-fit: cover;
  border-radius: 2mm; background: #f1efeb; }
.several .session img, .several .session .blank { width: 18mm; height: 18mm; }
h3 { margin: 0; font-size: 10pt; } .session p { margin: 0.5mm 0 0; overflow-wrap: anywhere; }
.numbers { color: #0b625c; font-weight: 600; }
.notes { color: #5b6066; font-size: 8pt; border: 0.2mm solid #dcd8d0; border-radius: 2mm;
  padding: 1mm 2mm; }
@media screen { body { background: #f1efeb; padding: 8mm 0; } section { background: #fff;
  padding: 10mm; width: 210mm; height: 297mm; margin-bottom: 8mm; max-width: 100%; } }
"""


@dataclass(frozen=True)
class Labels:
    """The words of the sheet, and how days and sizes are written, in the reader's language."""

    language: str
    week: str
    rest: str
    notes: str
    total: str
    day: Callable[[dt.date], str]
    weekday: Callable[[dt.date], str]
    numbers: Callable[[Session], str]
    sport: Callable[[str], str]
    count: Callable[[int], str]
    load: Callable[[Sequence[Session]], float]
    points: Callable[[float], str]

    def texts(self, sessions: Sequence[Session]) -> list[str]:
        """Everything of them that the sheet of these sessions says, to know what it is made of."""
        days = [w.monday + dt.timedelta(days=n) for w in weeks_of(sessions) for n in range(7)]
        return [
            *(self.week, self.rest, self.notes, self.total, self.count(2), self.points(1.0)),
            *(self.day(day) + self.weekday(day) for day in days),
            *(self.numbers(s) + self.sport(s.sport) for s in sessions),
        ]


@dataclass(frozen=True)
class Week:
    """A week from Monday: ``members`` are the places of its ``sessions`` in the whole list."""

    monday: dt.date
    members: tuple[int, ...]
    sessions: tuple[Session, ...]

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def active(self) -> tuple[Session, ...]:
        return tuple(s for s in self.sessions if not s.is_rest)

    @property
    def seconds(self) -> float:
        return sum(s.duration_s or 0.0 for s in self.sessions)

    def total(self) -> Session:
        """Time and distance of the week, as one session."""
        metres = sum(s.distance_m or 0.0 for s in self.sessions)
        return Session(
            self.monday, "planned", duration_s=self.seconds or None, distance_m=metres or None
        )


def weeks_of(sessions: Sequence[Session]) -> list[Week]:
    """The weeks in which something stands, in order."""
    weeks: dict[dt.date, list[int]] = defaultdict(list)
    for n, session in enumerate(sessions):
        weeks[session.date - dt.timedelta(days=session.date.weekday())].append(n)
    return [
        Week(monday, tuple(places), tuple(sessions[n] for n in places))
        for monday, places in sorted(weeks.items())
    ]


def sheet(
    athlete: str,
    sessions: Sequence[Session],
    pictures: Mapping[int, bytes],
    labels: Labels,
) -> str:
    """An HTML page with a sheet for each week from Monday in which something is planned.

    ``pictures`` is index of a session → JPEG. What people wrote is escaped.
    """
    pages = "".join(_week(athlete, week, sessions, pictures, labels) for week in weeks_of(sessions))
    return (
        f'<!doctype html><html lang="{escape(labels.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(athlete)} {escape(labels.week)}</title><style>{CSS}</style></head>"
        f"<body>{pages}</body></html>"
    )


def _week(
    athlete: str,
    week: Week,
    sessions: Sequence[Session],
    pictures: Mapping[int, bytes],
    labels: Labels,
) -> str:
    total = _numbers(week.total(), labels.load(week.sessions), labels)
    days = []
    for k in range(7):
        day = week.monday + dt.timedelta(days=k)
        of_day = [n for n in week.members if sessions[n].date == day]
        active = [n for n in of_day if not sessions[n].is_rest]
        inner = "".join(_session(sessions[n], pictures.get(n), labels) for n in active)
        if not active:
            words = sessions[of_day[0]].text if of_day else ""
            inner = (
                f'<div class="session"><div><h3>{escape(labels.rest)}</h3>'
                f"<p>{escape(words[:200])}</p></div></div>"
            )
        several = " several" if len(active) > 1 else ""
        days.append(
            f"<article><h2>{escape(labels.weekday(day))}<small>{escape(labels.day(day))}</small>"
            f'</h2><div class="sessions{several}">{inner}</div>'
            f'<div class="notes">{escape(labels.notes)}</div></article>'
        )
    return (
        f"<section><header><h1>{escape(athlete or labels.week)}</h1>"
        f"<p>{escape(labels.day(week.monday))} – {escape(labels.day(week.sunday))} · "
        f"{escape(labels.total)} {escape(total)}</p></header>{''.join(days)}</section>"
    )


def _numbers(session: Session, load: float, labels: Labels) -> str:
    return " · ".join(filter(None, (labels.numbers(session), labels.points(load))))


def _session(session: Session, picture: bytes | None, labels: Labels) -> str:
    title = session.title or labels.sport(session.sport)
    drawn = '<div class="blank"></div>'
    if picture is not None:
        data = base64.b64encode(picture).decode()
        drawn = f'<img src="data:image/jpeg;base64,{data}" alt="{escape(title)}">'
    return (
        f'<div class="session">{drawn}<div><h3>{escape(title[:90])}</h3>'
        f'<p class="numbers">{escape(_numbers(session, labels.load([session]), labels))}</p>'
        f"<p>{escape(session.text[:220])}</p></div></div>"
    )
