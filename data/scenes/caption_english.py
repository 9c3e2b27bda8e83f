"""The English grammar: sentences, requests and keywords that tell a writer's part of a scene."""

from __future__ import annotations

from data.scenes.caption_english_person import (
    ACTIONS,
    SPORT_OF,
    WORDS,
    clothes_of,
    features_of,
    listed,
    looks_of,
    person_of,
    states_of_dress,
    subject_of,
)
from data.scenes.caption_writer import Writer
from data.scenes.english_forms import article, gerund, plural, third_person
from data.scenes.lexicon import load
from data.scenes.slips import nonsense

FILLER = load("outside")["filler"]


def write(w: Writer) -> str:
    """One caption: sentences mostly, else a coach's request, keywords, or the bare action."""
    kind = w.rng.random()
    if kind < 0.08:
        return _bare(w)
    if kind < 0.26:
        return _joined_keywords(w)
    if kind < 0.45:
        return _request(w)
    return _sentences(w)


def _noun(w: Writer) -> str:
    """The action as a noun, or as the repetitions that tell it: '8x400 m'."""
    action = w.state("action")
    if action in WORDS["distances"] and w.chance(0.15):
        return w.choose(WORDS["distances"][action])
    sport = SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport["nouns"])
    return w.choose(ACTIONS[action]["nouns"])


def _verb(w: Writer) -> str:
    """The action as a verb in its base form."""
    action = w.state("action")
    sport = SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport["verbs"])
    return w.choose(ACTIONS[action]["verbs"])


def _phase(w: Writer) -> str:
    """' at the bottom', or nothing."""
    if w.tell("phase") is None:
        return ""
    action, phase = w.truth["phase"].split("/")
    return w.choose((" ", " ", ", ")) + w.choose(ACTIONS[action]["phases"][phase])


def _placed(w: Writer, name: str, value: str) -> str:
    """'on the beach', 'at dusk': a form of ``value`` with the words before it."""
    groups = WORDS[name][value]
    before = w.choose(list(groups))
    return f"{before} {w.choose(groups[before])}"


def _circumstances(w: Writer) -> list[str]:
    found = [_placed(w, name, w.state(name)) for name in ("venue", "light") if name in w.told]
    w.rng.shuffle(found)
    return found


def _tags(w: Writer) -> list[str]:
    """Camera and style, as phrases that stand after a comma."""
    found = []
    for name in ("view", "camera_height", "framing", "style"):
        if name in w.told:
            found.append(w.choose(WORDS[name][w.state(name)]))
            if name == "style" and w.chance(0.3):
                found[-1] = (
                    w.choose(("as a ", "in the style of a ", "style: ", "drawn as ")) + found[-1]
                )
    w.rng.shuffle(found)
    return found


def _negation(w: Writer) -> str:
    """'not at night': something that the picture doesn't show and that therefore states nothing."""
    name = w.choose(
        ("venue", "light", "view", "camera_height", "framing", "style", "action", "top")
    )
    value = w.another(name)
    if name in ("venue", "light"):
        return w.choose(("not {}", "never {}", "but not {}", "not {} please")).format(
            _placed(w, name, value)
        )
    if name == "action":
        noun = w.choose(ACTIONS[value]["nouns"])
        return w.choose(
            ("no {}", "not a {}", "instead of {}", "without any {}", "rather than {}", "not {}")
        ).format(noun)
    if name == "top":
        colour = w.choose(WORDS["colour"][w.another("top_colour")])
        garment = w.choose(WORDS["garment"]["bottom"]["any"] + WORDS["garment"]["top"]["t_shirt"])
        return w.choose(("no {}", "not a {}", "without a {}", "not in a {}")).format(
            garment.format(colour + " ")
        )
    form = w.choose(WORDS[name][value])
    return w.choose(("not {}", "no {}", "without {}", "not as {}", "anything but {}")).format(form)


def _filler(w: Writer) -> str:
    return nonsense(w.rng, "en") if w.chance(0.25) else w.choose(FILLER["english"])


def _bare(w: Writer) -> str:
    """The action and hardly more: 'squat', 'doing squats', 'a boxer in the ring'."""
    if "action" not in w.told:
        return _sentences(w)
    draw = w.rng.random()
    if draw < 0.45:
        text = _noun(w)
    elif draw < 0.7:
        text = gerund(_verb(w))
    elif draw < 0.8:
        text = _verb(w)
    else:
        text = subject_of(w, agent_alone=True)
        if "action" in w.told:
            text += " " + gerund(_verb(w))
    if w.chance(0.4):
        text += _phase(w) if "action" in w.stated else ""
    if w.chance(0.3):
        text = " ".join([text, *_circumstances(w)])
    return text


def keywords(w: Writer, named: bool = True) -> list[str]:
    """Everything that is to be told as short items of a list, in random order.

    ``named``: where no action is told, name a person instead.
    """
    found = []
    if "action" in w.told:
        found.append((_noun(w) if w.chance(0.7) else gerund(_verb(w))) + _phase(w))
    elif named:
        found.append(subject_of(w))
    if "people" in w.told:
        many = w.state("people")
        if many == "one":
            found.append(
                w.choose(
                    ("alone", "solo", "one person", "single athlete", "one athlete", "1 person")
                )
            )
        else:
            number = w.choose(WORDS["people"][many])
            found.append(number + " " + plural(w.choose(WORDS["person"]["plain"])))
    if w.told & {"sex", "age"} and w.chance(0.6):
        found.append(person_of(w, agent_alone=False))
    for name in ("age", "sex", "handed", "build", "skin"):
        if name in w.told and (name in ("age", "sex", "handed") or w.chance(0.5)):
            found.append(w.describe(name, WORDS["adjective"]))
    if "hair" in w.told and "hair_colour" in w.told and w.chance(0.3):
        found.append(w.describe("hair_colour", WORDS["adjective"]))
    found += states_of_dress(w) + clothes_of(w) + features_of(w) + _tags(w)
    for name in ("venue", "light"):
        if name in w.told:
            groups = WORDS[name][w.state(name)]
            found.append(w.choose(groups[w.choose(list(groups))]))
    if w.chance(0.3):
        found.append(_filler(w))
    if w.chance(0.08):
        found.append(_negation(w))
    w.rng.shuffle(found)
    return found


def _joined_keywords(w: Writer) -> str:
    words = keywords(w)
    if w.chance(0.3):
        words = [x.removeprefix("a ").removeprefix("an ").removeprefix("the ") for x in words]
    return w.choose((", ", ", ", ", ", " ", " / ", "; ", " - ", "\n", ". ")).join(words)


def _request(w: Writer) -> str:
    """What a coach asks for: 'show a squat', '8x400 m on the track', "Anna's squat"."""
    if "action" not in w.told:
        return _sentences(w)
    action = w.truth["action"]
    draw = w.rng.random()
    if draw < 0.25:
        w.state("action")
        core = w.choose(WORDS["request"]["sets"]).format(w.choose(ACTIONS[action]["nouns"]))
    elif draw < 0.45 and "sex" in w.truth and w.truth["people"] == "one":
        w.state("people")
        name = w.choose(WORDS["names"][w.state("sex")])
        core = f"{name}'s {_noun(w)}"
    elif draw < 0.7:
        core = _noun(w)
        core = article(core) if w.chance(0.4) and not core.endswith(("s", "ing")) else core
    else:
        core = subject_of(w)
        core += " " + gerund(_verb(w))
    core += _phase(w)
    rest = [*looks_of(w), *_circumstances(w)]
    if rest:
        core += w.choose((" ", ", ")) + ", ".join(rest)
    core = w.choose(WORDS["request"]["forms"]).format(core) if w.chance(0.75) else core
    return _finish(w, core)


def _sentences(w: Writer) -> str:
    """One or several sentences."""
    split = w.chance(0.25)  # looks in sentences of their own
    unnamed = "action" in w.told and w.chance(0.1)
    subject = "" if unnamed else subject_of(w, agent_alone=w.chance(0.15))
    looks = [] if split else looks_of(w)
    circumstances = _circumstances(w)
    verb = _predicate(w, bare=unnamed)

    text = subject
    if looks and w.chance(0.6):
        text += " " + ", ".join(looks) + ("," if w.chance(0.2) else "")
        looks = []
    text = " ".join(filter(None, [text, verb]))
    early = circumstances.pop() if circumstances and w.chance(0.2) else ""
    for piece in [*circumstances, *looks]:
        text += w.choose((" ", " ", ", ")) + piece
    if early:
        text = early + w.choose((", ", " ", ": ")) + text
    if w.chance(0.08):
        text = w.choose(WORDS["request"]["forms"]).format(text)
    text = text[:1].upper() + text[1:] if w.chance(0.6) else text
    text = _finish(w, text.strip())
    if split:
        text = text.rstrip(".") + ". " + " ".join(_own_sentences(w))
    return text.strip()


def _predicate(w: Writer, bare: bool) -> str:
    """What is done, with its phase; empty at times where the subject tells it already."""
    many, draw = w.truth["people"] != "one", w.rng.random()
    if "action" not in w.told:
        verb = w.choose(WORDS["idle"]["forms"]) if draw < 0.5 else ""
    elif bare or draw < 0.4:
        verb = gerund(_verb(w))
    elif draw < 0.6:
        verb = ("are " if many else "is ") + gerund(_verb(w))
    elif draw < 0.8:
        verb = _verb(w) if many else third_person(_verb(w))
    else:
        verb = w.choose(WORDS["doing"]["forms"]) + " " + _noun(w)
    return verb + _phase(w) if "action" in w.stated else verb


def _own_sentences(w: Writer) -> list[str]:
    """Looks that are still to be told, as sentences: 'She wears a red shirt.'"""
    many = w.truth["people"] != "one"
    subject, whose = ("They", "Their") if many else ("The athlete", "The")
    if not many and "sex" in w.stated and w.chance(0.8):
        subject, whose = {"female": ("She", "Her"), "male": ("He", "His")}[w.stated["sex"]]
    has, wears, be = ("have", "wear", "are") if many else ("has", "wears", "is")
    found = []
    for name, garment in (("top_colour", "top"), ("bottom_colour", "bottom")):
        if name in w.told and w.truth.get(garment, "bare") != "bare" and w.chance(0.3):
            noun = w.choose(WORDS["garment"][garment][w.state(garment)]).format("")
            are = "are" if many or noun.endswith("s") else "is"
            found.append(f"{whose} {noun} {are} {w.choose(WORDS['colour'][w.state(name)])}.")
    if dress := states_of_dress(w):
        found.append(f"{subject} {be} {listed(dress)}.")
    if clothes := clothes_of(w):
        found.append(f"{subject} {w.choose((wears, be + ' wearing'))} {listed(clothes)}.")
    if features := features_of(w):
        found.append(f"{subject} {has} {listed(features)}.")
    adjectives = [
        w.describe(name, WORDS["adjective"])
        for name in ("age", "build", "handed")
        if name in w.told
    ]
    if adjectives:
        found.append(f"{subject} {be} {listed(adjectives)}.")
    if found and w.truth["people"] != "three":  # "they" alone are two
        w.state("people")
    w.rng.shuffle(found)
    return found


def _finish(w: Writer, text: str) -> str:
    """Camera, style, filler and negations, and the full stop."""
    extras = _tags(w)
    if w.chance(0.3):
        extras.insert(int(w.rng.random() * (len(extras) + 1)), _filler(w))
    if w.chance(0.1):
        extras.insert(int(w.rng.random() * (len(extras) + 1)), _negation(w))
    head = ""
    if extras and w.chance(0.2):
        first = extras.pop(0)
        head = w.choose(("{}: ", "{} of ", "a {} of ", "{}, ", "{}. ", "{} - ")).format(first)
    text = head + text
    for extra in extras:
        text += w.choose((", ", ", ", " ", ". ")) + extra
    if w.chance(0.5) and not text.endswith((".", "?")):
        text += "."
    if w.chance(0.12):
        sentences = FILLER["english_sentences"]
        if w.truth["people"] == "two" and w.chance(0.7):
            w.state("people")
            sentences = FILLER["english_plural_sentences"]
        text += " " + w.choose(sentences)
    return text
