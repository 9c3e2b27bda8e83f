"""Whatever bytes a file has, either a log comes out or an error with a sentence."""

from __future__ import annotations

import datetime as dt
import gzip
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.plans import (
    delimited,
    erg,
    fit,
    fit_workout,
    gpx,
    hrm,
    ics,
    pwx,
    structured,
    tcx,
    text,
    xlsx,
    zwo,
)
from data.plans.log import Performance, Session, Step, TrainingLog, Wellness
from data.plans.options import Options
from data.plans.read import Reader, read_files, reader_of
from data.plans.workout_text import describe
from data.plans.write import write
from tests.data.plans import files

OPTIONS = Options(first_day=dt.date(2026, 5, 11), today=dt.date(2026, 5, 20))
SAMPLES = files.one_of_each() | {"fit": files.fit_activity(seconds=5)}
PLAN = Session(
    dt.date(2026, 5, 12), "planned", "run", title="8x400m", duration_s=3000.0, steps=(Step(300.0),)
)
LOG = TrainingLog((PLAN,), (Wellness(PLAN.date, health="ill"),), (), (Performance(PLAN.date, 5.1),))
OWN = {name: write(LOG, name) for name in ("log.csv", "log.json")}
OWN["log.fit"] = fit_workout.write(PLAN)


def _packed(name: str, data: bytes, options: Options) -> TrainingLog:
    """Archives are opened before any reader sees them."""
    return read_files([(name, data)], options)


READERS: dict[str, tuple[Reader, bytes]] = {
    **{name: (reader_of(name, data), data) for name, data in (SAMPLES | OWN).items()},
    "zip": (_packed, files.zipped(("a.fit", SAMPLES["fit"]), ("b.tcx", SAMPLES["tcx"]))),
    "gz": (_packed, gzip.compress(SAMPLES["gpx"])),
}
"""Every reader, by a file of each format that it reads."""

WORDS = ("2026-05-13", "-1", "1e308", "NaN", "9" * 40, "null", "Mon", "周三", '"', "&", "\x00")
PHRASES = (
    *("8x", "400m", "2", "x", "20", "min", "@", "95%", "FTP", "4:30/km", "w/", "90s", "jog"),
    *("热身", "2公里", "休息", "-", "(", ")", ",", "RPE", "7", "TSS", "z4", "1e9"),
)
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The file with a piece cut out, doubled, or replaced by something odd."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(start + draw(st.integers(0, 40)), len(data))
        word = draw(st.sampled_from(WORDS)).encode()
        put = draw(st.sampled_from([b"", data[start:end] * 2, word]) | st.binary(max_size=8))
        data = data[:start] + put + data[end:]
    return data


def test_no_reader_is_left_out() -> None:
    modules = {reader.__module__ for reader, _sample in READERS.values()}
    every = (delimited, erg, fit, gpx, hrm, ics, pwx, structured, tcx, text, xlsx, zwo)
    assert modules >= {module.__name__ for module in every} - {delimited.__name__}


@pytest.mark.parametrize("name", READERS)
@few
@given(st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    reader, sample = READERS[name]
    with suppress(InputError):
        reader("file", data.draw(damaged(sample)), OPTIONS)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read_files([("file", data)], OPTIONS)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(PHRASES),
        max_size=12,
    ).map(" ".join)
)
def test_any_words_describe_a_session_without_negative_amounts(words: str) -> None:
    session = describe(Session(dt.date(2026, 5, 12), "planned", title=words))
    assert (session.duration_s or 0) >= 0
    assert (session.distance_m or 0) >= 0
