"""What the text of a session says."""

from __future__ import annotations

import datetime as dt

import pytest

from data.plans.log import Session
from data.plans.workout_text import describe


def described(text: str) -> Session:
    return describe(Session(dt.date(2026, 5, 12), "planned", title=text))


@pytest.mark.parametrize(
    ("text", "sport", "seconds", "metres"),
    [
        ("Easy 45 min run", "run", 2700, None),
        ("1h30 ride z2", "bike", 5400, None),
        ("45-60 min easy jog", "run", 3150, None),
        ("8-10 km easy", "run", None, 9000),
        ("10公里 轻松跑", "run", None, 10_000),
        ("骑行2小时 功率200-220瓦", "bike", 7200, None),
        ("Half marathon race", "run", None, 21_097.5),
        ("10 mi long run w/ 6 at marathon pace", "run", None, 16_093.44),
        ("swim 10x100m on 1:45", "swim", None, 1000),
        ("warm-up 15 min, 5x3min Z4 w/ 2min easy, cool-down 10min", "other", 3000, None),
        ("热身2公里，5x1000米 休息2分钟，放松1公里", "run", None, 8000),
        ("Recovery run with 4x10s strides", "run", None, None),
        ("完全休息", "rest", None, None),
        ("Rest day", "rest", None, None),
        ("30 min strength", "strength", 1800, None),
        ("flu, rest", "rest", None, None),
    ],
)
def test_sport_duration_and_distance(
    text: str, sport: str, seconds: float | None, metres: float | None
) -> None:
    session = described(text)
    assert session.sport == sport
    assert session.duration_s == (None if seconds is None else pytest.approx(seconds))
    assert session.distance_m == (None if metres is None else pytest.approx(metres))


def test_repeats_have_their_pauses_and_targets() -> None:
    steps = described("3 x 1 km @ 3:45/km, 400m jog recovery").steps
    assert [s.distance_m for s in steps] == [1000, 400] * 3
    assert steps[0].target == "speed_m_s"
    assert steps[0].low == pytest.approx(1000 / 225)


def test_percent_of_ftp_is_a_ride() -> None:
    session = described("2 x 20 min @ 90-95% FTP, RPE 7, TSS 80")
    assert (session.sport, session.rpe, session.load) == ("bike", 7, 80)
    assert (session.steps[0].low, session.steps[0].high) == pytest.approx((0.9, 0.95))


@pytest.mark.parametrize(
    ("text", "health"),
    [
        ("感冒 休息", "ill"),
        ("down with flu", "ill"),
        ("脚踝扭伤", "injured"),
        ("calf injury, 20 min bike", "injured"),
        ("injury prevention exercises", ""),
        ("not sick any more", ""),
        ("cold bath after the run", ""),
    ],
)
def test_illness_and_injury_are_seen(text: str, health: str) -> None:
    assert described(text).health == health


def test_what_the_file_states_is_not_overwritten() -> None:
    session = Session(dt.date(2026, 5, 12), "planned", "bike", title="10 km run", distance_m=5.0)
    assert describe(session).sport == "bike"
    assert describe(session).distance_m == 5.0
