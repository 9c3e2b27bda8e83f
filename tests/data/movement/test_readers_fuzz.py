"""Whatever bytes come, a reader gives a movement or an InputError."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.movement import Options, read
from data.movement.read import format_of
from tests import films
from tests.data.movement import test_readers as made

GOOD = [
    *(make() for make in made.IN_SPACE.values()),
    *(make() for make in made.IN_PICTURES.values()),
    *(make() for make in made.SHARES.values()),
    made.bvh(),
    made.mot(),
    made.imu(),
]
HEADS = (
    b"HIERARCHY\nROOT a {",
    b"PathFileType\t4\n",
    b"Coordinates\nendheader\ntime\ta\n",
    b"MATLAB 5.0 MAT-file".ljust(126) + b"IM",
    b"PK\x03\x04",
    b"\x02\x50",
    b'{"people": [',
    b'[{"keypoints": ',
    b"time,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z\n",
    b"RIFF\0\0\0\0AVI ",
    b"",
)
LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@LIGHT
@given(st.sampled_from(HEADS), st.binary(max_size=1500))
def test_random_bytes_after_a_known_beginning(head: bytes, rest: bytes) -> None:
    with suppress(InputError):
        read("fuzz", head + rest)


@LIGHT
@given(st.sampled_from(GOOD), st.data())
def test_good_files_with_pieces_changed_or_cut_off(good: bytes, data: st.DataObject) -> None:
    changed = damaged(good, data)
    with suppress(InputError):
        read("fuzz", changed, Options(person=data.draw(st.sampled_from([None, 3]))))


def damaged(good: bytes, data: st.DataObject) -> bytes:
    """A file of which up to four pieces are others, and perhaps the end is missing."""
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + 3] = data.draw(st.binary(max_size=6))
        if not changed:
            break
    return bytes(changed[: data.draw(st.integers(len(changed) // 2, len(changed)))])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A video, and the model that finds the body in it."""
    folder = tmp_path_factory.mktemp("film")
    films.write(folder / "x.avi", films.squat_places(6), "MJPG")
    return (folder / "x.avi").read_bytes(), str(films.write_model(folder))


@pytest.fixture(scope="module")
def markers(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made.c3d(tmp_path_factory.mktemp("c3d"))


FEW = settings(LIGHT, max_examples=25)


@FEW
@given(data=st.data())
def test_videos_with_pieces_changed_or_cut_off(
    film: tuple[bytes, str], data: st.DataObject
) -> None:
    good, model = film
    with suppress(InputError):
        read("fuzz", damaged(good, data), Options(model=model))


@FEW
@given(data=st.data())
def test_pose_models_with_pieces_changed_or_cut_off(
    film: tuple[bytes, str], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good, model = film
    file = tmp_path_factory.mktemp("model") / "x.onnx"
    file.write_bytes(damaged(Path(model).read_bytes(), data))
    with suppress(InputError):
        read("fuzz", good, Options(model=str(file)))


@FEW
@given(data=st.data())
def test_c3d_with_pieces_changed_or_cut_off(markers: bytes, data: st.DataObject) -> None:
    with suppress(InputError):
        read("fuzz", damaged(markers, data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["people", "keypoints", "pose_keypoints_2d", "x", "y", "image_id"])
            | st.sampled_from(["annotations", "images", "id", "frames", "Frames", "landmarks"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@LIGHT
@given(json_values)
def test_any_json(value: object) -> None:
    import json

    with suppress(InputError):
        read("fuzz", json.dumps(value).encode())


@pytest.mark.parametrize("claim", [(0xFFFF, 0xFFFF, 1, 0xFFFF), (40, 0, 1, 60_000)])
def test_a_c3d_header_that_claims_too_much_is_refused(claim: tuple[int, ...]) -> None:
    header = b"\x02\x50" + struct.pack("<4H", *claim) + bytes(502) + bytes(3) + b"\x54"
    data = header.ljust(2048, b"\0")
    assert format_of(data) == "C3D"
    with pytest.raises(InputError):
        read("claim.c3d", data)
