"""Train the judge: picture → attributes, regions, joints.

python -m models.train.judge --minutes 75

It learns from what each picture shows, not from all that its scene holds (``data.scenes.visible``).
Pictures are blurred, tinted, speckled, shifted and zoomed a little, so that what it reads from
renders it also reads from pictures that networks drew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.palette import BACKGROUND, FIRST_PROP, GROUND, PARTS, part_of
from data.scenes.posed import MIRRORED
from data.scenes.render import Rendered, render
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, Scene, attributes
from data.scenes.visible import visible
from models.judge import GRID, REGIONS, SIZE, Config, Judge, expected, places
from models.train import loop
from models.train.pictures import Pool, add_options

UNKNOWN = 255
"""Stands for an attribute that a picture doesn't show, and for athletes of whom none is meant."""

LABEL_WEIGHTS = {"action": 2.0, "phase": 2.0}
REGION_WEIGHT, JOINT_WEIGHT, PLACE_WEIGHT, LABEL_WEIGHT = 3.0, 1.5, 10.0, 4.0
"""What the mean uncertainty of each kind of truth counts in the loss; ``PLACE_WEIGHT`` is that of
the joints' mean distance, in shares of the picture."""

BODY_WEIGHT = 4.0
"""What a pixel of the described athlete counts beside one of anything else."""

SPREAD = 0.8
"""Standard deviation of a joint's target on the map, in places."""

SHIFT, ZOOM = 0.03, 0.06
"""How far pictures are moved, in shares of their side, and enlarged or shrunk."""


class Marked(NamedTuple):
    """Pictures with their truth.

    ``pictures`` uint8 (B, 3, SIZE, SIZE); ``regions`` uint8 (B, SIZE, SIZE), numbered as
    :data:`~models.judge.REGIONS`; ``labels`` uint8 (B, attributes), places in the vocabulary;
    ``joints`` float32 (B, J, 2) of the described athlete, in shares of the picture, NaN where
    nobody can tell whom a caption describes.
    """

    pictures: np.ndarray
    regions: np.ndarray
    labels: np.ndarray
    joints: np.ndarray


def examples(rng: np.random.Generator, count: int) -> Marked:
    """Render random scenes."""
    scenes = [sample_scene(rng) for _ in range(count)]
    return marked(scenes, render(scenes, SIZE))


def marked(scenes: Sequence[Scene], drawn: Rendered) -> Marked:
    """Rendered scenes with what their pictures show."""
    parts, joints = drawn.parts.cpu().numpy(), drawn.joints[:, 0].copy()
    regions, labels = [], []
    for scene, view, mask, found in zip(scenes, drawn.views, parts, joints, strict=True):
        shown, values = visible(scene, view, mask, found), attributes(scene)
        labels.append(
            [v.index(values[n]) if n in shown else UNKNOWN for n, v in VOCABULARY.items()]
        )
        table = _regions()
        if len(scene.athletes) == 2:
            table[part_of(0, PARTS[0]) : FIRST_PROP] = UNKNOWN
            found[:] = np.nan
        regions.append(table[mask])
    pictures = drawn.pixels.mul(255).round().byte().cpu().numpy()
    return Marked(pictures, np.stack(regions), np.array(labels, np.uint8), joints)


def _regions() -> np.ndarray:
    """Part number → number of its region, uint8 (256,)."""
    table = np.full(256, REGIONS.index("equipment"), np.uint8)
    table[part_of(1, PARTS[0]) : FIRST_PROP] = REGIONS.index("others")
    table[[BACKGROUND, GROUND]] = REGIONS.index("background"), REGIONS.index("ground")
    for part in PARTS:
        table[part_of(0, part)] = REGIONS.index(part)
    return table


class Truth(NamedTuple):
    """A batch of :class:`Marked` as tensors, colours in [-1, 1]."""

    pictures: Tensor
    regions: Tensor
    labels: Tensor
    joints: Tensor


def truth(marked: Marked, rng: np.random.Generator, device: torch.device) -> Truth:
    """The batch as tensors, each picture mirrored or not, shifted, zoomed and roughened."""
    pictures, regions, labels, joints = (torch.from_numpy(a).to(device) for a in marked)
    pictures, labels, joints = pictures.float() / 127.5 - 1, labels.long(), joints.clone()
    count = len(pictures)

    turned = rng.random(count) < 0.5
    hand = list(VOCABULARY).index("handed")
    for row in np.flatnonzero(turned):
        joints[row] = joints[row, list(MIRRORED)]
        if labels[row, hand] != UNKNOWN:
            labels[row, hand] = 1 - labels[row, hand]
    side = torch.from_numpy(np.where(turned, -1.0, 1.0).astype(np.float32))
    zoom = torch.from_numpy(np.exp(rng.uniform(-ZOOM, ZOOM, count)).astype(np.float32))
    shift = torch.from_numpy(rng.uniform(-SHIFT, SHIFT, (count, 2)).astype(np.float32))
    # From the new picture's coordinates to the old one's, both from -1 to 1.
    turn = torch.zeros(count, 2, 3)
    turn[:, 0, 0], turn[:, 1, 1], turn[:, :, 2] = side * zoom, zoom, 2 * shift
    scale = torch.stack([side * zoom, zoom], 1)[:, None].to(device)
    joints = (joints - 0.5 - shift[:, None].to(device)) / scale + 0.5
    turn = turn.to(device)
    grid = F.affine_grid(turn, [count, 1, SIZE, SIZE], align_corners=False)
    pictures = F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
    masks = regions[:, None].float()
    regions = F.grid_sample(masks, grid, "nearest", "reflection", align_corners=False)[:, 0]
    return Truth(roughened(pictures, rng), regions.long(), labels, joints)


def roughened(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Pictures (B, 3, S, S) as drawings come out: softer, grainy, a little off-colour."""
    count, device = len(pictures), pictures.device

    def each(low: float, high: float, channels: int = 1) -> Tensor:
        drawn = rng.uniform(low, high, (count, channels, 1, 1)).astype(np.float32)
        return torch.from_numpy(drawn).to(device)

    coarse = F.interpolate(F.avg_pool2d(pictures, 2), scale_factor=2.0, mode="bilinear")
    soft = each(-0.5, 0.5).clamp(min=0)  # half of them stay as sharp as they are
    pictures = pictures.lerp(coarse, soft)
    pictures = pictures * each(0.95, 1.05) * each(0.98, 1.02, 3) + each(-0.04, 0.04)
    generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
    grain = torch.randn(pictures.shape, generator=generator).to(device)
    return (pictures + grain * each(-0.06, 0.06).clamp(min=0)).clamp(-1, 1)


def joint_loss(heat: Tensor, joints: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each joint's map (B, J, h, w) from a Gaussian at its place
    (B, J, 2), mean over the joints in the picture."""
    inside = ((joints > 0) & (joints < 1)).all(2)  # never for NaN
    centres = joints[inside] * GRID - 0.5
    at = torch.arange(GRID, device=heat.device)
    x, y = (-((at - centres[:, i, None]) ** 2) / (2 * SPREAD**2) for i in (0, 1))
    target = (y[:, :, None] + x[:, None, :]).flatten(1).log_softmax(1)
    found = heat[inside].flatten(1).log_softmax(1)
    return F.kl_div(found, target, reduction="sum", log_target=True) / max(1, len(centres))


def label_losses(logits: Tensor, labels: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Attribute → cross-entropy and correctness (n,) of the n pictures that show it."""
    found = {}
    blocks = logits.split([len(values) for values in VOCABULARY.values()], 1)
    for i, (name, block) in enumerate(zip(VOCABULARY, blocks, strict=True)):
        shown = labels[:, i] != UNKNOWN
        block, label = block[shown], labels[shown, i]
        found[name] = F.cross_entropy(block, label, reduction="none"), block.argmax(1) == label
    return found


def joint_error(heat: Tensor, joints: Tensor) -> Tensor:
    """Distance (n,) of the found joints from the n true ones in the picture, in shares of it."""
    inside = ((joints > 0) & (joints < 1)).all(2)
    return (places(heat.detach()) - joints).norm(dim=2)[inside]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("judge", minutes=75, learning_rate=1.5e-3)
    add_options(parser, batch=32, reuse=5, capacity=32768)
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    config = Config()
    model = Judge(config).to(options.device)
    importance = torch.tensor([BODY_WEIGHT if r in PARTS else 1.0 for r in REGIONS])
    importance = importance.to(options.device)
    pool = Pool(options.run / "pictures", examples, options.capacity, options.reuse)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        known = truth(pool.draw(options.batch, rng), rng, options.device)
        seen = model(known.pictures)
        labels = label_losses(seen.attributes, known.labels)
        weights = {name: LABEL_WEIGHTS.get(name, 1.0) for name in labels}
        named = sum(
            weights[name] * loss.sum() / options.batch for name, (loss, _) in labels.items()
        ) / sum(weights.values())
        regions = F.cross_entropy(seen.regions, known.regions, importance, ignore_index=UNKNOWN)
        joints = joint_loss(seen.heat, known.joints)
        whole = (expected(seen.heat) - known.joints).abs()
        inside = ((known.joints > 0) & (known.joints < 1)).all(2)
        loss = (
            LABEL_WEIGHT * named
            + REGION_WEIGHT * regions
            + JOINT_WEIGHT * joints
            + PLACE_WEIGHT * whole[inside].mean()
        )
        columns = {
            "labels": float(named.detach()),
            "regions": float(regions.detach()),
            "joints": float(joints.detach()),
            "joint_error": float(joint_error(seen.heat, known.joints).mean()),
        } | {f"{name}_right": float(right.float().mean()) for name, (_, right) in labels.items()}
        return loss, len(known.pictures), columns

    loop.train(options, model, asdict(config), step_loss)


if __name__ == "__main__":
    main()
