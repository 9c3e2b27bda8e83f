"""The table of rules, read back."""

from __future__ import annotations

import pandas as pd

from pages.components.movement.rules import read_back
from pipeline import Change


def test_only_what_was_typed_is_a_change() -> None:
    shown = pd.DataFrame(
        {
            "name": ["knees", "trunk", "rotation"],
            "on": [True, True, True],
            "limit": [90.0, 50.0, float("nan")],
            "training": ["Bänder", "own words", "throws"],
            "cue": ["out!", "proud", "hips"],
        }
    )
    before = {"trunk": Change(limit=50.0, training="own words")}
    edited = shown.copy()
    edited.loc[0, "limit"] = 85.0
    edited.loc[1, "training"] = ""  # back to the studio's
    edited.loc[2, "on"] = False
    assert read_back(edited, shown, before) == {
        "knees": Change(limit=85.0),
        "trunk": Change(limit=50.0),
        "rotation": Change(on=False),
    }
