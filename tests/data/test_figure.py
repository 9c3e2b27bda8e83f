import numpy as np
import pytest

from data.scenes import venues
from data.scenes.camera import look, project
from data.scenes.figure import figure_of, from_coco, ground_lines, stature
from data.scenes.posed import JOINT_INDEX, Posed, Prop
from data.scenes.scene import Athlete, Camera, Scene
from tests.data.standing import standing_joints

UP = np.array([0.0, 1.0, 0.0])


def scene(azimuth=0.0, venue="indoor_court"):
    camera = Camera(azimuth=azimuth)
    return Scene("rest", "standing", 0.0, (Athlete(),), venue, "day", camera)


def seen(azimuth=0.0, venue="indoor_court", props=()):
    posed = Posed(standing_joints()[None], np.zeros((1, 2, 3), np.float32), props)
    s = scene(azimuth, venue)
    return figure_of(s, posed, look(s, posed))


def test_from_the_front_the_left_hand_is_on_the_right_of_the_picture():
    joints = seen(0.0).joints[0]
    assert joints[JOINT_INDEX["left_wrist"], 0] > joints[JOINT_INDEX["right_wrist"], 0]


@pytest.mark.parametrize(("azimuth", "shown"), [(0.0, True), (90.0, True), (180.0, False)])
def test_the_nose_is_missing_only_from_behind(azimuth, shown):
    assert np.isfinite(seen(azimuth).joints[0, JOINT_INDEX["nose"]]).all() == shown


def test_stature_is_the_height_of_someone_who_stands():
    figure = seen(30.0)
    heights = figure.joints[0, :, 1]
    top_to_toe = np.nanmax(heights) - heights[JOINT_INDEX["head"]]
    assert stature(figure.joints)[0] == pytest.approx(top_to_toe / 0.93, rel=0.08)


def test_stature_ignores_one_wild_joint():
    joints = seen(0.0).joints.copy()
    before = stature(joints)
    joints[0, JOINT_INDEX["left_ankle"]] += 5
    assert stature(joints) == pytest.approx(before, rel=0.1)


def test_a_ball_has_its_radius_and_a_racket_its_half_width():
    place = np.array([0.4, 1.2, 0.2])
    ball = Prop("basketball", place, place, UP)
    racket = Prop("tennis_racket", place, place + np.array([0, 0.5, 0]), np.array([0.0, 0.0, 1.0]))
    figure = seen(0.0, props=(ball, racket))
    scale = stature(figure.joints)[0] / Athlete().height  # image per metre
    radius, half_width = (np.hypot(*prop.side) for prop in figure.props)
    assert radius == pytest.approx(0.121 * scale, rel=0.12)
    assert half_width == pytest.approx(0.13 * scale, rel=0.12)


def test_a_racket_seen_edge_on_has_no_width():
    place = np.array([0.4, 1.2, 0.2])
    racket = Prop("tennis_racket", place, place + np.array([0, 0.5, 0]), np.array([0.0, 0.0, 1.0]))
    front, side = (np.hypot(*seen(a, props=(racket,)).props[0].side) for a in (0.0, 90.0))
    assert side < 0.35 * front


def test_lines_are_finite_thinner_far_away_and_below_the_horizon():
    s = scene(180.0, "track")
    posed = Posed(standing_joints()[None], np.zeros((1, 2, 3), np.float32), ())
    view = look(s, posed)
    lines = ground_lines("track", 0, view)
    assert len(lines)
    assert np.isfinite(lines).all()
    ends = lines.reshape(-1, 3)
    assert (ends[:, 1] > seen(180.0, "track").horizon).all()
    lane = lines[np.argmax(np.abs(lines[:, 0, 1] - lines[:, 1, 1]))]
    near, far = lane[np.argsort(-lane[:, 1])]
    assert near[2] > 3 * far[2]


@pytest.mark.parametrize("venue", venues.MARKS)
def test_lines_are_finite_from_wherever_they_are_seen(venue):
    posed = Posed(standing_joints()[None], np.zeros((1, 2, 3), np.float32), ())
    for azimuth in range(0, 360, 15):
        view = look(scene(float(azimuth), venue), posed)
        for variation in range(4):
            assert np.isfinite(ground_lines(venue, variation, view)).all()


def test_lines_lie_where_a_point_of_the_line_is_seen():
    """The middle of a court's free-throw line, found by projecting it, is on a drawn line."""
    s = scene(200.0)
    posed = Posed(standing_joints()[None], np.zeros((1, 2, 3), np.float32), ())
    view = look(s, posed)
    x, z = venues.place("indoor_court", 0)
    point, _ = project(view, np.array([x + 1.0, 0.0, z - 5.8]))
    lines = ground_lines("indoor_court", 0, view)[:, :, :2]
    along = lines[:, 1] - lines[:, 0]
    share = ((point - lines[:, 0]) * along).sum(1) / (along**2).sum(1)
    nearest = lines[:, 0] + share.clip(0, 1)[:, None] * along
    assert np.linalg.norm(nearest - point, axis=1).min() < 1e-3


def test_coco_keypoints_give_neck_pelvis_and_hands_but_no_feet():
    whole = seen(20.0).joints[0]
    joints = from_coco(whole[:17])
    for name in ("neck", "pelvis", "chest", "head", "left_hand", "right_hand"):
        gap = np.linalg.norm(joints[JOINT_INDEX[name]] - whole[JOINT_INDEX[name]])
        assert gap < 0.05 * stature(whole[None])[0], name
    assert np.isnan(joints[JOINT_INDEX["left_toe"]]).all()
    assert np.isnan(joints[JOINT_INDEX["right_heel"]]).all()


def test_a_missing_wrist_takes_its_hand_along_and_nothing_else():
    keypoints = seen(20.0).joints[0, :17].copy()
    keypoints[JOINT_INDEX["left_wrist"]] = np.nan
    joints = from_coco(keypoints)
    assert np.isnan(joints[JOINT_INDEX["left_hand"]]).all()
    assert np.isfinite(joints[JOINT_INDEX["right_hand"]]).all()
    assert np.isfinite(joints[JOINT_INDEX["neck"]]).all()
