"""What the text of one session says: sport, duration, distance, effort, steps.

English and Chinese, as coaches write: ``8x400m @ 5k pace w/ 90s jog``, ``10公里 轻松跑``,
``2 x 20 min @ 95% FTP, RPE 7``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from data.plans.log import Health, Note, Session, Step
from data.plans.sports import health_of, is_rest, says_rest, sport_of
from data.plans.values import LENGTH_UNIT, METRES, MILE, SECONDS, TIME_UNIT, duration, number, plain

MOST_REPEATS = 60
SHORTEST_S, SHORTEST_M = 600, 1000

AMOUNT = rf"(\d+(?:[.,]\d+)?)\s*({LENGTH_UNIT}|{TIME_UNIT})(?![a-z])"
REPEATS = re.compile(
    rf"(\d{{1,3}})\s*(?:x|×|\*|组\s*[x×]?|次\s*[x×]?)\s*(?=[(\d（]){{0,1}}[(（]?\s*{AMOUNT}"
)
CLOCKED = re.compile(r"(\d{1,3})\s*(?:x|×|\*)\s*(\d{1,2}):(\d{2})(?!\d)")
BREAK = re.compile(
    rf"(?:\bw(?:ith|/)?\s*|/\s*|,\s*|\(\s*|\bon\s+|休息?|间歇|恢复|组间|慢跑)\s*{AMOUNT}\s*"
    r"(?:(?:easy|slow|of)\s)?(?:rest|rec\w*|jog\w*|walk|off|easy|float|rolls?|休息|慢跑|恢复|间歇)?"
)
BREAK_WORD = re.compile(
    r"rest|recover|rec\b|jog|walk|\boff\b|easy|float|休|慢跑|恢复|间歇", re.IGNORECASE
)
PART = re.compile(
    rf"(?P<name>warm[- ]?up|wu|cool[- ]?down|cd|热身|准备活动|冷身|放松|整理)\W{{0,3}}{AMOUNT}"
    rf"|{AMOUNT}\s?(?P<name2>warm[- ]?up|wu|cool[- ]?down|cd|热身|冷身|放松)(?![a-z])",
    re.IGNORECASE,
)
PERCENT_FTP = re.compile(
    r"(\d{2,3})(?:\s*%?\s*[-–~至]\s*(\d{2,3}))?\s*%\s*(?:of\s+)?(?:ftp|cp|功率)?", re.IGNORECASE
)
WATTS = re.compile(
    r"(\d{2,4})(?:\s*[-–~至]\s*(\d{2,4}))?\s*(?:w|watts?|瓦)(?![a-z])", re.IGNORECASE
)
PACE = re.compile(
    r"@?\s*(\d{1,2}):(\d{2})(?:\s*[-–~]\s*(\d{1,2}):(\d{2}))?\s*(?:min)?\s*/\s*(km|mi|mile|公里|100\s?m)"
)
ZONE = re.compile(
    r"\b(?:z|zone)\s?([1-7])(?:\s*[-–/]\s*(?:z|zone)?\s?([1-7]))?(?!\d)|([1-7])\s*区", re.IGNORECASE
)
BPM = re.compile(r"(\d{2,3})(?:\s*[-–~]\s*(\d{2,3}))?\s*(?:bpm|次/分|心率)", re.IGNORECASE)
RPE = re.compile(
    r"\brpe\s*[:=@]?\s*(\d{1,2}(?:[.,]\d)?)|(\d{1,2}(?:\.\d)?)\s*/\s*10\b|自感(?:用力)?\s*(\d{1,2})",
    re.IGNORECASE,
)
LOAD = re.compile(
    r"\b(tss|rss|trimp|load|relative effort)\b\s*[:=]?\s*(\d{1,4}(?:\.\d+)?)"
    r"|(\d{1,4}(?:\.\d+)?)\s*(tss)\b",
    re.IGNORECASE,
)
TOTAL_TIME = re.compile(
    r"(?<![\d.,:x×*])(\d{1,2}\s*(?:h|hr|小时)\s*\d{1,2}\s*(?:min|m|分钟?)?(?![a-z])"
    rf"|\d{{1,2}}:\d{{2}}:\d{{2}}|(?:\d+\s*[-–~至]\s*)?\d+(?:[.,]\d+)?\s*(?:{TIME_UNIT})(?![a-z]))",
    re.IGNORECASE,
)
TOTAL_LENGTH = re.compile(
    rf"(?<![\d.,:x×*])(\d+(?:[.,]\d+)?)\s*(?:[-–~至]\s*(\d+(?:[.,]\d+)?)\s*)?({LENGTH_UNIT})"
    r"(?![a-z/])(?!\s*(?:race\s+)?(?:pace|配速))",
    re.IGNORECASE,
)
RACES = {
    "half marathon": 21_097.5,
    "半程马拉松": 21_097.5,
    "半马": 21_097.5,
    "marathon": 42_195.0,
    "马拉松": 42_195.0,
    "全马": 42_195.0,
}


def describe(session: Session) -> Session:
    """The session with what its title and text say put into the fields that are still empty."""
    words = plain(f"{session.title} {session.text}")[:4000]
    if not words:
        return session
    lower = words.lower()
    changes: dict[str, Any] = {}
    if session.sport == "other":
        changes["sport"] = sport_of(lower) or ("rest" if is_rest(session.title) else "other")
    if not session.health:
        changes["health"] = cast(Health, health_of(lower))
    if changes.get("health") and changes.get("sport") == "other" and says_rest(lower):
        changes["sport"] = "rest"
    if changes.get("sport", session.sport) == "rest":
        return replace(session, **changes)
    if session.rpe is None and (rpe := RPE.search(lower)):
        changes["rpe"] = number((rpe[1] or rpe[2] or rpe[3]).replace(",", "."))
    if session.load is None and (load := LOAD.search(lower)):
        changes["load"] = float(load[2] or load[3])
        name = load[1] or load[4]
        changes["load_name"] = name.upper() if len(name) < 6 else name
    steps = session.steps or steps_of(words)
    changes["steps"] = steps
    long, far = totals(words, steps)
    if session.duration_s is None:
        changes["duration_s"] = long
    if session.distance_m is None:
        changes["distance_m"] = far
    if changes.get("sport") == "other" and any(s.target.startswith("power") for s in steps):
        changes["sport"] = "bike"
    elif changes.get("sport") == "other" and (far or PACE.search(lower)):
        changes["sport"] = "run"  # runners are those who write a distance and no sport
    return replace(session, **changes)


def with_usual_sport(sessions: list[Session]) -> tuple[list[Session], list[Note]]:
    """A plan of one sport doesn't repeat it: "40 min tempo" among runs is a run.

    Sessions of no named sport take that of all others, strength and the like aside.
    """
    named = {s.sport for s in sessions} - {"rest", "other", "strength", "mobility"}
    silent = sum(s.sport == "other" and not s.health for s in sessions)
    if len(named) != 1 or not silent:
        return sessions, []
    (usual,) = named
    result = [
        replace(s, sport=usual) if s.sport == "other" and not s.health else s for s in sessions
    ]
    return result, [
        Note("{count} sessions name no sport and were read as {sport}.", count=silent, sport=usual)
    ]


def totals(words: str, steps: tuple[Step, ...]) -> tuple[float | None, float | None]:
    """Seconds and metres of the whole session: as said, else as the steps add up.

    Where there are steps, only what stands before the first of them is about the whole.
    """
    said = words[: min(m.start() for m in _marks(words))] if steps and _marks(words) else words
    long, far = None, None
    if found := TOTAL_TIME.search(said):
        low, _, high = re.sub(r"[–~至]", "-", found[1]).rpartition("-")
        long = duration(high)
        if low and long is not None:
            long *= (float(low) / float(re.findall(r"\d+(?:\.\d+)?", high)[0]) + 1) / 2
    if found := TOTAL_LENGTH.search(said):
        ends = [float(n.replace(",", ".")) for n in (found[1], found[2] or found[1])]
        far = sum(ends) / 2 * METRES[found[3].lower()]
    added = sum(s.duration_s or 0 for s in steps), sum(s.distance_m or 0 for s in steps)
    # Less than this are strides at the end of a run that says nothing of its own length.
    if long is None and added[0] >= SHORTEST_S and all(s.duration_s is not None for s in steps):
        long = added[0]
    work = [s for s in steps if s.effort != "recovery"]
    if far is None and added[1] >= SHORTEST_M and all(s.distance_m for s in work):
        far = added[1]
    if far is None and long is None:
        named = (
            m for race, m in RACES.items() if re.search(rf"{race}(?! pace|配速)", said.lower())
        )
        far = next(named, None)
    return long, far


def _marks(words: str) -> list[re.Match[str]]:
    """Where warm-up, repeats and cool-down stand."""
    return [m for pattern in (REPEATS, CLOCKED, PART) for m in pattern.finditer(words)]


def steps_of(words: str) -> tuple[Step, ...]:
    """The steps of a session whose text has repeats; empty for a steady one."""
    parts = [(m.start(), _part(m)) for m in PART.finditer(words)]
    sets = []
    for found in REPEATS.finditer(words):
        long, far = _amount(found[2], found[3])
        sets.append((found.start(), found.end(), int(found[1]), long, far))
    for found in CLOCKED.finditer(words):
        seconds = int(found[2]) * 60.0 + int(found[3])
        sets.append((found.start(), found.end(), int(found[1]), seconds, None))
    if not sets:
        return ()
    sets.sort()
    steps: list[tuple[int, tuple[Step, ...]]] = list(parts)
    for n, (start, end, times, long, far) in enumerate(sets):
        after = words[end : sets[n + 1][0] if n + 1 < len(sets) else end + 120]
        after = re.split(r"[;。；\n]|\b(?:then|followed by)\b|然后", after)[0]
        work = Step(long, far, "work", **_target(after), text=after.strip(" ,@()")[:80])
        pause = _break(after)
        repeat = (work,) if pause is None else (work, pause)
        steps.append((start, repeat * min(times, MOST_REPEATS)))
    return tuple(step for _, group in sorted(steps, key=lambda s: s[0]) for step in group)


def _part(found: re.Match[str]) -> tuple[Step, ...]:
    name = (found["name"] or found["name2"]).lower()
    groups = [g for g in found.groups() if g and g.lower() != name]
    warm = name.startswith("w") or name in ("热身", "准备活动")
    return (Step(*_amount(groups[0], groups[1]), "warmup" if warm else "cooldown"),)


def _amount(amount: str, unit: str) -> tuple[float | None, float | None]:
    """(seconds, None) or (None, metres)."""
    value = float(amount.replace(",", "."))
    unit = unit.lower()
    if unit in METRES:
        return None, value * METRES[unit]
    return value * SECONDS[unit], None


def _break(after: str) -> Step | None:
    """The pause between repeats, when the words after them name one."""
    for found in BREAK.finditer(after):
        if BREAK_WORD.search(found[0]):
            return Step(*_amount(found[1], found[2]), "recovery")
    return None


def _target(words: str) -> dict[str, Any]:
    """The target that words name first: watts, % of FTP, pace, beats or zone."""
    if found := WATTS.search(words):
        return _between("power_w", found[1], found[2])
    if found := PACE.search(words):
        metres = {"km": 1000.0, "公里": 1000.0}.get(found[5], 100.0 if "100" in found[5] else MILE)
        slow = metres / max(int(found[1]) * 60 + int(found[2]), 1)
        fast = metres / max(int(found[3]) * 60 + int(found[4]), 1) if found[3] else slow
        return {"target": "speed_m_s", "low": min(slow, fast), "high": max(slow, fast)}
    if found := PERCENT_FTP.search(words):
        return _between("power_ftp", found[1], found[2], 0.01)
    if found := BPM.search(words):
        return _between("heart_rate_bpm", found[1], found[2])
    if found := ZONE.search(words):
        return _between("heart_rate_zone", found[1] or found[3], found[2])
    return {}


def _between(target: str, low: str, high: str | None, scale: float = 1.0) -> dict[str, Any]:
    return {"target": target, "low": float(low) * scale, "high": float(high or low) * scale}
