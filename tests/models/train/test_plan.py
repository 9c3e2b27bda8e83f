"""Training the plan attention network."""

from __future__ import annotations

import numpy as np
import torch

from data.plans.simulate import simulate
from data.plans.tokens import lived, tokens
from models.plan_attention import Config, PlanAttention
from models.train.plan import REST, Pool, augmented, losses, varied


def test_a_few_steps_lower_the_loss() -> None:
    torch.manual_seed(0)
    pool, rng = Pool(6, 0), np.random.default_rng(0)
    rows = augmented(pool.draw(6, 48, rng), rng)
    model = PlanAttention(Config(width=16))
    optimiser = torch.optim.AdamW(model.parameters(), 5e-3)
    seen = []
    for _step in range(25):
        parts = losses(model, rows)
        assert all(torch.isfinite(part) for part in parts.values())
        total = parts["following"] + 0.2 * parts["own"]
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        seen.append(float(total.detach()))
    assert seen[-1] < 0.9 * seen[0]


def test_rest_is_never_hidden() -> None:
    rng = np.random.default_rng(1)
    rows = augmented(Pool(4, 1).draw(4, 40, rng), rng)
    assert torch.isfinite(rows.values[rows.hidden][:, 0]).all()


def test_a_varied_log_says_nothing_of_what_it_does_not_know() -> None:
    rng = np.random.default_rng(2)
    sessions = lived(simulate(rng, 80, plans=False).log)
    rows = tokens(sessions, [s.load or 0.0 for s in sessions])
    seen = set()
    for _log in range(60):
        log = varied(rows, rng)
        rest = log.sport == REST
        assert (rest == (rows.sport == REST)).all()
        assert np.isnan(log.values[rest]).all()
        assert (log.values[~rest, 0] > 0).all()
        for known, column in ((10, 0), (8, 3), (7, 1)):
            assert not log.features[log.features[:, known] == 0, column].any()
        seen.add(bool(np.isnan(log.values[~rest, 2]).all()))
    assert seen == {True, False}
