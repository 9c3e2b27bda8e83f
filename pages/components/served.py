"""Files that a browser fetches by an address of their own, not through Streamlit's memory.

The address holds a folder's name of 128 random bits, which only those know who were given it.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

import pipeline

NAME = re.compile(r"[0-9a-f]{32}")


def root() -> Path:
    """The folder whose subfolders are served."""
    return pipeline.workspace() / "upscaled"


def address(path: Path) -> str:
    """Where a browser finds the file or folder."""
    return f"{base()}/upscaled/{quote(path.relative_to(root()).as_posix())}"


def routes() -> list[Route]:
    """What the server answers besides the pages."""
    return [Route(f"{base()}/upscaled/{{folder}}/{{path:path}}", _file)]


async def _file(request: Request) -> Response:
    folder, path = request.path_params["folder"], request.path_params["path"]
    home = root().resolve()
    wanted = (home / folder / path).resolve()
    inside = wanted.is_relative_to(home / folder) and wanted.suffix in (".png", ".zip")
    if not NAME.fullmatch(folder) or not inside or not wanted.is_file():
        return PlainTextResponse("There is no such file any more.", 404)
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    name = wanted.name if "download" in request.query_params else None
    return FileResponse(wanted, headers=headers, filename=name)


def base() -> str:
    """What every address of the server begins with, ``""`` unless it was set."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
