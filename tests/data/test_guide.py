from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from data.scenes.camera import look
from data.scenes.figure import Figure, figure_of, from_coco
from data.scenes.guide import CHANNELS, GUIDE_CHANNELS, HIDDEN, draw_guide, guide_picture
from data.scenes.guide_shapes import STICKS
from data.scenes.posed import JOINT_INDEX, PROPS, Posed, Prop
from data.scenes.scene import Athlete, Camera, Scene
from tests.data.standing import standing_joints


def seen(azimuth=30.0, venue="track", props=()):
    scene = Scene(
        "rest", "standing", 0.0, (Athlete(),), venue, "day", Camera(azimuth=azimuth), variation=3
    )
    posed = Posed(standing_joints()[None], np.zeros((1, 2, 3), np.float32), props)
    return figure_of(scene, posed, look(scene, posed))


def prop(kind):
    tail = np.array([0.45, 0.9, 0.3])
    return Prop(kind, tail, tail + np.array([0.1, 0.3, 0.8]), np.array([1.0, 0.0, 0.0]))


def channel(guide, name):
    return guide[:, CHANNELS.index(name)]


def test_a_guide_has_values_from_0_to_1_and_something_in_each_channel():
    figure = seen(props=(prop("basketball"), prop("tennis_racket")))
    guide = draw_guide([figure], 64)
    assert guide.shape == (1, GUIDE_CHANNELS, 64, 64)
    assert guide.min() >= 0
    assert guide.max() <= 1
    assert (guide.amax((0, 2, 3))[: len(STICKS)] > 0.5).all()


@pytest.mark.parametrize("limb", ["left_arm", "right_arm", "left_leg", "right_leg"])
def test_a_limb_is_drawn_along_its_joints_and_nowhere_else(limb):
    figure = seen()
    side, part = limb.split("_")
    names = {"arm": ("shoulder", "elbow", "wrist"), "leg": ("hip", "knee", "ankle")}[part]
    places = [figure.joints[0, JOINT_INDEX[f"{side}_{name}"]] for name in names]
    drawn = channel(draw_guide([figure], 64), limb)[0]
    rows, columns = (drawn > 0.5).nonzero().T.numpy()
    pixels = (np.stack([columns, rows], 1) + 0.5) / 64
    for place in places:
        assert np.linalg.norm(pixels - place, axis=1).min() < 1 / 64
    path = np.concatenate([np.linspace(a, b, 20) for a, b in pairwise(places)])
    gap = np.linalg.norm(pixels[:, None] - path, axis=2).min(1)
    assert gap.max() < 0.2  # a hand or foot beyond the last joint
    assert np.median(gap) < 0.03


@pytest.mark.parametrize("size", [64, 256])
def test_a_window_equals_the_crop(size):
    figure = seen(props=(prop("barbell"),))
    whole = draw_guide([figure], 2 * size)
    quarter = draw_guide([figure], size, window=(0.25, 0.5, 0.75, 1.0))
    crop = whole[:, :, size : 2 * size, size // 2 : 3 * size // 2]
    torch.testing.assert_close(quarter, crop, atol=1e-3, rtol=0)


def test_a_large_guide_shrunk_resembles_a_small_one():
    figure = seen(props=(prop("bicycle"),))
    shrunk = torch.nn.functional.avg_pool2d(draw_guide([figure], 256), 4)
    assert (shrunk - draw_guide([figure], 64)).abs().mean() < 0.01


def test_a_figure_looks_the_same_alone_and_in_a_batch():
    figures = [seen(a, v) for a, v in ((0.0, "track"), (90.0, "park"), (200.0, "pitch"))]
    together = draw_guide(figures, 64)
    for i, figure in enumerate(figures):
        assert torch.equal(together[i], draw_guide([figure], 64)[0])


def test_missing_joints_leave_out_only_what_hangs_on_them():
    figure = replace(seen(), depth=None)  # where nothing hides anything
    joints = figure.joints.copy()
    joints[0, JOINT_INDEX["left_elbow"]] = np.nan
    joints[0, JOINT_INDEX["left_hand"]] = np.nan
    before = draw_guide([figure], 64)
    after = draw_guide([replace(figure, joints=joints)], 64)
    assert not channel(after, "left_arm").any()
    for name in STICKS:
        if name not in ("left_arm", "nearness", "along", "relief"):
            change = (channel(after, name) - channel(before, name)).abs().max()
            assert change < 0.2, name  # the scale is estimated from fewer limbs


def test_keypoints_alone_give_a_body_on_unknown_ground():
    guide = draw_guide([Figure(from_coco(seen(0.0).joints[:, :17]))], 64)
    for name in ("head", "face", "torso", "left_arm", "right_arm", "left_leg", "right_leg"):
        assert channel(guide, name).max() > 0.5, name
    for name in ("ball", "equipment", "lines", "sky", "outlines", "nearness"):
        assert not channel(guide, name).any(), name


def test_of_two_legs_side_on_the_far_one_is_faint_where_the_near_one_hides_it():
    figure = seen(90.0)  # from the athlete's left
    knee = (figure.joints[0, JOINT_INDEX["left_knee"]] * 128).astype(int)
    guide = draw_guide([figure], 128)[:, :, knee[1], knee[0]]
    assert channel(guide, "left_leg") == pytest.approx(1)
    assert channel(guide, "right_leg") == pytest.approx(HIDDEN)
    flat = draw_guide([replace(figure, depth=None)], 128)[:, :, knee[1], knee[0]]
    assert channel(flat, "right_leg") == pytest.approx(1)


def test_what_is_nearer_is_brighter_and_hides_what_is_behind_it():
    near, far = (
        Prop("basketball", np.array([x, 1.0, z]), np.array([x, 1.0, z]), np.array([0.0, 1.0, 0.0]))
        for x, z in ((-0.8, 0.6), (0.8, -0.6))
    )
    figure = seen(0.0, props=(near, far))
    nearness = channel(draw_guide([figure], 128), "nearness")[0]
    values = []
    for ball in figure.props:
        x, y = (ball.tip * 128).astype(int)
        values.append(float(nearness[y, x]))
    assert values[0] > 0.5 > values[1] > 0
    covering = replace(figure.props[0], tail=(x := figure.joints[0, JOINT_INDEX["chest"]]), tip=x)
    guide = draw_guide([replace(figure, props=(covering,))], 128)
    x, y = (x * 128).astype(int)
    assert channel(guide, "torso")[0, y, x] == pytest.approx(HIDDEN)


def test_along_runs_from_hip_to_toe_and_relief_is_highest_on_the_bone():
    figure = seen(0.0)
    guide = draw_guide([figure], 256)

    def at(name, joint):
        x, y = (figure.joints[0, JOINT_INDEX[joint]] * 256).astype(int)
        return float(channel(guide, name)[0, y, x])

    along = [at("along", f"left_{joint}") for joint in ("knee", "ankle", "toe")]
    assert along == sorted(along)
    assert along[0] == pytest.approx(0.2 + 0.8 * 0.45, abs=0.02)
    assert at("relief", "left_knee") > 0.95


def test_a_room_has_walls_and_a_beach_has_none():
    assert channel(draw_guide([seen(venue="gym")], 64), "outlines").max() > 0.5
    assert not len(seen(venue="beach").outlines)
    assert len(seen(venue="indoor_court", azimuth=180.0).outlines) > 20  # with the hoop


def test_a_back_shows_no_nose():
    front, back = (channel(draw_guide([seen(a)], 64), "face").sum() for a in (0.0, 180.0))
    assert back < 0.6 * front


@pytest.mark.parametrize("kind", PROPS)
def test_every_prop_is_drawn_in_one_channel(kind):
    guide = draw_guide([seen(venue="park", props=(prop(kind),))], 64)
    drawn = [name for name in ("ball", "equipment") if channel(guide, name).max() > 0.4]
    assert len(drawn) == 1


def test_the_sky_ends_at_the_horizon():
    figure = seen()
    sky = channel(draw_guide([figure], 64), "sky")[0]
    assert sky.sum(0) == pytest.approx(np.full(64, figure.horizon * 64), abs=0.01)


def test_an_odd_size_is_refused():
    with pytest.raises(ValueError, match="multiple of 16"):
        draw_guide([seen()], 50)


def test_the_picture_for_people_shows_left_and_right_in_two_hues():
    figure = seen(0.0)
    picture = guide_picture(figure, 128)
    assert picture.dtype == np.uint8

    def colour(joint):
        x, y = (figure.joints[0, JOINT_INDEX[joint]] * 128).astype(int)
        return picture[y, x].astype(int)

    red, _, blue = colour("left_elbow")
    assert blue > red
    red, _, blue = colour("right_elbow")
    assert red > blue
