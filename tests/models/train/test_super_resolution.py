import pytest
import torch

from models.train.super_resolution import blur


def test_blur_spreads_a_point_and_keeps_its_sum():
    point = torch.zeros(1, 3, 9, 9)
    point[..., 4, 4] = 1
    blurred = blur(point, 0.8)
    assert blurred.sum().item() == pytest.approx(3)
    assert blurred[0, 0, 4, 4] < 0.5
    torch.testing.assert_close(blur(point, 0.0), point)
