"""Every format, with the peculiarities that its programs are known for."""

from __future__ import annotations

import datetime as dt
import gzip
from zoneinfo import ZoneInfo

import pytest
from fit_tool.profile.profile_type import Sport

from data.errors import FileError
from data.plans.log import Session, TrainingLog
from data.plans.options import Options
from data.plans.read import read_files
from tests.data.plans import files

OPTIONS = Options(first_day=dt.date(2026, 5, 11), today=dt.date(2026, 5, 20))


def read(data: bytes, name: str = "file", options: Options = OPTIONS) -> TrainingLog:
    return read_files([(name, data)], options)


def only(data: bytes) -> Session:
    (session,) = read(data).sessions
    return session


def told(log: TrainingLog) -> str:
    return " ".join(str(note) for source in log.sources for note in source.notes)


@pytest.mark.parametrize("format_", files.one_of_each())
def test_every_format_is_known_by_its_content_and_read(format_: str) -> None:
    log = read(files.one_of_each()[format_], name="a misleading name.pdf")
    assert log.sessions or log.wellness
    assert log.sources[0].format


def test_a_fit_file_of_a_triathlon_is_three_sessions_at_local_time() -> None:
    log = read(files.fit_activity((Sport.SWIMMING, Sport.CYCLING, Sport.RUNNING)))
    assert [s.sport for s in log.sessions] == ["swim", "bike", "run"]
    assert [s.heart_rate_bpm for s in log.sessions] == [140, 141, 142]
    assert log.sessions[0].start == files.START
    assert log.sessions[0].start is not None
    assert log.sessions[0].start.hour == 6
    assert log.sessions[0].duration_s == 20  # time in motion, not the 50 s that passed


def test_a_truncated_fit_file_gives_what_stands_before_its_end() -> None:
    whole = files.fit_activity(seconds=60)
    log = read(whole[: len(whole) // 2])
    assert log.sessions[0].heart_rate_bpm == 140
    assert 10 < (log.sessions[0].duration_s or 0) < 50
    assert "ends too early" in told(log)


def test_a_gzipped_fit_file_is_read() -> None:
    assert only(gzip.compress(files.fit_activity())).sport == "bike"


def test_no_point_of_a_tcx_file_of_several_activities_is_lost() -> None:
    log = read(files.tcx(laps=3, activities=2, points=50))
    assert [s.duration_s for s in log.sessions] == [150, 150]
    assert [s.distance_m for s in log.sessions] == [450, 450]
    assert [sum(seconds for _, seconds in s.heart_rate_s) for s in log.sessions] == [150, 150]


def test_universal_time_becomes_the_athletes_day() -> None:
    honolulu = Options(zone=ZoneInfo("Pacific/Honolulu"))
    (session,) = read(files.tcx(), options=honolulu).sessions
    assert session.date == dt.date(2026, 5, 12)


def test_gpx_distance_and_heart_rate_come_from_the_track() -> None:
    session = only(files.gpx())
    assert session.distance_m == pytest.approx(60 * 0.00003 * 111_195, rel=0.01)
    assert (session.heart_rate_bpm, session.sport) == (145, "run")


def test_gpx_without_times_is_refused_with_the_cure() -> None:
    with pytest.raises(FileError, match="recorded activity"):
        read(files.gpx(times=False))


def test_polars_columns_follow_its_mode_and_silent_sensors_are_left_out() -> None:
    log = read(files.HRM)
    (session,) = log.sessions
    assert session.start == dt.datetime(2026, 5, 12, 8, 14, 11)
    assert session.duration_s == 20
    assert session.distance_m == pytest.approx(200.0)
    assert (session.heart_rate_bpm, session.heart_rate_max_bpm) == (131.25, 150.0)
    assert session.power_w is None
    assert (session.sport, session.text) == ("other", "easy spin")
    assert (log.thresholds[0].heart_rate_max_bpm, log.thresholds[0].heart_rate_rest_bpm) == (
        195.0,
        52.0,
    )
    american = only(files.HRM.replace(b"111100000", b"111100010"))
    assert american.distance_m == pytest.approx(321.87, abs=0.01)
    beats = only(
        files.HRM.replace(b"Interval=5", b"Interval=238").replace(b"111100000", b"000000000")
    )
    assert beats.heart_rate_max_bpm is None  # 120 ms from beat to beat cannot be
    with pytest.raises(FileError, match="without a date"):
        read(files.HRM.replace(b"20260512", b"today"))


def test_a_unit_above_the_header_holds_for_the_table() -> None:
    plan = b"title,race,units\nMy plan,Marathon,26.2,miles\n,,,\ndescription,totalDistance,,\n"
    rows = b"Easy run,5,,\nRest,,,\n"
    first, rest = read(plan + rows).sessions
    assert first.distance_m == pytest.approx(5 * 1609.344)
    assert rest.is_rest
    metric = read(plan.replace(b"miles", b"kilometers") + rows).sessions[0]
    assert metric.distance_m == pytest.approx(5000.0)


def test_goldencheetah_with_byte_order_mark_and_padded_strings() -> None:
    session = only(files.GOLDENCHEETAH)
    assert (session.athlete, session.sport, session.power_w) == ("Ann", "bike", 210)
    assert session.heart_rate_bpm is None  # zeros all along: there was no sensor


def test_pwx_zeros_are_missing_sensors_and_weight_is_kept() -> None:
    log = read(files.PWX)
    assert log.sessions[0].power_w is None
    assert (log.sessions[0].load, log.sessions[0].load_name) == (65.2, "TSS")
    assert log.thresholds[0].weight_kg == 61.5


def test_zwo_repeats_are_written_out() -> None:
    steps = only(files.ZWO).steps
    assert [s.effort for s in steps] == ["warmup", *["work", "recovery"] * 3, "cooldown"]
    assert (steps[0].low, steps[0].high, steps[0].ramp) == (0.4, 0.7, True)
    assert sum(s.duration_s or 0 for s in steps) == 1440


def test_erg_is_in_watts_and_mrc_in_percent_of_ftp() -> None:
    erg = read(files.ERG)
    assert [(s.duration_s, s.target, s.low) for s in erg.sessions[0].steps] == [
        (600, "power_w", 100),
        (300, "power_w", 250),
    ]
    assert erg.thresholds[0].ftp_w == 250
    assert only(files.MRC).steps[1].low == 0.95
    assert only(files.CRS).distance_m == 2000


def test_a_calendar_recurs_unfolds_and_tells_its_load() -> None:
    log = read(files.ICS)
    assert [s.date.day for s in log.sessions] == [4, 11, 13, 18]
    ride = log.sessions[2]
    assert ride.load == 95
    assert "very long remark that is folded" in ride.text
    assert log.sessions[0].duration_s == 2700


def test_a_calendar_that_recurs_every_second_is_refused() -> None:
    with pytest.raises(FileError, match="more often than daily"):
        read(files.ICS.replace(b"FREQ=WEEKLY;COUNT=3", b"FREQ=SECONDLY"))


def test_trainingpeaks_rows_hold_a_planned_and_a_done_session() -> None:
    log = read(files.TRAININGPEAKS)
    plan, done = log.sessions[:2]
    assert (plan.kind, plan.duration_s) == ("planned", 7200)
    assert (done.kind, done.duration_s, done.distance_m) == ("done", 6840, 58000)
    assert plan.workout == done.workout != ""
    assert done.heart_rate_zones_s == (2400, 3600)
    assert (log.sessions[2].sport, log.sessions[3].kind) == ("rest", "planned")


def test_garmin_pool_metres_decimal_commas_paces_and_missing_values() -> None:
    swim, ride, run = read(files.GARMIN).sessions
    assert swim.distance_m == 1000
    assert swim.speed_m_s == pytest.approx(100 / 120)
    assert (ride.distance_m, ride.speed_m_s, ride.heart_rate_bpm) == (40_500, 7.5, None)
    assert (run.distance_m, run.speed_m_s) == (pytest.approx(10_020), pytest.approx(1000 / 300))


def test_strava_takes_the_exact_one_of_two_columns_of_a_name() -> None:
    log = read(files.STRAVA)
    run, oops = log.sessions
    assert (run.distance_m, run.duration_s) == (10_021.4, 2900)
    assert run.start == dt.datetime(2026, 5, 13, 9, 54, 42)
    assert oops.start == dt.datetime(2026, 5, 14, 21, 54, 42)
    assert "shorter than three minutes" in told(log)


def test_intervals_intensity_is_percent() -> None:
    session = only(files.INTERVALS)
    assert session.intensity_factor == pytest.approx(0.825)
    assert (session.load, session.rpe, session.ascent_m) == (102, 6, 410)


def test_hrv_exports_are_days_of_wellness() -> None:
    log = read(files.HRV)
    assert not log.sessions
    (day,) = log.wellness
    assert (day.hrv_rmssd_ms, day.heart_rate_rest_bpm, day.sleep_h) == (79.4, 52.5, 8.5)
    assert day.health == "ill"


def test_a_diary_of_mornings_has_no_sessions() -> None:
    log = read(b"date,rMSSD,HR,Sleep hours\n2026-06-01,61,48,7.5\n")
    (day,) = log.wellness
    assert (day.hrv_rmssd_ms, day.heart_rate_rest_bpm, day.sleep_h) == (61, 48, 7.5)
    assert not log.sessions
    both = read(b"date,rMSSD,HR,Duration (min)\n2026-06-01,61,148,45\n")
    assert (both.sessions[0].heart_rate_bpm, both.wellness[0].heart_rate_rest_bpm) == (148, None)


def test_a_week_grid_is_a_plan_with_rest_days() -> None:
    log = read(files.GRID)
    assert len(log.sessions) == 15
    assert log.sessions[0].date == dt.date(2026, 5, 11)
    assert {s.kind for s in log.sessions} == {"planned"}
    assert sum(s.is_rest for s in log.sessions) == 4
    assert [s.sport for s in log.sessions if s.date == dt.date(2026, 5, 20)] == ["strength", "run"]
    assert "begins on 2026-05-11" in told(log)
    assert "read as run" in told(log)  # "40 min tempo"


def test_a_chinese_markdown_table_is_read() -> None:
    rest, run = read(files.MARKDOWN).sessions
    assert rest.is_rest
    assert (run.sport, run.distance_m, run.date) == ("run", 9500, dt.date(2026, 5, 12))


def test_free_text_in_two_languages() -> None:
    log = read(files.TEXT)
    assert [(s.date.day, s.sport) for s in log.sessions] == [
        (11, "run"),
        (13, "rest"),
        (15, "run"),
        (17, "run"),
    ]
    assert len(log.sessions[0].steps) == 8


def test_a_workbook_has_a_legend_a_date_and_a_formula() -> None:
    log = read(files.xlsx())
    run, rest = log.sessions
    assert run.text == "easy aerobic run"
    assert run.distance_m == pytest.approx(5 * 1609.344)
    assert rest.is_rest
    assert "1 rows without a readable date" in told(log)


def test_units_that_the_file_does_not_state_are_told() -> None:
    log = read(b"Date,Sport,Duration,Distance\n2026-05-12,run,45,8.5\n2026-05-14,run,60,11\n")
    assert [(s.duration_s, s.distance_m) for s in log.sessions] == [(2700, 8500), (3600, 11_000)]
    assert "Duration was read in min. Distance was read in km." in told(log)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["13/05/2026", "02/06/2026"], dt.date(2026, 6, 2)),
        (["05/13/2026", "06/02/2026"], dt.date(2026, 6, 2)),
        (["13.05.2026", "02.06.2026"], dt.date(2026, 6, 2)),
        (["2026-13-05", "2026-02-06"], dt.date(2026, 6, 2)),
        (["2026年5月13日", "2026年6月2日"], dt.date(2026, 6, 2)),
        (["Wed, May 13, 2026", "June 2, 2026"], dt.date(2026, 6, 2)),
    ],
)
def test_the_order_of_a_date_is_that_of_its_column(dates: list[str], expected: dt.date) -> None:
    rows = "".join(f'"{date}",run,8\n' for date in dates)
    log = read(f"Date,Sport,Distance (km)\n{rows}".encode())
    assert max(s.date for s in log.sessions) == expected


def test_impossible_values_are_flagged_and_kept_aside() -> None:
    log = read(b"Date,Sport,Duration (min),Avg HR\n2026-05-12,run,-45,900\n")
    (session,) = log.sessions
    assert session.duration_s is session.heart_rate_bpm is None
    assert session.flags == ("duration_s", "heart_rate_bpm")
    assert dict(session.extra)["heart_rate_bpm (impossible)"] == "900"


def test_what_is_no_plan_is_refused_in_a_sentence() -> None:
    for data in (b"", b"hello", b"\x00\x01\x02\x03" * 50, b"<html><body></body></html>", b"{}"):
        with pytest.raises(FileError, match=r"\."):
            read(data)
