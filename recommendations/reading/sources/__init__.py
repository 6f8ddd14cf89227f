"""From the bytes of a file to its lines: TXT, DOCX and PDF."""

from recommendations.reading.problems import Notes, refused

from .lines import LARGEST, MEGABYTE, MOST_LINES, Line
from .pdf import lines_of_pdf
from .text import lines_of_text
from .word import lines_of_docx

__all__ = ["Line", "lines_of"]

OLD_WORD = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
OTHERS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"\x1f\x8b")


def lines_of(source: bytes, notes: Notes, language: str = "") -> list[Line]:
    """The lines of a file, told by what it holds and never by its name.

    Raises ReportError where it cannot be opened.
    """
    if not source.strip():
        raise refused("empty", 1)
    if len(source) > LARGEST:
        raise refused("too_large", limit=LARGEST // MEGABYTE)
    if source.startswith(b"PK"):
        lines = lines_of_docx(source, notes)
    elif b"%PDF-" in source[:1024]:
        lines = lines_of_pdf(source, notes)
    elif source.startswith(OLD_WORD):
        raise refused("old_word")
    elif source.startswith(OTHERS):
        raise refused("other_kind")
    else:
        lines = lines_of_text(source, notes, language)
    if len(lines) > MOST_LINES:
        raise refused("too_many_pages", limit=MOST_LINES)
    if not any(line.text.strip() for line in lines):
        raise refused("empty", 1)
    return lines
