"""How far the judge can be believed: what it reads from renders whose truth is known.

    python -m benchmarks.judge [--count 2000] [--json] [--write]

Prints one table over scenes that training never drew: for each attribute the share read rightly of
the pictures that show it by their part mask, everywhere and with silhouettes and close views apart;
phases within the outer 10 % of their interval apart; and how far joints in the frame are from the
truth, in % of body height. ``--write`` puts the shares beside the weights, where the studio reads
how far to believe its judge.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from data.scenes.actions import LIBRARY
from data.scenes.render import render
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, Scene, attributes
from data.scenes.visible import visible
from models import checkpoint
from models.judge import SCORES, SIZE, read
from pipeline.runtime import Runtime
from pipeline.scorecard import joint_error

SEED = 2_025_112_500
"""Of the scenes; trainings draw theirs from small numbers."""

CHUNK = 32
EDGE = 0.1
"""Share of a phase's interval at either end that counts as its boundary."""

SLICES = ("all", "plain", "silhouettes", "close views", "phase boundaries")


def slices(scene: Scene) -> Iterator[str]:
    """The columns of the table that a scene counts in."""
    yield "all"
    if scene.style == "silhouette":
        yield "silhouettes"
    if scene.camera.framing == "close":
        yield "close views"
    if at_boundary(scene):
        yield "phase boundaries"
    elif scene.style != "silhouette" and scene.camera.framing == "full":
        yield "plain"


def at_boundary(scene: Scene) -> bool:
    """Whether the moment is almost another phase, or none."""
    for low, high in LIBRARY[scene.action].intervals(scene.phase):
        for moment in (scene.progress, scene.progress - 1, scene.progress + 1):
            if low <= moment <= high:
                return not EDGE <= (moment - low) / max(high - low, 1e-9) <= 1 - EDGE
    return True


def measure(runtime: Runtime, count: int) -> dict[str, dict[str, list[float]]]:
    """Row → column → one number a picture: 1 for right and 0 for wrong, or the joints' error."""
    rng = np.random.default_rng(SEED)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for start in range(0, count, CHUNK):
        scenes = [sample_scene(rng) for _ in range(min(CHUNK, count - start))]
        drawn = render(scenes, SIZE, str(runtime.device))
        readings = runtime.evaluate(read, runtime.model("judge"), drawn.pixels * 2 - 1)
        for i, (scene, reading) in enumerate(zip(scenes, readings, strict=True)):
            truth, joints = attributes(scene), drawn.joints[i, 0]
            shown = visible(scene, drawn.views[i], drawn.parts[i].cpu().numpy(), joints)
            row = {n: float(reading.attributes[n] == truth[n]) for n in VOCABULARY if n in shown}
            row["everything"] = float(all(row.values()))
            if (
                len(scene.athletes) != 2
                and (error := joint_error(reading.joints, joints)) is not None
            ):
                row["joints"] = error
            for name, value in row.items():
                for column in slices(scene):
                    found[name][column].append(value)
    return found


def table(found: dict[str, dict[str, list[float]]]) -> str:
    """As Markdown."""
    lines = ["| | shown in | " + " | ".join(SLICES) + " |", "|---|---:|" + "---:|" * len(SLICES)]
    for name, columns in found.items():
        cells = [f"{100 * np.nanmean(columns[c]):.1f}" if columns[c] else "–" for c in SLICES]
        what = "joints, mean error in % of height" if name == "joints" else name
        lines.append(f"| {what} | {len(columns['all'])} | " + " | ".join(cells) + " |")
    errors = np.array(found["joints"]["all"])
    lines.append(
        f"\nJoints: median picture {100 * np.nanmedian(errors):.1f} %, "
        f"{np.nanmean(errors <= 0.03):.0%} of the pictures within 3 %."
    )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--weights", type=Path, help="folder of weights; our own when left out")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--write", action="store_true", help=f"write {SCORES} beside the weights")
    options = parser.parse_args()
    torch.set_num_threads(1)
    runtime = Runtime(weights=options.weights or checkpoint.WEIGHTS)
    found = measure(runtime, options.count)
    means = {
        name: {c: round(float(np.nanmean(v)), 4) for c, v in columns.items()}
        for name, columns in found.items()
    }
    if options.write:
        scores = {name: columns["all"] for name, columns in means.items()}
        text = json.dumps({"pictures": options.count} | scores, indent=2) + "\n"
        (runtime.weights / "judge" / SCORES).write_text(text)
    print(json.dumps(means, indent=2) if options.json else table(found))


if __name__ == "__main__":
    main()
