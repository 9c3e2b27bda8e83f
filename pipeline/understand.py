"""Step 1 of the cascade: which attributes a sentence states, and which words say so.

A word counts as understood only if leaving it out changes what the encoder's attribute heads
predict (occlusion: Zeiler & Fergus 2014, arXiv 1311.2901, §3, here of words). Where several words
say the same, none alone changes anything: then they are left out together, and each that brings
the prediction back alone counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data.scenes.attributes import BLOCKS, read, said
from data.scenes.scene import ACTIONS, VOCABULARY
from models.text_encoder import MAX_BYTES, Encoding, TextEncoder
from pipeline.errors import OutsideDomainError
from pipeline.runtime import Runtime
from pipeline.spelling import respelt

NEAREST = 3
"""Actions that are offered in place of something that can't be drawn."""

KNOWN = ("basketball_shot", "sprint", "squat")
"""Those that are offered where a text comes near to none."""

MAX_TESTS = 160
"""Texts with something left out that are read for one sentence; a long one is tested coarser."""

LOST = 0.25
"""A reading has changed when its probability falls below this."""

_CHINESE = "\u3400-\u9fff"
_UNIT = re.compile(rf"[{_CHINESE}]|[^\W_{_CHINESE}]+(?:['’][^\W_{_CHINESE}]+)*")
"""What is left out at a time: a Chinese character, or a word of another script."""


@dataclass(frozen=True)
class Word:
    """A word or run of words, ``text[start:stop]`` of the sentence.

    ``attribute`` and ``value`` are what it states, empty where it only takes something back ("not
    at night"); ``also`` holds further pairs, as "dressed in black" says the colour of two garments.
    """

    text: str
    start: int
    stop: int
    attribute: str = ""
    value: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Understanding:
    """What a sentence was understood as.

    text : the sentence.
    words : those that were understood, in order.
    attributes : attribute → value, as stated.
    probabilities : attribute → how sure the encoder is of that value.
    ignored : words that change nothing, in order.
    unread : the end of a sentence that is longer than the encoder reads.
    domain : probability that this can be drawn at all.
    nearest : actions that can be drawn and come nearest to the sentence, nearest first; empty where
        none is near.
    meant : the sentence with its slips of the pen mended, if more can be read from it then.
    """

    text: str
    words: tuple[Word, ...]
    attributes: dict[str, str]
    probabilities: dict[str, float] = field(default_factory=dict)
    ignored: tuple[Word, ...] = ()
    unread: str = ""
    domain: float = 1.0
    nearest: tuple[str, ...] = ()
    meant: str = ""

    @property
    def drawable(self) -> bool:
        """Whether it is taken for something that can be drawn.

        Also where that is in doubt, if an action is read for sure: of 300 actions in the frames of
        texts from outside that turns 17 % wrongly refused into 1 %, of 50 such texts by hand it
        lets pass one more. Or if one word is all that is said, and is read for sure ("at
        night", "a woman").
        """
        sure = self.probabilities.get("action", 0.0) > 0.95
        told = (
            max(self.probabilities.values(), default=0.0) > 0.95
            and len(self.words) == 1
            and not any(_says_something(word.text) for word in self.ignored)
        )
        return self.domain > (0.02 if sure else 0.05 if told else 0.5)

    @property
    def vector(self) -> np.ndarray:
        """What passes on to the pictures, float32 (WIDTH,): one-hot, as they saw it in training."""
        return said(self.attributes)


def understand(text: str, runtime: Runtime) -> Understanding:
    """Understand ``text``, once for each sentence.

    Raises
    ------
    OutsideDomainError
        It is about something that the picture models were never shown.
    """
    found = runtime.remember(("understand", text), lambda: _closely(text, runtime))
    if not found.drawable and found.nearest:
        raise OutsideDomainError(
            "This seems to be about something that the models never saw: they draw athletes in "
            "sport. The nearest that they can draw: {nearest}.",
            found.nearest,
            found.meant,
        )
    if not found.drawable:
        raise OutsideDomainError(
            "This seems to be about something that the models never saw: they draw athletes in "
            "sport. Nothing of that comes near, but for example they can draw: {nearest}.",
            KNOWN,
            found.meant,
        )
    return found


def _closely(text: str, runtime: Runtime) -> Understanding:
    """:func:`examine`, and again with slips of the pen mended, kept if that reads more."""
    encoder = runtime.model("text_encoder")
    found = examine(text, encoder)
    if (meant := respelt(text, [word.text for word in found.words if word.value])) is None:
        return found
    mended = examine(meant, encoder)
    more = set(mended.attributes.items()) > set(found.attributes.items())
    return replace(found, meant=meant) if mended.drawable and more else found


def examine(text: str, encoder: TextEncoder) -> Understanding:
    """Read ``text`` (not empty), and find out by leaving words out what each of them changes."""
    encoding = encoder.encode([text])
    probabilities = encoding.attributes[0].cpu().numpy()
    attributes = read(probabilities)
    heard = text.encode()[: MAX_BYTES - 1].decode(errors="ignore")
    units = [match.span() for match in _UNIT.finditer(heard)]
    changed = _Occlusion(text, units, attributes, encoder).changes(encoding)
    words = list(_words(text, units, changed, attributes))
    *action, none = probabilities[BLOCKS["action"]]
    return Understanding(
        text=text,
        words=tuple(word for word, understood in words if understood),
        attributes=attributes,
        probabilities={
            name: float(probabilities[BLOCKS[name]][VOCABULARY[name].index(value)])
            for name, value in attributes.items()
        },
        ignored=tuple(word for word, understood in words if not understood),
        unread=text[len(heard) :],
        domain=float(encoding.domain[0]),
        nearest=tuple(ACTIONS[i] for i in np.argsort(action)[::-1][:NEAREST]) if none < 0.5 else (),
    )


class _Occlusion:
    """Reads one sentence again and again with some of its units left out."""

    def __init__(
        self,
        text: str,
        units: Sequence[tuple[int, int]],
        attributes: dict[str, str],
        encoder: TextEncoder,
    ) -> None:
        self.text, self.units, self.attributes, self.encoder = text, units, attributes, encoder
        self.places = {
            name: BLOCKS[name].start + values.index(attributes[name])
            if name in attributes
            else BLOCKS[name].stop - 1
            for name, values in VOCABULARY.items()
        }

    def changes(self, encoding: Encoding) -> list[set[str]]:
        """For each unit the attributes that leaving it out changes."""
        changed: list[set[str]] = [set() for _ in self.units]
        windows = self._windows()
        for window, names in zip(windows, self._changed_without(windows), strict=True):
            # The shortest run that changes an attribute says it; a longer one around it need not.
            new = names - set().union(*(changed[i] for i in window))
            for i in window:
                changed[i] |= new
        for name in self.attributes.keys() - set().union(*changed):
            for i in self._said_twice(name, encoding):
                changed[i].add(name)
        if missing := self.attributes.keys() - set().union(*changed):
            repeated = self._repeated()
            for group, names in zip(repeated, self._changed_without(repeated), strict=True):
                for i in group:
                    changed[i] |= names & missing
        return changed

    def _repeated(self) -> list[list[int]]:
        """The places of every word that is there more than once."""
        places: dict[str, list[int]] = {}
        for i, (start, stop) in enumerate(self.units):
            places.setdefault(self.text[start:stop].casefold(), []).append(i)
        return [group for group in places.values() if len(group) > 1][:MAX_TESTS]

    def _windows(self) -> list[range]:
        """Runs of units to leave out, the shortest first: three Chinese characters, two words."""
        found: list[range] = []
        for length in (1, 2, 3):
            runs = [range(i, i + length) for i in range(len(self.units) - length + 1)]
            if length == 3:
                runs = [run for run in runs if all(self._is_character(i) for i in run)]
            if len(found) + len(runs) > MAX_TESTS and found:
                break
            found += runs
        return found[:MAX_TESTS]

    def _is_character(self, i: int) -> bool:
        start, stop = self.units[i]
        return stop - start == 1 and not self.text[start].isascii()

    def _said_twice(self, name: str, encoding: Encoding) -> list[int]:
        """Units that say ``name`` each on its own, as "a sprinter sprinting" says it twice."""
        read_from = encoding.attention[0, list(VOCABULARY).index(name)].cpu().numpy()
        ends = np.cumsum([len(c.encode()) for c in self.text])
        starts = np.concatenate([[0], ends])
        weight = [float(read_from[starts[a] : starts[b]].sum()) for a, b in self.units]
        order = sorted(range(len(self.units)), key=lambda i: -weight[i])[:6]
        fewer = [order[:count] for count in range(2, len(order) + 1)]
        without = self._changed_without(fewer)
        enough = next((out for out, names in zip(fewer, without, strict=True) if name in names), [])
        alone = [[i for i in enough if i != kept] for kept in enough]
        without = self._changed_without(alone)
        return [i for i, names in zip(enough, without, strict=True) if name not in names]

    def _changed_without(self, groups: Sequence[Iterable[int]]) -> list[set[str]]:
        """For each group of units the attributes that are read otherwise when it is left out."""
        if not groups:
            return []
        encoding = self.encoder.encode([self._without(set(group)) for group in groups])
        return [
            {name for name, place in self.places.items() if row[place] < LOST}
            - ({"phase"} if row[self.places["action"]] < LOST else set())  # it goes with the action
            for row in encoding.attributes.cpu().numpy()
        ]

    def _without(self, left_out: set[int]) -> str:
        kept, end = "", 0
        for i in sorted(left_out):
            kept += self.text[end : self.units[i][0]]
            end = self.units[i][1]
        return re.sub(r"\s+", " ", kept + self.text[end:]).strip()


def _says_something(word: str) -> bool:
    """Whether a word is longer than those that only join others: "in", "的"."""
    return len(word) > (2 if word.isascii() else 1) and word.casefold() != "the"


def _words(
    text: str,
    units: Sequence[tuple[int, int]],
    changed: Sequence[set[str]],
    attributes: dict[str, str],
) -> Iterator[tuple[Word, bool]]:
    """Neighbours that change the same attributes as one word, and whether they change any."""
    i = 0
    while i < len(units):
        joints = {"", " ", "-"} if changed[i] else {""}
        last = i
        while (
            last + 1 < len(units)
            and changed[last + 1] == changed[i]
            and text[units[last][1] : units[last + 1][0]] in joints
        ):
            last += 1
        start, stop = units[i][0], units[last][1]
        pairs = [(n, attributes[n]) for n in VOCABULARY if n in changed[i] and n in attributes]
        attribute, value = pairs[0] if pairs else ("", "")
        word = Word(text[start:stop], start, stop, attribute, value, tuple(pairs[1:]))
        yield word, bool(changed[i])
        i = last + 1
