"""How well the committed text encoder reads: fresh captions of the grammar, and others by hand.

    python -m benchmarks.text_encoder [--device cuda] [--failures]

Prints one table: the share of texts of which each attribute was read rightly ("not said"
included), of stated values found, and of texts read without any mistake.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable
from pathlib import Path

from data.scenes.attributes import read
from data.scenes.captions import LANGUAGES
from data.scenes.scene import VOCABULARY
from models import text_encoder
from models.text_encoder import TextEncoder
from models.train.text_encoder import Example, held_out, places, score

BY_HAND = Path(__file__).with_suffix(".toml")


def by_hand() -> dict[str, list[Example]]:
    """The captions written by hand, English, Chinese, and those that can't be drawn."""
    lists = tomllib.loads(BY_HAND.read_text("utf-8"))
    found = {
        language: [Example(text, places(says), inside=True) for text, says in lists[language]]
        for language in LANGUAGES
    }
    nothing_taught = (-1,) * len(VOCABULARY)
    found["outside"] = [Example(text, nothing_taught, inside=False) for text in lists["outside"]]
    return found


def mistakes(encoder: TextEncoder, examples: Iterable[Example]) -> list[str]:
    """A line for each text that was misread."""
    lines = []
    for example in examples:
        encoding = encoder.encode([example.text])
        got = read(encoding.attributes[0].numpy())
        want = {
            name: values[place]
            for (name, values), place in zip(VOCABULARY.items(), example.places, strict=True)
            if 0 <= place < len(values)
        }
        if not example.inside:
            got = want  # nothing was asked of the attributes
        wrong = [
            f"{name}: {got.get(name)}, not {want.get(name)}"
            for name in VOCABULARY
            if got.get(name) != want.get(name)
        ]
        if (encoding.domain[0] > 0.5) != example.inside:
            wrong.append(f"inside {float(encoding.domain[0]):.2f}")
        if wrong:
            lines.append(f"{example.text}  ←  {'; '.join(wrong)}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--weights", type=Path, default=text_encoder.WEIGHTS)
    parser.add_argument("--failures", action="store_true", help="list what was misread by hand")
    arguments = parser.parse_args()
    encoder = text_encoder.load(arguments.weights, arguments.device)
    hand = by_hand()
    sets = {f"grammar {language}": held_out(language, 2000, seed=7) for language in LANGUAGES}
    sets |= {f"by hand {name}": examples for name, examples in hand.items()}
    scores = {name: score(encoder, examples) for name, examples in sets.items()}
    print("| | " + " | ".join(scores) + " |\n|---|" + "---|" * len(scores))
    for row in next(iter(scores.values())):
        print(f"| {row} | " + " | ".join(f"{100 * s[row]:.1f}" for s in scores.values()) + " |")
    if arguments.failures:
        for examples in hand.values():
            print("\n".join(mistakes(encoder, examples)))


if __name__ == "__main__":
    main()
