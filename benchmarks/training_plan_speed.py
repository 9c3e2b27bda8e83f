"""How long a plan or log takes: to read, to add up, and a season's zip of recordings.

    python -m benchmarks.training_plan_speed [--sessions 2000] [--files 200] [--data FILE.fit]

Prints one table. The log is five years of made-up sessions in a CSV. The zip holds copies of
one FIT activity of an hour, a record a second, or of ``--data``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import resource
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import Event, EventType, FileType, Manufacturer, Sport

from data.plans.read import read_files
from pipeline.training_plan import analyse

START = dt.datetime(2026, 5, 13, 6, 30, tzinfo=dt.UTC)


def five_years(count: int) -> bytes:
    """Sessions spread evenly over five years, as a spreadsheet of a coach."""
    rng = np.random.default_rng(0)
    rows = ["Date,Sport,Title,Notes,Duration,Distance (km),Avg HR,Max HR,RPE,Shoes"]
    for day in np.sort(rng.integers(0, 5 * 365, count)).tolist():
        date = dt.date(2021, 1, 1) + dt.timedelta(days=day)
        sport = rng.choice(["Run", "Ride", "Swim"])
        minutes, km = rng.integers(20, 150), rng.integers(3, 60)
        beats, peak, rpe = rng.integers(120, 170), rng.integers(170, 190), rng.integers(2, 9)
        rows.append(
            f"{date},{sport},8x400m @ 5k pace,felt good,{minutes // 60}:{minutes % 60:02d}:00,"
            f"{km},{beats},{peak},{rpe},red"
        )
    return "\n".join(rows).encode()


def hour_of_fit() -> bytes:
    """An activity of an hour with heart rate, power, speed, cadence, distance and altitude."""
    builder = FitFileBuilder(auto_define=True)
    head = FileIdMessage()
    head.type = FileType.ACTIVITY
    head.manufacturer = Manufacturer.DEVELOPMENT.value
    head.time_created = round(START.timestamp() * 1000)
    builder.add(head)
    for second in range(3600):
        record = RecordMessage()
        record.timestamp = round((START.timestamp() + second) * 1000)
        record.heart_rate = 140 + second % 20
        record.power = 180 + second % 60
        record.cadence = 85
        record.enhanced_speed = 8.0
        record.distance = 8.0 * second
        record.enhanced_altitude = 400.0
        builder.add(record)
    session = SessionMessage()
    session.timestamp = round((START.timestamp() + 3600) * 1000)
    session.start_time = round(START.timestamp() * 1000)
    session.sport = Sport.CYCLING
    session.total_timer_time = 3600.0
    session.event = Event.SESSION
    session.event_type = EventType.STOP
    builder.add(session)
    return builder.build().to_bytes()


def page(table: bytes) -> Iterator[tuple[str, float]]:
    """The view itself, in one process and without a browser: first visit, log to page, a rerun."""
    from streamlit.testing.v1 import AppTest

    view = AppTest.from_file(Path(__file__).parents[1] / "pages" / "training_plan.py")
    view.default_timeout = 600
    view.run()
    started, busy = time.perf_counter(), time.process_time()
    view.file_uploader(key="plan upload").upload("log.csv", table, "text/csv").run()
    while not view.get("download_button"):
        view.run()
    yield "page: file to everything drawn", time.perf_counter() - started
    yield "  of that computing", time.process_time() - busy
    started, busy = time.perf_counter(), time.process_time()
    view.run()
    yield "page: a whole rerun", time.perf_counter() - started
    yield "  of that computing", time.process_time() - busy


def computed() -> float:
    """Processor seconds of this process and of those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--data", type=Path, help="a FIT activity to copy")
    options = parser.parse_args()

    rows = []
    table = five_years(options.sessions)
    started = time.perf_counter()
    log = read_files([("log.csv", table)])
    rows.append((f"read {options.sessions} sessions of CSV", time.perf_counter() - started))
    started = time.perf_counter()
    analyse(log)
    rows.append((f"add up {options.sessions} sessions", time.perf_counter() - started))

    rows += page(table)

    if options.files:
        activity = options.data.read_bytes() if options.data else hour_of_fit()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(options.files):
                archive.writestr(f"{n}.fit", activity)
        workers = os.cpu_count() or 1
        started, busy = time.perf_counter(), computed()
        log = read_files([("season.zip", packed.getvalue())], workers=workers)
        name = f"read {options.files} FIT files of {len(activity) >> 10} KB, {workers} processes"
        rows.append((name, time.perf_counter() - started))
        rows.append(("  of that computing, all processes together", computed() - busy))
        assert len(log.sessions) + len(log.duplicates) == options.files

    for name, seconds in rows:
        print(f"{name:<56} {seconds:8.2f} s")


if __name__ == "__main__":
    main()
