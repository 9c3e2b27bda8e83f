"""Thumbnails side by side: open one, mark it as a favourite, choose several.

One component for the whole page of them, since a button and a picture each as Streamlit's own
elements take seconds with sixty.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import pipeline
from pages.components.language import _, term

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_tiles",
    css=(_FILES / "tiles.css").read_text(),
    js=(_FILES / "tiles.js").read_text(),
)


@dataclass(frozen=True)
class Told:
    """What was just done: the id of the one that was opened, and of the one whose star was set."""

    opened: str | None
    starred: tuple[str, bool] | None
    chosen: tuple[str, ...]


def tiles(
    items: Sequence[pipeline.Item],
    thumbnails: Mapping[str, bytes],
    *,
    key: str,
    round_: int = 0,
    on_change: Callable[[], None],
) -> None:
    """Show ``items``; ``on_change`` runs when something was done, which :func:`told` then tells.

    A change of ``round_`` takes all ticks away.
    """
    _component(
        key=key,
        data={
            "items": [
                {
                    "id": item.id,
                    "file": base64.b64encode(thumbnails.get(item.id, b"")).decode(),
                    "alt": item.prompt,
                    "name": named(item),
                    "note": _("seed {seed}", seed=item.seed) if item.whole else "",
                    "favourite": item.favourite,
                }
                for item in items
            ],
            "round": round_,
            "texts": {
                "open": _("Open"),
                "favourite": _("Favourite"),
                "choose": _("Choose"),
                "damaged": _("Damaged"),
            },
        },
        on_opened_change=on_change,
        on_starred_change=on_change,
        on_chosen_change=on_change,
    )


def told(key: str) -> Told:
    """What the component of this key has to say."""
    state = st.session_state.get(key) or {}
    starred = state.get("starred")
    return Told(
        state.get("opened"),
        (starred["id"], bool(starred["yes"])) if starred else None,
        tuple(state.get("chosen") or ()),
    )


def named(item: pipeline.Item) -> str:
    """Action and phase in words."""
    if not item.phase:
        return _("Picture") if item.whole else _("Damaged")
    action, _slash, phase = item.phase.partition("/")
    named_action = term("action", action)
    return f"{named_action} · {term('phase', item.phase)}" if phase else named_action
