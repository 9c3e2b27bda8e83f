"""Which sport a word names: those of Garmin, Strava, TrainingPeaks, FIT, and plain words."""

from __future__ import annotations

import re

from data.plans.values import plain

WORDS: dict[str, str] = {
    "rest": r"rest|off|day off|rest day|ruhetag|休息|休|休整|放松日|停训",
    "multisport": r"triathlon|duathlon|multi-?sport|brick|铁人三项|两项",
    "swim": r"swim|swims|swimming|pool|open[ _]water|游泳|泳|自由泳|开放水域",
    "bike": r"bike|biking|ride|rides|riding|cycle|cycling|virtual[ _]?ride|e-?bike|spin|spinning|"
    r"mtb|gravel|peloton|zwift|turbo|骑行|骑车|自行车|单车|动感单车",
    "row": r"row|rowing|erg|kayak|kayaking|canoe|paddling|paddle|划船|赛艇|皮划艇",
    "ski": r"ski|skiing|xc-?ski|cross[ _]country[ _]skiing|nordic|snowboard|滑雪",
    "skate": r"skate|skating|inline|滑冰|轮滑",
    "walk": r"walk|walks|walking|hike|hiking|snowshoe|步行|走路|散步|健走|徒步|爬山|登山",
    "strength": r"strength|weights?|weight[ _]?training|gym|lift|lifting|core|crossfit|squats?|"
    r"conditioning|circuit|力量|举重|健身|核心|深蹲",
    "mobility": r"yoga|pilates|mobility|stretch|stretching|flexibility|瑜伽|拉伸|普拉提|柔韧",
    "team": r"soccer|football|basketball|volleyball|handball|hockey|rugby|baseball|足球|篮球|排球|"
    r"手球|棒球",
    "racket": r"tennis|badminton|squash|padel|table tennis|网球|羽毛球|乒乓球",
    "combat": r"boxing|judo|karate|wrestling|taekwondo|martial arts|拳击|柔道|空手道|摔跤|武术",
    "run": r"run|runs|running|jog|jogging|treadmill|trail|track|marathon|half[ -]marathon|parkrun|"
    r"5k|10k|strides?|fartlek|long run|跑步|跑|慢跑|长跑|轻松跑|节奏跑|间歇跑|马拉松|半马|全马|"
    r"越野跑|跑步机|田径|冲刺|变速跑",
}
"""The words of each sport; the first sport in this order that a text names is taken."""

PATTERNS = {
    sport: re.compile(
        "|".join(
            w if not w.isascii() else rf"(?<![a-z]){w}(?![a-z])" for w in words.split("|") if w
        )
    )
    for sport, words in WORDS.items()
}

WHOLE = {
    "mtb": "bike",
    "x-train": "other",
    "crosstrain": "other",
    "workout": "other",
    "training": "other",
    "generic": "other",
    "other": "other",
    "race": "other",
    "custom": "other",
    "day off": "rest",
    "biking": "bike",
    "weighttraining": "strength",
}
"""What a column of sports may hold that is a name only when it is the whole cell."""


def sport_of(text: object) -> str | None:
    """The sport that a text names, or None."""
    words = plain(text).lower().replace("_", " ")[:500]
    if words in WHOLE:
        return WHOLE[words]
    for sport, pattern in PATTERNS.items():
        if sport != "rest" and pattern.search(words):
            return sport
    return "rest" if is_rest(words) else None


REST = re.compile(
    rf"({WORDS['rest']}|complete rest|full rest|total rest|passive recovery|完全休息|全休|休息日|o)"
    r"(\s*[/,+]\s*(off|rest|rest day))*(?:\s+day)?[.!。！]?"
)


def is_rest(text: object) -> bool:
    """Whether a text says a day off, and not "400 m, rest 90 s"."""
    return bool(REST.fullmatch(plain(text).lower()))


def says_rest(text: str) -> bool:
    """Whether a text that also says other things says a day off: "flu, rest day"."""
    return bool(PATTERNS["rest"].search(plain(text).lower()))


ILL = re.compile(r"\b(ill|sick|illness|flu|fever|covid|cold)\b|生病|病假|感冒|发烧|流感")
INJURED = re.compile(
    r"\b(injur(y|ed|ies)|sprain(ed)?|strain(ed)? (calf|hamstring|groin))\b|受伤|伤病|扭伤|拉伤"
)
NOT_SO = re.compile(
    r"\b(not|no|without)\s+(sick|ill|injured|injury|illness)|injury[ -]prevention"
    r"|没有?(生病|受伤)|预防"
)


def health_of(text: object) -> str:
    """``ill``, ``injured`` or empty: what a remark says about the day."""
    words = plain(text).lower()[:2000]
    if NOT_SO.search(words):
        return ""
    if INJURED.search(words):
        return "injured"
    return (
        "ill"
        if ILL.search(words) and not re.search(r"cold (bath|water|plunge|weather)", words)
        else ""
    )
