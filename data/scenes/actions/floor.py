"""floor."""

from __future__ import annotations

from data.scenes.actions.action import Action

ACTIONS: dict[str, Action] = {}
