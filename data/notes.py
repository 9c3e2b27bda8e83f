"""Remarks about what was read: sentences that a page can translate, as those of errors."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Note:
    """A remark: a literal template with named fields, and the values that fill it."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def note(template: str, **values: object) -> Note:
    """A remark; Babel extracts templates by this name."""
    return Note(template, values)
