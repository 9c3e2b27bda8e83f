from dataclasses import asdict, replace

import pytest
import torch

from data.scenes.attributes import WIDTH
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import SHAPE
from models import checkpoint, flow
from models.condition import ATTRIBUTES, unsaid
from models.device import autocast
from models.unet import SHAPE_TIMES, Config, UNet, denoiser, enlarge, load

BASE = Config(
    unshuffle=2,
    guide_unshuffle=2,
    low_resolution=False,
    channels=(32, 64),
    blocks=(1, 2),
    attention=(False, True),
    token_width=16,
    condition_width=32,
)
LARGER = replace(
    BASE, unshuffle=4, guide_unshuffle=1, low_resolution=True, attention=(False, False)
)


def network(config, seed=0):
    """A network whose last layers, zero before training, say something."""
    torch.manual_seed(seed)
    model = UNet(config).eval().requires_grad_(False)
    for p in model.parameters():
        if not p.any():
            p.normal_(0, 0.05)
    return model


def inputs(config, count, size):
    generator = torch.Generator().manual_seed(1)
    places = size // config.unshuffle
    guide = torch.rand(
        count, GUIDE_CHANNELS, *[places * config.guide_unshuffle] * 2, generator=generator
    )
    attributes = torch.rand(count, WIDTH, generator=generator)
    low = torch.rand(count, 3, places, places, generator=generator) * 2 - 1
    more = (low, torch.full((count,), 0.1)) if config.low_resolution else ()
    return guide, attributes, more


@pytest.mark.parametrize(("config", "size"), [(BASE, 16), (LARGER, 32), (LARGER, 40)])
def test_a_picture_comes_out_in_the_size_of_the_noise(config, size):
    guide, attributes, more = inputs(config, 2, size)
    noisy = torch.randn(2, 3, size, size)
    picture = network(config)(noisy, torch.rand(2), guide, attributes, *more)
    assert picture.shape == noisy.shape
    assert picture.isfinite().all()


def test_super_resolution_starts_from_the_enlarged_picture():
    guide, attributes, (low, level) = inputs(LARGER, 1, 32)
    picture = UNet(LARGER)(torch.randn(1, 3, 32, 32), torch.zeros(1), guide, attributes, low, level)
    torch.testing.assert_close(picture, enlarge(low, 4))


def test_without_attention_a_place_depends_on_its_surroundings_alone():
    model = network(LARGER)
    guide, attributes, (low, level) = inputs(LARGER, 1, 256)
    noisy, t = torch.randn(1, 3, 256, 256), torch.full((1,), 0.3)
    whole = model(noisy, t, guide, attributes, low, level)
    part = model(noisy[..., :128], t, guide[..., :32], attributes, low[..., :32], level)
    torch.testing.assert_close(part[..., :32], whole[..., :32], atol=1e-4, rtol=1e-4)


def test_attention_maps_are_shares_of_what_a_place_looks_at():
    guide, attributes, _ = inputs(BASE, 2, 32)
    maps = []
    noisy, t = torch.randn(2, 3, 32, 32), torch.rand(2)
    with_maps = network(BASE)(noisy, t, guide, attributes, maps=maps)
    assert [m.shape for m in maps] == [(2, 1, len(ATTRIBUTES), 8, 8)]
    assert ((maps[0] >= 0) & (maps[0] <= 1)).all()
    assert (maps[0].sum(2) < 1).all()  # the rest goes to other places
    assert torch.equal(with_maps, network(BASE)(noisy, t, guide, attributes))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_picture_is_the_same_alone_and_in_a_batch(dtype):
    model = network(BASE).to(dtype)
    guide, attributes, _ = inputs(BASE, 3, 32)

    def draw(rows):
        denoise = denoiser(model, guide[rows], attributes[rows], guidance=2.0)
        with autocast(torch.device("cpu"), dtype):
            *_, (_, picture) = flow.sample(denoise, flow.noise(rows, (3, 32, 32)), steps=4)
        return picture

    alone, together = draw([2]), draw([0, 1, 2])[2:]
    assert (alone - together).abs().max() <= 2 / 127.5


def test_guidance_mixes_in_what_the_network_draws_without_words():
    model = network(BASE)
    guide, attributes, _ = inputs(BASE, 1, 32)
    noisy, t = torch.randn(1, 3, 32, 32), torch.full((1,), 0.5)
    said = model(noisy, t, guide, attributes)
    nothing = model(noisy, t, guide, unsaid(1))
    drawn = denoiser(model, guide, attributes, guidance=1.5)(noisy, t)
    torch.testing.assert_close(drawn, flow.threshold(nothing + 1.5 * (said - nothing)))


def test_maps_are_of_the_conditional_half_one_list_a_step():
    model = network(BASE)
    guide, attributes, _ = inputs(BASE, 1, 32)
    maps = []
    denoise = denoiser(model, guide, attributes, guidance=2.0, maps=maps)
    list(flow.sample(denoise, flow.noise([0], (3, 32, 32)), steps=3))
    assert [[m.shape[0] for m in layers] for layers in maps] == [[1]] * 3


def test_a_network_read_back_draws_the_same(tmp_path):
    model = network(LARGER).bfloat16().float()
    checkpoint.write(tmp_path, model.state_dict(), asdict(LARGER), {})
    guide, attributes, more = inputs(LARGER, 1, 32)
    noisy, t = torch.randn(1, 3, 32, 32), torch.rand(1)
    again = load(tmp_path)
    assert again.config == LARGER
    torch.testing.assert_close(
        again(noisy, t, guide, attributes, *more), model(noisy, t, guide, attributes, *more)
    )


def test_training_on_one_picture_learns_it():
    torch.manual_seed(0)
    model = UNet(BASE)
    guide, attributes, _ = inputs(BASE, 1, 16)
    clean = torch.rand(1, 3, 16, 16) * 2 - 1
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(60):
        t = torch.rand(8)
        noisy = flow.mix(clean.expand(8, -1, -1, -1), torch.randn(8, 3, 16, 16), t)
        predicted = model(noisy, t, guide.expand(8, -1, -1, -1), attributes.expand(8, -1))
        loss = (predicted - clean).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 5


def test_beside_a_draft_an_untrained_network_believes_picture_and_draft_alike():
    config = replace(LARGER, guide_unshuffle=4, guide_channels=GUIDE_CHANNELS + 3, drafted=True)
    _, attributes, (low, level) = inputs(LARGER, 1, 32)
    guided = torch.rand(1, GUIDE_CHANNELS + 3, 32, 32)
    noisy = torch.randn(1, 3, 32, 32)
    picture = UNet(config)(noisy, torch.zeros(1), guided, attributes, low, level)
    torch.testing.assert_close(picture, (enlarge(low, 4) + guided[:, -3:]) / 2)


def test_what_lies_in_a_folded_place_is_read_from_the_surface():
    folded = SHAPE_TIMES**2 * len(SHAPE)
    config = replace(LARGER, guide_channels=GUIDE_CHANNELS + folded, traced=True)
    model = network(config)
    generator = torch.Generator().manual_seed(0)
    guide = torch.rand(1, config.guide_channels, 8, 8, generator=generator)
    noisy = torch.randn(1, 3, 32, 32, generator=generator)
    low, level = torch.zeros(1, 3, 8, 8), torch.zeros(1)
    known = noisy, torch.zeros(1), guide, unsaid(1), low, level
    # A change in one of the four places that are folded into one shows most of all there.
    changed = guide.clone()
    place = GUIDE_CHANNELS + SHAPE.index("top") * SHAPE_TIMES**2 + 1  # the upper right one
    changed[0, place, 4, 4] += 5
    model.enter.weight[:, -3 - folded : -3] = 0  # by way of the trunk it shows everywhere
    before = model(*known)
    after = model(noisy, torch.zeros(1), changed, unsaid(1), low, level)
    difference = (after - before).abs().sum(1)[0]
    rows, columns = (difference > 0).nonzero().T
    assert difference.max() > 0
    assert rows.min() >= 16 - 6
    assert rows.max() <= 17 + 6
    assert columns.min() >= 18 - 6
    assert columns.max() <= 19 + 6
