"""The cell that sets what was asked beside what the judge reads from the picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import pipeline
from pages.components.language import _, ngettext, term


def show(card: pipeline.Scorecard, key: str) -> None:
    """What was asked in words, how the body lies beside its pose, and what the seed chose."""
    said, chosen = ([x for x in card.lines if x.said == asked] for asked in (True, False))
    st.markdown(headline([line for line in said if line.reliable]))
    marks(said)
    if card.hidden:
        names = _(", ").join(term("attribute", name) for name in card.hidden)
        st.caption(_("Cannot be seen in this picture, so not judged: {names}.", names=names))
    if card.joint_error is not None:
        st.caption(body(card))
    with st.container(horizontal=True):
        if chosen:
            with st.popover(_("Chosen by the seed"), type="tertiary", key=f"chosen {key}"):
                marks(chosen)
        with st.popover(_("How"), icon=":material/help:", type="tertiary", key=f"judge {key}"):
            st.markdown(
                _(
                    "A network that was taught on renders, not on what it is now shown, reads the "
                    "finished picture without being told what was asked. It errs too: the last "
                    "column says of how many renders, on which the truth is known, it reads that "
                    "attribute rightly. Distances are in the picture's plane."
                )
            )


def marks(lines: Sequence[pipeline.Line]) -> None:
    """What the judge reads, where it can be believed, and what it cannot tell."""
    if believed := [line for line in lines if line.reliable]:
        st.html(table(believed))
    if unsure := [line for line in lines if not line.reliable]:
        st.caption(doubtful(unsure))


def headline(said: Sequence[pipeline.Line]) -> str:
    """How much of what was asked is there, in a line."""
    if not said:
        return _("Nothing was asked that could be judged.")
    right = sum(line.right for line in said)
    if right == len(said):
        return ngettext(
            "**The one thing that was asked and can be checked is there.**",
            "**All {n} things that were asked and can be checked are there.**",
            right,
        )
    return _(
        "**{right} of {n} things that were asked and can be checked are there.**",
        right=right,
        n=len(said),
    )


def table(lines: Sequence[pipeline.Line]) -> str:
    """Attribute, asked, read, and how far to believe that, as an HTML table."""
    head = (_("Asked"), _("Read"), _("Judge right on renders"))
    rows = [f"<tr><td></td>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>"]
    for line in lines:
        trust = "–" if line.ceiling is None else f"{100 * line.ceiling:.0f} %"
        mark, meaning = ("✓", _("as asked")) if line.right else ("✗", _("not as asked"))
        read = f'<span title="{escape(meaning)}">{mark}</span> {_value(line, line.read)}'
        cells = (escape(term("attribute", line.attribute)), _value(line, line.asked), read, trust)
        missed = "" if line.right else ' class="missed"'
        rows.append(f"<tr{missed}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<table class="scorecard">{"".join(rows)}</table>'


def _value(line: pipeline.Line, value: str) -> str:
    return escape(term(line.attribute, value))


def doubtful(unsure: Sequence[pipeline.Line]) -> str:
    """What the judge misreads too often to be believed."""
    names = _(", ").join(
        _(
            "{attribute} ({percent} % right)",
            attribute=term("attribute", line.attribute),
            percent=round(100 * (line.ceiling or 0)),
        )
        for line in unsure
    )
    return _("Misread too often on renders to be marked here: {names}.", names=names)


def body(card: pipeline.Scorecard) -> str:
    """How far the joints are from the asked pose, and the angles that are seen from the side."""
    assert card.joint_error is not None
    if not card.fine:
        return _(
            "The pose is not checked: even on renders the judge misses joints by {percent} % of "
            "body height.",
            percent=f"{100 * (card.joint_ceiling or 0):.0f}",
        )
    said = _(
        "Joints are {percent} % of body height from the asked pose, on average.",
        percent=f"{100 * card.joint_error:.1f}",
    )
    if card.joint_ceiling is not None:
        said += " " + _(
            "The judge alone is {percent} % off on renders.",
            percent=f"{100 * card.joint_ceiling:.1f}",
        )
    joints = {
        "left_elbow": _("left elbow"),
        "right_elbow": _("right elbow"),
        "left_knee": _("left knee"),
        "right_knee": _("right knee"),
    }
    angles = _(", ").join(
        _(
            "{joint} {read}° for {asked}°",
            joint=joints[angle.joint],
            read=round(angle.read),
            asked=round(angle.asked),
        )
        for angle in card.angles
    )
    if angles:
        said += " " + _("Angles read for those asked, 180° = straight: {angles}.", angles=angles)
    return said


def gate(chosen: pipeline.Chosen) -> str:
    """Why a pose was drawn again, in a sentence."""
    kinds = {
        "limb": _("a limb of a wrong length"),
        "range": _("a joint bent too far"),
        "ground": _("feet off or under the ground"),
    }
    found = dict.fromkeys(kinds[fault.kind] for faults in chosen.rejected for fault in faults)
    said = ngettext(
        "The pose was drawn again once", "The pose was drawn again {n} times", len(chosen.rejected)
    )
    line = _("{drawn_again}: {reasons}.", drawn_again=said, reasons=_(", ").join(found))
    if chosen.faults:
        line += " " + _("No pose was without a fault; the best is drawn.")
    return line
