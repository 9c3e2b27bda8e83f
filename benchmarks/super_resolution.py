"""Super-resolution measured as the papers do, and timed beside networks of theirs.

python -m benchmarks.super_resolution --data DIR [--sets Set5 …]

``DIR`` holds a folder of original pictures for each set (Set5, Set14, BSD100). Bicubic is
reproduced first: where it is more than 0.02 dB from the known value nothing else is printed. Then
PSNR and SSIM on Y of every method, and the distance in the features of our own large network, which
is not LPIPS (:mod:`models.features`); then parameters, multiply-adds and CPU seconds of our
networks and of EDSR-base and others with random weights, all in the same run, so that their ratios
hold whatever else the machine does.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from data.imaging import psnr, shrink, ssim
from models import upscaler
from pipeline.runtime import Runtime
from pipeline.upscaling import tiles
from pipeline.upscaling.measures import feature_distance
from pipeline.upscaling.methods import Method, interpolate, methods

KNOWN = {
    ("Set5", 4): 28.42,
    ("Set5", 2): 33.65,
    ("Set14", 4): 26.09,
    ("BSD100", 4): 25.96,
}
"""Bicubic by this protocol, PSNR (Y) in dB."""

TOLERANCE = 0.02
SCALES = (4, 2)
ROUNDS = 5
ENDINGS = (".png", ".jpg", ".bmp")


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
    add("--no-timing", action="store_true")
    add("--sides", nargs="+", type=int, default=[128, 512], help="of the pictures that are timed")
    options = parser.parse_args(arguments)
    runtime = Runtime(dtype=torch.float32)
    rows = {name: row for name, row in methods(runtime).items() if row.kind != "diffusion"}
    names = ["bicubic", *(n for n in options.methods or rows if n != "bicubic")]

    print("| set | scale | method | PSNR (Y) | SSIM (Y) | feature distance |")
    print("|---|---|---|---|---|---|")
    for scale in options.scales:
        for name in names:
            row = rows[name]
            if row.scales and scale not in row.scales:
                continue
            for folder in options.sets:
                scores = [
                    score(row, picture, scale, runtime)
                    for picture in pictures(options.data / folder)
                ]
                found, similar, distant = np.mean(scores, axis=0)
                figures = f"{found:.2f} | {similar:.4f} | {distant:.4f}"
                print(f"| {folder} | ×{scale} | {name} | {figures} |", flush=True)
                known = KNOWN.get((folder, scale))
                if name == "bicubic" and known and abs(found - known) > TOLERANCE:
                    sys.exit(f"error: bicubic should have {known} dB; no other figure counts")
    if not options.no_timing:
        timing(runtime, options.sides)


def pictures(folder: Path) -> list[np.ndarray]:
    """The originals of a set, uint8 (H, W, 3)."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    if not files:
        sys.exit(f"error: {folder} has no pictures")
    return [np.asarray(Image.open(path).convert("RGB")) for path in files]


def score(row: Method, original: np.ndarray, scale: int, runtime: Runtime) -> list[float]:
    """PSNR, SSIM and feature distance of the original, shrunk and enlarged again."""
    small = shrink(original, scale)
    truth = original[: small.shape[0] * scale, : small.shape[1] * scale]
    canvas = np.empty_like(truth)
    work = (
        interpolate(row.name, small, canvas)
        if row.open is None
        else tiles.enlarge(
            small, canvas, scale, 4096, row.reach, row.open(runtime, scale), row.tile
        )
    )
    for _ in work:
        pass
    distant = feature_distance(canvas, truth, runtime)
    unknown = float("nan")  # without the network's weights
    return [
        psnr(canvas, truth, scale),
        ssim(canvas, truth, scale),
        unknown if distant is None else distant,
    ]


# Timing


def chain(channels: int, layers: int, activation: Callable[[], nn.Module]) -> list[nn.Module]:
    """Plain convolutions of 3×3."""
    result: list[nn.Module] = []
    for _ in range(layers):
        result += [nn.Conv2d(channels, channels, 3, padding=1), activation()]
    return result


class Residual(nn.Module):
    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def edsr_base() -> nn.Module:
    """Lim et al. 2017, arXiv 1707.02921: 16 blocks of 64, upsampled in two steps."""
    blocks = [Residual(*chain(64, 2, nn.ReLU)[:-1]) for _ in range(16)]
    body = Residual(*blocks, nn.Conv2d(64, 64, 3, padding=1))
    up = [
        layer for _ in range(2) for layer in (nn.Conv2d(64, 256, 3, padding=1), nn.PixelShuffle(2))
    ]
    return nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), body, *up, nn.Conv2d(64, 3, 3, padding=1))


def fsrcnn() -> nn.Module:
    """Dong et al. 2016, arXiv 1608.00367: d = 56, s = 12, m = 4."""
    return nn.Sequential(
        nn.Conv2d(3, 56, 5, padding=2),
        nn.PReLU(56),
        nn.Conv2d(56, 12, 1),
        nn.PReLU(12),
        *chain(12, 4, nn.PReLU),
        nn.Conv2d(12, 56, 1),
        nn.PReLU(56),
        nn.ConvTranspose2d(56, 3, 9, stride=4, padding=4, output_padding=3),
    )


def srvgg() -> nn.Module:
    """Real-ESRGAN's compact network (arXiv 2107.10833, released code): 16 layers of 64."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1),
        nn.PReLU(64),
        *chain(64, 16, lambda: nn.PReLU(64)),
        nn.Conv2d(64, 48, 3, padding=1),
        nn.PixelShuffle(4),
    )


def timing(runtime: Runtime, sides: Sequence[int]) -> None:
    """Our ×4 networks beside others with random weights; the median of several rounds."""
    networks: dict[str, nn.Module] = {
        "EDSR-base": edsr_base(),
        "FSRCNN": fsrcnn(),
        "SRVGG 64×16": srvgg(),
    }
    for name, config in upscaler.CONFIGS.items():
        if config.times == 4:
            networks[name] = upscaler.Upscaler(config).merged()
    for network in networks.values():
        network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    print(f"\n{runtime.describe()}; ×4, median of {ROUNDS}, each as a share of EDSR-base")
    columns = " | ".join(f"{side}→{4 * side} fp32 | bf16" for side in sides)
    print(f"| network | parameters | GMACs (720p) | {columns} |")
    print("|---|---|---|" + "---|---|" * len(sides))
    taken = {
        (side, kind): seconds(networks, side, kind)
        for side in sides
        for kind in (torch.float32, torch.bfloat16)
    }
    for name, network in networks.items():
        cells = [f"{sum(p.numel() for p in network.parameters()) / 1e3:.0f} K"]
        cells.append(f"{macs(network, 320, 180) / 1e9:.1f}")
        for times in taken.values():
            cells.append(f"{times[name]:.3f} s ({times[name] / times['EDSR-base']:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nPeak memory of this run: {peak() / 1e6:.0f} MB")


def seconds(networks: dict[str, nn.Module], side: int, kind: torch.dtype) -> dict[str, float]:
    """Network → the median time; rounds take turns, so that all see the same load."""
    small = torch.rand(1, 3, side, side).to(memory_format=torch.channels_last)
    taken: dict[str, list[float]] = {name: [] for name in networks}
    with torch.inference_mode(), torch.autocast("cpu", kind, enabled=kind != torch.float32):
        for turn in range(ROUNDS + 1 if side == 128 else 2):
            for name, network in networks.items():
                started = time.process_time()
                network(small)
                if turn:
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


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
