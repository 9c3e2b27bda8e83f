"""Tiny networks, and a finished result that needed none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.scenes.figure import Figure, FigureProp
from data.scenes.posed import JOINTS
from pipeline.request import Prompt, Request, Result
from tests.pipeline.weights import write


@pytest.fixture
def figure() -> Figure:
    rng = np.random.default_rng(0)
    joints = rng.random((2, len(JOINTS), 2)).astype(np.float32)
    joints[1, 0] = np.nan
    ball = FigureProp("basketball", *rng.random((3, 2)).astype(np.float32))
    lines = rng.random((4, 2, 3)).astype(np.float32)
    depth = rng.random((2, len(JOINTS))).astype(np.float32)
    return Figure(joints, (ball,), lines, float("nan"), depth, lines[:3], 5)


@pytest.fixture
def result(figure: Figure) -> Result:
    rng = np.random.default_rng(1)
    sizes = {"base": 64, "sr256": 256}
    stages = {name: rng.integers(0, 256, (s, s, 3), np.uint8) for name, s in sizes.items()}
    return Result(
        request=Request(Prompt("篮球运动员 shoots <3"), seed=7, size=256, guidance=2.0),
        picture=stages["sr256"],
        stages=stages,
        attributes={"action": "basketball_shot", "phase": "basketball_shot/release"},
        chosen=("phase",),
        figure=figure,
        weights={"base": "0123456789abcdef"},
        versions={"torch": "2.13.0"},
        device="CPU, 2 threads, bfloat16",
        seconds={"base": 0.25},
        peak_memory=123456789,
        created="2026-01-31T12:00:00+01:00",
    )


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny networks with random weights."""
    folder = tmp_path_factory.mktemp("weights")
    write(folder)
    return folder
