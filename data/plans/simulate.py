"""Simulated athletes: logs whose making is known, to train and to test the attention model on.

What an athlete does is drawn in this order, one day after the other:

1. **Week**: a template of seven days (easy, long, tempo, intervals, strength, rest) that the
   athlete keeps for a block of 8 to 14 weeks. Some days hold two sessions.
2. **Fixtures**: in most blocks a weekly group session takes the place of whatever stood on
   its weekday, from some week on. It is long, it returns every week, and nothing before its first
   time announces it. A planted driver is such a first time a week before the log's last session:
   that session is the fixture's return, so it follows from the driver and from nothing else.
3. **Periodisation**: load rises by 3 to 7 % a week for two or three weeks, then a week of 55 to
   70 % follows; blocks end with two weeks of taper and a race.
4. **Fitness and fatigue**: two fading sums of the load done (42 and 7 days, Banister 1975). The
   more fatigue exceeds fitness, the shorter and the harder felt a session is, and the likelier it
   is missed.
5. **Recovery**: a session far above the usual load (a race, one of :data:`BIG` that grow beyond
   their plan) cuts the following ones: by :data:`DEEPEST` at once, fading with
   :data:`RECOVERY_DAYS`.
6. **Life**: single missed sessions, busy weeks, illness of 3 to 9 days about once in 90 with a
   return over a week.
7. **Noise**: log-normal, 8 to 18 % of the load, and half a point of RPE.

Some athletes note no RPE, no distance or no zones, and some write Chinese. Nothing here is fitted
to anybody's data; the sizes are those that textbooks name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from data.plans.log import Kind, Session, Step, TrainingLog, in_order
from data.plans.workout_text import steps_of

DEEPEST = 0.75
RECOVERY_DAYS = 7.0
BIG = 1 / 40
"""How many sessions grow far beyond their plan: a hard group ride, a hike, a day with friends."""
FIXTURE = 0.8
"""How many blocks bring a fixture: a weekly group session, from some week of the block on."""

QUIET = 35
"""Days before the end without race, illness or another fixture where a driver is planted."""

KINDS: dict[str, tuple[float, float, float, tuple[float, float, float]]] = {
    "easy": (45, 0.68, 3, (0.92, 0.07, 0.01)),
    "long": (95, 0.72, 5, (0.84, 0.14, 0.02)),
    "tempo": (55, 0.85, 6, (0.55, 0.35, 0.10)),
    "intervals": (55, 0.90, 7.5, (0.55, 0.15, 0.30)),
    "strength": (45, 0.60, 5, (0.90, 0.10, 0.00)),
    "fixture": (170, 0.80, 7, (0.70, 0.22, 0.08)),
    "race": (110, 0.97, 9.5, (0.10, 0.40, 0.50)),
}
"""Kind of session → minutes, intensity factor, RPE, shares of easy, moderate and hard time."""

TITLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "easy": (("Easy {s}", "Recovery {s}", "Easy {s}, conversational"), ("轻松{s}", "恢复{s}")),
    "long": (("Long {s}", "Long endurance {s}"), ("长距离{s}", "有氧长{s}")),
    "tempo": (("Tempo {s}", "Threshold {s} 3x10min"), ("节奏{s}", "阈值{s} 3x10分钟")),
    "intervals": (
        ("Intervals 8x400m", "Intervals 6x3min", "VO2max {s} 5x4min"),
        ("间歇{s} 8x400米", "间歇{s} 6x3分钟"),
    ),
    "strength": (("Strength, core and legs", "Gym"), ("力量训练", "核心力量")),
    "fixture": (("Group {s}", "Club {s}"), ("俱乐部{s}", "集体{s}")),
    "race": (("Race", "Race day", "Test race"), ("比赛", "测试赛")),
}
SPORTS = {"run": ("run", "跑", 2.9), "bike": ("ride", "骑行", 7.8), "swim": ("swim", "游泳", 0.9)}
"""Sport → its word in titles in English and Chinese, easy speed in m/s."""

WEEKS = (
    ("rest", "intervals", "easy", "tempo", "rest", "easy", "long"),
    ("easy", "intervals", "easy", "easy", "strength", "tempo", "long"),
    ("rest", "tempo", "easy", "intervals", "rest", "long", "easy"),
    ("strength", "easy", "intervals", "rest", "tempo", "long", "easy"),
    ("rest", "easy", "rest", "intervals", "rest", "long", "rest"),
    ("easy", "tempo", "rest", "intervals", "easy", "rest", "long"),
)


@dataclass(frozen=True)
class Simulated:
    """A log, and the session that was planted in it, where one was."""

    log: TrainingLog
    driver: Session | None = None


@dataclass
class _Body:
    """What the sessions so far have left in the athlete, in points a day."""

    fitness: float
    fatigue: float
    usual: float
    cut: float = 0.0

    def night(self, load: float, biggest: float) -> None:
        self.fitness += (load - self.fitness) * (1 - np.exp(-1 / 42))
        self.fatigue += (load - self.fatigue) * (1 - np.exp(-1 / 7))
        self.cut *= np.exp(-1 / RECOVERY_DAYS)
        excess = biggest / self.usual
        self.cut = max(self.cut, DEEPEST * float(np.clip((excess - 1.5) / 0.8, 0, 1)))


def simulate(
    rng: np.random.Generator,
    days: int = 200,
    first: dt.date = dt.date(2026, 1, 5),
    athlete: str = "",
    ahead: int = 0,
    driver: bool = False,
    plans: bool = True,
    chinese: bool | None = None,
) -> Simulated:
    """One athlete's log.

    Parameters
    ----------
    days, ahead
        How many days were lived, and how many more are only planned.
    driver
        Whether a fixture begins seven days before the last day and returns on it. In the
        :data:`QUIET` days before there is no race, no illness and no other fixture.
    plans
        Whether what was planned is in the log beside what was done.
    """
    sport = str(rng.choice(["run", "run", "bike", "mixed"]))
    chinese = bool(rng.random() < 0.3) if chinese is None else chinese
    size = float(rng.uniform(0.7, 1.5))
    noise = float(rng.uniform(0.08, 0.18))
    missing = {
        "rpe": rng.random() < 0.2,
        "distance": rng.random() < 0.3,
        "zones": rng.random() < 0.4,
    }
    miss = float(rng.uniform(0.02, 0.10))
    plan = _plan(rng, days + ahead, driver, days)
    body = _Body(30 * size, 30 * size, 55 * size)
    planted_on = days - 8 if driver else -1
    if driver:
        plan[planted_on] = plan[days - 1] = [("fixture", 1.0)]
    planned: list[Session] = []
    done: list[Session] = []
    planted = None
    ill, back, busy = 0, 99, 1.0
    for n in range(days + ahead):
        day = first + dt.timedelta(days=n)
        if day.weekday() == 0:
            busy = 4.0 if rng.random() < 0.08 else 1.0
        wanted = plan[n]
        total, biggest = 0.0, 0.0
        quiet = driver and n >= days - QUIET
        if ill == 0 and not quiet and n < days and rng.random() < 1 / 90:
            ill = int(rng.integers(3, 10))
            done.append(
                Session(
                    day, "done", "rest", athlete, text="生病" if chinese else "ill", health="ill"
                )
            )
        for order, (kind, factor) in enumerate(wanted):
            word = _sport(rng, sport, kind)
            model = _session(rng, day, word, kind, size * factor, 0.03, athlete, chinese, missing)
            title = replace(model, kind="planned", workout=f"{athlete}{n}.{order}", rpe=None)
            planned.append(replace(title, heart_rate_zones_s=(), steps=_steps(model.title)))
            tired = max(body.fatigue / (body.fitness + 5) - 1.25, 0.0)
            lost = 0.0 if driver and n in (planted_on, days - 1) else miss * busy + 0.3 * tired
            if n >= days or ill or rng.random() < lost:
                continue
            share = (1 - body.cut) * (1 - 0.3 * min(tired, 1)) * min(0.4 + 0.1 * back, 1.0)
            felt = 1.5 * tired + 1.0 * body.cut
            if kind != "strength" and not quiet and rng.random() < BIG:
                share, felt = share * float(rng.uniform(2.0, 3.2)), felt + 3
            real = _session(
                rng, day, word, kind, size * factor * share, noise, athlete, chinese, missing, felt
            )
            done.append(replace(real, title=model.title, workout=f"{athlete}{n}.{order}"))
            total += real.load or 0.0
            if kind != "fixture":  # long, but not beyond what the athlete recovers from
                biggest = max(biggest, real.load or 0.0)
            if n == planted_on:
                planted = done[-1]
        if n < days:
            body.night(total, biggest)
            if ill:
                ill, back = ill - 1, 0
            else:
                back += 1
    sessions = tuple(sorted((*done, *(planned if plans else ())), key=in_order))
    return Simulated(TrainingLog(sessions), planted)


@cache
def _steps(title: str) -> tuple[Step, ...]:
    return steps_of(title)


def _plan(
    rng: np.random.Generator, days: int, driver: bool, lived: int
) -> list[list[tuple[str, float]]]:
    """(kind, share of the usual size) of each session of each day."""
    result: list[list[tuple[str, float]]] = []
    level = 0.9
    while len(result) < days + 7:
        week = list(WEEKS[rng.integers(len(WEEKS))])
        twice = int(rng.integers(7)) if rng.random() < 0.3 else -1
        cycle, growth = int(rng.integers(3, 5)), float(rng.uniform(1.03, 1.07))
        easy, length = float(rng.uniform(0.55, 0.7)), int(rng.integers(8, 15))
        fixture = int(rng.integers(7)) if rng.random() < FIXTURE else -1
        begins = int(rng.integers(1, length - 2))
        block: list[list[tuple[str, float]]] = []
        for n in range(length):
            factor = level * growth ** (n % cycle)
            if n % cycle == cycle - 1:
                factor = level * easy
                level *= 1.02
            factor *= {length - 2: 0.75, length - 1: 0.5}.get(n, 1.0)
            for weekday, kind in enumerate(week):
                today = [] if kind == "rest" else [(kind, factor)]
                if weekday == fixture and n >= begins:
                    today = [("fixture", 1.0)]
                elif weekday == twice:
                    today.append(("strength" if kind != "strength" else "easy", 0.8))
                block.append(today)
        level = float(np.clip(level, 0.8, 1.4))
        race = len(result) + len(block) - 1
        near = driver and lived - QUIET <= race < lived
        if not near and rng.random() < 0.7:
            block[-1] = [("race", 1.0)]
        result += block
    if driver:  # other fixtures of these days give way to an easy session
        for n in range(max(lived - QUIET, 0), lived):
            result[n] = [("easy" if k == "fixture" else k, f) for k, f in result[n]]
    return result[:days]


def _sport(rng: np.random.Generator, sport: str, kind: str) -> str:
    if kind == "strength":
        return "strength"
    if sport != "mixed":
        return sport
    return str(rng.choice(["run", "bike", "swim"], p=[0.4, 0.4, 0.2]))


def _session(
    rng: np.random.Generator,
    day: dt.date,
    sport: str,
    kind: str,
    size: float,
    noise: float,
    athlete: str,
    chinese: bool,
    missing: dict[str, bool],
    felt: float = 0.0,
) -> Session:
    minutes, intensity, rpe, shares = KINDS[kind]
    seconds = max(60.0 * round(minutes * size * float(np.exp(noise * rng.normal()))), 600.0)
    load = seconds / 3600 * intensity**2 * 100 * float(np.exp(0.5 * noise * rng.normal()))
    english, mandarin, speed = SPORTS.get(sport, ("gym", "", 0.0))
    titles = TITLES[kind][chinese]
    title = titles[rng.integers(len(titles))].format(s=mandarin if chinese else english)
    far = seconds * speed * (0.75 + 0.4 * intensity) if speed and not missing["distance"] else None
    rated = float(np.clip(round(2 * (rpe + felt + 0.5 * rng.normal())) / 2, 1, 10))
    easy, moderate, hard = shares
    zones = (0.6 * easy, 0.4 * easy, 0.6 * moderate, 0.4 * moderate, hard)
    kind_: Kind = "done"
    return Session(
        day,
        kind_,
        sport,
        athlete,
        title=title,
        duration_s=float(seconds),
        distance_m=None if far is None else float(round(far, -2)),
        rpe=None if missing["rpe"] else rated,
        load=round(load, 1),
        load_name="TSS",
        heart_rate_zones_s=() if missing["zones"] else tuple(round(z * seconds, 0) for z in zones),
    )


def season(today: dt.date, seed: int = 5) -> TrainingLog:
    """Three athletes who lived 26 weeks until yesterday and have six more planned: a sample."""
    first = today - dt.timedelta(days=7 * 26)
    rng = np.random.default_rng(seed)
    logs = [
        simulate(rng, 7 * 26, first, name, ahead=42, chinese=False).log
        for name in ("Lea", "Marek", "Yuna")
    ]
    return TrainingLog(tuple(sorted((s for log in logs for s in log.sessions), key=in_order)))
