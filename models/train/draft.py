"""Train the draft: pose guide and attributes → what each pixel shows, in flat colours.

python -m models.train.draft --minutes 30
python -m models.train.draft --stage 256 --minutes 60

The second learns to refine, at 256², what the first makes of the same scenes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.scenes.guide_shapes import CHANNELS
from models import checkpoint, draft
from models.condition import drop
from models.draft import Draft
from models.train import loop
from models.train.base import importance
from models.train.muon import MuonAdamW
from models.train.pictures import (
    TIMES,
    Batch,
    Pool,
    add_options,
    batch,
    crop,
    save_sheet,
    whole_pictures,
)
from models.unet import Config

_COARSE = Config(
    unshuffle=2,
    guide_unshuffle=2,
    low_resolution=False,
    channels=(64, 96, 160),
    blocks=(1, 2, 2),
    attention=(False, False, False),
)
_FINE = replace(
    _COARSE, unshuffle=TIMES, guide_unshuffle=TIMES, low_resolution=True, channels=(64, 96, 128)
)
CONFIGS = {64: _COARSE, 256: _FINE}
NAMES = {64: "draft", 256: "draft256"}

COLOUR_WEIGHT = 2.0
"""What an absolute error of colours counts beside a nat of uncertainty about kinds."""

HEAD_WEIGHT = 2.0
"""By how much more a place on a head counts than another on the athlete."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    first = loop.stages(CONFIGS, default=64)
    stage = first.parse_known_args(arguments)[0].stage
    parser = loop.parser(NAMES[stage], minutes=30, learning_rate=1e-3, parents=[first])
    add_options(parser, batch=16, reuse=8 if stage == 64 else 12, capacity=16384 * 64 // stage)
    parser.add_argument("--crop", type=int, default=min(stage, 128), help="pixels a side of a crop")
    parser.add_argument(
        "--draft", type=Path, default=checkpoint.WEIGHTS / "draft", help="weights to refine"
    )
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    device = options.device
    config = CONFIGS[stage]
    model = Draft(config).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    finer = config.low_resolution
    coarse = draft.load(options.draft).eval().requires_grad_(False).to(device) if finer else None
    render = whole_pictures(stage, stage, device)
    pool = Pool(options.run / "pictures", render, options.capacity, options.reuse)
    shown = with_coarse(batch(pool.draw(12, np.random.default_rng(0)), None, device), coarse)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        rendered = batch(pool.draw(options.batch, rng), rng, device)
        rendered = rendered._replace(attributes=drop(rendered.attributes, generator))
        drawn = crop(with_coarse(rendered, coarse), options.crop, rng)
        kinds, colours = model(
            drawn.guides, drawn.attributes, drawn.decor, drawn.draft if finer else None
        )
        parts = drawn.parts.long()
        weight = (importance(drawn.guides) * (1 + HEAD_WEIGHT * heads(drawn.guides)))[:, 0]
        uncertainty = F.cross_entropy(kinds, parts, reduction="none")
        error = (colours - drawn.pictures).abs().mean(1)
        each = (weight * (uncertainty + COLOUR_WEIGHT * error)).flatten(1).sum(1)
        right = (kinds.argmax(1) == parts).float()
        columns = {
            "kinds": float(uncertainty.detach().mean()),
            "colours": float(error.detach().mean()),
            "right": float((weight * right).sum() / weight.sum()),
        }
        return (each / weight.flatten(1).sum(1)).mean(), len(parts), columns

    def sheet(average: nn.Module, step: int) -> None:
        assert isinstance(average, Draft)
        with torch.inference_mode():
            _, colours = average(
                shown.guides, shown.attributes, shown.decor, shown.draft if finer else None
            )
        save_sheet([shown.pictures, colours], options.run / "samples" / f"{step:07d}.png")

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(config), step_loss, sheet, optimiser)


def heads(guides: Tensor) -> Tensor:
    """1 on heads and what is close to them, else 0, (B, 1, S, S): there people look first."""
    return (F.max_pool2d(guides[:, [CHANNELS.index("head")]], 5, 1, 2) > 0.3).float()


@torch.no_grad()
def with_coarse(rendered: Batch, model: Draft | None) -> Batch:
    """The renders with the draft, a quarter as wide, that ``model`` makes of their guides."""
    if model is None:
        return rendered
    guides = F.avg_pool2d(rendered.guides, TIMES)
    return rendered._replace(draft=draft.draft(model, guides, rendered.attributes, rendered.decor))


if __name__ == "__main__":
    main()
