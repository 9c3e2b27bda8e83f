"""Train the attention model of movements.

    python -m models.train.movement --data DIR --minutes 25

Learns from the action library with faults put in, and, where DIR has them, from UTD-MHAD, CMU's and
DeepMimic's recordings. Of UTD-MHAD's eight people the last is left out, to be tested on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from data.movement.clip import Clip, clip_from
from data.movement.faults import FAULTS
from data.movement.names import COCO, KEYPOINT_INDEX, KEYPOINTS, MIRRORED
from models import checkpoint
from models.movement_attention import Batch, Config, MovementAttention, batch_of, relative_places
from models.train import loop
from models.train.movement_examples import ACTIONS, Example, Library, held_out, recordings

MOMENTS = (16, 16, 16, 20, 24, 32, 48)
"""How many moments the clips of a step have, drawn from these."""

FACE = [KEYPOINT_INDEX[name] for name in ("left_eye", "right_eye", "left_ear", "right_ear")]
EXTRAS = list(range(len(COCO), len(KEYPOINTS)))
LIMBS = [
    [KEYPOINT_INDEX[f"{side}_{part}"] for part in parts]
    for side in ("left", "right")
    for parts in (("elbow", "wrist"), ("knee", "ankle", "heel", "big_toe"))
]
HIDDEN = 0.15
"""Share of tokens that are hidden, to be filled in."""


# Augmentation ------------------------------------------------------------------------------------


def varied(example: Example, moments: int, rng: np.random.Generator, pictures: float = 0.2) -> Clip:
    """A clip of so many moments: cropped, mirrored, turned, blurred, seen in part, in 2 or 3 D."""
    joints = example.joints.astype(float)
    longest = round(min(10.0, 4 + 0.1 * moments) * example.fps)
    if len(joints) > longest:
        start = rng.integers(len(joints) - longest + 1)
        joints = joints[start : start + longest]
    elif example.faults is None and len(joints) > 24:  # a recording cut a little differently
        trim = rng.integers(0, len(joints) // 12 + 1, 2)
        joints = joints[trim[0] : len(joints) - trim[1]]
    if example.mirror and rng.random() < 0.5:
        joints = joints[:, MIRRORED] * np.array([-1.0, 1.0, 1.0])[: joints.shape[-1]]
    size = float(np.nanmax(joints[..., 1]) - np.nanmin(joints[..., 1]))
    joints = joints + rng.normal(0, rng.choice([0.0, 0.003, 0.008]) * size, joints.shape)
    # A camera's slow error is a joint's own, not noise from frame to frame.
    joints = joints + rng.normal(0, 0.008 * size, (1, *joints.shape[1:]))
    if joints.shape[-1] == 3:
        wide = 180 if example.mirror else 35
        flat = rng.random() < pictures
        angle = np.radians(rng.uniform(-wide, wide) if flat else 0.0)
        cos, sin = np.cos(angle), np.sin(angle)
        joints = joints @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        joints = joints[..., :2] if flat else joints
    _unseen(joints, rng)
    times = np.arange(len(joints)) / example.fps * rng.uniform(0.85, 1.18)
    clip = clip_from(joints, times, (moments - 1) / times[-1])
    angle = np.radians(rng.normal(0, 10))
    if not clip.flat:
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
        clip.positions[:] = clip.positions @ turn
    clip.positions[:] *= rng.uniform(0.93, 1.07)
    return clip


def _unseen(joints: np.ndarray, rng: np.random.Generator) -> None:
    """Make joints missing, in place, as recordings lack them."""
    if rng.random() < 0.4:
        joints[:, EXTRAS[3:]] = np.nan  # heels and toes
    if rng.random() < 0.3:
        joints[:, [EXTRAS[2]] if rng.random() < 0.5 else [0]] = np.nan  # head or nose
    if rng.random() < 0.08:
        joints[:, LIMBS[rng.integers(len(LIMBS))]] = np.nan
    for joint in np.flatnonzero(rng.random(len(KEYPOINTS)) < 0.02):
        joints[:, joint] = np.nan


def hide(batch: Batch, rng: np.random.Generator) -> Tensor:
    """bool (B, T, J): known tokens to be filled in; single ones, and joints for a while."""
    shape = batch.known.shape
    hidden = rng.random(shape) < HIDDEN / 3
    for clip in range(shape[0]):
        for joint in np.flatnonzero(rng.random(shape[2]) < HIDDEN):
            length = rng.integers(2, max(3, shape[1] // 2))
            start = rng.integers(shape[1] - length + 1)
            hidden[clip, start : start + length, joint] = True
    return torch.from_numpy(hidden).to(batch.known.device) & batch.known


def loss_of(
    model: MovementAttention,
    clips: Sequence[Clip],
    examples: Sequence[Example],
    rng: np.random.Generator,
    device: torch.device,
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch and its parts: action, faults and quality, and places of the hidden."""
    batch = batch_of(clips, device)
    hidden = hide(batch, rng)
    seen = Batch(batch.positions, batch.known & ~hidden, batch.times, batch.flat, batch.joints)
    answer = model(seen)

    action = torch.tensor([example.action for example in examples], device=device)
    named = action >= 0
    by_name = F.cross_entropy(answer.action.float()[named], action[named], label_smoothing=0.1)

    judged = torch.tensor([e.faults is not None for e in examples], device=device)
    zero = answer.quality.sum() * 0
    by_fault = by_quality = zero
    if judged.any():
        told = [(e.faults, e.quality) for e in examples if e.faults is not None]
        faults = torch.tensor(np.stack([fault for fault, _ in told]), device=device).float()
        quality = torch.tensor([quality for _, quality in told], device=device)
        by_fault = F.binary_cross_entropy_with_logits(answer.fault.float()[judged], faults)
        by_quality = F.mse_loss(answer.quality.float()[judged], quality.float())

    wanted = relative_places(batch)
    off = F.smooth_l1_loss(answer.places.float(), wanted, beta=0.05, reduction="none").sum(-1)
    by_place = (off * hidden).sum() / hidden.sum().clamp(min=1)
    right = (answer.action.argmax(-1) == action)[named].float().mean()
    parts = {"action": by_name, "fault": by_fault, "quality": by_quality, "place": by_place}
    columns = {name: float(value.detach()) for name, value in parts.items()}
    total = by_name + 5 * by_fault + 4 * by_quality + 2 * by_place
    return total, columns | {"right": float(right)}


def main() -> None:
    """The command line; see :mod:`models.train.loop`."""
    parser = loop.parser("movement", minutes=25, learning_rate=2.5e-3)
    parser.add_argument(
        "--data", type=Path, help="folder with utd_mhad.zip, cmu.zip, deepmimic.zip"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--athletes", type=int, default=6, help="of the library, for each action")
    parser.add_argument(
        "--recorded", type=float, default=0.34, help="share of recordings; the rest is made up"
    )
    parser.add_argument(
        "--offsets", type=int, metavar="CLIPS", help="fit what tells faults by offsets, no more"
    )
    options = parser.parse_args(namespace=loop.Options())
    torch.manual_seed(options.seed)
    config = Config(ACTIONS, FAULTS)
    model = MovementAttention(config).to(options.device)
    library = Library(options.athletes, seed=0)
    if options.offsets:
        tensors, held, facts = checkpoint.read(options.out)
        model.load_state_dict(tensors)
        fit_offsets(model.eval(), library, options.offsets, options.seed)
        checkpoint.write(options.out, model.state_dict(), held, facts)
        return
    recorded = recordings(options.data)
    print({name: len(examples) for name, examples in recorded.items()}, flush=True)
    shares = {"utd": 0.71, "cmu": 0.18, "deepmimic": 0.11}
    chances = [options.recorded * shares[name] for name in recorded]

    def draw(rng: np.random.Generator) -> Example:
        at = rng.random()
        for (_, examples), chance in zip(recorded.items(), chances, strict=True):
            if at < chance:
                return examples[rng.integers(len(examples))]
            at -= chance
        return library.draw(rng)

    def step_loss(step: int) -> tuple[Tensor, int, dict[str, float]]:
        rng = np.random.default_rng([options.seed, 1, step])
        torch.manual_seed(int(rng.integers(2**62)))
        moments = MOMENTS[rng.integers(len(MOMENTS))]
        size = max(6, options.batch * 16 // moments)
        examples = [draw(rng) for _ in range(size)]
        made = [varied(example, moments, rng) for example in examples]
        if rng.random() < 0.7:
            for clip in made:
                clip.known[:, FACE] = False
        loss, columns = loss_of(model, made, examples, rng, options.device)
        return loss, size, columns

    tested = held_out(options.data)

    def test(average: torch.nn.Module, step: int) -> None:
        if tested:
            print(f"step {step}: of the eighth person {accuracy(average, tested):.3f}", flush=True)

    loop.train(options, model, asdict(config), step_loss, test)


def fit_offsets(
    model: MovementAttention, library: Library, clips: int, seed: int, epochs: int = 60
) -> None:
    """Fit the part that tells faults by offsets on so many made-up clips, each looked at once.

    All else stays as it is, so that no action is told otherwise. Quick, where training the whole
    network anew takes an hour: what attention tells is taken from it, and the rest is learnt.
    """
    rng = np.random.default_rng([seed, 2])
    last = model.off[2]
    assert isinstance(last, torch.nn.Linear)
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    beside: list[Tensor] = []
    told: list[Tensor] = []
    wanted: list[list[float]] = []
    while len(wanted) < clips:
        moments = MOMENTS[rng.integers(len(MOMENTS))]
        examples = [library.draw(rng) for _ in range(256 // moments)]
        batch = batch_of([varied(example, moments, rng) for example in examples])
        with torch.no_grad():
            answer = model(batch)
        beside.append(answer.beside)
        told.append(torch.cat([answer.fault, answer.quality[:, None].logit()], 1))
        for example in examples:
            assert example.faults is not None
            wanted.append([*map(float, example.faults), example.quality])
    x, start, y = torch.cat(beside), torch.cat(told), torch.tensor(wanted)
    # Fitted standardised, and written as weights of what is not.
    mean, spread = x.mean(0), x.std(0).clamp(min=1e-3)
    x = (x - mean) / spread
    optimiser = torch.optim.AdamW(model.off.parameters(), 2e-3, weight_decay=0.05)
    drop = torch.nn.Dropout(0.2)
    for epoch in range(epochs):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * loop.learning_rate_factor(10**6, epoch / epochs)
        losses = []
        for part in torch.randperm(len(x)).split(64):
            logits = start[part] + model.off(drop(x[part]))
            loss = F.binary_cross_entropy_with_logits(logits, y[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch}: {np.mean(losses):.4f}", flush=True)
    first = model.off[0]
    assert isinstance(first, torch.nn.Linear)
    with torch.no_grad():
        first.bias.sub_(first.weight @ (mean / spread))
        first.weight.div_(spread)


@torch.inference_mode()
def accuracy(model: torch.nn.Module, examples: Sequence[Example]) -> float:
    """Share of examples whose action is told rightly, each seen as it is."""
    right = 0
    for example in examples:
        times = np.arange(len(example.joints)) / example.fps
        clip = clip_from(example.joints, times)
        right += int(model(batch_of([clip])).action[0].argmax()) == example.action
    return right / len(examples)


if __name__ == "__main__":
    main()
