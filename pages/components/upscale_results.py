"""Cells 2 to 4 of super-resolution: the canvas, the numbers, the files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

import pipeline
from pages.components.compare import Layer, compare
from pages.components.language import _
from pages.components.served import address
from pages.components.studio import as_is, sentence
from pages.components.upscale_ask import label

BEST_LAST = ("nearest", "bicubic", "lanczos", "fast", "looks", "best")


def chosen(opened: Sequence[pipeline.Opened]) -> pipeline.Opened:
    """The picture to look at; a choice where there are several."""
    if len(opened) == 1:
        return opened[0]
    place = st.selectbox(
        _("Picture"),
        range(len(opened)),
        format_func=lambda i: f"{i + 1} · {opened[i].name}",
        key="sr shown",
    )
    return opened[min(place, len(opened) - 1)]


def canvas(job: pipeline.JobStatus, shown: pipeline.Opened) -> None:
    """What was given and what each method made of it, over each other."""
    given = _("Given, {width} × {height}", width=shown.size[0], height=shown.size[1])
    layers = [Layer("given", given, shown.small)]
    if shown.original is not None:
        layers.insert(0, Layer("original", _("Original"), shown.original))
    made = [r for r in job.results if r.picture == shown.picture]
    layers += [
        Layer(r.method, label(r.method), r.shown, r.variation and r.variation.shown) for r in made
    ]
    names = [r.method for r in made]
    best = next((m for m in reversed(BEST_LAST) if m in names), names[-1] if names else "given")
    other = "bicubic" if "bicubic" in names and best != "bicubic" else "given"
    compare(layers, other, best, f"{job.id} {shown.picture}", key="sr canvas")
    for remark in shown.notes:
        st.caption(_(remark.template, **{k: as_is(str(v)) for k, v in remark.values.items()}))


def table(job: pipeline.JobStatus, request: pipeline.Upscaling) -> None:
    """A row a method and picture: time and measures."""
    several = len({r.picture for r in job.results}) > 1
    rows: list[dict[str, Any]] = []
    for r in job.results:
        row: dict[str, Any] = {_("Picture"): r.name} if several else {}
        row |= {_("Method"): label(r.method)}
        if not request.restore:  # else it is the original's, and the measures need the room
            row |= {_("Size"): f"{r.size[0]} × {r.size[1]}"}
        row |= {_("Seconds"): r.seconds}
        if request.restore:
            row |= {_("PSNR (dB)"): r.psnr, _("SSIM"): r.ssim}
            row |= {_("Feature distance"): r.features}
        row |= {_("Consistency (dB)"): r.consistency}
        if request.seeds > 1:
            row |= {_("Invented (of 255)"): r.variation and r.variation.mean}
        row |= {_("Tiles"): r.tiles}
        rows.append(row)
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            _("Method"): st.column_config.TextColumn(width=130),  # else names are cut off
            _("Seconds"): number(format="%.2f"),
            _("PSNR (dB)"): number(format="%.2f"),
            _("SSIM"): number(format="%.4f"),
            _("Feature distance"): number(format="%.3f"),
            _("Invented (of 255)"): number(format="%.2f"),
            _("Consistency (dB)"): number(format="%.1f"),
        },
        alt=_("Seconds and measures of every method"),
        placeholder="–",
    )
    st.caption("  \n".join([finding(job, request), *detours(job, request)]))
    with st.expander(_("How this is measured"), key="sr-how", icon=":material/info:"):
        st.markdown(
            _(
                "**PSNR** and **SSIM** compare with the original on luma (BT.601), a border as "
                "wide as the scale left out, as papers do (SSIM: Wang et al. 2004). Higher is "
                "nearer; they reward smooth results, so look too."
            )
        )
        st.markdown(
            _(
                "**Feature distance** compares with the original in the features of our judge and "
                "of our own large network (the form: Zhang et al. 2018, eq. 1, no weights fitted "
                "to people's answers). 0 is equal, lower is nearer; unlike PSNR it minds blur. It "
                "is not LPIPS, and it may favour networks that learned by the same features."
            )
        )
        st.markdown(
            _(
                "**Consistency** shrinks the result again (bicubic, as MATLAB's imresize) and "
                "compares with what was given: below about 40 dB a method changed what was there, "
                "not only added to it."
            )
        )
        st.markdown(
            _(
                "**Invented** is how far a pixel differs between results that start from other "
                "noise: their standard deviation, mean over the picture. What the given picture "
                "settles comes out the same each time. A method without noise has none."
            )
        )
        st.markdown(
            _(
                "**Seconds** are for enlarging alone on {device}; reading, writing and measuring "
                "don't count. Memory at most: {memory} GB.",
                device=as_is(job.results[-1].device),
                memory=f"{max(r.peak_memory for r in job.results) / 1e9:.1f}",
            )
        )


def finding(job: pipeline.JobStatus, request: pipeline.Upscaling) -> str:
    """The table in a sentence."""
    by_method: dict[str, list[pipeline.Upscaled]] = {}
    for result in job.results:
        by_method.setdefault(result.method, []).append(result)

    def mean(method: str, name: str) -> float:
        values = [getattr(r, name) for r in by_method[method]]
        values = [value for value in values if value is not None]
        return sum(values) / len(values) if values else float("-inf")

    measure = "psnr" if request.restore else "consistency"
    first = max(by_method, key=lambda method: mean(method, measure))
    value = mean(first, measure)
    if value == float("-inf"):
        return ""
    if request.restore:
        return _(
            "{method} comes nearest to the original: {value} dB.",
            method=label(first),
            value=f"{value:.2f}",
        )
    return _(
        "{method} keeps most exactly to what was given: {value} dB.",
        method=label(first),
        value=f"{value:.1f}",
    )


def detours(job: pipeline.JobStatus, request: pipeline.Upscaling) -> list[str]:
    """Which methods were run at another scale than the one asked for."""
    native = {r.method: r.native for r in job.results if r.native is not None}
    return [
        _(
            "{method} has no ×{scale}: it enlarged ×{native}, and the result was shrunk.",
            method=label(method),
            native=times,
            scale=request.scale,
        )
        for method, times in native.items()
        if request.scale is not None and times != request.scale
    ]


def files(job: pipeline.JobStatus) -> None:
    """Links to the pictures, full size, and to all of them in one zip."""
    links = []
    packed = next((e.value for e in job.events if e.stage == "zip" and e.value), None)
    if packed is not None:
        links.append(link(packed, _("All as zip"), main=True))
    for r in job.results:
        links.append(link(r.file, f"{label(r.method)} · {r.name}"))
        if r.variation is not None:
            links.append(link(r.variation.file, f"{label(r.method)} · {_('Invented')} · {r.name}"))
    st.html(f'<ul class="downloads">{"".join(links)}</ul>')
    st.caption(_("PNG without loss; transparency, 16 bits, colour profile and EXIF are kept."))


def link(file: Any, text: str, main: bool = False) -> str:
    """An entry of the list of files."""
    size = file.stat().st_size if file.exists() else 0
    megabytes = f"{size / 1e6:.1f} MB"
    kind = ' class="main"' if main else ""
    return (
        f'<li{kind}><a href="{escape(address(file))}?download" download="{escape(file.name)}">'
        f"{escape(text)}</a> <span>{escape(file.name)} · {megabytes}</span></li>"
    )


def doing(request: pipeline.Upscaling | None) -> dict[str, str]:
    """Stage → what is being done then."""
    methods = request.methods if request is not None else ()
    return {
        **{method: label(method) for method in methods},
        "zip": _("Packing the files"),
        "": _("Reading the picture"),
    }


def ending(job: pipeline.JobStatus, failures: Sequence[pipeline.StudioError]) -> None:
    """Why a job ended before it was done, and which files could not be read."""
    if job.state == "cancelled":
        st.info(_("Stopped. What was finished stays."), icon=":material/stop_circle:")
    elif job.error is not None:
        st.error(sentence(job.error), icon=":material/error:")
    for failure in failures:
        if failure is not job.error:
            st.warning(sentence(failure), icon=":material/warning:")


def code(request: pipeline.Upscaling) -> str:
    """The ``pipeline`` call behind the cell."""
    files = ", ".join(repr(source.name) for source in request.sources[:4])
    changed = [f"methods={request.methods!r}"]
    if request.size is not None:
        changed.append(f"scale=None, size={request.size!r}")
    elif request.scale is not None:
        changed.append(f"scale={request.scale}")
    if request.restore:
        changed.append("restore=True")
    if request.seeds > 1:
        changed.append(f"seeds={request.seeds}")
    return f"""from pathlib import Path
import pipeline

files = [Path(name) for name in ({files},)]
sources = tuple(pipeline.Source(file.name, file.read_bytes()) for file in files)
request = pipeline.Upscaling(sources, {", ".join(changed)})
for event in pipeline.upscale(request, pipeline.Runtime()):
    if event.result is not None:
        print(event.result.method, event.result.file, event.result.seconds)"""
