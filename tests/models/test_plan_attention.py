"""The plan attention network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from data.plans.log import SPORTS
from data.plans.simulate import simulate
from data.plans.tokens import Tokens, lived, tokens
from models.plan_attention import Batch, Config, PlanAttention, batch, means, occlude


def athlete(seed: int = 0, days: int = 40) -> Tokens:
    sessions = lived(simulate(np.random.default_rng(seed), days, plans=False).log)
    return tokens(sessions, [s.load or 0.0 for s in sessions])


@pytest.fixture(params=[1, 2])
def model(request: pytest.FixtureRequest) -> PlanAttention:
    torch.manual_seed(0)
    network = PlanAttention(Config(width=16, layers=request.param)).eval()
    torch.nn.init.normal_(network.following[2].weight, std=0.2)
    return network


def test_before_training_it_is_the_weighted_mean() -> None:
    torch.manual_seed(0)
    rows = batch([athlete()])
    said = PlanAttention(Config())(rows)
    middle, mean = said.following[0, :, :, 1], said.means.mean[0]
    assert torch.allclose(middle, mean)
    assert (said.following.diff(dim=-1) >= 0).all()


def test_the_mean_is_the_formula() -> None:
    values = torch.tensor([[[10.0] * 3, [float("nan")] * 3, [20.0] * 3, [100.0] * 3]])
    shown = torch.tensor([[True, True, True, False]])
    assert means(values, shown, 0.25).mean[0, :, 0].tolist() == [10.0, 10.0, 12.5, 12.5]


def test_nothing_looks_ahead(model: PlanAttention) -> None:
    rows = athlete()
    half = len(rows) // 2
    with torch.inference_mode():
        whole, part = model(batch([rows])), model(batch([rows[:half]]))
    # The last token of the part doesn't know when the next session is.
    assert torch.allclose(whole.following[0, : half - 1], part.following[0, :-1], atol=1e-4)
    assert torch.allclose(whole.weights[0, :half, :half], part.weights[0], atol=1e-6)


def test_loads_on_another_scale_give_the_same_forecast_on_that_scale(model: PlanAttention) -> None:
    rows = athlete()
    large = replace(rows, values=rows.values * np.float32([1e3, 1, 1]))
    larger = replace(rows, values=rows.values * np.float32([1e4, 1, 1]))
    with torch.inference_mode():
        said, same = (model(batch([r])).following[0, :, 0] for r in (large, larger))
    assert torch.allclose(same, 10 * said, rtol=1e-2, atol=5.0)


def test_attention_adds_up_to_one_and_is_causal(model: PlanAttention) -> None:
    with torch.inference_mode():
        weights = model(batch([athlete()])).weights[0]
    assert torch.allclose(weights.sum(-1), torch.ones(len(weights)), atol=1e-5)
    assert float(weights.triu(1).abs().max()) < 1e-6


def test_a_longer_neighbour_changes_nothing(model: PlanAttention) -> None:
    short, long = athlete(1, 20), athlete(2, 50)
    with torch.inference_mode():
        alone, beside = model(batch([short])), model(batch([short, long]))
    count = len(short) - 1
    assert torch.allclose(alone.following[0, :count], beside.following[0, :count], atol=1e-4)


def test_what_is_hidden_is_not_seen(model: PlanAttention) -> None:
    rows = batch([athlete()])
    at = 10
    hidden = torch.zeros_like(rows.real)
    hidden[0, at] = True
    features = rows.features.clone()
    features[0, at] += 1
    values = rows.values.clone()
    values[0, at] = 500.0
    with torch.inference_mode():
        one = model(replace(rows, hidden=hidden))
        other = model(replace(rows, hidden=hidden, features=features, values=values))
    assert torch.allclose(one.following, other.following)


def test_occlusion_is_the_difference_that_an_ordinary_session_would_make(
    model: PlanAttention,
) -> None:
    lived_days = lived(simulate(np.random.default_rng(0), 40, plans=False).log)
    # Without distance and zones: their ordinary values are those of all sessions together.
    sessions = [replace(s, distance_m=None, heart_rate_zones_s=()) for s in lived_days]
    rows = tokens(sessions, [s.load or 0.0 for s in sessions])
    effect = occlude(model, rows)
    count = len(rows)
    assert effect.shape == (count, count)
    rest = rows.sport == SPORTS.index("rest")
    assert np.isnan(effect[:, rest]).all()
    assert np.isnan(effect[np.triu_indices(count, 1)]).all()
    j = int(np.flatnonzero(~rest)[3])
    whole = batch([rows])
    load, rpe, minutes = means(whole.values, whole.real).mean[0, j - 1].tolist()
    sessions[j] = replace(
        sessions[j], title="", load=load, duration_s=60 * minutes, rpe=sessions[j].rpe and rpe
    )
    other = tokens(sessions, [s.load or 0.0 for s in sessions])
    with torch.inference_mode():
        change = model(whole).following - model(batch([other])).following
    assert effect[-1, j] == pytest.approx(float(change[0, -1, 0, 1]), abs=1e-3)


def test_a_batch_moves_as_a_whole() -> None:
    moved = batch([athlete()]).to("cpu")
    assert isinstance(moved, Batch)
