"""How long a picture takes and how much memory, from a cold start and warm.

    python -m benchmarks.generate [--runs 5] [--threads N] ["PROMPT"]

Prints one table. Warm times are medians over the runs, each with another seed; the first preview
and the picture count from the request on.
"""

from __future__ import annotations

import argparse
import statistics
import time

from pipeline.request import Prompt, Request
from pipeline.results import file_name

PROMPT = "运动员正在篮球场上进行投篮训练,他们专注而坚定的眼神,动作优雅流畅。"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prompt", nargs="?", default=PROMPT)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of the CPU; all cores when left out")
    options = parser.parse_args()

    start = time.perf_counter()
    import torch

    from pipeline.runtime import Runtime
    from pipeline.text_to_image import MODELS, generate

    if options.threads:
        torch.set_num_threads(options.threads)
    runtime = Runtime()
    for name in MODELS:
        runtime.model(name)
    rows = [("import and load all models", time.perf_counter() - start)]

    previews, totals = [], []
    stages: dict[str, list[float]] = {}
    for seed in range(options.runs + 1):
        start, preview = time.perf_counter(), None
        # One more exclamation mark makes another sentence of it, so that none is remembered.
        for event in generate(Request(Prompt(options.prompt + "!" * seed), seed=seed), runtime):
            if event.preview is not None and preview is None:
                preview = time.perf_counter() - start
            if event.result is not None:
                result = event.result
        total = time.perf_counter() - start
        if seed == 0:
            rows.append(("first picture after that", total))
            continue
        previews.append(preview or total)
        totals.append(total)
        for stage, seconds in result.seconds.items():
            stages.setdefault(stage, []).append(seconds)
    rows += [(f"warm: {stage}", statistics.median(took)) for stage, took in stages.items()]
    rows.append(("warm: first preview", statistics.median(previews)))
    rows.append(("warm: the whole picture", statistics.median(totals)))

    print(f"{runtime.describe()}; {file_name(result)}\n")
    print("| what | seconds |\n|---|---:|")
    for what, seconds in rows:
        print(f"| {what} | {seconds:.2f} |")
    weights = sum(f.stat().st_size for f in runtime.weights.rglob("*.safetensors"))
    print(f"\n| memory | MB |\n|---|---:|\n| at the most | {result.peak_memory / 1e6:.0f} |")
    print(f"| weights on disk | {weights / 1e6:.1f} |")


if __name__ == "__main__":
    main()
