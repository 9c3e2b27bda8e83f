"""Pictures side by side on one labelled sheet."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

GAP = 8
PAPER, INK, QUIET, EMPTY = "#fbfaf8", "#1f2328", "#5b6066", "#ece8e1"

CHINESE = (
    *("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf"),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc"),
    *("msyh.ttc", "simhei.ttf"),
)
"""Fonts with Chinese, by file name, as Debian, macOS and Windows install them."""


def sheet(
    pictures: Sequence[np.ndarray | None],
    across: Sequence[str],
    down: Sequence[str] = ("",),
    title: str = "",
    size: int = 256,
) -> np.ndarray:
    """Lay pictures out row by row, uint8 (height, width, 3).

    Parameters
    ----------
    pictures : uint8 (n, n, 3) each, len(across) · len(down) of them; None for one to come.
    across, down : labels of the columns and of the rows.
    title : a line above all.
    size : pixels a side of each picture on the sheet.
    """
    if len(pictures) != len(across) * len(down):
        raise ValueError(f"{len(pictures)} pictures for {len(across)} × {len(down)} places")
    text = max(13, size // 16)
    font = _font(text, not "".join([*across, *down, title]).isascii())
    line = text * 2
    widths = [font.getlength(label) for label in down]
    left = round(max(widths)) + 2 * GAP if any(down) else GAP
    top = GAP + (line if title else 0) + (line if any(across) else 0)
    page = Image.new(
        "RGB",
        (left + len(across) * (size + GAP), top + len(down) * (size + GAP)),
        PAPER,
    )
    pen = ImageDraw.Draw(page)
    if title:
        pen.text((left, GAP + line / 2), _fitting(title, font, page.width - left), INK, font, "lm")
    for column, label in enumerate(across):
        middle = (left + column * (size + GAP) + size / 2, top - line / 2)
        pen.text(middle, _fitting(label, font, size), QUIET, font, "mm")
    for row, label in enumerate(down):
        y = top + row * (size + GAP)
        pen.text((GAP, y + size / 2), label, QUIET, font, "lm")
        for column in range(len(across)):
            place = (left + column * (size + GAP), y)
            picture = pictures[row * len(across) + column]
            if picture is None:
                pen.rectangle((*place, place[0] + size - 1, y + size - 1), EMPTY)
            else:
                resample = Image.Resampling.LANCZOS
                page.paste(Image.fromarray(picture).resize((size, size), resample), place)
    return np.asarray(page)


@functools.cache
def _font(size: int, wide: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this size; ``wide``: one with Chinese, where the system has any."""
    for name in CHINESE if wide else ():
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _fitting(label: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    """The label, cut where it runs out of room."""
    if font.getlength(label) <= width:
        return label
    while label and font.getlength(label + "…") > width:
        label = label[:-1]
    return label + "…"
