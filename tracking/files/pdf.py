"""PDF: read whole; what could act or carry is taken only where it is known."""

import re
from collections.abc import Callable
from typing import Any, BinaryIO

import pikepdf

from tracking.files.kinds import PAGES, Refused
from tracking.files.links import is_address

OBJECTS = 400_000
DEPTH = 60
TAIL = 1024
ZIP_END = 66_000  # within which a reader of zips looks for its end

# What may be there; anything else, known or yet to be invented, is refused.
# Source: ISO 32000-2, 12.6.4 (actions), 12.5.6 (annotations), 7.7.4 (names),
# 12.7.3 (forms), and the streams of clauses 8, 9 and 14.3.
STARTING = {"/GoTo", "/Named"}  # may begin by themselves
PRESSED = STARTING | {"/URI", "/ResetForm", "/SetOCGState"}  # wait for a reader
COMMANDS = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
NOTES = {
    *("", "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon"),
    *("/PolyLine", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp"),
    *("/Caret", "/Ink", "/Popup", "/Widget", "/Watermark", "/Redact"),
    *("/PrinterMark", "/TrapNet"),
}
NAMES = {"/Type", "/Dests", "/AP", "/Pages", "/Templates", "/IDS", "/URLS"}
FORM = {"/Fields", "/NeedAppearances", "/SigFlags", "/CO", "/DR", "/DA", "/Q"}
STREAMS = {
    *("", "/Image", "/Form", "/XML"),
    *("/Type1C", "/CIDFontType0C", "/OpenType"),
}
# Where a file is named; elsewhere these hold flags, or fonts and pictures.
FILES = {"/F", "/UF", "/DOS", "/Mac", "/Unix"}
# What has no place in a document that may neither act nor carry.
FOREIGN = {"/JS": "active", "/EF": "carrying", "/Collection": "carrying"}

# Looked for in the bytes too: what an older revision held is shadowed, not gone.
WORDS = re.compile(
    rb"/S\s*/(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|GoToR)\b"
    rb"|/(?:JavaScript|EmbeddedFiles|RichMediaContent)\s*(?:<<|\[|\d+\s+\d+\s+R)"
)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def examine_pdf(file: BinaryIO) -> None:
    """Look at every object. Raises Refused, or whatever the parser raises."""
    content = file.read()
    _judge_bytes(content)
    with _opened(file, content) as document:
        if len(document.objects) > OBJECTS:
            raise Refused("bulk")
        _judge_catalogue(document.Root)
        _judge(document.trailer, DEPTH)
        for each in document.objects:
            if _is_suspect(each):
                _judge(each, DEPTH)
        pages = len(document.pages)
        twice = set(TWICE.findall("\n".join(document.get_warnings())))
    if twice & TELLING or not pages:
        raise Refused("content")
    if pages > PAGES:
        raise Refused("pages")
    _judge_words(content)


def _opened(file: BinaryIO, content: bytes) -> pikepdf.Pdf:
    """The document, deciphered where that takes no password: it may forbid changes."""
    file.seek(0)
    try:
        return pikepdf.open(file, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except pikepdf.PdfError as error:
        # Locked with a certificate, or in a way that qpdf does not know.
        if b"/Encrypt" in content and "encryption" in str(error):
            raise Refused("password") from error
        raise


def _judge_bytes(content: bytes) -> None:
    """Refuse what does not begin and end as a PDF, and nothing else, does."""
    tail = content[-TAIL:]
    end = tail.rfind(b"%%EOF")
    if (
        not re.match(rb"%PDF-[12]\.\d", content)
        or end < 0
        # Behind the end another file could hide, to be found by another programme.
        or tail[end + 5 :].strip(b"\0\t\n\f\r ")
        or b"PK\5\6" in content[-ZIP_END:]
    ):
        raise Refused("content")


def _judge_words(content: bytes) -> None:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if WORDS.search(plain):
        raise Refused("active")


def _is_suspect(item: Any) -> bool:
    """Whether an object takes a closer look: a stream, or one with a telling key.

    It is looked at as text, which is ten times quicker than key by key: names come
    without escapes, references unfollowed.
    """
    if not isinstance(item, pikepdf.Object):
        return False  # a number or null, as an object of its own
    return isinstance(item, pikepdf.Stream) or bool(
        SUSPECT.search(item.unparse(resolved=True))
    )


def _bare(item: Any) -> Any:
    """A stream's dictionary, which some readers take for the object; or the object."""
    return item.stream_dict if isinstance(item, pikepdf.Stream) else item


def _name(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _judge(item: Any, depth: int) -> None:
    """Look at one object and at what it holds directly."""
    entries = _bare(item)
    if isinstance(entries, pikepdf.Dictionary):
        if isinstance(item, pikepdf.Stream):
            _judge_stream(item)
        _judge_entries(entries)
        values = list(entries.values())
    elif isinstance(entries, pikepdf.Array):
        values = list(entries)
    else:
        return
    if not depth:
        raise Refused("bulk")
    for value in values:
        # What is referred to has its own turn.
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _judge(value, depth - 1)


def _judge_entries(entries: Any) -> None:
    keys = entries.keys()
    kind = _name(entries["/Type"]) if "/Type" in keys else ""
    if kind == "/Catalog":
        _judge_catalogue(entries)
    elif kind == "/Action":
        _judge_actions(entries, PRESSED)
    for key, judge in PLACES.items():
        if key in keys:
            judge(entries[key])
    for key, code in FOREIGN.items():
        if key in keys:
            raise Refused(code)
    if any(isinstance(entries[key], pikepdf.String) for key in FILES & keys):
        raise Refused("active" if "/S" in keys else "outside")


def _judge_stream(stream: Any) -> None:
    entries = stream.stream_dict
    if "/F" in entries:
        raise Refused("outside")
    kinds = {_name(entries.get(key)) for key in ("/Subtype", "/Subtype2")}
    if kinds - STREAMS:
        raise Refused("active" if "/PS" in kinds else "carrying")
    if _name(entries.get("/Type")) == "/ObjStm":
        _judge_words(stream.read_bytes())


def _judge_catalogue(root: Any) -> None:
    """Look at what only the catalogue of a document gives a meaning to."""
    names = _keys(root.get("/Names")) - NAMES
    if names:
        raise Refused("carrying" if "/EmbeddedFiles" in names else "active")
    if _keys(root.get("/AcroForm")) - FORM:
        raise Refused("active")
    base = _bare(root.get("/URI"))
    if isinstance(base, pikepdf.Dictionary) and not is_address(
        str(base.get("/Base", ""))
    ):
        raise Refused("active")


def _keys(value: Any) -> set[str]:
    entries = _bare(value)
    return set(entries.keys()) if isinstance(entries, pikepdf.Dictionary) else set()


def _judge_actions(
    value: Any, allowed: set[str], seen: set[tuple[int, int]] | None = None
) -> None:
    """Look at an action, or several, and at all that follow."""
    seen = set() if seen is None else seen
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        if value.objgen in seen:
            return
        seen.add(value.objgen)
    if isinstance(value, pikepdf.Array):
        for each in value:
            _judge_actions(each, allowed, seen)
    entries = _bare(value)
    # A place, or attributes of a structure, which may stand here too, have no kind.
    if not isinstance(entries, pikepdf.Dictionary) or "/S" not in entries:
        return
    kind = _name(entries["/S"])
    if (
        kind not in allowed
        or (kind == "/Named" and _name(entries.get("/N")) not in COMMANDS)
        or (kind == "/URI" and not is_address(str(entries.get("/URI", ""))))
    ):
        raise Refused("active")
    if "/Next" in entries:
        _judge_actions(entries["/Next"], allowed, seen)


def _judge_triggers(value: Any) -> None:
    entries = _bare(value)
    if isinstance(entries, pikepdf.Dictionary):
        for each in entries.values():
            _judge_actions(each, STARTING)


def _judge_notes(value: Any) -> None:
    if isinstance(value, pikepdf.Array):
        for each in value:
            entries = _bare(each)
            if isinstance(entries, pikepdf.Dictionary) and (
                _name(entries.get("/Subtype")) not in NOTES
            ):
                raise Refused("carrying")


# Where something that acts, or a note that does, can stand.
PLACES: dict[str, Callable[[Any], None]] = {
    "/OpenAction": lambda value: _judge_actions(value, STARTING),
    "/AA": _judge_triggers,
    "/NA": lambda value: _judge_actions(value, STARTING),
    "/A": lambda value: _judge_actions(value, PRESSED),
    "/PA": lambda value: _judge_actions(value, PRESSED),
    "/Annots": _judge_notes,
}
SUSPECT = re.compile(
    rb"/(?:%s|Type /(?:Catalog|Action)) "
    % b"|".join(key[1:].encode() for key in (*PLACES, *FOREIGN, *FILES))
)
# Of two values for one key qpdf reads the last, others the first.
TWICE = re.compile(r"duplicated key (/[^;]*);")
TELLING = {
    *(*PLACES, *FOREIGN, *FILES, "/S", "/N", "/Next", "/URI", "/Base"),
    *("/Root", "/Names", "/AcroForm", "/Subtype", "/Subtype2"),
}
