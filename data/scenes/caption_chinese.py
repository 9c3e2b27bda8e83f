"""The Chinese grammar: sentences, requests and keywords that tell a writer's part of a scene."""

from __future__ import annotations

from data.scenes.caption_writer import Writer
from data.scenes.lexicon import load

WORDS = load("chinese")
ACTIONS = load("chinese_actions")
FILLER = load("outside")["filler"]
_SPORT_OF = {action: sport for sport in WORDS["sport"].values() for action in sport["actions"]}

_INSIDE = {"gym": "里", "pool": "里", "park": "里", "studio": "里", "indoor_court": "上"}
"""What follows a place after 在; places not named here take 上."""


def write(w: Writer) -> str:
    """One caption: sentences mostly, else a coach's request, keywords, or the bare action."""
    kind = w.rng.random()
    if kind < 0.08:
        return _bare(w)
    if kind < 0.26:
        return _joined_keywords(w)
    if kind < 0.42:
        return _request(w)
    return _sentences(w)


# Pieces of a caption. Each says what it takes from the writer and no more.


def _agents(w: Writer, alone: bool) -> list[str]:
    """Nouns for who does it; see the English grammar."""
    action = w.truth["action"]
    sport = _SPORT_OF.get(action)
    agents = ACTIONS[action]["agents"]
    if sport and (not alone or sport["actions"][0] == action):
        return agents + sport["agents"]
    return agents


def _action(w: Writer, form: str) -> str:
    """The action as one of its ``verbs`` or ``nouns``."""
    action = w.state("action")
    sport = _SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport[form])
    return w.choose(ACTIONS[action][form])


def _phase(w: Writer, before: tuple[str, ...] = ("的", ",", "", ",处于", ",正是")) -> str:
    """'的最低点', or nothing."""
    if w.tell("phase") is None:
        return ""
    action, phase = w.truth["phase"].split("/")
    return w.choose(before) + w.choose(ACTIONS[action]["phases"][phase])


def _person(w: Writer, agent_alone: bool) -> str:
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
        agents = _agents(w, agent_alone) if "action" in w.told else []
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


def _subject(w: Writer, agent_alone: bool = False) -> str:
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
        person = _person(w, agent_alone)
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
        return _person(w, agent_alone) + "们"
    elif many == "three" and draw < 0.12 and not agent_alone:
        w.state("people")
        if w.truth.get("sex") == "female":
            w.state("sex")
            return "她们三个"
        return w.choose(("他们三个", "他们三人", "他们仨"))
    else:
        person = _person(w, agent_alone)
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


def _looks(w: Writer) -> list[str]:
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


def _place(w: Writer) -> str:
    """'篮球场上': the venue with what follows it after 在."""
    venue = w.state("venue")
    place = w.choose(WORDS["venue"][venue])
    if place.endswith(("上", "里", "边", "下", "中", "内")) or w.chance(0.3):
        return place
    if place.endswith("背景"):
        return place + "前"
    return place + _INSIDE.get(venue, "上")


def _tags(w: Writer) -> list[str]:
    """Camera and style, as phrases that stand after a comma."""
    found = []
    for name in ("view", "camera_height", "framing", "style"):
        if name in w.told:
            word = w.choose(WORDS[name][w.state(name)])
            if w.chance(0.25):
                word = w.choose(
                    ("{}风格", "{}画风", "以{}呈现")
                    if name == "style"
                    else ("{}拍摄", "镜头:{}", "{}镜头")
                ).format(word)
            found.append(word)
    w.rng.shuffle(found)
    return found


def _negation(w: Writer) -> str:
    """'不是晚上': something that the picture doesn't show and that therefore states nothing."""
    name = w.choose(
        ("venue", "light", "view", "camera_height", "framing", "style", "action", "top")
    )
    value = w.another(name)
    if name == "action":
        return w.choose(("不要{}", "不是{}", "别画{}", "而不是{}", "没有{}")).format(
            w.choose(ACTIONS[value]["nouns"])
        )
    if name == "top":
        colour = w.choose(WORDS["colour"][w.another("top_colour")])
        kind = w.choose(("t_shirt", "tank_top", "long_sleeve", "any"))
        garment = w.choose(WORDS["garment"]["top"][kind]).format(colour)
        return w.choose(("不穿{}", "不要{}", "没穿{}", "不是{}")).format(garment)
    form = w.choose(WORDS[name][value])
    if name == "venue":
        return w.choose(("不在{}", "不要{}", "不是在{}", "而不是{}")).format(form)
    return w.choose(("不要{}", "不是{}", "别用{}", "而非{}", "不能是{}")).format(form)


def _filler(w: Writer) -> str:
    return w.choose(FILLER["chinese"])


# Whole captions


def _bare(w: Writer) -> str:
    """The action and hardly more: '深蹲', '正在投篮', '拳击手'."""
    if "action" not in w.told:
        return _sentences(w)
    draw = w.rng.random()
    if draw < 0.5:
        text = _action(w, "nouns")
    elif draw < 0.7:
        text = _action(w, "verbs")
    elif draw < 0.8:
        text = w.choose(("在", "正在", "正")) + _action(w, "verbs")
    else:
        text = _subject(w, agent_alone=True)
        if "action" in w.told:
            text += _action(w, "verbs")
    if "action" in w.stated and w.chance(0.4):
        text += _phase(w)
    if "venue" in w.told and w.chance(0.5):
        text = w.choose(("在", "")) + _place(w) + text
    return text


def keywords(w: Writer, person: bool = True) -> list[str]:
    """Everything that is to be told as short items of a list, in random order.

    ``person``: where no action is told, name a person instead.
    """
    found = []
    if "action" in w.told:
        found.append(_action(w, "nouns" if w.chance(0.7) else "verbs") + _phase(w, ("的", "", " ")))
    elif person:
        found.append(_subject(w))
    if "people" in w.told:
        many = w.state("people")
        if many == "one":
            found.append(w.choose(("单人", "一个人", "独自一人", "一人", "1人", "单独")))
        else:
            plain = w.choose(WORDS["people"][many]) + w.choose(WORDS["person"]["plain"])
            short = {
                "two": ("双人", "两人", "2人", "俩人"),
                "three": ("三人", "3人", "多人", "集体"),
            }
            found.append(plain if w.chance(0.5) else w.choose(short[many]))
    if w.told & {"sex", "age"} and w.chance(0.6):
        found.append(_person(w, agent_alone=False))
    found += _looks(w) + _tags(w)
    for name in ("venue", "light"):
        if name in w.told:
            found.append(w.choose(WORDS[name][w.state(name)]))
    if w.chance(0.3):
        found.append(_filler(w))
    if w.chance(0.08):
        found.append(_negation(w))
    w.rng.shuffle(found)
    return found


def _joined_keywords(w: Writer) -> str:
    return w.choose((",", ",", "、", " ", " ", "/", ";", ", ", "\n", "。", "")).join(keywords(w))


def _request(w: Writer) -> str:
    """What a coach asks for: '画一个深蹲', '8×400米跑,傍晚操场', '小明的深蹲反馈'."""
    if "action" not in w.told:
        return _sentences(w)
    action = w.truth["action"]
    draw = w.rng.random()
    if draw < 0.3:
        w.state("action")
        if action in WORDS["distances"] and w.chance(0.5):
            core = w.choose(WORDS["distances"][action])
        else:
            core = w.choose(WORDS["request"]["sets"]).format(w.choose(ACTIONS[action]["nouns"]))
    elif draw < 0.45 and w.truth["people"] == "one":
        w.state("people")
        core = w.choose(WORDS["names"]["plain"]) + "的" + _action(w, "nouns")
    elif draw < 0.75:
        core = _action(w, "nouns")
    else:
        core = _subject(w) + _action(w, "verbs")
    core += _phase(w)
    rest = _looks(w)
    if "venue" in w.told:
        rest.append(w.choose(("在", "")) + _place(w))
    if "light" in w.told:
        rest.append(w.choose(WORDS["light"][w.state("light")]))
    w.rng.shuffle(rest)
    if rest:
        core = w.choose((",", "、", " ")).join([core, *rest])
    if w.chance(0.75):
        core = w.choose(WORDS["request"]["forms"]).format(core)
    return _finish(w, core)


def _sentences(w: Writer) -> str:
    """One or several sentences."""
    looks_first = w.chance(0.5)
    looks = _looks(w) if looks_first and w.chance(0.5) else []
    subject = (
        "" if w.chance(0.08) and "action" in w.told else _subject(w, agent_alone=w.chance(0.1))
    )
    if looks:
        # 一名 stands before the looks: 一名穿着红色背心的运动员
        number = next(
            (n for many in WORDS["people"].values() for n in many if subject.startswith(n)), ""
        )
        described = w.choose((",", "、", "")).join(looks)
        described += "" if described.endswith("的") else "的"
        if subject in ("他", "她") or not subject:
            subject = described + (subject or w.choose(WORDS["person"]["plain"]))
        else:
            subject = number + described + subject[len(number) :]

    light = w.choose(WORDS["light"][w.state("light")]) if "light" in w.told else ""
    place = _place(w) if "venue" in w.told else ""
    verb = ""
    if "action" in w.told:
        if w.chance(0.35):
            frame = w.choose(
                (
                    "进行{}",
                    "进行{}训练",
                    "练习{}",
                    "做{}",
                    "做{}训练",
                    "做{}动作",
                    "训练{}",
                    "参加{}训练",
                    "完成{}",
                    "展示{}",
                    "演示{}",
                )
            )
            verb = frame.format(_action(w, "nouns"))
        else:
            verb = _action(w, "verbs")
    elif "action" not in w.stated or w.chance(0.5):
        verb = w.choose(("训练", "锻炼", "运动", "做运动", "摆姿势", "比赛"))
    if "action" in w.stated:
        verb += _phase(w)

    early = light and w.chance(0.6)
    text = subject
    if place and w.chance(0.2):
        text = (
            w.choose(("{},", "{}", "在{},")).format(place)
            + subject
            + w.choose(("正在", "正", "在"))
            + verb
        )
    elif place:
        text += w.choose(("正在", "在", "于", "正于")) + place + w.choose(("", "", "上"[:0])) + verb
    else:
        text += w.choose(("正在", "在", "", "正", "正在努力", "认真地")) + verb if verb else ""
    if early:
        text = light + w.choose((",", "", ",", "的时候,")) + text
    rest = ([] if early or not light else [w.choose(("在", "", "时间是")) + light]) + _looks(w)
    for piece in rest:
        text += w.choose((",", ",", " ", "。")) + piece
    if w.chance(0.08):
        text = w.choose(WORDS["request"]["forms"]).format(text)
    return _finish(w, text)


def _finish(w: Writer, text: str) -> str:
    """Camera, style, filler and negations, and the full stop."""
    extras = _tags(w)
    if w.chance(0.35):
        extras.insert(int(w.rng.random() * (len(extras) + 1)), _filler(w))
    if w.chance(0.1):
        extras.insert(int(w.rng.random() * (len(extras) + 1)), _negation(w))
    if w.truth["people"] == "two" and w.chance(0.25):
        w.state("people")
        extras.append(w.choose(FILLER["chinese_plural"]))
        if w.chance(0.5):
            extras.append(_filler(w))
    if extras and w.chance(0.2):
        text = w.choose(("{}:", "{},", "{}的", "{}。", "{} ")).format(extras.pop(0)) + text
    for extra in extras:
        text += w.choose((",", ",", " ", "。")) + extra
    return text + "。" if w.chance(0.5) else text
