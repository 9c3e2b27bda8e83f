"""A study as a Jupyter notebook that reads the recording beside it and studies it anew."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import PurePosixPath

from pipeline.movement.study import Recording
from pipeline.notebook import PREPARE, as_is, book_of, code_cell, text_cell

STUDY = """found = {}
for event in pipeline.study(recording, runtime):
    if event.value is not None:
        found[event.stage] = event.value
analysis = found["measure"]
for indicator in analysis.indicators:
    told = indicator.missing or f"{indicator.value:.3g} {indicator.unit}"
    print(f"{indicator.name}: {told} [{indicator.source}]")"""

CURVES = """import plotly.graph_objects as go

times = analysis.movement.times
curves = go.Figure([go.Scatter(x=times, y=y, name=name) for name, y in analysis.angles.items()])
curves.update_layout(xaxis_title="seconds", yaxis_title="degrees")"""

MAP = """if "attend" in found:
    looked = found["attend"]
    print(f"taken for: {looked.action[0]} ({looked.action[1]:.0%}); explained: {looked.explains}")
    heatmap = go.Figure(go.Heatmap(z=looked.look.relevance.T, x=looked.times, y=looked.joints))
    heatmap.update_layout(title="gradient relevance", xaxis_title="seconds")"""

WRITE = """with open("curves.csv", "w") as file:
    file.write(pipeline.movement_csv(analysis))"""


def movement_notebook(recording: Recording) -> bytes:
    """The file, UTF-8 JSON. It names the recording and doesn't hold it: recordings are private."""
    name = PurePosixPath(recording.name.replace("\\", "/")).name
    told = (
        f"Put {as_is(name)} beside this notebook, and run it where TrainSight is installed "
        "(`pip install -e .` in its folder). The recording itself is not in this file."
    )
    # Where the server's models lie is its own affair.
    values = asdict(replace(recording.options, model=None, detector=None))
    call = (
        "from pathlib import Path\n\n"
        "from data.movement import Options\n\n"
        "recording = pipeline.Recording(\n"
        f"    {name!r},\n"
        f"    Path({name!r}).read_bytes(),\n"
        f"    Options(**{values!r}),\n"
        f"    pipeline.{recording.cleaning!r},\n"
        f"    which={recording.which},\n"
        f"    stretch={recording.stretch},\n"
        f"    corrections=pipeline.{recording.corrections!r},\n"
        f"    explain={recording.explain!r},\n"
        ")"
    )
    return book_of(
        [
            text_cell(f"# {as_is(name)}\n\n{told}"),
            code_cell(PREPARE),
            code_cell(call),
            code_cell(STUDY),
            code_cell(CURVES),
            code_cell(MAP),
            code_cell(WRITE),
        ]
    )
