import numpy as np
import pytest

from data.imaging import bands, consistency, imresize, luma, psnr, shrink, ssim


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (61, 83, 3), np.uint8)


def test_shrinking_by_two_has_the_published_weights() -> None:
    """MATLAB's imresize(x, 0.5): the cubic kernel, widened by 2, at 3.5, 2.5, 1.5, 0.5 pixels."""
    line = np.zeros((16, 1), np.float32)
    line[8] = 1
    shrunk = imresize(line, (8, 1))[:, 0]
    weights = np.array([-0.01171875, -0.03515625, 0.11328125, 0.43359375])
    np.testing.assert_allclose(shrunk[[2, 5, 3, 4]], weights, atol=1e-6)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((20, 30, 3), 77, np.uint8)
    assert (imresize(flat, (47, 11)) == 77).all()


def test_turning_first_or_last_is_the_same(picture: np.ndarray) -> None:
    straight = imresize(picture, (122, 40))
    turned = imresize(picture.swapaxes(0, 1), (40, 122)).swapaxes(0, 1)
    assert (straight == turned).all()


def test_bands_join_to_the_whole(picture: np.ndarray) -> None:
    whole = imresize(picture, (244, 332))
    assert (np.concatenate(list(bands(picture, (244, 332), rows=50))) == whole).all()


def test_shrink_crops_to_multiples(picture: np.ndarray) -> None:
    assert shrink(picture, 4).shape == (15, 20, 3)


def test_sixteen_bits_stay_sixteen_bits(picture: np.ndarray) -> None:
    deep = imresize(picture.astype(np.uint16) * 257, (30, 41))
    assert deep.dtype == np.uint16
    assert abs(deep.astype(int) - imresize(picture, (30, 41)).astype(int) * 257).max() <= 257


def test_luma_is_that_of_bt601() -> None:
    colours = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], np.uint8)
    assert luma(colours).tolist() == [[16, 235, 81]]


def test_psnr_and_ssim_of_known_pictures(picture: np.ndarray) -> None:
    assert psnr(picture, picture) == float("inf")
    assert ssim(picture, picture) == pytest.approx(1)
    grey = np.full((600, 20), 100, np.uint8)  # more rows than one block
    other = np.full((600, 20), 110, np.uint8)
    step = luma(other)[0, 0] - luma(grey)[0, 0]
    assert psnr(grey, other) == pytest.approx(10 * np.log10(255**2 / step**2))
    x, y = luma(grey)[0, 0], luma(other)[0, 0]
    c1 = (0.01 * 255) ** 2
    assert ssim(grey, other) == pytest.approx((2 * x * y + c1) / (x * x + y * y + c1))


def test_what_was_only_added_to_is_consistent(picture: np.ndarray) -> None:
    smooth = imresize(picture, (20, 27))
    assert consistency(imresize(smooth, (80, 108)), smooth) > 35
    assert consistency(np.zeros((80, 108, 3), np.uint8), smooth) < 15
