from dataclasses import replace

import numpy as np
import pytest
import torch

from data.scenes.palette import FIRST_PROP, PARTS, part_of
from data.scenes.posed import JOINT_INDEX
from data.scenes.render import render
from data.scenes.sample import sample_scene
from data.scenes.scene import LIGHTS, STYLES, VENUES, Athlete, Camera, Scene

SHOT = Scene(
    action="basketball_shot",
    phase="release",
    progress=0.7,
    athletes=(Athlete(),),
    venue="indoor_court",
    light="indoor",
    camera=Camera(),
    variation=3,
)
BODY = range(part_of(0, PARTS[0]), part_of(2, PARTS[-1]) + 1)


def sampled(count: int, seed: int = 0, **fixed: str) -> list[Scene]:
    rng = np.random.default_rng(seed)
    return [sample_scene(rng, **fixed) for _ in range(count)]


def test_pictures_are_srgb_in_range_with_matching_shapes():
    scenes = sampled(3)
    made = render(scenes, 32)
    assert made.pixels.shape == (3, 3, 32, 32)
    assert made.pixels.dtype == torch.float32
    assert made.parts.shape == (3, 32, 32)
    assert made.parts.dtype == torch.uint8
    assert made.pixels.min() >= 0
    assert made.pixels.max() <= 1
    assert made.joints.shape[:1] + made.joints.shape[2:] == (3, len(JOINT_INDEX), 2)


def test_the_same_scenes_give_the_same_picture():
    scenes = sampled(3, seed=1)
    assert torch.equal(render(scenes, 48).pixels, render(scenes, 48).pixels)


def test_a_scene_alone_looks_as_in_a_batch():
    scenes = sampled(6, seed=2)
    together = render(scenes, 48)
    for i, scene in enumerate(scenes):
        alone = render([scene], 48)
        assert (alone.pixels[0] - together.pixels[i]).abs().max() < 2 / 255
        assert torch.equal(alone.parts[0], together.parts[i])


@pytest.mark.parametrize("style", STYLES)
def test_a_window_is_the_crop_of_the_whole_picture(style):
    scenes = sampled(2, seed=4, style=style)
    whole = render(scenes, 256)
    part = render(scenes, 64, window=(0.25, 0.5, 0.5, 0.75))
    crop = whole.pixels[:, :, 128:192, 64:128]
    differing = ((part.pixels - crop).abs() > 2 / 255).float().mean()
    assert differing < 0.001
    assert (part.parts == whole.parts[:, 128:192, 64:128]).float().mean() > 0.999
    shared = (whole.joints - (0.25, 0.5)) / 0.25
    assert np.allclose(part.joints, shared, atol=1e-5, equal_nan=True)


def test_a_small_picture_is_a_large_one_shrunk():
    scenes = sampled(4, seed=5, style="shaded")
    small, large = render(scenes, 64).pixels, render(scenes, 256).pixels
    shrunk = torch.nn.functional.avg_pool2d(large, 4)
    assert (small - shrunk).abs().mean() < 0.012


def test_the_trunk_is_where_the_joints_say():
    scenes = [
        replace(SHOT, camera=replace(SHOT.camera, azimuth=azimuth)) for azimuth in (0, 90, 180)
    ]
    made = render(scenes, 96)
    for parts, joints in zip(made.parts, made.joints, strict=True):
        for joint in ("pelvis", "chest", "left_knee"):
            x, y = (joints[0, JOINT_INDEX[joint]] * 96).astype(int)
            assert int(parts[y, x]) in BODY


def test_every_part_of_an_athlete_and_the_ball_are_in_the_mask():
    found = set(render([replace(SHOT, camera=Camera(azimuth=150.0))], 192).parts.unique().tolist())
    worn = ("skin", "hair", "top", "bottom", "shoes")
    assert {part_of(0, part) for part in worn} <= found
    assert FIRST_PROP in found
    assert part_of(0, "headwear") not in found


def test_clothes_have_the_colours_that_the_scene_asks_for():
    made = render([SHOT], 128)
    top = made.pixels[0][:, made.parts[0] == part_of(0, "top")].mean(1)
    bottom = made.pixels[0][:, made.parts[0] == part_of(0, "bottom")].mean(1)
    assert top[0] > 2 * top[1]  # red
    assert top[0] > 2 * top[2]
    assert bottom[2] > 1.4 * bottom[0]  # blue


def test_venues_look_different():
    camera = Camera(azimuth=30.0, elevation=8.0)
    scenes = [replace(SHOT, venue=venue, light="day", camera=camera) for venue in VENUES]
    small = torch.nn.functional.avg_pool2d(render(scenes, 64).pixels, 16).flatten(1)
    apart = torch.cdist(small, small) + 9 * torch.eye(len(VENUES))
    assert apart.min() > 0.25


def test_lights_look_different():
    scenes = [replace(SHOT, venue="outdoor_court", light=light) for light in LIGHTS]
    small = torch.nn.functional.avg_pool2d(render(scenes, 64).pixels, 16).flatten(1)
    apart = torch.cdist(small, small) + 9 * torch.eye(len(LIGHTS))
    assert apart.min() > 0.25


@pytest.mark.parametrize("light", LIGHTS)
def test_silhouettes_are_dark_before_a_bright_background(light):
    made = render([replace(SHOT, style="silhouette", light=light)], 96)
    body = torch.isin(made.parts[0], torch.tensor([part_of(0, part) for part in PARTS]))
    grey = made.pixels[0].mean(0)
    assert grey[body].mean() < 0.2
    assert grey[~body].mean() > grey[body].mean() + 0.12


def test_line_art_is_light_with_dark_outlines():
    made = render([replace(SHOT, style="line_art")], 192)
    grey = made.pixels[0].mean(0)
    assert grey.median() > 0.7
    assert 0.01 < (grey < 0.5).float().mean() < 0.2


def test_a_swimmers_hidden_side_is_seen_through_water():
    scene = sampled(1, action="freestyle_swim", venue="pool", style="shaded", view="side")[0]
    made = render([scene], 96)
    dry = render([replace(scene, venue="pool", action="freestyle_swim", style="line_art")], 96)
    assert torch.equal(made.parts, dry.parts)
    body = torch.isin(made.parts[0], torch.tensor([part_of(0, "skin")]))
    assert body.any()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_cuda_and_cpu_draw_the_same():
    scenes = sampled(8, seed=9)
    cpu, gpu = render(scenes, 128), render(scenes, 128, device="cuda")
    differing = ((cpu.pixels - gpu.pixels.cpu()).abs() > 2 / 255).any(1).float().mean()
    assert differing < 0.001
