"""Gallery: what was made, found again, compared, drawn again, or thrown away."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

import pipeline
from pages.components import ask, pictures, snippets, workspaces
from pages.components.cells import cell
from pages.components.language import LANGUAGES, _, named, ngettext, term
from pages.components.studio import runtime, sentence, submit_upscaling
from pages.components.tiles import named as named_tile
from pages.components.tiles import tiles, told

PAGE = 48
"""Pictures at a time."""

MOST_COMPARED = 4

FILTERS = ("action", "venue", "view", "style", "top_colour")

TILES = "tiles"


@st.cache_data(show_spinner=False)
def names() -> dict[tuple[str, str], str]:
    """(attribute, value) → what it is called in all languages: who searches may use any."""
    return {
        (name, value): " ".join(term(name, value, locale) for locale in LANGUAGES)
        for name, values in pipeline.VOCABULARY.items()
        for value in values
    }


def gallery() -> pipeline.Gallery:
    """That of the session's workspace."""
    return pipeline.Gallery(workspaces.current())


def refused(work: Any) -> None:
    """Do ``work``; what cannot be done is told at the top of the page."""
    try:
        work()
    except pipeline.StudioError as error:
        st.session_state["gallery trouble"] = error


def find() -> tuple[list[pipeline.Item], int]:
    """Cell 1: the search and its filters; returns what it found, a page of it."""
    form = st.session_state
    with cell(1, _("Find"), snippets.FIND):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                _("Words of the sentence, or what the picture shows"),
                key="search",
                type="search",
                live=True,
                placeholder=_("for example: sprint sunset red"),
                bind="query-params",
                on_change=first_page,
            )
            with st.popover(_("Filter"), icon=":material/filter_list:"):
                values = gallery().values()
                for name in FILTERS:
                    counts = values.get(name, {})
                    st.multiselect(
                        term("attribute", name),
                        # What was chosen stays a choice when the last such picture is deleted.
                        list(dict.fromkeys([*counts, *form.get(f"only {name}", [])])),
                        format_func=partial(counted, name, counts),
                        key=f"only {name}",
                        placeholder=_("any"),
                        persist_state="session",
                        on_change=first_page,
                    )
            st.toggle(
                _("Favourites only"),
                key="favourites",
                persist_state="session",
                on_change=first_page,
            )
        page = form.get("gallery page", 1)
        return gallery().find(
            form.search or "",
            names=names(),
            where={name: form[f"only {name}"] for name in FILTERS},
            favourites=form.favourites,
            limit=PAGE,
            offset=PAGE * (page - 1),
        )


def counted(attribute: str, counts: dict[str, int], value: str) -> str:
    """A value in words, and how many pictures have it."""
    return f"{term(attribute, value)} ({counts.get(value, 0)})"


def first_page() -> None:
    """Another search starts at its beginning."""
    st.session_state["gallery page"] = 1


def heard() -> None:
    """What was done to the tiles: one opened, a star set, some chosen."""
    form, news = st.session_state, told(TILES)
    form.chosen = list(news.chosen)
    if news.opened:
        form.open = [news.opened]
    if news.starred:
        refused(partial(gallery().favourite, *news.starred))


def overview(items: list[pipeline.Item], total: int, space: pipeline.Space) -> None:
    """Cell 2: the pictures of this page, and what can be done with those that are chosen."""
    form = st.session_state
    with cell(2, _("Pictures"), snippets.THUMBNAILS):
        line = ngettext("{n} picture", "{n} pictures", total)
        if total < space.count:
            line = _("{found} of {count}", found=line, count=space.count)
        used = _(
            "{used} of {quota} GB used", used=gigabytes(space.used), quota=f"{space.quota / 1e9:g}"
        )
        st.caption(f"{line} · {used}")
        if not items:
            st.info(
                _("Nothing fits. Take a word or a filter away.")
                if space.count
                else _("Nothing was made here yet. Whatever Generate finishes lands here."),
                icon=":material/photo_library:",
            )
            return
        if form.get("chosen"):
            selection([item.id for item in gallery().items(form.chosen)])
        tiles(
            items,
            gallery().thumbnails([item.id for item in items]),
            key=TILES,
            round_=form.get("round", 0),
            on_change=heard,
        )
        if total > PAGE:
            st.pagination(-(-total // PAGE), key="gallery page")


def gigabytes(size: int) -> str:
    """Bytes as GB, with the digits that matter."""
    return f"{size / 1e9:.2f}" if size < 1e9 else f"{size / 1e9:.1f}"


def selection(chosen: list[str]) -> None:
    """What can be done with the chosen ones."""
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="selection"):
        st.markdown(ngettext("**{n} chosen**", "**{n} chosen**", len(chosen)))
        st.button(
            _("Compare"),
            key="compare",
            type="primary",
            icon=":material/compare:",
            disabled=not 2 <= len(chosen) <= MOST_COMPARED,
            help=_("Two to four, side by side."),
            on_click=st.session_state.update,
            args=({"open": chosen},),
        )
        delete(chosen, "chosen")
        st.button(_("Choose none"), key="none", type="tertiary", on_click=choose_none)


def choose_none() -> None:
    """Take all ticks away."""
    st.session_state.chosen = []
    st.session_state.round = st.session_state.get("round", 0) + 1


def delete(ids: list[str], key: str) -> None:
    """The button that deletes, and the question before it does."""
    with st.popover(_("Delete"), icon=":material/delete:", key=f"delete {key}"):
        st.markdown(
            ngettext(
                "The picture is erased from the disk. This can't be taken back.",
                "{n} pictures are erased from the disk. This can't be taken back.",
                len(ids),
            )
        )
        if st.button(
            _("Erase"),
            key=f"erase {key}",
            type="primary",
            icon=":material/delete_forever:",
        ):
            refused(partial(gallery().delete, ids))
            choose_none()
            st.session_state.open = []
            st.rerun()


def close() -> None:
    """The opened pictures were closed."""
    st.session_state.open = []


def opened(ids: list[str]) -> None:
    """One picture with everything about it, or two to four side by side."""
    items = gallery().items(ids)
    if not items:
        close()
    elif len(ids) == 1:
        st.dialog(named_tile(items[0]), width="large", on_dismiss=close)(details)(items[0].id)
    else:
        st.dialog(_("Compared"), width="large", on_dismiss=close)(comparison)(ids)


def details(id_: str) -> None:
    """One picture, how it was made, and what can be done next."""
    try:
        result = gallery().results.load(id_)
        file = gallery().results.file(id_, list(result.stages)[-1])
        (item,) = gallery().items([id_])
    except pipeline.StudioError as error:
        st.error(sentence(error), icon=":material/error:")
        delete([id_], "opened")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.image(
            pictures.once(result, partial(pictures.jpeg, result.picture)),
            width="stretch",
            alt=result.request.prompt.text,
        )
    with right:
        with st.container(horizontal=True, key="opened next"):
            if st.button(_("Open in Generate"), type="primary", icon=":material/replay:"):
                again(result)
            st.download_button(
                _("Download"),
                file,
                pipeline.file_name(result),
                "image/png",
                icon=":material/download:",
                on_click="ignore",
            )
            if st.button(_("Enlarge"), icon=":material/photo_size_select_large:"):
                refused(partial(enlarge, result, file))
            if result.request.model is None and st.button(
                _("Vary on a sheet"), icon=":material/grid_view:"
            ):
                vary(result)
            pictures.notebook(result, "opened notebook")
            st.button(
                _("No favourite") if item.favourite else _("Favourite"),
                icon=":material/star:",
                on_click=refused,
                args=[partial(gallery().favourite, id_, not item.favourite)],
            )
            delete([id_], "opened")
        st.html(pictures.facts(result))
    with st.expander(_("All that it shows"), icon=":material/list:"):
        st.markdown(named(result.attributes))


def again(result: pipeline.Result) -> None:
    """To the Generate view, with its form filled in as this picture was made."""
    name = pipeline.file_name(result)
    st.session_state.update(ask.settings(result.request))
    st.session_state.update({"figure from": name, "restored": name})
    st.session_state.update({"job": None, "open": [], "refusal": None, "file trouble": None})
    st.switch_page("generate.py")


def vary(result: pipeline.Result) -> None:
    """To the Variations view, with this sentence and seed."""
    st.session_state.update({"vary": result.request.prompt.text, "open": []})
    st.session_state["first seed"] = min(result.request.seed, pipeline.MAX_SEED - 8)
    st.switch_page("variations.py")


def enlarge(result: pipeline.Result, file: bytes) -> None:
    """To the super-resolution view, which starts at once with the large network beside bicubic."""
    source = pipeline.Source(pipeline.file_name(result), file)
    known = [method.name for method in pipeline.available(runtime())]
    methods = tuple(name for name in ("bicubic", "best") if name in known)
    scale = 4 if len(result.picture) <= 256 else 2
    st.session_state["sr job"] = submit_upscaling(pipeline.Upscaling((source,), methods, scale))
    st.session_state.open = []
    st.switch_page("super_resolution.py")


def comparison(ids: list[str]) -> None:
    """Pictures side by side, and below them what they differ in."""
    results = []
    for id_ in ids:
        try:
            results.append(gallery().results.load(id_))
        except pipeline.StudioError as error:
            st.error(sentence(error), icon=":material/error:")
    if not results:
        return
    for column, result in zip(st.columns(len(results)), results, strict=True):
        with column:
            st.image(
                pictures.once(result, partial(pictures.jpeg, result.picture)),
                width="stretch",
                alt=result.request.prompt.text,
            )
            st.caption(pictures.as_title(result))
    st.html(pictures.differences(results))


form = st.session_state
st.title(_("What was made"))
if trouble := form.pop("gallery trouble", None):
    st.error(sentence(trouble), icon=":material/error:")
space = gallery().space()
if space.tight:
    st.warning(
        _(
            "Space is running out: {used} of {quota} GB are used, {free} GB are free on the disk. "
            "Delete what nobody needs, or new pictures can't be kept.",
            used=gigabytes(space.used),
            quota=f"{space.quota / 1e9:g}",
            free=gigabytes(space.free),
        ),
        icon=":material/hard_drive:",
    )
overview(*find(), space)
if form.get("open"):
    opened(form.open)
