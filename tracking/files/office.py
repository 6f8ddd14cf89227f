"""Documents of Office Open XML: complete, and made of nothing but what is listed."""

import io
import posixpath
from collections.abc import Callable, Iterable
from itertools import chain
from typing import BinaryIO

from tracking.files.archives import Archive, Budget
from tracking.files.fields import Fields
from tracking.files.formulas import judge_formula
from tracking.files.kinds import MEGABYTE, OFFICE, TYPES, Refused
from tracking.files.links import ELSEWHERE, is_address, is_inside, is_own_template
from tracking.files.markup import Attributes, is_markup, read_markup, root_of
from tracking.files.parts import (
    ACTIONS,
    FOREIGN,
    PARTS,
    PICTURE,
    PLAIN_KINDS,
    PLAIN_TYPES,
    TELLING_NAME,
    is_packed_markup,
    last_word,
    why,
)
from tracking.files.vectors import examine_svg

MAIN = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
}
# Type of a document inside a document → its extension.
WITHIN = {TYPES[extension]: extension for extension in MAIN}
WITHIN_BYTES = 25 * MEGABYTE
TYPES_PART = "[Content_Types].xml"
ROOT_PART = "_rels/.rels"
SVG = "image/svg+xml"
# What add-ins keep for themselves, in any form.
OPAQUE = "customproperty"

# Elements whose text calculates.
FORMULAS = {
    *("f", "formula", "formula1", "formula2", "oldFormula", "definedName"),
    *("calculatedColumnFormula", "totalsRowFormula"),
}
CODES = {"w:instrText", "w:delInstrText"}
BASE = "HyperlinkBase"
WORDS = {*FORMULAS, *CODES, BASE}
FIELD_ELEMENTS = {"w:fldSimple", "w:fldChar", "w:ins", "w:p"}
# Elements of older drawings that are painted with a picture.
FILLED = {"imagedata", "fill", "stroke", "left", "top", "right", "bottom", "column"}
# Parts whose references only remember where figures came from.
DRAWN = ("chart", "chartex", "chartshapes")
OWN_NAMES = {
    "_xlnm._filterdatabase",
    *(f"_xlnm.{name}" for name in ("print_area", "print_titles", "criteria")),
    *(f"_xlnm.{name}" for name in ("extract", "database", "consolidate_area")),
    *(f"_xlnm.{name}" for name in ("sheet_title", "recorder", "data_form")),
}


def examine_office(
    file: BinaryIO, extension: str, budget: Budget, *, inside: bool = False
) -> None:
    """Read every part. Raises Refused for the first that is not taken."""
    archive = Archive(file, budget)
    if not {TYPES_PART, ROOT_PART} <= set(archive.entries):
        raise Refused("content")
    for name in archive.entries:
        if told := TELLING_NAME.search(name):
            raise Refused(why(told.group()))
    types = _types(archive)
    for name in archive.entries:
        if not name.endswith("/"):
            _examine_part(archive, name, types[name.lower()], inside=inside)
    if types.get(_main_part(archive).lower()) != MAIN[extension]:
        raise Refused("content")


def _types(archive: Archive) -> dict[str, str]:
    """Name of each part in small letters → its type, as the document declares it."""
    declared: dict[str, str] = {}
    by_ending: dict[str, str] = {}

    def take(element: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "").partition(";")[0].strip()
        if element == "Override":
            _judge_type(kind)
            part = attributes.get("PartName", "").lstrip("/").lower()
            _judge_once(declared.setdefault(part, kind), kind)
        elif element == "Default":
            ending = attributes.get("Extension", "").lower()
            _judge_once(by_ending.setdefault(ending, kind), kind)
            # Declared and used by no part it does no harm, but tells enough.
            if "vba" in kind.lower():
                raise Refused("macro")

    read_markup(archive.pieces(TYPES_PART), take)
    types = {}
    for name in map(str.lower, archive.entries):
        ending = posixpath.splitext(name)[1].lstrip(".")
        types[name] = declared.get(name, by_ending.get(ending, ""))
        _judge_type(types[name])
    return types


def _judge_once(said: str, kind: str) -> None:
    """Of two types that a document gives a part, each programme may believe one."""
    if said != kind:
        raise Refused("content")


def _judge_type(kind: str) -> None:
    if not (
        kind in PLAIN_TYPES
        or kind in MAIN.values()
        or kind in WITHIN
        or kind.partition("/")[0] in PLAIN_KINDS
        or last_word(kind) in PARTS
    ):
        raise Refused(why(kind))


def _main_part(archive: Archive) -> str:
    """Name of the part with which the document begins."""
    found: list[str] = []

    def take(_element: str, attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", ""))

    read_markup(archive.pieces(ROOT_PART), take)
    if len(found) != 1:
        raise Refused("content")
    return posixpath.normpath(found[0].lstrip("/"))


def _examine_part(archive: Archive, name: str, kind: str, *, inside: bool) -> None:
    """Read a part for what it is, whatever its name."""
    rest = archive.pieces(name)
    head = next(rest, b"")
    pieces = chain([head], rest)
    is_picture = kind.startswith("image/")
    is_text = is_markup(head) and last_word(kind) != OPAQUE
    if head.startswith(b"PK\3\4") or kind in WITHIN or "/embeddings/" in name.lower():
        _examine_inside(archive, name, kind, inside=inside)
    elif kind == SVG or (is_text and (is_picture or root_of(head) == "svg")):
        examine_svg(pieces)
    elif is_text or kind.lower().endswith(("xml", "vmldrawing")):
        _Part(kind).read(pieces)
    else:
        for _piece in pieces:
            pass
        is_odd = is_picture and head and not PICTURE.match(head)
        if head.startswith(FOREIGN) or is_odd or is_packed_markup(head):
            raise Refused("object")


def _examine_inside(archive: Archive, name: str, kind: str, *, inside: bool) -> None:
    """A chart brings its table along: a document once more, but not a third time."""
    ending = posixpath.splitext(name)[1].lstrip(".").lower()
    extension = WITHIN.get(kind, ending)
    if inside or extension not in MAIN:
        raise Refused("object")
    content = io.BytesIO(archive.read(name, WITHIN_BYTES))
    examine_office(content, extension, archive.budget, inside=True)


class _Part:
    """Reads one part of markup, and judges what it finds there."""

    def __init__(self, kind: str) -> None:
        self.drawn = last_word(kind) in DRAWN
        # Each element is a list of its name, so that no two of one name are the same.
        self.path = [[""]]
        self.fields = Fields(self.path)
        self.words: list[str] = []

    def read(self, pieces: Iterable[bytes]) -> None:
        read_markup(
            *(pieces, self._open, self._text, self._close), keys=KEYS, texts=WORDS
        )
        self.fields.end()

    def _open(self, element: str, attributes: Attributes) -> None:
        # Words that are judged stand together, with nothing in between.
        if self.path[-1][0] in WORDS and (
            element != "f"
            or self.path[-1][0] not in FORMULAS
            or "".join(self.words).strip()
        ):
            raise Refused("content")
        self.path.append([element])
        if element in NOTED:
            if element in WORDS:
                self.words = []
            if element in FIELD_ELEMENTS:
                self.fields.open(element, attributes)
            if element in JUDGED_ELEMENTS:
                JUDGED_ELEMENTS[element](attributes)
        for key, value in attributes.items():
            if not value or key not in JUDGED_ATTRIBUTES:
                continue
            if key == "href" and element.rpartition(":")[2] in FILLED:
                _judge_fill(value)
            else:
                JUDGED_ATTRIBUTES[key](value)

    def _text(self, content: str) -> None:
        element = self.path[-1][0]
        if element in CODES:
            self.fields.text(content)
        elif element in WORDS:
            self.words.append(content)

    def _close(self, element: str) -> None:
        self.path.pop()
        if element not in NOTED:
            return
        if element in FIELD_ELEMENTS:
            self.fields.close(element)
        elif element in WORDS:
            words, self.words = "".join(self.words), []
            if element in FORMULAS:
                judge_formula(words, drawn=self.drawn)
            elif element == BASE and not is_address(words):
                raise Refused("link")


def judge_tie(attributes: Attributes) -> None:
    """Refuse a tie to what is on no list, or to what is not in the document."""
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    target = attributes.get("Target", "")
    mode = attributes.get("TargetMode", "").strip().lower()
    if kind == "hyperlink":
        if not is_address(target):
            raise Refused("link")
    elif kind == "attachedtemplate":
        if not is_own_template(target):
            raise Refused("outside")
    elif mode not in ("", "internal") or ELSEWHERE.match(target):
        raise Refused("outside")
    elif kind not in PARTS:
        raise Refused(why(kind))


def _judge_name(attributes: Attributes) -> None:
    """A name for a formula: none that runs by itself or stands for a macro."""
    name = attributes.get("name", "").lower()
    if (name.startswith("_xlnm.") and name not in OWN_NAMES) or any(
        attributes.get(mark, "0").lower() not in ("0", "false")
        for mark in ("xlm", "vbProcedure")
    ):
        raise Refused("macro")


def _judge_command(attributes: Attributes) -> None:
    if attributes.get("type") == "verb":
        raise Refused("object")


def _judge_binding(attributes: Attributes) -> None:
    if attributes.get("FileBindingName"):
        raise Refused("outside")


def _judge_schema(attributes: Attributes) -> None:
    if ELSEWHERE.match(attributes.get("schemaLocation", "")):
        raise Refused("outside")


def _judge_macro(attributes: Attributes) -> None:
    if attributes.get("val"):
        raise Refused("macro")


def _judge_fill(target: str) -> None:
    """Of a picture, `href` is where it is; a mail's own parts are never fetched."""
    if not (is_inside(target) or target.lower().startswith("cid:")):
        raise Refused("outside")


def _judge_action(action: str) -> None:
    action = action.strip().lower()
    if ":" in action and action.partition("?")[0] not in ACTIONS:
        raise Refused("link" if "hlink" in action else "macro")


def _refuse(code: str) -> Callable[[object], None]:
    def refuse(_found: object) -> None:
        raise Refused(code)

    return refuse


def _unless(is_allowed: Callable[[str], bool], code: str) -> Callable[[str], None]:
    def judge(value: str) -> None:
        if not is_allowed(value):
            raise Refused(code)

    return judge


# What brings something of its own along, without a tie, or says more than words.
JUDGED_ELEMENTS: dict[str, Callable[[Attributes], None]] = {
    "Relationship": judge_tie,
    "definedName": _judge_name,
    "cmd": _judge_command,
    "DataBinding": _judge_binding,
    "include": _judge_schema,
    "redefine": _judge_schema,
    "w:entryMacro": _judge_macro,
    "w:exitMacro": _judge_macro,
    "w:altChunk": _refuse("object"),
    # Named as those of a text, and none.
    **dict.fromkeys(
        ("instrText", "delInstrText", "fldChar", "fldSimple", "altChunk"),
        _refuse("content"),
    ),
    **dict.fromkeys(
        (
            *("webVideoPr", "w:connectString", "ddeLink"),
            *("webPublishItem", "webPublishObject"),
        ),
        _refuse("outside"),
    ),
}
JUDGED_ATTRIBUTES: dict[str, Callable[[str], None]] = {
    "action": _judge_action,
    "macro": _refuse("macro"),
    "macroName": _refuse("macro"),
    "src": _unless(is_inside, "outside"),
    "href": _unless(is_address, "link"),
    "althref": _judge_fill,
    "formula": judge_formula,
    "textlink": judge_formula,
}
NOTED = {*WORDS, *FIELD_ELEMENTS, *JUDGED_ELEMENTS}
# All attributes at which anybody here looks.
KEYS = {
    *JUDGED_ATTRIBUTES,
    *("Type", "Target", "TargetMode", "instr", "fldCharType", "val", "type"),
    *("name", "xlm", "vbProcedure", "FileBindingName", "schemaLocation"),
}
