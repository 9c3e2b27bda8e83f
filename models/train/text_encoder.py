"""Train the text encoder on captions that are made on the fly.

    python -m models.train.text_encoder --minutes 60

A scene's attributes are drawn independently of one another here, never as the picture models see
them: a reader that knew that hurdles stand on tracks would read "track" where nobody wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.attributes import BLOCKS
from data.scenes.captions import LANGUAGES, caption, fragment, framed, outside, plain
from data.scenes.scene import PHASES, VOCABULARY, Athlete, Camera, Scene
from models import text_encoder
from models.text_encoder import Config, TextEncoder
from models.train import loop

BATCH_BYTES, PARTS = 8000, 4
"""Text in a step, and the parts of similar length in which it passes through the network. A step
of texts of one length only would drag the heads to and fro: long texts say most, short ones least.
"""

FRAGMENTS_FROM, FRAGMENTS_TO, FRAGMENTS_UNTIL = 0.95, 0.15, 800
"""Share of a step's bytes that are fragments, at first and after so many steps: words are learned
from fragments, which show five times as many of them a byte, and then how captions join them."""

PLAIN_SHARE, FRAMED_SHARE = 0.35, 0.3
"""Shares of short, plain sentences and of an action in a frame among the captions. Without them
plainness itself is taken for a sign of a text from outside: "a squat on the beach" was refused."""

OUTSIDE_SHARE = 0.2
UNSAID_OUTSIDE = {
    "top", "top_colour", "bottom", "bottom_colour", "shoe_colour", "hair", "hair_colour",
}  # fmt: skip
"""A red car states no shirt. Of other attributes, nothing is taught where the studio can't draw:
its action head then names what comes nearest, and "at sunset" may well be read beside a castle."""


@dataclass(frozen=True)
class Example:
    """A text and its truth: each attribute's place in its block, −1 where nothing is taught."""

    text: str
    places: tuple[int, ...]
    inside: bool


def random_scene(rng: np.random.Generator) -> Scene:
    """A scene whose attributes are independent and nearly uniform."""

    def value(name: str) -> str:
        return VOCABULARY[name][int(rng.random() * len(VOCABULARY[name]))]

    names = [f.name for f in fields(Athlete) if f.name in VOCABULARY]
    first = replace(Athlete(), **{name: value(name) for name in names})  # type: ignore[arg-type]
    if rng.random() < 0.25:
        first = replace(first, bottom_colour=first.top_colour)  # "dressed in black"
    if rng.random() < 0.3:
        first = replace(first, age="adult")  # which every man and woman is
    athletes = [first]
    for _ in range(int(rng.choice(3, p=(0.6, 0.28, 0.12)))):
        other = replace(first, sex=value("sex"), age=value("age"), top_colour=value("top_colour"))
        athletes.append(first if rng.random() < 0.7 else other)
    action = value("action")
    return Scene(
        action=action,
        phase=PHASES[action][int(rng.random() * len(PHASES[action]))],
        progress=0.0,
        athletes=tuple(athletes),
        venue=value("venue"),
        light=value("light"),
        camera=Camera(value("view"), value("camera_height"), value("framing")),
        style=value("style"),
    )


def draw_example(rng: np.random.Generator, language: str, whole: bool = True) -> Example:
    """A caption (a fragment of one unless ``whole``), or a text from outside the studio's world."""
    if rng.random() < OUTSIDE_SHARE:
        unsaid = (len(v) if name in UNSAID_OUTSIDE else -1 for name, v in VOCABULARY.items())
        return Example(outside(rng, language), tuple(unsaid), inside=False)
    scene, kind = random_scene(rng), rng.random()
    if whole and kind < FRAMED_SHARE:
        made = framed(scene, rng, language)
        taught = (
            v.index(made.stated[k]) if k in made.stated else -1 for k, v in VOCABULARY.items()
        )
        return Example(made.text, tuple(taught), inside=True)
    tell = fragment if not whole else plain if kind < FRAMED_SHARE + PLAIN_SHARE else caption
    made = tell(scene, rng, language)
    return Example(made.text, places(made.stated), inside=True)


def places(stated: Mapping[str, str]) -> tuple[int, ...]:
    """Each attribute's place in its block; the last one, "not said", where it is not stated."""
    return tuple(
        values.index(stated[name]) if name in stated else len(values)
        for name, values in VOCABULARY.items()
    )


def draw_batch(rng: np.random.Generator, fragments: float) -> list[list[Example]]:
    """:data:`BATCH_BYTES` of text, of which the share ``fragments`` is fragments, in parts."""
    examples: list[Example] = []
    for whole, budget in ((False, fragments * BATCH_BYTES), (True, (1 - fragments) * BATCH_BYTES)):
        while budget > 0:
            examples.append(draw_example(rng, LANGUAGES[len(examples) % 2], whole))
            budget -= len(examples[-1].text.encode())
    examples.sort(key=lambda example: len(example.text.encode()))
    end = np.cumsum([len(example.text.encode()) for example in examples])
    cuts = np.searchsorted(end, end[-1] * np.arange(1, PARTS) / PARTS)
    return [examples[i:j] for i, j in pairwise([0, *cuts, len(examples)]) if i < j]


def loss(encoder: TextEncoder, examples: list[Example]) -> Tensor:
    """Cross-entropy summed over texts and attributes, plus that of "can the studio draw this?"."""
    device = encoder.query.device
    logits = encoder(text_encoder.to_bytes([e.text for e in examples]).to(device))[0].float()
    truth = torch.tensor([e.places for e in examples], device=device)
    inside = torch.tensor([float(e.inside) for e in examples], device=device)
    logits = text_encoder.given_action(logits, truth[:, list(BLOCKS).index("action")])
    total = F.binary_cross_entropy_with_logits(logits[:, -1], inside, reduction="sum")
    for i, block in enumerate(BLOCKS.values()):
        total = total + F.cross_entropy(
            logits[:, block], truth[:, i], ignore_index=-1, reduction="sum"
        )
    return total


def score(encoder: TextEncoder, examples: list[Example]) -> dict[str, float]:
    """Shares read rightly: each attribute, all of one text's attributes, inside or outside."""
    logits = torch.cat(
        [
            encoder(text_encoder.to_bytes([e.text for e in examples[i : i + 64]]))[0]
            for i in range(0, len(examples), 64)
        ]
    )
    logits = text_encoder.given_action(logits, logits[:, BLOCKS["action"]].argmax(1))
    truth = torch.tensor([e.places for e in examples])
    read = torch.stack([logits[:, block].argmax(1) for block in BLOCKS.values()], 1)
    right, taught = read == truth, truth >= 0
    inside = torch.tensor([e.inside for e in examples])
    result = {
        name: float(right[:, i][taught[:, i]].float().mean()) for i, name in enumerate(BLOCKS)
    }
    said = taught & (truth < torch.tensor([len(v) for v in VOCABULARY.values()]))
    stated = inside[:, None] & said
    return result | {
        "stated": float(right[stated].float().mean()),
        "all": float((right | ~taught)[inside].all(1).float().mean()),
        "domain": float(((logits[:, -1] > 0) == inside).float().mean()),
    }


def held_out(language: str, count: int = 400, seed: int = 123_456_789) -> list[Example]:
    """Examples that training never draws."""
    rng = np.random.default_rng(seed)
    found = [draw_example(rng, language) for _ in range(count)]
    return sorted(found, key=lambda example: len(example.text))


def main() -> None:
    options = loop.parser("text_encoder", minutes=60, learning_rate=2e-3).parse_args(
        namespace=loop.Options()
    )
    torch.manual_seed(options.seed)
    config = Config()
    encoder = TextEncoder(config).to(options.device)
    tests = {language: held_out(language) for language in LANGUAGES}
    columns = {f"{k}_{language}": 0.0 for language in tests for k in ("stated", "all", "domain")}

    def step_loss(step: int) -> tuple[Tensor, int, Mapping[str, float]]:
        rng = np.random.default_rng((options.seed, step))
        ramp = min(1.0, step / FRAGMENTS_UNTIL)
        parts = draw_batch(rng, FRAGMENTS_FROM + ramp * (FRAGMENTS_TO - FRAGMENTS_FROM))
        count = sum(map(len, parts))
        total = torch.stack([loss(encoder, part) for part in parts]).sum()
        return total / count, count, columns

    @torch.inference_mode()
    def test(average: torch.nn.Module, step: int) -> None:
        assert isinstance(average, TextEncoder)
        for language, examples in tests.items():
            scores = score(average, examples)
            columns.update(
                {name: scores[name.split("_")[0]] for name in columns if name.endswith(language)}
            )
            print(language, " ".join(f"{k} {v:.3f}" for k, v in scores.items()), flush=True)

    loop.train(options, encoder, asdict(config), step_loss, test)


if __name__ == "__main__":
    main()
