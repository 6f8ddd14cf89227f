"""What in a document of OpenDocument runs or fetches: formulas, forms, links."""

from collections.abc import Iterator

from tests.documents import Row, open_document, zipped

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OPEN_FORMULAS = (
    ('of:=DDE("soffice";"a";"b")', "call"),
    ('of:=COM.MICROSOFT.WEBSERVICE("http://example.org/")', "call"),
    ('of:=WEBSERVICE("http://example.org/")', "call"),
    ('msoxl:=CALL("a","b")', "call"),
    ("of:=['file:///c:/a.ods'#$Sheet1.A1]", "outside"),
    ("of:=['http://example.org/a.ods'#$Sheet1.A1]", "outside"),
    ("of:=['a'#Sheet1.A1]", "outside"),
    ("oooc:='file:///a.ods'#$Sheet1.A1", "outside"),
    ("of:=[file:///a.ods#$Sheet1.A1]", "outside"),
    ('of:=HYPERLINK("file:///a.exe")', "link"),
    ("of:=cmd|'/C calc'!A0", "call"),
    ("of:=INDIRECT(\"'http://example.org/a.ods'#$Sheet1.A1\")", "outside"),
    ('of:=SUM(INDIRECT("\'file:///"&[.A1]&"\'#$b.A1"))', "outside"),
)


def _form(element: str, attributes: str) -> str:
    return f'<f:{element} xmlns:f="{SPACE}form:1.0" {attributes}/>'


def open_contents() -> Iterator[Row]:
    for formula, code in OPEN_FORMULAS:
        words = formula.replace("&", "&amp;").replace('"', "&quot;")
        cell = f'<table:table-cell table:formula="{words}"/>'
        yield f"ODS: {formula}", "a.ods", open_document("ods", cell), code
        name = f'<table:named-expression table:expression="{words}"/>'
        yield f"ODS, named: {formula}", "a.ods", open_document("ods", name), code
    call = "of:is-true-formula(WEBSERVICE([.A1]))"
    for what, text, code in (
        ("checked", f'<table:content-validation table:condition="{call}"/>', "call"),
        ("a look", f'<table:condition table:value="formula-is({call})"/>', "call"),
        (
            "a range elsewhere",
            "<table:named-range table:cell-range-address=\"'file:///a'#$b.A1\"/>",
            "outside",
        ),
        (
            "two meanings",
            '<text:a xlink:href="javascript:a" draw:href="https://a"/>',
            "content",
        ),
        ("a command", '<text:a xlink:href=".uno:Quit"/>', "link"),
        ("a table beside", '<table:table-source xlink:href="a.ods"/>', "outside"),
        ("a table elsewhere", '<table:table-source xlink:href="../a.ods"/>', "outside"),
        ("a coded path", '<draw:image xlink:href="%2e%2e/a.png"/>', "outside"),
        ("a path that turns", '<draw:image xlink:href="a/../../b.png"/>', "outside"),
        ("a field of DDE", '<text:dde-connection office:name="a"/>', "outside"),
        ("a link of DDE", "<table:dde-links><table:dde-link/></table:dde-links>", ""),
        ("a field of a database", "<text:database-display/>", "outside"),
        ("a form of a database", '<draw:form draw:datasource="a"/>', "outside"),
        ("a pivot of a service", "<table:source-service/>", "outside"),
        ("a macro to press", '<text:execute-macro text:name="a"/>', "macro"),
        ("a button to a file", '<draw:button xlink:href="file:///a"/>', "link"),
        (
            "a form that fetches its facts",
            '<office:forms><x:model xmlns:x="http://www.w3.org/2002/xforms" '
            'schema="http://a/b.xsd"><x:instance src="http://a/b.xml"/></x:model>'
            "</office:forms>",
            "",
        ),
        ("a database", f'<d:data-source xmlns:d="{SPACE}database:1.0"/>', ""),
        ("a script", f'<s:nobody-knows xmlns:s="{SPACE}script:1.0"/>', "macro"),
        ("words of nobody", '<a xmlns="http://example.org/nobody"/>', "object"),
        ("a schema", '<draw:nobody-knows draw:schema="http://a/b.xsd"/>', ""),
        ("a share", '<draw:frame draw:nobody-knows="\\\\host\\a"/>', ""),
        ("a picture of a form", _form("image", 'f:image-data="http://a/b.png"'), ""),
        (
            "a picture set in a form",
            _form(
                "property",
                'f:property-name="ImageURL" office:string-value="http://a/b.png"',
            ),
            "",
        ),
        (
            "a database set in a form",
            _form(
                "property",
                'f:property-name="DataSourceName" office:string-value="a"',
            ),
            "",
        ),
        ("a list of SQL", _form("listbox", 'f:list-source-type="sql"'), ""),
        ("a list of elsewhere", _form("listbox", 'f:list-source="SELECT 1"'), ""),
        (
            "a book of a file",
            '<text:bibliography-mark text:url="file:///c:/a.exe"/>',
            "link",
        ),
        ("leaving by itself", '<text:auto-reload xlink:href="b.odt"/>', "outside"),
        ("a template of a share", '<text:template xlink:href="//h/a"/>', "outside"),
        ("a template of the web", '<text:template xlink:href="http://h"/>', "outside"),
    ):
        for extension in ("odt", "ods"):
            odd = open_document(extension, text)
            yield f"{extension}: {what}", f"a.{extension}", odd, code or "outside"
    hidden = {"Pictures/a.png": '<b xmlns:x="b" x:href="file:///a"/>'}
    yield "ODT: text as picture", "a.odt", open_document("odt", parts=hidden), "outside"
    key = '<b xmlns:x="b" x:href="vnd.sun.star.script:a"/>'
    menu = (
        '<m:menuitem xmlns:m="http://openoffice.org/2001/menu" '
        'm:id="vnd.sun.star.script:a?language=Basic"/>'
    )
    menus = open_document("odt", parts={"Configurations2/menubar/menubar.xml": menu})
    yield "ODT: a menu for a macro", "a.odt", menus, "macro"
    facts = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<svg xmlns="http://www.w3.org/2000/svg" onload="a()"/></r:RDF>'
    )
    wrapped = open_document("odt", parts={"Pictures/1.png": facts})
    yield "ODT: a drawing in facts", "a.odt", wrapped, "object"
    keys = open_document("odt", parts={"Configurations2/accelerator/current.xml": key})
    yield "ODT: a key for a macro", "a.odt", keys, "outside"
    for kind, code in (
        ("application/vnd.sun.star.oleobject", "object"),
        ("application/x-nobody-knows", "object"),
        ("text/javascript", "macro"),
    ):
        entry = (
            f'<manifest:file-entry manifest:media-type="{kind}" '
            'manifest:full-path="a"/>'
        )
        odd = open_document("odt", manifest=entry)
        yield f"ODT: a part of type {kind}", "a.odt", odd, code
    for name, content in (
        ("Pictures/a.pdf", b"%PDF-1.7"),
        ("layout-cache", b"MZ"),
        ("Thumbnails/thumbnail.pdf", b"MZ"),
        ("Pictures/a.png", b"\0nobody knows"),
        ("a", b"#!/bin/sh"),
        ("database/data", b"\0\0\0\0"),
    ):
        odd = open_document("odt", parts={name: content})
        yield f"ODT: unknown bytes in {name}", "a.odt", odd, "object"
    own = '<!DOCTYPE a PUBLIC "-//OpenOffice.org//DTD A 1.0//EN" "%s"%s><a>%s</a>'
    for what, text in (
        ("elsewhere", own % ("http://a/b.dtd", "", "")),
        ("with entities", own % ("b.dtd", '[<!ENTITY a "b">]', "&a;")),
        ("with words nobody explains", own % ("b.dtd", "", "&a;")),
    ):
        odd = open_document("odt", parts={"a.xml": text})
        yield f"ODT: a document type {what}", "a.odt", odd, "content"
    empty = dict.fromkeys(["content.xml", "META-INF/manifest.xml"], "")
    kind = "application/vnd.oasis.opendocument.text"
    bare = [("mimetype", kind), *empty.items()]
    yield "ODT: nothing in it", "a.odt", zipped(bare, 0), "content"
