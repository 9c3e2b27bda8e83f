"""Pose prior: attribute vector → a pose in space, its equipment and a camera → a figure.

A flow-matching transformer over limb groups: one token for torso, head, each arm and leg, each
piece of equipment and the camera (:mod:`data.scenes.pose_tokens`); a token a limb rather than a
joint keeps the sequence short. Attributes and time steer every layer through adaptive
normalisation (Peebles & Xie 2022, "DiT", arXiv 2212.09748, §3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from data.scenes.actions import LIBRARY, pose, side_by_side
from data.scenes.attributes import WIDTH, read, said
from data.scenes.camera import look
from data.scenes.figure import Figure, figure_of
from data.scenes.pose_tokens import MOST_PROPS, PROP_ROWS, TOKEN_WIDTH, TOKENS, posed_from
from data.scenes.posed import JOINT_INDEX, PROPS, Posed
from data.scenes.sample import sample_scene
from data.scenes.scene import Scene, attributes
from data.scenes.skeleton import SIDES
from models import checkpoint, flow
from models.condition import fourier, unsaid

RELEVANT = (
    *("action", "phase", "view", "camera_height", "framing"),
    *("sex", "age", "build", "handed"),
)
"""The attributes that one athlete's pose and the camera depend on; no others are looked at."""

_PERSONAL = ("sex", "age", "build", "handed")

CHOSEN = ("action", "phase", "venue", "people", "framing", "handed")
"""What is decided before anything is drawn, where nothing is said about it."""


@dataclass(frozen=True)
class Config:
    """What builds the network."""

    width: int = 192
    layers: int = 4
    heads: int = 6


class Block(nn.Module):
    """Attention and a gated MLP, each scaled, shifted and gated by the condition."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.steer = nn.Linear(width, 6 * width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_norm, self.k_norm = nn.RMSNorm(width // heads), nn.RMSNorm(width // heads)
        self.attended = nn.Linear(width, width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        nn.init.zeros_(self.steer.weight)  # every block starts as the identity (DiT, adaLN-Zero)
        nn.init.zeros_(self.steer.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = self.steer(condition)[:, None].chunk(
            6, dim=2
        )
        h = F.rms_norm(x, x.shape[-1:]) * (1 + scale1) + shift1
        q, k, v = self.qkv(h).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        h = F.scaled_dot_product_attention(self.q_norm(q), self.k_norm(k), v)
        x = x + gate1 * self.attended(h.transpose(1, 2).flatten(2))
        h = F.rms_norm(x, x.shape[-1:]) * (1 + scale2) + shift2
        return x + gate2 * self.narrow(F.gelu(self.wide(h), approximate="tanh"))


class PosePrior(nn.Module):
    """Noisy tokens, time, attributes and the props' kinds → clean tokens."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.enter = nn.Parameter(torch.randn(TOKENS, TOKEN_WIDTH, width) / TOKEN_WIDTH**0.5)
        self.leave = nn.Parameter(torch.zeros(TOKENS, width, TOKEN_WIDTH))
        self.leave_bias = nn.Parameter(torch.zeros(TOKENS, TOKEN_WIDTH))
        self.place = nn.Parameter(torch.randn(TOKENS, width))
        self.prop = nn.Embedding(len(PROPS) + 1, width)  # the last: no prop in this slot
        self.said = nn.Linear(WIDTH, width)
        nn.init.normal_(self.said.weight, std=0.5)
        self.time = nn.Linear(64, width)
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.layers))

    def forward(self, tokens: Tensor, t: Tensor, vector: Tensor, props: Tensor) -> Tensor:
        """Clean tokens, float32 (B, TOKENS, TOKEN_WIDTH).

        Parameters
        ----------
        tokens : (B, TOKENS, TOKEN_WIDTH), noisy.
        t : (B,), 0 = noise, 1 = clean.
        vector : (B, WIDTH), attributes.
        props : int64 (B, MOST_PROPS), indices into PROPS; len(PROPS) where there is none.
        """
        x = _each_own(tokens, self.enter) + self.place
        x[:, PROP_ROWS] += self.prop(props)
        condition = self.mix(self.said(vector) + self.time(fourier(t, 64)))
        for block in self.blocks:
            x = block(x, condition)
        return _each_own(F.rms_norm(x, x.shape[-1:]), self.leave) + self.leave_bias


def _each_own(tokens: Tensor, weights: Tensor) -> Tensor:
    """(B, T, i) → (B, T, o) by a matrix a token (T, i, o), in float32: bf16 blurs coordinates."""
    with torch.autocast(tokens.device.type, enabled=False):
        return torch.einsum("bti,tio->bto", tokens.float(), weights)


@dataclass(frozen=True)
class Imagined:
    """What the prior made up.

    Attributes
    ----------
    figure : the scene in the picture.
    scene, posed : the scene in space; of ``scene`` the clothes, light and the like mean nothing.
    chosen : the attributes :data:`CHOSEN`, as far as nothing was said about them.
    """

    figure: Figure
    scene: Scene
    posed: Posed
    chosen: dict[str, str]


@torch.inference_mode()
def imagine(
    prior: PosePrior,
    vector: np.ndarray,
    generator: torch.Generator,
    steps: int = 16,
    guidance: float = 1.3,
) -> Imagined:
    """Make up a pose, equipment, a camera and a place for what was said.

    Parameters
    ----------
    vector : (WIDTH,), attributes as :func:`~data.scenes.attributes.said` or the text encoder
        gives them; of uncertain ones the most probable value counts.
    generator : of the CPU, one a picture.
    steps : of Euler's method.
    guidance : scale of classifier-free guidance; 1 is none. More keeps the camera more surely on
        the asked side, and limbs a little less exact.
    """
    values = read(vector)
    if "phase" in values and not values["phase"].startswith(values.get("action", "")):
        del values["phase"]  # the encoder's two heads disagree
    rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
    scene = _setting(values, rng)
    chosen = attributes(scene)
    chosen = {name: chosen[name] for name in CHOSEN if name not in values}

    device = prior.place.device
    known = {name: value for name, value in (values | chosen).items() if name in RELEVANT}
    alone, cameras, heights = [], [], []
    for i, athlete in enumerate(scene.athletes):
        if i:  # what is said about the athlete is about the first
            known = {name: v for name, v in known.items() if name not in _PERSONAL}
            known["handed"] = athlete.handed
        noise = torch.randn(1, TOKENS, TOKEN_WIDTH, generator=generator).to(device)
        tokens = _sample(prior, noise, said(known), equipment(scene.action), steps, guidance)
        posed, height, camera = posed_from(tokens[0].cpu().numpy(), equipment(scene.action))
        alone.append(replace(posed, hand_axes=_palms(replace(scene, athletes=(athlete,)), posed)))
        heights.append(height)
        cameras.append(camera)
    scene = replace(
        scene,
        camera=replace(cameras[0], framing=scene.camera.framing),
        athletes=tuple(replace(a, height=h) for a, h in zip(scene.athletes, heights, strict=True)),
    )
    posed = side_by_side(alone, rng, cameras[0].azimuth)
    return Imagined(figure_of(scene, posed, look(scene, posed)), scene, posed, chosen)


def _palms(scene: Scene, posed: Posed) -> np.ndarray:
    """Palm normals (1, 2, 3), which the prior leaves open: those of the library's athlete in the
    same phase, turned by the least rotation that lays one's hands along the other's."""
    library = pose(scene)
    wrists, tips = ([JOINT_INDEX[f"{s}_{end}"] for s in SIDES] for end in ("wrist", "hand"))
    ways = [(p.joints[0, tips] - p.joints[0, wrists]).astype(float) for p in (library, posed)]
    (a, b) = (way / (np.linalg.norm(way, axis=1, keepdims=True) + 1e-9) for way in ways)
    palm = library.hand_axes[0].astype(float)
    # Rodrigues' rotation about a × b; of hands that point opposite ways any will do.
    axis, cosine = np.cross(a, b), (a * b).sum(1, keepdims=True)
    along = (axis * palm).sum(1, keepdims=True) / np.maximum(1 + cosine, 1e-3)
    return (cosine * palm + np.cross(axis, palm) + along * axis)[None].astype(np.float32)


def _sample(
    prior: PosePrior,
    noise: Tensor,
    vector: np.ndarray,
    props: Sequence[str],
    steps: int,
    guidance: float,
) -> Tensor:
    """Tokens from noise (1, TOKENS, TOKEN_WIDTH)."""
    device = noise.device
    conditions = torch.cat([torch.from_numpy(vector)[None], unsaid(1)]).to(device)
    kinds = torch.tensor([prop_indices(props)] * 2, device=device)

    def denoise(z: Tensor, t: Tensor) -> Tensor:
        if guidance == 1:
            return prior(z, t, conditions[:1], kinds[:1])
        both = prior(z.expand(2, -1, -1), t.expand(2), conditions, kinds)
        return flow.guided(both[:1], both[1:], guidance)

    for _, clean in flow.sample(denoise, noise, steps):
        tokens = clean
    return tokens


def _setting(values: dict[str, str], rng: np.random.Generator) -> Scene:
    """A scene of what was said: one athlete, all of whom is seen, unless said otherwise."""
    fixed = {"people": "one", "framing": "full"} | values
    if "phase" not in fixed and "action" not in fixed and "venue" in fixed:
        fitting = [name for name, action in LIBRARY.items() if fixed["venue"] in action.venues]
        if fitting:
            fixed["action"] = fitting[rng.integers(len(fitting))]
    return sample_scene(rng, **fixed)


@cache
def equipment(action: str) -> tuple[str, ...]:
    """The kinds of props that one athlete has in an action."""
    scene = sample_scene(np.random.default_rng(0), action=action, people="one")
    return tuple(prop.kind for prop in pose(scene).props)


def prop_indices(kinds: Sequence[str]) -> list[int]:
    """Kinds as :meth:`PosePrior.forward` takes them."""
    return [PROPS.index(kind) for kind in kinds] + [len(PROPS)] * (MOST_PROPS - len(kinds))


def load(folder: Path = checkpoint.WEIGHTS / "pose_prior", device: str = "cpu") -> PosePrior:
    """The trained prior. Raises FileNotFoundError where there is none."""
    return checkpoint.load(folder, PosePrior, Config).to(device)
