"""The ``pipeline`` calls behind the cells, as code to copy into a notebook or a script.

Each goes on where the one before it ended, so that all of them in order are one program.
"""

from __future__ import annotations

import pipeline


def ask(request: pipeline.Request) -> str:
    """What is asked; settings that have their default value are left out."""
    lines = ["import pipeline", "", "runtime = pipeline.Runtime()"]
    if request.figure is not None:
        lines.append('figure = pipeline.read_pose("pose.json", open("pose.json", "rb").read())')
    return "\n".join([*lines, pipeline.request_code(request)])


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

SCORECARD = """card = pipeline.score(results[0], runtime)
print("all right:", card.all_right)
for line in card.lines:
    print(line.attribute, line.asked, line.read, line.right)"""

WHY = """for event in pipeline.explain(results[0], runtime):
    print(f"{event.fraction:.0%}")
why = event.value
for word, without in zip(why.words, why.without):
    print(word.text, f"changes {without.changed:.1%}", without.where)"""

FIND = """import pipeline

gallery = pipeline.Gallery()
items, total = gallery.find("sprint red", where={"venue": ["track"]})"""

THUMBNAILS = """for item in items:
    result = gallery.results.load(item.id)
    print(item.id, result.request, result.attributes)
    with open(f"{item.id}.webp", "wb") as file:
        file.write(gallery.thumbnails([item.id])[item.id])"""

GRID = """import pipeline

runtime = pipeline.Runtime()
request = pipeline.Request(pipeline.Prompt("a sprinter on the track"), seed=0, size=256)
grid = pipeline.Grid(request, across=pipeline.Axis("phase"), down=pipeline.Axis("seed", (0, 1)))"""

SHEET = """from PIL import Image

pictures = []
for event in pipeline.draw(grid, runtime):
    if event.stage == "grid":
        grid = event.value  # with the phases that the sentence's action has
    if event.result is not None:
        pictures.append(event.result.picture)
sheet = pipeline.sheet(pictures, grid.across.values, [str(seed) for seed in grid.down.values])
Image.fromarray(sheet).save("sheet.png")"""
