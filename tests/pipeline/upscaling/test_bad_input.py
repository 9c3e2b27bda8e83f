"""Every file that people drop by mistake: a sentence each, and the rest of the batch goes on."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.imaging import read
from pipeline.errors import StudioError
from pipeline.runtime import Runtime
from pipeline.super_resolution import Opened, Source, Upscaling, upscale


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))


def noise(side: int = 40) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8))


def coded(kind: str, image: Image.Image | None = None, **settings: object) -> bytes:
    file = io.BytesIO()
    (image or noise()).save(file, kind, **settings)
    return file.getvalue()


def half(kind: str) -> bytes:
    whole = coded(kind)
    return whole[: len(whole) // 2]


def huge(side: int = 30_000) -> bytes:
    """A PNG whose header promises more pixels than anyone has memory for."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = chunk(b"IHDR", struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (24, 24), (shade, 0, 0)) for shade in (40, 220)]
    return coded(kind, frames[0], save_all=True, append_images=frames[1:], lossless=True)


REFUSED = {
    "empty.png": (b"", "empty"),
    "page.png": (b"<!DOCTYPE html><html><body>404</body></html>", "no picture"),
    "huge.png": (huge(), "million"),
    "half.png": (half("PNG"), "cut off|no picture"),
    "half.jpg": (half("JPEG"), "cut off|no picture"),
    "half.webp": (half("WEBP"), "cut off|no picture"),
    "half.tif": (half("TIFF"), "cut off|no picture"),
    "half.gif": (half("GIF"), "cut off|no picture"),
    "noise.jpg": (bytes(range(256)) * 8, "no picture"),
    "archive.png": (b"PK\x03\x04" + bytes(60), "no picture"),
}

TAKEN = {
    "really-a-jpeg.png": coded("JPEG"),
    "really-a-png.jpg": coded("PNG"),
    "dot.png": coded("PNG", Image.new("RGB", (1, 1), (9, 99, 200))),
    "moving.gif": moving("GIF"),
    "moving.webp": moving("WEBP"),
}


def test_each_bad_file_is_one_sentence_and_all_good_ones_are_enlarged(weights: Path) -> None:
    sources = [Source(name, data) for name, (data, _) in REFUSED.items()]
    sources += [Source(name, data) for name, data in TAKEN.items()]
    sources = sources[1::2] + sources[::2]  # mixed
    runtime = Runtime(device="cpu", weights=weights)
    request = Upscaling(tuple(sources), ("bicubic", "fast"), scale=2)
    events = list(upscale(request, runtime))
    failures = {
        sources[e.picture].name: str(e.value) for e in events if isinstance(e.value, StudioError)
    }
    assert set(failures) == set(REFUSED)
    for name, sentence in failures.items():
        assert name in sentence
        assert "\n" not in sentence
        assert "Traceback" not in sentence
    results = [e.result for e in events if e.result is not None]
    assert {r.name for r in results} == set(TAKEN)
    assert len(results) == 2 * len(TAKEN)
    opened = {e.value.name: e.value for e in events if isinstance(e.value, Opened)}
    for name in ("moving.gif", "moving.webp"):
        assert "2 pictures" in str(opened[name].notes[0])
        first = next(r for r in results if r.name == name)
        assert read(name, first.file.read_bytes()).pixels[..., 0].max() < 60


@pytest.mark.parametrize("name", REFUSED)
def test_the_sentence_says_what_is_wrong(name: str) -> None:
    data, says = REFUSED[name]
    with pytest.raises(StudioError, match=says):
        read(name, data)


def test_a_huge_header_costs_no_memory() -> None:
    data = huge()
    tracemalloc.start()
    try:
        with pytest.raises(StudioError):
            read("huge.png", data)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
