"""Documents of Office Open XML: complete, without macros, objects or outside parts."""

import io
import posixpath
import re
from typing import BinaryIO
from urllib.parse import urlsplit

from tracking.files.archives import Archive, Budget
from tracking.files.kinds import MEGABYTE, OFFICE, Refused
from tracking.files.markup import Attributes, read_markup

MAIN = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
}
TYPES_PART = "[Content_Types].xml"
ROOT_PART = "_rels/.rels"
# Beginnings of what is a programme, an archive or an older document.
FOREIGN = (
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"PK\3\4",
    b"Rar!",
    b"7z\xbc\xaf",
    b"%PDF-",
)
WITHIN = 25 * MEGABYTE

MACRO_PARTS = re.compile(r"(^|/)(vba(project|data)|macrosheets/|dialogsheets/)")
OBJECT_PARTS = re.compile(r"(^|/)(activex/|ctrlprops/|afchunk|oleobject)")
OUTSIDE_PARTS = re.compile(r"(^|/)(externallinks/|connections\.xml$|querytables/)")
MACRO_TYPES = re.compile(r"macro|vba|x-msdownload|javascript|vbscript", re.IGNORECASE)
OBJECT_TYPES = re.compile(r"oleobject|activex", re.IGNORECASE)
# Last words of the types of relationships.
MACRO_TIES = {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"}
OBJECT_TIES = {"oleobject", "control", "activexcontrolbinary", "afchunk", "ctrlprop"}
OUTSIDE_TIES = {"externallink", "externallinkpath", "connections", "querytable"}
# Fields that run a programme or fetch a file when the document is opened.
FETCHING = re.compile(r'(^|[\s"{])(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT)\s')
ADDRESS_SCHEMES = ("", "http", "https", "mailto", "tel", "ftp")


def examine_office(
    file: BinaryIO, extension: str, budget: Budget, *, inside: bool = False
) -> None:
    """Read every part. Raises Refused for the first that is not taken."""
    archive = Archive(file, budget)
    if not {TYPES_PART, ROOT_PART} <= set(archive.entries):
        raise Refused("content")
    types = _types(archive)
    for name in archive.entries:
        _judge_name(name.lower())
        if name.endswith("/"):
            continue
        if "/embeddings/" in name.lower():
            _examine_inside(archive, name, inside=inside)
        elif name.lower().endswith(".rels"):
            read_markup(archive.pieces(name), _judge_tie)
        elif name != TYPES_PART:
            _examine_part(archive, name, extension)
    main = _main_part(archive)
    if main not in archive.entries or types.get(main) != MAIN[extension]:
        raise Refused("content")


def _judge_name(name: str) -> None:
    for parts, code in (
        (MACRO_PARTS, "macro"),
        (OBJECT_PARTS, "object"),
        (OUTSIDE_PARTS, "outside"),
    ):
        if parts.search(name):
            raise Refused(code)


def _types(archive: Archive) -> dict[str, str]:
    """Name of each part → its type, as the document declares it."""
    declared: dict[str, str] = {}
    by_ending: dict[str, str] = {}

    def take(element: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "")
        if MACRO_TYPES.search(kind):
            raise Refused("macro")
        if OBJECT_TYPES.search(kind) and element == "Override":
            raise Refused("object")
        if element == "Override":
            declared[attributes.get("PartName", "").lstrip("/")] = kind
        elif element == "Default":
            by_ending[attributes.get("Extension", "").lower()] = kind

    read_markup(archive.pieces(TYPES_PART), take)
    for name in archive.entries:
        ending = posixpath.splitext(name)[1].lstrip(".").lower()
        declared.setdefault(name, by_ending.get(ending, ""))
        if OBJECT_TYPES.search(declared[name]):
            raise Refused("object")
    return declared


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


def _judge_tie(_element: str, attributes: Attributes) -> None:
    """Refuse a tie to what runs, or to what is not in the document."""
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    if kind in MACRO_TIES:
        raise Refused("macro")
    if kind in OBJECT_TIES:
        raise Refused("object")
    if kind in OUTSIDE_TIES:
        raise Refused("outside")
    if attributes.get("TargetMode", "").lower() == "external" and (
        kind != "hyperlink" or not is_address(attributes.get("Target", ""))
    ):
        raise Refused("outside")


def is_address(target: str) -> bool:
    """Whether a link leads to a page or a mailbox, not to a file or a script."""
    bare = "".join(c for c in target if ord(c) > 32)
    if bare.startswith(("\\\\", "//")):
        return False
    try:
        return urlsplit(bare).scheme.lower() in ADDRESS_SCHEMES
    except ValueError:
        return False


def _examine_inside(archive: Archive, name: str, *, inside: bool) -> None:
    """A chart brings its table along: a document once more, but not a third time."""
    ending = posixpath.splitext(name)[1].lstrip(".").lower()
    if inside or ending not in MAIN:
        raise Refused("object")
    content = io.BytesIO(archive.read(name, WITHIN))
    examine_office(content, ending, archive.budget, inside=True)


def _examine_part(archive: Archive, name: str, extension: str) -> None:
    ending = posixpath.splitext(name)[1].lower()
    if ending in (".xml", ".vml"):
        if extension == "docx":
            _examine_fields(archive, name)
        elif extension == "pptx":
            read_markup(archive.pieces(name), _judge_action)
        else:
            read_markup(archive.pieces(name))
        return
    head = b""
    for piece in archive.pieces(name):
        head = head or piece
    if head.startswith(FOREIGN):
        raise Refused("object")


def _examine_fields(archive: Archive, name: str) -> None:
    """Look at the fields of a text, whose words may be spread over many elements."""
    words: list[str] = []
    reading = False

    def element(local: str, attributes: Attributes) -> None:
        nonlocal reading
        reading = local in ("instrText", "delInstrText")
        if local == "fldSimple":
            words.append(f" {attributes.get('instr', '')} ")
        elif local == "altChunk":
            raise Refused("object")

    def text(content: str) -> None:
        if reading:
            words.append(content)

    read_markup(archive.pieces(name), element, text)
    if FETCHING.search("".join(words).upper() + " "):
        raise Refused("outside")


def _judge_action(_element: str, attributes: Attributes) -> None:
    if re.match(r"ppaction://(macro|program|ole)", attributes.get("action", "")):
        raise Refused("macro")
