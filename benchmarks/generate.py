"""How long a picture takes and how much memory: cold, warm, by steps, and many at a time.

    python -m benchmarks.generate [--runs 5] [--threads N] [--steps] [--batches] ["PROMPT"]

Prints one table, and one more for each option. Warm times are medians over the runs, each with
another seed; the first preview and the picture count from the request on. ``--batches`` draws
several pictures in one evaluation of each network, poses given; on a GPU also with torch.compile.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from pipeline.request import Prompt, Request, Steps
from pipeline.results import file_name

if TYPE_CHECKING:
    from torch import Tensor

    from pipeline.runtime import Runtime

PROMPT = "运动员正在篮球场上进行投篮训练,他们专注而坚定的眼神,动作优雅流畅。"
STEPS = (1, 2, 4, 8)
BATCHES = (1, 4, 8)
DRAWING = ("base", "sr256", "sr1024")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prompt", nargs="?", default=PROMPT)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of the CPU; all cores when left out")
    parser.add_argument("--steps", action="store_true", help=f"each stage at {STEPS} steps too")
    parser.add_argument(
        "--batches", action="store_true", help=f"pictures/s at {BATCHES} a time too"
    )
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
    if options.steps:
        by_steps(options.prompt, options.runs, runtime)
    if options.batches:
        by_batch(options.prompt, options.runs, runtime)


def by_steps(prompt: str, runs: int, runtime: Runtime) -> None:
    """Print the seconds of each drawing stage by its steps."""
    from pipeline.text_to_image import generate

    print(f"\n| seconds a stage | {' | '.join(DRAWING)} | together |\n|---|---:|---:|---:|---:|")
    for steps in STEPS:
        took: dict[str, list[float]] = {stage: [] for stage in DRAWING}
        for seed in range(1, runs + 1):
            request = Request(Prompt(prompt), seed=seed, steps=Steps(steps, steps, steps))
            *_, last = generate(request, runtime)
            for stage in DRAWING:
                took[stage].append(last.result.seconds[stage])
        medians = [statistics.median(took[stage]) for stage in DRAWING]
        cells = " | ".join(f"{seconds:.3f}" for seconds in (*medians, sum(medians)))
        print(f"| {steps} step{'s' * (steps > 1)} | {cells} |")


def by_batch(prompt: str, runs: int, runtime: Runtime) -> None:
    """Print pictures of 1024² a second by how many are drawn at a time."""
    import torch

    cuda = runtime.device.type == "cuda"
    columns = [str(runtime.dtype).removeprefix("torch.")]
    found = {n: [_pictures_a_second(prompt, n, runs, runtime)] for n in BATCHES}
    if cuda:
        columns.append(f"{columns[0]}, torch.compile")
        for name in ("draft", "base", "draft256", "sr256", "sr1024"):
            runtime.model(name).compile()
        for n in BATCHES:
            found[n].append(_pictures_a_second(prompt, n, runs, runtime))
    print(f"\n| pictures a second | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for n, rates in found.items():
        print(f"| {n} at a time | {' | '.join(f'{rate:.2f}' for rate in rates)} |")
    if cuda:
        print(f"\nGPU memory at the most: {torch.cuda.max_memory_allocated() / 1e6:.0f} MB")


def _pictures_a_second(prompt: str, count: int, runs: int, runtime: Runtime) -> float:
    """After two batches that warm up; the median of ``runs`` batches."""
    known = conditions(prompt, range(count), runtime)
    took = []
    for run in range(runs + 2):
        start = time.perf_counter()
        batch(*known, range(run * count, (run + 1) * count), runtime).cpu()
        took.append(time.perf_counter() - start)
    return count / statistics.median(took[2:])


def conditions(
    prompt: str, seeds: Sequence[int], runtime: Runtime
) -> tuple[Tensor, dict[int, Tensor], Tensor]:
    """What pictures are drawn from: attribute vectors (B, WIDTH), guides at 64² and 256² and the
    surface at 512² by their size, and how venues are painted (B, DECORS)."""
    import torch

    from data.scenes.attributes import said
    from data.scenes.figure import dressed
    from data.scenes.guide import draw_guide, draw_shape
    from models.draft import one_hot
    from pipeline.pose import choose_pose
    from pipeline.text_to_image import complete, stream
    from pipeline.understand import understand

    stated = understand(prompt, runtime).attributes
    shown = [complete(stated, seed) for seed in seeds]
    vectors = [torch.from_numpy(said(values))[None] for values in shown]
    figures = [
        dressed(choose_pose(vector.to(runtime.device), stream(seed, "pose"), runtime), values)
        for vector, values, seed in zip(vectors, shown, seeds, strict=True)
    ]
    guides = {size: draw_guide(figures, size, runtime.device) for size in (64, 256)}
    guides[512] = draw_shape(figures, 512, runtime.device)
    decors = one_hot(figure.decor for figure in figures).to(runtime.device)
    return torch.cat(vectors).to(runtime.device), guides, decors


def batch(
    vectors: Tensor,
    guides: dict[int, Tensor],
    decors: Tensor,
    seeds: Sequence[int],
    runtime: Runtime,
) -> Tensor:
    """Pictures (B, 3, 1024, 1024) by the pipeline's steps, all of them in each evaluation."""
    import torch
    import torch.nn.functional as F

    from models import flow
    from models.draft import draft, drafted
    from models.unet import SHAPE_TIMES, denoiser
    from pipeline.text_to_image import LOW_NOISE, stream

    steps, evaluate, model = Steps(), runtime.evaluate, runtime.model
    small, large = guides[64], guides[256]

    def noise(stage: str, shape: Sequence[int]) -> Tensor:
        return flow.noise([stream(seed, stage) for seed in seeds], shape, runtime.device)

    def enlarged(stage: str, low: Tensor, guide: Tensor, count: int) -> Tensor:
        network, level = model(stage), torch.full((len(low),), LOW_NOISE, device=runtime.device)
        rough = flow.augment(low, level, noise(f"{stage} input", low.shape[1:]))
        denoise = denoiser(network, guide, vectors, low=rough, low_noise=level)
        side = low.shape[-1] * network.config.unshuffle
        start = noise(stage, (3, side, side))
        *_, (_, x) = flow.sample(partial(evaluate, denoise), start, count)
        return x

    guided = evaluate(drafted, model("draft"), small, vectors, decors)
    denoise = denoiser(model("base"), guided, vectors)
    start = noise("base", (3, 64, 64))
    *_, (_, x) = flow.sample(partial(evaluate, denoise), start, steps.base, power=2)
    coarse = evaluate(draft, model("draft"), small, vectors, decors)
    fine = evaluate(draft, model("draft256"), large, vectors, decors, coarse)
    x = enlarged("sr256", x, torch.cat([large, fine[:, -3:]], dim=1), steps.sr256)
    guide = torch.cat([large, F.pixel_unshuffle(guides[512], SHAPE_TIMES)], dim=1)
    return enlarged("sr1024", x, guide, steps.sr1024)


if __name__ == "__main__":
    main()
