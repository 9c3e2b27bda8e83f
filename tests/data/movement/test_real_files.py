"""Files from other people's programs; skipped where they are not there.

TRAINSIGHT_MOVEMENT_DATA names a folder with ``formats/`` and ``cmu.zip``.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from data.movement import Options, read
from data.movement.keypoints import read_frames

FOLDER = Path(os.environ.get("TRAINSIGHT_MOVEMENT_DATA", "../shared/data/movement"))
pytestmark = pytest.mark.skipif(
    not (FOLDER / "formats").is_dir(),
    reason=f"no real files in {FOLDER}: set TRAINSIGHT_MOVEMENT_DATA",
)
EXPECTED = {
    "trc/*butterworth.trc": ("TRC", 100, "m"),
    "trc/Standing_for_Scaling.trc": ("TRC", 25, "m"),
    "mot/*.mot": ("MOT", 100, "unknown"),
    "c3d/kinematics_tennis_serve.c3d": ("C3D", 1092, "m"),
    "c3d/kinematics_tennis_serve.csv": ("CSV", 1092, "m"),
    "mediapipe_csv/squat.csv": ("CSV", 853, "picture"),
    "mediapipe_json/*.json": ("MediaPipe JSON", 61, "picture"),
    "movenet_json/*.json": ("MoveNet JSON", 61, "px"),
    "coco_json/*.json": ("COCO JSON", 77, "unknown"),
}


@pytest.mark.parametrize("pattern", EXPECTED)
def test_a_real_file_is_read(pattern: str) -> None:
    (path,) = (FOLDER / "formats").glob(pattern)
    movement = read("recording", path.read_bytes())
    assert (movement.format, movement.frames, movement.unit) == EXPECTED[pattern]


def test_real_openpose_frames_are_one_movement_of_the_person_seen_longest() -> None:
    files = sorted((FOLDER / "formats/openpose_json_two_people").glob("*.json"))
    movement = read_frames("clip", [(f.name, f.read_bytes()) for f in files], Options())
    assert movement.frames == 100
    assert movement.people >= 2


def test_real_bvh_is_scaled_to_a_person() -> None:
    if not (FOLDER / "cmu.zip").exists():
        pytest.skip("no cmu.zip")
    with zipfile.ZipFile(FOLDER / "cmu.zip") as archive:
        movement = read("x", archive.read("cmu/02_01.bvh"))
    assert movement.unit == "m"
    assert movement.joint("mid_hip")[0, 1] == pytest.approx(0.94, abs=0.1)
