"""Results found again, and what is left after a kill."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import InputError, StorageError
from pipeline.events import Event
from pipeline.gallery import INDEX, Gallery
from pipeline.hub.model import HubModel
from pipeline.request import Prompt, Result
from pipeline.results import Results, workspace, workspaces


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "home")


@pytest.fixture
def squat(result: Result) -> Result:
    return replace(
        result,
        request=replace(result.request, prompt=Prompt("A STRONG man squats"), seed=3),
        attributes={"action": "squat", "phase": "squat/bottom", "top_colour": "red"},
        created="2026-02-01T08:00:00+01:00",
    )


def test_nothing_is_created_by_looking(gallery: Gallery) -> None:
    assert gallery.find() == ([], 0)
    assert gallery.space().used == 0
    assert not gallery.folder.exists()


def test_what_was_saved_is_found_with_a_thumbnail(gallery: Gallery, result: Result) -> None:
    id_ = gallery.save(result)
    (item,), total = gallery.find()
    assert (item.id, item.prompt, item.seed, item.size) == (id_, result.request.prompt.text, 7, 256)
    assert total == 1
    assert item.whole
    assert not item.favourite
    assert item.bytes == sum(p.stat().st_size for p in (gallery.results.folder / id_).iterdir())
    assert Image.open(BytesIO(gallery.thumbnails([id_])[id_])).size == (256, 256)


def test_what_the_command_line_saved_is_found_too(gallery: Gallery, result: Result) -> None:
    id_ = Results(gallery.results.folder).save(result)
    assert [item.id for item in gallery.find()[0]] == [id_]
    assert gallery.thumbnails([id_])


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", 2),
        ("strong", 1),
        ("Strong SQUATS", 1),
        ("strong basketball", 0),
        ("篮球", 1),
        ("red", 1),
        ("basketball", 1),
        ("ed", 0),  # no word begins so, and no sentence has it
        ("%", 0),
        ("' OR 1 --", 0),
    ],
)
def test_words_are_searched_in_sentences_and_values(
    gallery: Gallery, result: Result, squat: Result, text: str, fits: int
) -> None:
    gallery.save(result)
    gallery.save(squat)
    assert gallery.find(text)[1] == fits


def test_an_open_model_is_found_by_its_name(gallery: Gallery, squat: Result) -> None:
    model = HubModel("maker/Painter-XL", control="pose/openpose")
    drawn = replace(
        squat,
        request=replace(squat.request, model=model, fixed={}),
        attributes={"action": "squat"},
    )
    gallery.save(squat)
    id_ = gallery.save(drawn)
    for text in ("painter", "openpose squats"):
        assert [item.id for item in gallery.find(text)[0]] == [id_]
    assert gallery.find("painter")[0][0].phase == "squat"


def test_names_of_values_may_be_given(gallery: Gallery, squat: Result) -> None:
    gallery.save(squat)
    assert gallery.find("深蹲", names={("action", "squat"): "squat 深蹲"})[1] == 1
    assert gallery.find("深蹲")[1] == 0


def test_attributes_favourites_and_pages_narrow(
    gallery: Gallery, result: Result, squat: Result
) -> None:
    first, second = gallery.save(result), gallery.save(squat)
    assert gallery.find(where={"action": ["squat"], "venue": []})[0][0].id == second
    assert gallery.values()["action"] == {"basketball_shot": 1, "squat": 1}
    gallery.favourite(first)
    assert [item.id for item in gallery.find(favourites=True)[0]] == [first]
    gallery.favourite(first, False)
    assert gallery.find(favourites=True)[1] == 0
    assert [item.id for item in gallery.find(limit=1)[0]] == [second]
    assert [item.id for item in gallery.find(limit=1, offset=1)[0]] == [first]
    assert [item.id for item in gallery.items([first, "gone", second])] == [first, second]


def test_delete_leaves_no_trace(gallery: Gallery, result: Result, squat: Result) -> None:
    secret = replace(squat, request=replace(squat.request, prompt=Prompt("Zaphod squats")))
    kept, gone = gallery.save(result), gallery.save(secret)
    gallery.delete([gone])
    assert [item.id for item in gallery.find()[0]] == [kept]
    assert not gallery.thumbnails([gone])
    for file in gallery.folder.rglob("*"):
        assert gone not in file.name
        assert not file.is_file() or b"Zaphod" not in file.read_bytes()
    gallery.delete([gone])  # twice is no error


@pytest.mark.parametrize("bad", ["..", "../results", "/etc", ".hidden"])
def test_nothing_else_can_be_deleted(gallery: Gallery, result: Result, bad: str) -> None:
    gallery.save(result)
    with pytest.raises(StorageError):
        gallery.delete([bad])
    assert gallery.find()[1] == 1


def test_a_damaged_result_is_shown_so_that_it_can_be_deleted(
    gallery: Gallery, result: Result
) -> None:
    id_ = gallery.results.save(result)
    for file in (gallery.results.folder / id_).iterdir():
        file.write_bytes(b"{")
    (item,), _total = gallery.find()
    assert not item.whole
    assert gallery.thumbnails([id_]) == {}
    gallery.delete([id_])
    assert gallery.find()[1] == 0


def test_a_damaged_index_is_made_anew(gallery: Gallery, result: Result) -> None:
    gallery.save(result)
    (gallery.folder / INDEX).write_bytes(b"nonsense" * 1000)
    assert gallery.find()[1] == 1


def test_beyond_the_quota_results_are_passed_on_but_not_kept(
    gallery: Gallery, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.save(result)
    assert not gallery.space().tight or gallery.space().free < 1 << 30
    monkeypatch.setenv("TRAINSIGHT_QUOTA_GB", "0.0001")
    assert gallery.space().tight

    def events() -> Iterator[Event]:
        yield Event("base", 1.0, result=result)

    kept = gallery.keep(events())
    assert next(kept).result is result
    with pytest.raises(StorageError, match="full"):
        next(kept)
    assert gallery.find()[1] == 1


def test_an_index_that_cannot_be_written_loses_no_result(
    gallery: Gallery, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gallery, "_remember_thumbnail", _locked)
    id_ = gallery.save(result)
    monkeypatch.undo()
    assert [item.id for item in gallery.find()[0]] == [id_]


def _locked(*_: object) -> None:
    raise sqlite3.OperationalError("database is locked")


def test_a_kill_in_mid_write_loses_no_finished_result(
    gallery: Gallery, result: Result, tmp_path: Path
) -> None:
    """Saves and marks favourites in a loop in another process, and kills it in mid-write."""
    first = gallery.save(result)
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from pipeline.gallery import Gallery
        gallery = Gallery(Path(sys.argv[1]))
        result = gallery.results.load(sys.argv[2])
        while True:
            id_ = gallery.save(result)
            gallery.favourite(id_)
            print(id_, flush=True)
    """)
    for _attempt in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", script, str(gallery.folder), first],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        reported = [writer.stdout.readline().decode().strip() for _ in range(2)]
        while not list(gallery.results.folder.glob(".*.part")):
            assert writer.poll() is None
        writer.kill()
        reported += writer.stdout.read().decode().split()
        writer.wait()

        again = Gallery(gallery.folder)
        found = {item.id: item for item in again.find(limit=10_000)[0]}
        assert {first, *reported} <= found.keys()
        assert all(found[id_].favourite for id_ in reported)
        assert found.keys() == set(again.thumbnails(list(found)))
        for id_ in found:
            assert again.results.load(id_).attributes == result.attributes
        with sqlite3.connect(gallery.folder / INDEX) as index:
            assert index.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert index.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_workspaces_are_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Result
) -> None:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    assert workspaces() == []
    Gallery(workspace("U16 girls")).save(result)
    Gallery(workspace("田径队")).save(result)
    assert workspaces() == ["U16 girls", "田径队"]
    assert Gallery().find()[1] == 0
    assert Gallery(workspace("U16 girls")).find()[1] == 1
    assert json.loads((next(tmp_path.rglob("result.json"))).read_bytes())


@pytest.mark.parametrize("bad", ["..", "a/b", "a\\b", ".x", " x", "x" * 41, "a\0b", "a\nb"])
def test_what_is_no_name_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="cannot be called"):
        workspace(bad)
