"""Cell 1 of super-resolution: pictures, methods, size, and what starts a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

import pipeline
from pages.components.cells import cell
from pages.components.language import _
from pages.components.studio import as_is, runtime, sentence, status, submit_upscaling

SCALES = ("1", "2", "4", "size")
MEGABYTES = 64
SEEDS = 4
"""How often a diffusion method draws, to find where its results differ."""


def label(method: str) -> str:
    """What a method is called; a user's own by its file."""
    return {
        "nearest": _("Nearest"),
        "bicubic": _("Bicubic"),
        "lanczos": _("Lanczos"),
        "fast": _("Small network"),
        "best": _("Large network"),
        "looks": _("Network for looks"),
        "diffusion": _("Diffusion for photos"),
        "cascade": _("Generator's stage"),
    }.get(method, method)


def about(method: pipeline.Method) -> str:
    """A sentence about a row of the registry."""
    own = {
        "looks": _(
            "Trained on blurred, noisy and JPEG photos for how it looks (judged by a rival network "
            "and by our judge's features): takes noise and JPEG marks away. Of a clean picture it "
            "keeps less than the large network."
        ),
        "diffusion": _(
            "Adds fine detail, and a little grain, to what the large network made, in eight steps; "
            "another seed, other detail."
        ),
    }
    return (
        own.get(method.name)
        or {
            "interpolation": _("Interpolation: invents nothing, smooths."),
            "network": _("A network trained on photos: sharper edges, keeps to the picture."),
            "diffusion": _("Diffusion, for pictures that were generated here: invents detail."),
            "yours": _("Your own file."),
        }[method.kind]
    )


@st.cache_data(show_spinner=False)
def sample(name: str) -> pipeline.Source:
    return pipeline.sample(name)


def start(sources: Callable[[], list[pipeline.Source]]) -> None:
    """Queue what the form says about these pictures; the callback of what starts something."""
    form = st.session_state
    job = status(form.get("sr job"))
    if job is not None and not job.finished:
        return
    form["sr refusal"] = None
    exact = form["sr scale"] == "size" and form["sr mode"] == "upscale"
    try:
        form["sr job"] = submit_upscaling(
            pipeline.Upscaling(
                tuple(sources()),
                tuple(form["sr methods"]),
                scale=None if exact else int(form["sr scale"].replace("size", "4")),
                size=(form["sr width"], form["sr height"]) if exact else None,
                restore=form["sr mode"] == "restore",
                seeds=seeds(form["sr methods"]) if form.get("sr invented") else 1,
            )
        )
    except pipeline.StudioError as error:
        form["sr refusal"] = error


def seeds(chosen: Sequence[str]) -> int:
    """How often to draw: once, unless one of the methods draws from noise."""
    rows = {row.name: row for row in pipeline.available(runtime())}
    return SEEDS if any(rows[name].seeded for name in chosen if name in rows) else 1


def uploaded() -> list[pipeline.Source]:
    """The files that lie in the uploader."""
    files = st.session_state.get("sr files") or []
    return [pipeline.Source(file.name, file.getvalue()) for file in files]


def form(busy: bool) -> None:
    """Draw the cell. While ``busy`` nothing can be started, but everything can be chosen."""
    with cell(1, _("Picture and methods")):
        st.file_uploader(
            _("Pictures: PNG, JPEG, WebP, TIFF, GIF or BMP, one or several"),
            type=list(pipeline.ENDINGS),
            accept_multiple_files=True,
            max_upload_size=MEGABYTES,
            key="sr files",
        )
        checked()
        methods()
        size()
        st.button(
            _("Enlarge") if st.session_state["sr mode"] == "upscale" else _("Shrink and restore"),
            key="sr start",
            type="primary",
            icon=":material/photo_size_select_large:",
            disabled=busy or not st.session_state.get("sr files"),
            on_click=start,
            args=(uploaded,),
        )
        if refusal := st.session_state.get("sr refusal"):
            st.error(sentence(refusal), icon=":material/error:")
        st.caption(_("Or try it on one of these; it starts at once."))
        with st.container(horizontal=True, key="sr-samples"):
            for name, title, icon in (
                ("jump-shot", _("Jump shot"), "sports_basketball"),
                ("sprint", _("Sprint"), "sprint"),
                ("line-art", _("Line drawing"), "draw"),
            ):
                st.button(
                    title,
                    key=f"sr sample {name}",
                    icon=f":material/{icon}:",
                    disabled=busy,
                    on_click=start,
                    args=(lambda name=name: [sample(name)],),
                )
            gallery(busy)


def gallery(busy: bool) -> None:
    """A picture that was generated here before."""
    ids = pipeline.Results().ids()[:30]
    if not ids:
        return
    with st.popover(_("Generated here"), icon=":material/photo_library:"):
        chosen = st.selectbox(
            _("Picture"), ids, format_func=lambda i: i.replace("_", " "), key="sr gallery"
        )
        st.button(
            _("Take this one"),
            key="sr take",
            disabled=busy,
            on_click=start,
            args=(lambda: [generated(chosen)],),
        )


def generated(id_: str) -> pipeline.Source:
    """A saved result as a file."""
    result = pipeline.Results().load(id_)
    return pipeline.Source(pipeline.file_name(result), pipeline.to_png(result))


def checked() -> None:
    """What each file is, from its header, or why it cannot be taken."""
    lines = []
    for source in uploaded():
        try:
            header = pipeline.look(source.name, source.data)
        except pipeline.StudioError as error:
            st.error(sentence(error), icon=":material/error:")
            continue
        lines.append(f"{as_is(header.name)} · {header.format} · {header.width} × {header.height}")
    if lines:
        st.caption("  \n".join(lines))


def methods() -> None:
    """Which methods run, in the order of the registry."""
    rows = {row.name: row for row in pipeline.available(runtime())}
    first = [name for name in ("bicubic", "lanczos", "fast", "best") if name in rows]
    st.pills(
        _("Methods: any number"),
        list(rows),
        selection_mode="multi",
        default=first,
        format_func=label,
        key="sr methods",
        # Nothing on the page depends on it before the start. A rerun here would be worse than idle:
        # when it begins, Streamlit throws away the answer to an upload that was just announced, and
        # the upload never begins.
        on_change="ignore",
    )
    if any(row.seeded for row in rows.values()):
        st.toggle(
            _("Map what diffusion invents: draws {n} times and compares", n=SEEDS),
            value=True,
            key="sr invented",
            on_change="ignore",
        )
    with st.expander(_("What the methods are"), key="sr-registry", icon=":material/info:"):
        for row in rows.values():
            scales = " ".join(f"×{scale}" for scale in row.scales) or _("any size")
            st.markdown(
                f"**{as_is(label(row.name))}** · {scales} · {as_is(row.licence)} · "
                f"`{row.card}`  \n{about(row)}"
            )
        st.caption(
            _(
                "Own upscalers: put ONNX files, or weights that spandrel knows (.safetensors, "
                ".pth), into {folder}.",
                folder=as_is(str(pipeline.upscalers_folder())),
            )
        )
        for trouble in pipeline.troubles():
            st.warning(sentence(trouble), icon=":material/warning:")


def size() -> None:
    """Whether to enlarge or to restore, and by how much."""
    left, right = st.columns(2, gap="medium")
    with left:
        mode = st.segmented_control(
            _("What to do"),
            ["upscale", "restore"],
            default="upscale",
            required=True,
            format_func={"upscale": _("Enlarge"), "restore": _("Shrink, then restore")}.get,
            key="sr mode",
        )
        st.caption(
            _("Makes the picture larger. There is no truth to compare with.")
            if mode == "upscale"
            else _("Shrinks it first, so the results can be measured against the original.")
        )
    with right:
        cleaning = any(1 in row.scales for row in pipeline.available(runtime()))
        chosen = st.segmented_control(
            _("How large"),
            [s for s in SCALES if (s != "1" or cleaning) and (s in "24" or mode == "upscale")],
            default="4",
            required=True,
            format_func={
                "1": _("× 1, clean"),
                "2": "× 2",
                "4": "× 4",
                "size": _("Exact size"),
            }.get,
            key="sr scale",
        )
        if chosen == "size" and mode == "upscale":
            width, height = st.columns(2)
            most = pipeline.MOST_SIDE
            width.number_input(_("Width in pixels"), 1, most, 1920, key="sr width")
            height.number_input(_("Height in pixels"), 1, most, 1080, key="sr height")
