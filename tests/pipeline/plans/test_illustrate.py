"""Sessions as pictures, and the sheet that they stand on."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from data.errors import InputError
from data.plans.log import Session
from data.scenes.scene import VOCABULARY
from pipeline.plans import fonts
from pipeline.plans.illustrate import (
    ENGLISH,
    MANDARIN,
    NAMED,
    VENUES,
    illustrate,
    requests,
    sentence,
    shown,
)
from pipeline.plans.sheet import Labels, sheet
from pipeline.plans.sheet_pdf import sheet_pdf, writable
from pipeline.runtime import Runtime
from tests.pipeline.weights import write

MONDAY = dt.date(2026, 3, 2)
RUN = Session(MONDAY, "planned", "run", title="Easy run", distance_m=8000.0)


@pytest.mark.parametrize(
    ("title", "sport", "action", "intensity", "venue"),
    [
        ("8x400m @ 5k pace", "run", "sprint", "hard", "track"),
        ("间歇跑 6x800米", "run", "sprint", "hard", "track"),
        ("Easy run", "run", "distance_run", "easy", "park"),
        ("长距离跑 20公里", "run", "distance_run", "steady", "road"),
        ("Long ride", "bike", "cycling", "steady", "road"),
        ("游泳 1500米", "swim", "freestyle_swim", "easy", "pool"),
        ("Deadlifts and core", "strength", "deadlift", "easy", "gym"),
        ("瑜伽", "mobility", "yoga_warrior", "easy", "studio"),
        ("Tennis match", "racket", "tennis_serve", "easy", "tennis_court"),
        ("", "rest", "rest", "easy", "park"),
    ],
)
def test_words_in_both_languages_say_what_is_drawn(
    title: str, sport: str, action: str, intensity: str, venue: str
) -> None:
    seen = shown(Session(MONDAY, "planned", sport, title=title))
    assert (seen.action, seen.intensity, seen.venue) == (action, intensity, venue)


def test_everything_shown_is_in_the_vocabulary_and_has_words() -> None:
    named = {action for _, action, _ in NAMED}
    assert named <= set(VOCABULARY["action"])
    assert named <= set(ENGLISH)
    assert set(ENGLISH) == set(MANDARIN)
    assert set(VENUES) <= set(VOCABULARY["venue"])


def test_the_sentence_is_in_the_plans_language() -> None:
    assert "running in the park" in sentence(RUN)
    assert "公园长跑" in sentence(replace(RUN, title="轻松跑"))


def test_a_picture_changes_only_with_what_it_shows() -> None:
    ((key, _),) = requests([RUN])
    moved = replace(RUN, date=MONDAY + dt.timedelta(days=3), distance_m=9000.0)
    assert requests([moved])[0][0] == key
    assert requests([replace(RUN, title="Tempo run")])[0][0] != key
    assert len({k for k, _ in requests([RUN, RUN, RUN])}) == 3


def test_only_what_is_missing_is_drawn(tmp_path: Path) -> None:
    write(tmp_path)
    runtime = Runtime(weights=tmp_path, device="cpu")
    sessions = [RUN, replace(RUN, title="8x400m")]
    first = requests(sessions)[0][0]
    events = list(illustrate(sessions, runtime, held={first}))
    drawn = [e.result for e in events if e.result is not None]
    assert [p.key for p in drawn] == [requests(sessions)[1][0]]
    assert drawn[0].jpeg.startswith(b"\xff\xd8")
    assert events[-1].fraction == 1.0


def labels() -> Labels:
    return Labels(
        "en",
        "Plan",
        "Rest",
        "Notes",
        "in all",
        str,
        lambda d: f"{d:%A}",
        lambda s: f"{(s.distance_m or 0) / 1000:.0f} km",
        str,
        lambda n: f"{n} sessions",
        lambda sessions: sum((s.distance_m or 0) / 100 for s in sessions),
        lambda points: f"{points:.0f} points",
    )


def test_the_sheet_has_a_page_a_week_with_seven_days() -> None:
    later = replace(RUN, date=MONDAY + dt.timedelta(days=8))
    page = sheet("Ann", [RUN, later], {0: b"\xff\xd8picture"}, labels())
    assert page.count("<section>") == 2
    assert page.count("<article>") == 14
    assert page.count("<img") == 1
    assert page.count('class="notes"') == 14
    assert "8 km · 80 points" in page


def test_what_people_wrote_is_escaped() -> None:
    evil = replace(RUN, title="<script>alert(1)</script>", text='"><img src=x onerror=y>')
    page = sheet("<b>Ann</b>", [evil], {0: b"x"}, labels())
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert "<b>Ann" not in page


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "JPEG")
    return file.getvalue()


def test_the_pdf_has_an_overview_and_a_page_a_week_with_its_pictures() -> None:
    later = replace(RUN, date=MONDAY + dt.timedelta(days=8), text="Keep it easy. " * 80)
    two = replace(RUN, title="Strength", sport="strength", distance_m=None)
    data = sheet_pdf("Ann", [RUN, two, later], {0: jpeg(), 2: jpeg()}, labels())
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 3
    assert data.count(b"/Subtype /Image") == 1  # the same picture lies in the file once
    single = sheet_pdf("Ann", [RUN], {}, labels())
    assert len(re.findall(rb"/Type /Page\b", single)) == 1


def test_a_pdf_carries_its_fonts_and_chinese_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = replace(RUN, title="轻松跑 8公里 😀")
    if fonts.first(fonts.CHINESE) is not None:
        assert writable(["Plan"], [chinese])
        assert b"/FontFile" in sheet_pdf("", [chinese], {}, labels())
    monkeypatch.setattr(fonts, "installed", dict)
    assert not writable(["Plan"], [chinese])
    assert writable(["Plan"], [RUN])
    with pytest.raises(InputError, match="No font of this computer can write “公”"):
        sheet_pdf("", [chinese], {}, labels())
    assert sheet_pdf("Ann–Lou 😀", [RUN], {}, labels()).startswith(b"%PDF-")
