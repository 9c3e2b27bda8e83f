"""Super-resolution measured as the papers do, and timed beside networks of theirs.

python -m benchmarks.super_resolution --data DIR [--sets Set5 …]

``DIR`` holds a folder of original pictures for each set (Set5, Set14, BSD100). Bicubic is
reproduced first: where it is more than 0.02 dB from the known value nothing else is printed. Then
PSNR and SSIM on Y of every method, and the distance in the features of our judge and large network,
which is not LPIPS (:mod:`models.features`), for pictures that were shrunk as papers shrink them and
for such that were blurred, made noisy and saved as JPEG (:mod:`data.imaging.worn`). Then the memory
of each method. Then parameters, multiply-adds and CPU seconds of our networks and of published ones
with random weights, all in the same run, so that their ratios hold whatever else the machine does.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.published_upscalers import PUBLISHED
from data.imaging import psnr, shrink, ssim
from data.imaging.worn import worn
from models import upscaler
from models.device import autocast
from pipeline.runtime import Runtime
from pipeline.upscaling import tiles
from pipeline.upscaling.measures import feature_distance
from pipeline.upscaling.methods import find, interpolate, methods

KNOWN = {
    ("Set5", 4): 28.42,
    ("Set5", 2): 33.65,
    ("Set14", 4): 26.09,
    ("BSD100", 4): 25.96,
}
"""Bicubic by this protocol, PSNR (Y) in dB."""

TOLERANCE = 0.02
SCALES = (4, 2, 1)
ROUNDS = 5
ENDINGS = (".png", ".jpg", ".bmp")
SHRUNK, WORN = "", ", worn"
DTYPES = ("float32", "bfloat16")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, then time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with Set5, Set14, BSD100")
    add("--sets", nargs="+", default=["Set5", "Set14", "BSD100"])
    add("--methods", nargs="+", help="names of the registry (default: all but the cascade)")
    add("--scales", nargs="+", type=int, default=list(SCALES))
    add("--no-worn", action="store_true", help="measure on shrunk pictures alone")
    add("--no-timing", action="store_true")
    add(
        "--dtypes", nargs="+", choices=DTYPES, default=DTYPES, help="of the networks that are timed"
    )
    add("--sides", nargs="+", type=int, default=[128, 512], help="of the pictures that are timed")
    options = parser.parse_args(arguments)
    runtime = Runtime(dtype=torch.float32)
    rows = methods(runtime)
    names = options.methods or [name for name in rows if name != "cascade"]
    names = ["bicubic", *(name for name in names if name != "bicubic")]

    reached: dict[str, float] = {}
    print("| set | scale | method | PSNR (Y) | SSIM (Y) | feature distance |")
    print("|---|---|---|---|---|---|")
    for scale in options.scales:
        for name in names:
            row = rows[name]
            if row.scales and scale not in row.scales:
                continue
            for folder in options.sets:
                originals = pictures(options.data / folder)
                for how in (SHRUNK, WORN):
                    if (how == SHRUNK and scale == 1) or (how == WORN and options.no_worn):
                        continue
                    given = [reduced(p, scale, how, i) for i, p in enumerate(originals)]
                    scores = [
                        score(name, small, original, scale, runtime)
                        for small, original in zip(given, originals, strict=True)
                    ]
                    found, similar, distant = np.mean(scores, axis=0)
                    figures = f"{found:.2f} | {similar:.4f} | {distant:.4f}"
                    print(f"| {folder}{how} | ×{scale} | {name} | {figures} |", flush=True)
                    if how == WORN:
                        continue
                    known = KNOWN.get((folder, scale))
                    if name == "bicubic" and known and abs(found - known) > TOLERANCE:
                        sys.exit(f"error: bicubic should have {known} dB; no other figure counts")
                    if (folder, scale) == ("Set5", 4):
                        reached[name] = float(found)
    if not options.no_timing:
        memory([name for name in names if name in rows], options.sides)
        timing(runtime, options.sides, options.dtypes, reached)


def pictures(folder: Path) -> list[np.ndarray]:
    """The originals of a set, uint8 (H, W, 3)."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    if not files:
        sys.exit(f"error: {folder} has no pictures")
    return [np.asarray(Image.open(path).convert("RGB")) for path in files]


def reduced(original: np.ndarray, scale: int, how: str, seed: int) -> np.ndarray:
    """What the methods are given of the original."""
    if how == SHRUNK:
        return shrink(original, scale)
    return worn(original, scale, np.random.default_rng(seed))


def score(
    name: str, small: np.ndarray, original: np.ndarray, scale: int, runtime: Runtime
) -> list[float]:
    """PSNR, SSIM and feature distance of the small picture enlarged by a method."""
    truth = original[: small.shape[0] * scale, : small.shape[1] * scale]
    canvas = np.empty_like(truth)
    enlarge(name, small, canvas, scale, runtime, tile=4096)
    distant = feature_distance(canvas, truth, runtime)
    unknown = float("nan")  # without the network's weights
    return [
        psnr(canvas, truth, scale),
        ssim(canvas, truth, scale),
        unknown if distant is None else distant,
    ]


def enlarge(
    name: str,
    small: np.ndarray,
    canvas: np.ndarray,
    scale: int,
    runtime: Runtime,
    tile: int | None = None,
) -> None:
    """Fill the canvas by a method, in tiles as large as the memory allows when ``tile`` is None."""
    (row,) = find([name], runtime)
    if row.open is None:
        work = interpolate(name, small, canvas)
    else:
        tile = tile or tiles.side(row.bytes_a_pixel, small.shape[1], scale)
        run = row.open(runtime, scale)
        work = tiles.enlarge(small, canvas, scale, tile, row.reach, run, row.tile)
    for _ in work:
        pass


# Memory


def memory(names: Sequence[str], sides: Sequence[int]) -> None:
    """What each method adds to the memory of a process of its own, ×4, result included."""
    columns = [f"{side}→{4 * side}" for side in sides]
    print(f"\nPeak memory beyond that of the libraries, MB, {Runtime().describe()}")
    print(f"| method | {' | '.join(columns)} |")
    print("|---|" + "---|" * len(sides))
    for name in names:
        cells = []
        for side in sides:
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                cells.append(f"{pool.submit(_memory, name, side).result() / 1e6:.0f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _memory(name: str, length: int) -> int:
    runtime = Runtime()
    small = np.random.default_rng(0).integers(0, 256, (length, length, 3), np.uint8)
    before = _held("VmRSS")
    enlarge(name, small, np.empty((4 * length, 4 * length, 3), np.uint8), 4, runtime)
    return _held("VmHWM") - before


def _held(kind: str) -> int:
    """Bytes of memory that Linux says the process holds (VmRSS) or held at most (VmHWM); what
    ``getrusage`` says a process inherits from the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


# Timing


def timing(
    runtime: Runtime, sides: Sequence[int], dtypes: Sequence[str], reached: dict[str, float]
) -> None:
    """Our ×4 networks beside published ones with random weights; the median of several rounds.

    ``reached``: PSNR on Set5 ×4 of our methods, as far as it was measured.
    """
    networks = {name: build() for name, (build, _) in PUBLISHED.items()}
    found = {name: psnr for name, (_, psnr) in PUBLISHED.items()}
    ours = {q: f"upscale4_{q}" for q in ("best", "fast")}
    for quality, name in ours.items():
        networks[quality] = upscaler.Upscaler(upscaler.CONFIGS[name]).merged()
        found[quality] = reached.get(quality)
    for network in networks.values():
        network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    print(f"\n{runtime.describe()}; ×4, each as a share of EDSR-base")
    cases = [(side, getattr(torch, dtype)) for side in sides for dtype in dtypes]
    columns = " | ".join(f"{side}→{4 * side} {dtype}" for side in sides for dtype in dtypes)
    print(f"| network | parameters | GMACs (720p) | Set5 | {columns} |")
    print("|---|---|---|---|" + "---|" * len(cases))
    taken = {(side, kind): seconds(networks, side, kind) for side, kind in cases}
    for name, network in networks.items():
        cells = [f"{sum(p.numel() for p in network.parameters()) / 1e3:.0f} K"]
        cells.append(f"{macs(network, 320, 180) / 1e9:.1f}")
        psnr = found[name]
        cells.append("–" if psnr is None else f"{psnr:.2f}")
        for times in taken.values():
            cells.append(f"{times[name]:.3f} s ({times[name] / times['EDSR-base']:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")
    for quality in ours:
        least = found[quality]
        if least is None:
            continue
        for (side, kind), times in taken.items():
            better = [
                n for n in PUBLISHED if (found[n] or 0) >= least and times[n] < times[quality]
            ]
            case = f"{side}→{4 * side}, {str(kind).removeprefix('torch.')}"
            print(f"At least as good as {quality} and faster ({case}): {better or 'none'}")


def seconds(networks: dict[str, nn.Module], side: int, kind: torch.dtype) -> dict[str, float]:
    """Network → the median CPU time; rounds take turns, so that all see the same load. One round
    for large pictures, which need no warming up."""
    small = torch.rand(1, 3, side, side).to(memory_format=torch.channels_last)
    taken: dict[str, list[float]] = {name: [] for name in networks}
    rounds, idle = (ROUNDS + 1, 1) if side <= 128 else (1, 0)
    with torch.inference_mode(), autocast(torch.device("cpu"), kind):
        for turn in range(rounds):
            for name, network in networks.items():
                started = time.process_time()
                network(small)
                if turn >= idle:
                    taken[name].append(time.process_time() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def macs(network: nn.Module, width: int, height: int) -> int:
    """Multiply-adds of all convolutions for a small picture of this size."""
    total = 0

    def count(layer: nn.Module, _given: object, out: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.ConvTranspose2d):
            total += layer.weight.numel() * out.shape[2] * out.shape[3] // layer.stride[0] ** 2
        elif isinstance(layer, nn.Conv2d):
            total += layer.weight.numel() * out.shape[2] * out.shape[3]

    hooks = [layer.register_forward_hook(count) for layer in network.modules()]
    with torch.inference_mode():
        network(torch.rand(1, 3, height // 4, width // 4))
    for hook in hooks:
        hook.remove()
    return 16 * total


if __name__ == "__main__":
    main()
