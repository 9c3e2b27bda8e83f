"""The public names of the pipeline."""

from __future__ import annotations

from pathlib import Path

import pipeline


def test_no_public_name_is_a_modules_too() -> None:
    """Importing such a module would hide the name behind it."""
    modules = {path.stem for path in Path(pipeline.__file__).parent.iterdir()}
    assert modules.isdisjoint(pipeline.__all__)
