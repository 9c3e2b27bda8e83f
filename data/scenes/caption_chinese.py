"""The Chinese grammar: sentences, requests and keywords that tell a writer's part of a scene."""

from __future__ import annotations

from data.scenes.caption_chinese_person import (
    ACTIONS,
    SPORT_OF,
    WORDS,
    looks_of,
    person_of,
    subject_of,
)
from data.scenes.caption_writer import Writer
from data.scenes.lexicon import load
from data.scenes.slips import nonsense

FILLER = load("outside")["filler"]
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


def _action(w: Writer, form: str) -> str:
    """The action as one of its ``verbs`` or ``nouns``, or the repetitions that tell it."""
    action = w.state("action")
    if form == "nouns" and action in WORDS["distances"] and w.chance(0.15):
        return w.choose(WORDS["distances"][action])
    sport = SPORT_OF.get(action)
    if sport and action == sport["actions"][0] and w.chance(0.2):
        return w.choose(sport[form])
    return w.choose(ACTIONS[action][form])


def _phase(w: Writer, before: tuple[str, ...] = ("的", ",", "", ",处于", ",正是")) -> str:
    """'的最低点', or nothing."""
    if w.tell("phase") is None:
        return ""
    action, phase = w.truth["phase"].split("/")
    return w.choose(before) + w.choose(ACTIONS[action]["phases"][phase])


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
    return nonsense(w.rng, "zh") if w.chance(0.25) else w.choose(FILLER["chinese"])


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
        text = subject_of(w, agent_alone=True)
        if "action" in w.told:
            text += _action(w, "verbs")
    if "action" in w.stated and w.chance(0.4):
        text += _phase(w)
    if "venue" in w.told and w.chance(0.5):
        text = w.choose(("在", "")) + _place(w) + text
    return text


def keywords(w: Writer, named: bool = True) -> list[str]:
    """Everything that is to be told as short items of a list, in random order.

    ``named``: where no action is told, name a person instead.
    """
    found = []
    if "action" in w.told:
        found.append(_action(w, "nouns" if w.chance(0.7) else "verbs") + _phase(w, ("的", "", " ")))
    elif named:
        found.append(subject_of(w))
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
        found.append(person_of(w, agent_alone=False))
    found += looks_of(w) + _tags(w)
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
        core = w.choose(WORDS["request"]["sets"]).format(w.choose(ACTIONS[action]["nouns"]))
    elif draw < 0.45 and w.truth["people"] == "one":
        w.state("people")
        core = w.choose(WORDS["names"]["plain"]) + "的" + _action(w, "nouns")
    elif draw < 0.75:
        core = _action(w, "nouns")
    else:
        core = subject_of(w) + _action(w, "verbs")
    core += _phase(w)
    rest = looks_of(w)
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
    looks = looks_of(w) if w.chance(0.25) else []
    unnamed = "action" in w.told and w.chance(0.08)
    subject = "" if unnamed else subject_of(w, agent_alone=w.chance(0.1))
    if looks:
        subject = _described(w, subject, looks)
    light = w.choose(WORDS["light"][w.state("light")]) if "light" in w.told else ""
    place = _place(w) if "venue" in w.told else ""
    verb = _predicate(w)

    if place and w.chance(0.2):
        text = w.choose(("{},", "{}", "在{},")).format(place) + subject
        text += w.choose(("正在", "正", "在")) + verb
    elif place:
        text = subject + w.choose(("正在", "在", "于", "正于")) + place + verb
    elif verb:
        text = subject + w.choose(("正在", "在", "", "正", "正在努力", "认真地")) + verb
    else:
        text = subject
    late = []
    if light and w.chance(0.6):
        text = light + w.choose((",", "", ",", "的时候,")) + text
    elif light:
        late = [w.choose(("在", "", "时间是")) + light]
    for piece in [*late, *looks_of(w)]:
        text += w.choose((",", ",", " ", "。")) + piece
    if w.chance(0.08):
        text = w.choose(WORDS["request"]["forms"]).format(text)
    return _finish(w, text)


def _described(w: Writer, subject: str, looks: list[str]) -> str:
    """Looks before the noun and after its number: 一名穿着红色背心的运动员."""
    numbers = (n for forms in WORDS["people"].values() for n in forms)
    number = next((n for n in numbers if subject.startswith(n)), "")
    described = w.choose((",", "、", "")).join(looks)
    described += "" if described.endswith("的") else "的"
    noun = subject[len(number) :] or w.choose(WORDS["person"]["plain"])
    return number + described + noun


def _predicate(w: Writer) -> str:
    """What is done, with its phase; empty at times where the subject tells it already."""
    if "action" in w.told:
        if w.chance(0.35):
            verb = w.choose(WORDS["doing"]["forms"]).format(_action(w, "nouns"))
        else:
            verb = _action(w, "verbs")
    elif "action" in w.stated and w.chance(0.5):
        verb = ""
    else:
        verb = w.choose(WORDS["idle"]["forms"])
    return verb + _phase(w) if "action" in w.stated else verb


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
