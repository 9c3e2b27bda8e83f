"""Video: frames with their true times, upright, and the body in them by a user's own pose model.

The studio ships no pose model; :mod:`data.movement.people` says which can be brought.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from data.errors import FileError
from data.movement.assemble import movement_of
from data.movement.movement import Movement, Options, Points
from data.movement.names import BY_COUNT
from data.movement.people import LEAST_SURE, SURE, people_finder
from data.movement.tracking import choose, track
from data.notes import note

MOST_FRAMES = 40_000
MOST_PIXELS = 8192 * 4320


def read_video(name: str, data: bytes, options: Options) -> Movement:
    """The movement of a person in a video. Raises FileError, also when there is no model."""
    if options.model is None:
        raise FileError(
            "{name} is a video, and finding the body in it takes a pose model, which the studio "
            "does not bring along. Download RTMPose as ONNX (github.com/open-mmlab/mmpose, "
            "projects/rtmpose) and put it into the folder pose_models of the studio's workspace, "
            "or give its path with --model.",
            name=name,
        )
    find = people_finder(options.model, options.detector)
    times, people = [], []
    for seconds, picture in frames(name, data):
        times.append(seconds)
        people.append(find(picture, seconds))
    if not any((pose[:, 2] > SURE).sum() >= LEAST_SURE for found in people for pose in found):
        raise FileError("{name} shows no person that the pose model finds.", name=name)
    alone = all(len(found) == 1 for found in people)
    tracks = [np.concatenate(people)] if alone else track(people)
    person, remarks = choose(len(tracks), options)
    found = tracks[person]
    points = Points(tuple(BY_COUNT[found.shape[1]]), found[..., :2], found[..., 2], "px")
    remark = note("Joints were found in the video by {model}.", model=Path(options.model).name)
    return movement_of(
        name,
        "video",
        points,
        options,
        times=np.array(times),
        people=len(tracks),
        person=person,
        notes=[remark, *remarks],
    )


def frames(name: str, data: bytes) -> Iterator[tuple[float, np.ndarray]]:
    """Each frame as (seconds, picture (height, width, 3) uint8 in RGB), turned as it was held.

    Times are the container's own, so that a phone's varying frame rate stays true. Raises
    FileError for what OpenCV cannot decode.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video"  # OpenCV reads from disk alone
        path.write_bytes(data)
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        try:
            size = capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            if not capture.isOpened() or not 0 < size <= MOST_PIXELS:
                raise _damaged(name)
            capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
            count = 0
            while True:
                read, picture = capture.read()
                if not read:
                    break
                count += 1
                if count > MOST_FRAMES:
                    raise FileError(
                        "{name} has more than {most} frames. Cut the video to what is to be seen.",
                        name=name,
                        most=MOST_FRAMES,
                    )
                seconds = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                yield seconds, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            if not count:
                raise _damaged(name)
        except cv2.error as error:
            raise _damaged(name) from error
        finally:
            capture.release()


def _damaged(name: str) -> FileError:
    return FileError(
        "{name} is a video that cannot be decoded. Save it as MP4 (H.264) and try again.", name=name
    )
