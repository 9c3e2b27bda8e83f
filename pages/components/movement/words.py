"""What joints, angles and remarks are called in the visitor's language."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np
import streamlit as st

from data.notes import Note
from pages.components.language import _, term

NO_BREAK = "\N{NO-BREAK SPACE}"


def side(name: str) -> str:
    return {"left": _("left"), "right": _("right")}.get(name, name)


def part(name: str) -> str:
    """A part of the body without its side: "big_toe" → "big toe"."""
    return {
        "nose": _("nose"),
        "eye": _("eye"),
        "ear": _("ear"),
        "shoulder": _("shoulder"),
        "elbow": _("elbow"),
        "wrist": _("wrist"),
        "hip": _("hip"),
        "knee": _("knee"),
        "ankle": _("ankle"),
        "neck": _("neck"),
        "mid_hip": _("pelvis"),
        "head": _("head"),
        "heel": _("heel"),
        "big_toe": _("big toe"),
        "trunk": _("trunk"),
        "pelvis": _("pelvis line"),
        "shoulders": _("shoulder line"),
        "thigh": _("thigh"),
        "shank": _("shank"),
        "foot": _("foot"),
        "upper_arm": _("upper arm"),
        "forearm": _("forearm"),
    }.get(name, name.replace("_", " "))


def sided(name: str) -> tuple[str, str]:
    """A joint's or an angle's side, or "", and the rest.

    OpenSim puts the side last: "left_knee" and "knee_l" → ("left", "knee").
    """
    for which in ("left", "right"):
        if name.startswith(f"{which}_"):
            return which, name.removeprefix(f"{which}_")
        if name.endswith(f"_{which[0]}"):
            return which, name[:-2]
    return "", name


def joint(name: str) -> str:
    """A joint or an angle with its side: "left_knee" → "left knee"."""
    which, rest = sided(name)
    return _("{side} {part}", side=side(which), part=part(rest)) if which else part(name)


def said(note: Note) -> str:
    """A remark, its sides translated too; not escaped."""
    values = {
        name: side(value) if isinstance(value, str) else value
        for name, value in note.values.items()
    }
    return _(note.template, **values)


def exercise(name: str) -> str:
    return {"squat": _("squat"), "push-up": _("push-up")}.get(name, _("repetition"))


def events(names: Iterable[str]) -> str:
    """Kinds of events in a row: "repetitions, foot strikes"."""
    called = {
        "reps": _("repetitions"),
        "flights": _("flights"),
        "strikes": _("foot strikes"),
        "toe_offs": _("toe-offs"),
        "contacts": _("ground contact"),
    }
    return _(", ").join(called[name] for name in names)


def action(name: str) -> str:
    """What an action of the attention model is called."""
    own = {
        "swipe_left": _("swipe to the left"),
        "swipe_right": _("swipe to the right"),
        "wave": _("wave"),
        "clap": _("clap"),
        "throw": _("throw"),
        "arm_cross": _("cross the arms"),
        "draw_x": _("draw an X in the air"),
        "draw_circle": _("draw a circle in the air"),
        "draw_circle_back": _("draw a circle backwards in the air"),
        "draw_triangle": _("draw a triangle in the air"),
        "bowling": _("bowling"),
        "arm_curl": _("arm curl"),
        "push": _("push with both hands"),
        "knock": _("knock"),
        "catch": _("catch"),
        "pick_up_and_throw": _("pick up and throw"),
        "walk": _("walk"),
        "stand_up": _("stand up"),
        "sit_down": _("sit down"),
        "flip": _("flip"),
        "crawl": _("crawl"),
        "dance": _("dance"),
        "get_up": _("get up from the ground"),
        "jump": _("jump"),
        "kick": _("kick"),
        "roll": _("roll"),
    }
    return own[name] if name in own else term("action", name)


def fault(name: str) -> str:
    return {
        "knees_in": _("knees falling inwards"),
        "uneven": _("one side doing less than the other"),
        "shallow": _("not deep enough"),
        "trunk_forward": _("trunk leaning too far forward"),
        "trunk_early": _("trunk turning before the hips"),
    }[name]


def limb(name: str) -> str:
    return {
        "head": _("head"),
        "left arm": _("left arm"),
        "right arm": _("right arm"),
        "hips": _("hips"),
        "left leg": _("left leg"),
        "right leg": _("right leg"),
    }[name]


def capital(text: str) -> str:
    """The text with its first letter large, as titles begin."""
    return text[:1].upper() + text[1:]


def number(value: float | None, digits: int = 0) -> str:
    """A number with a true minus sign; a dash where there is none."""
    if value is None or not np.isfinite(value):
        return "–"
    # Adding zero turns a negative zero into a plain one.
    return f"{round(value, digits) + 0:.{digits}f}".replace("-", "−")


def quantity(value: float | None, name: str) -> str:
    """A value with its unit, as precise as such values are."""
    digits = 2 if name == "m" else 0
    if value is None or not np.isfinite(value):
        return number(value)
    space = "" if name == "°" else NO_BREAK
    return f"{number(value, digits)}{space}{unit(name)}"


def unit(name: str) -> str:
    return {
        "% of thigh": _("% of thigh"),
        "% of stance": _("% of stance"),
        "% of leg": _("% of leg"),
        "% of shoulders": _("% of shoulders"),
        "steps/min": _("steps/min"),
    }.get(name, name)


def table(titles: list[str], rows: list[list[str]], kind: str = "") -> str:
    """An HTML table that a phone shows as a list; every cell is escaped."""
    head = "".join(f"<th scope='col'>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td data-title='{escape(title, quote=True)}'>{escape(cell)}</td>"
            for title, cell in zip(titles, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<table class='figures {kind}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def heading(text: str) -> None:
    """A title within a cell."""
    st.html(f"<h3 class='part'>{escape(text)}</h3>")
