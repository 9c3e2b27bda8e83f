"""Models in memory."""

from __future__ import annotations

import math
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline import runtime as runtime_module
from pipeline.errors import WeightsError
from pipeline.runtime import LOADERS, Runtime, cores


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models that were loaded, in order."""
    names: list[str] = []

    def noted(name: str) -> Any:
        load = LOADERS[name]
        return lambda folder: names.append(name) or load(folder)

    monkeypatch.setattr(runtime_module, "LOADERS", {name: noted(name) for name in LOADERS})
    return names


def test_a_model_is_loaded_once_also_when_many_ask(weights: Path, loaded: list[str]) -> None:
    runtime = Runtime(weights=weights)
    models = []
    threads = [
        threading.Thread(target=lambda: models.append(runtime.model("base"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(model) for model in models}) == 1
    assert loaded == ["base"]


def test_models_are_ready_to_evaluate_in_the_chosen_precision(weights: Path) -> None:
    model = Runtime(weights=weights, device="cpu", dtype=torch.bfloat16).model("base")
    assert not model.training
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert not any(p.requires_grad for p in model.parameters())


def test_beyond_the_budget_the_least_recently_used_is_let_go(
    weights: Path, loaded: list[str]
) -> None:
    runtime = Runtime(weights=weights)
    for name in ("base", "sr256"):
        runtime.model(name)
    budget = runtime.held_bytes
    runtime = Runtime(weights=weights, budget=budget)
    loaded.clear()
    for name in ("base", "sr256", "base", "sr1024", "base", "sr256"):
        runtime.model(name)
        assert runtime.held_bytes <= budget
    assert loaded == ["base", "sr256", "sr1024", "sr256"]


def test_a_model_larger_than_the_budget_is_held_alone(weights: Path) -> None:
    runtime = Runtime(weights=weights, budget=1)
    assert runtime.model("base") is runtime.model("base")


def test_unused_models_are_let_go(weights: Path, loaded: list[str]) -> None:
    runtime = Runtime(weights=weights)
    runtime.model("base")
    runtime.release(unused_for=3600)
    assert runtime.held_bytes > 0
    runtime.release()
    assert runtime.held_bytes == 0
    runtime.model("base")
    assert loaded == ["base", "base"]


@pytest.mark.parametrize("damage", ["missing", "truncated", "other sizes", "no json"])
def test_bad_weights_are_said(weights: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "base"
    if damage != "missing":
        shutil.copytree(weights / "base", folder)
    if damage == "truncated":
        file = folder / "model.safetensors"
        file.write_bytes(file.read_bytes()[:1000])
    if damage == "other sizes":
        shutil.copy(weights / "sr256" / "config.json", folder)
    if damage == "no json":
        (folder / "config.json").write_text("{")
    with pytest.raises(WeightsError, match="base"):
        Runtime(weights=tmp_path).model("base")


def test_a_hash_names_the_weights(weights: Path, tmp_path: Path) -> None:
    runtime = Runtime(weights=weights)
    hashes = {name: runtime.hash(name) for name in LOADERS}
    assert len(set(hashes.values())) == len(LOADERS)
    assert hashes == {name: Runtime(weights=weights).hash(name) for name in LOADERS}
    with pytest.raises(WeightsError):
        Runtime(weights=tmp_path).hash("base")


def test_the_hash_is_of_the_weights_in_memory(weights: Path, tmp_path: Path) -> None:
    shutil.copytree(weights / "sr256", tmp_path / "sr256")
    runtime = Runtime(weights=tmp_path)
    runtime.model("sr256")
    before = runtime.hash("sr256")
    shutil.copytree(weights / "sr1024", tmp_path / "sr256", dirs_exist_ok=True)
    assert runtime.hash("sr256") == before
    runtime.release()
    runtime.model("sr256")
    assert runtime.hash("sr256") != before


def test_what_was_computed_is_remembered_and_the_oldest_forgotten(
    monkeypatch: pytest.MonkeyPatch, weights: Path
) -> None:
    monkeypatch.setattr(runtime_module, "REMEMBERED", 2)
    runtime = Runtime(weights=weights)
    computed = []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert runtime.remember(key, lambda key=key: computed.append(key) or key) == key
    assert computed == ["a", "b", "c", "b"]


def test_networks_are_evaluated_in_the_chosen_precision_and_nothing_leaks(weights: Path) -> None:
    runtime = Runtime(weights=weights, device="cpu", dtype=torch.bfloat16)
    x = torch.ones(2, 2)
    assert runtime.evaluate(torch.matmul, x, x).dtype == torch.bfloat16
    assert (x @ x).dtype == torch.float32
    assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("200000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", math.inf)],
)
def test_a_container_s_quota_limits_the_threads(
    monkeypatch: pytest.MonkeyPatch, quota: str, expected: float
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda _: quota)
    assert cores() == expected
