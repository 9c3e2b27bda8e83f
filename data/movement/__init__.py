"""Recorded movements: one reader a file format, each giving a :class:`Movement`.

    from data.movement import Options, read

    movement = read("squat.csv", data, Options(fps=30))

What a file is shows in its content; its name only labels it. Every reader takes the name, the bytes
and the options, checks sizes before it decodes, keeps nothing on disk, and raises
:class:`~data.errors.FileError` and nothing else.
"""

from data.movement.movement import Angles as Angles
from data.movement.movement import Inertial as Inertial
from data.movement.movement import Movement as Movement
from data.movement.movement import Options as Options
from data.movement.movement import Points as Points
from data.movement.names import COCO as COCO
from data.movement.names import KEYPOINT_INDEX as KEYPOINT_INDEX
from data.movement.names import KEYPOINTS as KEYPOINTS
from data.movement.read import read as read
from data.movement.read import read_all as read_all
