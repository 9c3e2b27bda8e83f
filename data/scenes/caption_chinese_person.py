"""The person in a Chinese caption: who it is and what they look like.

Each function says what it takes from the writer and no more.
"""

from __future__ import annotations

from data.scenes.caption_writer import Writer
from data.scenes.lexicon import load

WORDS = load("chinese")
ACTIONS = load("chinese_actions")
SPORT_OF = {action: sport for sport in WORDS["sport"].values() for action in sport["actions"]}


def agents_of(w: Writer, alone: bool) -> list[str]:
    """Nouns for who does it; see the English grammar."""
    action = w.truth["action"]
    sport = SPORT_OF.get(action)
    agents = ACTIONS[action]["agents"]
    if sport and (not alone or sport["actions"][0] == action):
        return agents + sport["agents"]
    return agents


def person_of(w: Writer, agent_alone: bool) -> str:
    """Adjectives and a noun, without a number. ``agent_alone``: no verb will follow."""
    adjectives = [
        w.describe(name, WORDS["adjective"])
        for name in ("build", "skin", "handed")
        if name in w.told and w.chance(0.4)
    ]
    people = WORDS["person"]
    noun = ""
    if ({"age", "sex"} <= w.told and w.chance(0.8)) or (
        "sex" in w.told and w.truth.get("age") == "adult" and w.chance(0.4)
    ):
        noun = w.choose(people[f"{w.state('sex')}_{w.state('age')}"])
    elif "age" in w.told and "sex" not in w.told and w.chance(0.6):
        noun = w.choose(people[w.state("age")])
    else:
        if "age" in w.told:
            adjectives.append(w.describe("age", WORDS["adjective"]))
        agents = agents_of(w, agent_alone) if "action" in w.told else []
        if agents and w.chance(1.0 if agent_alone else 0.4):
            noun = w.choose(agents)
            if agent_alone:
                w.state("action")
            if "sex" in w.told:
                sex = w.state("sex")
                noun = (
                    w.choose(
                        {"female": ("女", "女子", "女性"), "male": ("男", "男子", "男性")}[sex]
                    )
                    + noun
                )
        else:
            noun = w.choose(people[w.state("sex")] if "sex" in w.told else people["plain"])
    w.rng.shuffle(adjectives)
    adjectives = [a if a.endswith("的") else a + "的" for a in adjectives]
    return "".join([*adjectives, noun])


def subject_of(w: Writer, agent_alone: bool = False) -> str:
    """Who it is: '一名运动员', '两个女孩', '他们', '小明'."""
    many = w.truth["people"]
    draw = w.rng.random()
    if many == "one":
        if draw < 0.15 and not agent_alone and "sex" in w.told:
            w.state("people")
            return {"female": "她", "male": "他"}[w.state("sex")]
        if draw < 0.2 and not agent_alone:
            w.state("people")
            return w.choose(WORDS["names"]["plain"])
        person = person_of(w, agent_alone)
        if draw < 0.55:
            return person
    elif many == "two" and draw < 0.35:
        w.state("people")
        if draw < 0.2 and not agent_alone:
            if w.truth.get("sex") == "female":
                w.state("sex")
                return w.choose(("她们", "她们俩", "她们两个"))
            return w.choose(("他们", "他们", "他们俩", "他们两个", "他们二人"))
        if draw < 0.24 and not agent_alone:
            return (
                w.choose(WORDS["names"]["plain"][:9])
                + w.choose("和与跟")
                + w.choose(WORDS["names"]["plain"][9:])
            )
        return person_of(w, agent_alone) + "们"
    elif many == "three" and draw < 0.12 and not agent_alone:
        w.state("people")
        if w.truth.get("sex") == "female":
            w.state("sex")
            return "她们三个"
        return w.choose(("他们三个", "他们三人", "他们仨"))
    else:
        person = person_of(w, agent_alone)
    return w.choose(WORDS["people"][w.state("people")]) + person


def _colour(w: Writer, name: str) -> str:
    """'红色(的)' if ``name`` is to be told, else nothing or a colour unknown to the studio."""
    if name in w.told:
        word = w.choose(WORDS["colour"][w.state(name)])
    elif w.chance(0.15):
        word = w.choose(WORDS["colour"]["unknown"])
    else:
        return ""
    return word + "的" if w.chance(0.3) and not word.endswith("的") else word


def _clothes(w: Writer) -> list[str]:
    """What is worn, without 穿: '红色背心', '蓝色短裤', '白色跑鞋'."""
    garments, found = WORDS["garment"], []
    for name, colour in (("top", "top_colour"), ("bottom", "bottom_colour")):
        value = w.truth.get(name)
        if value == "bare" or not w.told & {name, colour}:
            continue
        kind = "any"
        if name in w.told or (value and w.chance(0.5)):
            kind = w.state(name)
        found.append(w.choose(garments[name][kind]).format(_colour(w, colour)))
    if "shoe_colour" in w.told and w.truth["shoe_colour"] != "barefoot":
        found.append(w.choose(garments["shoes"]["any"]).format(_colour(w, "shoe_colour")))
    w.rng.shuffle(found)
    return found


def _dressed(w: Writer) -> list[str]:
    """Phrases of dress: '一身黑色', '光着上身', '赤脚', '戴着帽子', '穿着红色背心和蓝色短裤'."""
    found = []
    both = {"top_colour", "bottom_colour"}
    if both <= w.told and w.truth["top_colour"] == w.truth["bottom_colour"] and w.chance(0.7):
        w.state("top_colour")
        colour = w.choose(WORDS["colour"][w.state("bottom_colour")])
        found.append(w.choose(WORDS["outfit"]["forms"]).format(colour))
    if "top" in w.told and w.truth["top"] == "bare":
        w.state("top")
        found.append(w.choose(WORDS["bare_top"]["forms"]))
    if "shoe_colour" in w.told and w.truth["shoe_colour"] == "barefoot":
        w.state("shoe_colour")
        found.append(w.choose(WORDS["barefoot"]["forms"]))
    if "headwear" in w.told:
        found.append(w.choose(WORDS["wear"]["headwear"][w.state("headwear")]))
    if clothes := _clothes(w):
        listed = (
            clothes[0]
            if len(clothes) == 1
            else "、".join(clothes[:-1]) + w.choose("和、与") + clothes[-1]
        )
        found.append(w.choose(("穿着", "穿", "身穿", "身着", "穿了", "")) + listed)
    w.rng.shuffle(found)
    return found


def looks_of(w: Writer) -> list[str]:
    """All of the person that is still to be told, as phrases."""
    found = _dressed(w)
    if "hair" in w.told:
        form = w.choose(WORDS["with"]["hair"][w.state("hair")])
        colour = ""
        if "{}" in form and w.tell("hair_colour"):
            colour = w.choose(WORDS["with"]["hair_colour"][w.truth["hair_colour"]])
        found.append(form.format(colour))
    elif w.tell("hair_colour"):
        colour = w.choose(WORDS["with"]["hair_colour"][w.truth["hair_colour"]])
        found.append(
            colour + w.choose(("头发", "的头发")) if not colour.endswith("的") else colour + "头发"
        )
    for name in ("build", "skin", "age", "handed"):
        if name in w.told:
            found.append(w.describe(name, WORDS["adjective"]).removesuffix("的"))
    if "sex" in w.told:
        found.append(
            w.choose(
                {"female": ("女性", "女", "女生"), "male": ("男性", "男", "男生")}[w.state("sex")]
            )
        )
    w.rng.shuffle(found)
    return found
