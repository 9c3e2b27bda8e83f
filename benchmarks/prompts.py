"""Do the pictures show what the words ask for?

    python -m benchmarks.prompts [--limit N] [--steps 8 4] [--json]

GenEval's method (Ghosh et al. 2023, arXiv 2310.11513): each of 300 prompts is drawn, the judge
reads the picture back, and it is all right when every attribute that the words state is read from
it. A phase counts only with its action (the dependency rule of DPG-Bench, Hu et al. 2024, arXiv
2403.05135). Half of the prompts ask for combinations that are held out of training
(``data/scenes/held_out.csv``); the others are captions of the grammar and free wordings by hand.
Beside each rate stands the judge's own on renders of the same scenes, which is what a perfect
drawing would get.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.text_encoder import by_hand
from data.scenes.captions import LANGUAGES, caption, telling
from data.scenes.held_out import COMBINED, held_out
from data.scenes.render import render
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, attributes
from data.scenes.visible import showable
from models import checkpoint
from pipeline.errors import OutsideDomainError
from pipeline.request import Prompt, Request, Steps
from pipeline.runtime import Runtime
from pipeline.scorecard import examine, joint_error
from pipeline.text_to_image import DEFAULTS, generate, pixels, stream
from pipeline.understand import understand

COUNT = 300
SEED = 20_251_125
SIZE = 256
"""Pixels a side that are drawn; the judge shrinks them to its own."""

KINDS = ("held out", "grammar", "free wording")


@dataclass(frozen=True)
class Case:
    """A prompt with what it states; ``seed`` is that of its picture."""

    text: str
    language: str
    kind: str
    stated: Mapping[str, str]
    seed: int


def cases() -> list[Case]:
    """The prompts, always the same, in an order of which every beginning is a fair sample."""
    rng = np.random.default_rng(SEED)
    found: list[tuple[str, str, str, Mapping[str, str]]] = []
    for i, row in enumerate(rng.permutation(len(held_out()))[: COUNT // 2]):
        language = LANGUAGES[i % 2]
        values = dict(zip(COMBINED, held_out()[row], strict=True))
        while True:  # short sentences leave things out
            scene = sample_scene(rng, **values, people="one", style="shaded", framing="full")
            said = telling(scene, COMBINED, rng, language)
            if said.stated.items() >= values.items():
                break
        found.append((said.text, language, KINDS[0], said.stated))
    for language in LANGUAGES:
        for example in by_hand()[language]:
            stated = {
                name: values[place]
                for (name, values), place in zip(VOCABULARY.items(), example.places, strict=True)
                if 0 <= place < len(values)
            }
            if "action" in stated:
                found.append((example.text, language, KINDS[2], stated))
    while len(found) < COUNT:
        language = LANGUAGES[len(found) % 2]
        said = caption(sample_scene(rng), rng, language)
        if "action" in said.stated:
            found.append((said.text, language, KINDS[1], said.stated))
    order = rng.permutation(len(found))
    return [Case(*found[i], seed=int(n)) for n, i in enumerate(order)]


@dataclass(frozen=True)
class Made:
    """A picture, uint8 (SIZE, SIZE, 3), with the attributes that it should show and the joints
    (J, 2) that it was drawn around; None without a pose or where it may be either of two."""

    picture: np.ndarray
    shown: Mapping[str, str]
    joints: np.ndarray | None


@dataclass(frozen=True)
class Judged:
    """What the judge found in one picture: attribute → right or not, of those that were stated and
    that such a picture can show; the joints' error in statures, if there was a pose; features."""

    right: Mapping[str, bool]
    joints: float | None
    features: np.ndarray | None

    @property
    def all_right(self) -> bool:
        return all(self.right.values())


def drawn(case: Case, runtime: Runtime, **settings: Any) -> Made | None:
    """The picture of a prompt; None where it is refused."""
    request = Request(Prompt(case.text), seed=case.seed, size=SIZE, **settings)
    try:
        *_, last = generate(request, runtime)
    except OutsideDomainError:
        return None
    result = last.result
    posed = result.figure is not None and result.attributes["people"] != "two"
    # What was misread counts as asked all the same.
    shown = result.attributes | dict(case.stated)
    return Made(result.picture, shown, result.figure.joints[0] if posed else None)


def rendered(case: Case, variation: int = 0) -> Made:
    """A render of a scene that the prompt asks for."""
    rng = np.random.default_rng(stream(case.seed, "complete"))
    scene = sample_scene(rng, **(DEFAULTS | dict(case.stated)))
    scene = replace(scene, variation=scene.variation + variation)
    made = render([scene], SIZE)
    joints = None if len(scene.athletes) == 2 else made.joints[0, 0]
    return Made(pixels(made.pixels * 2 - 1), attributes(scene), joints)


def judged(case: Case, made: Made | None, runtime: Runtime) -> Judged:
    """Mark a picture; where none was drawn nothing is right."""
    if made is None:
        return Judged(dict.fromkeys(case.stated, False), None, None)
    reading = examine(made.picture, runtime)
    countable = [name for name in case.stated if name in showable(made.shown)]
    right = {name: reading.attributes[name] == case.stated[name] for name in countable}
    error = None if made.joints is None else joint_error(reading.joints, made.joints)
    return Judged(right, error, reading.features)


def kernel_distance(some: Sequence[Judged], others: Sequence[Judged]) -> float:
    """Squared maximum mean discrepancy of two sets of pictures of the same prompts.

    Unbiased, pictures of one prompt never compared with each other (Gretton et al. 2012, JMLR 13,
    eq. 4), with the kernel (x·y / d + 1)³ of Bińkowski et al. 2018, "Demystifying MMD GANs", arXiv
    1801.01401, §4, on the judge's features at a mean square of 1, which keeps it from being ruled
    by a few strong ones.
    """
    both = [(a.features, b.features) for a, b in zip(some, others, strict=True)]
    pairs = np.array([pair for pair in both if pair[0] is not None], float)
    pairs /= np.sqrt((pairs**2).mean(-1, keepdims=True))
    x, y = pairs[:, 0], pairs[:, 1]
    count = len(x)

    def mean(one: np.ndarray, other: np.ndarray) -> float:
        values = (one @ other.T / one.shape[1] + 1) ** 3
        return float((values.sum() - np.trace(values)) / (count * (count - 1)))

    return mean(x, x) + mean(y, y) - 2 * mean(x, y)


def rates(found: Sequence[Judged]) -> dict[str, float]:
    """Attribute → share right, then ``all`` and ``joints`` (mean error in statures)."""
    means = {}
    for name in VOCABULARY:
        marks = [one.right[name] for one in found if name in one.right]
        if marks:
            means[name] = float(np.mean(marks))
    means["all"] = float(np.mean([one.all_right for one in found]))
    joints = [one.joints for one in found if one.joints is not None]
    if joints:
        means["joints"] = float(np.mean(joints))
    return means


def table(
    chosen: Sequence[Case], columns: Mapping[str, Sequence[Judged]], distances: Mapping[str, float]
) -> str:
    """As Markdown: a row an attribute, then everything together, by kind and by language."""
    measured = {column: rates(found) for column, found in columns.items()}
    reference = next(iter(columns.values()))
    lines = [
        "| % right | asked | " + " | ".join(columns) + " |",
        "|---|---:|" + "---:|" * len(columns),
    ]

    def row(what: str, asked: int, values: Iterable[float | None], digits: int = 0) -> None:
        cells = ("–" if v is None else f"{100 * v:.{digits}f}" for v in values)
        lines.append(f"| {what} | {asked} | " + " | ".join(cells) + " |")

    for name in VOCABULARY:
        asked = sum(name in one.right for one in reference)
        if asked:
            row(name, asked, (m.get(name) for m in measured.values()))
    row("**all right**", len(chosen), (m["all"] for m in measured.values()))
    for of, values in (("kind", KINDS), ("language", LANGUAGES)):
        for value in values:
            picked = [i for i, case in enumerate(chosen) if getattr(case, of) == value]
            parts = [[found[i] for i in picked] for found in columns.values()]
            if picked:
                row(f"all right, {value}", len(picked), (rates(part)["all"] for part in parts))
    row("joint error, % of height", len(chosen), (m.get("joints") for m in measured.values()), 1)
    cells = " | ".join(f"{100 * distances[column]:.1f}" for column in columns)
    lines.append(f"| kernel distance to renders × 100 | {len(chosen)} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    """Draw, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=COUNT, help="only the first prompts")
    parser.add_argument("--steps", type=int, nargs="*", default=[8], help="of the base")
    parser.add_argument("--weights", type=Path, help="folder of weights; our own when left out")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    options = parser.parse_args()
    runtime = Runtime(weights=options.weights or checkpoint.WEIGHTS)
    torch.manual_seed(0)
    chosen = cases()[: options.limit]

    settings: dict[str, dict[str, Any]] = {"words alone": {"guide": False}}
    for steps in options.steps:
        settings[f"{steps} steps"] = {"steps": Steps(base=steps)}
    made: dict[str, list[Made | None]] = {"renders": [rendered(case) for case in chosen]}
    for name, values in settings.items():
        made[name] = [drawn(case, runtime, **values) for case in chosen]
    columns = {
        name: [judged(*pair, runtime) for pair in zip(chosen, pictures, strict=True)]
        for name, pictures in made.items()
    }
    others = [judged(case, rendered(case, variation=1), runtime) for case in chosen]
    distances = {name: kernel_distance(found, others) for name, found in columns.items()}
    understood = float(np.mean([_understood(case, runtime) for case in chosen]))

    if options.json:
        report = {name: rates(f) | {"distance": distances[name]} for name, f in columns.items()}
        print(json.dumps({"prompts": len(chosen), "understood": understood} | report, indent=2))
        return
    print(f"{len(chosen)} prompts, {runtime.describe()}; of {understood:.0%} all was understood.\n")
    print(table(chosen, columns, distances))


def _understood(case: Case, runtime: Runtime) -> bool:
    """Whether the text encoder read everything that the words state."""
    try:
        read = understand(case.text, runtime).attributes
    except OutsideDomainError:
        return False
    return all(read.get(name) == value for name, value in case.stated.items())


if __name__ == "__main__":
    main()
