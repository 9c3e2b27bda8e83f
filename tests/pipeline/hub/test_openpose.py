"""The pose as OpenPose draws it."""

from __future__ import annotations

import numpy as np

from data.scenes.figure import Figure
from data.scenes.posed import JOINT_INDEX, JOINTS
from pipeline.hub.openpose import COLOURS, DIM, KEYPOINTS, LIMBS, keypoints, openpose_picture
from pipeline.pose_by_hand import library_pose

SIZE = 512


def figure(**places: tuple[float, float]) -> Figure:
    joints = np.full((1, len(JOINTS), 2), np.nan, np.float32)
    for name, place in places.items():
        joints[0, JOINT_INDEX[name]] = place
    return Figure(joints)


def test_a_keypoint_is_a_disc_of_its_colour() -> None:
    picture = openpose_picture(figure(left_ankle=(0.25, 0.75)), SIZE)
    colour = COLOURS[KEYPOINTS.index("left_ankle")]
    assert tuple(picture[384, 128]) == colour
    drawn = picture.any(2)
    assert 40 <= drawn.sum() <= 70  # a radius of 4: about 50 pixels
    assert not drawn[:, :120].any()


def test_a_limb_is_an_ellipse_at_sixty_percent() -> None:
    picture = openpose_picture(figure(right_knee=(0.5, 0.25), right_ankle=(0.5, 0.75)), SIZE)
    limb = LIMBS.index(("right_knee", "right_ankle"))
    middle = picture[256]
    assert tuple(middle[256]) == tuple(int(c * DIM) for c in COLOURS[limb])
    assert 7 <= middle.any(1).sum() <= 11  # twice four pixels thick
    assert picture[145].any(1).sum() < middle.any(1).sum()  # and thinner towards its ends


def test_the_neck_is_midway_between_the_shoulders() -> None:
    found = keypoints(figure(left_shoulder=(0.6, 0.3), right_shoulder=(0.4, 0.2)))
    np.testing.assert_allclose(found[0, KEYPOINTS.index("neck")], (0.5, 0.25))


def test_left_and_right_are_told_apart() -> None:
    """Seen from the front an athlete's left is on the right of the picture."""
    posed = library_pose("rest/standing", "front")
    picture = openpose_picture(posed, SIZE)
    at = (posed.joints[0, JOINT_INDEX["left_wrist"]] * SIZE).round().astype(int)
    assert tuple(picture[at[1], at[0]]) == COLOURS[KEYPOINTS.index("left_wrist")]


def test_what_is_hidden_or_far_outside_is_left_out() -> None:
    hidden = figure(nose=(float("nan"), 0.5), left_hip=(1e5, 0.5), right_hip=(-0.5, 2.0))
    assert not openpose_picture(hidden, SIZE).any()


def test_every_athlete_is_drawn() -> None:
    one = figure(nose=(0.25, 0.5)).joints
    other = figure(nose=(0.75, 0.5)).joints
    both = openpose_picture(Figure(np.concatenate([one, other])), SIZE)
    assert both[256, 128].any()
    assert both[256, 384].any()
