"""The front door: ``streamlit run streamlit_app.py`` serves the studio.

The app's script lies in ``pages/`` and is named here rather than being this file, because next to
a script named on the command line Streamlit takes ``pages/`` for its older multipage layout and
would run a deep-linked page alone, without the sidebar.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components import films, progress, served


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Import torch and load the models before the first visitor comes, not in the first job."""
    from pages.components.studio import warm_up

    warm_up()
    gc.freeze()  # what is loaded by now stays, so no collection needs to look at it again
    yield {}


app = st.App(
    Path(__file__).parent / "pages" / "_app.py",
    lifespan=lifespan,
    routes=[*served.routes(), *progress.routes(), *films.routes()],
)
