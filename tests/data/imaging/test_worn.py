import numpy as np
import pytest

from data.imaging.worn import blurred, noisy, saved, worn


@pytest.fixture
def picture() -> np.ndarray:
    y, x = np.mgrid[:64, :96]
    stripes = np.where((x // 4 + y // 4) % 2, 220, 40)
    return np.stack([stripes, stripes // 2, 255 - stripes], -1).astype(np.uint8)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_it_has_the_size_of_what_is_enlarged_again(picture: np.ndarray, times: int) -> None:
    small = worn(picture, times, np.random.default_rng(0))
    assert small.shape == (64 // times, 96 // times, 3)
    assert small.dtype == np.uint8


def test_the_same_seed_wears_in_the_same_way(picture: np.ndarray) -> None:
    one, two, three = (worn(picture, 4, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, three)


def test_every_part_takes_something_and_keeps_the_mean(picture: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    for part in (blurred(picture, 4, rng), noisy(picture, rng), saved(picture, 40)):
        assert part.shape == picture.shape
        error = np.square(part.astype(float) - picture).mean()
        assert 0 < error < 6000
        assert abs(part.astype(float).mean((0, 1)) - picture.mean((0, 1))).max() < 6


def test_blur_softens_and_noise_roughens(picture: np.ndarray) -> None:
    def rough(p: np.ndarray) -> float:
        return float(np.abs(np.diff(p.astype(int), axis=1)).mean())

    rng = np.random.default_rng(4)
    assert rough(blurred(picture, 4, rng)) < rough(picture)
    flat = np.full_like(picture, 128)
    assert rough(noisy(flat, rng)) > 0


def test_colours_stay_where_they_are() -> None:
    red = np.full((16, 16, 3), (220, 20, 20), np.uint8)
    assert abs(saved(red, 90).astype(int) - red).max() < 12
