"""Every format, from small files made here: what goes in comes out, whatever the file is called."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import ezc3d
import numpy as np
import openpyxl
import pytest
import scipy.io

from data.errors import FileError, InputError
from data.movement import COCO, KEYPOINT_INDEX, KEYPOINTS, Movement, Options, read, read_all
from data.movement.movement import Movement as Noun
from data.movement.names import BODY_25, KINECT_20, MEDIAPIPE
from data.movement.opensim import write_trc
from data.movement.samples import wide_csv
from data.movement.video import frames
from tests.data.movement.people import FPS, moving

JOINTS = moving()
FRAMES = len(JOINTS)
PICTURE = np.stack([500 + 400 * JOINTS[..., 0], 900 - 400 * JOINTS[..., 1]], -1)
"""The person from the front in pixels, y down."""


def in_order(names: tuple[str, ...] | list[str], places: np.ndarray) -> np.ndarray:
    """Places of the keypoints in another set's order; zero for what we don't have."""
    aliases = {"left_foot_index": "left_big_toe", "right_foot_index": "right_big_toe"}
    result = np.zeros((len(places), len(names), places.shape[-1]))
    for i, name in enumerate(names):
        at = KEYPOINT_INDEX.get(aliases.get(name, name))
        if at is not None:
            result[:, i] = places[:, at]
    return result


def csv_in_metres() -> bytes:
    titles = ",".join(f"{n}_{a} (mm)" for n in COCO for a in "xyz")
    rows = [
        ",".join([f"{t / FPS}", *(f"{1000 * v:.3f}" for v in frame[:17].ravel())])
        for t, frame in enumerate(JOINTS)
    ]
    return "\n".join([f"time,{titles}", *rows]).encode()


def csv_long() -> bytes:
    rows = ["frame;time;joint;x;y;z"]
    for t, frame in enumerate(JOINTS):
        for name, place in zip(COCO, frame, strict=False):
            x, y, z = (f"{v:.4f}".replace(".", ",") for v in place)
            rows.append(f"{t};{t / FPS:.3f}".replace(".", ",") + f";{name};{x};{y};{z}")
    return "\n".join(rows).encode("utf-16")


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in csv_in_metres().decode().splitlines():
        cells = line.split(",")
        sheet.append([float(c) if c[0] in "-0123456789" else c for c in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def trc() -> bytes:
    movement = Noun("x", "TRC", np.arange(FRAMES) / FPS, "recorded", JOINTS, unit="m")
    return write_trc(movement).encode()


def openpose_zip() -> bytes:
    places = in_order(BODY_25, PICTURE)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for t in reversed(range(FRAMES)):
            keypoints = np.concatenate([places[t], (places[t, :, :1] > 0) * 0.9], 1)
            # A stranger far away who comes first in every other frame.
            stranger = keypoints + np.array([3000, 0, 0]) * (keypoints[:, 2:] > 0)
            people = [keypoints] if t < 3 else [stranger, keypoints][:: (-1) ** t]
            content = {"people": [{"pose_keypoints_2d": p.ravel().tolist()} for p in people]}
            archive.writestr(f"clip/frame_{t}.json", json.dumps({"version": 1.3, **content}))
    return file.getvalue()


def coco_json() -> bytes:
    sure = np.full((FRAMES, 17, 1), 2.0)
    keypoints = np.concatenate([PICTURE[:, :17], sure], -1)
    content = {
        "images": [{"id": 7 * t, "file_name": f"{t}.jpg"} for t in range(FRAMES)],
        "annotations": [
            {"image_id": 7 * t, "category_id": 1, "keypoints": frame.ravel().tolist()}
            for t, frame in enumerate(keypoints)
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO)}],
    }
    return json.dumps(content).encode()


def mediapipe_json() -> bytes:
    places = in_order(MEDIAPIPE, PICTURE / np.array([1600.0, 900.0]))
    frames = [
        {"keypoints": [{"x": x, "y": y, "z": 0.0, "visibility": 0.9} for x, y in frame]}
        for frame in places.tolist()
    ]
    return json.dumps(frames).encode()


def mediapipe_csv() -> bytes:
    places = in_order(MEDIAPIPE, PICTURE / np.array([1600.0, 900.0]))
    titles = [f"{axis}{n}" for n in range(1, 34) for axis in ("x", "y", "z", "v")]
    rows = []
    for frame in places:
        cells = np.concatenate([frame, np.zeros((33, 1)), np.full((33, 1), 0.9)], 1).ravel()
        rows.append(",".join(["up", *map(str, cells)]))
    return "\n".join([",".join(["class", *titles]), *rows]).encode()


def movenet_json() -> bytes:
    frames = [
        {"keypoints": [{"x": x, "y": y, "score": 0.8} for x, y in frame]}
        for frame in PICTURE[:, :17].tolist()
    ]
    return json.dumps(frames).encode()


def skeleton_mat() -> bytes:
    places = in_order(KINECT_20, JOINTS)
    file = io.BytesIO()
    scipy.io.savemat(file, {"d_skel": places.transpose(1, 2, 0)}, do_compression=True)
    return file.getvalue()


IN_SPACE: dict[str, Callable[[], bytes]] = {
    "CSV": csv_in_metres,
    "long CSV": csv_long,
    "XLSX": xlsx,
    "TRC": trc,
    "UTD-MHAD": skeleton_mat,
}
IN_PICTURES: dict[str, Callable[[], bytes]] = {
    "OpenPose": openpose_zip,
    "COCO": coco_json,
    "MoveNet": movenet_json,
}
SHARES = {"MediaPipe JSON": mediapipe_json, "MediaPipe CSV": mediapipe_csv}
KNEES = [KEYPOINT_INDEX["left_knee"], KEYPOINT_INDEX["right_knee"]]


@pytest.mark.parametrize("kind", IN_SPACE)
def test_a_file_in_space_gives_its_joints_in_metres(kind: str) -> None:
    movement = read("recording.dat", IN_SPACE[kind]())
    assert movement.unit == "m"
    assert movement.joints is not None
    np.testing.assert_allclose(movement.joints[:, KNEES], JOINTS[:, KNEES], atol=2e-3)


@pytest.mark.parametrize("kind", IN_PICTURES)
def test_keypoints_of_a_picture_stay_pixels_with_y_up(kind: str) -> None:
    movement = read("recording.dat", IN_PICTURES[kind](), Options(person=0))
    assert movement.unit == "px"
    assert movement.joints is not None
    np.testing.assert_allclose(movement.joints[:, KNEES], PICTURE[:, KNEES] * [1, -1], atol=0.1)


@pytest.mark.parametrize("kind", SHARES)
def test_shares_of_a_picture_become_picture_heights(kind: str) -> None:
    movement = read("recording.dat", SHARES[kind](), Options(aspect=16 / 9, fps=25))
    assert (movement.unit, movement.clock) == ("picture", "given")
    assert movement.fps == pytest.approx(25)
    assert movement.joints is not None
    expected = PICTURE[:, KNEES] / 900 * [1, -1]
    np.testing.assert_allclose(movement.joints[:, KNEES, :2], expected, atol=1e-3)


def test_the_athletes_height_turns_pixels_into_metres() -> None:
    movement = read("x", movenet_json(), Options(height=1.7))
    shank = np.linalg.norm(movement.joint("left_knee") - movement.joint("left_ankle"), axis=-1)
    assert movement.unit == "m"
    assert 0.35 < shank.max() < 0.5


def test_two_people_are_told_apart_and_the_one_seen_longest_comes_first() -> None:
    movement = read("x", openpose_zip())
    assert movement.people == 2
    assert np.nanmax(movement.joint("left_hip")[:, 0]) < 1000
    stranger = read("x", openpose_zip(), Options(person=1))
    assert np.nanmin(stranger.joint("left_hip")[:, 0]) > 3000
    assert stranger.missing[:3].all()


BVH = b"""HIERARCHY
ROOT Hips
{ OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
%s
}
MOTION
Frames: 6
Frame Time: 0.02
%s"""


def leg(side: bytes, x: int) -> bytes:
    return b"""JOINT %sUpLeg { OFFSET %d 0 0 CHANNELS 3 Zrotation Xrotation Yrotation
 JOINT %sLeg { OFFSET 0 -42 0 CHANNELS 3 Zrotation Xrotation Yrotation
  JOINT %sFoot { OFFSET 0 -42 0 CHANNELS 3 Zrotation Xrotation Yrotation
   End Site { OFFSET 0 -8 12 } } } }
 JOINT %sArm { OFFSET %d 50 0 CHANNELS 3 Zrotation Xrotation Yrotation
  JOINT %sForeArm { OFFSET 0 -32 0 CHANNELS 3 Zrotation Xrotation Yrotation
   End Site { OFFSET 0 -25 0 } } }""" % (side, x, side, side, side, 2 * x, side)


def bvh(frames: int = 6) -> bytes:
    channels = np.zeros((frames, 6 + 2 * 15))
    channels[:, 1] = 90
    channels[:, 6 + 3 + 1] = 90  # the left knee, about x: the shank turns back
    motion = b"\n".join(b" ".join(b"%g" % v for v in row) for row in channels)
    return BVH % (leg(b"Left", 10) + leg(b"Right", -10), motion)


def test_bvh_joints_follow_from_the_angles() -> None:
    movement = read("x", bvh())
    assert (movement.format, movement.unit, movement.fps) == ("BVH", "m", pytest.approx(50))
    np.testing.assert_allclose(movement.joint("left_knee")[0], [0.10, 0.48, 0], atol=1e-9)
    np.testing.assert_allclose(movement.joint("left_ankle")[0], [0.10, 0.48, -0.42], atol=1e-9)
    np.testing.assert_allclose(movement.joint("right_ankle")[0], [-0.10, 0.06, 0], atol=1e-9)


def test_a_bvh_file_that_ends_early_gives_what_is_there() -> None:
    movement = read("x", bvh(frames=6)[:-40])
    assert movement.frames == 5
    assert "announces 6 frames" in " ".join(map(str, movement.notes))


def mot() -> bytes:
    rows = "\n".join(f"{t / 50}\t{t}\t0.9" for t in range(8))
    head = "Coordinates\ninDegrees=yes\nendheader\ntime\tknee_angle_r\tpelvis_ty"
    return f"{head}\n{rows}\n".encode()


def test_mot_gives_joint_angles_alone() -> None:
    movement = read("x", mot())
    assert movement.joints is None
    assert movement.angles is not None
    assert movement.angles.names == ("knee_angle_r",)
    assert movement.angles.values[3, 0] == 3


def imu() -> bytes:
    rows = "\n".join(f"{t / 100},0,0,1,180,0,0" for t in range(10))
    titles = "time,acc_x (g),acc_y (g),acc_z (g),gyr_x (deg/s),gyr_y (deg/s),gyr_z (deg/s)"
    return f"{titles}\n{rows}\n".encode()


def test_inertial_signals_come_in_si_units() -> None:
    movement = read("x", imu())
    assert movement.inertial is not None
    assert movement.inertial.acceleration[0, 0] == pytest.approx([0, 0, 9.80665])
    assert movement.inertial.rotation[0, 0] == pytest.approx([np.pi, 0, 0])
    assert movement.fps == pytest.approx(100)


def test_a_header_that_disagrees_is_named_in_a_note() -> None:
    movement = read("x", trc().replace(f"\t{FRAMES}\t".encode(), b"\t999\t"))
    assert movement.frames == FRAMES
    assert "NumFrames 999" in " ".join(map(str, movement.notes))


def test_a_zip_gives_each_recording_or_why_not() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a/one.bvh", bvh())
        archive.writestr("a/two.json", "[" * 10_000)
        archive.writestr("README", "what this is")
    found = dict(read_all("all.zip", file.getvalue()))
    assert isinstance(found["all.zip/a/one.bvh"], Movement)
    assert isinstance(found["all.zip/a/two.json"], FileError)
    assert len(found) == 2


def zip_of(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def few_joints(count: int) -> bytes:
    titles = ",".join(f"p{n}_{axis}" for n in range(count) for axis in "xy")
    row = ",".join(["1.5"] * 2 * count)
    return "\n".join([titles, *[row] * 10]).encode()


BAD = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": bytes(range(256)) * 8,
    "text": b"hello there",
    "wrong encoding": csv_in_metres().decode().encode("utf-16")[2:],
    "only missing": few_joints(17).replace(b"1.5", b"nan"),
    "one frame": b"\n".join(csv_in_metres().splitlines()[:2]),
    "3 joints": few_joints(3),
    "500 joints": few_joints(500),
    "deep JSON": b"[" * 10_000,
    "cut JSON": movenet_json()[:-100],
    "cut mat": skeleton_mat()[:-100],
    "cut workbook": xlsx()[:-500],
    "a huge claim": b"\x02\x50" + b"\x60\x00\x00\x00\x01\x00\xff\xff" + bytes(502) + bytes(512),
    "a zip bomb": zip_of("a.csv", bytes(50 << 20)),
    "a name that climbs": zip_of("../../etc/passwd", b"x"),
    "zips within": zip_of("a.zip", zip_of("b.zip", zip_of("c.zip", b"x"))),
    "a video that is none": b"\0\0\0\x18ftypmp42" + bytes(2000),
    "backwards": b"\n".join(
        [csv_in_metres().splitlines()[0], *csv_in_metres().splitlines()[:0:-1]]
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_plain_sentence(kind: str) -> None:
    with pytest.raises(InputError) as caught:
        read("recording", BAD[kind])
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_every_keypoint_has_a_mirror_image() -> None:
    from data.movement.names import MIRRORED

    assert sorted(MIRRORED) == list(range(len(KEYPOINTS)))
    assert MIRRORED[KEYPOINT_INDEX["left_heel"]] == KEYPOINT_INDEX["right_heel"]


def test_samples_can_be_read() -> None:
    from data.movement.samples import FOLDER

    for path in (*FOLDER.glob("*.csv"), *FOLDER.glob("*.trc")):
        assert read(path.name, path.read_bytes()).unit == "m"
    assert wide_csv(JOINTS[:1]).startswith("time_s,nose_x_m")


def c3d(folder: Path) -> bytes:
    names = [name for name in COCO if not name.endswith(("_eye", "_ear"))]
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [FPS]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = names
    places = JOINTS[:, [KEYPOINT_INDEX[name] for name in names]][..., [2, 0, 1]]  # z up
    points = np.ones((4, len(names), FRAMES))
    points[:3] = 1000 * places.transpose(2, 1, 0)
    file["data"]["points"] = points
    file.write(str(folder / "x.c3d"))
    return (folder / "x.c3d").read_bytes()


def test_c3d_markers_become_joints_in_metres(tmp_path: Path) -> None:
    data = c3d(tmp_path)
    movement = read("x", data)
    assert (movement.format, movement.fps) == ("C3D", pytest.approx(FPS))
    np.testing.assert_allclose(movement.joint("left_knee"), JOINTS[:, KNEES[0]], atol=1e-3)
    with pytest.raises(FileError):
        read("x", data[: len(data) // 2])


def test_a_video_needs_a_model_and_says_so() -> None:
    with pytest.raises(FileError, match="pose model"):
        read("clip.mp4", b"\0\0\0\x18ftypmp42" + bytes(100))


def test_video_frames_come_with_their_times(tmp_path: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "x.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 20, (64, 48))
    for _ in range(6):
        writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    decoded = list(frames("x", (tmp_path / "x.avi").read_bytes()))
    assert [seconds for seconds, _ in decoded] == pytest.approx([n / 20 for n in range(6)])
    assert decoded[0][1].shape == (48, 64, 3)
    with pytest.raises(FileError, match="cannot be decoded"):
        list(frames("x", b"\0\0\0\x18ftypmp42" + bytes(100)))
