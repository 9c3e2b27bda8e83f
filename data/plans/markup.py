"""XML that nobody trusts: no entities, no network, no document type, no deep nesting."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from data.errors import FileError


def parse(name: str, data: bytes) -> etree._Element:
    """The root element; raises :class:`FileError` for damaged or unsafe XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data.lstrip(b"\xef\xbb\xbf \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileError(
            "{name} is damaged XML ({reason}). Export it again.",
            name=name,
            reason=str(error).splitlines()[0][:120] if str(error) else "empty",
        ) from error
    if root.getroottree().docinfo.doctype:
        raise FileError(
            "{name} declares a document type, which training files never do and which can be used "
            "for attacks. Export it again from the program that recorded it.",
            name=name,
        )
    return root


def tag(element: etree._Element) -> str:
    """The element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Direct children of that name in any namespace."""
    return (child for child in element if tag(child) == name)


def find(element: etree._Element, *path: str) -> etree._Element | None:
    """The first element down the path of names."""
    for name in path:
        found = next(children(element, name), None)
        if found is None:
            return None
        element = found
    return element


def text(element: etree._Element, *path: str) -> str:
    """The text down the path; empty where there is none."""
    found = find(element, *path)
    return "" if found is None or found.text is None else found.text.strip()
