import numpy as np
import pytest
import torch

from models.train.pictures import Batch
from models.train.super_resolution import TIMES, blur, crop


def test_a_crop_shows_the_same_part_of_picture_and_guide():
    small = torch.arange(64.0).view(1, 1, 8, 8)
    large = small.repeat_interleave(TIMES, 2).repeat_interleave(TIMES, 3)
    said = torch.zeros(1, 3)
    drawn = crop(Batch(large, small, said, large[0], small), 16, np.random.default_rng(3))
    assert drawn.pictures.shape[-2:] == (16, 16)
    assert torch.equal(drawn.pictures[..., ::TIMES, ::TIMES], drawn.guides)
    assert torch.equal(drawn.pictures[0], drawn.parts)
    assert torch.equal(drawn.small, drawn.guides)


def test_blur_spreads_a_point_and_keeps_its_sum():
    point = torch.zeros(1, 3, 9, 9)
    point[..., 4, 4] = 1
    blurred = blur(point, 0.8)
    assert blurred.sum().item() == pytest.approx(3)
    assert blurred[0, 0, 4, 4] < 0.5
    torch.testing.assert_close(blur(point, 0.0), point)
