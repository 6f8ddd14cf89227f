"""Documents of OpenDocument: complete, without macros, objects or outside parts."""

import re
from typing import BinaryIO

from tracking.files.archives import Archive, Budget
from tracking.files.kinds import TYPES, Refused
from tracking.files.markup import Attributes, read_markup
from tracking.files.office import FOREIGN, is_address

MIMETYPE = "mimetype"
MANIFEST = "META-INF/manifest.xml"
MACRO_PARTS = re.compile(r"^(basic|scripts)/|\.(jar|class|js|py|bsh)$", re.IGNORECASE)
MACRO_ELEMENTS = {"event-listener", "script", "libraries", "library"}
OBJECT_ELEMENTS = {"object-ole", "applet", "plugin", "floating-frame"}
OUTSIDE_ELEMENTS = {
    "dde-source",
    "dde-connection-decl",
    "cell-range-source",
    "database-source-sql",
    "database-source-query",
    "database-source-table",
}
# Elements whose link is followed by a person, not by the programme.
LINKS = {"a"}


def examine_open_document(file: BinaryIO, extension: str, budget: Budget) -> None:
    """Read every part. Raises Refused for the first that is not taken."""
    archive = Archive(file, budget)
    names = set(archive.entries)
    if (
        next(iter(archive.entries)) != MIMETYPE
        or archive.entries[MIMETYPE].compress_type
    ):
        raise Refused("content")
    kind = archive.read(MIMETYPE, limit=200).decode("ascii", "replace")
    if kind != TYPES[extension] or not {MANIFEST, "content.xml"} <= names:
        raise Refused("content")
    # First, because what is protected cannot be read any further.
    read_markup(archive.pieces(MANIFEST), _judge_entry)
    for name in names - {MIMETYPE, MANIFEST}:
        if MACRO_PARTS.search(name):
            raise Refused("macro")
        if not name.endswith("/"):
            _examine_part(archive, name)


def _judge_entry(element: str, attributes: Attributes) -> None:
    if element in ("encryption-data", "KeyInfo", "encrypted-key"):
        raise Refused("password")
    kind = attributes.get("media-type", "")
    if "script" in kind:
        raise Refused("macro")
    if "oleobject" in kind or "sun-ole" in kind:
        raise Refused("object")


def _examine_part(archive: Archive, name: str) -> None:
    if name.lower().endswith((".xml", ".rdf")):
        read_markup(archive.pieces(name), _judge_element)
        return
    head = b""
    for piece in archive.pieces(name):
        head = head or piece
    if head.startswith(FOREIGN):
        raise Refused("object")


def _judge_element(element: str, attributes: Attributes) -> None:
    if element in MACRO_ELEMENTS:
        raise Refused("macro")
    if element in OBJECT_ELEMENTS:
        raise Refused("object")
    if element in OUTSIDE_ELEMENTS:
        raise Refused("outside")
    target = attributes.get("href", "")
    if not target:
        return
    if element in LINKS:
        if not is_address(target):
            raise Refused("outside")
    elif not _is_inside(target):
        raise Refused("outside")


def _is_inside(target: str) -> bool:
    """Whether a reference stays in the document: a part of it, or a place in it."""
    return not (
        re.match(r"\s*[a-z][a-z0-9+.-]*:", target, re.IGNORECASE)
        or target.startswith(("/", "\\", "../"))
    )
