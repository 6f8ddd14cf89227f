"""What in a document runs or fetches: fields, formulas, ties, clicks, drawings."""

import gzip
from collections.abc import Iterator

from tests.documents import (
    HTML,
    OLE,
    SVG,
    WORD,
    Row,
    office,
    office_parts,
    open_document,
    tie,
    zipped,
)
from tracking.files.kinds import OFFICE

FIELDS = (
    ("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe /k", "outside"),
    ("DDE Excel Sheet1 R1C1", "outside"),
    ('LINK Excel.Sheet.12 "c:\\\\a.xlsx" a', "outside"),
    ('INCLUDE "http://example.org/a"', "outside"),
    ('INCLUDETEXT "\\\\\\\\host\\\\a.docx"', "outside"),
    ('INCLUDEPICTURE "http://example.org/a.png" \\d', "outside"),
    ('IMPORT "http://example.org/a.png"', "outside"),
    ('RD "http://example.org/a.docx"', "outside"),
    ('DATABASE \\d "c:\\\\a.mdb" \\c "DSN=a" \\s "SELECT 1"', "outside"),
    ("EMBED Package", "outside"),
    ("CONTROL Forms.TextBox.1 \\s", "outside"),
    ("HTMLACTIVEX", "outside"),
    ("PRINT 27E", "outside"),
    ("DATA c:\\\\a.doc", "outside"),
    ("NOBODYKNOWS a", "outside"),
    ('"DDEAUTO" a b', "outside"),
    ("MACROBUTTON AutoOpen Click", "macro"),
    ('HYPERLINK "file:///c:/a.exe"', "link"),
    ('HYPERLINK \\t "_blank" "javascript:alert(1)"', "link"),
    ("HYPERLINK “ms-msdt:/id”", "link"),
    ("HYPERLINK \\\\\\\\host\\\\share", "link"),
)
FORMULAS = (
    ('WEBSERVICE("http://example.org/"&A1)', "call"),
    ('_xlfn.WEBSERVICE("http://example.org/")', "call"),
    ('_xlfn._xlws.WEBSERVICE ("http://example.org/")', "call"),
    ('_xlfn.IMAGE("http://example.org/a.png")', "call"),
    ('CALL("urlmon","URLDownloadToFileA","JJCCJJ")', "call"),
    ('REGISTER.ID("kernel32","WinExec")', "call"),
    ('RTD("a.b",,"c")', "call"),
    ('EXEC("calc.exe")', "call"),
    ('SQL.REQUEST("DSN=a",,2,"SELECT 1")', "call"),
    ('CUBEVALUE("a","[b]")', "call"),
    ('FILTERXML(A1,"//a")', "call"),
    ('_xlfn.STOCKHISTORY("A")', "call"),
    ("_xlfn._xlws.PY(0,1)", "call"),
    ("_xll.NobodyKnows(A1)", "call"),
    ("SUM(A1,1-NOBODYKNOWS(A2))", "call"),
    ("_xlfn.MAP(A1:A3,_xleta.WEBSERVICE)", "call"),
    ("＝ＷＥＢＳＥＲＶＩＣＥ(A1)", "call"),
    ('_xlpm.WEBSERVICE("http://example.org/")', "call"),
    ('_xlfn.LET(_xlpm.WEBSERVICE,1,_xlpm.WEBSERVICE("http://a/"))', "call"),
    ('_xlfn.LET(_xlpm.x,1,_xlpm.y("http://example.org/"))', "call"),
    ('INDIRECT("[a.xlsx]b!A1")', "outside"),
    ('INDIRECT("\'http:"&"/"&"/a/"&A1)', "outside"),
    ("INDIRECT(\"'\\\\host\\share\\[a.xlsx]b'!A1\")", "outside"),
    ("cmd|'/C calc'!A0", "call"),
    ("{cmd|'/C calc'!A0}", "call"),
    ("MSEXCEL|'..\\..\\cmd'!A0", "call"),
    ("'http://example.org/[a.xlsx]b'!A1", "outside"),
    ("'\\\\host\\share\\[a.xlsx]b'!A1", "outside"),
    ("[1]Sheet1!A1", "outside"),
    ("[a.xlsx]Sheet1!A1", "outside"),
    ('HYPERLINK("file:///c:/a.exe","a")', "link"),
    ('HYPERLINK("java"&"script:alert(1)")', "link"),
    ('HYPERLINK(CONCATENATE("java","script:a"))', "link"),
    ("HYPERLINK(A1)", "link"),
    ('IFERROR(__xludf.DUMMYFUNCTION("IMPORTXML(""http://a"",""//a"")"),1)', "call"),
)


def contents() -> Iterator[Row]:
    yield from _fields()
    yield from _formulas()
    yield from _parts()
    yield from _types()
    yield from _clicks()
    yield from _drawings()


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _code(words: str, element: str = "instrText") -> str:
    words = words.replace("&", "&amp;")
    return f"<w:r><w:{element}>{words}</w:{element}></w:r>"


def _field(*inside: str) -> str:
    return _mark("begin") + "".join(inside) + _mark("separate") + _mark("end")


def _text(*inside: str) -> bytes:
    return office("docx", f"<w:p>{''.join(inside)}</w:p>")


def _fields() -> Iterator[Row]:
    page = _field(_code(" PAGE "))
    for words, code in FIELDS:
        field = _field(_code(f" {words} "))
        yield f"after PAGE: {words}", "a.docx", _text(page, field), code
        letters = "".join(_code(letter) for letter in words)
        yield f"letters: {words}", "a.docx", _text(page, _field(letters)), code
        nested = _field(_code(' IF 1 = 1 "'), field, _code('" '))
        yield f"nested: {words}", "a.docx", _text(nested), code
    dde = FIELDS[0][0]
    quoted = f"<w:fldSimple w:instr=' {dde} '/>"
    yield "simple, after PAGE", "a.docx", _text(page, quoted), "outside"
    for what, inside in (
        ("a name made by a field", _field(page, _code("AUTO a b"))),
        ("never closed", _mark("begin") + _code(dde)),
        ("before a page", _mark("begin") + _code(dde) + _mark("begin")),
        (
            "hidden by a deletion",
            _field(_code("PAGE ", "delInstrText"), _code(dde)),
        ),
        (
            "waiting for changes to be undone",
            _field(f"<w:ins>{_code('PAGE ')}</w:ins>", _code(dde)),
        ),
        ("after the result", _mark("begin") + _code("PAGE") + _field(_code(dde))),
        (
            "in a link",
            _field(_code('HYPERLINK "'), _field(_code("QUOTE a")), _code('"')),
        ),
    ):
        code = "link" if what == "in a link" else "outside"
        yield f"a field {what}", "a.docx", _text(inside), code
    skip = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    for what, hidden in (
        ("another programme", f"<x:a xmlns:x='b'>{_code('PAGE ')}</x:a>"),
        (
            "another version",
            f"<mc:AlternateContent {skip}><mc:Choice Requires='x'>{_code('PAGE ')}"
            "</mc:Choice></mc:AlternateContent>",
        ),
        ("nobody", "<x:instrText xmlns:x='b'>PAGE </x:instrText>"),
        (
            "a text of nobody",
            f"<x:r xmlns:x='{WORD}x'><x:instrText>PAGE </x:instrText></x:r>",
        ),
        ("a run of nobody", f"<x:r xmlns:x='b'>{_code('PAGE ')}</x:r>"),
        (
            "a text beside",
            f"<w:r><w:txbxContent><w:p>{_code('PAGE ')}</w:p></w:txbxContent></w:r>",
        ),
    ):
        odd = _text(_field(hidden, _code(dde)))
        yield f"a field with a word for {what}", "a.docx", odd, "content"
    choice = f"<mc:Choice {skip} Requires='%s'>%s</mc:Choice>"
    begun = choice % ("w14", _mark("begin"))
    odd = _text(begun, choice % ("x", _code("PAGE ")), _code(dde), _mark("end"))
    yield "a field begun in another version", "a.docx", odd, "content"
    torn = '<w:instrText>PAGE<x:a xmlns:x="a"/></w:instrText>'
    yield "something inside a code", "a.docx", _text(torn), "content"
    for part in ("word/header1.xml", "word/odd.dat", "word/comments"):
        words = f'<a xmlns:w="{WORD}">{_field(_code(dde))}</a>'
        odd = office("docx", parts={part: words})
        yield f"a field in {part}", "a.docx", odd, "outside"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    stricter = {
        name: str(text).replace(WORD, strict)
        for name, text in office_parts("docx", _field(_code(dde))).items()
    }
    yield "a field of the strict format", "a.docx", zipped(stricter.items()), "outside"
    parts = office_parts("docx", _field(_code(dde)))
    renamed = {
        name.replace("document.xml", "document.dat"): text.replace(
            "document.xml", "document.dat"
        )
        for name, text in parts.items()
        if isinstance(text, str)
    }
    yield "a main part of another name", "a.docx", zipped(renamed.items()), "outside"


def _formulas() -> Iterator[Row]:
    sheet = f"{OFFICE}spreadsheetml.worksheet+xml"
    types = f'<Override PartName="/xl/sheet.dat" ContentType="{sheet}"/>'
    for formula, code in FORMULAS:
        words = formula.replace("&", "&amp;")
        cell = f"<worksheet><c><f>{words}</f></c></worksheet>"
        odd = office("xlsx", parts={"xl/sheet.dat": cell}, types=types)
        yield f"a cell {formula}", "a.xlsx", odd, code
        name = f'<definedName name="a">{words}</definedName>'
        yield f"a name for {formula}", "a.xlsx", office("xlsx", name), code
    call = "WEBSERVICE(A1)"
    for what, text in (
        ("data that are checked", f"<formula1>{call}</formula1>"),
        ("data that are checked, further", f"<formula2>{call}</formula2>"),
        ("a look that depends", f"<cfRule><formula>{call}</formula></cfRule>"),
        ("a look, extended", f"<formula><f>{call}</f></formula>"),
        (
            "a column of a table",
            f"<calculatedColumnFormula>{call}</calculatedColumnFormula>",
        ),
        ("the end of a table", f"<totalsRowFormula>{call}</totalsRowFormula>"),
        ("a field of a pivot table", f'<cacheField formula="{call}"/>'),
        ("a drawing", f'<sp textlink="{call}"/>'),
    ):
        odd = office("xlsx", parts={"xl/a.xml": f"<a>{text}</a>"})
        yield f"a formula of {what}", "a.xlsx", odd, "call"
    torn = "<a><f>WEB<b/>SERVICE(A1)</f></a>"
    odd = office("xlsx", parts={"xl/a.xml": torn})
    yield "something inside a formula", "a.xlsx", odd, "content"
    for attributes in (
        'name="_xlnm.Auto_Open"',
        'name="a" xlm="1" function="1"',
        'name="a" vbProcedure="true"',
    ):
        name = f"<definedName {attributes}>A1</definedName>"
        yield f"a name {attributes}", "a.xlsx", office("xlsx", name), "macro"
    table = office("xlsx", parts={"xl/a.xml": f"<a><f>{call}</f></a>"})
    inner = office("docx", parts={"word/embeddings/a.xlsx": table})
    yield "a formula in a table inside", "a.docx", inner, "call"


def _parts() -> Iterator[Row]:
    microsoft = "http://schemas.microsoft.com/office/2006/relationships"
    for kind, code in (
        ("xlMacrosheet", "macro"),
        ("xlIntlMacrosheet", "macro"),
        ("dialogsheet", "macro"),
        ("attachedToolbars", "macro"),
        ("ui/extensibility", "macro"),
        ("ui/userCustomization", "macro"),
        ("webextensiontaskpanes", "object"),
        ("webextension", "object"),
        ("model3d", "object"),
        ("powerPivotData", "outside"),
        ("rdRichValueWebImage", "outside"),
        ("volatileDependencies", "outside"),
        ("slideUpdateInfo", "outside"),
        ("xlExternalLinkPath/xlPathMissing", "outside"),
        ("nobodyKnows", "object"),
    ):
        tied = f'<Relationship Id="r8" Type="{microsoft}/{kind}" Target="a"/>'
        for extension in ("docx", "xlsx", "pptx"):
            odd = office(extension, ties=tied)
            yield f"{extension}: a tie {kind}", f"a.{extension}", odd, code
    for mode in ("External", "external", " External ", "Nobody"):
        tied = (
            f'<Relationship Id="r8" Type="{microsoft}/image" Target="http://a" '
            f'TargetMode="{mode}"/>'
        )
        yield f"a tie of mode {mode!r}", "a.docx", office("docx", ties=tied), "outside"
    for kind, target, code in (
        ("attachedTemplate", "\\\\host\\share\\a.dotm", "outside"),
        ("attachedTemplate", "file://host/a.dotm", "outside"),
        ("attachedTemplate", "file:////host/a.dotm", "outside"),
        ("attachedTemplate", "file:///%5C%5Chost/a.dotm", "outside"),
        ("attachedTemplate", "https:a.dotm", "outside"),
        ("image", "file:///c:/a.png", "outside"),
        ("slide", "\\\\host\\a", "outside"),
        ("audio", "http://example.org/a.mp3", "outside"),
        ("oleObject", "file:///c:/a.xlsx", "outside"),
        ("mailMergeSource", "file:///c:/a.xlsx", "outside"),
        ("hyperlink", "/\\host/share", "link"),
        ("hyperlink", "search-ms:query=a", "link"),
        ("hyperlink", "ms-excel:ofe|u|http://a", "link"),
        ("hyperlink", "C:\\a.exe", "link"),
    ):
        for external in (True, False):
            tied = tie(kind, target, external=external)
            if external or kind not in ("oleObject", "mailMergeSource"):
                odd = office("docx", ties=tied)
                what = f"a tie {kind} {target} {external}"
                yield what, "a.docx", odd, code


def _types() -> Iterator[Row]:
    for kind, code in (
        ("application/vnd.ms-word.vbaData+xml", "macro"),
        ("application/vnd.ms-excel.macrosheet+xml", "macro"),
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "macro"),
        ("application/vnd.ms-office.webextension+xml", "object"),
        ("application/vnd.ms-office.activeX+xml", "object"),
        ("application/x-nobody-knows", "object"),
        ("text/html", "object"),
        ("message/rfc822", "object"),
        ("application/rtf", "object"),
        ("application/pdf", "object"),
        ("application/vnd.ms-excel", "object"),
        (f"{OFFICE}spreadsheetml.connections+xml", "outside"),
        (f"{OFFICE}spreadsheetml.externalLink+xml", "outside"),
        (f"{OFFICE}wordprocessingml.template.main+xml", "content"),
    ):
        types = f'<Override PartName="/word/a.dat" ContentType="{kind}"/>'
        odd = office("docx", types=types, parts={"word/a.dat": "<a/>"})
        yield f"a part of type {kind}", "a.docx", odd, code
        by_ending = f'<Default Extension="DAT" ContentType="{kind}"/>'
        odd = office("docx", types=by_ending, parts={"word/b.dat": "<a/>"})
        yield f"an ending of type {kind}", "a.docx", odd, code
    xml = "application/xml"
    for what, twice in (
        ("ending", f'<Default Extension="XML" ContentType="{xml}+xml"/>'),
        ("part", f'<Override PartName="/WORD/document.xml" ContentType="{xml}"/>'),
    ):
        odd = office("docx", types=twice)
        yield f"two types for one {what}", "a.docx", odd, "content"
    png = '<Default Extension="png" ContentType="image/png"/>'
    for what, content in (
        ("a programme", b"MZ" + bytes(99)),
        ("unknown bytes", b"\0nobody knows"),
        ("an object", OLE),
        ("a page", HTML),
        ("PostScript", b"%!PS-Adobe-3.0"),
    ):
        odd = office("docx", types=png, parts={"word/media/a.png": content})
        code = "content" if content == HTML else "object"
        yield f"a picture that is {what}", "a.docx", odd, code
    for kind in ("image/png", "audio/wav", "font/ttf", "application/octet-stream"):
        types = f'<Override PartName="/xl/a" ContentType="{kind}"/>'
        cell = {"xl/a": "<a><f>CALL(A1)</f></a>"}
        odd = office("xlsx", types=types, parts=cell)
        code = "object" if kind == "image/png" else "call"
        yield f"a formula as {kind}", "a.xlsx", odd, code
    inner = office("xlsx", ties=tie("externalLink", "a"))
    for name in ("word/odd/a.dat", "word/media/a.png", "customXml/a.xlsx"):
        odd = office("docx", parts={name: inner})
        code = "outside" if name.endswith("xlsx") else "object"
        yield f"a document inside as {name}", "a.docx", odd, code


def _clicks() -> Iterator[Row]:
    for action, code in (
        ("PPACTION://program", "macro"),
        (" ppaction://macro?name=a", "macro"),
        ("ppaction://hlinkfile", "link"),
        ("ppaction://hlinkpres?slideindex=1", "link"),
        ("ppaction://nobodyknows", "macro"),
        ("javascript:alert(1)", "macro"),
    ):
        click = office("pptx", f"<p:hlinkHover action='{action}'/>")
        yield f"a click for {action!r}", "a.pptx", click, code
    for extension, text, code in (
        ("pptx", '<p:cmd type="verb" cmd="0"/>', "object"),
        ("xlsx", '<sp macro="[0]!a"/>', "macro"),
        ("xlsx", '<webPublishObject destinationFile="a"/>', "outside"),
        ("xlsx", '<DataBinding FileBindingName="a"/>', "outside"),
        ("xlsx", '<redefine schemaLocation="http://example.org/a"/>', "outside"),
        ("xlsx", '<ddeLink ddeService="cmd" ddeTopic="/C calc"/>', "outside"),
        ("docx", "<x:webVideoPr xmlns:x='a' embeddedHtml='a'/>", "outside"),
        ("docx", '<w:mailMerge><w:connectString w:val="a"/></w:mailMerge>', "outside"),
        ("docx", '<w:entryMacro w:val="a"/>', "macro"),
        ("docx", '<w:macro w:macroName="a"/>', "macro"),
        ("docx", '<w:imagedata src="http://example.org/a.png"/>', "outside"),
        ("docx", '<w:rect href="file:///c:/a.exe"/>', "link"),
        ("docx", '<v:imagedata xmlns:v="v" v:href="http://a/b.png"/>', "outside"),
        ("docx", '<v:fill xmlns:v="v" v:althref="http://a/b.png"/>', "outside"),
        ("pptx", '<v:fill xmlns:v="v" v:href="http://a/b.png"/>', "outside"),
        ("docx", "<HyperlinkBase>\\\\host\\share</HyperlinkBase>", "link"),
        ("docx", '<w:rect href="https://a" w:href="file:///a"/>', "content"),
    ):
        odd = office(extension, text)
        yield f"{extension}: {text}", f"a.{extension}", odd, code


def _drawings() -> Iterator[Row]:
    types = '<Default Extension="svg" ContentType="image/svg+xml"/>'
    for what, inside, code in (
        ("a page", "<foreignObject/>", "object"),
        ("a reaction", '<g onload="a()"/>', "object"),
        ("a page inside", '<a xmlns="http://www.w3.org/1999/xhtml"/>', "object"),
        ("a picture elsewhere", '<image href="http://a/b.png"/>', "outside"),
        ("a drawing inside", '<image href="data:image/svg+xml;a"/>', "outside"),
        ("a copy of elsewhere", '<use href="http://a/b.svg#c"/>', "outside"),
        ("a style elsewhere", '<style>@import "http://a";</style>', "outside"),
        ("a colour elsewhere", '<g style="fill:url(http://a)"/>', "outside"),
        ("a link to a script", '<a href="javascript:a"/>', "link"),
    ):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
        odd = office("docx", types=types, parts={"word/media/a.svg": svg})
        yield f"DOCX, a drawing with {what}", "a.docx", odd, code
        for name in ("Pictures/a.svg", "Pictures/1.png", "Pictures/1.xml", "1"):
            odd = open_document("odt", parts={name: svg})
            yield f"ODT, a drawing {name} with {what}", "a.odt", odd, code
        packed = open_document(
            "odt", parts={"Pictures/a.png": gzip.compress(svg.encode(), mtime=0)}
        )
        yield f"ODT, a packed drawing with {what}", "a.odt", packed, "object"
        odd = office("docx", parts={"word/a.xml": svg})
        yield f"DOCX, a drawing as text with {what}", "a.docx", odd, code
    scripted = office("docx", types=types, parts={"word/media/a.svg": SVG})
    yield "DOCX, a drawing with a script", "a.docx", scripted, "object"
