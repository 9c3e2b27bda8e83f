"""Contact sheets to look at: one sentence with eight seeds, and 24 varied prompts.

python -m benchmarks.sheets [--out docs] [--seed N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

import pipeline

SENTENCE = "运动员正在篮球场上进行投篮训练,他们专注而坚定的眼神,动作优雅流畅。"
SEEDS = range(1, 9)
SHOWN = 6
"""The seed whose picture the README shows large."""

PROMPTS = (
    "A woman in a red shirt takes a jump shot on an outdoor court at sunset",
    "a man in a blue jersey dribbles the ball, indoor court, three-quarter view",
    "sprinter in yellow on the track, full flight, seen from the side",
    "three joggers on a country road in the morning",
    "hurdler clearing the hurdle, side view, green shirt",
    "a long jumper in the air over the sand, day",
    "high jump at night under floodlights, seen from behind",
    "javelin thrower in the power position, white shirt, black shorts",
    "man in a black tank top at the bottom of a squat, gym, side view",
    "deadlift at lockout, front view, purple shirt",
    "push-ups on the beach, orange shorts",
    "pull-ups in the park, shirtless",
    "tennis serve in the trophy position, white skirt, tennis court",
    "badminton smash, indoor court, low angle",
    "football player in red kicks the ball on the pitch",
    "volleyball spike on the beach at sunset",
    "golfer at the top of the backswing, park",
    "boxer in the ring throws a cross, red shorts, left-handed",
    "一名女运动员在公路上骑自行车,戴头盔,穿绿色上衣",
    "健身房里的划船机训练,侧面",
    "游泳运动员从出发台跃入泳池",
    "公园里的瑜伽树式,穿紫色紧身裤的女子",
    "handstand, line drawing",
    "剪影:夕阳下的跑者",
)


def draw(
    prompts: Iterable[str], seeds: Iterable[int], runtime: pipeline.Runtime
) -> list[Image.Image]:
    """One picture a prompt and seed, 1024²."""
    pictures = []
    for text, seed in zip(prompts, seeds, strict=False):
        *_, last = pipeline.generate(pipeline.Request(pipeline.Prompt(text), seed=seed), runtime)
        pictures.append(Image.fromarray(last.result.picture))
    return pictures


def sheet(pictures: Sequence[Image.Image], columns: int, side: int) -> Image.Image:
    """The pictures, row by row, each ``side`` pixels wide."""
    small = [np.asarray(p.resize((side, side), Image.Resampling.LANCZOS)) for p in pictures]
    rows = [np.hstack(small[i : i + columns]) for i in range(0, len(small), columns)]
    return Image.fromarray(np.vstack(rows))


def main() -> None:
    """Write both sheets."""
    parser = argparse.ArgumentParser(description="Draw the contact sheets.")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--seed", type=int, default=1, help="of the first varied prompt")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    runtime = pipeline.Runtime()
    same = draw([SENTENCE] * len(SEEDS), SEEDS, runtime)
    same[SEEDS.index(SHOWN)].save(options.out / "jump-shot.webp", quality=90)
    sheet(same, 4, 320).save(options.out / "sheet-jump-shot.webp", quality=88)
    varied = draw(PROMPTS, count(options.seed), runtime)
    sheet(varied, 6, 256).save(options.out / "sheet-prompts.webp", quality=88)
    for i, text in enumerate(PROMPTS, start=1):
        print(f"{i}. {text}")


if __name__ == "__main__":
    main()
