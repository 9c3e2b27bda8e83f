"""Cell 1: a recording is brought, or a sample taken with one click."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import pipeline
from data.movement import Options
from pages.components.cells import cell
from pages.components.language import _
from pages.components.movement import seen, work
from pages.components.studio import sentence, told

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
MOST_MEGABYTES = 200
ASPECTS = {"": None, "16:9": 16 / 9, "9:16": 9 / 16, "4:3": 4 / 3, "3:4": 3 / 4, "1:1": 1.0}


def samples() -> list[tuple[str, str, str, str]]:
    """File, icon, name and what is in it of each."""
    return [
        (
            "squat_valgus.csv",
            ":material/fitness_center:",
            _("Squat, knees falling in"),
            _("Three squats whose knees fall inwards by up to 25° at the bottom"),
        ),
        (
            "jump_asymmetric.trc",
            ":material/height:",
            _("Uneven jump"),
            _("Two jumps with the weight on the right leg"),
        ),
        (
            "jump_shot.trc",
            ":material/sports_basketball:",
            _("Jump shot"),
            _("A jump shot in basketball with a stiff landing"),
        ),
        ("sprint.csv", ":material/sprint:", _("Sprint"), _("Four strides at 8 m/s")),
    ]


def recording(name: str, data: bytes) -> pipeline.Recording:
    """A file, to be read and cleaned as the form says."""
    form = st.session_state
    options = Options(
        fps=form.get("fps") or None,
        aspect=ASPECTS[form.get("aspect") or ""],
        height=(form.get("stature") or 0) / 100 or None,
        person=form["person"] - 1 if form.get("person") else None,
    )
    cleaning = pipeline.Cleaning(
        cutoff=form.get("cutoff", 6.0) or None, longest_gap=form.get("gap", 0.2)
    )
    corrections = form.get("corrections") or pipeline.Corrections()
    which, stretch = form.get("which") or 0, form.get("stretch") or 0
    explain = form.get("explain") or ""
    return pipeline.Recording(name, data, options, cleaning, which, stretch, corrections, explain)


def start(name: str, data: bytes) -> None:
    """Study a recording with the form's options; it becomes the session's recording."""
    form = st.session_state
    form["recording"] = (name, data)
    form["movement trouble"] = None
    form["study"] = work.submit(recording(name, data))


def take_kept(kept: pipeline.Recording) -> None:
    """Study a recording that was kept, as it was studied then."""
    form = st.session_state
    _forget_choices()
    form["recording"] = (kept.name, kept.data)
    form["movement trouble"] = None
    form["fps"] = kept.options.fps or 0.0
    form["aspect"] = next(n for n, ratio in ASPECTS.items() if ratio == kept.options.aspect)
    form["stature"] = round(100 * (kept.options.height or 0))
    form["cutoff"] = kept.cleaning.cutoff or 0.0
    form["gap"] = kept.cleaning.longest_gap
    form["which"] = kept.which
    form["corrections"] = kept.corrections
    if kept.options.person is not None:
        form["person"] = kept.options.person + 1
    form["study"] = work.submit(kept)


def take_sample(name: str) -> None:
    """The callback of a sample's button."""
    _forget_choices()
    start(name, (SAMPLES / name).read_bytes())


def take_file() -> None:
    """Study the file that was just dropped, or forget the one that was taken out."""
    form = st.session_state
    file = form["movement file"]
    _forget_choices()
    if file is None:
        form["recording"] = form["study"] = None
    else:
        start(file.name, file.getvalue())


def again() -> None:
    """Study the session's recording anew, because an option changed."""
    if held := st.session_state.get("recording"):
        start(*held)


def anew() -> None:
    """Study the recording anew as one whose events are others or at other times."""
    st.session_state.pop("corrections", None)
    again()


def _forget_choices() -> None:
    """Another recording has other people and events in it."""
    form = st.session_state
    for key in ("person", "which", "stretch", "corrections", "explain", "reference"):
        form.pop(key, None)


def form(job: pipeline.JobStatus | None) -> None:
    """Draw the cell."""
    with cell(1, _("Recording")):
        st.file_uploader(
            _("A recording: BVH, C3D, TRC, MOT, keypoints as JSON or CSV, XLSX, MAT, a video"),
            key="movement file",
            on_change=take_file,
            max_upload_size=MOST_MEGABYTES,
        )
        st.caption(
            _(
                "Or open one of these. The project made them, with known faults; they show nobody. "
                "What you bring stays in this server's memory and is gone when you close the page "
                "or others' recordings take its place, unless you ask to keep it."
            )
        )
        with st.container(horizontal=True, key="samples"):
            for name, icon, title, about in samples():
                st.button(
                    title,
                    key=f"sample {name}",
                    icon=icon,
                    help=about,
                    on_click=take_sample,
                    args=(name,),
                )
        seen.show()
        options(job)
        if trouble := st.session_state.get("movement trouble"):
            st.error(sentence(trouble), icon=":material/error:")


def options(job: pipeline.JobStatus | None) -> None:
    """What a file may leave unsaid and how it is cleaned, folded away."""
    contents = told(job, "read")
    movement = None if contents is None else contents.movement
    if contents is not None and len(contents.names) > 1:
        st.selectbox(
            _("The file holds several recordings. Which one?"),
            range(len(contents.names)),
            format_func=contents.names.__getitem__,
            key="which",
            on_change=anew,
        )
    if movement is not None and movement.people > 1:
        st.number_input(
            _(
                "{count} people were found. Which one? 1 is seen longest.",
                count=contents.movement.people,
            ),
            1,
            contents.movement.people,
            contents.movement.person + 1,
            key="person",
            on_change=anew,
        )
    with st.expander(_("What the file does not say, and cleaning"), icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            st.number_input(
                _("Frames a second (0: as the file says)"),
                0.0,
                1000.0,
                0.0,
                key="fps",
                on_change=anew,
            )
            st.number_input(
                _("The athlete's height in cm (0: unknown)"),
                0,
                230,
                0,
                key="stature",
                on_change=again,
            )
            st.caption(_("With the height pixels become metres."))
        with right:
            st.number_input(
                _("Low-pass filter in Hz (0: none)"), 0.0, 30.0, 6.0, key="cutoff", on_change=again
            )
            st.caption(_("Quicker changes than this are smoothed out. Usually 6; throws 10 to 15."))
            st.number_input(
                _("Longest gap to fill in seconds"), 0.0, 2.0, 0.2, 0.05, key="gap", on_change=again
            )
            st.selectbox(
                _("Shape of the picture, for coordinates from 0 to 1"),
                list(ASPECTS),
                format_func=lambda name: name or _("as the file says, else 16:9"),
                key="aspect",
                on_change=again,
            )
