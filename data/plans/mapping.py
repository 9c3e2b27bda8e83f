"""Unknown columns turned into fields by the person who knows what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.errors import InputError
from data.plans.cells import value_of
from data.plans.columns import UNIT_OF, Column
from data.plans.log import NUMBERS, TrainingLog, checked
from data.plans.values import uses_decimal_comma

TEXTS = ("title", "text", "athlete")
FIELDS = (*NUMBERS, *TEXTS)
"""What an unknown column can be mapped to."""


def map_columns(log: TrainingLog, mapping: Mapping[str, Column]) -> TrainingLog:
    """The log with unknown columns, by their names, read as fields in their units.

    A value that can't be read stays in ``extra``. Raises :class:`InputError` for a field or unit
    that doesn't exist.
    """
    for name, column in mapping.items():
        if column.field not in FIELDS or (column.unit and column.unit not in UNIT_OF.values()):
            raise InputError(
                "Column “{column}” cannot become {field} in {unit}. Fields are {fields}.",
                column=name,
                field=column.field,
                unit=column.unit or "its own unit",
                fields=", ".join(FIELDS),
            )
    comma = uses_decimal_comma(t for s in log.sessions for name, t in s.extra if name in mapping)
    sessions = []
    for session in log.sessions:
        changes: dict[str, Any] = {}
        extra = []
        for name, text in session.extra:
            to = mapping.get(name)
            value: object = None
            if to is not None and to.field in TEXTS:
                value = text
            elif to is not None:
                value = value_of(to.field, to.unit, text, session.sport, comma)
            if to is None or value is None:
                extra.append((name, text))
            else:
                changes[to.field] = value
        changed = replace(session, **changes, extra=tuple(extra))
        sessions.append(checked(changed) if changes else session)
    sources = tuple(
        replace(
            source,
            columns=(
                *source.columns,
                *((n, mapping[n].field, mapping[n].unit) for n in source.unknown if n in mapping),
            ),
            unknown=tuple(n for n in source.unknown if n not in mapping),
        )
        for source in log.sources
    )
    return replace(log, sessions=tuple(sessions), sources=sources)
