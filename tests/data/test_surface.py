from dataclasses import replace

import numpy as np
import pytest
import torch

from data.scenes.actions import pose
from data.scenes.camera import look, project
from data.scenes.figure import dressed, figure_of
from data.scenes.guide import draw_guide, draw_shape
from data.scenes.guide_shapes import CHANNELS, LIT, SHAPE
from data.scenes.palette import KINDS, PARTS, kind_of
from data.scenes.posed import JOINT_INDEX
from data.scenes.render import render
from data.scenes.sample import TEAM, sample_scene
from data.scenes.surface import draw_surface
from models.train.pictures import SWAPPED, Batch, mirror

SURFACE = SHAPE + LIT


def scene_of(seed=0, **fixed):
    return sample_scene(np.random.default_rng(seed), **{"style": "shaded", "people": "one"} | fixed)


def space_of(scene):
    posed = pose(scene)
    return figure_of(scene, posed, look(scene, posed)).space


def channel(drawn, name):
    return drawn[:, SURFACE.index(name)]


def test_parts_are_those_of_the_render():
    scene = scene_of(action="squat", venue="gym", framing="full", top="t_shirt")
    drawn = draw_surface([space_of(scene)], 128)
    kinds = torch.from_numpy(kind_of(render([scene], 128).parts.numpy()))
    for kind, name in zip(KINDS[2:], (*PARTS, "gear"), strict=True):
        whole = channel(drawn, name) == 1
        if name in ("skin", "top", "gear"):
            assert whole.any(), name
        assert (kinds[whole] == KINDS.index(kind)).float().mean() > 0.97 or not whole.any(), name


def test_shares_and_normals_are_in_range():
    drawn = draw_surface([space_of(scene_of(3)), space_of(scene_of(4))], 64)
    assert drawn.shape == (2, len(SURFACE), 64, 64)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    covered = sum(channel(drawn, name) for name in (*PARTS, "gear", "standing"))
    assert covered.max() < 1 + 1e-4
    fine = draw_shape([figure_of(s, p := pose(s), look(s, p)) for s in (scene_of(3),)], 512)
    right, up, facing = fine[0, :3]
    on = facing > 0
    length = torch.hypot(torch.hypot(2 * right - 1, 2 * up - 1), facing)[on]
    torch.testing.assert_close(length, torch.ones_like(length), atol=1e-3, rtol=0)


def test_the_described_athlete_is_the_first():
    space = space_of(scene_of(action="sprint", people="two", view="front", framing="full"))
    drawn = channel(draw_surface([space], 128), "described")[0]
    for i, there in enumerate((1.0, 0.0)):
        chest = project(space.view, space.posed.joints[i, JOINT_INDEX["chest"]])[0]
        x, y = (chest * 128).astype(int)
        assert drawn[y, x] == pytest.approx(there, abs=0.3)


def test_a_shadow_falls_on_the_ground_and_none_without_an_athlete_near():
    space = space_of(scene_of(action="rest", venue="park", light="day", framing="full"))
    lit = channel(draw_surface([space], 64), "lit")[0, -1]
    shade = channel(draw_surface([space], 64), "lit")[0]
    assert shade[40:].min() < 0.5 * lit.max()


def test_the_tone_is_that_of_the_place_where_nobody_stands():
    scene = scene_of(action="squat", venue="gym", framing="full")
    drawn = draw_surface([space_of(scene)], 64)
    grey = render([scene], 64).pixels.mean(1)
    tone = channel(drawn, "tone")
    bare = (
        channel(drawn, "mesh") + sum(channel(drawn, n) for n in (*PARTS, "gear", "standing")) == 0
    )
    assert (tone[bare] - grey[bare]).abs().mean() < 0.01
    assert not tone[channel(drawn, "top") == 1].any()


def test_a_window_of_a_surface_equals_the_crop():
    space = space_of(scene_of(5, framing="full"))
    whole = draw_surface([space], 128)
    part = draw_surface([space], 64, window=(0.25, 0.5, 0.75, 1.0))
    assert (part - whole[:, :, 64:, 32:96]).abs().mean() < 2e-3


def test_who_is_not_known_in_space_has_no_surface():
    scene = scene_of(6)
    posed = pose(scene)
    figure = figure_of(scene, posed, look(scene, posed))
    flat = replace(figure, space=None)
    both = draw_guide([flat, figure], 64)
    first = len(CHANNELS) - len(SURFACE)
    assert not both[0, first:].any()
    assert both[1, first:].any()
    assert torch.equal(both[0, :first], both[1, :first])
    assert not draw_shape([flat], 64).any()


def test_a_mirrored_surface_is_that_of_the_mirrored_scene():
    scene = scene_of(action="rest", venue="studio", framing="full", hair="short")
    space = space_of(scene)
    joints = space.posed.joints * (-1, 1, 1)
    swapped = [
        JOINT_INDEX["_".join([SWAPPED.get(side, side), *rest])]
        for side, *rest in (name.split("_") for name in JOINT_INDEX)
    ]
    palms = (space.posed.hand_axes * (-1, 1, 1))[:, ::-1]
    posed = replace(
        space.posed, joints=joints[:, swapped].astype(np.float32), hand_axes=palms.copy()
    )
    view = replace(
        space.view,
        eye=space.view.eye * (-1, 1, 1),
        rotation=space.view.rotation * (-1, 1, 1) * np.array([[-1], [1], [1]]),
    )
    other = figure_of(scene, posed, view)
    figure = figure_of(scene, space.posed, space.view)
    guides, mirrored = draw_guide([figure], 64), draw_guide([other], 64)
    nothing = torch.zeros(1, 1, 64, 64)
    shape = draw_shape([figure], 64)
    vector = torch.zeros(1, 400)
    turned = mirror(Batch(nothing, guides, vector, vector, nothing[0], nothing, nothing, shape))
    # Light doesn't turn with a scene, and with it neither do shadows in the tone, SHAPE's last.
    assert SHAPE[-1] == "tone"
    names = slice(len(CHANNELS) - len(SURFACE), len(CHANNELS) - len(LIT) - 1)
    torch.testing.assert_close(turned.guides[:, names], mirrored[:, names], atol=0.02, rtol=0)
    again = draw_shape([other], 64)
    torch.testing.assert_close(turned.shape[:, :-1], again[:, :-1], atol=0.02, rtol=0)


def test_words_dress_a_figure_and_move_it():
    scene = scene_of(action="sprint", venue="track", light="day", people="two")
    posed = pose(scene)
    figure = figure_of(scene, posed, look(scene, posed))
    values = {"top_colour": "pink", "venue": "beach", "light": "sunset", "sex": "female"}
    there = dressed(replace(figure, decor=7), values)
    first, second = there.space.scene.athletes
    assert first.top_colour == "pink"
    assert [getattr(first, n) for n in TEAM] == [getattr(second, n) for n in TEAM]
    assert (there.space.scene.venue, there.space.scene.light) == ("beach", "sunset")
    assert there.decor == 7
    assert len(there.lines) != len(figure.lines)
    np.testing.assert_array_equal(there.joints, figure.joints)
    flat = replace(figure, space=None)
    assert dressed(flat, values) is flat
