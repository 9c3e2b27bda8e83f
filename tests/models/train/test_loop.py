import csv
import os
import signal

import pytest
import torch
from torch import nn

from models import checkpoint
from models.train import loop

CONFIG = {"width": 2, "multipliers": (1, 2)}


def options(tmp_path, *more):
    return loop.parser("tiny", minutes=5, learning_rate=0.01).parse_args(
        ["--device", "cpu", "--out", f"{tmp_path}/out", "--run", f"{tmp_path}/run", *more],
        namespace=loop.Options(),
    )


def tiny(seed=0):
    torch.manual_seed(seed)
    return nn.Linear(2, 2)


def fit(model):
    def step_loss(step):
        x = torch.randn(8, 2, generator=torch.Generator().manual_seed(step))
        return (model(x) - x.flip(1)).square().mean(), 8, {"twice": 2.0}

    return step_loss


def run(tmp_path, *more, seed=0, step_loss=None):
    model = tiny(seed)
    average = loop.train(options(tmp_path, *more), model, CONFIG, step_loss or fit(model))
    return model, average


def test_a_resumed_run_takes_the_same_next_steps(tmp_path):
    straight, average = run(tmp_path / "straight", "--steps", "6")
    run(tmp_path / "resumed", "--steps", "3")
    resumed, average_resumed = run(tmp_path / "resumed", "--steps", "3", seed=1)
    # The learning rate follows the clock, constant here but for the warm-up, which counts steps.
    torch.testing.assert_close(resumed.weight, straight.weight)
    torch.testing.assert_close(average_resumed.weight, average.weight)


def test_without_its_state_a_run_goes_on_from_the_averaged_weights(tmp_path):
    _, average = run(tmp_path, "--steps", "6")
    (tmp_path / "run" / "state.pt").unlink()
    model, _ = run(tmp_path, "--steps", "0", seed=1)
    torch.testing.assert_close(model.weight, average.weight, atol=4e-3, rtol=0)
    _, _, facts = checkpoint.read(tmp_path / "out")
    assert (facts["step"], facts["items"]) == (6, 48)


def test_a_state_of_another_network_is_refused(tmp_path):
    run(tmp_path, "--steps", "1")
    model = tiny()
    with pytest.raises(SystemExit, match="another network"):
        loop.train(options(tmp_path), model, {"width": 3}, fit(model))


def test_the_exported_weights_are_the_averaged_ones_in_bf16(tmp_path):
    _, average = run(tmp_path, "--steps", "5")
    tensors, config, _ = checkpoint.read(tmp_path / "out")
    assert config == {"width": 2, "multipliers": [1, 2]}
    assert torch.equal(tensors["weight"], average.weight.bfloat16())


def test_a_terminated_run_leaves_a_checkpoint(tmp_path):
    model = tiny()
    handler = signal.getsignal(signal.SIGTERM)

    def step_loss(step):
        if step == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return fit(model)(step)

    loop.train(options(tmp_path), model, CONFIG, step_loss)
    assert checkpoint.read(tmp_path / "out")[2]["step"] == 3
    assert signal.getsignal(signal.SIGTERM) is handler


def test_a_broken_batch_leaves_the_weights_whole(tmp_path):
    model = tiny()

    def step_loss(step):
        return model(torch.full((1, 2), torch.inf)).sum(), 1, {}

    loop.train(options(tmp_path, "--steps", "2"), model, CONFIG, step_loss)
    assert torch.isfinite(model.weight).all()


def test_a_training_that_learns_nothing_ends(tmp_path):
    model = tiny()
    good = fit(model)

    def step_loss(step):
        if step == loop.MOST_BROKEN - 1:  # one that counts from anew
            return good(step)
        return model(torch.full((1, 2), torch.inf)).sum(), 1, {}

    with pytest.raises(SystemExit, match="broken gradients"):
        loop.train(options(tmp_path, "--steps", "90"), model, CONFIG, step_loss)
    with pytest.raises(FileNotFoundError):
        checkpoint.read(tmp_path / "out")


def test_the_log_counts_on_after_a_resume(tmp_path):
    run(tmp_path, "--steps", "2")
    run(tmp_path, "--steps", "2")
    with (tmp_path / "out" / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["step"], r["items"], r["twice"]) for r in rows] == [
        ("2", "16", "2.0"),
        ("4", "32", "2.0"),
    ]


def test_the_budget_ends_the_run(tmp_path):
    run(tmp_path, "--minutes", "0.001")
    facts = checkpoint.read(tmp_path / "out")[2]
    assert facts["minutes"] >= 0.001
    run(tmp_path, "--minutes", "0.001")
    assert checkpoint.read(tmp_path / "out")[2] == facts


def test_the_learning_rate_warms_up_holds_and_falls_to_zero():
    factor = loop.learning_rate_factor
    assert factor(0, 0.0) == pytest.approx(1 / 200)
    assert factor(1000, 0.5) == 1
    assert factor(1000, 0.85) == pytest.approx(0.5)
    assert factor(1000, 1.0) == 0


def test_the_average_weighs_late_steps_most_and_forgets_the_first_weights():
    average, model = tiny(), tiny()
    for step in range(1, 101):
        nn.init.constant_(model.weight, float(step))
        loop.update_average(average, model, step)
    # The profile t^γ on [0, 100] has its mean at 100 (γ + 1) / (γ + 2).
    assert average.weight[0, 0].item() == pytest.approx(100 * 7.94 / 8.94, rel=0.01)
