"""Bytes of a text file to text."""

from __future__ import annotations

from data.errors import FileError


def decode(name: str, data: bytes) -> str:
    """UTF-8 or UTF-16 with its mark, UTF-8, GB 18030, else Windows-1252.

    Raises :class:`FileError` for bytes that are no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs: tuple[str, ...] = ("utf-16",)
    else:
        codecs = ("utf-8-sig", "gb18030", "cp1252")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        strange = sum(not (c.isprintable() or c in "\r\n\t\f") for c in text[:5000])
        if strange <= len(text[:5000]) // 50:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileError(
        "{name} is neither text nor a format that is read here. Accepted are {accepted}.",
        name=name,
        accepted=ACCEPTED,
    )


ACCEPTED = (
    "FIT, TCX, GPX, PWX, HRM, GoldenCheetah JSON, ZWO, ERG, MRC, CRS, ICS, CSV, XLSX, YAML, JSON, "
    "Markdown, plain text, and zip or gz files of these"
)
