"""ZWO: Zwift's workouts; reading and writing. Power in them is a fraction of FTP."""

from __future__ import annotations

from lxml import etree

from data.errors import FileError
from data.plans.log import Note, Session, Source, Step, TrainingLog
from data.plans.markup import find, parse, tag, text
from data.plans.options import Options
from data.plans.sports import sport_of
from data.plans.values import number

EFFORTS = {"Warmup": "warmup", "Cooldown": "cooldown", "Ramp": "work"}
STEADY = {"SteadyState": "work", "FreeRide": "work", "Freeride": "work", "MaxEffort": "work"}
MOST_STEPS = 1000


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """One planned session. Raises :class:`FileError` when it has no steps."""
    root = parse(name, data)
    workout = find(root, "workout")
    steps = [s for e in (workout if workout is not None else ()) for s in _steps(e)]
    if not steps:
        raise FileError("{name} is a workout without steps. Export it again.", name=name)
    steps = steps[:MOST_STEPS]
    day = options.first_day or options.first_monday
    session = Session(
        day,
        "planned",
        sport_of(text(root, "sportType")) or "bike",
        title=text(root, "name"),
        text=text(root, "description"),
        duration_s=sum(s.duration_s or 0 for s in steps),
        steps=tuple(steps),
        source=name,
    )
    note = Note("A workout file names no day; it is put on {day}.", day=day)
    return TrainingLog((session,), sources=(Source(name, "ZWO", 1, notes=(note,)),))


def _steps(element: etree._Element) -> list[Step]:
    name = tag(element)
    low, high = _power(element, "PowerLow"), _power(element, "PowerHigh")
    if name in EFFORTS:
        return [_step(element, "Duration", EFFORTS[name], low, high, ramp=True)]
    if name in STEADY:
        steady = _power(element, "Power")
        low, high = (steady if end is None else end for end in (low, high))
        return [_step(element, "Duration", STEADY[name], low, high)]
    if name == "IntervalsT":
        on = _steady(element, "On", "work")
        off = _steady(element, "Off", "recovery")
        times = int(max(min(number(element.get("Repeat")) or 1, MOST_STEPS), 1))
        return [on, off] * times
    return []


def _step(
    element: etree._Element,
    duration: str,
    effort: str,
    low: float | None,
    high: float | None,
    ramp: bool = False,
) -> Step:
    seconds = max(number(element.get(duration)) or 0.0, 0.0)
    target = "power_ftp" if low is not None or high is not None else ""
    return Step(seconds, None, effort, target, low, high, ramp and low != high)


def _steady(element: etree._Element, which: str, effort: str) -> Step:
    power = _power(element, f"{which}Power")
    return _step(element, f"{which}Duration", effort, power, power)


def _power(element: etree._Element, name: str) -> float | None:
    return number(element.get(name))


def write(session: Session) -> bytes:
    """A Zwift workout of the session's steps; steps without a duration are left out.

    Targets other than power become free riding, with the target in the message.
    """
    root = etree.Element("workout_file")
    for name, value in (("name", session.title), ("description", session.text)):
        etree.SubElement(root, name).text = printable(value)
    etree.SubElement(root, "sportType").text = "run" if session.sport == "run" else "bike"
    workout = etree.SubElement(root, "workout")
    for step in session.steps:
        if step.duration_s:
            _element(workout, step)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _element(workout: etree._Element, step: Step) -> None:
    powered = step.target == "power_ftp" and step.low is not None and step.high is not None
    seconds = {"Duration": f"{step.duration_s:g}"}
    ends = {"PowerLow": f"{step.low:g}", "PowerHigh": f"{step.high:g}"} if powered else {}
    name = {"warmup": "Warmup", "cooldown": "Cooldown"}.get(step.effort, "Ramp")
    if not powered:
        name = "FreeRide"
    elif not step.ramp and name == "Ramp":
        name = "SteadyState"
        if step.low == step.high:
            ends = {"Power": f"{step.low:g}"}
    element = etree.SubElement(workout, name, seconds | ends)
    if step.text:
        etree.SubElement(element, "textevent", timeoffset="0", message=printable(step.text))


def printable(words: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(c for c in words if c.isprintable() or c in "\n\t")
