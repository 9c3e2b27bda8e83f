"""What is measured of a result."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data.imaging import Picture, psnr
from models.checkpoint import WEIGHTS
from pipeline.runtime import Runtime
from pipeline.upscaling import measures
from pipeline.upscaling.samples import sample


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(device="cpu", weights=WEIGHTS)


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(sample("sprint").data, np.uint8), cv2.IMREAD_COLOR)
    return picture[96:224, 96:224]


def test_equal_pictures_have_no_distance(runtime: Runtime, original: np.ndarray) -> None:
    assert measures.feature_distance(original, original, runtime) == 0
    grey = original[..., 0]
    assert measures.feature_distance(grey, grey, runtime) == 0


def test_more_blur_is_further(runtime: Runtime, original: np.ndarray) -> None:
    blurred = [cv2.GaussianBlur(original, (0, 0), s) for s in (0.6, 1.2, 2.4)]
    found = [measures.feature_distance(picture, original, runtime) for picture in blurred]
    assert 0 < found[0] < found[1] < found[2] <= 4


def test_a_shifted_picture_is_nearer_than_a_blurred_one_of_equal_psnr(
    runtime: Runtime, original: np.ndarray
) -> None:
    shifted = np.roll(original, 1, axis=1)
    deviations = np.arange(0.3, 6, 0.05)
    blurred = min(
        (cv2.GaussianBlur(original, (0, 0), s) for s in deviations),
        key=lambda picture: abs(psnr(picture, original) - psnr(shifted, original)),
    )
    assert abs(psnr(blurred, original) - psnr(shifted, original)) < 0.5
    near, far = (measures.feature_distance(p, original, runtime) for p in (shifted, blurred))
    assert near < far


def test_a_large_picture_is_compared_in_places(
    monkeypatch: pytest.MonkeyPatch, runtime: Runtime, original: np.ndarray
) -> None:
    whole = measures.feature_distance(cv2.blur(original, (3, 3)), original, runtime)
    monkeypatch.setattr(measures, "PIECE", 32)
    monkeypatch.setattr(measures, "MOST_PIECES", 6)
    seen: list[object] = []
    evaluate = runtime.evaluate
    monkeypatch.setattr(runtime, "evaluate", lambda *a: seen.append(a) or evaluate(*a))
    some = measures.feature_distance(cv2.blur(original, (3, 3)), original, runtime)
    assert len(seen) == 6
    assert 0.3 * whole < some < 3 * whole


def test_without_the_network_the_rest_is_measured(tmp_path: Path, original: np.ndarray) -> None:
    nothing = Runtime(device="cpu", weights=tmp_path)
    truth = Picture(original, None, None, None, ())
    small = Picture(original[::4, ::4].copy(), None, None, None, ())
    found = measures.measure(original, small, truth, 4, nothing)
    assert found["features"] is None
    assert (found["psnr"], found["ssim"]) == (99.0, 1.0)
    assert found["consistency"] is not None
