"""Documents of OpenDocument: complete, without macros, objects or outside parts."""

import re
from collections.abc import Callable
from itertools import chain
from typing import BinaryIO

from tracking.files.archives import Archive, Budget
from tracking.files.formulas import judge_formula, judge_places
from tracking.files.kinds import OPEN_DOCUMENT, TYPES, Refused
from tracking.files.links import is_address, is_inside, is_own_template
from tracking.files.markup import Attributes, is_markup, read_markup, root_of
from tracking.files.parts import PICTURE, is_packed_markup
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

# Namespaces of elements. Source: OpenDocument 1.3 part 3; what LibreOffice, OpenOffice,
# Calligra and Gnumeric add. Absent: forms of XForms, databases, scripts.
SPACES = re.compile(
    r"|urn:oasis:names:tc:opendocument:xmlns:(office|meta|config|manifest|text|table"
    r"|drawing|presentation|dr3d|chart|form|style|datastyle|animation|digitalsignature"
    r"|(svg|xsl-fo|smil)-compatible):1\.\d"
    r"|urn:(org:documentfoundation|openoffice):names:experimental:[\w:.-]+"
    r"|http://openoffice\.org/(2001/(menu|toolbar|statusbar|accel|image|event)"
    r"|2004/(office|documentsignatures)|2005/report|2009/(office|table)"
    r"|2010/(chart|draw))"
    r"|http://purl\.org/dc/(elements/1\.1|terms)/|http://www\.w3\.org/(2000/09/xmldsig#"
    r"|1998/Math/MathML|1999/02/22-rdf-syntax-ns#|1999/xlink)"
    r"|http://uri\.etsi\.org/01903/v1\.\d\.\d#"
    r"|http://www\.(calligra|koffice)\.org/[\w./-]*"
    r"|http://www\.gnumeric\.org/odf-extension/1\.0"
)
TELLING_SPACE = re.compile(
    r"(?P<outside>xforms|database)|(?P<macro>script|2000/(library|dialog))"
)
# Facts about the document in words of anybody's; nobody opens what they name.
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DRAWING = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml")
# Attributes that are words to a reader, numbers or signs of a list: never followed.
_SAID = """
    style-name value-type value date-value time-value boolean-value currency c p
    number-columns-repeated number-rows-repeated number-columns-spanned
    number-rows-spanned x y width height d points viewBox rel-width rel-height
    title description label author editor note annote publisher identifier isbn
    howpublished booktitle journal organizations school institution series address
    custom1 custom2 custom3 custom4 custom5 key1 key2 prefix suffix current-value
    string-value-if-true string-value-if-false string-value-phonetic key1-phonetic
    key2-phonetic text-line-through-text data-field about resource property content
    datatype transformation Algorithm Encoding
"""
SAID = frozenset(_SAID.split())
# What leads away, or runs, wherever it stands.
LEADING = re.compile(
    r"\s*(?:[a-z][\w\s+.-]*:\s*[\\/]|[\\/]{2}"
    r"|(?P<macro>vnd\.sun\.star\.|macro:|javascript:|vbscript:)|data:)",
    re.IGNORECASE,
)
# Elements that run, hold or fetch what the document does not show.
REFUSED = {
    **dict.fromkeys(
        (
            *("event-listener", "script", "libraries", "library", "module"),
            *("execute-macro", "command"),
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
# Elements that set what a form shows, and those that only draw a code.
SETTINGS = {"property", "list-value"}
TOLD = {"qrcode"}
# How an attribute ends that is a name; where a list of a form has its words from.
NAMES = ("name", "-names")
LISTS = {"table", "value-list"}
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
    elif name.lower().endswith((".xml", ".rdf", ".svg")) or is_markup(head):
        if root_of(head) == "svg":
            examine_svg(pieces)
        else:
            part = _Part()
            read_markup(pieces, part.judge, keys=_Keys(), on_space=part.judge_space)
    else:
        for _piece in pieces:
            pass
        is_silent = name in SILENT and head.startswith(SILENT[name])
        if is_packed_markup(head) or not (
            is_silent or PICTURE.match(head) or BYTES.match(head)
        ):
            raise Refused("object")


class _Part:
    """Judges one part of markup: of its root it depends what the rest may be."""

    def __init__(self) -> None:
        self.root = ""

    def judge_space(self, space: str) -> None:
        self.root = self.root or space or "none"
        is_free = self.root == RDF and space not in DRAWING
        if not (is_free or SPACES.fullmatch(space)):
            told = TELLING_SPACE.search(space)
            raise Refused((told and told.lastgroup) or "object")

    def judge(self, element: str, attributes: Attributes) -> None:
        if element in REFUSED:
            raise Refused(REFUSED[element])
        for key, value in attributes.items():
            if value:
                JUDGES.get(key, _judge_other)(element, value)


def _judge_other(element: str, value: str) -> None:
    """Ranges of cells, and all of which it is not known that nobody follows it."""
    if element in TOLD:
        return
    judge_places(value)
    if leading := LEADING.match(value):
        raise Refused(leading.lastgroup or "outside")


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


def _judge_page(_element: str, target: str) -> None:
    if not is_address(target):
        raise Refused("link")


def _judge_picture(_element: str, target: str) -> None:
    if not is_inside(target):
        raise Refused("outside")


def _judge_list(_element: str, kind: str) -> None:
    if kind not in LISTS:
        raise Refused("outside")


def _judge_words(element: str, words: str) -> None:
    """Words of a table; of a form, what is set may be an address."""
    if element in SETTINGS:
        _judge_other(element, words)


def _judge_setting(_element: str, name: str) -> None:
    if name == "DataSourceName":
        raise Refused("outside")


def _judge_formula(_element: str, formula: str) -> None:
    judge_formula(formula)


def _judge_value(element: str, value: str) -> None:
    if element in CONDITIONS:
        judge_formula(value)


JUDGES: dict[str, Callable[[str, str], None]] = {
    "href": _judge_reference,
    "url": _judge_page,
    "string-value": _judge_words,
    "property-name": _judge_setting,
    "list-source-type": _judge_list,
    **dict.fromkeys(("datasource", "list-source"), _judge_source),
    **dict.fromkeys(("image-data", "src", "URI"), _judge_picture),
    "value": _judge_value,
    **dict.fromkeys(("formula", "condition", "expression"), _judge_formula),
}


class _Keys:
    """Attributes that are judged: those listed, and all that are not mere words."""

    def __contains__(self, key: object) -> bool:
        return key in JUDGES or not (key in SAID or str(key).endswith(NAMES))
