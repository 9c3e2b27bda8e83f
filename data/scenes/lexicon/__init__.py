"""The words for every value of a scene, in English and Chinese.

A small model reads only the words that it has met, so breadth lives here, as data: one TOML file
for the actions and one for all else in each language, each explained at its head.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The tables of one word list: ``english``, ``english_actions``, ``chinese``, … ``outside``."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
