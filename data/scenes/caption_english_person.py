"""The person in an English caption: who it is and what they look like.

Each function says what it takes from the writer and no more.
"""

from __future__ import annotations

from data.scenes.caption_writer import Writer
from data.scenes.english_forms import article, plural
from data.scenes.lexicon import load

WORDS = load("english")
ACTIONS = load("english_actions")
SPORT_OF = {action: sport for sport in WORDS["sport"].values() for action in sport["actions"]}


def agents_of(w: Writer, alone: bool) -> list[str]:
    """Nouns for who does it: 'sprinter', 'tennis player' …

    A player of a sport tells the sport's first action; of another one only together with a verb.
    """
    action = w.truth["action"]
    agents = ACTIONS[action]["agents"]
    sport = SPORT_OF.get(action)
    if sport and (not alone or sport["actions"][0] == action):
        return agents + sport["agents"]
    return agents


def person_of(w: Writer, agent_alone: bool) -> str:
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
        agents = agents_of(w, agent_alone) if "action" in w.told else []
        if agents and w.chance(1.0 if agent_alone else 0.4):
            noun = w.choose(agents)
            if agent_alone:
                w.state("action")
    w.rng.shuffle(adjectives)
    return " ".join([*adjectives, noun])


def subject_of(w: Writer, agent_alone: bool = False) -> str:
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
        person = person_of(w, agent_alone)
        draw = w.rng.random()
        if draw < 0.25:
            return person  # a headline: "female sprinter on the track"
        w.state("people")
        if draw < 0.72:
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
        return w.choose(("", "the ", "some ", "our ")) + plural(person_of(w, agent_alone))
    w.state("people")
    return w.choose(WORDS["people"][many]) + " " + plural(person_of(w, agent_alone))


def features_of(w: Writer) -> list[str]:
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


def clothes_of(w: Writer) -> list[str]:
    """What is worn, as nouns with articles: 'a red shirt', 'blue shorts', 'no hat'."""
    garments, found = WORDS["garment"], []
    for name, colour in (("top", "top_colour"), ("bottom", "bottom_colour")):
        value = w.truth.get(name)
        if value == "bare" or not w.told & {name, colour}:
            continue
        kind = "any"
        if name in w.told or (value and w.chance(0.5)):
            kind = w.state(name)
        worn = w.choose(garments[name][kind])
        if colour in w.told and w.chance(0.08):
            worn = worn.format("") + " in " + w.choose(WORDS["colour"][w.state(colour)])
        worn = worn.format(_colour(w, colour))
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


def states_of_dress(w: Writer) -> list[str]:
    """Phrases that stand without 'wearing': 'barefoot', 'shirtless', 'dressed in black'."""
    found = [outfit] if (outfit := _outfit(w)) else []
    if "shoe_colour" in w.told and w.truth["shoe_colour"] == "barefoot":
        w.state("shoe_colour")
        found.append(w.choose(WORDS["barefoot"]["forms"]))
    if "top" in w.told and w.truth["top"] == "bare":
        w.state("top")
        found.append(w.choose(WORDS["bare_top"]["forms"]))
    if "headwear" in w.told and w.truth["headwear"] == "none" and w.chance(0.6):
        w.state("headwear")
        found.append(w.choose(WORDS["bareheaded"]["forms"]))
    return found


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def looks_of(w: Writer) -> list[str]:
    """All of the person that is still to be told, as phrases after the person's name."""
    found = states_of_dress(w)
    if clothes := clothes_of(w):
        found.append(w.choose(("wearing ", "in ", "dressed in ", "with ")) + listed(clothes))
    if features := features_of(w):
        found.append("with " + listed(features))
    if "handed" in w.told:
        found.append(w.describe("handed", WORDS["adjective"]))
    w.rng.shuffle(found)
    return found
