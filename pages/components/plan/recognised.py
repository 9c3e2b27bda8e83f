"""Cell 2: what was recognised in the files, to be confirmed, named or put back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import pipeline
from data.plans import mapping, merge
from data.plans.columns import UNIT_OF, Column
from data.plans.log import Session, TrainingLog
from pages.components.cells import cell
from pages.components.language import _, ngettext
from pages.components.plan import snippets, state, steps, words
from pages.components.studio import as_is, sentence

SHOWN = 50
"""Rows of a list that are written out; the rest is counted."""


def show(log: TrainingLog) -> None:
    """Draw cell 2: the files, unknown columns, duplicates, impossible values."""
    with cell(2, _("What was recognised"), snippets.RECOGNISED):
        days = [s.date for s in log.sessions]
        line = [
            ngettext("{n} session", "{n} sessions", sum(not s.is_rest for s in log.sessions)),
            ngettext("{n} athlete", "{n} athletes", len(log.athletes_with_sessions)),
        ]
        if days:
            line.append(
                _("{first} to {last}", first=words.day(min(days)), last=words.day(max(days)))
            )
        if log.wellness:
            line.append(ngettext("{n} day of wellness", "{n} days of wellness", len(log.wellness)))
        st.markdown(" · ".join(line))
        units = {"metric": _("Kilometres"), "imperial": _("Miles")}
        st.segmented_control(
            _("Distances in"),
            list(units),
            default="metric",
            required=True,
            format_func=units.__getitem__,
            key="plan units",
        )
        sources(log)
        unknown(log)
        duplicates(log)
        flagged(log)
        with st.expander(_("All sessions"), icon=":material/table_rows:"):
            st.dataframe(
                state.kept("sessions", lambda: sessions_table(log.sessions)), hide_index=True
            )
        steps.undo("plan undo")


def sources(log: TrainingLog) -> None:
    """Every file: its format, what it held, the units its columns were read in, remarks."""
    for n, source in enumerate(log.sources[:SHOWN]):
        with st.container(key=f"plan-source-{n}", gap="xxsmall"):
            if not source.format:
                reason = "  \n".join(map(words.remark, source.notes))
                st.error(
                    _("{name} was not read.", name=as_is(source.name)) + f"  \n{reason}",
                    icon=":material/error:",
                )
                continue
            count = ngettext("{n} session", "{n} sessions", source.sessions)
            st.markdown(f"**{as_is(source.name)}** · {as_is(source.format)} · {count}")
            for note in source.notes:
                st.caption(words.remark(note))
            if source.columns:
                with st.expander(_("Columns and units"), key=f"plan columns {n}"):
                    st.dataframe(
                        pd.DataFrame(
                            [
                                (c, words.field(f), u or _("as each cell says"))
                                for c, f, u in source.columns
                            ],
                            columns=[_("Column"), _("Read as"), _("Unit")],
                        ),
                        hide_index=True,
                    )
    if len(log.sources) > SHOWN:
        st.caption(_("and {n} further files", n=len(log.sources) - SHOWN))


def unknown(log: TrainingLog) -> None:
    """A form that says what unknown columns hold."""
    names = sorted({name for source in log.sources for name in source.unknown})
    if not names:
        return
    examples: dict[str, str] = {}
    for session in log.sessions:
        for name, text in session.extra:
            examples.setdefault(name, text[:60])
        if len(examples) >= len(names):
            break
    fields = {words.field(name): name for name in mapping.FIELDS}
    with (
        st.expander(
            ngettext(
                "{n} column was not recognised", "{n} columns were not recognised", len(names)
            ),
            icon=":material/help:",
            expanded=len(names) <= 3,
        ),
        st.form("plan mapping", border=False),
    ):
        st.caption(_("Nothing of them is lost. Say what a column holds, or leave it alone."))
        table = pd.DataFrame(
            {
                "column": names,
                "example": [examples.get(name, "") for name in names],
                "field": None,
                "unit": None,
            }
        ).astype({"field": "object", "unit": "object"})
        edited = st.data_editor(
            table,
            hide_index=True,
            disabled=["column", "example"],
            column_config={
                "column": _("Column"),
                "example": _("First value"),
                "field": st.column_config.SelectboxColumn(_("Holds"), options=list(fields)),
                "unit": st.column_config.SelectboxColumn(
                    _("Unit of bare numbers"), options=sorted(set(UNIT_OF.values()))
                ),
            },
            key="plan mapping rows",
        )
        if st.form_submit_button(_("Read these columns"), icon=":material/done:"):
            chosen = {
                row.column: Column(fields[row.field], row.unit or "")
                for row in edited.itertuples()
                if isinstance(row.field, str)
            }
            try:
                mapped = mapping.map_columns(log, chosen)
            except pipeline.StudioError as error:
                st.error(sentence(error), icon=":material/error:")
                return
            if chosen:
                state.change(mapped, _("columns read: {names}", names=", ".join(chosen)))
                st.rerun()


def duplicates(log: TrainingLog) -> None:
    """What was left out because it was there already, each with a button that puts it back."""
    if not log.duplicates:
        return
    count = len(log.duplicates)
    with st.expander(
        ngettext(
            "{n} session was there twice and is counted once",
            "{n} sessions were there twice and are counted once",
            count,
        ),
        icon=":material/content_copy:",
    ):
        for n, duplicate in enumerate(log.duplicates[:SHOWN]):
            kept, dropped = duplicate.kept, duplicate.dropped
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    _(
                        "{session}: kept from {kept}, left out from {dropped}",
                        session=as_is(words.named(dropped)),
                        kept=as_is(kept.source or "?"),
                        dropped=as_is(dropped.source or "?"),
                    )
                )
                st.button(
                    _("It is another session"),
                    key=f"plan restore {n}",
                    type="tertiary",
                    icon=":material/add:",
                    on_click=_restore,
                    args=[n],
                )


def _restore(n: int) -> None:
    log = state.log()
    if log is not None and n < len(log.duplicates):
        what = _("put back: {session}", session=words.named(log.duplicates[n].dropped))
        state.change(merge.restore(log, log.duplicates[n]), what)


def flagged(log: TrainingLog) -> None:
    """Values that no person can reach: kept, but not counted."""
    bad = [s for s in log.sessions if s.flags]
    if not bad:
        return
    lines = [
        _(
            "{session}: {fields}",
            session=as_is(words.named(s)),
            fields=", ".join(words.field(name) for name in s.flags),
        )
        for s in bad[:SHOWN]
    ]
    st.warning(
        ngettext(
            "{n} session has a value that cannot be; it is kept aside and not counted.",
            "{n} sessions have values that cannot be; they are kept aside and not counted.",
            len(bad),
        )
        + "\n\n- "
        + "\n- ".join(lines),
        icon=":material/warning:",
    )


def sessions_table(sessions: tuple[Session, ...]) -> pd.DataFrame:
    """Sessions as people read them, units in the headers."""
    sports, kinds, health = (words.names(n) for n in ("sport", "kind", "health"))
    rows = [
        (
            s.date,
            s.athlete,
            kinds[s.kind],
            sports[s.sport],
            s.title,
            None if s.duration_s is None else round(s.duration_s / 60),
            None if s.distance_m is None else round(s.distance_m / words.unit_m(), 2),
            s.rpe,
            s.load,
            s.text,
            health[s.health],
        )
        for s in sessions
    ]
    names = [
        _("Day"),
        _("Athlete"),
        _("Planned or done"),
        _("Sport"),
        _("Title"),
        _("Minutes"),
        words.unit(),
        "RPE",
        _("Load stated"),
        _("Description"),
        _("Health"),
    ]
    table = pd.DataFrame(rows, columns=names)
    return table.drop(columns=[_("Athlete")]) if table[_("Athlete")].nunique() < 2 else table
