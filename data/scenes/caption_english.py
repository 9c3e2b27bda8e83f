"""The English grammar: sentences, requests and keywords that tell a writer's part of a scene."""

from __future__ import annotations

from data.scenes.caption_writer import Writer
from data.scenes.lexicon import load

WORDS = load("english")
ACTIONS = load("english_actions")
FILLER = load("outside")["filler"]
_SPORT_OF = {action: sport for sport in WORDS["sport"].values() for action in sport["actions"]}


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


# Words and their forms


def gerund(verb: str) -> str:
    """'shoot a ball' → 'shooting a ball'."""
    first, *rest = verb.split(" ")
    if first.endswith("ie"):
        first = first[:-2] + "ying"
    elif first.endswith("e") and not first.endswith("ee"):
        first = first[:-1] + "ing"
    else:
        first = first + first[-1] * _doubles(first) + "ing"
    return " ".join([first, *rest])


def third_person(verb: str) -> str:
    """'catch a ball' → 'catches a ball'."""
    first, *rest = verb.split(" ")
    if first.endswith(("s", "sh", "ch", "x", "o")):
        first += "es"
    elif first.endswith("y") and first[-2] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return " ".join([first, *rest])


def _doubles(verb: str) -> bool:
    """Whether the last letter doubles before a vowel: one syllable, one vowel, one consonant."""
    stem = verb.replace("qu", "q")
    return (
        sum(letter in "aeiou" for letter in stem) == 1
        and len(stem) > 2
        and stem[-1] not in "aeiouwxy"
        and stem[-2] in "aeiou"
    )


def plural(noun: str) -> str:
    """'old lady' → 'old ladies'."""
    for singular, many in (("man", "men"), ("child", "children"), ("person", "people")):
        if noun.endswith(singular) and not noun.endswith("human"):
            return noun[: -len(singular)] + many
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


def article(noun: str) -> str:
    """'athlete' → 'an athlete'."""
    return ("an " if noun[0].lower() in "aeio8" or noun.startswith(("u", "un")) else "a ") + noun


# Pieces of a caption. Each says what it takes from the writer and no more.


def _agents(w: Writer, alone: bool) -> list[str]:
    """Nouns for who does it: 'sprinter', 'tennis player' …

    A player of a sport tells the sport's first action; of another one only together with a verb.
    """
    action = w.truth["action"]
    agents = ACTIONS[action]["agents"]
    sport = _SPORT_OF.get(action)
    if sport and (not alone or sport["actions"][0] == action):
        return agents + sport["agents"]
    return agents


def _noun(w: Writer) -> str:
    """The action as a noun."""
    action = w.state("action")
    sport = _SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport["nouns"])
    return w.choose(ACTIONS[action]["nouns"])


def _verb(w: Writer) -> str:
    """The action as a verb in its base form."""
    action = w.state("action")
    sport = _SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport["verbs"])
    return w.choose(ACTIONS[action]["verbs"])


def _phase(w: Writer) -> str:
    """' at the bottom', or nothing."""
    if w.tell("phase") is None:
        return ""
    action, phase = w.truth["phase"].split("/")
    return w.choose((" ", " ", ", ")) + w.choose(ACTIONS[action]["phases"][phase])


def _person(w: Writer, agent_alone: bool) -> str:
    """Adjectives and a noun, without an article. ``agent_alone``: no verb will follow."""
    adjectives = [
        w.describe(name, WORDS["adjective"])
        for name in ("build", "skin", "hair", "hair_colour", "handed")
        if name in w.told and w.chance(0.4) and w.truth[name] in WORDS["adjective"][name]
    ]
    people = WORDS["person"]
    sex, age = w.truth.get("sex"), w.truth.get("age")
    if ("age" in w.told and "sex" in w.told and w.chance(0.8)) or (
        "sex" in w.told and sex and age == "adult" and w.chance(0.5)
    ):
        noun = w.choose(people[f"{w.state('sex')}_{w.state('age')}"])
    elif "sex" in w.told and "age" not in w.told and w.chance(0.5):
        noun = w.choose(people[w.state("sex")])
    elif "age" in w.told and "sex" not in w.told and w.chance(0.5):
        noun = w.choose(people[w.state("age")])
    else:
        adjectives += [
            w.describe(name, WORDS["adjective"]) for name in ("age", "sex") if name in w.told
        ]
        noun = w.choose(people["plain"])
        agents = _agents(w, agent_alone) if "action" in w.told else []
        if agents and w.chance(1.0 if agent_alone else 0.4):
            noun = w.choose(agents)
            if agent_alone:
                w.state("action")
    w.rng.shuffle(adjectives)
    return " ".join([*adjectives, noun])


def _subject(w: Writer, agent_alone: bool = False) -> str:
    """Who it is, with article or number: 'an old man', 'two girls', 'they', 'Anna'."""
    many = w.truth["people"]
    if many == "one":
        if "sex" in w.told and w.chance(0.2) and not agent_alone:
            w.state("people")
            return w.choose(
                {"female": ("she", "she", "her"), "male": ("he", "him", "he")}[w.state("sex")]
            )
        if "sex" in w.told and w.chance(0.25):
            w.state("people")
            return w.choose(WORDS["names"][w.state("sex")])
        person = _person(w, agent_alone)
        draw = w.rng.random()
        if draw < 0.12:
            return person  # a headline: "female sprinter on the track"
        w.state("people")
        if draw < 0.66:
            return article(person)
        return w.choose(("the ", "one ", "a single ", "this ", "our ")) + person
    if many == "two" and w.chance(0.3):
        w.state("people")
        if w.chance(0.4) and not agent_alone:
            return w.choose(("they", "they", "both of them", "the two of them", "them both"))
        if w.chance(0.2) and not agent_alone:
            names = WORDS["names"]
            both = [w.choose(names[w.choose(("female", "male"))]) for _ in range(2)]
            return f"{both[0]} and {both[1]}" if both[0] != both[1] else "they"
        return w.choose(("", "the ", "some ", "our ")) + plural(_person(w, agent_alone))
    w.state("people")
    return w.choose(WORDS["people"][many]) + " " + plural(_person(w, agent_alone))


def _features(w: Writer) -> list[str]:
    """Looks that stand after 'with': hair, skin, build."""
    found = []
    if "hair" in w.told:
        form = w.choose(WORDS["with"]["hair"][w.state("hair")])
        colour = ""
        if "{}" in form and w.tell("hair_colour"):
            colour = w.choose(WORDS["with"]["hair_colour"][w.truth["hair_colour"]]) + " "
        found.append(form.format(colour))
    elif w.tell("hair_colour"):
        colour = w.choose(WORDS["with"]["hair_colour"][w.truth["hair_colour"]])
        found.append(w.choose(("{} hair", "hair of {} colour", "{}-coloured hair")).format(colour))
    for name in ("skin", "build"):
        if name in w.told:
            found.append(w.choose(WORDS["with"][name][w.state(name)]))
    return found


def _colour(w: Writer, name: str) -> str:
    """'red ' if ``name`` is to be told, else nothing or a colour that the studio doesn't have."""
    if name in w.told:
        return w.choose(WORDS["colour"][w.state(name)]) + " "
    return w.choose(WORDS["colour"]["unknown"]) + " " if w.chance(0.15) else ""


def _clothes(w: Writer) -> list[str]:
    """What is worn, as nouns with articles: 'a red shirt', 'blue shorts', 'no hat'."""
    garments, found = WORDS["garment"], []
    for name, colour in (("top", "top_colour"), ("bottom", "bottom_colour")):
        value = w.truth.get(name)
        if value == "bare" or not w.told & {name, colour}:
            continue
        kind = "any"
        if name in w.told or (value and w.chance(0.5)):
            kind = w.state(name)
        worn = w.choose(garments[name][kind]).format(_colour(w, colour))
        if w.chance(0.08) and colour in w.told:
            worn += " in " + w.choose(WORDS["colour"][w.state(colour)])
        single = name == "top" or kind == "skirt"
        found.append(article(worn) if single and w.chance(0.8) else worn)
    if "shoe_colour" in w.told and w.truth["shoe_colour"] != "barefoot":
        found.append(w.choose(garments["shoes"]["any"]).format(_colour(w, "shoe_colour")))
    if "headwear" in w.told:
        value = w.state("headwear")
        worn = w.choose(WORDS["wear"]["headwear"][value])
        if value != "none" and w.chance(0.2):
            worn = w.choose(WORDS["colour"][w.another("top_colour")]) + " " + worn.split(" ", 1)[1]
        found.append(worn)
    w.rng.shuffle(found)
    return found


def _outfit(w: Writer) -> str | None:
    """'dressed in black', where top and bottom share the colour and that is to be told."""
    both = {"top_colour", "bottom_colour"}
    if not both <= w.told or w.truth["top_colour"] != w.truth["bottom_colour"]:
        return None
    if w.truth.get("top") == "bare" or w.chance(0.3):
        return None
    w.state("top_colour")
    return w.choose(WORDS["outfit"]["forms"]).format(
        w.choose(WORDS["colour"][w.state("bottom_colour")])
    )


def _states_of_dress(w: Writer) -> list[str]:
    """Phrases that stand without 'wearing': 'barefoot', 'shirtless', 'dressed in black'."""
    found = [outfit] if (outfit := _outfit(w)) else []
    if "shoe_colour" in w.told and w.truth["shoe_colour"] == "barefoot":
        w.state("shoe_colour")
        found.append(w.choose(WORDS["barefoot"]["forms"]))
    if "top" in w.told and w.truth["top"] == "bare":
        w.state("top")
        found.append(w.choose(WORDS["bare_top"]["forms"]))
    return found


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _looks(w: Writer) -> list[str]:
    """All of the person that is still to be told, as phrases after the person's name."""
    found = _states_of_dress(w)
    if clothes := _clothes(w):
        found.append(w.choose(("wearing ", "in ", "dressed in ", "with ")) + _listed(clothes))
    if features := _features(w):
        found.append("with " + _listed(features))
    if "handed" in w.told:
        found.append(w.describe("handed", WORDS["adjective"]))
    w.rng.shuffle(found)
    return found


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
    return w.choose(FILLER["english"])


# Whole captions


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
        text = _subject(w, agent_alone=True)
        if "action" in w.told:
            text += " " + gerund(_verb(w))
    if w.chance(0.4):
        text += _phase(w) if "action" in w.stated else ""
    if w.chance(0.3):
        text = " ".join([text, *_circumstances(w)])
    return text


def keywords(w: Writer, person: bool = True) -> list[str]:
    """Everything that is to be told as short items of a list, in random order.

    ``person``: where no action is told, name a person instead.
    """
    found = []
    if "action" in w.told:
        found.append((_noun(w) if w.chance(0.7) else gerund(_verb(w))) + _phase(w))
    elif person:
        found.append(_subject(w))
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
        found.append(_person(w, agent_alone=False))
    for name in ("age", "sex", "handed", "build", "skin"):
        if name in w.told and (name in ("age", "sex", "handed") or w.chance(0.5)):
            found.append(w.describe(name, WORDS["adjective"]))
    if "hair" in w.told and "hair_colour" in w.told and w.chance(0.3):
        found.append(w.describe("hair_colour", WORDS["adjective"]))
    found += _states_of_dress(w) + _clothes(w) + _features(w) + _tags(w)
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
        if action in WORDS["distances"] and w.chance(0.5):
            core = w.choose(WORDS["distances"][action])
        else:
            core = w.choose(WORDS["request"]["sets"]).format(w.choose(ACTIONS[action]["nouns"]))
    elif draw < 0.45 and "sex" in w.truth and w.truth["people"] == "one":
        w.state("people")
        name = w.choose(WORDS["names"][w.state("sex")])
        core = f"{name}'s {_noun(w)}"
    elif draw < 0.7:
        core = _noun(w)
        core = article(core) if w.chance(0.4) and not core.endswith(("s", "ing")) else core
    else:
        core = _subject(w)
        core += " " + gerund(_verb(w))
    core += _phase(w)
    rest = [*_looks(w), *_circumstances(w)]
    if rest:
        core += w.choose((" ", ", ")) + ", ".join(rest)
    core = w.choose(WORDS["request"]["forms"]).format(core) if w.chance(0.75) else core
    return _finish(w, core)


def _sentences(w: Writer) -> str:
    """One or several sentences."""
    split = w.chance(0.25)  # looks in sentences of their own
    named = not (w.chance(0.1) and w.told & {"action"})
    subject = _subject(w, agent_alone=w.chance(0.15)) if named else ""
    looks = [] if split else _looks(w)
    circumstances = _circumstances(w)
    early = circumstances[:1] if circumstances and w.chance(0.2) else []
    late = circumstances[len(early) :]

    verb = ""
    if "action" in w.told:
        plural_subject = w.truth["people"] != "one"
        draw = w.rng.random()
        if not named or draw < 0.4:
            verb = gerund(_verb(w))
        elif draw < 0.6:
            verb = ("are " if plural_subject else "is ") + gerund(_verb(w))
        elif draw < 0.8:
            base = _verb(w)
            verb = base if plural_subject else third_person(base)
        else:
            verb = w.choose(WORDS["doing"]["forms"]) + " " + _noun(w)
    if "action" in w.stated:
        verb += _phase(w)
    if named and not verb and w.chance(0.5):
        late = [w.choose(WORDS["idle"]["forms"]), *late]

    after = looks if w.chance(0.6) else []
    tail = looks if not after else []
    text = subject
    if after:
        text += " " + ", ".join(after) + ("," if w.chance(0.2) else "")
    text = " ".join(filter(None, [text, verb]))
    for piece in [*late, *tail]:
        text += w.choose((" ", " ", ", ")) + piece
    if early:
        text = early[0] + w.choose((", ", " ", ": ")) + text
    if w.chance(0.08):
        text = w.choose(WORDS["request"]["forms"]).format(text)
    text = text[:1].upper() + text[1:] if w.chance(0.6) else text
    text = _finish(w, text.strip())
    if split:
        text = text.rstrip(".") + ". " + " ".join(_own_sentences(w))
    return text.strip()


def _own_sentences(w: Writer) -> list[str]:
    """Looks that are still to be told, as sentences: 'She wears a red shirt.'"""
    if w.truth["people"] != "one":
        subject, has, wears, is_ = "They", "have", "wear", "are"
    elif w.stated.get("sex") and w.chance(0.8):
        subject, has, wears, is_ = (
            {"female": "She", "male": "He"}[w.stated["sex"]],
            "has",
            "wears",
            "is",
        )
    else:
        subject, has, wears, is_ = "The athlete", "has", "wears", "is"
    if subject == "They" and w.truth["people"] == "two":
        w.state("people")
    whose = {"They": "Their", "She": "Her", "He": "His"}.get(subject, "The")
    found = []
    for name, garment in (("top_colour", "top"), ("bottom_colour", "bottom")):
        if name in w.told and w.truth.get(garment, "bare") != "bare" and w.chance(0.3):
            noun = w.choose(WORDS["garment"][garment][w.state(garment)]).format("")
            be = "are" if noun.endswith("s") or subject == "They" else "is"
            found.append(f"{whose} {noun} {be} {w.choose(WORDS['colour'][w.state(name)])}.")
    if dress := _states_of_dress(w):
        found.append(f"{subject} {is_} {_listed(dress)}.")
    if clothes := _clothes(w):
        found.append(f"{subject} {w.choose((wears, is_ + ' wearing'))} {_listed(clothes)}.")
    if features := _features(w):
        found.append(f"{subject} {has} {_listed(features)}.")
    if "handed" in w.told:
        found.append(
            f"{subject} {is_} {w.choose(WORDS['adjective']['handed'][w.state('handed')])}."
        )
    if w.told & {"age", "build"}:
        words = [w.describe(n, WORDS["adjective"]) for n in ("age", "build") if n in w.told]
        found.append(f"{subject} {is_} {_listed(words)}.")
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
