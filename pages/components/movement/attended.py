"""Cell 4: what the model takes the movement for, where it looks, and how far to trust that."""

from __future__ import annotations

import numpy as np
import streamlit as st

import pipeline
from data.movement import KEYPOINTS
from pages.components.language import _
from pages.components.movement import ask, heatmaps
from pages.components.movement.words import (
    NO_BREAK,
    action,
    fault,
    heading,
    limb,
    number,
)


def answer(attended: pipeline.Attended) -> None:
    """What the movement looks like to the model, its quality, and what may be amiss."""
    name, probability = attended.action
    order = np.argsort(-attended.look.actions)[1:3]
    shares = {action(attended.actions[i]): 100 * attended.look.actions[i] for i in order}
    others = _(", ").join(
        f"{name}{NO_BREAK}{number(n)}{NO_BREAK}%" for name, n in shares.items() if n >= 1
    )
    if probability >= 0.5:
        values = {"action": action(name), "n": number(100 * probability)}
        st.markdown(
            _(
                "The model takes this for: **{action}** ({n} %). Next: {others}.",
                others=others,
                **values,
            )
            if others
            else _("The model takes this for: **{action}** ({n} %).", **values)
        )
    else:
        st.markdown(
            _(
                "The model knows no movement that this surely is. Nearest: **{action}** ({n} %), "
                "then {others}.",
                action=action(name),
                n=number(100 * probability),
                others=others,
            )
        )
    score, spread = attended.quality
    left, right = st.columns([1, 2], gap="medium")
    left.metric(
        _("Quality score"),
        f"{number(100 * score)} ± {number(max(1.0, 100 * spread))}",
        help=_(
            "0 to 100: how far from faults the movement looks, and how much that changes when the "
            "recording is turned, scaled or blurred a little."
        ),
    )
    with right:
        found = pipeline.found_faults(attended)
        if found:
            for name, value in found:
                spread = float(attended.fault_spread[attended.faults.index(name)])
                st.markdown(
                    _(
                        "- {fault}: {n} % ± {spread}",
                        fault=fault(name),
                        n=number(100 * value),
                        spread=number(max(1.0, 100 * spread)),
                    )
                )
        else:
            st.markdown(
                _(
                    "None of the five faults that it knows stands out to it. Of made-up athletes' "
                    "it misses a fifth, and nearly all trunks that turn too early, so what the "
                    "measures above show counts more."
                )
            )
        if found and probability < 0.5:
            st.markdown(
                _(
                    "As it does not know the movement, this may mean nothing, and no rule below "
                    "goes by it."
                )
            )
        st.caption(
            _(
                "Trained on made-up athletes with faults put in on purpose and on public "
                "recordings of people; never on judgements by coaches. Take it as a second look, "
                "not as a verdict. The measures above don't depend on it."
            )
        )


def stretch(attended: pipeline.Attended) -> None:
    """Which part of a long recording is looked at."""
    if len(attended.bounds) > 1:
        st.select_slider(
            _("Part of the recording: the model looks at up to 10 s at a time"),
            range(len(attended.bounds)),
            attended.stretch,
            format_func=lambda n: "{:.1f} – {:.1f} s".format(*attended.bounds[n]),
            key="stretch",
            on_change=ask.again,
        )


def explained(attended: pipeline.Attended) -> None:
    """Which of the model's answers the maps explain."""
    found = [name for name, _value in pipeline.found_faults(attended)]
    if attended.explains not in ("action", *found):
        found.append(attended.explains)
    if found:
        st.segmented_control(
            _("The maps explain"),
            ["action", *found],
            default=attended.explains,
            required=True,
            format_func=lambda name: answered(attended, name),
            key="explain",
            on_change=ask.again,
        )


def answered(attended: pipeline.Attended, name: str) -> str:
    """What an answer of the model is called: its action, or a fault."""
    return action(attended.action[0]) if name == "action" else fault(name)


def links(attended: pipeline.Attended) -> None:
    """What is read together, in sentences."""
    sentences = [link_sentence(link) for link in attended.links]
    if sentences:
        heading(_("In words"))
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def for_player(
    attended: pipeline.Attended, trusted: pipeline.Trust | None, lost: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Times, and a map (moments, len(KEYPOINTS)) in [0, 1] to colour the joints by.

    Of the kind that stood the test best, once all is tested.
    """
    seen = attended.look
    of = {"relevance": seen.relevance, "attention": seen.pool, "rollout": seen.rollout}
    shown = seen.relevance
    if trusted is not None and lost is not None:
        shown = (of | {"left out": lost.clip(0)})[heatmaps.best_kind(trusted)]
    values = np.zeros((len(attended.times), len(KEYPOINTS)))
    values[:, seen.joints] = shown / max(float(np.quantile(shown, 0.995)), 1e-12)
    return attended.times, values.clip(0, 1)


def link_sentence(link: pipeline.Link) -> str:
    """Two moments that are read together, in words."""
    event = {
        "rep_turn": _("The turn of a repetition"),
        "take_off": _("Take-off"),
        "landing": _("Landing"),
        "left_strike": _("The left foot's strike"),
        "right_strike": _("The right foot's strike"),
        "peak": _("The fastest moment"),
    }[link.event]
    gap = link.other - link.time
    values = {
        "event": event,
        "time": f"{link.time:.2f}",
        "part": limb(link.part),
        "gap": f"{abs(gap):.1f}",
        "n": number(100 * link.weight),
    }
    if gap < 0:
        return _(
            "{event} ({time} s) is read together with the {part} {gap} s before: {n} % of what it "
            "looks at.",
            **values,
        )
    return _(
        "{event} ({time} s) is read together with the {part} {gap} s after: {n} % of what it "
        "looks at.",
        **values,
    )
