import numpy as np
import pytest
import torch

from data.scenes.actions import pose
from data.scenes.attributes import WIDTH, read, said
from data.scenes.camera import look, project
from data.scenes.figure import figure_of
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import CHANNELS, SHAPE
from data.scenes.palette import KINDS
from data.scenes.sample import sample_scene
from data.scenes.scene import DECORS
from models.train import pictures
from models.train.pictures import (
    CHUNK,
    TIMES,
    UNKNOWN,
    Batch,
    Examples,
    Pool,
    as_drawn,
    batch,
    crop,
    mirror,
    partly_known,
    whole_pictures,
    windows,
)

CPU = torch.device("cpu")


class Renderer:
    """Numbers its pictures from 0 on, in their first pixel."""

    def __init__(self):
        self.rendered = 0

    def __call__(self, rng, count):
        drawn = np.zeros((count, 3, 4, 4), np.uint8)
        drawn[:, 0, 0, 0] = self.rendered + np.arange(count)
        self.rendered += count
        guides = np.zeros((count, GUIDE_CHANNELS, 4, 4), np.uint8)
        said, parts = np.zeros((count, WIDTH), np.uint8), np.zeros((count, 4, 4), np.uint8)
        decor = np.zeros((count, DECORS), np.uint8)
        small, draft = np.zeros((count, 3, 1, 1), np.uint8), np.zeros((count, 0, 4, 4), np.uint8)
        shape = np.zeros((count, 0, 2, 2), np.uint8)
        return Examples(drawn, guides, said, decor, parts, small, draft, shape)


@pytest.fixture(autouse=True)
def small_start(monkeypatch):
    monkeypatch.setattr(pictures, "FIRST", CHUNK)


def pool(tmp_path, renderer, reuse=4, capacity=64):
    examples = Pool(tmp_path, renderer, capacity, reuse)
    renderer.rendered = 0  # not counting the one whose shape it looked at
    return examples


def test_each_render_is_used_as_often_as_asked(tmp_path):
    renderer, rng = Renderer(), np.random.default_rng(0)
    examples = pool(tmp_path, renderer)
    for _ in range(40):
        examples.draw(16, rng)
    assert renderer.rendered == pytest.approx(40 * 16 / 4, abs=CHUNK)


def test_old_renders_make_room_for_new_ones(tmp_path):
    renderer, rng = Renderer(), np.random.default_rng(0)
    examples = pool(tmp_path, renderer, reuse=1)
    for _ in range(12):
        drawn = examples.draw(16, rng)
    numbers = drawn.pictures[:, 0, 0, 0]
    assert numbers.min() >= renderer.rendered - 64


def test_a_pool_outlives_its_process(tmp_path):
    renderer = Renderer()
    before = pool(tmp_path, renderer).draw(16, np.random.default_rng(0))
    again = Renderer()
    after = pool(tmp_path, again).draw(16, np.random.default_rng(0))
    assert again.rendered == 0
    assert np.array_equal(before.pictures, after.pictures)


def test_a_pool_of_another_shape_starts_anew(tmp_path):
    pool(tmp_path, Renderer()).draw(16, np.random.default_rng(0))
    renderer = Renderer()
    pool(tmp_path, renderer, capacity=96).draw(16, np.random.default_rng(0))
    assert renderer.rendered == CHUNK


def test_a_mirrored_picture_has_its_truth_mirrored():
    guides = torch.zeros(1, GUIDE_CHANNELS, 4, 4)
    guides[0, CHANNELS.index("left_arm"), 1, 0] = 1
    guides[0, CHANNELS.index("sky"), 0, 0] = 1
    pictures = torch.arange(48.0).view(1, 3, 4, 4)
    stated = {"action": "squat", "handed": "left", "top_colour": "red"}
    parts = torch.arange(16.0).view(1, 4, 4)
    vector = torch.from_numpy(said(stated))[None]
    decor = torch.eye(DECORS)[[5]]
    no_shape = pictures[:, :0]
    turned = mirror(Batch(pictures, guides, vector, decor, parts, pictures, pictures, no_shape))
    assert turned.guides[0, CHANNELS.index("right_arm"), 1, 3] == 1
    assert turned.guides[0, CHANNELS.index("sky"), 0, 3] == 1
    assert turned.guides.sum() == 2
    assert torch.equal(turned.pictures, pictures.flip(3))
    assert torch.equal(turned.parts, parts.flip(2))
    assert turned.decor.argmax() == 5
    assert torch.equal(turned.small, turned.pictures)
    assert torch.equal(turned.draft, turned.pictures)
    assert read(turned.attributes[0].numpy()) == stated | {"handed": "right"}


def test_about_half_of_a_batch_is_mirrored():
    pictures = np.zeros((200, 3, 2, 2), np.uint8)
    pictures[..., 0] = 255
    examples = Examples(
        pictures,
        np.zeros((200, GUIDE_CHANNELS, 2, 2), np.uint8),
        np.zeros((200, WIDTH), np.uint8),
        np.zeros((200, DECORS), np.uint8),
        np.zeros((200, 2, 2), np.uint8),
        np.zeros((200, 3, 1, 1), np.uint8),
        np.zeros((200, 0, 2, 2), np.uint8),
        np.zeros((200, 0, 1, 1), np.uint8),
    )
    drawn = batch(examples, np.random.default_rng(0), CPU)
    left = drawn.pictures[:, 0, 0, 0]
    assert set(left.tolist()) == {-1.0, 1.0}
    assert left.mean().abs() < 0.3


def test_rendered_examples_are_pictures_guides_and_what_they_show():
    examples = whole_pictures(32, 16, CPU)(np.random.default_rng(0), 2)
    assert examples.pictures.shape == (2, 3, 32, 32)
    assert examples.guides.shape == (2, GUIDE_CHANNELS, 16, 16)
    assert examples.pictures.std() > 5
    assert examples.parts.shape == (2, 32, 32)
    assert set(np.unique(examples.parts)) <= set(range(len(KINDS)))
    assert KINDS.index("skin") in examples.parts
    means = examples.pictures.reshape(2, 3, 8, 4, 8, 4).mean((3, 5))
    assert np.abs(examples.small - means).max() <= 1
    assert "action" in read(examples.attributes[0])
    assert (examples.decor.sum(1) <= 1).all()


def test_some_figures_are_as_from_a_photo():
    scene = sample_scene(np.random.default_rng(1), venue="gym", action="squat")
    posed = pose(scene)
    figure = figure_of(scene, posed, look(scene, posed))
    rng = np.random.default_rng(0)
    known = [partly_known(figure, rng) for _ in range(400)]
    assert sum(k.decor is None for k in known) / 400 == pytest.approx(UNKNOWN, abs=0.05)
    assert sum(k.space is None for k in known) / 400 == pytest.approx(UNKNOWN, abs=0.05)
    flat = [k for k in known if k.depth is None]
    assert len(flat) / 400 == pytest.approx(UNKNOWN, abs=0.05)
    assert all(np.isnan(prop.depth).all() for k in flat for prop in k.props)
    assert sum(not len(k.outlines) for k in known) / 400 == pytest.approx(UNKNOWN, abs=0.05)


def test_small_pictures_and_drafts_may_be_as_networks_draw_them():
    def redraw(renders, rng):
        return 0.5 * renders.small, -renders.pictures

    render = as_drawn(whole_pictures(32, 16, CPU), redraw, CPU)
    rng = np.random.default_rng
    plain, drawn = whole_pictures(32, 16, CPU)(rng(0), 2), render(rng(0), 2)
    assert np.array_equal(plain.pictures, drawn.pictures)
    assert np.abs(drawn.small - (plain.small / 2 + 255 / 4)).max() <= 1
    assert np.abs(drawn.draft + plain.pictures.astype(float) - 255).max() <= 1


def test_a_crop_shows_the_same_part_of_picture_and_all_that_belongs_to_it():
    small = torch.arange(64.0).view(1, 1, 8, 8)
    large = small.repeat_interleave(TIMES, 2).repeat_interleave(TIMES, 3)
    twice = large[..., ::2, ::2]
    said = torch.zeros(1, 3)
    drawn = crop(
        Batch(large, small, said, said, large[0], small, large, twice), 16, np.random.default_rng(3)
    )
    assert drawn.pictures.shape[-2:] == (16, 16)
    assert torch.equal(drawn.pictures[..., ::TIMES, ::TIMES], drawn.guides)
    assert torch.equal(drawn.pictures[0], drawn.parts)
    assert torch.equal(drawn.small, drawn.guides)
    assert torch.equal(drawn.draft, drawn.pictures)
    assert torch.equal(drawn.shape, drawn.pictures[..., ::2, ::2])


def test_windows_mostly_show_the_athlete():
    examples = windows(32, 16, CPU, parts=4)(np.random.default_rng(0), 8)
    assert examples.pictures.shape == (8, 3, 32, 32)
    assert examples.shape.shape == (8, len(SHAPE), 16, 16)
    limbs = examples.guides[:, : CHANNELS.index("ball")].max((1, 2, 3))
    assert (limbs > 0).sum() >= 5


def test_a_window_is_found_where_joints_lie_behind_the_camera(monkeypatch):
    def nearly_all_behind(view, points):
        places, depth = project(view, points)
        places[:, 1:] = np.nan
        return places, depth

    monkeypatch.setattr(pictures, "project", nearly_all_behind)
    examples = windows(32, 16, CPU, parts=4)(np.random.default_rng(0), 4)
    assert examples.pictures.shape == (4, 3, 32, 32)
