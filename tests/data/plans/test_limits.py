"""Files made to harm: refused in a sentence, before they are unpacked."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from data.errors import FileError
from data.plans import read as read_module
from data.plans.read import read_files
from tests.data.plans import files

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>&b;</Id></Activity></Activities>
</TrainingCenterDatabase>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<gpx version="1.1" creator="x"><trk><name>&x;</name></trk></gpx>"""


def refused(data: bytes, match: str) -> None:
    with pytest.raises(FileError, match=match):
        read_files([("file", data)])


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_xml_with_a_document_type_is_refused(data: bytes) -> None:
    refused(data, "document type")


def test_yaml_tags_and_aliases_are_refused() -> None:
    refused(b"---\nsessions: !!python/object/apply:os.system ['true']\n", "no tags")
    refused(b"---\na: &a [1, 2]\nb: [*a, *a, *a]\n", "by aliases")


def test_deep_nesting_is_refused() -> None:
    refused(b"[" * 100_000, "nested too deeply")
    refused(b"---\na: " + b"[" * 5000 + b"]" * 5000, "nested too deeply")


def test_what_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_module, "MOST_BYTES", 100_000)
    zeros = bytes(200_000)
    refused(files.zipped(("a.csv", zeros)), "larger than")
    refused(gzip.compress(zeros), "larger than")
    refused(files.zipped(("a.fit.gz", gzip.compress(zeros))), "larger than")
    monkeypatch.setattr(read_module, "MOST_BYTES_TOGETHER", 300_000)
    refused(files.zipped(*((f"{n}.csv", bytes(90_000)) for n in range(5))), "together")


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_module, "MOST_FILES", 3)
    refused(files.zipped(*((f"{n}.csv", b"x") for n in range(4))), "more than 3 files")


def test_a_damaged_archive_is_refused() -> None:
    whole = files.zipped(("a.csv", files.STRAVA))
    refused(whole[:-30], "cannot be opened")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("[Content_Types].xml", "<x/>")
    refused(packed.getvalue(), "damaged XLSX")


def test_a_cell_far_out_does_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        for row in (
            ("Date", "Sport", "Distance (km)"),
            ("2026-05-12", "Run", 8),
            ("2026-05-13", "Run"),
        ):
            sheet.append(row)
        sheet.cell(5_000, 400, "far out")
    packed = io.BytesIO()
    book.save(packed)
    tracemalloc.start()
    try:
        log = read_files([("plan.xlsx", packed.getvalue())])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [s.distance_m for s in log.sessions] == [8000.0, 8000.0, None, None]
    assert peak < 10_000 * 400 * 2  # a quarter of what the empty cells alone would take
