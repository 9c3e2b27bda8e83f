import pytest
import torch
from torch import Tensor

from models import features
from models.judge import Config, Judge


def seen() -> features.Features:
    torch.manual_seed(0)
    config = Config(channels=(8, 8), blocks=(1, 1), width=8, summary=8, hidden=4, posture=8)
    return features.of_judge(Judge(config).eval())


@pytest.mark.parametrize("size", [(1, 1), (9, 40), (64, 48)])
def test_equal_pictures_of_any_size_have_no_distance(size: tuple[int, int]) -> None:
    picture = torch.rand(2, 3, *size)
    both = features.together(seen(), seen())
    torch.testing.assert_close(features.distance(both, picture, picture), torch.zeros(2))


def test_a_distance_is_positive_at_most_four_and_has_a_gradient() -> None:
    a, b = torch.rand(2, 3, 32, 32, requires_grad=True), torch.rand(2, 3, 32, 32)
    found = features.distance(seen(), a, b)
    assert found.min() > 0
    assert found.max() <= 4
    found.sum().backward()
    assert a.grad is not None
    assert a.grad.abs().sum() > 0


def test_the_maps_of_all_count() -> None:
    def as_it_is(pictures: Tensor) -> list[Tensor]:
        return [pictures]

    maps = features.together(as_it_is, as_it_is)(torch.rand(1, 3, 12, 7))
    assert [tuple(m.shape) for m in maps] == [(1, 3, 12, 7)] * 2
