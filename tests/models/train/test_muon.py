from pathlib import Path

import pytest
import torch
from torch import nn

from models.train.muon import MuonAdamW


def network() -> nn.Module:
    torch.manual_seed(0)
    layers = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.Conv2d(16, 3, 3)
    )
    return layers.to(memory_format=torch.channels_last)


def run(model: nn.Module, optimiser: torch.optim.Optimizer, steps: int, rate: float) -> float:
    torch.manual_seed(1)
    x, y = torch.rand(4, 3, 12, 12), torch.rand(4, 3, 6, 6)
    for _ in range(steps):
        optimiser.param_groups[0]["lr"] = rate
        loss = (model(x) - y).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return float(loss.detach())


def test_all_weights_move_and_the_loss_falls() -> None:
    model = network()
    before = [p.detach().clone() for p in model.parameters()]
    optimiser = MuonAdamW(model, 1e-3)
    first, last = run(model, optimiser, 1, 1e-3), run(model, optimiser, 30, 1e-3)
    assert last < 0.9 * first
    assert all(not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_a_kernels_step_is_nearly_orthogonal() -> None:
    model = network()
    before = model[2].weight.detach().clone()
    run(model, MuonAdamW(model, 1e-3), 1, 1e-3)
    step = (model[2].weight.detach() - before).permute(0, 2, 3, 1).reshape(16, -1)
    values = torch.linalg.svdvals(step)
    assert values.max() / values.min() < 3


def test_no_rate_no_step() -> None:
    model = network()
    before = [p.detach().clone() for p in model.parameters()]
    run(model, MuonAdamW(model, 1e-3), 2, 0.0)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_a_resumed_run_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    model = network()
    optimiser = MuonAdamW(model, 1e-3)
    run(model, optimiser, 3, 1e-3)
    torch.save([model.state_dict(), optimiser.state_dict()], tmp_path / "state.pt")
    straight = run(model, optimiser, 3, 1e-3)

    again = network()
    other = MuonAdamW(again, 1e-3)
    weights, state = torch.load(tmp_path / "state.pt", weights_only=True)
    again.load_state_dict(weights)
    other.load_state_dict(state)
    assert run(again, other, 3, 1e-3) == pytest.approx(straight, rel=1e-4)


def test_a_network_without_kernels_is_refused() -> None:
    with pytest.raises(ValueError, match="wide enough"):
        MuonAdamW(nn.Linear(4, 4), 1e-3)
