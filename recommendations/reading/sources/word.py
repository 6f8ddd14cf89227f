"""Lines of a DOCX: its paragraphs, with the numbers that Word makes itself."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from recommendations.reading.problems import Notes, refused

from .lines import MEGABYTE, Line
from .numbering import Numbering

MOST_ENTRIES = 3000
UNPACKED = 150 * MEGABYTE
RATIO = 200
ONE_ENTRY = 60 * MEGABYTE
CONTENTS_STYLE = re.compile(r"toc\s*\d|contents|tdm|табл|目录", re.IGNORECASE)
HEADING_STYLE = re.compile(r"heading|titre|^h ?\d|^_ ?h|title", re.IGNORECASE)
INSIDE = ("ins", "smartTag", "sdt", "sdtContent", "hyperlink", "fldSimple", "moveTo")


def lines_of_docx(source: bytes, notes: Notes) -> list[Line]:
    _examine(source)
    try:
        document = Document(io.BytesIO(source))
        return list(_Reader(document, notes).lines())
    except (
        KeyError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        RecursionError,
    ) as error:
        raise refused("broken_docx") from error


def _examine(source: bytes) -> None:
    """Refuse what is no document, or unpacks to more than a document could be."""
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            whole = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MOST_ENTRIES
                or whole > UNPACKED
                or any(
                    entry.file_size > max(MEGABYTE, RATIO * entry.compress_size)
                    or entry.file_size > ONE_ENTRY
                    for entry in entries
                )
            ):
                raise refused("bomb")
            if any(entry.flag_bits & 1 for entry in entries):
                raise refused("password")
            if "word/document.xml" not in names:
                raise refused("other_kind")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        # A declaration stands before the first element.
                        head = part.read(4096).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise refused("entities")
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise refused("broken_docx") from error


class _Reader:
    def __init__(self, document: Any, notes: Notes) -> None:
        self.document = document
        self.notes = notes
        self.styles = {
            style.style_id: style.name or ""
            for style in document.styles
            if style.style_id
        }
        self.numbering = Numbering.of(document)
        self.number = 0
        self.changed = False
        self.hidden = False

    def lines(self) -> Iterator[Line]:
        yield from self._blocks(self.document.element.body)
        self._tell_the_rest()

    def _blocks(self, parent: Any) -> Iterator[Line]:
        for element in parent:
            tag = (
                etree.QName(element).localname
                if element.tag is not etree.Comment
                else ""
            )
            if tag == "p":
                yield from self._paragraph(element)
            elif tag == "tbl":
                for row in element.iter(qn("w:tr")):
                    yield from self._row(row)
            elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
                yield from self._blocks(element)

    def _row(self, row: Any) -> Iterator[Line]:
        cells = [list(self._blocks(cell)) for cell in row.findall(qn("w:tc"))]
        filled = [lines for lines in cells if any(line.text for line in lines)]
        for lines in filled:
            yield from lines

    def _paragraph(self, element: Any) -> Iterator[Line]:
        properties = element.find(qn("w:pPr"))
        style_id = ""
        if properties is not None:
            style = properties.find(qn("w:pStyle"))
            style_id = style.get(qn("w:val"), "") if style is not None else ""
        style_name = self.styles.get(style_id, style_id)
        boxes: list[Any] = []
        text, bold, letters = "", 0, 0
        for piece, is_bold in self._runs(element, boxes):
            text += piece
            if piece.strip():
                letters += len(piece)
                bold += len(piece) if is_bold else 0
        self.number += 1
        mark = self.numbering.mark(properties, style_id) if text.strip() else ""
        for box in boxes:
            yield from self._blocks(box)
        if not text.strip():
            return
        if CONTENTS_STYLE.search(style_name):
            self.notes.take_out("contents", self.number, 0, f"{mark} {text}".strip())
            return
        heading = bool(HEADING_STYLE.search(style_name)) or bold > 0.8 * letters > 0
        for index, part in enumerate(text.split("\n")):
            if part.strip():
                words = f"{mark} {part.strip()}" if mark and not index else part.strip()
                yield Line(self.number, words, opens=index == 0, heading=heading)

    def _runs(self, element: Any, boxes: list[Any]) -> Iterator[tuple[str, bool]]:
        for child in element:
            if not isinstance(child.tag, str):
                continue
            tag = etree.QName(child).localname
            if tag == "r":
                yield from self._run(child, boxes)
            elif tag in ("del", "moveFrom"):
                self.changed = True
                said = "".join(node.text or "" for node in child.iter(qn("w:delText")))
                said += "".join(node.text or "" for node in child.iter(qn("w:t")))
                if said.strip():
                    self.notes.take_out("deleted", self.number + 1, 0, said)
            elif tag in INSIDE:
                self.changed = self.changed or tag in ("ins", "moveTo")
                yield from self._runs(child, boxes)

    def _run(  # noqa: C901  # one element after the other
        self, run: Any, boxes: list[Any]
    ) -> Iterator[tuple[str, bool]]:
        properties = run.find(qn("w:rPr"))
        bold = _is_on(properties, "w:b")
        hidden = _is_on(properties, "w:vanish")
        for child in run:
            if not isinstance(child.tag, str):
                continue
            tag = etree.QName(child).localname
            if tag == "t":
                words = child.text or ""
                if hidden:
                    self.hidden = True
                    self.notes.take_out("hidden", self.number + 1, 0, words)
                else:
                    yield words, bold
            elif tag in ("tab", "ptab"):
                yield " ", bold
            elif tag in ("br", "cr"):
                yield ("\n" if child.get(qn("w:type")) is None else " "), bold
            elif tag == "noBreakHyphen":
                yield "-", bold
            elif tag == "softHyphen":
                yield "\u00ad", bold
            elif tag in ("footnoteReference", "endnoteReference"):
                mark = child.get(qn("w:id"), "")
                self.notes.take_out("note_mark", self.number + 1, 0, mark)
            elif tag in ("AlternateContent", "drawing", "pict"):
                boxes += _text_boxes(child)

    def _tell_the_rest(self) -> None:
        """Heads, feet and notes are parts of their own; changes are said once."""
        for relation in self.document.part.rels.values():
            if relation.is_external:
                continue
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind not in ("footnotes", "endnotes", "header", "footer"):
                continue
            part = relation.target_part
            root = getattr(part, "element", None)
            if root is None:
                root = etree.fromstring(  # examined before
                    part.blob, etree.XMLParser(resolve_entities=False, no_network=True)
                )
            notes = kind in ("footnotes", "endnotes")
            for paragraph in root.iter(qn("w:p")):
                text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
                if text.strip():
                    label = "footnote" if notes else "running_line"
                    self.notes.take_out(label, 0, 0, text.strip())
        if self.changed:
            self.notes.say("tracked_changes")
        if self.hidden:
            self.notes.say("hidden_text")


def _is_on(properties: Any, name: str) -> bool:
    found = properties.find(qn(name)) if properties is not None else None
    return found is not None and found.get(qn("w:val"), "1") not in (
        "0",
        "false",
        "off",
    )


def _text_boxes(element: Any) -> list[Any]:
    """Text boxes of a drawing; its second shape for old programs says the same."""
    choices = [
        child
        for child in element
        if isinstance(child.tag, str) and etree.QName(child).localname == "Choice"
    ]
    root = choices[0] if choices else element
    return list(root.iter(qn("w:txbxContent")))
