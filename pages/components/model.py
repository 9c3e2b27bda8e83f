"""Which model draws: the own ones, or an open one with settings of its own; folded away."""

from __future__ import annotations

from typing import Any

import streamlit as st

import pipeline
from pages.components.language import _, language
from pages.components.studio import as_is

KEYS = ("name", "control", "enlargers", "steps", "guidance", "size", "negative", "understood")
OWN = ""
ENLARGES = ("SuperResolution", "Upscale")


def here() -> list[pipeline.OpenModel]:
    """The open models on this machine."""
    return _in(str(pipeline.models_folder()))


@st.cache_data(ttl=30, show_spinner=False)
def _in(folder: str) -> list[pipeline.OpenModel]:
    return pipeline.open_models()  # looks into the folder by itself


def settings(model: pipeline.HubModel | None) -> dict[str, Any]:
    """A request's model as the keys of the form."""
    if model is None:
        return {"model name": OWN}
    kept = {f"model {key}": getattr(model, key) for key in KEYS}
    return kept | {"model enlargers": list(model.enlargers)}


def asked() -> pipeline.HubModel | None:
    """The form as a model, None for the own ones; raises the pipeline's ``InputError``."""
    form = st.session_state
    name = (form.get("model name") or OWN).strip()
    if not name:
        return None
    given = {key: form.get(f"model {key}") for key in KEYS[1:]}
    return pipeline.HubModel(
        name,
        control=(given["control"] or "").strip(),
        enlargers=tuple(e.strip() for e in given["enlargers"] or ()),
        steps=given["steps"],
        guidance=given["guidance"],
        size=given["size"],
        negative=given["negative"] or "",
        understood=bool(given["understood"]),
    )


def is_open() -> bool:
    """Whether an open model is chosen."""
    return bool(st.session_state.get("model name"))


def choose() -> None:
    """The fold with the choice."""
    name = st.session_state.get("model name") or OWN
    label = _("Model: {name}", name=as_is(name)) if name else _("Model: our own")
    with st.expander(label, key="model", icon=":material/network_node:"):
        if not pipeline.hub_installed():
            st.info(
                _(
                    "Open models (Stable Diffusion, DeepFloyd IF, SANA, FLUX …) can draw here too. "
                    "Whoever runs this studio installs them with {command}.",
                    command='`pip install -e ".[hub]"`',
                ),
                icon=":material/extension:",
            )
            if not name:
                return
        known = here()
        drawing = [m.name for m in known if not m.control and not _enlarges(m)]
        sizes = {m.name: f"{m.name} · {m.bytes / 1e9:.1f} GB" for m in known}
        own = _("The studio's own models")
        st.selectbox(
            _("What draws"),
            list(dict.fromkeys([OWN, *drawing, name])),
            format_func=lambda n: sizes.get(n, n) if n else own,
            key="model name",
            accept_new_options=True,
            persist_state="session",
        )
        st.caption(
            _(
                "The own models know athletes and start at once. An open model draws anything, "
                "needs much memory, and most of them read English only."
            )
            + " "
            + where()
        )
        if name:
            details(known)


def where() -> str:
    """Which names can be given."""
    if pipeline.downloads_allowed():
        return _("A name on the hub (owner/name) is downloaded when it is first used.")
    return _(
        "Only models on this machine can be chosen: in the folder {folder}, or downloaded before.",
        folder=as_is(str(pipeline.models_folder())),
    )


def details(known: list[pipeline.OpenModel]) -> None:
    """The open model's own settings; what is left empty the model decides."""
    form = st.session_state
    controls = [m.name for m in known if m.control]
    enlargers = [m.name for m in known if _enlarges(m)]
    nothing = _("none: the words alone")
    its_own = _("the model's own")
    left, right = st.columns(2, gap="medium")
    with left:
        st.selectbox(
            _("Pose through (ControlNet for OpenPose)"),
            list(dict.fromkeys(["", *controls, form.get("model control") or ""])),
            format_func=lambda n: n or nothing,
            key="model control",
            accept_new_options=True,
            persist_state="session",
        )
        st.caption(_("Gives the model the pose that the studio chooses, or that you pull."))
    with right:
        st.multiselect(
            _("Enlarged by"),
            list(dict.fromkeys([*enlargers, *(form.get("model enlargers") or [])])),
            key="model enlargers",
            accept_new_options=True,
            max_selections=2,
            placeholder=_("no further stage"),
            persist_state="session",
        )
        st.caption(_("Later stages in order, as DeepFloyd IF has them."))
    low, high = pipeline.HUB_GUIDANCE
    first, second, third = st.columns(3, gap="medium")
    first.number_input(
        _("Steps of each stage"),
        1,
        pipeline.HUB_STEPS,
        None,
        key="model steps",
        placeholder=its_own,
        persist_state="session",
    )
    second.number_input(
        _("Guidance scale"),
        low,
        high,
        None,
        step=0.5,
        key="model guidance",
        placeholder=its_own,
        persist_state="session",
    )
    third.number_input(
        _("Size: pixels a side"),
        *pipeline.HUB_SIZE,
        None,
        step=32,
        key="model size",
        placeholder=its_own,
        persist_state="session",
    )
    st.caption(_("Turbo and lightning models want 1 to 4 steps and guidance 0; others 20 to 50."))
    st.text_input(
        _("Negative prompt: what the picture should not show"),
        key="model negative",
        max_chars=300,
        persist_state="session",
    )
    st.toggle(
        _("Tell it what was understood, in English keywords"),
        language() != "en",
        key="model understood",
        persist_state="session",
    )
    st.caption(_("For models that read no Chinese: the words that the studio knows, translated."))


def _enlarges(model: pipeline.OpenModel) -> bool:
    return any(kind in model.kind for kind in ENLARGES)
