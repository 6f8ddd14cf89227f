"""Reports as files: text as people copy it, and documents of a word processor."""

import io
import textwrap
import unicodedata

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from .layouts import Expected


def wrapped(text: str, language: str, width: int = 76) -> list[str]:
    if language != "zh":
        return textwrap.wrap(text, width, break_on_hyphens=False)
    return [text[at : at + width // 2] for at in range(0, len(text), width // 2)]


def as_text(made: Expected, *, furniture: bool = False, blank: bool = True) -> str:
    lines: list[str] = []
    page = 1
    for piece in made.pieces:
        lines += wrapped(f"{piece.mark}{piece.text}", made.language)
        if blank:
            lines.append("")
        if furniture and len(lines) > 14 * page:
            page += 1
            inside = len(lines) - 2 if blank else len(lines)
            lines[inside:inside] = [
                "",
                f"V.21-00417 {page}/9",
                "",
                "CTOC/COP/WG.7/2021/6",
                "",
            ]
    return "\n".join(lines) + "\n"


def as_docx(made: Expected) -> bytes:
    """With the numbers of paragraphs and points made by the word processor."""
    document = Document()
    lists = _lists(document, made)
    document.sections[0].header.paragraphs[0].text = "CTOC/COP/WG.7/2021/6"
    for piece in made.pieces:
        paragraph = document.add_paragraph(style=_style(piece.kind))
        automatic = piece.kind in lists and made.layout != "own_numbers"
        if automatic:
            _number(paragraph, lists[piece.kind])
            paragraph.add_run(piece.text)
        else:
            paragraph.add_run(f"{piece.mark}{piece.text}")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _style(kind: str) -> str:
    return {"part": "Heading 1", "section": "Heading 2", "heading": "Heading 3"}.get(
        kind, "Normal"
    )


def _lists(document: Document, made: Expected) -> dict[str, int]:  # type: ignore[valid-type]
    """Two lists of our own: paragraphs 1., 2., and points (a), (b)."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    forms = {
        "paragraph": ("decimal", "%1." if made.language != "ar" else "%1-"),
        "point": (
            "arabicAbjad" if made.language == "ar" else "lowerLetter",
            "(%1)",
        ),
    }
    found = {}
    for place, (kind, (form, text)) in enumerate(forms.items()):
        key = str(90 + place)
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), key)
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", text)):
            child = OxmlElement(f"w:{name}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
        root.insert(0, abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), key)
        refers = OxmlElement("w:abstractNumId")
        refers.set(qn("w:val"), key)
        number.append(refers)
        root.append(number)
        found[kind] = int(key)
    return found


def _number(paragraph: object, key: int) -> None:
    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = 0
    number.get_or_add_numId().val = key


def plain_copy(text: str) -> str:
    """As some programs copy it: straight apostrophes, accents apart, odd spaces."""
    text = unicodedata.normalize("NFD", text.replace("’", "'"))
    text = text.replace("fi", "ﬁ").replace(", ", ",\u00a0")
    return "\ufeff" + text.replace("é", "e\u0301").replace("ch", "c\u00adh")
