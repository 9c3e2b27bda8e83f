"""Pictures as PNG files that know how they were made, and what others wrote into theirs."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from data.scenes.figure import Figure
from pipeline.errors import InputError, PictureError
from pipeline.record import figure_from_json, request_from_json, result_to_json
from pipeline.request import MAX_SEED, Prompt, Request, Result

KEY = "trainsight"
"""The text chunk that holds the result's record as JSON."""

MOST_BYTES = 64 << 20
MOST_PIXELS = 4096 * 4096


def to_png(result: Result, stage: str | None = None) -> bytes:
    """The picture, or what ``stage`` put out, with its record as text."""
    picture = result.picture if stage is None else result.stages[stage]
    text = PngImagePlugin.PngInfo()
    text.add_itxt(KEY, json.dumps(result_to_json(result), ensure_ascii=False))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", pnginfo=text, compress_level=4)
    return file.getvalue()


def from_png(data: bytes) -> np.ndarray:
    """The pixels, uint8 (height, width, 3); raises :class:`PictureError`."""
    with _open(data) as image:
        try:
            return np.asarray(image.convert("RGB"))
        except (OSError, SyntaxError, ValueError) as error:
            raise _damaged() from error


def request_of(data: bytes) -> Request:
    """The request that a PNG file was made with; no pixel is decoded.

    Also takes pictures of AUTOMATIC1111's web UI and of ComfyUI, of which it keeps the sentence and
    the seed. Raises :class:`PictureError` for what is no PNG, is too large or says nothing.
    """
    with _open(data) as image:
        text = {name: value for name, value in image.info.items() if isinstance(value, str)}
    try:
        if KEY in text:
            return request_from_json(json.loads(text[KEY])["request"])
        if "parameters" in text:
            return _automatic1111(text["parameters"])
        if "prompt" in text:
            return _comfyui(json.loads(text["prompt"]))
    except InputError:
        raise
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        StopIteration,
        RecursionError,
    ) as error:
        raise PictureError(
            "The settings in this picture are damaged. Type the sentence anew."
        ) from error
    raise PictureError(
        "This picture doesn't say how it was made. Pictures that were downloaded here do, unless "
        "another program saved them again."
    )


def figure_of(data: bytes) -> Figure:
    """The pose that a picture of ours was drawn with; raises :class:`PictureError` without one."""
    with _open(data) as image:
        text = image.info.get(KEY)
    try:
        return figure_from_json(json.loads(text or "")["figure"])
    except InputError:
        raise
    except (LookupError, ValueError, TypeError, RecursionError) as error:
        raise PictureError(
            "This picture doesn't say which pose it was drawn with. Pictures that were downloaded "
            "here do, unless another program saved them again."
        ) from error


def _open(data: bytes) -> Image.Image:
    """The header alone, checked; Pillow decodes pixels only when asked for them."""
    if len(data) > MOST_BYTES:
        raise PictureError(
            "The file has {megabytes} MB; up to {limit} MB are taken.",
            megabytes=len(data) >> 20,
            limit=MOST_BYTES >> 20,
        )
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise PictureError("This file is no PNG picture. Choose one that was downloaded here.")
    if data[12:16] != b"IHDR":
        raise _damaged()
    # Pillow's own guard counts pixels too, but its limit is eleven times as high.
    width, height = (int.from_bytes(data[i : i + 4]) for i in (16, 20))
    if width * height > MOST_PIXELS:
        raise PictureError(
            "The picture has {width} × {height} pixels; up to {limit} million are taken.",
            width=width,
            height=height,
            limit=MOST_PIXELS // 1_000_000,
        )
    try:
        return Image.open(io.BytesIO(data), formats=["PNG"])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> PictureError:
    return PictureError("This PNG file is damaged. Download it again.")


def _automatic1111(parameters: str) -> Request:
    """``sentence [Negative prompt: …] Steps: 20, …, Seed: 7, …``"""
    sentence = re.split(r"\n(?:Negative prompt|Steps):", parameters)[0]
    seed = re.search(r"\bSeed: (\d{1,20})\b", parameters)
    return Request(Prompt(sentence), seed=_near_seed(int(seed[1]) if seed else 0))


def _comfyui(graph: Any) -> Request:
    """The sampler node's seed and the text of the node that its ``positive`` input comes from."""
    sampler = next(node["inputs"] for node in graph.values() if "positive" in node["inputs"])
    sentence = graph[sampler["positive"][0]]["inputs"]["text"]
    return Request(Prompt(sentence), seed=_near_seed(sampler.get("seed", 0)))


def _near_seed(seed: int) -> int:
    """Seeds of other programs have up to 64 bits."""
    return seed % (MAX_SEED + 1)
