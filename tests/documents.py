"""Small sound files of every type that is taken, made by code."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pikepdf
from PIL import Image

from tracking.files.kinds import OFFICE, TYPES

TIES = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"

MAIN = {
    "docx": (
        "word/document.xml",
        "wordprocessingml.document.main+xml",
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Loi</w:t></w:r></w:p>'
        "%s</w:body></w:document>",
    ),
    "xlsx": (
        "xl/workbook.xml",
        "spreadsheetml.sheet.main+xml",
        f'<workbook xmlns="{SHEET}"><sheets/>%s</workbook>',
    ),
    "pptx": (
        "ppt/presentation.xml",
        "presentationml.presentation.main+xml",
        f'<p:presentation xmlns:p="{SLIDES}">%s</p:presentation>',
    ),
}

Parts = Mapping[str, str | bytes]

# What hostile ones are made of, and a row of their corpus: what it is, its name, its
# content, the code of its refusal.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
Row = tuple[str, str, bytes, str]


def zipped(
    entries: Iterable[tuple[str, str | bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return content.getvalue()


def office_parts(
    extension: str,
    body: str = "",
    *,
    parts: Parts | None = None,
    types: str = "",
    ties: str = "",
    root_ties: str = "",
) -> dict[str, str | bytes]:
    main, kind, text = MAIN[extension]
    folder, _slash, name = main.partition("/")
    return {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/{main}" '
            f'ContentType="{OFFICE}{kind}"/>{types}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{TIES}"><Relationship Id="r1" Type="{KINDS}/'
            f'officeDocument" Target="{main}"/>{root_ties}</Relationships>'
        ),
        main: text % body,
        f"{folder}/_rels/{name}.rels": (
            f'<Relationships xmlns="{TIES}">{ties}</Relationships>'
        ),
        **(parts or {}),
    }


def office(extension: str, body: str = "", **options: Any) -> bytes:
    """A document of Office Open XML with its smallest set of parts."""
    return zipped(office_parts(extension, body, **options).items())


def tie(kind: str, target: str, *, external: bool = False) -> str:
    """One relationship to what is, or is not, in the document."""
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="r9" Type="{KINDS}/{kind}" Target="{target}"{mode}/>'


def open_document(
    extension: str,
    body: str = "",
    *,
    parts: Parts | None = None,
    manifest: str = "",
    kind: str = "",
) -> bytes:
    """A document of OpenDocument with its smallest set of parts."""
    kind = kind or TYPES[extension]
    names = {
        prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for prefix, name in {
            "office": "office",
            "text": "text",
            "draw": "drawing",
            "script": "script",
            "table": "table",
        }.items()
    }
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/'
            f'xlink"><office:body>{body}</office:body></office:document-content>',
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            f'manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/>{manifest}</manifest:manifest>',
        )
        for name, text in (parts or {}).items():
            archive.writestr(name, text)
    return content.getvalue()


def pdf(
    change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: Any
) -> bytes:
    """A PDF of empty pages, after `change`."""
    content = io.BytesIO()
    with pikepdf.new() as document:
        for _number in range(pages):
            document.add_blank_page()
        if change:
            change(document)
        document.save(content, **options)
    return content.getvalue()


def written_pdf(*objects: bytes, catalogue: bytes = b"", direct: bool = False) -> bytes:
    """A PDF of an empty page written byte by byte, `objects` numbered from 4 on.

    `catalogue` goes on the first object, or into the trailer if `direct`.
    """
    root = b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(
        (
            root,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
            *objects,
        ),
        1,
    ):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(places) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %s>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (size, table, size, root if direct else b"1 0 R", len(content))
    )


def picture(
    kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any
) -> bytes:
    content = io.BytesIO()
    with Image.new(mode, size) as image:
        image.save(content, kind, **options)
    return content.getvalue()


def located_photograph(orientation: int = 1) -> bytes:
    """A JPEG that tells where, when and with what it was taken."""
    facts = Image.Exif()
    facts[0x0112] = orientation
    facts[0x010F] = "SECRETCAMERA"
    facts.get_ifd(0x8825)[1] = "N"
    facts.get_ifd(0x8825)[2] = (59.0, 54.0, 50.0)
    return picture(
        "JPEG", exif=facts, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE" * 20
    )


def sound() -> dict[str, bytes]:
    """Name → content of one file or more of each type."""
    return {
        "law.pdf": pdf(),
        "compressed.pdf": pdf(
            object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True
        ),
        "law.docx": office("docx"),
        "table.xlsx": office("xlsx"),
        "talk.pptx": office("pptx"),
        "law.odt": open_document("odt"),
        "table.ods": open_document("ods"),
        "photo.jpg": located_photograph(),
        "photo.JPEG": picture("JPEG", mode="L"),
        "scan.png": picture("PNG", mode="RGBA"),
        "palette.png": picture("PNG", mode="P"),
        "table.csv": b"an;total\r\n2025;12\r\n2026;-3\r\n",
        "text.txt": "Été, العربية, 中文\n\tРусский\n".encode(),
        "wide.txt": "Été, العربية".encode("utf-16"),
        "marked.csv": "a,b\n1,2\n".encode("utf-8-sig"),
    }


def patched(content: bytes, mark: bytes, place: int, value: bytes) -> bytes:
    """Bytes written over every header of a kind."""
    out, start = bytearray(content), 0
    while (start := content.find(mark, start)) >= 0:
        out[start + place : start + place + len(value)] = value
        start += 4
    return bytes(out)
