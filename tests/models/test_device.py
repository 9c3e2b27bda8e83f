from __future__ import annotations

import pytest
import torch

from models import device
from models.device import autocast, best_dtype


def test_bfloat16_only_where_the_cpu_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for found, dtype in (
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"avx512_bf16": False, "avx2": True}, torch.float32),
        ({}, torch.float32),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda found=found: found)
        assert best_dtype(torch.device("cpu")) == dtype


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_products_run_in_the_chosen_dtype(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype
) -> None:
    x = torch.ones(2, 2)
    with autocast(x.device, dtype):
        assert (x @ x).dtype == dtype
    monkeypatch.setattr(device, "best_dtype", lambda _: dtype)
    with autocast(x.device):
        assert (x @ x).dtype == dtype
