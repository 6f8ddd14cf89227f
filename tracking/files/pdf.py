"""PDF: read whole, without anything that runs, opens or is carried along."""

import re
from typing import Any, BinaryIO

import pikepdf

from tracking.files.kinds import PAGES, Refused
from tracking.files.office import is_address

OBJECTS = 400_000
DEPTH = 60
TAIL = 1024
ZIP_END = 66_000  # within which a reader of zips looks for its end

# Keys and names under which something runs, or is sent away.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/FFilter"}
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Sound",
    "/Movie",
    "/RichMediaExecute",
    "/GoTo3DView",
}
CARRYING_KEYS = {"/EF", "/RF", "/EmbeddedFiles", "/Collection", "/RichMediaContent"}
CARRYING_KINDS = {
    "/EmbeddedFile",
    "/FileAttachment",
    "/RichMedia",
    "/Screen",
    "/Movie",
    "/Sound",
    "/3D",
    "/Rendition",
}
SUSPECT = re.compile(
    # A link to a page or a mailbox is seen to be one without a closer look.
    rb"/(?:URI(?! (?:/|>>|\((?:https?|mailto):))|%s)(?![A-Za-z0-9])"
    % b"|".join(
        name[1:].encode()
        for name in sorted(
            {"/OpenAction"}
            | ACTIVE_KEYS
            | ACTIVE_ACTIONS
            | CARRYING_KEYS
            | CARRYING_KINDS
        )
    )
)
HARMLESS_OPENINGS = {"/GoTo", "/Named"}
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
        for each in document.objects:
            # As text first, which is ten times quicker than looking at each key.
            # A number or null, as an object of its own, holds nothing.
            if isinstance(each, pikepdf.Object) and SUSPECT.search(_text(each)):
                _judge(each, DEPTH)
        pages = len(document.pages)
    if not pages:
        raise Refused("content")
    if pages > PAGES:
        raise Refused("pages")
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if WORDS.search(plain):
        raise Refused("active")


def _opened(file: BinaryIO, content: bytes) -> pikepdf.Pdf:
    """The document, deciphered where that takes no password."""
    file.seek(0)
    try:
        document = pikepdf.open(file, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except pikepdf.PdfError as error:
        # Locked with a certificate, or in a way that qpdf does not know.
        if b"/Encrypt" in content and "encryption" in str(error):
            raise Refused("password") from error
        raise
    # What only forbids changes is read like any other.
    if document.is_encrypted and not document.user_password_matched:
        raise Refused("password")
    return document


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


def _text(item: Any) -> bytes:
    """An object as qpdf writes it: names without escapes, references unfollowed."""
    if isinstance(item, pikepdf.Stream):
        item = item.stream_dict
    text: bytes = item.unparse(resolved=True)
    return text


def _judge(item: Any, depth: int) -> None:
    """Look at one object and at what it holds directly."""
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if not depth:
            raise Refused("bulk")
        entries = item.stream_dict if isinstance(item, pikepdf.Stream) else item
        _judge_dictionary(entries)
        for value in entries.values():
            _step(value, depth)
    elif isinstance(item, pikepdf.Array):
        if not depth:
            raise Refused("bulk")
        for value in item:
            _step(value, depth)


def _step(value: Any, depth: int) -> None:
    # What is referred to has its own turn.
    if isinstance(value, pikepdf.Object) and not value.is_indirect:
        _judge(value, depth - 1)


def _judge_dictionary(entries: Any) -> None:
    keys = set(entries.keys())
    if keys & ACTIVE_KEYS:
        raise Refused("active")
    if keys & CARRYING_KEYS:
        raise Refused("carrying")
    for key in ("/Type", "/Subtype"):
        if key in keys and _name(entries[key]) in CARRYING_KINDS:
            raise Refused("carrying")
    if "/S" in keys:
        _judge_action(_name(entries["/S"]), entries)
    if "/OpenAction" in keys:
        opening = entries["/OpenAction"]
        if (
            isinstance(opening, pikepdf.Dictionary)
            and _name(opening.get("/S")) not in HARMLESS_OPENINGS
        ):
            raise Refused("active")


def _judge_action(kind: str, entries: Any) -> None:
    if kind in ACTIVE_ACTIONS:
        raise Refused("active")
    if kind == "/URI" and "/URI" in entries and not is_address(str(entries["/URI"])):
        raise Refused("active")


def _name(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""
