"""The tables of rules, read back."""

from __future__ import annotations

import pandas as pd

from pages.components.movement.rules import read_back
from pipeline import Change


def test_only_what_was_typed_is_a_change() -> None:
    limits = pd.DataFrame(
        {
            "rule": ["knees", "knees", "trunk"],
            "name": ["separation", "valgus", "lean"],
            "limit": [90.0, 10.0, 50.0],
        }
    )
    words = pd.DataFrame(
        {
            "name": ["knees", "trunk", "rotation"],
            "on": [True, True, True],
            "training": ["Bänder", "own words", "throws"],
            "cue": ["out!", "proud", "hips"],
        }
    )
    before = {"trunk": Change(limits={"lean": 50.0}, training="own words", cue="proud")}
    set_limits, set_words = limits.copy(), words.copy()
    set_limits.loc[1, "limit"] = 8.0
    set_words.loc[1, "training"] = ""  # back to the studio's
    set_words.loc[2, "on"] = False
    assert read_back(set_limits, limits, set_words, words, before) == {
        "knees": Change(limits={"valgus": 8.0}),
        "trunk": Change(limits={"lean": 50.0}, cue="proud"),
        "rotation": Change(on=False),
    }
    set_limits.loc[2, "limit"] = None
    assert read_back(set_limits, limits, words, words, before)["trunk"].limits == {}
