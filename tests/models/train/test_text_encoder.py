"""The training of the text encoder: its examples, its loss, and that it learns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from data.scenes.scene import VOCABULARY, attributes
from models.text_encoder import Config, TextEncoder
from models.train.text_encoder import (
    BATCH_BYTES,
    UNSAID_OUTSIDE,
    Example,
    draw_batch,
    draw_example,
    held_out,
    loss,
    places,
    random_scene,
    score,
)

TINY = Config(byte_width=16, ngram_table=512, width=32, layers=1, heads=2, feed_forward=32)


def test_scenes_for_captions_have_independent_attributes() -> None:
    rng = np.random.default_rng(0)
    scenes = [attributes(random_scene(rng)) for _ in range(3000)]
    for name, values in VOCABULARY.items():
        assert {scene[name] for scene in scenes} == set(values)
    swimmers = [s["venue"] for s in scenes if s["action"] == "freestyle_swim"]
    assert len(set(swimmers)) > 8


def test_places_point_at_values_and_behind_them_where_nothing_is_said() -> None:
    found = dict(zip(VOCABULARY, places({"light": "night"}), strict=True))
    assert found["light"] == VOCABULARY["light"].index("night")
    assert all(found[n] == len(values) for n, values in VOCABULARY.items() if n != "light")


def test_texts_from_outside_teach_only_that_nothing_is_worn() -> None:
    rng = np.random.default_rng(1)
    examples = [draw_example(rng, "en") for _ in range(200)]
    taught = [e.places for e in examples if not e.inside]
    assert taught
    for row in taught:
        assert {n for n, place in zip(VOCABULARY, row, strict=True) if place >= 0} == UNSAID_OUTSIDE


def test_a_batch_holds_its_bytes_in_parts_of_similar_length() -> None:
    parts = draw_batch(np.random.default_rng(2), fragments=0.5)
    lengths = [[len(e.text.encode()) for e in part] for part in parts]
    assert BATCH_BYTES <= sum(map(sum, lengths)) < BATCH_BYTES + 2000
    assert all(max(a) <= min(b) for a, b in pairwise(lengths))


def test_held_out_examples_are_the_same_each_time() -> None:
    assert held_out("zh", 20) == held_out("zh", 20)


def test_nothing_is_learned_where_nothing_is_taught() -> None:
    torch.manual_seed(0)
    encoder = TextEncoder(TINY)
    silent = Example("a cat", (-1,) * len(VOCABULARY), inside=False)
    loss(encoder, [silent]).backward()
    grads = [head.weight.grad for head in encoder.heads]
    assert not any(g.any() for g in grads[:-1] if g is not None)
    assert grads[-1] is not None
    assert grads[-1].any()


def test_a_few_captions_can_be_learned_by_heart() -> None:
    torch.manual_seed(0)
    encoder = TextEncoder(TINY)
    examples = [
        Example("squat at night", places({"action": "squat", "light": "night"}), True),
        Example("sprint at noon", places({"action": "sprint", "light": "day"}), True),
        Example("深蹲,夜晚", places({"action": "squat", "light": "night"}), True),
        Example("a cat", (-1,) * len(VOCABULARY), False),
    ]
    optimiser = torch.optim.Adam(encoder.parameters(), 1e-2)
    for _ in range(80):
        optimiser.zero_grad()
        loss(encoder, examples).backward()
        optimiser.step()
    with torch.inference_mode():
        scores = score(encoder, examples)
    assert (scores["stated"], scores["all"], scores["domain"]) == (1.0, 1.0, 1.0)
