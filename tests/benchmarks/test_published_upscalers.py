import pytest
import torch

from benchmarks.published_upscalers import PUBLISHED

THOUSANDS = {
    "EDSR-base": 1518,
    "SRCNN": 57,
    "FSRCNN": 12,
    "VDSR": 665,
    "CARN-M": 294,  # 412 with the heads for ×2 and ×3
    "IMDN": 715,
    "SPAN": 426,
    "SRVGG 64×16": 621,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_they_are_as_large_as_published_and_enlarge_four_times(name: str) -> None:
    network = PUBLISHED[name][0]()
    count = sum(weights.numel() for weights in network.parameters()) / 1000
    assert count == pytest.approx(THOUSANDS[name], abs=1)
    made = network(torch.rand(1, 3, 6, 9))
    assert made.shape[2:] == (24, 36)
    assert made.shape[1] in (1, 3)  # luma, or colours
