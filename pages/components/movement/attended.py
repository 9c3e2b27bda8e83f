"""Cell 4: what the model takes the movement for, where it looks, and how far to trust that."""

from __future__ import annotations

import numpy as np
import streamlit as st

import pipeline
from data.movement import KEYPOINTS
from pages.components.heatmap import heatmap
from pages.components.language import _
from pages.components.movement import ask
from pages.components.movement.watch import GROUP
from pages.components.movement.words import (
    action,
    fault,
    heading,
    joint,
    limb,
    number,
    table,
)

MAPS = ("joint_moment", "moments", "joints")


def answer(attended: pipeline.Attended) -> None:
    """What the movement looks like to the model, its quality, and what may be amiss."""
    name, probability = attended.action
    order = np.argsort(-attended.look.actions)[1:3]
    others = _(", ").join(
        f"{action(attended.actions[i])} {number(100 * attended.look.actions[i])} %" for i in order
    )
    if probability >= 0.5:
        st.markdown(
            _(
                "The model takes this for: **{action}** ({n} %). Next: {others}.",
                action=action(name),
                n=number(100 * probability),
                others=others,
            )
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
                    "None of the five faults that it knows stands out to it. It misses many of "
                    "them, so what the measures above show counts more."
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
    if attended.stretches > 1:
        st.select_slider(
            _("Part of the recording: the model looks at up to 10 s at a time"),
            range(attended.stretches),
            attended.stretch,
            format_func=lambda n: str(n + 1),
            key="stretch",
            on_change=ask.again,
        )


def maps(attended: pipeline.Attended, lost: np.ndarray | None) -> None:
    """One heatmap at a time, of the kind that is chosen; ``lost`` (T, J) by leaving out."""
    what = st.segmented_control(
        _("Heatmap of"),
        MAPS,
        default="joint_moment",
        required=True,
        format_func={
            "joint_moment": _("joint × moment"),
            "moments": _("moment × moment"),
            "joints": _("joint × joint"),
        }.__getitem__,
        key="map of",
    )
    kinds = ["relevance", "attention", "rollout", *(["left out"] if what == MAPS[0] else [])]
    kind = st.segmented_control(
        _("Told by"),
        kinds,
        default="relevance",
        required=True,
        format_func={
            "relevance": _("gradient relevance"),
            "attention": _("raw attention"),
            "rollout": _("rollout"),
            "left out": _("leaving out"),
        }.__getitem__,
        key="map kind",
    )
    if kind == "left out" and what == MAPS[0]:
        left_out(attended, lost)
        return
    seen = attended.look
    moments = [f"{t:.1f} s" for t in attended.times]
    joints = [joint(name) for name in attended.joints]
    layer = head = None
    if kind == "attention" and what != MAPS[0]:
        layer, head = _layer_and_head(seen.time.shape[:2])
    if what == MAPS[0]:
        values = {"relevance": seen.relevance, "attention": seen.pool, "rollout": seen.rollout}[
            kind
        ]
        shown = _share(values).T
        heatmap(
            shown,
            rows=joints,
            columns=moments,
            label=_("Which joint matters at which moment"),
            key="map joints moments",
            row_title="",
            column_title=_("moment"),
            unit="%",
            digits=0,
            height=max(180, 18 * len(joints)),
            moments=GROUP,
            column_times=list(attended.times),
        )
    else:
        time = what == MAPS[1]
        names, times = (moments, list(attended.times)) if time else (joints, None)
        values = {
            "relevance": seen.relevance_time if time else seen.relevance_space,
            "attention": _of(seen.time if time else seen.space, layer, head),
            "rollout": seen.rollout_time if time else seen.rollout_space,
        }[kind]
        heatmap(
            _rows(values),
            rows=names,
            columns=names,
            label=_("Which moment is read together with which")
            if time
            else _("Which joint is read together with which"),
            key="map moments" if time else "map joints",
            row_title=_("moment") if time else _("joint"),
            column_title=_("is read together with"),
            unit="%",
            digits=0,
            height=360 if time else max(240, 18 * len(joints)),
            moments=GROUP if time else None,
            row_times=times,
            column_times=times,
        )
    st.caption(_explained(kind, what))


def left_out(attended: pipeline.Attended, cells: np.ndarray | None) -> None:
    """What changes without a joint at a moment, without a moment, and without a joint."""
    if cells is not None:
        heatmap(
            100 * cells.T,
            rows=[joint(name) for name in attended.joints],
            columns=[f"{t:.1f} s" for t in attended.times],
            label=_("How much less sure the model is without each joint at each moment"),
            key="map without cells",
            signed=True,
            column_title=_("moment"),
            unit="%",
            digits=1,
            height=max(180, 18 * len(attended.joints)),
            moments=GROUP,
            column_times=list(attended.times),
        )
    lost = attended.occlusion
    moments = [f"{t:.1f} s" for t in attended.times]
    most = 100 * max(float(np.abs(lost.moments).max()), float(np.abs(lost.joints).max()), 0.01)
    common = {"signed": True, "limits": (-most, most), "unit": "%", "digits": 1, "height": 44}
    heatmap(
        100 * lost.moments[None],
        rows=[_("without the moment")],
        columns=moments,
        label=_("How much less sure the model is without each moment"),
        key="map without moments",
        moments=GROUP,
        column_times=list(attended.times),
        **common,
    )
    heatmap(
        100 * lost.joints[None],
        rows=[_("without the joint")],
        columns=[joint(name) for name in attended.joints],
        label=_("How much less sure the model is without each joint"),
        key="map without joints",
        **common,
    )
    st.caption(
        _(
            "Green: without it the model is less sure, so it speaks for the answer; purple: it "
            "speaks against. In the large map a joint is filled in from before and after, all else "
            "stays; below whole moments are filled in, and joints are made unseen throughout."
        )
    )


def links(attended: pipeline.Attended) -> None:
    """What is read together, in sentences."""
    sentences = [link_sentence(link) for link in attended.links]
    if sentences:
        heading(_("In words"))
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def trust(trusted: pipeline.Trust, attended: pipeline.Attended) -> None:
    """How far the maps can be trusted, in words and numbers."""
    heading(_("How far this can be trusted"))
    kind, text = trust_text(trusted)
    (st.success if kind == "better" else st.warning)(
        text, icon=":material/verified:" if kind == "better" else ":material/help:"
    )
    with st.expander(_("How it was tested"), key="how trust", icon=":material/science:"):
        st.markdown(
            _(
                "The moments that a ranking puts first (10, 20, 30 and 50 %) are filled in from "
                "those around them, and the probability of the answer ({n} % with everything) is "
                "looked at again. **Lost without them** should be large, **lost with them alone** "
                "small. Random: the mean of eight random rankings. Source: ERASER (DeYoung et al. "
                "2020); relevance by Chefer et al. (2021), rollout by Abnar & Zuidema (2020). "
                "Attention need not be explanation (Jain & Wallace 2019), hence this test.",
                n=number(100 * trusted.probability),
            )
        )
        rows = [
            [
                _ranking(name),
                f"{number(100 * scores.comprehensiveness, 1)} %",
                f"{number(100 * scores.sufficiency, 1)} %",
            ]
            for name, scores in trusted.rankings.items()
        ]
        rows.append(
            [
                _("random"),
                f"{number(100 * trusted.random.comprehensiveness, 1)} % "
                f"± {number(100 * trusted.spread.comprehensiveness, 1)}",
                f"{number(100 * trusted.random.sufficiency, 1)} % "
                f"± {number(100 * trusted.spread.sufficiency, 1)}",
            ]
        )
        st.html(
            table([_("Moments ranked by"), _("Lost without them"), _("Lost with them alone")], rows)
        )


def trust_text(trusted: pipeline.Trust) -> tuple[str, str]:
    """The verdict's kind (:func:`pipeline.verdict`) and its sentence."""
    best = pipeline.most_faithful(trusted)
    kind, ratio = pipeline.verdict(trusted, best)
    name = _ranking(best)
    if kind == "insensitive":
        text = _(
            "Taking single moments away hardly changes the answer here, so no map of moments can "
            "show why it was given."
        )
    elif kind == "even":
        text = _(
            "Taking away the moments that a map marks changes the model's mind no more than taking "
            "away random ones. Don't read meaning into the maps of this recording."
        )
    else:
        text = _(
            "Taking away the moments that {map} marks changes the model's mind {n}× more than "
            "taking away random ones.",
            map=name,
            n=number(min(ratio, 99), 1),
        )
    return kind, text


def for_player(attended: pipeline.Attended) -> tuple[np.ndarray, np.ndarray]:
    """Times, and relevance (moments, len(KEYPOINTS)) in [0, 1] to colour the joints by."""
    values = np.zeros((len(attended.times), len(KEYPOINTS)))
    relevance = attended.look.relevance
    values[:, attended.look.joints] = relevance / max(float(np.quantile(relevance, 0.995)), 1e-12)
    return attended.times, values.clip(0, 1)


def _layer_and_head(shape: tuple[int, ...]) -> tuple[int | None, int | None]:
    """The layer and head to show; None is the mean."""
    left, right = st.columns(2, gap="medium")
    chosen = []
    for column, name, count in ((left, _("Layer"), shape[0]), (right, _("Head"), shape[1])):
        chosen.append(
            column.segmented_control(
                name,
                [0, *range(1, count + 1)],
                default=0,
                required=True,
                format_func=lambda n: str(n) if n else _("mean"),
                key=f"map {count} {name}",
            )
        )
    layer, head = (n - 1 if n else None for n in chosen)
    return layer, head


def _of(values: np.ndarray, layer: int | None, head: int | None) -> np.ndarray:
    """One layer's and head's map (layers, heads, N, N) → (N, N), or the mean over them."""
    part = values.mean(0) if layer is None else values[layer]
    return part.mean(0) if head is None else part[head]


def _share(values: np.ndarray) -> np.ndarray:
    """In % of the largest."""
    return 100 * values / max(float(values.max()), 1e-12)


def _rows(values: np.ndarray) -> np.ndarray:
    """Each row in % of its sum."""
    return 100 * values / np.maximum(values.sum(1, keepdims=True), 1e-12)


def _explained(kind: str, what: str) -> str:
    if kind == "attention" and what == MAPS[0]:
        return _("From where the answer is read: attention of the readout, mean over its heads.")
    if kind == "attention":
        return _(
            "softmax(QKᵀ/√d): each row is shared out over the columns. It shows where the model "
            "looks, not what that changes."
        )
    if kind == "rollout":
        return _(
            "Attention followed through all layers, half of each kept in place. It shows what "
            "could have flowed where, for or against the answer."
        )
    return _(
        "Attention weighed by how the answer would change with it, through all layers. Click a "
        "cell: the player goes there."
    )


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


def _ranking(name: str) -> str:
    return {
        "attention": _("raw attention"),
        "rollout": _("rollout"),
        "relevance": _("gradient relevance"),
        "occlusion": _("leaving out"),
        "motion": _("how much moves"),
    }[name]
