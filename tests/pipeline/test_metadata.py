"""PNG files that know how they were made."""

from __future__ import annotations

import io
import json
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from data.scenes.posed import JOINTS
from pipeline.errors import InputError, PictureError
from pipeline.metadata import KEY, from_png, request_of, to_png
from pipeline.record import figure_from_json, figure_to_json, request_from_json, request_to_json
from pipeline.request import Prompt, Request, Result, Steps


def png(**text: str) -> bytes:
    """A small PNG with text chunks."""
    info = PngImagePlugin.PngInfo()
    for name, value in text.items():
        info.add_itxt(name, value)
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_a_picture_gives_back_its_request_and_pixels(result: Result) -> None:
    data = to_png(result)
    assert request_of(data) == result.request
    np.testing.assert_array_equal(from_png(data), result.picture)
    np.testing.assert_array_equal(from_png(to_png(result, "base")), result.stages["base"])


def test_a_request_with_a_given_pose_survives_exactly(figure) -> None:
    asked = Request(Prompt("a run"), 3, 2, 1.5, Steps(1, 2, 3), 64, figure=figure)
    back = request_from_json(json.loads(json.dumps(request_to_json(asked), allow_nan=False)))
    assert back.steps == asked.steps
    assert back.figure is not None
    np.testing.assert_array_equal(back.figure.joints, figure.joints)
    np.testing.assert_array_equal(back.figure.lines, figure.lines)
    assert back.figure.props[0].kind == "basketball"
    np.testing.assert_array_equal(back.figure.props[0].side, figure.props[0].side)
    assert np.isnan(back.figure.horizon)
    assert back.figure.joints.dtype == np.float32


FOREIGN = {
    "empty": (b"", "no PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0 a JPEG", "no PNG"),
    "signature alone": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "half a header": (header(2, 2)[:40], "damaged"),
    "bomb": (header(60_000, 60_000), "60000 × 60000"),
    "wide bomb": (header(2**31 - 1, 1), "million"),
    "no text": (png(), "doesn't say"),
    "half a record": (png(trainsight="{"), "damaged"),
    "another record": (png(trainsight="[]"), "damaged"),
    "deep record": (png(trainsight="[" * 100_000), "damaged"),
    "no graph": (png(prompt="{}"), "damaged"),
    **{
        f"record with {settings}": (
            png(trainsight=json.dumps({"request": {"prompt": "a run", "version": 1} | settings})),
            says,
        )
        for settings, says in (
            ({"prompt": ""}, "empty"),
            ({"version": 99}, "version 99"),
            ({"seed": -1}, "seed"),
            ({"steps": 3}, "steps"),
        )
    },
}


@pytest.mark.parametrize(("data", "says"), FOREIGN.values(), ids=FOREIGN)
def test_other_files_get_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        request_of(data)
    assert says in str(caught.value)


def test_pixels_of_a_bomb_are_never_decoded() -> None:
    with pytest.raises(PictureError):
        from_png(header(60_000, 60_000))


def test_truncated_pixels_are_damage(result: Result) -> None:
    with pytest.raises(PictureError):
        from_png(to_png(result)[:-5000])


@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_are_read_or_refused_in_words(noise: bytes, place: int) -> None:
    good = png(**{KEY: '{"request": {"prompt": "a run", "version": 1}}'})
    for data in (noise, good[:place] + noise + good[place + len(noise) :]):
        for read in (request_of, from_png):
            with suppress(InputError):
                read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    JSON,
    st.sampled_from(["joints", "props", "lines", "horizon", "depth", "outlines", "decor", None]),
)
def test_any_pose_is_read_or_refused_in_words(value: object, name: str | None) -> None:
    joints = np.zeros((1, len(JOINTS), 2)).tolist()
    record = {"joints": joints} | {name: value} if name else value
    with suppress(InputError):
        figure_from_json(record)


def test_figures_round_trip(figure) -> None:
    assert figure_to_json(figure_from_json(figure_to_json(figure))) == figure_to_json(figure)


def test_automatic1111_settings_are_read() -> None:
    text = (
        "a woman sprints\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 99, Size: 512x512"
    )
    request = request_of(png(parameters=text))
    assert (request.prompt.text, request.seed) == ("a woman sprints", 99)


def test_comfyui_settings_are_read() -> None:
    graph = {
        "3": {"class_type": "KSampler", "inputs": {"seed": 2**40 + 5, "positive": ["6", 0]}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a goalkeeper"}},
    }
    request = request_of(png(prompt=json.dumps(graph)))
    assert (request.prompt.text, request.seed) == ("a goalkeeper", 5 + 2**40 % 2**32)
