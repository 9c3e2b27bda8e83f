"""Pictures by tiny open models with random weights, of each family."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("diffusers", reason="diffusers is not installed")
pytest.importorskip("sentencepiece", reason="sentencepiece is not installed")

import diffusers

import pipeline
from data.scenes.figure import Figure
from pipeline.errors import HubError, InputError, OutsideDomainError
from pipeline.hub import threads
from pipeline.hub.model import HubModel
from pipeline.hub.openpose import openpose_picture
from pipeline.hub.steps import estimate
from pipeline.metadata import request_of, to_png
from pipeline.notebook import to_notebook
from pipeline.pose_by_hand import library_pose
from pipeline.request import Prompt, Request, Result
from pipeline.results import Results
from pipeline.runtime import Runtime
from pipeline.text_to_image import generate
from pipeline.understand import Understanding
from tests.pipeline.hub import tiny
from tests.pipeline.weights import write as write_own

PROMPT = Prompt("a sprinter on the track")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("hub")
    tiny.write(top / "models")
    write_own(top / "weights")
    return top


@pytest.fixture(scope="module")
def shared(folders: Path) -> Runtime:
    return Runtime(weights=folders / "weights", device="cpu", dtype=torch.float32)


@pytest.fixture
def runtime(shared: Runtime, folders: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setenv("TRAINSIGHT_MODELS", str(folders / "models"))
    return shared


def drawn(model: HubModel, runtime: Runtime, **settings: object) -> list[Result]:
    request = Request(PROMPT, model=model, **settings)  # type: ignore[arg-type]
    return [e.result for e in generate(request, runtime) if e.result is not None]


@pytest.mark.parametrize(
    ("model", "sides"),
    [
        (HubModel("sd", steps=3), [64]),
        (HubModel("sd", steps=2, size=96), [96]),
        (HubModel("sdxl", steps=2, guidance=3.0, negative="blurry"), [64]),
        (HubModel("pixart", steps=2, size=64), [64]),
        (HubModel("flux", steps=2, size=64), [64]),
        (HubModel("if1", enlargers=("if2", "x4"), steps=2), [32, 64, 128]),
        (HubModel("sd", enlargers=("x4",), steps=2), [64, 128]),
    ],
    ids=lambda value: "-".join([value.name, *value.enlargers]) if hasattr(value, "name") else None,
)
def test_each_family_draws_its_stages(model: HubModel, sides: list[int], runtime: Runtime) -> None:
    events = list(generate(Request(PROMPT, model=model, seed=3), runtime))
    result = events[-1].result
    assert [p.shape for p in result.stages.values()] == [(s, s, 3) for s in sides]
    assert list(result.stages) == [f"stage{n}" for n in range(1, len(sides) + 1)]
    assert result.picture.std() > 1
    assert set(result.weights) == {model.name, *model.enlargers}
    assert "diffusers" in result.versions
    fractions = [e.fraction for e in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    for stage in result.stages:  # at least the first step's, and the finished one
        assert sum(e.stage == stage and e.preview is not None for e in events) >= 2


def test_a_picture_depends_on_its_own_seed_alone(runtime: Runtime) -> None:
    model = HubModel("sd", steps=2)
    both = drawn(model, runtime, seed=5, count=2)
    (alone,) = drawn(model, runtime, seed=6)
    assert (both[1].picture == alone.picture).all()
    assert both[1].request == alone.request
    assert (both[0].picture != alone.picture).any()


def test_what_was_understood_can_be_told_in_place_of_the_sentence(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    understood = Understanding("", (), {"action": "sprint", "top_colour": "red"})
    monkeypatch.setattr("pipeline.hub.draw.understand", lambda *_: understood)
    chinese, english = Prompt("穿红衣的短跑"), Prompt("sprint, red top")
    model = HubModel("sd", steps=1)
    events = list(generate(Request(chinese, model=replace(model, understood=True)), runtime))
    assert [e.value for e in events if e.stage == "sentence"] == ["sprint, red top"]
    *_, alike = generate(Request(english, model=model), runtime)
    assert (events[-1].result.picture == alike.result.picture).all()


@pytest.mark.parametrize("outside", [False, True])
def test_where_nothing_was_understood_it_is_told(
    outside: bool, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def understand(*_: object) -> Understanding:
        if outside:
            raise OutsideDomainError("No cats. {nearest}", ("rest",))
        return Understanding("", (), {})

    monkeypatch.setattr("pipeline.hub.draw.understand", understand)
    with pytest.raises(InputError, match="Nothing of this sentence"):
        drawn(HubModel("sd", steps=1, understood=True), runtime)
    assert drawn(HubModel("sd", steps=1), runtime)  # which draws anything


def test_a_control_net_follows_the_pose(runtime: Runtime) -> None:
    model = HubModel("sd", control="pose", steps=2)
    stand = library_pose("rest/standing", "front")
    (first,) = drawn(model, runtime, figure=stand)
    (other,) = drawn(model, runtime, figure=library_pose("squat/bottom", "side"))
    assert first.figure is stand
    assert (first.picture != other.picture).any()


def test_the_pose_is_drawn_in_openposes_way(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[np.ndarray] = []
    call = diffusers.StableDiffusionControlNetPipeline.__call__

    def spy(self: object, prompt: str, image: object, **settings: object) -> object:
        given.append(np.asarray(image))
        return call(self, prompt=prompt, image=image, **settings)

    monkeypatch.setattr("pipeline.hub.draw.parameters", partial(parameters_of, call), raising=True)
    monkeypatch.setattr(diffusers.StableDiffusionControlNetPipeline, "__call__", spy)
    stand = library_pose("rest/standing", "front")
    drawn(HubModel("sd", control="pose", steps=1), runtime, figure=stand)
    assert (given[0] == openpose_picture(stand, 64)).all()


def parameters_of(call: object, _: object) -> dict:
    import inspect

    return dict(inspect.signature(call).parameters)  # type: ignore[arg-type]


def test_without_a_given_pose_the_prior_chooses_one(runtime: Runtime) -> None:
    events = list(
        generate(Request(PROMPT, model=HubModel("sd", control="pose", steps=1), seed=1), runtime)
    )
    posed = [e.value for e in events if e.stage == "pose"]
    assert events[-1].result.figure is posed[0]
    assert "pose_prior" in events[-1].result.weights


def test_cancel_stops_at_the_next_step(runtime: Runtime) -> None:
    model = HubModel("sd", steps=150)
    events = generate(Request(PROMPT, model=model), runtime)
    next(e for e in events if e.stage == "stage1")
    unet = runtime._guest[1].pipes[0].unet  # type: ignore[index]
    calls: list[int] = []
    hook = unet.register_forward_hook(lambda *_: calls.append(1))
    events.close()  # type: ignore[attr-defined]
    with threads._busy:  # free once the cancelled one has stopped
        hook.remove()
    assert len(calls) <= 2
    assert drawn(replace(model, steps=1), runtime)


def test_the_model_is_loaded_once_and_let_go(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.release()
    loads: list[object] = []
    from pipeline.hub import draw

    real = draw.load
    monkeypatch.setattr(draw, "load", lambda *a: (loads.append(a), real(*a))[1])
    drawn(HubModel("sd", steps=1), runtime)
    drawn(HubModel("sd", steps=2, guidance=2.0), runtime)
    assert len(loads) == 1
    runtime.release()
    drawn(HubModel("sd", steps=1), runtime)
    assert len(loads) == 2


def test_what_no_pipeline_draws_from_words_is_refused(runtime: Runtime) -> None:
    with pytest.raises(HubError, match="draws no pictures from words"):
        drawn(HubModel("if2", steps=1), runtime)
    with pytest.raises(HubError, match="enlarges no pictures"):
        drawn(HubModel("sd", enlargers=("flux",), steps=1), runtime)
    with pytest.raises(HubError, match="lacks a readable"):
        drawn(HubModel("sd", control="flux", steps=1), runtime)
    with pytest.raises(HubError, match="not with a ControlNet"):
        drawn(HubModel("pixart", control="pose", steps=1), runtime)


def test_a_filtered_picture_is_told_and_the_others_come(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = iter([[True], [False]])

    def check(self: object, image: object, *_: object) -> tuple[object, list[bool]]:
        return image, next(flags)

    monkeypatch.setattr(diffusers.StableDiffusionPipeline, "run_safety_checker", check)
    request = Request(PROMPT, model=HubModel("sd", steps=1), count=2, seed=8)
    results = []
    with pytest.raises(HubError, match="safety filter"):
        results.extend(collected(generate(request, runtime), results))
    assert [r.request.seed for r in results] == [9]


def collected(events: Iterator[pipeline.Event], into: list[Result]) -> list[Result]:
    for event in events:
        if event.result is not None:
            into.append(event.result)
    return []


def test_poses_and_fixed_attributes_are_not_dropped_in_silence(figure: Figure) -> None:
    with pytest.raises(InputError, match="only with a ControlNet"):
        Request(PROMPT, model=HubModel("sd"), figure=figure)
    with pytest.raises(InputError, match="what is fixed"):
        Request(PROMPT, model=HubModel("sd"), fixed={"venue": "gym"})


def test_records_metadata_and_notebook_keep_the_model(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = HubModel("sd", control="pose", steps=2, guidance=4.0, negative="two heads")
    (result,) = drawn(model, runtime, seed=4)
    assert request_of(to_png(result)) == result.request
    results = Results(tmp_path / "results")
    again = results.load(results.save(result))
    assert again.request == result.request
    assert (again.picture == result.picture).all()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "Runtime", lambda: runtime)
    book = json.loads(to_notebook(result))
    shown: dict = {}
    lines = []
    monkeypatch.setitem(shown, "print", lambda *said: lines.append(" ".join(map(str, said))))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), shown)
    made = hashlib.sha256(shown["result"].picture.tobytes()).hexdigest()
    assert made == hashlib.sha256(result.picture.tobytes()).hexdigest()
    assert lines[-1] == "the same picture, bit for bit"
    assert not any("other weights" in line for line in lines)


ALPHAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


@pytest.mark.parametrize(
    "scheduler",
    [
        diffusers.DDIMScheduler(**ALPHAS, clip_sample=False),
        diffusers.DDPMScheduler(**ALPHAS, clip_sample=False),
        diffusers.EulerDiscreteScheduler(**ALPHAS),
        diffusers.EulerAncestralDiscreteScheduler(**ALPHAS),
        diffusers.DPMSolverMultistepScheduler(**ALPHAS),
        diffusers.UniPCMultistepScheduler(**ALPHAS),
        diffusers.FlowMatchEulerDiscreteScheduler(),
        diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    ],
    ids=lambda s: type(s).__name__,
)
def test_with_the_true_noise_the_estimate_is_the_picture(scheduler: object) -> None:
    torch.manual_seed(0)
    clean, noise = torch.randn(2, 1, 4, 8, 8)
    scheduler.set_timesteps(10)  # type: ignore[attr-defined]
    if isinstance(scheduler, diffusers.FlowMatchEulerDiscreteScheduler):
        sigma = scheduler.sigmas[0]
        x, output = (1 - sigma) * clean + sigma * noise, noise - clean
    else:
        first = scheduler.timesteps[:1]  # type: ignore[attr-defined]
        x = scheduler.add_noise(clean, noise, first.long())  # type: ignore[attr-defined]
        output = noise
    result = scheduler.step(  # type: ignore[attr-defined]
        output,
        scheduler.timesteps[0],
        x,
        return_dict=False,  # type: ignore[attr-defined]
    )
    found = estimate(scheduler, output, x, result)
    assert (found - clean).abs().max() < 0.02
