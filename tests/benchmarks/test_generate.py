"""Pictures drawn several at a time are those that the pipeline draws one by one."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.generate import batch, conditions
from pipeline.request import Prompt, Request
from pipeline.runtime import Runtime
from pipeline.text_to_image import generate, pixels
from tests.pipeline.weights import write


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    write(tmp_path)
    return Runtime(weights=tmp_path, device="cpu", dtype=torch.float32)


def test_a_batch_is_the_same_pictures(runtime: Runtime) -> None:
    text, seeds = "a sprinter on the track", range(3, 5)
    known = conditions(text, seeds, runtime)
    drawn = batch(*known, seeds, runtime)
    request = Request(Prompt(text), seed=3, count=2)
    alone = [e.result.picture for e in generate(request, runtime) if e.result is not None]
    for one, picture in zip(drawn, alone, strict=True):
        assert np.abs(pixels(one[None]).astype(int) - picture).max() <= 2
