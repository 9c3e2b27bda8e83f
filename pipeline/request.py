"""What is asked, what was run and what came out: Prompt → Request → Result."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from data.scenes.figure import Figure
from data.scenes.scene import VOCABULARY
from pipeline.errors import InputError, PromptError
from pipeline.hub.model import HubModel

SIZES = (64, 256, 1024)
MAX_CHARACTERS = 500
MAX_COUNT = 8
MAX_SEED = 2**32 - 1
MAX_STEPS = 50
GUIDANCE = (1.0, 10.0)

MARKUP = re.compile(r"</?[a-zA-Z!][^<>]*>|!?\[[^\]]*\]\([^)]*\)|```")
"""HTML tags, Markdown links and pictures, code fences."""


@dataclass(frozen=True)
class Prompt:
    """A sentence in English or Chinese; raises :class:`PromptError` when it is neither.

    ``text`` is kept in Unicode's composed form with single spaces.
    """

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _checked(self.text))


@dataclass(frozen=True)
class Steps:
    """How often each network is evaluated, 1 to :data:`MAX_STEPS`.

    More steps of the base are slower and finer. Of the enlargements one is cleanest; with more
    they add texture of their own, and grain.
    """

    base: int = 4
    sr256: int = 1
    sr1024: int = 1


@dataclass(frozen=True)
class Request:
    """Everything that decides how the pictures look; raises :class:`InputError` out of range.

    Attributes
    ----------
    seed, count
        ``count`` pictures, 1 to 8, drawn with ``seed``, ``seed + 1`` and so on. A picture depends
        on its own seed alone, not on the others beside it.
    guidance
        Guidance scale (Ho & Salimans 2022): how strictly to follow the words; 1 is none.
    size
        Pixels a side, one of :data:`SIZES`; the cascade stops there.
    guide
        Whether a pose is drawn first and guides the picture; without one words alone do.
    figure
        The pose to draw, in place of one that the pose prior chooses.
    fixed
        Attribute → value that holds whatever the sentence says, by the names of
        :data:`~data.scenes.scene.VOCABULARY`; a phase brings its action.
    model
        The open model that draws in place of the own ones. It has settings of its own, so
        ``guidance``, ``steps``, ``size`` and ``guide`` don't count; a ``figure`` needs its
        ControlNet, and nothing can be ``fixed``.
    """

    prompt: Prompt
    seed: int = 0
    count: int = 1
    guidance: float = 1.0
    steps: Steps = field(default_factory=Steps)
    size: int = 1024
    guide: bool = True
    figure: Figure | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    model: HubModel | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed", _fixed(self.fixed))
        _takes(self.model, self.figure, self.fixed)
        _whole("number of pictures", self.count, 1, MAX_COUNT)
        _whole("seed", self.seed, 0, MAX_SEED - self.count + 1)
        for value in vars(self.steps).values():
            _whole("number of steps", value, 1, MAX_STEPS)
        if self.size not in SIZES:
            raise InputError(
                "A picture cannot be {value} pixels wide. Choose {sizes}.",
                value=self.size,
                sizes=", ".join(map(str, SIZES)),
            )
        low, high = GUIDANCE
        number = isinstance(self.guidance, (int, float)) and not isinstance(self.guidance, bool)
        if not (number and low <= self.guidance <= high):
            raise InputError(
                "The guidance scale cannot be {value}. Choose a number from {low} to {high}.",
                value=self.guidance,
                low=low,
                high=high,
            )


def _takes(model: HubModel | None, figure: Figure | None, fixed: Mapping[str, str]) -> None:
    if model is None:
        return
    if fixed:
        raise InputError(
            "An open model reads the sentence alone: what is fixed can't be passed on to it. "
            "Let it follow the sentence, or draw with the own models."
        )
    if figure is not None and not model.control:
        raise InputError(
            "An open model follows a pose only with a ControlNet. Choose one, or let the pose be "
            "chosen."
        )


def _fixed(values: Mapping[str, str]) -> dict[str, str]:
    fixed = dict(values)
    if "phase" in fixed:
        fixed = {"action": str(fixed["phase"]).partition("/")[0]} | fixed
    for name, value in fixed.items():
        if value not in VOCABULARY.get(name, ()):
            raise InputError(
                "Nothing that is drawn here can have {name} fixed as {value}.",
                name=name,
                value=value,
            )
    if "phase" in fixed and fixed["phase"].partition("/")[0] != fixed["action"]:
        raise InputError(
            "{phase} is no phase of {action}.", phase=fixed["phase"], action=fixed["action"]
        )
    return fixed


def _whole(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise InputError(
            "The {name} cannot be {value}. Choose a whole number from {low} to {high}.",
            name=name,
            value=value,
            low=low,
            high=high,
        )


@dataclass(frozen=True, eq=False)
class Result:
    """One finished picture and everything needed to make it again.

    Attributes
    ----------
    request
        What makes this picture alone: its own seed, a count of 1. With ``figure`` put into it the
        pose prior isn't asked again.
    picture
        uint8 (size, size, 3).
    stages
        Stage → what it put out, uint8 (height, width, 3): ``base``, ``sr256``, ``sr1024``.
    attributes
        The values that the picture was drawn with, one for every attribute.
    chosen
        Those of the attributes that the words left open: their values were drawn by chance.
    figure
        The pose that guided it; None when words alone did.
    weights
        Model → hash of its weights. ``versions``: package → version. ``device``: where it ran.
    seconds
        Stage → seconds it took; understanding the words counts with the first picture of several.
        ``peak_memory``: the most bytes that were in use so far, of the GPU
        or, on a CPU, of the whole process.
    created
        Date and time in ISO 8601 with the zone.
    """

    request: Request
    picture: np.ndarray
    stages: Mapping[str, np.ndarray]
    attributes: Mapping[str, str]
    chosen: tuple[str, ...]
    figure: Figure | None
    weights: Mapping[str, str]
    versions: Mapping[str, str]
    device: str
    seconds: Mapping[str, float]
    peak_memory: int
    created: str


def _checked(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise PromptError(
            "The sentence has {length} characters; up to {limit} are read. Keep what the picture "
            "should show and leave out the rest.",
            length=len(text),
            limit=MAX_CHARACTERS,
        )
    # Format characters (zero-width spaces, direction marks) are invisible leftovers of pasting.
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = " ".join(unicodedata.normalize("NFC", visible).split())
    if not text:
        raise PromptError(
            "The sentence is empty. Write what the picture should show, for example “a basketball "
            "player takes a jump shot on an indoor court”."
        )
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            raise PromptError(
                "The sentence contains a control character ({code}) that is no letter of any "
                "language. Type the sentence again instead of pasting it.",
                code=f"U+{ord(character):04X}",
            )
    if found := MARKUP.search(text):
        raise PromptError(
            "The sentence contains markup ({markup}). Write it in plain words.",
            markup=found.group()[:40],
        )
    letters = [c for c in text if c.isalpha()]
    if not letters:
        raise PromptError(
            "There are no words in the sentence. Write in English or Chinese what the picture "
            "should show."
        )
    foreign = sum(not _readable(c) for c in letters)
    if foreign * 2 > len(letters):
        raise PromptError(
            "The sentence is in another language than those that are read here. Write it in "
            "English or Chinese."
        )
    return text


def _readable(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "CJK", "FULLWIDTH LATIN"))
