"""Videos that a page shows again: a browser fetches them, in pieces, by an address of their own.

They are held in memory as long as their studies are, and no longer; the address holds 128 random
bits, which only those know who were given it.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

KEPT = 8
"""Videos that are held; the oldest are forgotten."""

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Film:
    """A video as it was brought, and the type by which browsers know it."""

    token: str
    data: bytes
    kind: str


_held: OrderedDict[str, Film] = OrderedDict()


def hold(name: str, data: bytes) -> None:
    """Keep a video under a study's name. What browsers don't play is not held."""
    if kind := kind_of(data):
        _held[name] = Film(secrets.token_hex(16), data, kind)
        while len(_held) > KEPT:
            _held.popitem(last=False)


def address(name: str | None) -> str | None:
    """Where a browser finds a study's video; None where there is none."""
    film = _held.get(name or "")
    return f"{_base()}/films/{film.token}" if film else None


def kind_of(data: bytes) -> str | None:
    """The media type of a video that browsers play; None for anything else."""
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return "video/mp4"
    return "video/webm" if data.startswith(b"\x1aE\xdf\xa3") else None


def routes() -> list[Route]:
    """What the server answers besides the pages."""
    return [Route(f"{_base()}/films/{{token}}", _film)]


async def _film(request: Request) -> Response:
    token = request.path_params["token"]
    film = next((f for f in list(_held.values()) if f.token == token), None)
    if film is None:
        return PlainTextResponse("There is no such video any more.", 404)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    asked = RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or not any(asked.groups()):
        return Response(film.data, 200, headers, film.kind)
    first, last = stretch(*asked.groups(), len(film.data))
    headers["Content-Range"] = f"bytes {first}-{last}/{len(film.data)}"
    if first > last:
        headers["Content-Range"] = f"bytes */{len(film.data)}"
        return Response(b"", 416, headers, film.kind)
    return Response(film.data[first : last + 1], 206, headers, film.kind)


def stretch(first: str, last: str, size: int) -> tuple[int, int]:
    """The bytes that a range asks for, ends included (RFC 9110, §14.1.2)."""
    if not first:  # the last so many
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
