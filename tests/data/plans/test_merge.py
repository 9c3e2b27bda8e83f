"""Many files become one log; duplicates are found and can be undone; columns can be mapped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import FileError, InputError
from data.plans import read as read_module
from data.plans.columns import Column
from data.plans.log import (
    Session,
    Thresholds,
    TrainingLog,
    Wellness,
    thresholds_on,
    with_rest_days,
)
from data.plans.mapping import map_columns
from data.plans.merge import merge, renamed, restore
from data.plans.options import Options
from data.plans.read import read_files
from tests.data.plans import files

DAY = dt.date(2026, 5, 13)
RUN = Session(
    DAY, "done", "run", start=dt.datetime(2026, 5, 13, 7), duration_s=3600.0, source="a.csv"
)


def log(*sessions: Session) -> TrainingLog:
    return TrainingLog(sessions)


def test_the_fuller_of_two_records_is_kept_and_the_other_can_come_back() -> None:
    later = RUN.start + dt.timedelta(seconds=50) if RUN.start else None
    watch = replace(RUN, start=later, duration_s=3590.0, heart_rate_bpm=150.0, source="b.fit")
    merged = merge([log(RUN), log(watch)])
    assert merged.sessions == (watch,)
    (duplicate,) = merged.duplicates
    assert duplicate.dropped == RUN
    back = restore(merged, duplicate)
    assert back.sessions == (RUN, watch)
    assert not back.duplicates


@pytest.mark.parametrize(
    "other",
    [
        replace(RUN, source="b", duration_s=1200.0),
        replace(RUN, source="b", sport="bike"),
        replace(RUN, source="b", athlete="Bo"),
        replace(RUN, source="b", kind="planned"),
        replace(RUN, source="b", start=dt.datetime(2026, 5, 13, 18)),
    ],
)
def test_two_activities_that_differ_are_two(other: Session) -> None:
    assert len(merge([log(RUN), log(other)]).sessions) == 2


def test_two_like_sessions_of_one_file_without_times_are_two() -> None:
    easy = Session(DAY, "done", "run", duration_s=1800.0, source="a.csv")
    assert len(merge([log(easy, easy)]).sessions) == 2


def test_a_zip_and_a_file_become_one_log_with_the_unreadable_named() -> None:
    archive = files.zipped(
        ("activities/1.tcx", files.tcx()),
        ("../../etc/passwd.csv", files.STRAVA),
        ("photo.jpg", b"\xff\xd8\xff\xe0" * 100),
        ("__MACOSX/._1.tcx", b"rubbish"),
    )
    seen = []
    merged = read_files(
        [("export.zip", archive), ("same.tcx", files.tcx())],
        Options(),
        lambda done, of: seen.append((done, of)),
    )
    assert len(merged.sessions) == 3
    assert len(merged.duplicates) == 1
    assert [s.name for s in merged.sources if not s.format] == ["photo.jpg"]
    assert "passwd.csv" in [s.name for s in merged.sources]
    assert seen == [(n, 4) for n in (1, 2, 3, 4)]


def test_many_files_are_read_alike_by_several_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read_module, "ALONE", 1)
    days = [b"05-%02d" % day for day in range(1, 6)]
    many = [(f"{d!r}.csv", files.INTERVALS.replace(b"05-13", d)) for d in days]
    many.append(("no.txt", b"nothing"))
    alone, together = read_files(many), read_files(many, workers=2)
    assert alone.sessions == together.sessions
    assert alone.sources[-1].notes == together.sources[-1].notes


def test_when_nothing_can_be_read_the_first_reason_is_told() -> None:
    with pytest.raises(FileError, match=r"a\.txt"):
        read_files([("a.txt", b"hello"), ("b.txt", b"world")])


def test_unknown_columns_are_kept_and_can_be_mapped() -> None:
    table = b"Date,Sport,Duration (min),Anstieg,Watt\n2026-05-12,bike,60,350,n/a\n"
    read = read_files([("a.csv", table)])
    assert read.sources[0].unknown == ("Anstieg", "Watt")
    mapped = map_columns(read, {"Anstieg": Column("ascent_m", "ft"), "Watt": Column("power_w")})
    assert mapped.sessions[0].ascent_m == pytest.approx(350 * 0.3048)
    assert mapped.sessions[0].power_w is None
    assert mapped.sources[0].unknown == ()
    with pytest.raises(InputError, match="Anstieg"):
        map_columns(read, {"Anstieg": Column("elevation")})


def test_two_names_become_one_athlete_and_shared_sessions_are_found() -> None:
    start = dt.datetime(2026, 5, 12, 7, 0)
    ride = Session(start.date(), "done", "bike", "Ann", start, duration_s=3600.0, source="a")
    copy = replace(ride, athlete="", source="b", heart_rate_bpm=140.0)
    other = replace(ride, athlete="Bo", source="c")
    log = merge([TrainingLog((ride, copy, other), wellness=(Wellness(start.date(), sleep_h=8.0),))])
    assert (len(log.sessions), log.duplicates) == (3, ())
    one = renamed(log, {"": "Ann"})
    assert [s.athlete for s in one.sessions] == ["Ann", "Bo"]
    assert one.sessions[0].heart_rate_bpm == 140.0
    assert one.duplicates[0].dropped.source == "a"
    assert one.wellness[0].athlete == "Ann"
    assert restore(one, one.duplicates[0]).sessions[0].athlete == "Ann"


def test_days_without_a_session_become_days_of_rest() -> None:
    later = replace(RUN, date=DAY + dt.timedelta(days=3))
    filled = with_rest_days(log(RUN, later))
    assert [s.sport for s in filled.sessions] == ["run", "rest", "rest", "run"]


def test_thresholds_hold_from_their_day_on() -> None:
    stated = (
        Thresholds(dt.date(2026, 3, 1), ftp_w=250.0, lthr_bpm=168.0),
        Thresholds(dt.date(2026, 5, 1), ftp_w=265.0),
    )
    of = TrainingLog(thresholds=stated)
    assert thresholds_on(of, "", dt.date(2026, 1, 1)).ftp_w == 250  # nothing is known before
    assert thresholds_on(of, "", dt.date(2026, 4, 30)).ftp_w == 250
    assert thresholds_on(of, "", dt.date(2026, 5, 1)).ftp_w == 265
    assert thresholds_on(of, "", dt.date(2026, 5, 1)).lthr_bpm == 168
