"""The ``pipeline`` calls behind the cells, as code to copy into a notebook or a script.

Each goes on where the one before it ended, so that all of them in order are one program.
"""

from __future__ import annotations

import pipeline

SETTINGS = ("seed", "count", "guidance", "steps", "size", "guide")


def ask(request: pipeline.Request) -> str:
    """What is asked; settings that have their default value are left out."""
    plain = pipeline.Request(request.prompt)
    changed = {name: getattr(request, name) for name in SETTINGS}
    arguments = [
        f"pipeline.Prompt({request.prompt.text!r})",
        *(
            f"{name}={value!r}".replace("Steps(", "pipeline.Steps(")
            for name, value in changed.items()
            if value != getattr(plain, name)
        ),
    ]
    lines = ["import pipeline", "", "runtime = pipeline.Runtime()"]
    if request.figure is not None:
        arguments.append("figure=figure")
        lines.append('figure = pipeline.read_pose("pose.json", open("pose.json", "rb").read())')
    lines += ["request = pipeline.Request(", *(f"    {a}," for a in arguments), ")"]
    return "\n".join(lines)


UNDERSTAND = """from pipeline.understand import understand

understanding = understand(request.prompt.text, runtime)
print(understanding.attributes)"""

POSE = """import torch
from data.scenes.attributes import said
from pipeline.text_to_image import stream

shown = pipeline.complete(understanding.attributes, request.seed)
vector = torch.from_numpy(said(shown))[None]
pose = pipeline.choose_pose(vector, stream(request.seed, "pose"), runtime)"""

GENERATE = """results = []
for event in pipeline.generate(request, runtime):
    print(event.stage, f"{event.fraction:.0%}")
    if event.result is not None:
        results.append(event.result)"""

RESULT = """for result in results:
    with open(pipeline.file_name(result), "wb") as file:
        file.write(pipeline.to_png(result))"""

FIND = """import pipeline

gallery = pipeline.Gallery()
items, total = gallery.find("sprint red", where={"venue": ["track"]})"""

THUMBNAILS = """for item in items:
    result = gallery.results.load(item.id)
    print(item.id, result.request, result.attributes)
    with open(f"{item.id}.webp", "wb") as file:
        file.write(gallery.thumbnails([item.id])[item.id])"""
