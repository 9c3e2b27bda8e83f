"""Cell 5: beside a reference, by joint and phase; and what to train next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from babel.dates import format_date

import pipeline
from pages.components import workspaces
from pages.components.heatmap import heatmap
from pages.components.language import _, language, term
from pages.components.movement import rules
from pages.components.movement.ask import MOST_MEGABYTES
from pages.components.movement.heatmaps import titled
from pages.components.movement.words import action, capital, heading, joint, number, part, said
from pages.components.studio import sentence


def comparison(
    analysis: pipeline.Analysis, looked: pipeline.Attended | None
) -> pipeline.Comparison | None:
    """Choose a reference and show what differs from it."""
    kept = kept_sessions()
    own = _("a recording of your own")
    names = [*kept, *pipeline.REFERENCES, ""]
    chosen = st.selectbox(
        _("Compare with"),
        names,
        names.index(_likely(analysis, looked)),
        format_func=lambda name: (
            kept_name(kept[name]) if name in kept else term("action", name) if name else own
        ),
        key="reference",
        help=_(
            "Techniques of the action library as the studio draws them, an athlete's kept "
            "sessions, or a recording that you bring."
        ),
    )
    if chosen in pipeline.REFERENCES:
        found = pipeline.compare_with_technique(analysis, chosen)
        name = term("action", chosen)
    else:
        other = _reference_kept(kept[chosen]) if chosen in kept else _reference_file()
        if other is None:
            return None
        found = pipeline.compare(analysis, other)
        name = other.movement.source
    if found is None:
        st.info(_("The two have no angle in common that could be compared."))
        return None
    _show(found, name)
    return found


def kept_sessions() -> dict[str, pipeline.Session]:
    """The workspace's kept sessions by their ids, each athlete's newest first."""
    sessions = pipeline.Sessions(workspaces.current())
    return {s.id: s for athlete in sessions.athletes() for s in reversed(sessions.of(athlete))}


def kept_name(session: pipeline.Session) -> str:
    day = format_date(session.day, locale=language())
    return _("{name}, {day}: {source}", name=session.athlete, day=day, source=session.source)


def _likely(analysis: pipeline.Analysis, looked: pipeline.Attended | None) -> str:
    """The technique that the recording is probably of; "" where none is likely."""
    by_reps = {"squat": "squat", "push-up": "push_up"}.get(analysis.exercise, "")
    if looked is not None and looked.action[0] in pipeline.REFERENCES and looked.action[1] > 0.6:
        return looked.action[0]
    return by_reps


def _reference_kept(session: pipeline.Session) -> pipeline.Analysis | None:
    """A kept session, measured as it was then, corrections too."""
    kept = pipeline.Sessions(workspaces.current())
    return _held(session.id, lambda: kept.recording(session))


def _reference_file() -> pipeline.Analysis | None:
    """The reference that was brought, measured; None without one or for one that can't be read."""
    file = st.file_uploader(
        _("The reference: any recording, for instance an earlier one of the same athlete"),
        key="reference file",
        max_upload_size=MOST_MEGABYTES,
    )
    if file is None:
        return None
    return _held(file.file_id, lambda: pipeline.Recording(file.name, file.getvalue()))


def _held(key: str, opened: Callable[[], pipeline.Recording]) -> pipeline.Analysis | None:
    """A reference, measured once; None with its reason on the page for one that can't be read."""
    held = st.session_state.get("reference held")
    if held is None or held[0] != key:
        try:
            recording = opened()
            movement = pipeline.open_recording(recording).movement
            measured = pipeline.analyse(movement, recording.cleaning, recording.corrections)
        except pipeline.StudioError as error:
            st.error(sentence(error), icon=":material/error:")
            return None
        held = st.session_state["reference held"] = (key, measured)
    return held[1]


def _show(found: pipeline.Comparison, name: str) -> None:
    st.markdown(
        _(
            "Nearest to **{name}** from {start} to {end} s; on average **{n}°** apart, at "
            "{tempo} % of its duration{mirrored}.",
            name=name,
            start=number(found.span[0], 1),
            end=number(found.span[1], 1),
            n=number(found.distance, 1),
            tempo=number(100 * found.tempo),
            mirrored=_(", left and right exchanged") if found.mirrored else "",
        )
    )
    if found.distance > pipeline.FAR:
        st.warning(
            _(
                "That is far. Perhaps it is another movement, or the two were recorded too "
                "differently; take the differences below with care."
            ),
            icon=":material/compare_arrows:",
        )
    phases = [phase(p) for p in found.phases]
    notable = pipeline.notable(found)
    lines = [
        _(
            "{joint}: {n}° {more} at “{phase}”",
            joint=capital(_angle(angle)),
            n=number(abs(degrees)),
            more=_("more") if degrees > 0 else _("less"),
            phase=phase(at),
        )
        for angle, at, degrees in notable[:5]
    ]
    heatmap(
        found.deviation,
        rows=[_angle(a) for a in found.angles],
        columns=phases,
        label=titled(
            lines[0] if lines else _("No angle differs by 10° or more in any phase"),
            _("Deviation from {name} by joint and phase, in degrees", name=name),
        ),
        key="deviations",
        signed=True,
        unit="°",
        digits=0,
        height=max(180, 24 * len(found.angles)),
        limits=(-45.0, 45.0),
        numbers=True,
    )
    st.caption(
        _(
            "Green: bends more than the reference, purple: less. Aligned by dynamic time warping "
            "over all angles. Two recordings of one athlete easily differ by 5°."
        )
    )
    if len(lines) > 1:
        st.markdown("\n".join(f"- {line}" for line in lines[1:]))


def phase(name: str) -> str:
    """A phase of the library, or a third of a recording."""
    thirds = {"beginning": _("beginning"), "middle": _("middle"), "end": _("end")}
    return thirds[name] if name in thirds else term("phase", name)


def _angle(name: str) -> str:
    return part("trunk") if name == "trunk_lean" else joint(name)


def training(analysis: pipeline.Analysis, looked: pipeline.Attended | None) -> str:
    """What to train next; gives the coach's text, edited or not."""
    heading(_("What to train next"))
    changes = pipeline.rule_changes(workspaces.current())
    found = pipeline.emphases(analysis, looked, changes)
    if not found:
        st.markdown(_("No rule applies: nothing stands out that the studio has a rule for."))
    for emphasis in found:
        st.markdown(
            _(
                "- **{finding}** {training}  \n*To the athlete:* {cue}  \n:gray[Reason: {source}]",
                finding=said(emphasis.finding),
                training=said(emphasis.training),
                cue=said(emphasis.cue),
                source=emphasis.source,
            )
        )
    rules.editor()
    written = "\n".join(f"• {said(e.finding)} {said(e.training)} {said(e.cue)}" for e in found)
    st.caption(_("Rules over what was found, not advice by a doctor. The coach has the last word:"))
    return st.text_area(
        _("Your own words, for the report"),
        written,
        key=f"emphasis {analysis.movement.source} {hash(written)}",
        height=140,
    )


def title(looked: pipeline.Attended | None) -> str:
    return "" if looked is None else action(looked.action[0])
