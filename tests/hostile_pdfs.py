"""PDF files that somebody with bad intentions would send."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.documents import (
    HTML,
    Row,
    pdf,
    written_pdf,
    zipped,
)
from tracking.files.kinds import PAGES


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


def _address() -> Dictionary:
    return Dictionary(S=Name.URI, URI=String("http://a"))


def _then(action: Any, **first: Any) -> Dictionary:
    """A step within the document, and what follows it."""
    return Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=action, **first)


def _endless(document: pikepdf.Pdf) -> None:
    """Steps that lead to each other, with one among them that leads out."""
    steps = [document.make_indirect(_then(None)) for _number in range(3)]
    for step, after in zip(steps, [*steps[1:], steps[0]], strict=True):
        step.Next = Array([after, *steps])
    steps[2].Next = Array([*steps, _address()])
    document.Root.OpenAction = steps[0]


def _acting_stream(document: pikepdf.Pdf) -> None:
    """Some readers take a stream for its dictionary."""
    stream = document.make_stream(b"")
    stream.S, stream.Dest = Name.Launch, String("cmd.exe")
    document.Root.OpenAction = stream


def _outlined(document: pikepdf.Pdf) -> None:
    item = Dictionary(Title=String("a"), A=Dictionary(S=Name.Launch))
    document.Root.Outlines = Dictionary(First=document.make_indirect(item))


def _drawn(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    """Put what is drawn on the first page."""

    def change(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(b"")
        stream.Type = Name.XObject
        for key, value in entries.items():
            stream[f"/{key}"] = value
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=stream))

    return change


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
    ("a stream that is elsewhere", _outside, "outside"),
    (
        "an address after a page at opening",
        _at("/OpenAction", value=lambda: _then(_address())),
        "active",
    ),
    (
        "an address after three pages at opening",
        _at("/OpenAction", value=lambda: _then(Array([_then(_then(_address()))]))),
        "active",
    ),
    ("an address within a circle at opening", _endless, "active"),
    (
        "an address when a page opens",
        lambda d: d.pages[0].obj.__setattr__("AA", Dictionary(O=_address())),
        "active",
    ),
    (
        "an address when a slide moves on",
        lambda d: d.pages[0].obj.__setattr__("PresSteps", Dictionary(NA=_address())),
        "active",
    ),
    (
        "an address when a pointer passes",
        _on_page(Subtype=Name.Link, AA=Dictionary(E=_address())),
        "active",
    ),
    ("a programme in a stream", _acting_stream, "active"),
    ("a programme in a heading", _outlined, "active"),
    (
        "a programme after a link",
        _on_page(Subtype=Name.Link, A=_then(Array([Dictionary(S=Name.Launch)]))),
        "active",
    ),
    (
        "a programme before a link",
        _on_page(Subtype=Name.Link, PA=Dictionary(S=Name.Launch)),
        "active",
    ),
    (
        "what nobody knows yet",
        _on_page(Subtype=Name.Link, A=Dictionary(S=Name.LaunchNext)),
        "active",
    ),
    (
        "an action without a kind that is a name",
        _on_page(Subtype=Name.Link, A=Dictionary(S=String("JavaScript"))),
        "active",
    ),
    (
        "a print at opening",
        _at("/OpenAction", value=lambda: Dictionary(S=Name.Named, N=Name.Print)),
        "active",
    ),
    (
        "a command in a link",
        _on_page(Subtype=Name.Link, A=Dictionary(S=Name.Named, N=Name.Quit)),
        "active",
    ),
    (
        "an article elsewhere",
        _on_page(Subtype=Name.Link, A=Dictionary(S=Name.Thread, F=String("//a/b"))),
        "active",
    ),
    (
        "links that begin at a file",
        _at("/URI", value=lambda: Dictionary(Base=String("file:///c:/"))),
        "active",
    ),
    (
        "a form of a new kind",
        _at("/AcroForm", "/XFB", value=lambda: String("<xdp/>")),
        "active",
    ),
    (
        "slides of another programme",
        _at("/Names", "/AlternatePresentations", value=Dictionary),
        "active",
    ),
    ("a film by name", _at("/Names", "/Renditions", value=Dictionary), "active"),
    ("a note of a new kind", _on_page(Subtype=Name.Hologram), "carrying"),
    ("a stream of a new kind", _drawn(Subtype=Name.U4D), "carrying"),
    ("a programme for printers", _drawn(Subtype=Name.PS), "active"),
    (
        "a programme for printers in a drawing",
        _drawn(Subtype=Name.Form, Subtype2=Name.PS),
        "active",
    ),
    (
        "a picture that is elsewhere",
        _drawn(Subtype=Name.Image, F=Dictionary(FS=Name.URL, F=String("http://a"))),
        "outside",
    ),
    (
        "a page that is elsewhere",
        _drawn(Subtype=Name.Form, Ref=Dictionary(F=String("//a/b.pdf"), Page=0)),
        "outside",
    ),
    (
        "a file named for Windows",
        _at("/Keep", value=lambda: Dictionary(DOS=String("\\\\a\\b"))),
        "outside",
    ),
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


def pdfs() -> Iterator[Row]:
    good = pdf()
    for what, change, code in PDFS:
        yield f"PDF: {what}", "a.pdf", pdf(change), code
        packed = pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        yield f"PDF, packed: {what}", "a.pdf", packed, code
        # Read without a password, so judged as any other.
        owned = pikepdf.Encryption(owner="o", user="")
        yield f"PDF, locked: {what}", "a.pdf", pdf(change, encryption=owned), code
    locked = pikepdf.Encryption(owner="o", user="u")
    yield "PDF with a password", "a.pdf", pdf(encryption=locked), "password"
    sealed = good.replace(
        b"trailer <<", b"trailer <</Encrypt<</Filter/Adobe.PubSec/V 2>>/ID[()()]", 1
    )
    yield "PDF for owners of a certificate", "a.pdf", sealed, "password"
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
    yield from _written()


def _written() -> Iterator[Row]:
    """What no library writes."""
    link = b"<</Type/Annot/Subtype/Link/A %s>>"
    opens = b"/OpenAction<</S/URI/URI(http://a)>>"
    for what, content, code in (
        (
            "catalogue in the trailer",
            written_pdf(catalogue=opens, direct=True),
            "active",
        ),
        (
            "form in the trailer",
            written_pdf(catalogue=b"/AcroForm<</XFA(a)>>", direct=True),
            "active",
        ),
        (
            "kind that is elsewhere",
            written_pdf(b"<</S 5 0 R>>", b"/Launch", catalogue=b"/OpenAction 4 0 R"),
            "active",
        ),
        (
            "two actions in one place",
            written_pdf(link % b"<</S/Launch/S/GoTo>>", catalogue=b"/Keep 4 0 R"),
            "content",
        ),
        (
            "two places at opening",
            written_pdf(catalogue=opens + b"/OpenAction[3 0 R/Fit]"),
            "content",
        ),
        (
            "chain of its own",
            written_pdf(*_chain(), catalogue=b"/OpenAction 4 0 R"),
            "bulk",
        ),
        ("earlier revision", _revised(b"<</S/Launch/F(cmd.exe)>>"), "active"),
        ("earlier revision, escaped", _revised(b"<</S/L#61unch>>"), "active"),
    ):
        yield f"PDF, written: {what}", "a.pdf", content, code


def _chain() -> list[bytes]:
    """Steps that follow each other without an end in sight."""
    return [b"<</S/GoTo/Next %d 0 R>>" % number for number in range(5, 2000)]


def _revised(action: bytes) -> bytes:
    """An object in a packed stream, which a later revision replaced."""
    packed = zlib.compress(b"5 0 %s" % action)
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(packed)
    return written_pdf(head + b"\nstream\n%s\nendstream" % packed, b"(a)")
