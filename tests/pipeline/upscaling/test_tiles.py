import numpy as np
import pytest
import torch

from models.upscaler import Config, Upscaler
from pipeline.upscaling import tiles

TIMES = 2
CONFIG = Config(times=TIMES, channels=8, blocks=2)


@pytest.fixture(scope="module")
def network() -> Upscaler:
    torch.manual_seed(3)
    return Upscaler(CONFIG).merged()


def run(network: Upscaler) -> tiles.Enlarge:
    def enlarge(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        small = torch.from_numpy(tile).permute(2, 0, 1)[None]
        return network(small)[0].permute(1, 2, 0).numpy() * 0.5 + 0.25

    return enlarge


def enlarged(network: Upscaler, small: np.ndarray, tile: int, fixed: int | None = None):
    canvas = np.zeros((small.shape[0] * TIMES, small.shape[1] * TIMES, small.shape[2]), small.dtype)
    done = list(tiles.enlarge(small, canvas, TIMES, tile, network.reach, run(network), fixed))
    return canvas, len(done)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiled_equals_untiled(network: Upscaler, channels: int, dtype: type) -> None:
    most = np.iinfo(dtype).max
    small = np.random.default_rng(0).integers(0, most, (150, 97, channels)).astype(dtype)
    whole, one = enlarged(network, small, 1000)
    tiled, many = enlarged(network, small, 48)
    assert (one, many) == (1, tiles.count(small.shape[:2], 48, network.reach))
    assert many > 6
    assert abs(whole.astype(int) - tiled.astype(int)).max() <= most / 255


def test_a_picture_smaller_than_a_tile_is_one_tile(network: Upscaler) -> None:
    small = np.random.default_rng(0).integers(0, 256, (1, 5, 3), np.uint8)
    canvas, count = enlarged(network, small, 48)
    assert count == 1
    assert canvas.shape == (2, 10, 3)


def test_shares_sum_to_one() -> None:
    for length in (10, 48, 49, 90, 171):
        begins = tiles.starts(length, 48, 18)
        total = np.zeros(length * 4)
        for begin, share in zip(begins, tiles.shares(begins, length, 48, 4), strict=True):
            total[begin * 4 : begin * 4 + len(share)] += share
        np.testing.assert_allclose(total, 1, atol=1e-6)


def test_seams_fade() -> None:
    """What two tiles disagree about changes gradually from one to the other."""

    def tint(tile: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
        return np.full((tile.shape[0], tile.shape[1], 3), 0.2 if corner[1] == 0 else 0.8)

    small = np.zeros((20, 80, 3), np.uint8)
    canvas = np.zeros_like(small)
    for _ in tiles.enlarge(small, canvas, 1, 48, 4, tint):
        pass
    line = canvas[10, :, 0].astype(int)
    assert (line[0], line[-1]) == (51, 204)
    assert np.abs(np.diff(line)).max() <= 153 / tiles.FEATHER + 1


def test_less_memory_means_smaller_tiles() -> None:
    sizes = [tiles.side(3000, 1000, 4, free) for free in (1 << 26, 1 << 28, 1 << 32, 1 << 38)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == tiles.SIDES
    assert tiles.side(3000, 20_000, 4, 1 << 31) < tiles.side(3000, 1000, 4, 1 << 31)
