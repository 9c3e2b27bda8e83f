"""The cell that says what each word did: its attention, and the picture without it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import pipeline
from pages.components import pictures
from pages.components.heatmap import SEQUENTIAL
from pages.components.language import _, named
from pages.components.studio import jobs, runtime, sentence, status

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_why",
    css=(_FILES / "why.css").read_text(),
    js=(_FILES / "why.js").read_text(),
)


def parts() -> dict[str, str]:
    """Parts of a picture, in words."""
    return {
        "head": _("the head"),
        "trunk": _("the trunk"),
        "arms": _("the arms"),
        "legs": _("the legs"),
        "equipment": _("the equipment"),
        "surroundings": _("the surroundings"),
    }


def show(result: pipeline.Result, key: str) -> None:
    """What each word did in ``result``, found out when it is asked for."""
    form = st.session_state
    asked = form.setdefault("why", {})
    job = status(asked.get(key))
    if job is None:
        st.markdown(_("Which word did what? Each is taken away once, and the picture drawn anew."))
        st.button(
            _("Find out"),
            key=f"why {key}",
            icon=":material/manage_search:",
            on_click=ask,
            args=[result, key],
        )
    elif not job.finished:
        st.fragment(follow, run_every=0.5)(key)
    elif job.error is not None:
        st.info(sentence(job.error), icon=":material/info:")
        st.button(_("Find out"), key=f"why {key}", on_click=ask, args=[result, key])
    else:
        maps(job.events[-1].value, key)


def ask(result: pipeline.Result, key: str) -> None:
    """Queue the answer."""
    work = partial(explained, result)
    st.session_state.why[key] = jobs().submit(work, kind="why", cost=1)


def explained(result: pipeline.Result) -> Iterator[pipeline.Event]:
    """The job."""
    yield from pipeline.explain(result, runtime())


def follow(key: str) -> None:
    """How far the answer is."""
    job = status(st.session_state.why[key])
    if job is None or job.finished:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.progress(job.fraction, text=_("Drawing the picture without each word"))
        st.button(
            _("Cancel"),
            key=f"cancel why {key}",
            icon=":material/close:",
            on_click=jobs().cancel,
            args=[job.id],
        )


def maps(why: pipeline.Why, key: str) -> None:
    """The sentence whose words show their maps, and what each of them changed."""
    if not why.words:
        st.caption(_("No word of this changed the picture; all of it is left to chance."))
        return
    # One canvas as data: sent again only when another picture's answer is shown.
    _component(key=f"maps {key}", data=pictures.once(why, lambda: told(why)))
    with st.popover(_("How"), icon=":material/help:", type="tertiary", key=f"how {key}"):
        st.markdown(
            _(
                "**Attention**: which share of each place's attention the base network gives to "
                "what the word states, averaged over its heads and layers, at every step. It says "
                "where the network looked, not what mattered. The enlarging networks have no such "
                "maps. All words share one scale unless you ask for each word's own."
            )
        )
        st.markdown(
            _(
                "**Without the word**: what it states is unsaid and the picture is drawn again "
                "with the same noise and everything else the same; up to 256 pixels a side. If the "
                "pose follows from the word, it is chosen anew. The difference is the mean of |Δ| "
                "over all pixels and colours, of the full range."
            )
        )


def told(why: pipeline.Why) -> dict[str, Any]:
    """Everything that the canvases need."""
    peak = max(float(why.maps.max(initial=0)), 1e-6)
    changes = np.array([without.change for without in why.without])
    most = max(float(changes.max(initial=0)), 1e-6)
    names = parts()
    words = []
    for word, without in zip(why.words, why.without, strict=True):
        said = named({word.attribute: word.value} | dict(word.also))
        place, there = next(iter(without.where.items()))
        line = _(
            "Without “{word}” the picture changes by {percent} %, most of all at {part}: by "
            "{there} % there.",
            word=word.text,
            percent=f"{100 * without.changed:.1f}",
            part=names[place],
            there=f"{100 * there:.1f}",
        )
        if without.posed_anew:
            line += " " + _("The pose was chosen anew.")
        words.append(
            {
                "start": word.start,
                "stop": word.stop,
                "means": said,
                "line": line,
                "picture": base64.b64encode(pictures.jpeg(without.picture)).decode(),
            }
        )
    return {
        # JavaScript counts in UTF-16 units; a list of characters is counted alike everywhere.
        "sentence": list(why.understanding.text),
        "words": words,
        # The word that did most is what there is to see first.
        "first": max(range(len(words)), key=lambda i: why.without[i].changed),
        "picture": base64.b64encode(pictures.jpeg(why.picture)).decode(),
        "maps": _bytes(why.maps / peak),
        "steps": why.maps.shape[1],
        "side": why.maps.shape[2],
        "peak": peak,
        "changes": _bytes(changes / most),
        "changeSide": changes.shape[1],
        "most": most,
        "colours": SEQUENTIAL,
        "texts": {
            "attention": _("Attention to the word"),
            "without": _("Without the word"),
            "change": _("What changes"),
            "all": _("all steps"),
            "step": _("step {n} of {count}", n="{n}", count=why.maps.shape[1]),
            "slider": _("Step"),
            "own": _("Each word on a scale of its own"),
            "help": _("Point at a word, or reach it with the Tab key."),
        },
    }


def _bytes(shares: np.ndarray) -> str:
    return base64.b64encode((shares * 255).round().astype(np.uint8).tobytes()).decode()
