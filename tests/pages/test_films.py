"""Videos that a browser fetches again, in pieces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.components import films

MP4, WEBM = b"\0\0\0\x18ftypmp42" + bytes(range(200)), b"\x1aE\xdf\xa3" + bytes(50)


@pytest.fixture
def client() -> Iterator[TestClient]:
    films._held.clear()
    yield TestClient(Starlette(routes=films.routes()))
    films._held.clear()


def test_pieces_of_a_video_are_what_was_asked_for(client: TestClient) -> None:
    films.hold("study", MP4)
    where = films.address("study")
    assert where is not None
    whole = client.get(where)
    assert (whole.status_code, whole.content) == (200, MP4)
    assert whole.headers["content-type"] == "video/mp4"
    assert "no-store" in whole.headers["cache-control"]
    for asked, first, last in (
        ("0-", 0, 211),
        ("10-19", 10, 19),
        ("-5", 207, 211),
        ("200-999", 200, 211),
    ):
        piece = client.get(where, headers={"Range": f"bytes={asked}"})
        assert piece.status_code == 206
        assert piece.content == MP4[first : last + 1]
        assert piece.headers["content-range"] == f"bytes {first}-{last}/212"
    beyond = client.get(where, headers={"Range": "bytes=500-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */212")


def test_addresses_cannot_be_guessed_and_are_forgotten(client: TestClient) -> None:
    films.hold("first", MP4)
    first = films.address("first")
    assert first is not None
    assert client.get("/films/first").status_code == 404
    for n in range(films.KEPT):
        films.hold(str(n), WEBM)
    assert films.address("first") is None
    assert client.get(first).status_code == 404


def test_what_no_browser_plays_is_not_held(client: TestClient) -> None:
    films.hold("avi", b"RIFF\0\0\0\0AVI " + bytes(20))
    films.hold("csv", b"time,x\n")
    assert films.address("avi") is films.address("csv") is films.address(None) is None
