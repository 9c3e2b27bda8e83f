"""The illustrated plan as PDF: an overview, then a week a page, A4, fonts and pictures inside.

    data = sheet_pdf("Ann", sessions, pictures, labels)

Drawn with fpdf2. The fonts are those of this computer, cut down to the signs that are used, so
that the file looks the same everywhere, Chinese included.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import TTFFont

from data.errors import InputError
from data.plans.log import Session
from pipeline.plans.fonts import CHINESE, EUROPEAN, first
from pipeline.plans.sheet import Labels, Week, weeks_of

INK, QUIET, ACCENT, LINE, BLANK = (
    (31, 35, 40),
    (91, 96, 102),
    (11, 98, 92),
    (220, 216, 208),
    (241, 239, 235),
)
MARGIN, WIDTH, BOTTOM = 10.0, 190.0, 286.0
"""Millimetres of an A4 page."""

EASTERN = re.compile("[\u2e80-\uffef]")
HANGING = "，。、；：？！）》”"
DAY_MM, NOTES_MM, GAP_MM = 24.0, 50.0, 3.0
ROWS_A_PAGE = 26


def sheet_pdf(
    athlete: str,
    sessions: Sequence[Session],
    pictures: Mapping[int, bytes],
    labels: Labels,
) -> bytes:
    """The file: a page for each week from Monday in which something is planned.

    Several weeks have an overview before them. ``pictures`` is index of a session → JPEG. Raises
    :class:`InputError` where no font of this computer has the letters.
    """
    page = _Page(athlete, sessions, labels)
    weeks = weeks_of(sessions)
    if len(weeks) > 1:
        for n in range(0, len(weeks), ROWS_A_PAGE):
            _overview(page, athlete, weeks, weeks[n : n + ROWS_A_PAGE], labels)
    for week in weeks:
        _week(page, athlete, week, sessions, pictures, labels)
    return bytes(page.output())


def writable(texts: Iterable[str], sessions: Sequence[Session]) -> bool:
    """Whether the fonts of this computer have what is written, without opening any of them."""
    words = [*texts, *(part for s in sessions for part in (s.title, s.text))]
    return first(CHINESE) is not None or not any(map(EASTERN.search, words))


class _Page(FPDF):
    """An A4 document with the fonts that its words need."""

    def __init__(self, athlete: str, sessions: Sequence[Session], labels: Labels) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(MARGIN)
        self.set_title(f"{athlete} {labels.week}".strip())
        self.set_creator("TrainSight")
        self.set_lang(labels.language)
        self.known: set[int] | None = None
        texts = [athlete, *labels.texts(sessions)]
        texts += [part for s in sessions for part in (s.title, s.text)]
        self.choose({ord(c) for text in texts for c in text if c.isprintable()})

    def choose(self, needed: set[int]) -> None:
        """Load the fonts whose signs are needed; one of each kind at most."""
        main, more = first(EUROPEAN), first(CHINESE)
        self.family = "Helvetica"
        covered: set[int] = set()
        if main is not None:
            self.family = "main"
            covered |= self.load("main", main)
        # A font of 30,000 signs takes a second or two: only for texts that have some of them.
        if more is not None and needed - covered:
            covered |= self.load("more", more)
            if main is None:
                self.family = "more"
            else:
                self.set_fallback_fonts(["more"], exact_match=False)
        if self.family == "Helvetica":
            covered = set(range(32, 127)) | set(range(160, 256))
        self.known = covered
        letters = {n for n in needed - covered if unicodedata.category(chr(n)).startswith("L")}
        if letters:
            raise InputError(
                "No font of this computer can write “{sign}”. Install one that can (for Chinese "
                "fonts-noto-cjk on Debian and Ubuntu), or take the sheet as HTML and print that.",
                sign=chr(min(letters)),
            )

    def load(self, name: str, font: tuple[str | object, int]) -> set[int]:
        path, number = font
        self.add_font(name, fname=str(path), collection_font_number=number)
        opened = self.fonts[name]
        assert isinstance(opened, TTFFont)
        return set(opened.cmap)

    def plain(self, text: str) -> str:
        """Without what no font has: small pictures, mostly."""
        kept = (
            c if ord(c) in (self.known or ()) else {"–": "-", "—": "-"}.get(c, "") for c in text
        )
        return "".join(" " if c.isspace() else c for c in "".join(kept)).strip()

    def write_in(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        bottom: float,
        size: float,
        colour: tuple[int, int, int] = INK,
    ) -> float:
        """Text wrapped into a box, cut where it is full; gives where it ends."""
        text = self.plain(text)
        height = size * 0.3528 * 1.3
        most = int((bottom - y) / height)
        if not text or most < 1:
            return y
        self.set_font(self.family, size=size)
        self.set_text_color(*colour)
        wrap = WrapMode.CHAR if EASTERN.search(text) else WrapMode.WORD
        lines: list[str] = self.multi_cell(  # type: ignore[assignment]
            width, height, text, dry_run=True, output="LINES", wrapmode=wrap, align="L"
        )
        for n in range(1, len(lines)):
            # No line of Chinese begins with a comma: it hangs at the end of the one before.
            while lines[n][:1] and lines[n][0] in HANGING:
                lines[n - 1] += lines[n][0]
                lines[n] = lines[n][1:].lstrip()
        lines = [line for line in lines if line]
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1][:-1].rstrip() + "..."]
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, height, line)
            y += height
        return y


def _head(page: _Page, title: str, right: str) -> None:
    page.add_page()
    page.write_in(title, MARGIN, MARGIN, 90, MARGIN + 9, 15)
    page.set_font(page.family, size=9.5)
    page.set_text_color(*QUIET)
    page.set_xy(MARGIN + 70, MARGIN + 1.5)
    page.cell(WIDTH - 70, 5, page.plain(right), align="R")
    page.set_draw_color(*ACCENT)
    page.set_line_width(0.5)
    page.line(MARGIN, MARGIN + 9, MARGIN + WIDTH, MARGIN + 9)


def _overview(
    page: _Page, athlete: str, every: Sequence[Week], weeks: Sequence[Week], labels: Labels
) -> None:
    """Week by week: days, sessions, sums and a bar of the load, or of the time without one."""
    first, last = every[0].monday, every[-1].sunday
    _head(page, athlete or labels.week, f"{labels.day(first)} – {labels.day(last)}")
    sizes = [labels.load(w.sessions) or w.seconds / 60 for w in every]
    most = max(sizes, default=0.0) or 1.0
    y, height = MARGIN + 13, 9.5
    for week in weeks:
        page.write_in(
            f"{labels.day(week.monday)} – {labels.day(week.sunday)}", MARGIN, y, 38, y + 9, 9.5
        )
        page.write_in(labels.count(len(week.active)), MARGIN + 40, y, 30, y + 9, 9.5, QUIET)
        page.write_in(labels.numbers(week.total()), MARGIN + 72, y, 52, y + 9, 9.5, ACCENT)
        load = labels.load(week.sessions)
        size = load or week.seconds / 60
        page.set_fill_color(*ACCENT)
        page.rect(MARGIN + 126, y + 0.6, max(44 * size / most, 0.2), 3.2, style="F")
        if load:
            page.write_in(labels.points(load), MARGIN + 172, y, 20, y + 9, 8, QUIET)
        y += height


def _week(
    page: _Page,
    athlete: str,
    week: Week,
    sessions: Sequence[Session],
    pictures: Mapping[int, bytes],
    labels: Labels,
) -> None:
    sums = " · ".join(
        filter(None, (labels.numbers(week.total()), labels.points(labels.load(week.sessions))))
    )
    span = f"{labels.day(week.monday)} – {labels.day(week.sunday)}"
    _head(page, athlete or labels.week, f"{span} · {labels.total} {sums}" if sums else span)
    top = MARGIN + 12
    height = (BOTTOM - top) / 7
    for n in range(7):
        y = top + n * height
        day = week.monday + dt.timedelta(days=n)
        _day(page, day, y, height, week, sessions, pictures, labels)
        if n < 6:
            page.set_draw_color(*LINE)
            page.set_line_width(0.2)
            page.line(MARGIN, y + height - 1.5, MARGIN + WIDTH, y + height - 1.5)


def _day(
    page: _Page,
    day: dt.date,
    y: float,
    height: float,
    week: Week,
    sessions: Sequence[Session],
    pictures: Mapping[int, bytes],
    labels: Labels,
) -> None:
    bottom = y + height - 3
    below = page.write_in(labels.weekday(day), MARGIN, y, DAY_MM, bottom, 10.5)
    page.write_in(labels.day(day), MARGIN, below, DAY_MM, bottom, 9, QUIET)
    left = MARGIN + DAY_MM + GAP_MM
    width = WIDTH - DAY_MM - NOTES_MM - 2 * GAP_MM
    of_day = [n for n in week.members if sessions[n].date == day]
    active = [n for n in of_day if not sessions[n].is_rest]
    if not active:
        ends = page.write_in(labels.rest, left, y, width, bottom, 10, QUIET)
        if of_day:
            page.write_in(sessions[of_day[0]].text, left, ends, width, bottom, 9, QUIET)
    share = (width - GAP_MM * (len(active) - 1)) / max(len(active), 1)
    for k, n in enumerate(active):
        x = left + k * (share + GAP_MM)
        side = min(height - 4, 0.42 * share)
        if n in pictures:
            page.image(io.BytesIO(pictures[n]), x, y, side, side)
        else:
            page.set_fill_color(*BLANK)
            page.rect(x, y, side, side, style="F")
        _told(page, sessions[n], x + side + 2, y, share - side - 2, bottom, labels)
    page.set_draw_color(*LINE)
    page.set_line_width(0.2)
    x = MARGIN + WIDTH - NOTES_MM
    page.rect(x, y, NOTES_MM, height - 4)
    page.write_in(labels.notes, x + 1.5, y + 1, NOTES_MM, bottom, 7.5, QUIET)


def _told(
    page: _Page, session: Session, x: float, y: float, width: float, bottom: float, labels: Labels
) -> None:
    """Title, numbers and text of a session."""
    title = session.title or labels.sport(session.sport)
    y = page.write_in(title[:90], x, y, width, bottom, 10)
    y = page.write_in(labels.numbers(session), x, y + 0.3, width, bottom, 9, ACCENT)
    y = page.write_in(labels.points(labels.load([session])), x, y, width, bottom, 8, ACCENT)
    if session.text != session.title:
        page.write_in(session.text[:600], x, y + 0.5, width, bottom, 8.5)
