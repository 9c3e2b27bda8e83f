"""Heatmaps of what the model attends to, and what leaving out changes."""

from __future__ import annotations

import numpy as np
import streamlit as st

import pipeline
from pages.components.heatmap import heatmap
from pages.components.language import _
from pages.components.movement.watch import GROUP
from pages.components.movement.words import heading, joint, number

MAPS = ("joint_moment", "moments", "joints")


RANKING = {"attention": "attention", "rollout": "rollout", "left out": "occlusion"}
"""Kind of map → the tested ranking of moments that it shows."""


def maps(
    attended: pipeline.Attended, lost: np.ndarray | None, trusted: pipeline.Trust | None
) -> None:
    """One heatmap at a time, of the kind that is chosen; ``lost`` (T, J) by leaving out.

    When all is tested, the map that stood the test best is shown, unless another was chosen.
    """
    form = st.session_state
    if trusted is not None and lost is not None and form.get("map tested") != form.study:
        form["map tested"] = form.study
        if not form.get("map chosen"):
            form["map of"], form["map kind"] = MAPS[0], best_kind(trusted)
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
        format_func=lambda name: kind_name(name, trusted if what == MAPS[0] else None),
        key="map kind",
        on_change=chosen,
    )
    if kind == "left out" and what == MAPS[0]:
        left_out(attended, lost)
        st.caption(how_tested(kind, trusted))
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
        row, column = largest(shown)
        heatmap(
            shown,
            rows=joints,
            columns=moments,
            label=titled(
                _("The {joint} at {time} counts most", joint=joints[row], time=moments[column]),
                _("Which joint matters at which moment"),
            ),
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
        shown = _rows(values)
        # Nearly everything is read together with itself and its neighbours, which is no finding.
        apart = np.abs(np.subtract.outer(np.arange(len(shown)), np.arange(len(shown))))
        row, column = largest(shown * (apart > (2 if time else 0)))
        heatmap(
            shown,
            rows=names,
            columns=names,
            label=titled(
                _("{one} is read together with {other} most", one=names[row], other=names[column]),
                _("Which moment is read together with which")
                if time
                else _("Which joint is read together with which"),
            ),
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
    if what == MAPS[0]:
        st.caption(how_tested(kind, trusted))


def chosen() -> None:
    """The visitor's own choice of a map stays."""
    st.session_state["map chosen"] = True


def best_kind(trusted: pipeline.Trust) -> str:
    """The kind of map whose moments stood the test best; gradient relevance where none did."""
    best = pipeline.most_faithful(trusted)
    if pipeline.verdict(trusted, best)[0] != "better":
        return "relevance"
    return next((kind for kind, ranking in RANKING.items() if ranking == best), "relevance")


def kind_name(kind: str, trusted: pipeline.Trust | None) -> str:
    """What a kind of map is called, with how many times better than chance it stood the test."""
    name = {
        "relevance": _("gradient relevance"),
        "attention": _("raw attention"),
        "rollout": _("rollout"),
        "left out": _("leaving out"),
    }[kind]
    if trusted is None:
        return name
    found, ratio = pipeline.verdict(trusted, RANKING.get(kind, kind))
    return f"{name} · {number(min(ratio, 99), 1)}×" if found == "better" else name


def how_tested(kind: str, trusted: pipeline.Trust | None) -> str:
    """How this very map stood the test, in a sentence."""
    if trusted is None:
        return _("Not tested yet: how far this map can be trusted comes in a moment.")
    found, ratio = pipeline.verdict(trusted, RANKING.get(kind, kind))
    if found == "better":
        return _(
            "Tested: without the moments that this map marks the answer changes {n}× more than "
            "without random ones.",
            n=number(min(ratio, 99), 1),
        )
    if found == "even":
        return _(
            "Tested: without the moments that this map marks the answer changes no more than "
            "without random ones. Don't read meaning into it."
        )
    return _("Tested: no single moments decide here, so this map shows no reasons.")


def titled(finding: str, label: str) -> str:
    """Write what a map shows above it; gives both as the map's text for screen readers."""
    heading(finding)
    return f"{finding}. {label}"


def largest(values: np.ndarray) -> tuple[int, int]:
    """Row and column of the largest value."""
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(row), int(column)


def left_out(attended: pipeline.Attended, cells: np.ndarray | None) -> None:
    """What changes without a joint at a moment, without a moment, and without a joint."""
    if cells is not None:
        joints = [joint(name) for name in attended.joints]
        moments = [f"{t:.1f} s" for t in attended.times]
        row, column = largest(cells.T)
        heatmap(
            100 * cells.T,
            rows=joints,
            columns=moments,
            label=titled(
                _(
                    "Without the {joint} at {time} the model is {n} % less sure",
                    joint=joints[row],
                    time=moments[column],
                    n=number(100 * cells.T[row, column], 1),
                ),
                _("How much less sure the model is without each joint at each moment"),
            ),
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
