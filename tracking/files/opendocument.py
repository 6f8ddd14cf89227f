"""Documents of OpenDocument: complete, without macros, objects or outside parts."""

import re
from collections.abc import Callable
from itertools import chain
from typing import BinaryIO

from tracking.files.archives import Archive, Budget
from tracking.files.formulas import judge_formula, judge_places
from tracking.files.kinds import OPEN_DOCUMENT, TYPES, Refused
from tracking.files.links import is_address, is_inside, is_own_template
from tracking.files.markup import Attributes, is_markup, read_markup
from tracking.files.parts import PICTURE
from tracking.files.vectors import examine_svg

MIMETYPE = "mimetype"
MANIFEST = "META-INF/manifest.xml"
CONTENT = "content.xml"
# Types of parts, as the manifest names them.
# Source: OpenDocument 1.3 part 2, 4.8; what LibreOffice and OpenOffice write.
PARTS = re.compile(
    r"|(text|application)/xml|application/rdf\+xml|text/plain"
    r"|application/(octet-stream|binary)|(image|audio|video|font)/[\w.+-]+"
    rf"|{re.escape(OPEN_DOCUMENT)}"
    r"(text|spreadsheet|presentation|graphics|chart|formula|image)"
    r"|application/vnd\.sun\.xml\.ui\.configuration"
    r"|application/x-(openoffice-[\w-]+|font-\w+)|application/vnd\.ms-opentype"
    r"|application/vnd\.sun\.(xml|star)\.(writer|calc|impress|draw|math|chart)"
)
MACRO_PARTS = re.compile(
    r"^(basic|scripts|dialogs)/|\.(jar|class|js|py|bsh)$", re.IGNORECASE
)
# How parts begin that are no markup, beside pictures: fonts, sound and film.
BYTES = re.compile(
    rb"\x00\x01\x00\x00|OTTO|true|wOF[F2]|RIFF|OggS|ID3|\xff[\xe2-\xfb]|\x1aE\xdf\xa3"
    rb"|.{4}ftyp|fLaC",
    re.DOTALL,
)
# Parts of older programmes that nobody opens, and how they begin.
SILENT = {"layout-cache": b"\1\0", "Thumbnails/thumbnail.pdf": b"%PDF-"}

# Elements that run, hold or fetch what the document does not show.
REFUSED = {
    **dict.fromkeys(
        (
            *("event-listener", "script", "libraries", "library", "module"),
            "execute-macro",
        ),
        "macro",
    ),
    **dict.fromkeys(("object-ole", "applet", "plugin", "floating-frame"), "object"),
    **dict.fromkeys(
        (
            *("dde-source", "dde-link", "dde-connection", "dde-connection-decl"),
            *("cell-range-source", "source-service", "connection-resource"),
            *("database-source-sql", "database-source-query", "submission"),
            *("database-source-table", "database-display", "database-next"),
            *("database-name", "database-row-select", "database-row-number"),
        ),
        "outside",
    ),
}
# Elements whose link is followed by a person, not by the programme.
LINKS = {"a", "button"}
# Elements whose link is another document, wherever that may be.
LOADED = {"auto-reload", "table-source", "section-source"}
# Of attributes named `value`, only these elements' calculate.
CONDITIONS = {"condition", "color-scale-entry", "formatting-entry"}


def examine_open_document(file: BinaryIO, extension: str, budget: Budget) -> None:
    """Read every part. Raises Refused for the first that is not taken."""
    archive = Archive(file, budget)
    names = set(archive.entries)
    # First and unpacked it should be; several that write it elsewhere are read too.
    if not {MIMETYPE, MANIFEST, CONTENT} <= names:
        raise Refused("content")
    kind = archive.read(MIMETYPE, limit=200).decode("ascii", "replace")
    if kind != TYPES[extension]:
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
    if not PARTS.fullmatch(kind.partition(";")[0].strip().lower()) or "script" in kind:
        raise Refused("macro" if "script" in kind else "object")


def _examine_part(archive: Archive, name: str) -> None:
    """Read a part for what it is, whatever its name."""
    rest = archive.pieces(name)
    head = next(rest, b"")
    pieces = chain([head], rest)
    if not head:
        # Written by default where nobody changed a key or a menu.
        if name == CONTENT:
            raise Refused("content")
    elif name.lower().endswith(".svg"):
        examine_svg(pieces)
    elif name.lower().endswith((".xml", ".rdf")) or is_markup(head):
        read_markup(pieces, _judge_element, keys=_Keys())
    else:
        for _piece in pieces:
            pass
        is_silent = name in SILENT and head.startswith(SILENT[name])
        if not (is_silent or PICTURE.match(head) or BYTES.match(head)):
            raise Refused("object")


def _judge_element(element: str, attributes: Attributes) -> None:
    if element in REFUSED:
        raise Refused(REFUSED[element])
    for key, value in attributes.items():
        JUDGES.get(key, _judge_places)(element, value)


def _judge_reference(element: str, target: str) -> None:
    if element in LINKS:
        if not is_address(target):
            raise Refused("link")
    elif element == "template":
        if not is_own_template(target):
            raise Refused("outside")
    elif element == "chart" and target == "..":
        # From within its folder, the document that it belongs to.
        return
    elif not is_inside(target) or (target and element in LOADED):
        raise Refused("outside")


def _judge_source(_element: str, source: str) -> None:
    if source:
        raise Refused("outside")


def _judge_formula(_element: str, formula: str) -> None:
    judge_formula(formula)


def _judge_value(element: str, value: str) -> None:
    if element in CONDITIONS:
        judge_formula(value)


def _judge_places(_element: str, ranges: str) -> None:
    judge_places(ranges)


JUDGES: dict[str, Callable[[str, str], None]] = {
    "href": _judge_reference,
    "datasource": _judge_source,
    "value": _judge_value,
    **dict.fromkeys(("formula", "condition", "expression"), _judge_formula),
}


class _Keys:
    """Attributes that are judged: those listed, and all that name ranges of cells."""

    def __contains__(self, key: object) -> bool:
        return key in JUDGES or str(key).endswith(("-address", "-addresses"))
