"""What a grammar needs while it writes: chance, the truth, and an account of what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from data.scenes.scene import VOCABULARY, Scene, attributes

T = TypeVar("T")

ATHLETE = (
    "sex",
    "age",
    "build",
    "skin",
    "hair",
    "hair_colour",
    "headwear",
    "top",
    "top_colour",
    "bottom",
    "bottom_colour",
    "shoe_colour",
    "handed",
)
"""Attributes of a person rather than of the picture."""

PICTURE = ("venue", "light", "style", "view", "camera_height", "framing")


_MORE = {"action": 0.95, "phase": 0.25, "top_colour": 0.1, "bottom_colour": 0.1, "shoe_colour": 0.1}
"""How much more often than others these are told: the action is what a caption is about; phases
and colours have the most words to be learned."""

_YEARS = {"child": (5, 15), "adult": (18, 60), "senior": (61, 95)}


def choose(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of ``options``, each as likely (``rng.choice`` is ten times slower)."""
    return options[int(rng.random() * len(options))]


@dataclass
class Writer:
    """Draws words for one caption.

    ``truth`` is what may be said, ``told`` the attributes that shall be said and have not been
    yet, ``stated`` what the words so far say.
    """

    rng: np.random.Generator
    truth: dict[str, str]
    told: set[str]
    stated: dict[str, str] = field(default_factory=dict)

    @classmethod
    def draw(cls, scene: Scene, rng: np.random.Generator) -> Writer:
        """A writer that is to tell a random part of ``scene``.

        Of several athletes only that is said which is true of all of them; a bare chest has no
        shirt colour, a bald head no hair colour.
        """
        truth = attributes(scene)
        for name in ATHLETE:
            if any(getattr(a, name) != truth[name] for a in scene.athletes):
                del truth[name]
        if truth.get("top", "bare") == "bare" and scene.athletes[0].top == "bare":
            truth.pop("top_colour", None)
        if scene.athletes[0].hair == "bald":
            truth.pop("hair_colour", None)
        density = choose(rng, (0.0, 0.0, 0.05, 0.05, 0.1, 0.1, 0.2, 0.3, 0.5, 1.0))
        told = {
            name for name in truth if rng.random() < density or rng.random() < _MORE.get(name, 0)
        }
        if "action" not in told:
            told.discard("phase")
        return cls(rng, truth, told)

    def share(self, part: float) -> Writer:
        """A writer of the same caption that takes over about ``part`` of what is to be told."""
        taken = {name for name in sorted(self.told) if self.rng.random() < part}
        self.told -= taken
        return replace(self, told=taken)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def choose(self, options: Sequence[T]) -> T:
        return choose(self.rng, options)

    def tell(self, name: str) -> str | None:
        """The value of ``name`` if it is to be told; from now on it counts as said."""
        if name not in self.told:
            return None
        self.told.remove(name)
        return self.state(name)

    def state(self, name: str) -> str:
        """The value of ``name``, which the words about to be written say."""
        self.told.discard(name)
        self.stated[name] = self.truth[name]
        return self.truth[name]

    def describe(self, name: str, forms: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
        """An adjective of the lexicon for ``name``; some tell an age in years."""
        value = self.state(name)
        return self.choose(forms[name][value]).format(self.rng.integers(*_YEARS.get(value, (0, 1))))

    def another(self, name: str) -> str:
        """A value of ``name`` that is not the scene's: what a negation names."""
        return self.choose([v for v in VOCABULARY[name] if v != self.truth.get(name)])
