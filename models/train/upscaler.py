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
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from data.imaging import psnr, shrink
from models import upscaler
from models.train import loop
from models.train.muon import MuonAdamW
from models.upscaler import CONFIGS, Upscaler

Place = tuple[int, int, int, int]
"""Of a packed photo: where it begins, its height and width when small, which photo it is of."""

MOST_NOISE = 0.2
"""Largest standard deviation of noise in training, colours in [0, 1]."""

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
    add("--batch", type=int, default=6, help="crops a step")
    add("--crop", type=int, default=32, help="pixels a side of a small crop")
    add("--held-out", type=int, default=4, help="photos to measure by and not to train on")
    add("--noisy", type=float, default=0.0, help="share of crops with noise that is to be kept")
    add("--start", type=Path, help="folder of a trained network to start from")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    config = CONFIGS[network]
    model = Upscaler(config)
    if options.start is not None:
        print(f"{start(model, options.start)} tensors from {options.start}", flush=True)
    model = model.to(options.device)
    pairs = Pairs(options.data, options.run, config.times, options.held_out)
    print(f"{len(pairs.places)} photos, {pairs.pixels / 1e6:.0f} megapixels", flush=True)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        small, large = pairs.draw(options.batch, options.crop, rng, options.device)
        if options.noisy:
            small, large = with_noise(small, large, options.noisy, rng)
        difference = model(small) - large
        error = float(difference.detach().square().mean())
        return difference.abs().mean(), len(small), {"psnr": -10 * np.log10(error)}

    def test(average: Upscaler, step: int) -> None:
        if options.held_out:
            print(f"step {step}: {held_out(average, pairs):.3f} dB (Y) on photos held out")

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(config), step_loss, test, optimiser)  # type: ignore[arg-type]


def start(model: Upscaler, folder: Path) -> int:
    """Take over whatever fits from a trained network, of another scale, say; returns how many
    tensors did."""
    tensors = upscaler.load(folder).state_dict()
    ours = model.state_dict()
    fitting = {n: t for n, t in tensors.items() if n in ours and t.shape == ours[n].shape}
    model.load_state_dict(fitting, strict=False)
    return len(fitting)


def with_noise(
    small: Tensor, large: Tensor, share: float, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Crops (B, 3, h, w) and their originals, a share of both with the same Gaussian noise.

    A network that saw clean pictures alone can answer a noisy one with colours that are nowhere in
    it. With these it learns to enlarge the noise like everything else, and no cleaning.
    """
    noisy = rng.random(len(small)) < share
    deviation = torch.from_numpy(noisy * rng.uniform(0, MOST_NOISE, len(small))).to(small)
    noise = torch.from_numpy(rng.standard_normal(small.shape, np.float32)).to(small.device)
    given = (small + deviation.view(-1, 1, 1, 1) * noise).clamp(0, 1)
    added = F.interpolate(given - small, size=large.shape[2:], mode="bicubic")
    return given, large + added


def sharper(photo: np.ndarray) -> list[np.ndarray]:
    """The photo, and shrunk by 2 and by 3 as long as its shorter side keeps 400 pixels.

    Large photos are soft at full size: of the detail that the benchmarks' small pictures have in
    every pixel, most is to be found when they are shrunk.
    """
    shrunk = [by for by in (2, 3) if min(photo.shape[:2]) // by >= 400]
    return [photo, *(shrink(photo, by) for by in shrunk)]


@torch.no_grad()
def held_out(model: Upscaler, pairs: Pairs, side: int = 64) -> float:
    """Mean PSNR (Y) over the middles of the photos that are held out, in dB."""
    found = []
    for place in pairs.tests:
        small, large = pairs.photo(place)
        height, width = small.shape[:2]
        top, left, k = max(0, height - side) // 2, max(0, width - side) // 2, pairs.times
        small = small[top : top + side, left : left + side]
        large = large[k * top : k * (top + side), k * left : k * (left + side)]
        made = model(_tensor([small], next(model.parameters()).device))[0].permute(1, 2, 0)
        eight = (made.float().clamp(0, 1) * 255).round().byte().cpu().numpy()
        found.append(psnr(eight, large, k))
    return float(np.mean(found))


class Pairs:
    """Photos and what they shrink to, uint8, one after the other in two files beside the run."""

    def __init__(self, photos: Path, run: Path, times: int, held_out: int = 0) -> None:
        self.times = times
        index = run / "photos.json"
        large, small = run / "photos_large.bin", run / "photos_small.bin"
        if not index.exists():
            self._pack(photos, index, large, small)
        places = [tuple(place) for place in json.loads(index.read_text())]
        self._large = np.memmap(large, np.uint8, "r")
        self._small = np.memmap(small, np.uint8, "r")
        # The most shrunk version of the last photos measures; no version of them trains.
        photos_held = sorted({place[3] for place in places})[-held_out:] if held_out else []
        held = {photo: [p for p in places if p[3] == photo][-1] for photo in photos_held}
        self.tests: list[Place] = list(held.values())
        self.places: list[Place] = [p for p in places if p[3] not in held]
        if not self.places:
            raise SystemExit("error: every photo is held out; none is left to train on")
        detail = np.array([_detail(self.photo(place)[0]) for place in self.places])
        areas = np.array([place[1] * place[2] for place in self.places])
        self.pixels = int(areas.sum()) * times**2
        chances = areas * (detail + 1e-3)
        self._chances = chances / chances.sum()

    def photo(self, place: Place) -> tuple[np.ndarray, np.ndarray]:
        """The small photo (h, w, 3) and the large one of a place."""
        begin, height, width, _ = place
        k = self.times
        small = self._small[begin : begin + height * width * 3].reshape(height, width, 3)
        large = self._large[k * k * begin : k * k * (begin + height * width * 3)]
        return small, large.reshape(k * height, k * width, 3)

    def _pack(self, photos: Path, index: Path, large: Path, small: Path) -> None:
        found = sorted(p for p in photos.rglob("*") if p.suffix.lower() in ENDINGS)
        if not found:
            raise SystemExit(f"error: {photos} has no photos ({', '.join(ENDINGS)})")
        run = index.parent
        run.mkdir(parents=True, exist_ok=True)
        places, begin = [], 0
        with large.open("wb") as large_file, small.open("wb") as small_file:
            for number, path in enumerate(found):
                for photo in sharper(np.asarray(Image.open(path).convert("RGB"))):
                    reduced = shrink(photo, self.times)
                    height, width = reduced.shape[:2]
                    places.append((begin, height, width, number))
                    begin += reduced.size
                    large_file.write(photo[: height * self.times, : width * self.times].tobytes())
                    small_file.write(reduced.tobytes())
        index.write_text(json.dumps(places))

    def draw(
        self, count: int, size: int, rng: np.random.Generator, device: torch.device
    ) -> tuple[Tensor, Tensor]:
        """Small crops (count, 3, size, size) and their originals, in [0, 1], turned and mirrored.

        Photos with more detail are drawn more often, and of two crops that with more is taken:
        skies teach little.
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
        place = self.places[rng.choice(len(self.places), p=self._chances)]
        _, height, width, _ = place
        y, x = rng.integers(0, height - size + 1), rng.integers(0, width - size + 1)
        small, large = self.photo(place)
        k = self.times
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
