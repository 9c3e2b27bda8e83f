import numpy as np
import pytest

from data.scenes.actions import pose
from data.scenes.camera import LOWEST_EYE, horizon, look, on_ground, project, rays, view_from
from data.scenes.posed import JOINT_INDEX
from data.scenes.sample import sample_scene
from data.scenes.scene import ACTIONS


def test_the_target_is_in_the_middle_and_left_of_the_athlete_is_right_seen_from_the_front():
    view = view_from(azimuth=0, elevation=5, distance=4, target_height=0.9, fov=35)
    image, depth = project(view, np.array([[0, 0.9, 0], [0.3, 0.9, 0], [0, 1.5, 0]]))
    assert np.allclose(image[0], 0.5)
    assert depth[0] == pytest.approx(4.0)
    assert image[1, 0] > 0.5
    assert image[2, 1] < 0.5


@pytest.mark.parametrize(("azimuth", "eye"), [(0, (0, 3)), (90, (3, 0)), (180, (0, -3))])
def test_azimuth_goes_around_the_athletes_left(azimuth, eye):
    view = view_from(azimuth, 0, 3, 1.0, 35)
    assert np.allclose(view.eye[[0, 2]], eye, atol=1e-9)


def test_a_low_camera_stays_above_the_ground():
    assert view_from(30, -80, 5, 0.4, 35).eye[1] >= LOWEST_EYE - 1e-9


def test_rays_go_through_what_they_are_the_image_of():
    view = view_from(70, 12, 4, 1.0, 40, (0.3, -0.2))
    points = np.random.default_rng(0).normal((0, 1, 0), 0.4, (20, 3))
    directions = rays(view, project(view, points)[0])
    towards = points - view.eye
    assert np.allclose(np.cross(directions, towards), 0, atol=1e-9)


def test_ground_points_come_back_to_where_they_were_seen():
    view = view_from(20, 10, 4, 1.0, 40)
    image = np.array([[0.2, 0.9], [0.7, 0.8]])
    ground = on_ground(view, image)
    assert np.allclose(ground[:, 1], 0, atol=1e-9)
    assert np.allclose(project(view, ground)[0], image)
    assert np.isnan(on_ground(view, np.array([0.5, horizon(view) - 0.05]))).all()


def test_points_behind_the_camera_have_no_image():
    view = view_from(0, 0, 3, 1.0, 35)
    assert np.isnan(project(view, np.array([0.0, 1.0, 10.0]))[0]).all()


@pytest.mark.parametrize("action", ACTIONS)
def test_athletes_fill_the_frame_and_stay_inside(action):
    rng = np.random.default_rng(3)
    for _ in range(4):
        scene = sample_scene(rng, action=action, framing="full")
        posed = pose(scene)
        image, depth = project(look(scene, posed), posed.joints.reshape(-1, 3))
        assert (depth > 0).all()
        assert (image > 0.0).all()
        assert (image < 1.0).all()
        # Joints lie a few centimetres inside the body.
        assert 0.5 < np.ptp(image, axis=0).max() < 0.95


def test_a_standing_athlete_takes_60_to_85_percent_of_the_height():
    rng = np.random.default_rng(4)
    for _ in range(12):
        scene = sample_scene(
            rng, action="rest", phase="rest/standing", framing="full", people="one"
        )
        posed = pose(scene)
        image, _ = project(look(scene, posed), posed.joints[0])
        assert 0.55 < np.ptp(image[:, 1]) < 0.85


def test_a_close_view_shows_the_upper_body_large():
    rng = np.random.default_rng(5)
    scene = sample_scene(rng, action="boxing_punch", framing="close", people="one")
    posed = pose(scene)
    image, _ = project(look(scene, posed), posed.joints[0])
    assert image[JOINT_INDEX["left_ankle"], 1] > 1.0
    assert 0.0 < image[JOINT_INDEX["head"], 1] < 0.5
