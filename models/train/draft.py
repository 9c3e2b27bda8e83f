"""Train the draft: pose guide and attributes → what each pixel of 64² shows, in flat colours.

python -m models.train.draft --minutes 30
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.condition import drop
from models.draft import Draft
from models.train import loop
from models.train.base import SIZE, importance
from models.train.pictures import Pool, batch, save_sheet, whole_pictures
from models.unet import Config

CONFIG = Config(
    unshuffle=2,
    guide_unshuffle=2,
    low_resolution=False,
    channels=(64, 96, 160),
    blocks=(1, 2, 2),
    attention=(False, False, False),
)

COLOUR_WEIGHT = 2.0
"""What an absolute error of colours counts beside a nat of uncertainty about kinds."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("draft", minutes=30, learning_rate=1e-3)
    parser.add_argument("--batch", type=int, default=16, help="pictures a step")
    parser.add_argument("--reuse", type=float, default=8, help="times each render is used")
    parser.add_argument("--capacity", type=int, default=16384, help="renders kept")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    device = options.device
    model = Draft(CONFIG).to(device)
    sizes = SIZE, SIZE
    render = whole_pictures(*sizes, device)
    pool = Pool(options.run / "pictures", render, *sizes, options.capacity, options.reuse)
    shown = batch(pool.draw(12, np.random.default_rng(0)), None, device)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        pictures, guides, attributes, parts, _ = batch(pool.draw(options.batch, rng), rng, device)
        kinds, colours = model(guides, drop(attributes, generator))
        weight = importance(guides)[:, 0]
        uncertainty = F.cross_entropy(kinds, parts.long(), reduction="none")
        error = (colours - pictures).abs().mean(1)
        each = (weight * (uncertainty + COLOUR_WEIGHT * error)).flatten(1).sum(1)
        right = (kinds.argmax(1) == parts).float()
        columns = {
            "kinds": float(uncertainty.detach().mean()),
            "colours": float(error.detach().mean()),
            "right": float((weight * right).sum() / weight.sum()),
        }
        return (each / weight.flatten(1).sum(1)).mean(), len(pictures), columns

    def sheet(average: nn.Module, step: int) -> None:
        assert isinstance(average, Draft)
        with torch.inference_mode():
            _, colours = average(shown.guides, shown.attributes)
        save_sheet([shown.pictures, colours], options.run / "samples" / f"{step:07d}.png")

    loop.train(options, model, asdict(CONFIG), step_loss, sheet)


if __name__ == "__main__":
    main()
