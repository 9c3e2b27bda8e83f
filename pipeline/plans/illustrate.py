"""Each session as a picture: its words become a sentence, the sentence a picture.

for event in illustrate(sessions, runtime):
    if event.result is not None:
        pictures[event.result.key] = event.result.jpeg
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from PIL import Image

from data.plans.log import Session
from pipeline.events import Event
from pipeline.request import Prompt, Request
from pipeline.runtime import Runtime

SIZE = 256
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Shown:
    """What the picture of a session shows: how the athlete moves, how hard, and where.

    ``action`` and ``venue`` are values of the scene vocabulary, ``intensity`` ``easy``,
    ``steady`` or ``hard``.
    """

    action: str
    intensity: str
    venue: str


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn session: ``key`` tells which, ``jpeg`` is the file, ``prompt`` what was asked."""

    key: str
    prompt: str
    jpeg: bytes


NAMED: tuple[tuple[str, str, str], ...] = (
    (r"squat|深蹲", "squat", "gym"),
    (r"deadlift|硬拉", "deadlift", "gym"),
    (r"lunge|弓步|箭步", "lunge", "gym"),
    (r"push.?ups?|俯卧撑", "push_up", "gym"),
    (r"pull.?ups?|chin.?ups?|引体", "pull_up", "gym"),
    (r"yoga|瑜伽", "yoga_warrior", "studio"),
    (r"stretch|mobility|拉伸|柔韧|灵活", "stretching", "studio"),
    (r"hurdle|跨栏", "hurdles", "track"),
    (r"long jump|跳远", "long_jump", "track"),
    (r"high jump|跳高", "high_jump", "track"),
    (r"javelin|标枪", "javelin_throw", "track"),
    (r"shot put|铅球", "shot_put", "track"),
    (r"basketball|shooting practice|篮球|投篮", "basketball_shot", "indoor_court"),
    (r"badminton|羽毛球", "badminton_smash", "indoor_court"),
    (r"table tennis|乒乓", "table_tennis", "indoor_court"),
    (r"tennis|网球", "tennis_serve", "tennis_court"),
    (r"volleyball|排球", "volleyball_spike", "indoor_court"),
    (r"football|soccer|足球", "football_kick", "pitch"),
    (r"boxing|拳击", "boxing_punch", "ring"),
    (r"golf|高尔夫", "golf_swing", "park"),
    (r"row(ing|er)?\b|划船|赛艇", "rowing", "gym"),
    (r"swim|freestyle|游泳|自由泳", "freestyle_swim", "pool"),
    (r"bike|ride|cycling|spin\b|骑行|骑车|自行车", "cycling", "road"),
)
"""Words of a session, what they are drawn as and where; the first that fits counts."""

BY_SPORT = {
    "run": ("distance_run", "park"),
    "walk": ("distance_run", "park"),
    "bike": ("cycling", "road"),
    "swim": ("freestyle_swim", "pool"),
    "row": ("rowing", "gym"),
    "strength": ("squat", "gym"),
    "mobility": ("stretching", "studio"),
    "team": ("football_kick", "pitch"),
    "racket": ("tennis_forehand", "tennis_court"),
    "combat": ("boxing_punch", "ring"),
    "rest": ("rest", "park"),
}
HARD = re.compile(
    r"\d\s*[x×*]\s*\d|interval|sprint|vo2|strides|hill|fartlek|race|间歇|冲刺|加速|比赛|测试", re.I
)
STEADY = re.compile(r"tempo|threshold|pace|long|steady|节奏|阈值|乳酸|长距离|长跑|配速", re.I)
PLACES = (
    (r"track|田径场|跑道", "track"),
    (r"beach|沙滩|海边", "beach"),
    (r"park|trail|forest|公园|越野", "park"),
    (r"road|street|公路|路跑", "road"),
    (r"\bgym\b|健身房", "gym"),
)

ENGLISH = {
    "distance_run": "running",
    "sprint": "sprinting",
    "cycling": "cycling on a racing bike",
    "freestyle_swim": "swimming freestyle",
    "rowing": "rowing on a rowing machine",
    "squat": "doing a barbell squat",
    "deadlift": "doing a deadlift",
    "lunge": "doing a lunge",
    "push_up": "doing push-ups",
    "pull_up": "doing pull-ups",
    "yoga_warrior": "holding the yoga warrior pose",
    "stretching": "stretching",
    "hurdles": "running hurdles",
    "long_jump": "doing a long jump",
    "high_jump": "doing a high jump",
    "javelin_throw": "throwing a javelin",
    "shot_put": "putting the shot",
    "basketball_shot": "shooting a basketball",
    "badminton_smash": "playing a badminton smash",
    "table_tennis": "playing table tennis",
    "tennis_serve": "serving at tennis",
    "tennis_forehand": "playing a tennis forehand",
    "volleyball_spike": "spiking a volleyball",
    "football_kick": "kicking a football",
    "boxing_punch": "boxing",
    "golf_swing": "swinging a golf club",
    "rest": "resting, sitting on the ground",
}
MANDARIN = {
    "distance_run": "长跑",
    "sprint": "冲刺短跑",
    "cycling": "骑公路自行车",
    "freestyle_swim": "自由泳",
    "rowing": "用划船机划船",
    "squat": "做杠铃深蹲",
    "deadlift": "做硬拉",
    "lunge": "做弓步蹲",
    "push_up": "做俯卧撑",
    "pull_up": "做引体向上",
    "yoga_warrior": "做瑜伽战士式",
    "stretching": "拉伸",
    "hurdles": "跨栏",
    "long_jump": "跳远",
    "high_jump": "跳高",
    "javelin_throw": "投标枪",
    "shot_put": "推铅球",
    "basketball_shot": "投篮",
    "badminton_smash": "打羽毛球杀球",
    "table_tennis": "打乒乓球",
    "tennis_serve": "网球发球",
    "tennis_forehand": "打网球正手",
    "volleyball_spike": "排球扣球",
    "football_kick": "踢足球",
    "boxing_punch": "打拳击",
    "golf_swing": "打高尔夫球",
    "rest": "坐着休息",
}
VENUES = {
    "track": ("on the track", "田径场"),
    "park": ("in the park", "公园"),
    "road": ("on the road", "公路上"),
    "pool": ("in the pool", "泳池"),
    "gym": ("in the gym", "健身房"),
    "studio": ("in a studio", "训练室"),
    "pitch": ("on the pitch", "足球场"),
    "beach": ("on the beach", "沙滩"),
    "indoor_court": ("on an indoor court", "室内球场"),
    "tennis_court": ("on a tennis court", "网球场"),
    "ring": ("in the ring", "拳击台上"),
}
COLOURS = (
    ("red", "红色"),
    ("blue", "蓝色"),
    ("green", "绿色"),
    ("orange", "橙色"),
    ("purple", "紫色"),
    ("yellow", "黄色"),
)


def shown(session: Session) -> Shown:
    """Action, intensity and venue that a session's words and sport stand for."""
    words = f"{session.title}\n{session.text}".lower()
    if session.is_rest:
        return Shown("rest", "easy", "park")
    hard = bool(HARD.search(words)) or (session.rpe or 0) >= 7
    steady = bool(STEADY.search(words)) or (session.rpe or 0) >= 5
    intensity = "hard" if hard else "steady" if steady else "easy"
    action, venue = BY_SPORT.get(session.sport, ("distance_run", "park"))
    if session.sport not in ("run", "swim", "bike"):
        named = next((n for n in NAMED if re.search(n[0], words)), None)
        if named is not None:
            _pattern, action, venue = named
    if action == "distance_run":
        action = "sprint" if intensity == "hard" else action
        venue = {"hard": "track", "steady": "road", "easy": "park"}[intensity]
        venue = next((place for pattern, place in PLACES if re.search(pattern, words)), venue)
    return Shown(action, intensity, venue)


def sentence(session: Session, chinese: bool | None = None) -> str:
    """The prompt: in Chinese where the session's words are, unless told."""
    if chinese is None:
        chinese = bool(CHINESE.search(session.title + session.text))
    seen = shown(session)
    colour = COLOURS[crc32(session.athlete.encode()) % len(COLOURS)]
    light = {"hard": ("", ""), "steady": ("", ""), "easy": (" at sunset", "日落时分，")}
    outdoors = seen.venue in ("park", "road", "beach", "track", "pitch")
    when = light[seen.intensity] if outdoors else ("", "")
    english, mandarin = VENUES[seen.venue]
    if chinese:
        return f"{when[1]}穿{colour[1]}上衣的运动员在{mandarin}{MANDARIN[seen.action]}，侧面"
    place = f"{english}{when[0]}, seen from the side"
    return f"An athlete in a {colour[0]} shirt {ENGLISH[seen.action]} {place}"


def requests(sessions: Sequence[Session]) -> list[tuple[str, Request]]:
    """(key, request) of each session in order.

    The key changes with what is drawn alone, so a session that was moved or made longer keeps its
    picture. Sessions alike in one list take different seeds.
    """
    seen: dict[str, int] = {}
    found = []
    for session in sessions:
        text = sentence(session)
        title = f"{session.title}\n{text}"
        seen[title] = seen.get(title, -1) + 1
        seed = crc32(title.encode()) % 100_000 + seen[title]
        key = hashlib.sha256(f"{text}\n{seed}".encode()).hexdigest()[:16]
        found.append((key, Request(Prompt(text), seed=seed, size=SIZE)))
    return found


def illustrate(
    sessions: Sequence[Session], runtime: Runtime, held: Collection[str] = ()
) -> Iterator[Event]:
    """Draw the sessions' pictures, those of ``held`` keys left out; a result each.

    Yields the events of :func:`pipeline.generate` with fractions of the whole.
    """
    from pipeline.text_to_image import generate

    missing = {key: request for key, request in requests(sessions) if key not in held}
    for n, (key, request) in enumerate(missing.items()):
        for event in generate(request, runtime):
            result = event.result
            if result is not None:
                file = io.BytesIO()
                Image.fromarray(result.picture).save(file, "JPEG", quality=90)
                result = Picture(key, request.prompt.text, file.getvalue())
            fraction = (n + event.fraction) / len(missing)
            yield replace(event, fraction=fraction, picture=n, result=result)
