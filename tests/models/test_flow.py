import math

import pytest
import torch

from models import flow


def last(iterator):
    *_, (_, picture) = iterator
    return picture


def test_sampling_recovers_a_gaussian():
    # Data N(mean, deviation²): the best guess of x given z = t·x + (1 − t)·ε is known (e.g. Bishop
    # 2006, eq. 2.116), so only the sampler can be wrong.
    mean, deviation = 0.5, 0.2

    def denoise(z, t):
        t = t.view(-1, 1, 1, 1)
        gain = t * deviation**2 / (t**2 * deviation**2 + (1 - t) ** 2)
        return mean + gain * (z - t * mean)

    drawn = last(flow.sample(denoise, flow.noise(range(4), (3, 32, 32)), steps=50))
    assert drawn.mean().item() == pytest.approx(mean, abs=0.01)
    assert drawn.std().item() == pytest.approx(deviation, rel=0.05)


def test_sampling_one_known_picture_gives_it_in_any_number_of_steps():
    picture = torch.rand(1, 3, 4, 4)
    for steps in (1, 3, 8):
        drawn = list(flow.sample(lambda z, t: picture, torch.randn(1, 3, 4, 4), steps))
        assert [done for done, _ in drawn] == list(range(1, steps + 1))
        torch.testing.assert_close(drawn[-1][1], picture)


def test_a_power_above_one_makes_the_first_steps_short():
    times = []

    def denoise(z, t):
        times.append(t[0].item())
        return torch.zeros_like(z)

    list(flow.sample(denoise, torch.randn(1, 3, 4, 4), steps=4, power=2))
    assert times == pytest.approx([0, 1 / 16, 4 / 16, 9 / 16])


def test_the_path_leads_from_noise_to_the_picture():
    clean, noise = torch.randn(3, 3, 4, 4), torch.randn(3, 3, 4, 4)
    z = flow.mix(clean, noise, torch.tensor([0.0, 0.25, 1.0]))
    torch.testing.assert_close(z[0], noise[0])
    torch.testing.assert_close(z[1], 0.25 * clean[1] + 0.75 * noise[1])
    torch.testing.assert_close(z[2], clean[2])


def test_the_velocity_loss_is_the_squared_error_of_the_velocity():
    clean, noise, predicted = (torch.randn(2, 3, 4, 4) for _ in range(3))
    t = torch.tensor([0.1, 0.6])
    z = flow.mix(clean, noise, t)
    velocity = (predicted - z) / (1 - t).view(-1, 1, 1, 1)
    expected = (velocity - (clean - noise)).square().mean((1, 2, 3))
    torch.testing.assert_close(flow.velocity_loss(predicted, clean, t), expected)


def test_the_velocity_loss_stays_finite_at_the_clean_end():
    loss = flow.velocity_loss(torch.zeros(1, 3, 2, 2), torch.ones(1, 3, 2, 2), torch.ones(1))
    assert loss.item() == pytest.approx(1 / flow.LEAST_NOISE**2)


def test_blending_a_guess_with_the_noisy_picture_beats_either():
    generator = torch.Generator().manual_seed(0)
    clean, wrong, noise = torch.randn(3, 1, 3, 100, 100, generator=generator)
    t, guess = torch.tensor([0.8]), clean + 0.2 * wrong
    noisy = flow.mix(clean, noise, t)
    blended, least = flow.blend(guess, noisy, t, 0.2), 1 / (1 / 0.2**2 + (0.8 / 0.2) ** 2)
    assert (blended - clean).square().mean().item() == pytest.approx(least, rel=0.05)


def test_at_the_start_only_the_guess_counts_and_at_the_end_only_the_picture():
    guess, noisy = torch.randn(2, 1, 3, 4, 4)
    torch.testing.assert_close(flow.blend(guess, noisy, torch.zeros(1), 0.1), guess)
    torch.testing.assert_close(flow.blend(guess, noisy, torch.ones(1), 0.1), noisy)


def test_the_velocity_loss_counts_places_by_their_weight():
    clean, guess = torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2)
    guess[..., 0] = 1
    weight = torch.tensor([3.0, 1.0]).view(1, 1, 1, 2)
    t = torch.zeros(1)
    assert flow.velocity_loss(guess, clean, t).item() == pytest.approx(1 / 2)
    assert flow.velocity_loss(guess, clean, t, weight=weight).item() == pytest.approx(3 / 4)


def test_an_absolute_loss_is_least_at_the_median():
    clean = torch.tensor([-1.0, 0.0, 4.0]).view(1, 1, 3, 1)
    t = torch.zeros(1)

    def loss(guess, absolute):
        return flow.velocity_loss(torch.full_like(clean, guess), clean, t, absolute=absolute).item()

    assert loss(0.0, True) == pytest.approx(5 / 3)
    assert loss(0.0, True) < loss(1.0, True)
    assert loss(1.0, False) < loss(0.0, False)


def test_training_times_are_logit_normal():
    t = flow.sample_times(20_000, torch.Generator().manual_seed(0), mean=-0.8, spread=0.8)
    logit = torch.logit(t)
    assert logit.mean().item() == pytest.approx(-0.8, abs=0.03)
    assert logit.std().item() == pytest.approx(0.8, abs=0.03)


def test_a_seed_gives_the_same_noise_in_any_batch():
    assert torch.equal(flow.noise([3, 5], (3, 8, 8))[1:], flow.noise([5], (3, 8, 8)))


def test_guidance_of_one_is_the_conditional_prediction():
    a, b = torch.randn(2, 4), torch.randn(2, 4)
    torch.testing.assert_close(flow.guided(a, b, 1.0), a)
    torch.testing.assert_close(flow.guided(a, b, 3.0), b + 3 * (a - b))


def test_thresholding_divides_by_the_percentile_where_it_exceeds_one():
    mild = torch.linspace(-0.9, 0.9, 101).view(1, 1, 1, 101)
    strong = torch.linspace(-2, 2, 2001).view(1, 1, 1, 2001)
    torch.testing.assert_close(flow.threshold(mild), mild)
    drawn = flow.threshold(strong, 0.5)  # the median of |x| is 1
    assert drawn.abs().max().item() == pytest.approx(1)
    torch.testing.assert_close(drawn, strong.clamp(-1, 1), atol=1e-3, rtol=0)
    halved = flow.threshold(strong, 1.0)
    torch.testing.assert_close(halved, strong / 2)


def test_augmentation_adds_noise_of_the_given_level():
    low, noise = torch.zeros(2, 3, 8, 8), torch.randn(2, 3, 8, 8)
    drawn = flow.augment(low, torch.tensor([0.0, 0.3]), noise)
    assert torch.equal(drawn[0], low[0])
    torch.testing.assert_close(drawn[1], 0.3 * noise[1])
    assert math.isfinite(drawn.sum())


def test_sampling_goes_on_from_a_noisy_picture():
    clean, noise = torch.ones(1, 3, 2, 2), torch.zeros(1, 3, 2, 2)
    times = []

    def denoise(noisy, t):
        times.append(float(t))
        torch.testing.assert_close(noisy, flow.mix(clean, noise, t))
        return clean

    start = flow.mix(clean, noise, torch.tensor([0.5]))
    *_, (done, drawn) = flow.sample(denoise, start, steps=2, start=0.5)
    assert (done, times) == (2, [0.5, 0.75])
    assert torch.equal(drawn, clean)
