"""Documents of office programmes that somebody with bad intentions would send."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tests.documents import (
    HTML,
    OLE,
    Row,
    office,
    office_parts,
    open_document,
    patched,
    tie,
    zipped,
)
from tracking.files.kinds import ENTRIES, INFLATED_BYTES, MEGABYTE

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


class _Slow:
    """Packs so that the first bytes to be read unpack to nothing."""

    def __init__(self) -> None:
        self.inner = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.before = b"\0\0\0\xff\xff" * 14_000

    def compress(self, content: bytes) -> bytes:
        before, self.before = self.before, b""
        return before + self.inner.compress(content)

    def flush(self) -> bytes:
        return self.inner.flush()


def _late(name: str, content: bytes, document: bytes) -> bytes:
    """A document with one more entry, which begins late."""
    archive = io.BytesIO(document)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as file:
        entry: Any = file.open(zipfile.ZipInfo(name), "w")
        entry._zinfo.compress_type = zipfile.ZIP_DEFLATED
        entry._compressor = _Slow()
        with entry:
            entry.write(content)
    return archive.getvalue()


def _within() -> bytes:
    inner = office("xlsx", parts={"xl/embeddings/b.xlsx": office("xlsx")})
    return office("docx", parts={"word/embeddings/a.xlsx": inner})


def archives() -> Iterator[Row]:
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
        odd = patched(patched(good, local, 8, place), central, 10, place)
        yield f"packed by {what}", "a.docx", odd, "content"
    coded = patched(patched(good, local, 6, b"\1\0"), central, 8, b"\1\0")
    yield "protected entries", "a.docx", coded, "password"
    half_coded = patched(good, local, 6, b"\1\0")
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
    yield "wrong checksums", "a.docx", patched(good, central, 16, b"1234"), "content"
    longer = patched(good, central, 24, struct.pack("<L", 10**6))
    yield "wrong lengths", "a.docx", longer, "content"
    far = patched(good, central, 42, struct.pack("<L", 2**31))
    yield "places outside", "a.docx", far, "content"
    parts = good[:-14] + b"\xff\xff\xff\xff" + good[-10:]
    yield "wrong number of entries", "a.docx", parts, "bulk"
    yield "a bomb", "a.docx", _swollen(), "bulk"
    yield "a slow bomb", "a.docx", _enormous(), "bulk"
    yield "a crowd of entries", "a.docx", _crowded(), "bulk"
    yield "documents in documents", "a.docx", _within(), "object"
    for name, content in (("Pictures/a.png", b"MZ"), ("a.xml", b"<script/>")):
        odd = _late(name, content, open_document("odt"))
        code = "object" if content == b"MZ" else "macro"
        yield f"{content!r} that begins late", "a.odt", odd, code
    odd = _late("word/media/a", b"MZ", office("docx"))
    yield "a programme that begins late", "a.docx", odd, "object"
    text = zlib.compress(b"a" * 100)[2:-4]
    cut = zipped([("a", text)])[:60]
    yield "the beginning of a zip", "a.docx", cut, "content"


# Documents of office programmes ---------------------------------------------


def offices() -> Iterator[Row]:
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
        code = "link" if kind == "hyperlink" else "outside"
        yield f"outside: {kind} {target}", "a.docx", tied, code
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


def open_documents() -> Iterator[Row]:
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
        "link",
    ),
    ("a link to a script", {"body": '<text:a xlink:href="javascript:a"/>'}, "link"),
    ("a link to a file", {"body": '<text:a xlink:href="file:///a.exe"/>'}, "link"),
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
