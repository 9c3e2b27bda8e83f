"""Train the judge: picture → attributes, regions, joints.

python -m models.train.judge --minutes 75

Its convolutions learn what is where as well on smaller pictures, four times as many a minute
(``--side 64``, to be stopped and gone on with at full size). What the joints tell of the action is
learnt besides from posed scenes that nobody renders.

It learns from what each picture shows, not from all that its scene holds (``data.scenes.visible``).
Pictures are blurred, tinted, speckled, shifted and zoomed a little, so that what it reads from
renders it also reads from pictures that networks drew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.scenes.actions import pose
from data.scenes.camera import look, project
from data.scenes.palette import BACKGROUND, FIRST_PROP, GROUND, PARTS, part_of
from data.scenes.posed import JOINT_INDEX, MIRRORED
from data.scenes.render import Rendered, render
from data.scenes.sample import sample_scene
from data.scenes.scene import VOCABULARY, Scene, attributes
from data.scenes.visible import SIDED, lifted, visible
from models.judge import GRID, POSTURAL, REGIONS, SIZE, Config, Judge, by_name, expected, places
from models.train import loop
from models.train.muon import MuonAdamW
from models.train.pictures import Pool, add_options

UNKNOWN = 255
"""Stands for an attribute that a picture doesn't show, and for athletes of whom none is meant."""

LABEL_WEIGHTS = {"action": 2.0, "phase": 2.0}
REGION_WEIGHT, JOINT_WEIGHT, PLACE_WEIGHT, LABEL_WEIGHT = 3.0, 3.0, 10.0, 6.0
"""What the mean uncertainty of each kind of truth counts in the loss; ``PLACE_WEIGHT`` is that of
the joints' mean distance, in shares of the picture."""

BODY_WEIGHT = 4.0
"""What a pixel of the described athlete counts beside one of anything else."""

SPREAD = 1.0
"""Standard deviation of a joint's target on the map, in places."""

UNSEEN_WEIGHT = 0.1
"""What a joint outside the picture counts beside one inside: its map should be flat."""

POSES = 256
"""Posed scenes a step; each is used ``POSE_REUSE`` times, under other errors."""

POSE_REUSE, POSES_KEPT = 12, 1 << 18

LEAST_ERROR, MOST_ERROR = 0.004, 0.06
"""Errors of joints from the best to the worst picture, in shares of it."""

LIMBS = [
    [i for name, i in JOINT_INDEX.items() if name.endswith(ends)]
    for ends in (("elbow", "wrist", "hand"), ("knee", "ankle", "heel", "toe"))
]
"""Joints of the arms and of the legs that are taken for those of the other side."""

LOST, SIDES_SWAPPED = 0.04, 0.06
"""Share of joints that are found nowhere; of pictures in which left and right arms are taken for
each other, and of those in which legs are."""

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
        labels.append(_labels(scene, visible(scene, view, mask, found)))
        table = _regions()
        if len(scene.athletes) == 2:
            table[part_of(0, PARTS[0]) : FIRST_PROP] = UNKNOWN
            found[:] = np.nan
        regions.append(table[mask])
    pictures = drawn.pixels.mul(255).round().byte().cpu().numpy()
    return Marked(pictures, np.stack(regions), np.stack(labels), joints)


def _regions() -> np.ndarray:
    """Part number → number of its region, uint8 (256,)."""
    table = np.full(256, REGIONS.index("equipment"), np.uint8)
    table[part_of(1, PARTS[0]) : FIRST_PROP] = REGIONS.index("others")
    table[[BACKGROUND, GROUND]] = REGIONS.index("background"), REGIONS.index("ground")
    for part in PARTS:
        table[part_of(0, part)] = REGIONS.index(part)
    return table


class Poses(NamedTuple):
    """Scenes that are posed and seen, but not rendered.

    ``joints`` float32 (B, J, 2) of the described athlete, in shares of the picture; ``labels``
    uint8 (B, attributes) as in :class:`Marked`, all but :data:`~models.judge.POSTURAL` unknown.
    """

    joints: np.ndarray
    labels: np.ndarray


def poses(rng: np.random.Generator, count: int) -> Poses:
    """Pose random scenes."""
    joints, labels = [], []
    for scene in (sample_scene(rng) for _ in range(count)):
        posed = pose(scene)
        view = look(scene, posed)
        shown = set(POSTURAL)
        if scene.action not in SIDED:
            shown.remove("handed")
        if lifted(scene, view):
            shown.remove("camera_height")
        joints.append(project(view, posed.joints[0])[0])
        labels.append(_labels(scene, shown))
    return Poses(np.stack(joints).astype(np.float32), np.stack(labels))


def _labels(scene: Scene, shown: set[str]) -> np.ndarray:
    values = attributes(scene)
    rows = [v.index(values[n]) if n in shown else UNKNOWN for n, v in VOCABULARY.items()]
    return np.array(rows, np.uint8)


class Truth(NamedTuple):
    """A batch of :class:`Marked` as tensors, colours in [-1, 1]."""

    pictures: Tensor
    regions: Tensor
    labels: Tensor
    joints: Tensor


def truth(
    marked: Marked, rng: np.random.Generator, device: torch.device, side: int = SIZE
) -> Truth:
    """The batch as tensors, ``side`` pixels a side, each picture mirrored or not, shifted, zoomed
    and roughened."""
    pictures, regions, labels, joints = (torch.from_numpy(a).to(device) for a in marked)
    pictures, labels, joints = pictures.float() / 127.5 - 1, labels.long(), joints.clone()
    count = len(pictures)

    turned = rng.random(count) < 0.5
    mirror(joints, labels, turned)
    way = torch.from_numpy(np.where(turned, -1.0, 1.0).astype(np.float32))
    zoom = torch.from_numpy(np.exp(rng.uniform(-ZOOM, ZOOM, count)).astype(np.float32))
    shift = torch.from_numpy(rng.uniform(-SHIFT, SHIFT, (count, 2)).astype(np.float32))
    # From the new picture's coordinates to the old one's, both from -1 to 1.
    turn = torch.zeros(count, 2, 3)
    turn[:, 0, 0], turn[:, 1, 1], turn[:, :, 2] = way * zoom, zoom, 2 * shift
    scale = torch.stack([way * zoom, zoom], 1)[:, None].to(device)
    joints = (joints - 0.5 - shift[:, None].to(device)) / scale + 0.5
    turn = turn.to(device)
    grid = F.affine_grid(turn, [count, 1, side, side], align_corners=False)
    pictures = F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
    masks = regions[:, None].float()
    regions = F.grid_sample(masks, grid, "nearest", "reflection", align_corners=False)[:, 0]
    return Truth(roughened(pictures, rng), regions.long(), labels, joints)


def mirror(joints: Tensor, labels: Tensor, turned: np.ndarray) -> None:
    """Exchange left and right, in place, in the rows of (B, J, 2) and (B, attributes) that are
    ``turned``; the joints' x stays."""
    hand = list(VOCABULARY).index("handed")
    for row in np.flatnonzero(turned):
        joints[row] = joints[row, list(MIRRORED)]
        if labels[row, hand] != UNKNOWN:
            labels[row, hand] = 1 - labels[row, hand]


def mistaken(known: Poses, rng: np.random.Generator, device: torch.device) -> tuple[Tensor, Tensor]:
    """Joints (B, J, 3) as the judge finds them (:func:`models.judge.located`), and labels.

    Each is off by about as much as its map spreads; some are lost, as all outside the picture are,
    and arms and legs of one side are now and then taken for the other's.
    """
    joints, labels = torch.from_numpy(known.joints), torch.from_numpy(known.labels).long()
    count, number = joints.shape[:2]
    turned = rng.random(count) < 0.5
    mirror(joints, labels, turned)
    joints[turned, :, 0] = 1 - joints[turned, :, 0]
    for limb in LIMBS:
        for row in np.flatnonzero(rng.random(count) < SIDES_SWAPPED):
            joints[row, limb] = joints[row, [MIRRORED[i] for i in limb]]
    zoom = torch.from_numpy(np.exp(rng.uniform(-ZOOM, ZOOM, (count, 1, 1))))
    shift = torch.from_numpy(rng.uniform(-SHIFT, SHIFT, (count, 1, 2)))
    joints = (joints - 0.5) * zoom + 0.5 + shift
    lost = ~((joints > 0) & (joints < 1)).all(2) | torch.from_numpy(
        rng.random((count, number)) < LOST
    )
    low, high = np.log(LEAST_ERROR), np.log(MOST_ERROR)
    error = np.exp(rng.uniform(low, high, (count, 1)) + rng.normal(0, 0.6, (count, number)))
    noise = torch.from_numpy(rng.normal(0, error[..., None] * 0.5**0.5, joints.shape))
    joints = torch.where(
        lost[..., None], torch.from_numpy(rng.random(joints.shape)), joints + noise
    )
    flat = torch.from_numpy(rng.uniform(0.3, 0.5, (count, number)))
    sharp = torch.from_numpy(error).square() + 2 * (SPREAD / GRID) ** 2
    spread = torch.where(lost, flat, sharp.sqrt())
    return torch.cat([joints, spread[..., None]], 2).float().to(device), labels.to(device)


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
    (B, J, 2), mean over the joints in the picture; those outside are to have a flat one."""
    inside = ((joints > 0) & (joints < 1)).all(2)  # never for NaN
    known = ~joints.isnan().any(2)
    side = heat.shape[-1]
    centres = joints[inside] * side - 0.5
    at = torch.arange(side, device=heat.device)
    x, y = (-((at - centres[:, i, None]) ** 2) / (2 * SPREAD**2) for i in (0, 1))
    target = (y[:, :, None] + x[:, None, :]).flatten(1).log_softmax(1)
    found = heat.flatten(2).log_softmax(2)
    loss = F.kl_div(found[inside], target, reduction="sum", log_target=True)
    unseen = found[known & ~inside]
    flat = (-math.log(side**2) - unseen).mean(1).sum()
    return (loss + UNSEEN_WEIGHT * flat) / max(1, len(centres))


def label_losses(blocks: Mapping[str, Tensor], labels: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Attribute → cross-entropy and correctness (n,) of the n pictures that show it, from logits of
    each attribute."""
    found = {}
    for name, block in blocks.items():
        label = labels[:, list(VOCABULARY).index(name)]
        shown = label != UNKNOWN
        block, label = block[shown], label[shown]
        found[name] = F.cross_entropy(block, label, reduction="none"), block.argmax(1) == label
    return found


def named_loss(losses: Mapping[str, tuple[Tensor, Tensor]], count: int) -> Tensor:
    """Weighted mean over the attributes of ``count`` pictures."""
    weights = {name: LABEL_WEIGHTS.get(name, 1.0) for name in losses}
    each = [weights[name] * loss.sum() / count for name, (loss, _) in losses.items()]
    return torch.stack(each).sum() / sum(weights.values())


def joint_error(heat: Tensor, joints: Tensor) -> Tensor:
    """Distance (n,) of the found joints from the n true ones in the picture, in shares of it."""
    inside = ((joints > 0) & (joints < 1)).all(2)
    return (places(heat.detach()) - joints).norm(dim=2)[inside]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with the command line's options."""
    parser = loop.parser("judge", minutes=110, learning_rate=1.5e-3)
    add_options(parser, batch=16, reuse=5, capacity=32768)
    parser.add_argument("--side", type=int, default=SIZE, help="pixels a side that it trains on")
    options = parser.parse_args(arguments, namespace=loop.Options())

    torch.manual_seed(options.seed)
    config = Config()
    model = Judge(config).to(options.device)
    importance = torch.tensor([BODY_WEIGHT if r in PARTS else 1.0 for r in REGIONS])
    importance = importance.to(options.device)
    pool = Pool(options.run / "pictures", examples, options.capacity, options.reuse)
    posed = Pool(options.run / "poses", poses, POSES_KEPT, POSE_REUSE)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, step])
        known = truth(pool.draw(options.batch, rng), rng, options.device, options.side)
        seen = model(known.pictures)
        labels = label_losses(by_name(seen.attributes), known.labels)
        named = named_loss(labels, options.batch)
        joints, poses_labels = mistaken(posed.draw(POSES, rng), rng, options.device)
        told = label_losses(model.posture(joints), poses_labels)
        postures = named_loss(told, POSES)
        regions = F.cross_entropy(seen.regions, known.regions, importance, ignore_index=UNKNOWN)
        maps = joint_loss(seen.heat, known.joints)
        whole = (expected(seen.heat) - known.joints).abs()
        inside = ((known.joints > 0) & (known.joints < 1)).all(2)
        loss = (
            LABEL_WEIGHT * (named + postures)
            + REGION_WEIGHT * regions
            + JOINT_WEIGHT * maps
            + PLACE_WEIGHT * whole[inside].mean()
        )
        columns = {
            "labels": float(named.detach()),
            "postures": float(postures.detach()),
            "regions": float(regions.detach()),
            "joints": float(maps.detach()),
            "joint_error": float(joint_error(seen.heat, known.joints).mean()),
        }
        columns |= {f"{n}_right": float(right.float().mean()) for n, (_, right) in labels.items()}
        columns |= {f"{n}_posed": float(right.float().mean()) for n, (_, right) in told.items()}
        return loss, len(known.pictures), columns

    optimiser = MuonAdamW(model, options.learning_rate)
    loop.train(options, model, asdict(config), step_loss, optimiser=optimiser)


if __name__ == "__main__":
    main()
