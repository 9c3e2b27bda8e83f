"""The report: one HTML file that stands alone and prints well on A4."""

from __future__ import annotations

import base64
import io
from html import escape

import numpy as np
from babel.dates import format_date
from PIL import Image

import pipeline
from pages.components.heatmap import DIVERGING, SEQUENTIAL
from pages.components.language import _, language
from pages.components.movement import attended as seen
from pages.components.movement.compared import phase
from pages.components.movement.faithfulness import trust_text
from pages.components.movement.heatmaps import best_kind, kind_name
from pages.components.movement.measured import (
    angles_of,
    finding,
    grouped,
    jump_table,
    rep_table,
    screening_rows,
    set_by_hand,
    steps,
)
from pages.components.movement.words import action, capital, joint, number, part, said, sided, table
from pages.components.pictures import guide
from pages.components.player import LEFT, MIDDLE, RIGHT

LEAST_MOVED = 8.0
"""Degrees; the curve of a joint that moves less tells nothing."""

STYLE = """
@page { size: A4; margin: 16mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.45 system-ui, "Noto Sans CJK SC", sans-serif; color: #1f2328;
  max-width: 178mm; margin: 0 auto; padding: 8mm 0 }
h1 { font-size: 18pt; margin: 0 0 2mm } h2 { font-size: 13pt; margin: 8mm 0 2mm; color: #0b625c;
  border-bottom: 1px solid #dcd8d0; padding-bottom: 1mm; break-after: avoid }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; break-after: avoid }
p { margin: 1mm 0 } .quiet { color: #5b6066; font-size: 9pt }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; break-inside: avoid }
th { text-align: left; font-weight: 500; color: #5b6066 }
th, td { padding: 1.2mm 3mm 1.2mm 0; border-bottom: 1px solid #e6e2da; vertical-align: top }
figure { margin: 2mm 0; break-inside: avoid } figcaption { font-size: 9pt; color: #5b6066 }
.moments { display: flex; gap: 3mm } .moments figure { flex: 1; margin: 0 }
.moments img { width: 100%; border-radius: 2mm }
.map { display: grid; grid-template-columns: max-content 1fr; gap: 0 2mm; font-size: 7.5pt }
.map .names { display: flex; flex-direction: column; justify-content: space-around;
  text-align: right }
.map .picture, .map .names { height: var(--high); line-height: 1 } .map.small { width: 110mm }
table.short td, table.screening td:nth-child(2) { white-space: nowrap }
.map img { display: block; width: 100%; height: 100%; image-rendering: pixelated;
  border: 1px solid #dcd8d0 }
.map .below { grid-column: 2; display: flex; justify-content: space-between }
.words { white-space: pre-wrap; border-left: 3px solid #0b625c; padding-left: 3mm }
"""


def report(
    analysis: pipeline.Analysis,
    looked: pipeline.Attended | None,
    trusted: pipeline.Trust | None,
    lost: np.ndarray | None,
    comparison: pipeline.Comparison | None,
    words: str,
) -> str:
    """The whole file as HTML; everything that a person or a file brought is escaped."""
    movement = analysis.movement
    title = _("Movement report")
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(movement.source)} · {escape(_facts(movement))}</p>",
        f"<p class='quiet'>{escape(format_date(None, locale=language()))} · TrainSight</p>",
        _moments(analysis),
        _section(_("Angles"), _angles(analysis)),
        _section(_("Repetitions"), rep_table(analysis)) if analysis.reps else "",
        _section(_("Flights"), jump_table(analysis)) if analysis.jumps else "",
        _section(_("Gait"), f"<p>{escape(steps(analysis))}</p>") if analysis.gait else "",
        _section(_("Screening indicators"), _screening(analysis)),
    ]
    if looked is not None:
        parts.append(_section(_("What the model attends to"), _attention(looked, trusted, lost)))
    if comparison is not None:
        parts.append(_section(_("Compared with a reference"), _comparison(comparison)))
    if words.strip():
        parts.append(
            _section(_("What to train next"), f"<p class='words'>{escape(words.strip())}</p>")
        )
    parts.append(_section(_("How it was made"), _sources(analysis)))
    return (
        f"<!doctype html><html lang='{language().replace('_', '-')}'><head><meta charset='utf-8'>"
        f"<title>{escape(movement.source)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def _facts(movement: pipeline.Movement) -> str:
    seconds = float(movement.times[-1] - movement.times[0])
    return _(
        "{seconds} s, {frames} frames, {format}",
        seconds=number(seconds, 1),
        frames=movement.frames,
        format=movement.format,
    )


def _moments(analysis: pipeline.Analysis) -> str:
    """Pictures of the pose at telling moments."""
    frames = telling_frames(analysis)
    shown = []
    for frame in frames:
        try:
            picture = guide(pipeline.figure_at(analysis.movement, frame, "three_quarter"))
        except pipeline.StudioError:
            continue
        time = f"{analysis.movement.times[frame]:.2f} s"
        shown.append(
            f"<figure><img alt='' src='data:image/jpeg;base64,{_base64(picture)}'>"
            f"<figcaption>{escape(time)}</figcaption></figure>"
        )
    return f"<div class='moments'>{''.join(shown)}</div>" if shown else ""


def telling_frames(analysis: pipeline.Analysis) -> list[int]:
    """Up to four frames: of the first repetition or flight, else evenly spread."""
    if analysis.movement.joints is None:
        return []
    if analysis.reps:
        rep = analysis.reps[0]
        return [rep.start, (rep.start + rep.turn) // 2, rep.turn, rep.end]
    if analysis.jumps:
        jump = analysis.jumps[0]
        before = max(0, jump.take_off - round(0.2 * analysis.movement.fps))
        return [before, jump.take_off, (jump.take_off + jump.landing) // 2, jump.landing]
    return [int(f) for f in np.linspace(0, analysis.movement.frames - 1, 6)[1:-1]]


def _angles(analysis: pipeline.Analysis) -> str:
    groups = grouped(analysis)
    parts = []
    for name, members in groups.items():
        values = angles_of(analysis, name, members).values
        moves = max(float(np.nanmax(v) - np.nanmin(v)) for v in values.values())
        if name not in ("knee", "hip", "shoulder", "elbow", "trunk") or moves < LEAST_MOVED:
            continue
        parts.append(
            f"<figure><figcaption>{escape(finding(analysis, name, members))}</figcaption>"
            f"{_curve(analysis, values)}</figure>"
        )
    key = _("Left blue, right orange, dotted. Degrees over seconds; grey: repetitions.")
    return "".join(parts) + f"<p class='quiet'>{escape(key)}</p>"


def _curve(analysis: pipeline.Analysis, values: dict[str, np.ndarray]) -> str:
    """An SVG of angles (frames,) over time."""
    times = analysis.movement.times
    known = np.concatenate([v[np.isfinite(v)] for v in values.values()])
    low, high = float(known.min()), float(known.max())
    # At least 30° high, or a joint that is held still would seem to shake.
    middle, half = (low + high) / 2, max(0.55 * (high - low), 15.0)
    low, high = middle - half, middle + half
    width, height, left, bottom = 640.0, 96.0, 34.0, 16.0

    def x(time: float) -> float:
        return left + (time - times[0]) / (times[-1] - times[0]) * (width - left)

    def y(value: float) -> float:
        return height - (value - low) / (high - low) * height

    drawn = []
    for rep in analysis.reps:
        start, end = x(times[rep.start]), x(times[rep.end])
        drawn.append(
            f"<rect x='{start:.1f}' y='0' width='{end - start:.1f}' height='{height}' "
            "fill='#888' opacity='.12'/>"
        )
    text = "font-size='9' fill='#5b6066'"
    for value in (low, high):
        inside = min(max(y(value), 8), height - 2)
        drawn.append(f"<text x='0' y='{inside:.0f}' {text}>{value:.0f}°</text>")
    for time in np.linspace(times[0], times[-1], 6):
        drawn.append(
            f"<text x='{min(x(time), width - 12):.0f}' y='{height + bottom - 4}' {text} "
            f"text-anchor='middle'>{time:.1f}</text>"
        )
    every = max(1, len(times) // 600)
    for name, curve in values.items():
        side = sided(name)[0]
        hue = {"left": LEFT, "right": RIGHT}.get(side, MIDDLE)[0]
        points = " ".join(
            f"{x(t):.1f},{y(v):.1f}"
            for t, v in zip(times[::every], curve[::every], strict=True)
            if np.isfinite(v)
        )
        dots = " stroke-dasharray='2 2'" if side == "right" else ""
        drawn.append(
            f"<polyline points='{points}' fill='none' stroke='{hue}' stroke-width='1.6'{dots}/>"
        )
    return (
        f"<svg viewBox='0 0 {width:.0f} {height + bottom:.0f}' width='100%'>{''.join(drawn)}</svg>"
    )


def _screening(analysis: pipeline.Analysis) -> str:
    titles = [_("Indicator"), _("Value"), _("Usual"), _("Source")]
    found = table(titles, screening_rows(analysis), "screening")
    reasons: dict[str, list[str]] = {}
    for i in analysis.indicators:
        if i.missing is not None:
            reasons.setdefault(said(i.missing), []).append(said(i.title))
    lines = [
        _("{name}: {reason}", name=_(", ").join(names), reason=reason)
        for reason, names in reasons.items()
    ]
    text = _("Not assessable: {list}.", list="; ".join(lines)) if lines else ""
    if language() == "zh_CN":
        text = text.replace("; ", "；")
    return found + f"<p class='quiet'>{escape(text)}</p>"


def _attention(
    looked: pipeline.Attended, trusted: pipeline.Trust | None, lost: np.ndarray | None
) -> str:
    name, probability = looked.action
    told = _(
        "Taken for: {action} ({n} %). Quality score {score} ± {spread} of 100.",
        action=action(name),
        n=number(100 * probability),
        score=number(100 * looked.quality[0]),
        spread=number(max(1.0, 100 * looked.quality[1])),
    )
    explained = _("The maps explain: {answer}.", answer=seen.answered(looked, looked.explains))
    parts = [f"<p>{escape(told)} {escape(explained)}</p>"]
    if trusted is not None:
        parts.append(f"<p>{escape(trust_text(trusted)[1])}</p>")
    parts += _maps(looked, trusted, lost)
    sentences = "".join(f"<li>{escape(seen.link_sentence(link))}</li>" for link in looked.links)
    return "".join(parts) + (f"<ul>{sentences}</ul>" if sentences else "")


def _maps(
    looked: pipeline.Attended, trusted: pipeline.Trust | None, lost: np.ndarray | None
) -> list[str]:
    """Joint × moment of the kind that stood the test best, and moment × moment."""
    of = looked.look
    kind = "relevance" if trusted is None else best_kind(trusted)
    kind = "relevance" if kind == "left out" and lost is None else kind
    moments = [f"{t:.1f} s" for t in looked.times]
    if kind == "left out":
        assert lost is not None
        values = 0.5 + 0.5 * lost.T / max(float(np.abs(lost).max()), 1e-12)
        caption = _(
            "How much less sure the model is without each joint at each moment; green: it speaks "
            "for the answer, purple: against it."
        )
    else:
        values = {"relevance": of.relevance, "attention": of.pool, "rollout": of.rollout}[kind].T
        values = values / max(float(values.max()), 1e-12)
        caption = _(
            "Which joint matters at which moment, by {map}: the darker, the more.",
            map=kind_name(kind, None),
        )
    together = of.relevance_time / np.maximum(of.relevance_time.sum(1, keepdims=True), 1e-12)
    places = np.linspace(0, len(moments) - 1, min(7, len(moments))).round().astype(int)
    return [
        _map(
            values,
            [joint(name) for name in looked.joints],
            moments,
            DIVERGING if kind == "left out" else SEQUENTIAL,
            caption,
            max(3.4 * len(looked.joints), 30),
        ),
        _map(
            together / max(float(together.max()), 1e-12),
            [moments[i] for i in places],
            moments,
            SEQUENTIAL,
            _("Which moment (row) is read together with which (column), by gradient relevance."),
            75,
            "small",
        ),
    ]


def _comparison(comparison: pipeline.Comparison) -> str:
    titles = [_("Joint"), *(phase(p) for p in comparison.phases)]
    rows = [
        [
            capital(part("trunk") if name == "trunk_lean" else joint(name)),
            *(f"{'+' if round(v) > 0 else ''}{number(v)}°" if np.isfinite(v) else "–" for v in row),
        ]
        for name, row in zip(comparison.angles, comparison.deviation, strict=True)
    ]
    note = _("Degrees more (+) or less (−) than the reference; aligned by dynamic time warping.")
    return table(titles, rows) + f"<p class='quiet'>{escape(note)}</p>"


def _sources(analysis: pipeline.Analysis) -> str:
    lines = [
        _(
            "Angles as in Sports2D and Pose2Sim (Pagnon et al. 2022); outliers by Hampel (1974), "
            "Butterworth filter of order 4 without delay; centre of mass by Dempster (1955) and "
            "Winter (2009)."
        ),
        _(
            "Indicators describe and foretell nothing. The model learnt from made-up athletes and "
            "public recordings, not from coaches' judgements."
        ),
        *(said(remark) for remark in analysis.movement.notes),
        set_by_hand(analysis),
    ]
    return "".join(f"<p class='quiet'>{escape(line)}</p>" for line in lines if line)


def _map(
    values: np.ndarray,
    rows: list[str],
    columns: list[str],
    stops: tuple[str, ...],
    caption: str,
    high: float,
    kind: str = "",
) -> str:
    """A heatmap, ``high`` mm, as a small picture with names beside it; values in [0, 1]."""
    names = "".join(f"<span>{escape(row)}</span>" for row in rows)
    places = np.linspace(0, len(columns) - 1, min(6, len(columns))).round().astype(int)
    below = "".join(f"<span>{escape(columns[i])}</span>" for i in places)
    picture = _png(coloured(values, stops))
    return (
        f"<figure><div class='map {kind}' style='--high: {high:.0f}mm'>"
        f"<div class='names'>{names}</div><div class='picture'>"
        f"<img alt='' src='data:image/png;base64,{_base64(picture)}'></div>"
        f"<div class='below'>{below}</div></div>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def coloured(values: np.ndarray, stops: tuple[str, ...] = DIVERGING) -> np.ndarray:
    """Values in [0, 1] as uint8 (rows, columns, 3) along evenly spaced colours."""
    colours = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in stops], float)
    at = np.nan_to_num(values).clip(0, 1) * (len(colours) - 1)
    low = np.minimum(at.astype(int), len(colours) - 2)
    share = (at - low)[..., None]
    return ((1 - share) * colours[low] + share * colours[low + 1]).round().astype(np.uint8)


def _png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
