"""The ``pipeline`` calls behind the cells, as code to copy into a notebook or a script.

Each goes on where the one before it ended, so that all of them in order are one program.
"""

from __future__ import annotations

import pipeline


def ask(request: pipeline.Request) -> str:
    """What is asked; settings that have their default value are left out."""
    plain = pipeline.Request(request.prompt)
    settings = {
        name: getattr(request, name)
        for name in ("seed", "count", "guidance", "steps", "size", "guide")
        if getattr(request, name) != getattr(plain, name)
    }
    lines = [f"pipeline.Prompt({request.prompt.text!r})"]
    lines += [
        f"{name}={value!r}".replace("Steps(", "pipeline.Steps(") for name, value in settings.items()
    ]
    if request.figure is not None:
        lines.append("figure=figure")
    arguments = "".join(f"    {line},\n" for line in lines)
    return (
        "import pipeline\n\n"
        "runtime = pipeline.Runtime()\n"
        f"request = pipeline.Request(\n{arguments})"
    )


UNDERSTAND = """from pipeline.understand import understand

understanding = understand(request.prompt.text, runtime)
understanding.attributes"""

POSE = """for event in pipeline.generate(request, runtime):
    if event.stage == "pose" and event.value is not None:
        figure = event.value"""

GENERATE = """results = []
for event in pipeline.generate(request, runtime):
    print(event.stage, f"{event.fraction:.0%}")
    if event.result is not None:
        results.append(event.result)"""

RESULT = """from pathlib import Path

for result in results:
    Path(pipeline.file_name(result)).write_bytes(pipeline.to_png(result))"""
