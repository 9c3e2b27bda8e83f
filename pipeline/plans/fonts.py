"""Fonts of this computer that a PDF can carry inside it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

FOLDERS = (
    Path.home() / ".local" / "share" / "fonts",
    Path.home() / ".fonts",
    Path("/usr/local/share/fonts"),
    Path("/usr/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
)
EUROPEAN = (
    ("DejaVuSans.ttf", 0),
    ("NotoSans-Regular.ttf", 0),
    ("LiberationSans-Regular.ttf", 0),
    ("Arial Unicode.ttf", 0),
    ("Arial.ttf", 0),
    ("arial.ttf", 0),
)
CHINESE = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0),
    ("NotoSansSC-Regular.ttf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("Arial Unicode.ttf", 0),
    ("Hiragino Sans GB.ttc", 0),
    ("msyh.ttc", 0),
    ("simhei.ttf", 0),
)
"""(file, which font of a collection) in order of preference; "SC" writes as in mainland China."""


@cache
def installed() -> dict[str, Path]:
    """Name of each font file of this computer → where it lies."""
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for here, _folders, files in os.walk(folder):
            for name in files:
                found.setdefault(name, Path(here) / name)
    return found


def first(wanted: tuple[tuple[str, int], ...]) -> tuple[Path, int] | None:
    """The first of the fonts that is installed."""
    held = installed()
    return next(((held[name], n) for name, n in wanted if name in held), None)
