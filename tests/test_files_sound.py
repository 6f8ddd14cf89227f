"""What officials send is taken: documents, tables, pictures, texts of all scripts."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.documents import (
    located_photograph,
    office,
    open_document,
    pdf,
    picture,
    sound,
    tie,
    written_pdf,
)
from tracking.demonstration.pdf import pdf as demonstration_pdf
from tracking.files.examining import examine
from tracking.files.kinds import TYPES
from tracking.files.names import extension_of
from tracking.files.uploads import cleaned


def written(name: str, content: bytes) -> bytes:
    """What is written anew; raises Refused if the file is not taken."""
    output = io.BytesIO()
    examine(io.BytesIO(content), extension_of(name), output)
    return output.getvalue()


@pytest.mark.parametrize("name", sound())
def test_a_sound_file_of_each_type_is_taken(name: str) -> None:
    content = sound()[name]

    with closing(SimpleUploadedFile(name, content, "text/html")) as upload:
        kept = cleaned(upload)
        assert kept.content_type == TYPES[extension_of(name)]
        assert kept.name == name.replace("JPEG", "jpg")
        if not name.endswith(("jpg", "JPEG", "png")):
            assert kept.read() == content


def test_every_type_is_tried() -> None:
    assert {extension_of(name) for name in sound()} == set(TYPES)


def test_a_picture_loses_what_it_tells_and_stands_upright() -> None:
    content = located_photograph(orientation=6)
    assert b"SECRETCAMERA" in content

    with closing(SimpleUploadedFile("photo.jpg", content)) as upload:
        kept = cleaned(upload).read()

    for secret in (b"SECRET", b"Exif", b"GPS", b"ICC_PROFILE"):
        assert secret not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (30, 40)  # was lying: 40 × 30
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_telephone_is_known(orientation: int) -> None:
    facts = Image.Exif()
    facts[0x0112] = orientation
    out = io.BytesIO()
    with Image.new("RGB", (4, 2)) as image:
        image.putpixel((0, 0), (255, 0, 0))
        image.save(out, "PNG", exif=facts)

    with Image.open(io.BytesIO(written("a.png", out.getvalue()))) as image:
        w, h = image.width - 1, image.height - 1
        corners = [(0, 0), (w, 0), (w, h), (0, h)] * 2
        assert image.getpixel(corners[orientation - 1]) == (255, 0, 0)


def test_what_stands_behind_a_picture_is_left_behind() -> None:
    hidden = b"<script>alert(1)</script>PK\3\4"
    text = b"tEXtComment\0SECRET"
    chunk = (
        struct.pack("!L", len(text) - 4) + text + struct.pack("!L", zlib.crc32(text))
    )
    png = picture("PNG")
    png = png[:33] + chunk + png[33:] + hidden

    for name, content in (("a.png", png), ("a.jpg", picture("JPEG") + hidden)):
        kept = written(name, content)
        assert b"script" not in kept
        assert b"SECRET" not in kept


def test_of_moving_pictures_the_first_one_is_kept() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue", "lime")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    with Image.open(io.BytesIO(written("a.png", out.getvalue()))) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[("JPEG", mode) for mode in ("L", "RGB", "CMYK")],
    ],
)
def test_every_sort_of_picture_is_written_anew(kind: str, mode: str) -> None:
    name = "a.png" if kind == "PNG" else "a.jpg"

    with Image.open(io.BytesIO(written(name, picture(kind, mode=mode)))) as image:
        image.load()
        assert (image.format, image.size) == (kind, (40, 30))


def test_what_shines_through_stays_so() -> None:
    content = picture("PNG", mode="P", transparency=0)

    with Image.open(io.BytesIO(written("a.png", content))) as image:
        assert image.convert("RGBA").getpixel((30, 2)) == (0, 0, 0, 0)


# Documents -----------------------------------------------------------------------


def _links(document: pikepdf.Pdf) -> None:
    page = document.pages[0].obj
    notes = [
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=pikepdf.Array([0, 0, 9, 9]),
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address)),
        )
        for address in ("https://example.org/loi", "mailto:a@example.org", "www.a.org")
    ]
    page.Annots = pikepdf.Array(notes)
    document.Root.OpenAction = pikepdf.Array([page, pikepdf.Name.Fit])


def _goes_to_a_page(document: pikepdf.Pdf) -> None:
    place = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=place)


def _may_be_filled_in(document: pikepdf.Pdf) -> None:
    """A form with buttons that turn pages, show a layer and begin again."""
    page = document.pages[0].obj
    place = pikepdf.Array([page, pikepdf.Name.Fit])
    step = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=place)
    name = pikepdf.Name
    page.AA = pikepdf.Dictionary(O=step)
    document.Root.AA = pikepdf.Dictionary()
    fields = [
        document.make_indirect(
            pikepdf.Dictionary(
                Type=name.Annot,
                Subtype=name.Widget,
                FT=name.Btn,
                Rect=pikepdf.Array([0, 0, 9, 9]),
                F=4,
                A=pikepdf.Dictionary(**action, Next=pikepdf.Array([step])),
            )
        )
        for action in (
            {"S": name.Named, "N": name.NextPage},
            {"S": name.ResetForm},
            {"S": name.SetOCGState, "State": pikepdf.Array([name.ON])},
        )
    ]
    page.Annots = pikepdf.Array(fields)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields))


def _has_fonts_named_like_places(document: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1)
    document.pages[0].obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(A=font, AA=font, F=font, NA=font)
    )


def _speaks_of_scripts(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = pikepdf.String("On /JS, /AA and /Launch")


def _is_structured(document: pikepdf.Pdf) -> None:
    document.Root.StructTreeRoot = pikepdf.Dictionary(
        Type=pikepdf.Name.StructTreeRoot,
        K=pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.P)]),
    )


@pytest.mark.parametrize(
    "change",
    [
        *(_links, _goes_to_a_page, _may_be_filled_in, _has_fonts_named_like_places),
        *(_speaks_of_scripts, _is_structured),
    ],
)
def test_an_ordinary_pdf_is_taken(change: Callable[[pikepdf.Pdf], None]) -> None:
    written("a.pdf", pdf(change))
    written("a.pdf", pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate))


@pytest.mark.parametrize(
    "value",
    [b"1234", b"-1.5", b"true", b"null", b"/Name", b"(text)", b"[1]", b"<<>>"],
)
def test_any_value_may_be_an_object_of_its_own(value: bytes) -> None:
    """As programs write the length of what they do not know the length of yet."""
    written("a.pdf", written_pdf(value, catalogue=b"/Keep 4 0 R"))


def test_what_is_given_twice_may_differ_where_nothing_depends_on_it() -> None:
    written("a.pdf", written_pdf(b"<</F47 1/F47 2/Type/A/Type/B>>"))


@pytest.mark.parametrize(
    "how",
    [
        {"R": 2, "aes": False, "metadata": False},
        {"R": 3, "aes": False, "metadata": False},
        {"R": 4},
        {"R": 6},
        {"owner": "", "user": "u"},  # readers try no password for both
    ],
)
def test_a_pdf_that_forbids_changes_is_taken_as_it_is(how: dict[str, Any]) -> None:
    locked = pikepdf.Encryption(**{"owner": "o", "user": "", **how})
    content = pdf(_links, encryption=locked)

    with closing(SimpleUploadedFile("a.pdf", content)) as upload:
        assert cleaned(upload).read() == content


def test_the_demonstration_s_own_pdf_is_taken() -> None:
    written("a.pdf", demonstration_pdf(["One line"]))


def test_a_pdf_may_end_in_empty_lines() -> None:
    written("a.pdf", pdf(pages=500) + b"\r\n\0\0")


def test_a_chart_may_bring_its_table_along() -> None:
    content = office(
        "docx",
        ties=tie("chart", "charts/chart1.xml"),
        parts={
            "word/charts/chart1.xml": "<a/>",
            "word/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xlsx"),
        },
    )

    written("a.docx", content)


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/loi",
        "mailto:a@example.org",
        "#annexe",
        "tel:+4312",
        "b.htm",
    ],
)
def test_links_to_pages_and_places_are_taken(target: str) -> None:
    written("a.docx", office("docx", ties=tie("hyperlink", target, external=True)))
    link = f'<text:a xlink:href="{target}"/>'
    written("a.odt", open_document("odt", link))


def test_fields_that_fetch_nothing_are_taken() -> None:
    words = (
        ' HYPERLINK "https://example.org/dde" ',
        " PAGE \\* MERGEFORMAT ",
        ' TOC \\o "1-3" ',
        " DATE ",
    )
    fields = "".join(f"<w:instrText>{word}</w:instrText>" for word in words)

    written("a.docx", office("docx", f"<w:p>{fields}</w:p>"))


def test_a_document_of_several_writers_is_taken() -> None:
    """Folders as entries, sizes behind the content, room left in the headers."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office("docx"))) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(_Stream(out), "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(zipfile.ZipInfo("word/"), b"")
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<2H", 0xA220, 20) + bytes(20)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)

    written("a.docx", out.getvalue())


class _Stream(io.RawIOBase):
    """A file in which nobody can go back, as when a document is sent while written."""

    def __init__(self, out: io.BytesIO) -> None:
        self.out = out

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        return self.out.write(content)


def test_open_documents_with_pictures_and_charts_are_taken() -> None:
    content = open_document(
        "odt",
        '<draw:image xlink:href="Pictures/a.png"/>'
        '<draw:object xlink:href="./Object 1"/>',
        parts={
            "Pictures/a.png": picture("PNG"),
            "Object 1/content.xml": "<a/>",
            "Configurations2/": "",
        },
    )

    written("a.odt", content)


@pytest.mark.parametrize(
    "text",
    [
        "قانون مكافحة تهريب المهاجرين",
        "关于偷运移民的法律",
        "Закон о незаконном ввозе мигрантов",
        "Un\u00e9\u2028deux\ntrois\r\nquatre\fpage",
        "\u200fمن اليمين\u200e",
        "a < b & c > d, #1, =1+1",
    ],
)
def test_texts_of_all_scripts_are_taken(text: str) -> None:
    for name in ("a.txt", "a.csv"):
        written(name, text.encode())
        written(name, text.encode("utf-16"))


@pytest.mark.parametrize(
    "line", ["a;=SUM(A1:A3)", "-12;+3;@home", "a | b ! c", "=A1*2", "Why -call- (us)!"]
)
def test_tables_with_figures_and_sums_are_taken(line: str) -> None:
    written("a.csv", f"a;b\n{line}\n".encode())
