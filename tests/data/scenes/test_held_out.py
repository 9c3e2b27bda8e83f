from collections.abc import Iterator

import numpy as np
import pytest

from data.scenes import held_out as module
from data.scenes.actions import LIBRARY
from data.scenes.held_out import COMBINED, held_out, is_held_out, training_scene
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, Scene


def test_the_list_holds_scenes_that_there_are() -> None:
    rows = held_out()
    assert len(set(rows)) == len(rows)
    for row in rows:
        values = dict(zip(COMBINED, row, strict=True))
        assert all(values[name] in VOCABULARY[name] for name in COMBINED)
        assert values["venue"] in LIBRARY[values["action"]].venues
    assert {row[0] for row in rows} == set(LIBRARY)


def test_only_the_whole_combination_is_held_out() -> None:
    values = dict(zip(COMBINED, held_out()[0], strict=True))
    scene = sample_scene(np.random.default_rng(0), **values)
    assert is_held_out(scene)
    other = next(view for view in VOCABULARY["view"] if view != values["view"])
    others = {**values, "view": other}
    changed = sample_scene(np.random.default_rng(0), **others)
    assert is_held_out(changed) == (tuple(others.values()) in held_out())


def test_training_draws_again_what_is_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    values = dict(zip(COMBINED, held_out()[7], strict=True))
    rng = np.random.default_rng(0)
    free = next(s for s in iter(lambda: sample_scene(rng), None) if not is_held_out(s))
    drawn: Iterator[Scene] = iter([sample_scene(rng, **values), sample_scene(rng, **values), free])
    monkeypatch.setattr(module, "sample_scene", lambda _: next(drawn))
    assert training_scene(rng) is free
