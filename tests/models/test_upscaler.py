import torch

from models.upscaler import CONFIGS, Config, Upscaler

SMALL = Config(times=4, channels=8, blocks=2)


def test_merging_changes_nothing() -> None:
    torch.manual_seed(0)
    model = Upscaler(SMALL)
    small = torch.rand(2, 3, 12, 10)
    torch.testing.assert_close(model.merged()(small), model(small), atol=1e-5, rtol=0)


def test_it_starts_near_the_picture_repeated_and_enlarges_it() -> None:
    torch.manual_seed(0)
    for times in (2, 4):
        model = Upscaler(Config(times=times, channels=8, blocks=2))
        small = torch.rand(1, 3, 6, 7)
        assert model(small).shape == (1, 3, 6 * times, 7 * times)


def test_a_pixel_reaches_no_further_than_it_says() -> None:
    torch.manual_seed(0)
    model = Upscaler(SMALL).merged()
    small = torch.rand(1, 3, 41, 41)
    changed = small.clone()
    changed[..., 20, 20] += 1
    moved = (model(changed) - model(small)).abs().sum(1)[0].nonzero()
    assert moved.min() // 4 >= 20 - model.reach
    assert moved.max() // 4 <= 20 + model.reach


def test_the_large_network_has_less_than_eight_hundred_thousand_weights() -> None:
    merged = Upscaler(CONFIGS["upscale4_best"]).merged()
    assert sum(weights.numel() for weights in merged.parameters()) < 800_000
