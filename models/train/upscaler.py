"""Train an upscaler on folders of photos.

python -m models.train.upscaler --network upscale4_best --data photos --minutes 60

Photos are shrunk once by the protocol that papers measure with (:func:`data.imaging.shrink`) and
kept beside the run. Give none of the pictures that are measured on (BSD100 is BSDS500's val).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from data.imaging import shrink
from models import checkpoint
from models.train import loop
from models.upscaler import CONFIGS, Upscaler

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--network", choices=CONFIGS, required=True)
    network = first.parse_known_args(arguments)[0].network

    parser = loop.parser(network, minutes=60, learning_rate=1e-3)
    add = parser.add_argument
    add("--network", choices=CONFIGS, required=True, help="what is trained")
    add("--data", type=Path, required=True, help="folder of photos, looked through in depth")
    add("--batch", type=int, default=16, help="crops a step")
    add("--crop", type=int, default=40, help="pixels a side of a small crop")
    add("--start", type=Path, help="weights of a network for another scale to start from")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    config = CONFIGS[network]
    model = Upscaler(config)
    if options.start is not None:
        print(f"{start(model, options.start)} tensors from {options.start}", flush=True)
    model = model.to(options.device)
    pairs = Pairs(options.data, options.run, config.times)
    print(f"{len(pairs.places)} photos, {pairs.pixels / 1e6:.0f} megapixels", flush=True)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        small, large = pairs.draw(options.batch, options.crop, rng, options.device)
        difference = model(small) - large
        error = float(difference.detach().square().mean())
        return difference.abs().mean(), len(small), {"psnr": -10 * np.log10(error)}

    loop.train(options, model, asdict(config), step_loss)


def start(model: Upscaler, folder: Path) -> int:
    """Take over whatever fits from another scale's network; returns how many tensors did."""
    tensors, _, _ = checkpoint.read(folder)
    ours = model.state_dict()
    fitting = {n: t for n, t in tensors.items() if n in ours and t.shape == ours[n].shape}
    model.load_state_dict(fitting, strict=False)
    return len(fitting)


class Pairs:
    """Photos and what they shrink to, uint8, one after the other in two files beside the run."""

    def __init__(self, photos: Path, run: Path, times: int) -> None:
        self.times = times
        index = run / "photos.json"
        large, small = run / "photos_large.bin", run / "photos_small.bin"
        if not index.exists():
            self._pack(photos, index, large, small)
        self.places: list[tuple[int, int, int]] = json.loads(index.read_text())
        self._large = np.memmap(large, np.uint8, "r")
        self._small = np.memmap(small, np.uint8, "r")
        areas = np.array([h * w for _, h, w in self.places])
        self.pixels = int(areas.sum()) * times**2
        self._chances = areas / areas.sum()

    def _pack(self, photos: Path, index: Path, large: Path, small: Path) -> None:
        found = sorted(p for p in photos.rglob("*") if p.suffix.lower() in ENDINGS)
        if not found:
            raise SystemExit(f"error: {photos} has no photos ({', '.join(ENDINGS)})")
        run = index.parent
        run.mkdir(parents=True, exist_ok=True)
        places, begin = [], 0
        with large.open("wb") as large_file, small.open("wb") as small_file:
            for path in found:
                photo = np.asarray(Image.open(path).convert("RGB"))
                reduced = shrink(photo, self.times)
                height, width = reduced.shape[:2]
                places.append((begin, height, width))
                begin += reduced.size
                large_file.write(photo[: height * self.times, : width * self.times].tobytes())
                small_file.write(reduced.tobytes())
        index.write_text(json.dumps(places))

    def draw(
        self, count: int, size: int, rng: np.random.Generator, device: torch.device
    ) -> tuple[Tensor, Tensor]:
        """Small crops (count, 3, size, size) and their originals, in [0, 1], turned and mirrored.

        Of two crops the one with more detail is taken: skies teach little.
        """
        smalls: list[np.ndarray] = []
        larges: list[np.ndarray] = []
        for _ in range(count):
            two = [self._crop(size, rng) for _ in range(2)]
            small, large = max(two, key=lambda pair: _detail(pair[0]))
            turns, mirrored = int(rng.integers(4)), rng.random() < 0.5
            for crop, into in ((small, smalls), (large, larges)):
                turned = np.rot90(crop, turns)
                into.append(turned[:, ::-1] if mirrored else turned)
        return _tensor(smalls, device), _tensor(larges, device)

    def _crop(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        begin, height, width = self.places[rng.choice(len(self.places), p=self._chances)]
        y, x = rng.integers(0, height - size + 1), rng.integers(0, width - size + 1)
        k = self.times
        small = self._small[begin : begin + height * width * 3].reshape(height, width, 3)
        large = self._large[k * k * begin : k * k * (begin + height * width * 3)]
        large = large.reshape(k * height, k * width, 3)
        return (
            small[y : y + size, x : x + size],
            large[k * y : k * (y + size), k * x : k * (x + size)],
        )


def _detail(crop: np.ndarray) -> float:
    """Mean step between neighbouring pixels."""
    return float(np.abs(np.diff(crop.astype(np.int16), axis=1)).mean())


def _tensor(crops: Sequence[np.ndarray], device: torch.device) -> Tensor:
    stacked = torch.from_numpy(np.stack(crops)).to(device)
    return stacked.permute(0, 3, 1, 2).float() / 255


if __name__ == "__main__":
    main()
