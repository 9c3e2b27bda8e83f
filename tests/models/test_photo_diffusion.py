import torch

from models import photo_diffusion
from models.photo_diffusion import (
    KAPPA,
    MISSING,
    Config,
    PhotoDiffusion,
    diffuse,
    sample,
    scaling,
    shifts,
)

TINY = Config(channels=8, blocks=1, condition_width=8)


def test_it_starts_as_the_best_linear_guess_and_takes_any_multiple_of_four() -> None:
    model = PhotoDiffusion(TINY)
    enlarged = torch.rand(2, 3, 12, 20) * 2 - 1
    eta = torch.tensor([0.1, 0.9])
    noisy = torch.randn_like(enlarged)
    guess = enlarged + scaling(eta).skip * (noisy - enlarged)
    torch.testing.assert_close(model(noisy, eta, enlarged), guess)
    torch.testing.assert_close(model(enlarged, eta, enlarged), enlarged)


def test_a_place_reaches_no_further_than_it_says() -> None:
    torch.manual_seed(0)
    model = PhotoDiffusion(TINY)
    torch.nn.init.normal_(model.leave.weight)
    enlarged, eta = torch.rand(1, 3, 60, 60), torch.tensor([0.5])
    changed = enlarged.clone()
    changed[..., 28:32, 28:32] += 1
    moved = model(changed, eta, changed) - model(enlarged, eta, enlarged)
    rows = moved[0].abs().sum((0, 2)).nonzero() // 4
    assert 7 - model.reach <= rows.min()
    assert rows.max() <= 7 + model.reach


def test_the_chain_shifts_from_the_sharp_picture_to_the_enlarged_one() -> None:
    etas = shifts(4)
    assert etas[0] == 0
    assert etas == sorted(etas)
    assert abs(etas[-1] - 0.99) < 1e-6
    sharp, enlarged = torch.zeros(1, 3, 64, 64), torch.ones(1, 3, 64, 64)
    noisy = diffuse(sharp, enlarged, torch.tensor([0.25]), torch.randn(1, 3, 64, 64))
    assert abs(noisy.mean() - 0.25) < 0.01
    assert abs(noisy.std() - KAPPA * 0.5) < 0.01


def test_sampling_stays_on_the_chain_of_what_is_predicted() -> None:
    """With a prediction that never changes each state has the mean and the noise of eq. 2."""
    torch.manual_seed(0)
    sharp, enlarged = torch.full((1, 3, 96, 96), -0.5), torch.full((1, 3, 96, 96), 0.5)
    etas, visited = shifts(4), []

    def predict(noisy: torch.Tensor, shifted: torch.Tensor) -> torch.Tensor:
        visited.append((float(shifted), float(noisy.mean()), float(noisy.std())))
        return sharp

    drawn = list(sample(predict, enlarged, lambda step: torch.randn(1, 3, 96, 96), 4))
    assert len(drawn) == 4
    torch.testing.assert_close(drawn[-1], sharp)
    for (eta, mean, deviation), wanted in zip(visited[1:], etas[3:0:-1], strict=True):
        assert abs(eta - wanted) < 1e-6
        assert abs(mean - (-0.5 + eta)) < 0.02
        assert abs(deviation - KAPPA * eta**0.5) < 0.01


def test_one_step_is_a_chain_too() -> None:
    assert photo_diffusion.shifts(1) == [0.0, 0.99]


def test_what_goes_in_and_what_is_asked_for_is_of_unit_size_all_along_the_chain() -> None:
    torch.manual_seed(0)
    enlarged = torch.zeros(1, 1, 400, 400)
    sharp = MISSING * torch.randn_like(enlarged)
    for place in (0.02, 0.3, 0.99):
        eta = torch.tensor([place])
        noisy = diffuse(sharp, enlarged, eta, torch.randn_like(enlarged))
        scales = scaling(eta)
        assert abs((scales.enter * noisy).std() - 1) < 0.02
        asked = (sharp - scales.skip * noisy) / scales.out
        assert abs(asked.std() - 1) < 0.02
        assert abs((asked * noisy).mean()) < 0.02  # the skip leaves nothing that is linear in it
