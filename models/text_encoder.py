"""Text encoder: a sentence's bytes → the attributes that it states.

A byte-level T5 encoder (Xue et al. 2022, "ByT5", arXiv 2105.13626): no vocabulary file, any script,
robust to misspelling. Bytes are first mixed by convolutions and merged four to one, as in CANINE
(Clark et al. 2022, arXiv 2103.06874, §3.2), since a Chinese character alone is three bytes; that
makes both training and the page's word-by-word tests several times faster. A reader pools the
states once for each attribute by attention with a learned query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import T5Config, T5EncoderModel

from data.scenes.attributes import BLOCKS
from data.scenes.scene import VOCABULARY
from models import checkpoint

WEIGHTS = checkpoint.WEIGHTS / "text_encoder"

MAX_BYTES = 512
"""Longer texts are read up to here."""

PAD, END, FIRST_BYTE = 0, 1, 3
"""ByT5's ids: padding, end of text, byte 0."""

_HASH_BASE, _HASH_PRIME = 1_000_003, 2_147_483_647

PATCH = 4
"""Bytes merged into one position of the transformer."""


@dataclass(frozen=True)
class Config:
    """Sizes of a :class:`TextEncoder`."""

    byte_width: int = 128
    ngrams: tuple[int, ...] = (3, 4, 6, 9)
    ngram_table: int = 32768
    width: int = 192
    layers: int = 3
    heads: int = 3
    feed_forward: int = 768


@dataclass(frozen=True)
class Encoding:
    """What the encoder found in B texts of at most L bytes, the end sign included.

    tokens : (B, ceil(L / PATCH), width) states of the transformer.
    mask : (B, ceil(L / PATCH)) bool, True where a state stands for text.
    attributes : (B, WIDTH) probabilities, packed as in :mod:`data.scenes.attributes`.
    domain : (B,) probability that the studio can draw the text.
    attention : (B, attributes, L) how much each attribute was read from each byte; sums to 1.
    """

    tokens: Tensor
    mask: Tensor
    attributes: Tensor
    domain: Tensor
    attention: Tensor


_OWN_PHASES = torch.tensor(
    [
        [*(phase.split("/")[0] == action for phase in VOCABULARY["phase"]), True]
        for action in (*VOCABULARY["action"], "not said")
    ]
)


def given_action(logits: Tensor, actions: Tensor) -> Tensor:
    """Logits (B, ≥ WIDTH) with the phases of other actions than ``actions`` (B,) ruled out.

    "At the bottom" is a phase of many actions. With the action given, the reader learns the phrase
    once instead of once with each; −1 as action stands for "not said".
    """
    ruled_out = torch.zeros_like(logits, dtype=torch.bool)
    ruled_out[:, BLOCKS["phase"]] = ~_OWN_PHASES.to(logits.device)[actions]
    return logits.masked_fill(ruled_out, -torch.inf)


def to_bytes(texts: Sequence[str]) -> Tensor:
    """ByT5 ids, int64 (B, L), cut to :data:`MAX_BYTES` and padded to the longest."""
    ids = [
        [byte + FIRST_BYTE for byte in text.encode("utf-8", "replace")[: MAX_BYTES - 1]] + [END]
        for text in texts
    ]
    longest = max(map(len, ids))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in ids])


class TextEncoder(nn.Module):
    """Bytes → states → one reading for each attribute, and one for "can this be drawn?"."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.bytes = nn.Embedding(256 + FIRST_BYTE, config.byte_width, PAD)
        self.ngrams = nn.Embedding(config.ngram_table, config.byte_width)
        # Small at first, so that a few meetings with a word make its rows its own.
        for table in (self.bytes, self.ngrams):
            nn.init.normal_(table.weight, std=0.02)
        self.mix = nn.Conv1d(config.byte_width, config.byte_width, 5, padding=2)
        self.merge = nn.Conv1d(config.byte_width, config.width, PATCH, PATCH)
        self.transformer = T5EncoderModel(
            T5Config(
                vocab_size=2,  # the embeddings are given, not looked up
                d_model=config.width,
                d_kv=config.width // config.heads,
                d_ff=config.feed_forward,
                num_layers=config.layers,
                num_heads=config.heads,
                feed_forward_proj="relu",
                dropout_rate=0.0,  # captions are made on the fly: none is seen twice
            )
        )
        readings = len(BLOCKS) + 1
        self.query = nn.Parameter(torch.randn(readings, config.width) * config.width**-0.5)
        self.key = nn.Linear(config.width, config.width, bias=False)
        self.value = nn.Linear(config.width, config.width)
        self.norm = nn.LayerNorm(config.width)
        sizes = [block.stop - block.start for block in BLOCKS.values()]
        self.heads = nn.ModuleList(nn.Linear(config.width, size) for size in [*sizes, 1])

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Ids (B, L) → logits (B, WIDTH + 1), the last for the domain; states, mask, attention."""
        ids = F.pad(ids, (0, -ids.shape[1] % PATCH), value=PAD)
        there = ids != PAD
        # Nothing may leak in from the padding: a text reads the same whatever stands beside it.
        x = (self.bytes(ids) + self._ngrams(ids)).mT * there[:, None]
        x = (x + F.gelu(self.mix(x))) * there[:, None]
        mask = there[:, ::PATCH]
        x = self.merge(x).mT
        x = self.transformer(inputs_embeds=x, attention_mask=mask.long()).last_hidden_state
        scores = self.query @ self.key(x).mT
        attention = scores.masked_fill(~mask[:, None], -torch.inf).softmax(-1)
        read = self.norm(attention @ self.value(x))
        logits = torch.cat([head(read[:, i]) for i, head in enumerate(self.heads)], 1)
        return logits, x, mask, attention

    def _ngrams(self, ids: Tensor) -> Tensor:
        """Sum of the embeddings of the n-grams that end at each byte, (B, L, byte_width).

        An n-gram's row is a polynomial hash of its bytes (Pagnoni et al. 2024, "Byte Latent
        Transformer", arXiv 2412.09871, eq. 4): what a word list teaches becomes a look-up.
        """
        rows = []
        for n in self.config.ngrams:
            before = F.pad(ids, (n - 1, 0), value=PAD).unfold(1, n, 1)
            powers = torch.tensor([pow(_HASH_BASE, k, 2**31) for k in range(n)], device=ids.device)
            rows.append(
                ((before * powers).sum(-1) * _HASH_BASE + n) % _HASH_PRIME % len(self.ngrams.weight)
            )
        return self.ngrams(torch.stack(rows)).sum(0)

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> Encoding:
        """Read ``texts`` (at least one)."""
        ids = to_bytes(texts).to(self.query.device)
        logits, tokens, mask, attention = self(ids)
        logits = given_action(logits.float(), logits[:, BLOCKS["action"]].argmax(1))
        blocks = [logits[:, block].softmax(-1) for block in BLOCKS.values()]
        there = (ids != PAD).float()
        in_patch = F.pad(there, (0, -ids.shape[1] % PATCH)).unflatten(1, (-1, PATCH)).sum(-1)
        spread = (attention[:, :-1] / in_patch[:, None].clamp(min=1)).repeat_interleave(PATCH, -1)
        return Encoding(
            tokens=tokens,
            mask=mask,
            attributes=torch.cat(blocks, 1),
            domain=logits[:, -1].sigmoid(),
            attention=spread[..., : ids.shape[1]] * there[:, None],
        )


def save(encoder: TextEncoder, folder: Path) -> None:
    """Write weights and sizes to ``folder``."""
    checkpoint.write(folder, encoder.state_dict(), asdict(encoder.config), {})


def load(folder: Path = WEIGHTS, device: str | torch.device = "cpu") -> TextEncoder:
    """The trained encoder, float32, in evaluation mode.

    Raises
    ------
    FileNotFoundError
        No trained encoder lies in ``folder``.
    """
    return checkpoint.load(folder, TextEncoder, Config).to(device).requires_grad_(False)
