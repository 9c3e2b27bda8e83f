"""What the estimate draws on, and whether the network or the mean answers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from data.plans.log import Session, TrainingLog
from data.plans.simulate import simulate
from models.plan_attention import Config, PlanAttention
from pipeline.plans.attention import agreement, explain, spearman


def load(session: Session) -> float:
    return session.load or 0.0


@pytest.fixture
def model() -> PlanAttention:
    torch.manual_seed(0)
    network = PlanAttention(Config(width=16)).eval()
    torch.nn.init.normal_(network.following[2].weight, std=0.3)
    return network


def log(days: int) -> TrainingLog:
    return simulate(np.random.default_rng(1), days).log


def test_a_short_log_gets_the_mean(model: PlanAttention) -> None:
    why = explain(log(40), load, model)
    assert why is not None
    assert (why.verdict, why.reason) == ("baseline", "few")
    assert why.baseline["load"] % 5 == 0
    assert why.estimates["load"].low <= why.estimates["load"].middle <= why.estimates["load"].high


def test_without_weights_the_mean_answers_alone() -> None:
    why = explain(log(120), load, None)
    assert why is not None
    assert (why.verdict, why.reason, why.estimates) == ("baseline", "missing", {})


def test_a_network_that_knows_nothing_is_not_used(model: PlanAttention) -> None:
    why = explain(log(140), load, model)
    assert why is not None
    assert why.tested > 40
    assert why.error is not None
    assert why.baseline_error is not None
    assert (why.verdict == "model") == (why.error < why.baseline_error)


def test_the_maps_are_of_sessions_before_alone(model: PlanAttention) -> None:
    why = explain(log(90), load, model)
    assert why is not None
    count = len(why.sessions)
    assert why.attention.shape == why.effect.shape == (count + 1, count)
    assert np.isnan(why.attention[np.triu_indices(count)]).all()
    assert np.isfinite(why.attention[-1]).all()
    assert np.nansum(why.attention, axis=1).max() <= 1 + 1e-6
    assert not any(s.is_rest for s in why.sessions)


def test_nothing_done_explains_nothing(model: PlanAttention) -> None:
    assert explain(TrainingLog(), load, model) is None
    plan = TrainingLog((Session(dt.date(2026, 1, 1), "planned", "run"),))
    assert explain(plan, load, model) is None


def test_where_the_two_disagree_occlusion_leads(model: PlanAttention) -> None:
    rng = np.random.default_rng(0)
    attention = rng.random((3, 12))
    assert agreement(attention, attention) == pytest.approx(1.0)
    assert agreement(attention, 1 / attention) == pytest.approx(-1.0)
    assert agreement(attention[:, :4], attention[:, :4]) is None


def test_the_rank_correlation_is_spearmans() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 9, 30), rng.random(30)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert np.isnan(spearman(np.ones(5), b[:5]))
