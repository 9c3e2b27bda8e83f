from collections import Counter

import numpy as np
import pytest

from benchmarks.prompts import Case, Judged, cases, kernel_distance, rates, table
from data.scenes.held_out import COMBINED, held_out
from data.scenes.scene import VOCABULARY


def test_half_of_the_prompts_ask_for_what_training_never_saw() -> None:
    found = cases()
    assert found == cases()
    kinds = Counter(case.kind for case in found)
    assert kinds["held out"] == len(found) // 2 >= 150
    assert min(Counter(case.language for case in found).values()) >= 140
    for case in found:
        assert all(value in VOCABULARY[name] for name, value in case.stated.items())
        assert "action" in case.stated
        if case.kind == "held out":
            assert tuple(case.stated[name] for name in COMBINED) in held_out()


def test_a_picture_is_right_only_with_all_that_was_asked() -> None:
    half = Judged({"action": True, "venue": False}, None, None)
    full = Judged({"action": True}, 0.04, None)
    assert rates([half, full]) == {"action": 1.0, "venue": 0.0, "all": 0.5, "joints": 0.04}


def test_the_kernel_distance_tells_other_pictures_from_the_same() -> None:
    rng = np.random.default_rng(0)
    some, same, other = (
        [Judged({}, None, features) for features in rng.normal(mean, 1, (400, 16))]
        for mean in (0, 0, 0.7)
    )
    assert kernel_distance(some, same) == pytest.approx(0, abs=0.02)
    assert kernel_distance(some, other) > 0.1


def test_the_table_has_a_row_for_each_kind_and_language() -> None:
    chosen = [
        Case("squat", "en", "grammar", {"action": "squat"}, 0),
        Case("深蹲", "zh", "held out", {"action": "squat"}, 1),
    ]
    marks = [Judged({"action": True}, None, None), Judged({"action": False}, None, None)]
    text = table(chosen, {"renders": marks}, {"renders": 0.001})
    assert "| all right, en | 1 | 100 |" in text
    assert "| all right, held out | 1 | 0 |" in text
    assert "joint error, % of height | 2 | – |" in text
