"""A result as a Jupyter notebook that makes the same picture with the public API.

The file is written by hand in nbformat 4.5 (nbformat.readthedocs.io, "The notebook file format"):
a few cells of JSON, for which no package is needed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

from pipeline.hub.model import HubModel
from pipeline.record import figure_to_json
from pipeline.request import Request, Result

SETTINGS = ("seed", "count", "guidance", "steps", "size", "guide", "fixed")

PREPARE = "import pipeline\n\nruntime = pipeline.Runtime()"

RUN = """results = []
for event in pipeline.generate(request, runtime):
    print(event.stage, f"{event.fraction:.0%}")
    if event.result is not None:
        results.append(event.result)
result = results[0]"""

SHOW = """from PIL import Image

Image.fromarray(result.picture)"""

SAVE = """with open(pipeline.file_name(result), "wb") as file:
    file.write(pipeline.to_png(result))"""


COMPARE = """import hashlib

same = hashlib.sha256(result.picture.tobytes()).hexdigest() == "{digest}"
print("the same picture, bit for bit" if same else "not bit for bit the same picture")"""


def request_code(request: Request, figure: str = "figure") -> str:
    """The call that builds ``request``; settings that have their default value are left out.

    ``figure`` is what stands for its pose, if it has one.
    """
    plain = Request(request.prompt)
    arguments = [f"pipeline.Prompt({request.prompt.text!r})"]
    for name in SETTINGS:
        value = getattr(request, name)
        if value != getattr(plain, name):
            arguments.append(f"{name}={value!r}".replace("Steps(", "pipeline.Steps("))
    if request.model is not None:
        arguments.append(f"model={model_code(request.model)}")
    if request.figure is not None:
        arguments.append(f"figure={figure}")
    return "\n".join(["request = pipeline.Request(", *(f"    {a}," for a in arguments), ")"])


def model_code(model: HubModel) -> str:
    """The call that builds an open model's settings, without those at their default."""
    plain = HubModel(model.name)
    given = {f.name: getattr(model, f.name) for f in fields(model) if f.name != "name"}
    changed = [f"{n}={v!r}" for n, v in given.items() if v != getattr(plain, n)]
    return f"pipeline.HubModel({', '.join([repr(model.name), *changed])})"


def to_notebook(result: Result) -> bytes:
    """The file, UTF-8 JSON."""
    request = result.request
    weights = "\n".join(f"- {name}: `{digest}`" for name, digest in result.weights.items())
    told = (
        f"Made with TrainSight on {result.created}, on {result.device}.\n\n"
        "Run it where TrainSight is installed (`pip install -e .` in its folder), or with the "
        "notebook in that folder. The picture comes out the same, bit for bit on the same "
        "machine and within 2 of 255 levels on others, as long as the weights are these:\n\n"
        f"{weights}"
    )
    if request.model is not None:
        told += (
            '\n\nIt was drawn by an open model: `pip install -e ".[hub]"`, and put the model into '
            "the models folder or the hub's cache."
        )
    cells = [text_cell(f"# {as_is(request.prompt.text)}\n\n{told}"), code_cell(PREPARE)]
    cells.append(code_cell(_check(result)))
    if request.figure is not None:
        pose = json.dumps(figure_to_json(request.figure))
        cells.append(text_cell("The pose that it was drawn with:"))
        cells.append(code_cell(f'figure = pipeline.read_pose("pose.json", b"""{pose}""")'))
    digest = hashlib.sha256(result.picture.tobytes()).hexdigest()
    cells += [code_cell(request_code(request)), code_cell(RUN), code_cell(SHOW), code_cell(SAVE)]
    cells.append(code_cell(COMPARE.format(digest=digest)))
    return book_of(cells)


def book_of(cells: list[dict[str, Any]]) -> bytes:
    """A notebook of cells, UTF-8 JSON."""
    book = {
        "cells": [{"id": f"cell-{n}"} | cell for n, cell in enumerate(cells, 1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, ensure_ascii=False, indent=1).encode()


def _check(result: Result) -> str:
    """Code that says so when the weights have changed since."""
    own = result.request.model is None
    found = "runtime.hash(name)" if own else "pipeline.digest_of(name, runtime)"
    return (
        f"weights = {dict(result.weights)!r}\n"
        "for name, digest in weights.items():\n"
        f"    if {found} != digest:\n"
        '        print(f"{name} has other weights here: the picture will differ")'
    )


def text_cell(source: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def code_cell(source: str) -> dict[str, Any]:
    """A cell of Python that hasn't run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def as_is(text: str) -> str:
    """A sentence as Markdown shows it as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+-.!|$" else c for c in text)
