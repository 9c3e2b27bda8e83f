"""The cascade on tiny random networks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from data.scenes.attributes import said
from data.scenes.scene import VOCABULARY
from pipeline import sketch, text_to_image
from pipeline.events import Event
from pipeline.jobs import JobQueue
from pipeline.metadata import request_of, to_png
from pipeline.record import request_from_json, result_to_json
from pipeline.request import Prompt, Request, Result, Steps
from pipeline.results import Results
from pipeline.runtime import Runtime
from pipeline.sketch import Sketch
from pipeline.text_to_image import (
    MODELS,
    STAGES,
    STREAMS,
    base,
    complete,
    generate,
    pixels,
    sr256,
    stream,
)

STATED = {"action": "sprint", "phase": "sprint/flight"}
SHORT = Request(Prompt("a sprinter"), seed=3, size=64, steps=Steps(2, 2, 1))


@pytest.fixture(scope="module")
def runtime(weights: Path) -> Runtime:
    return Runtime(weights=weights, device="cpu")


@pytest.fixture(autouse=True)
def _understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random networks understand nothing, so what the words state is given."""
    understanding = SimpleNamespace(attributes=STATED)
    monkeypatch.setattr(text_to_image, "understand", lambda *_: understanding)


def results(request: Request, runtime: Runtime) -> list[Result]:
    return [e.result for e in generate(request, runtime) if e.result is not None]


def difference(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def test_stages_come_in_order_and_end_with_the_result(runtime: Runtime) -> None:
    request = replace(SHORT, size=1024)
    events = list(generate(request, runtime))
    # An untrained prior's poses do not pass the gate, which says so.
    assert tuple(dict.fromkeys(e.stage for e in events if e.stage != "gate")) == STAGES
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    result = events[-1].result
    assert {name: picture.shape for name, picture in result.stages.items()} == {
        "base": (64, 64, 3),
        "sr256": (256, 256, 3),
        "sr1024": (1024, 1024, 3),
    }
    assert result.picture is result.stages["sr1024"]
    previews = [event.preview for event in events if event.stage == "base"]
    assert len(previews) == 2
    assert difference(*previews) > 0


def test_what_is_loaded_at_the_start_is_what_a_picture_needs(weights: Path) -> None:
    (result,) = results(replace(SHORT, size=1024), Runtime(weights=weights, device="cpu"))
    assert set(result.weights) == set(MODELS)


@pytest.mark.parametrize(("guidance", "drafts"), [(1.0, 1), (1.5, 2)])
def test_without_guidance_no_wordless_draft_is_made(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, guidance: float, drafts: int
) -> None:
    made = []
    draft = sketch.draft
    monkeypatch.setattr(sketch, "draft", lambda *given: made.append(given) or draft(*given))
    results(replace(SHORT, guidance=guidance), runtime)
    assert len(made) == drafts


def test_each_draft_is_made_once(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    draft = sketch.draft
    monkeypatch.setattr(sketch, "draft", lambda *given: made.append(given) or draft(*given))
    results(replace(SHORT, size=1024), runtime)
    assert [given[1].shape[-1] for given in made] == [64, 256]


def test_how_a_venue_is_painted_is_chosen_where_a_pose_does_not_tell(runtime: Runtime) -> None:
    (own,) = results(SHORT, runtime)
    assert own.figure is not None
    assert own.figure.decor is not None
    unknown = replace(own.figure, decor=None)
    (drawn,) = results(replace(SHORT, seed=15, figure=unknown), runtime)
    assert drawn.figure is not None
    assert drawn.figure.decor == 3


def test_a_picture_of_a_batch_is_the_picture_made_alone(runtime: Runtime) -> None:
    batch = results(replace(SHORT, size=256, count=3), runtime)
    alone = results(replace(SHORT, size=256, seed=SHORT.seed + 2), runtime)
    assert difference(batch[2].picture, alone[0].picture) <= 2
    assert difference(batch[1].picture, alone[0].picture) > 2
    assert batch[2].request == alone[0].request


def test_a_result_can_be_made_again_from_its_file(runtime: Runtime, tmp_path: Path) -> None:
    (result,) = results(SHORT, runtime)
    again = request_of(to_png(result))
    assert difference(results(again, runtime)[0].picture, result.picture) == 0
    store = Results(tmp_path)
    loaded = store.load(store.save(result))
    assert difference(results(loaded.request, runtime)[0].picture, result.picture) == 0


def test_a_given_pose_takes_the_priors_place_and_the_noise_stays(runtime: Runtime) -> None:
    (chosen,) = results(SHORT, runtime)
    request = request_from_json(result_to_json(chosen)["request"])
    events = list(generate(replace(request, figure=chosen.figure), runtime))
    assert "pose" not in [event.stage for event in events]
    result = events[-1].result
    assert difference(result.picture, chosen.picture) == 0
    assert "pose_prior" not in result.weights


def test_words_alone_can_lead(runtime: Runtime) -> None:
    (posed,) = results(SHORT, runtime)
    (alone,) = results(replace(SHORT, guide=False), runtime)
    assert alone.figure is None
    assert difference(alone.picture, posed.picture) > 0


@pytest.mark.parametrize(
    "change", [{"seed": 4}, {"guidance": 4.0}, {"steps": Steps(3, 2, 1)}], ids=str
)
def test_settings_change_the_picture(runtime: Runtime, change: dict) -> None:
    (one,) = results(SHORT, runtime)
    (other,) = results(replace(SHORT, **change), runtime)
    assert difference(one.picture, other.picture) > 0


def test_the_words_change_the_picture(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = results(SHORT, runtime)
    other = {**STATED, "top_colour": "red"}
    understanding = SimpleNamespace(attributes=other)
    monkeypatch.setattr(text_to_image, "understand", lambda *_: understanding)
    (red,) = results(SHORT, runtime)
    assert difference(one.picture, red.picture) > 0


def test_a_result_says_how_it_was_made(runtime: Runtime) -> None:
    first, second = results(replace(SHORT, count=2, size=256), runtime)
    assert first.request == replace(SHORT, size=256)
    assert second.request == replace(SHORT, size=256, seed=SHORT.seed + 1)
    used = {"text_encoder", "pose_prior", "draft", "base", "draft256", "sr256"}
    assert set(first.weights) == used
    assert set(first.seconds) == {"understand", "pose", "base", "sr256"}
    assert set(second.seconds) == {"pose", "base", "sr256"}
    assert first.peak_memory > 1e6
    assert first.versions["torch"] == torch.__version__
    assert STATED.items() <= first.attributes.items()
    assert set(first.chosen) == set(VOCABULARY) - set(STATED)


def test_what_the_words_leave_open_is_chosen_by_the_seed_and_what_they_say_stays() -> None:
    one, same, other = (complete(STATED, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert set(one) == set(VOCABULARY)
    assert STATED.items() <= one.items()
    assert complete({}, 1)["style"] == "shaded"
    assert complete({"style": "line_art"}, 1)["style"] == "line_art"


def test_a_phase_of_another_action_gives_way_to_the_action() -> None:
    shown = complete({"action": "squat", "phase": "sprint/flight"}, 1)
    assert shown["phase"].startswith("squat/")


def test_each_step_can_be_called_alone(runtime: Runtime) -> None:
    vector = torch.from_numpy(said(complete(STATED, 3)))[None]
    alone = Sketch(vector, None, runtime)
    *_, small = base(alone, 3, steps=2)
    *_, middle = sr256(small, alone, 3, steps=2)
    (whole,) = results(replace(SHORT, guide=False, size=256), runtime)
    assert difference(pixels(middle), whole.picture) == 0


def test_no_two_pictures_or_stages_share_their_noise() -> None:
    seeds = [stream(seed, name) for seed in range(50) for name in STREAMS]
    assert len(set(seeds)) == len(seeds)


def test_colours_are_rounded_and_clipped() -> None:
    x = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0]).expand(1, 3, 1, 5)
    assert pixels(x)[0, :, 0].tolist() == [0, 0, 128, 255, 255]


def test_a_cancelled_picture_stops_and_finished_ones_stay(runtime: Runtime, tmp_path: Path) -> None:
    store, second = Results(tmp_path), threading.Event()

    def drawing() -> Iterator[Event]:
        for event in store.keep(generate(replace(SHORT, count=8), runtime)):
            if event.picture == 1:
                second.set()
                time.sleep(0.05)
            yield event

    with JobQueue() as queue:
        job = queue.submit(drawing)
        assert second.wait(30)
        queue.cancel(job)
        while not queue.status(job).finished:
            time.sleep(0.01)
        status = queue.status(job)
    assert status.state == "cancelled"
    assert 1 <= len(status.results) < 8
    assert len(store.ids()) == len(status.results)
