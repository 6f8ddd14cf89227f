"""Documents of office programmes, as programmes write them and as people send them."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.documents import office, open_document, tie
from tracking.files.examining import examine
from tracking.files.kinds import Refused
from tracking.files.names import extension_of

FILES = Path(__file__).parent / "files" / "office"
FORM = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"
DOCUMENTS = sorted(path.name for path in FILES.iterdir() if path.suffix != ".csv")


def judged(name: str, content: bytes) -> str:
    """Code of the refusal, empty for none."""
    try:
        examine(io.BytesIO(content), extension_of(name), io.BytesIO())
    except Refused as refused:
        return refused.code
    return ""


def rewritten(name: str, *changes: tuple[str, bytes, bytes]) -> bytes:
    """A document of `FILES` in which words of parts are others."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / name) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = old.read(entry)
            for part, before, after in changes:
                if entry.filename == part:
                    assert before in content
                    content = content.replace(before, after, 1)
            new.writestr(entry.filename, content)
    return out.getvalue()


def test_each_format_comes_from_several_programmes() -> None:
    kinds = [Path(name).suffix for name in DOCUMENTS]

    for kind, programmes in (
        *((".docx", 4), (".xlsx", 4), (".pptx", 2), (".odt", 4), (".ods", 4)),
    ):
        assert kinds.count(kind) >= programmes, kind


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_a_real_programme_is_taken(name: str) -> None:
    assert judged(name, (FILES / name).read_bytes()) == ""


@pytest.mark.parametrize(
    ("name", "part", "before", "after", "code"),
    [
        ("word-parts.docx", "word/document.xml", b" =SUM(", b" DDE (", "outside"),
        ("word-parts.docx", "word/document.xml", b"> PA", b"> DDEAUTO PA", "outside"),
        ("python-docx.docx", "word/footer1.xml", b" NUMPAGES", b" DDEAUTO", "outside"),
        (
            *("libreoffice-writer.docx", "word/document.xml"),
            *(b" PAGEREF", b" INCLUDETEXT", "outside"),
        ),
        ("xlsxwriter.xlsx", "xl/worksheets/sheet1.xml", b"_xlfn.X", b"CALL(X", "call"),
        (
            *("libreoffice-calc.xlsx", "xl/worksheets/sheet1.xml"),
            *(b"SUM(A1", b"_xlfn.WEBSERVICE(A1", "call"),
        ),
        (
            *("libreoffice-calc.ods", "content.xml"),
            *(b"of:=AVERAGE(", b"of:=DDE(", "call"),
        ),
        (
            *("powerpoint-parts.pptx", "ppt/slides/slide1.xml"),
            *(b"ppaction://hlinkshowjump?", b"ppaction://program?", "macro"),
        ),
        (
            *("openoffice-parts.odt", "meta.xml"),
            *(b"../../Templates", b"//host/Templates", "outside"),
        ),
        (
            *("word-parts.docx", "word/_rels/settings.xml.rels"),
            *(b"file:///C:\\Users", b"file://host/Users", "outside"),
        ),
    ],
)
def test_the_same_document_with_one_hostile_word_is_refused(
    name: str, part: str, before: bytes, after: bytes, code: str
) -> None:
    assert judged(name, rewritten(name)) == ""
    assert judged(name, rewritten(name, (part, before, after))) == code


@pytest.mark.parametrize(
    "part",
    ["Configurations2/accelerator/current.xml", "styles.xml", "Object 1/styles.xml"],
)
def test_an_empty_part_of_open_document_is_no_damage(part: str) -> None:
    for extension in ("odt", "ods"):
        content = open_document(extension, parts={part: ""})

        assert judged(f"a.{extension}", content) == ""


def test_the_preview_that_older_programmes_kept_is_no_harm() -> None:
    content = open_document("odt", parts={"Thumbnails/thumbnail.pdf": b"%PDF-1.4"})

    assert judged("a.odt", content) == ""


@pytest.mark.parametrize(
    "words",
    [
        '<text:bibliography-mark text:url="https://example.org/loi"/>',
        '<text:bibliography-mark text:url="www.example.org" text:note="http://a"/>',
        '<table:table-cell office:string-value="file:///c:/a" table:style-name="a"/>',
        '<text:bookmark text:name="http://example.org/"/>',
        f'<f:listbox xmlns:f="{FORM}" f:list-source-type="table" f:list-source=""/>',
        f'<f:property xmlns:f="{FORM}" f:property-name="ImageURL" '
        'office:string-value="Pictures/a.png"/>',
        f'<f:image xmlns:f="{FORM}" f:image-data="Pictures/a.png"/>',
        f'<f:button xmlns:f="{FORM}" xlink:href="https://example.org/"/>',
        '<x:qrcode xmlns:x="urn:org:documentfoundation:names:experimental:office:'
        'xmlns:loext:1.0" office:code="https://example.org/"/>',
    ],
)
def test_words_of_open_document_that_nobody_follows_are_taken(words: str) -> None:
    for extension in ("odt", "ods"):
        assert judged(f"a.{extension}", open_document(extension, words)) == ""


def test_a_drawing_is_one_whatever_its_name() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    facts = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<a:page xmlns:a="http://example.org/" r:about="http://example.org/"/></r:RDF>'
    )
    for name, part in (("1.png", drawing), ("1", drawing), ("a.rdf", facts)):
        content = open_document("odt", parts={f"Pictures/{name}": part})

        assert judged("a.odt", content) == "", name


def test_an_open_document_needs_words() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(open_document("odt"))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, b"" if name == "content.xml" else old.read(name))

    assert judged("a.odt", out.getvalue()) == "content"


@pytest.mark.parametrize(
    "template",
    [
        "Normal.dotm",
        "file:///C:\\Program%20Files\\Microsoft%20Office\\Templates\\Report.dotx",
        "C:\\Templates\\Report.dot",
        "Macintosh%20HD:Users:focal:Report.dotx",
        "file:///Users/focal/Report.dotx",
    ],
)
def test_a_template_on_one_s_own_disk_is_no_harm(template: str) -> None:
    ties = tie("attachedTemplate", template, external=True)

    assert judged("a.docx", office("docx", ties=ties)) == ""


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_break_behind_a_document_is_no_damage(end: bytes) -> None:
    assert judged("a.docx", office("docx") + end) == ""
    assert judged("a.docx", office("docx") + b"PK" + end) == "content"


@pytest.mark.parametrize(
    "formula",
    [
        "A2-(-1.5)",
        "SUM(A1)-SUM(B1)",
        "'Été'!A1&amp;\" | cmd'!\"",
        "SUM(T1[[#This Row],[a]:[b]],T1['# of],T1[#Totals],T1[2024])",
        "[0]!total+1",
        "'Sheet 1:Sheet 3'!A1",
        "_xlfn.LET(_xlpm.x,1,_xlpm.f,_xlfn.LAMBDA(_xlpm.y,_xlpm.y),_xlpm.f(_xlpm.x))",
        "_xlfn.MAP(A1:A3,_xleta.ABS)",
        'HYPERLINK("https://example.org/?a="&amp;A1,"a")',
        'HYPERLINK(CONCATENATE("https://example.org/",A1))',
        'HYPERLINK("#Sheet1!A1")',
        'IFERROR(__xludf.DUMMYFUNCTION("QUERY(A:B,""select A"")"),1)',
        "_xlfn.ORG.OPENOFFICE.EASTERSUNDAY(2026)",
        '_xlfn.DISPIMG("ID_1",1)',
        'IFERROR(INDIRECT("A"&amp;B1),"n/a")',
        "INDIRECT(\"'Sheet 1'!A1\")",
        'INDIRECT("R[-1]C",FALSE)&amp;"https://example.org/"',
        'INDIRECT("T1[#All]")',
        'INDIRECT("T1[Name]")+INDIRECT(A1&amp;"[Name]")',
        'INDIRECT(SUBSTITUTE(A1,"/","_"))',
    ],
)
def test_formulas_that_calculate_are_taken(formula: str) -> None:
    cell = f"<worksheet><c><f>{formula}</f></c></worksheet>"

    assert judged("a.xlsx", office("xlsx", parts={"xl/a.xml": cell})) == ""


def test_a_chart_remembers_where_its_figures_came_from() -> None:
    """Its references name a book of elsewhere, but no tie leads there."""
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    types = f'<Override PartName="/word/charts/chart1.xml" ContentType="{kind}"/>'
    chart = "<chart><f>'[Book 1.xlsx]Sheet1'!$A$1:$A$4</f></chart>"
    content = office("docx", types=types, parts={"word/charts/chart1.xml": chart})

    assert judged("a.docx", content) == ""


def test_a_fraction_is_no_formula_of_a_table() -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    fraction = (
        f'<m:f xmlns:m="{space}"><m:num><m:r><m:t>call(a)</m:t></m:r></m:num></m:f>'
    )

    assert judged("a.docx", office("docx", fraction)) == ""
