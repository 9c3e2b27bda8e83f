"""Results on disk."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import results
from pipeline.errors import StorageError
from pipeline.events import Event
from pipeline.record import result_to_json
from pipeline.request import Result
from pipeline.results import Results, file_name, workspace


@pytest.fixture
def store(tmp_path: Path) -> Results:
    return Results(tmp_path / "results")


def test_a_saved_result_comes_back_whole(store: Results, result: Result) -> None:
    back = store.load(store.save(result))
    assert result_to_json(back) == result_to_json(result)
    np.testing.assert_array_equal(back.picture, result.picture)
    assert list(back.stages) == ["base", "sr256"]
    np.testing.assert_array_equal(back.stages["base"], result.stages["base"])


def test_nothing_is_created_before_the_first_save(store: Results) -> None:
    assert store.ids() == []
    assert not store.folder.exists()


def test_the_newest_comes_first(store: Results, result: Result) -> None:
    older = replace(result, created="2025-12-31T23:59:59+01:00")
    ids = [store.save(older), store.save(result)]
    assert store.ids() == ids[::-1]


def test_file_names_sort_and_explain(result: Result) -> None:
    assert file_name(result) == "basketball-shot_release_seed7_256.png"
    assert file_name(result, "base") == "basketball-shot_release_seed7_64.png"


@pytest.mark.parametrize("bad", ["", "..", "../results", "nothing", "/etc"])
def test_what_is_not_there_is_said(store: Results, result: Result, bad: str) -> None:
    store.save(result)
    with pytest.raises(StorageError):
        store.load(bad)


@pytest.mark.parametrize("name", ["result.json", "sr256.png"])
def test_damage_is_said(store: Results, result: Result, name: str) -> None:
    id_ = store.save(result)
    file = store.folder / id_ / name
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(StorageError, match="damaged"):
        store.load(id_)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "mkdir", "open", "rename"])
def test_a_full_disk_leaves_nothing_behind(
    store: Results, result: Result, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    kept = store.save(result)
    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, full)
        with pytest.raises(StorageError, match="full"):
            store.save(result)
    assert [p.name for p in store.folder.iterdir()] == [kept]
    store.load(kept)


def test_a_full_disk_loses_no_finished_picture(
    store: Results, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)

    def events() -> Iterator[Event]:
        yield Event("base", 0.5, result=result)
        yield Event("base", 1.0, result=result)

    kept = store.keep(events())
    assert [next(kept).result, next(kept).result] == [result, result]
    with pytest.raises(StorageError, match="full"):
        next(kept)


def test_kept_events_name_what_was_saved(store: Results, result: Result) -> None:
    preview, done = store.keep(iter([Event("base", 0.5), Event("base", 1.0, result=result)]))
    assert preview.value is None
    assert store.ids() == [done.value]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, result: Result) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StorageError, match="could not be written"):
        Results(file / "results").save(result)


def test_what_a_killed_process_was_writing_is_never_seen(
    store: Results, result: Result, tmp_path: Path
) -> None:
    """Saves in a loop in another process, kills it in mid-write, and reads all it left."""
    kept = store.save(result)
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from pipeline.results import Results
        store = Results(Path(sys.argv[1]))
        result = store.load(sys.argv[2])
        while True:
            print(store.save(result), flush=True)
    """)
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(store.folder), kept],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert writer.stdout is not None
    reported = [writer.stdout.readline().decode().strip() for _ in range(3)]
    while not list(store.folder.glob(".*.part")):
        assert writer.poll() is None
    writer.kill()
    reported += writer.stdout.read().decode().split()
    writer.wait()
    assert {kept, *reported} <= set(store.ids())
    for id_ in store.ids():
        assert store.load(id_).attributes == result.attributes


def test_old_leftovers_are_removed(store: Results, result: Result) -> None:
    old, fresh = store.folder / ".old.part", store.folder / ".fresh.part"
    for part in (old, fresh):
        part.mkdir(parents=True)
    os.utime(old, (time.time() - 7200,) * 2)
    store.save(result)
    assert not old.exists()
    assert fresh.exists()


def test_the_workspace_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    assert workspace() == tmp_path
    assert Results().folder == tmp_path / "results"
    monkeypatch.delenv("TRAINSIGHT_HOME")
    assert workspace() == Path(results.__file__).parents[1] / "var"


def test_a_stages_file_is_given_as_it_lies_there(store: Results, result: Result) -> None:
    id_ = store.save(result)
    assert store.file(id_, "sr256") == (store.folder / id_ / "sr256.png").read_bytes()
    for bad, stage in ((id_, "sr1024"), ("..", "x"), (id_, "../x"), ("", "x"), ("a/b", "x")):
        with pytest.raises(StorageError):
            store.file(bad, stage)
